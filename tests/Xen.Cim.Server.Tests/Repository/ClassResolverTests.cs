using Xen.Cim.Model;
using Xen.Cim.Server.Repository;

namespace Xen.Cim.Server.Tests.Repository;

public class ClassResolverTests
{
    private static readonly CimClass s_base = ClassResolver.Resolve(new CimClass("Base", null)
    {
        Qualifiers = [new("Abstract", CimType.Boolean, false, true, CimFlavor.Overridable), new("Description", CimType.String, false, "base")],
        Properties =
        [
            new("Id", CimType.String) { Qualifiers = [new("Key", CimType.Boolean, false, true, CimFlavor.ToSubclass)] },
            new("State", CimType.UInt16) { DefaultValue = (ushort)5, Qualifiers = [new("Description", CimType.String, false, "state"), new("Experimental", CimType.Boolean, false, true, CimFlavor.None)] },
        ],
        Methods = [new("Do", CimType.UInt32) { Parameters = [new("P", CimType.String) { Qualifiers = [new("Required", CimType.Boolean, false, true)] }] }],
    }, null);

    [Fact]
    public void ASubclassInheritsInOrderAndSaysSo()
    {
        var derived = ClassResolver.Resolve(new CimClass("Derived", "Base") { Properties = [new("Own", CimType.String)] }, s_base);

        Assert.Equal(["Id", "State", "Own"], derived.Properties.Select(p => p.Name));
        Assert.True(derived.Property("id") is { IsKey: true, IsPropagated: true, ClassOrigin: "Base" });
        Assert.True(derived.Property("Own") is { IsPropagated: false, ClassOrigin: "Derived" });
        Assert.True(derived.Method("Do") is { IsPropagated: true, ClassOrigin: "Base" });
        Assert.Equal((ushort)5, derived.Property("State")!.DefaultValue);
    }

    [Fact]
    public void OnlyQualifiersThatPassToSubclassesDo()
    {
        var derived = ClassResolver.Resolve(new CimClass("Derived", "Base"), s_base);

        Assert.Null(derived.Qualifier("Abstract"));
        Assert.True(derived.Qualifier("Description") is { IsPropagated: true, Value: "base" });
        Assert.Null(derived.Property("State")!.Qualifier("Experimental"));
        Assert.NotNull(derived.Property("State")!.Qualifier("Description"));
    }

    [Fact]
    public void AnOverrideKeepsItsPlaceAndWhatItDoesNotChange()
    {
        var derived = ClassResolver.Resolve(new CimClass("Derived", "Base")
        {
            Properties = [new("state", CimType.UInt16) { Qualifiers = [new("Description", CimType.String, false, "mine")] }],
            Methods = [new("Do", CimType.UInt32) { Parameters = [new("P", CimType.String)] }],
        }, s_base);

        Assert.Equal(["Id", "state"], derived.Properties.Select(p => p.Name));
        Assert.True(derived.Property("State") is { IsPropagated: false, ClassOrigin: "Derived" });
        Assert.Equal("mine", derived.Property("State")!.Qualifier("Description")!.Value);
        Assert.Equal((ushort)5, derived.Property("State")!.DefaultValue);
        Assert.True(derived.Method("Do")!.Parameter("P")!.Is("Required"));
    }
}
