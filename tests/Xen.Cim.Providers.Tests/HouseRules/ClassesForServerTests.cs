using Xen.Cim.Model;
using Xen.Cim.Model.Mof;
using Xen.Cim.Registrar;

namespace Xen.Cim.Providers.Tests.HouseRules;

/// <summary>Our classes for servers whose schema lacks what they stand on; nothing that the server has is declared again.</summary>
public sealed class ClassesForServerTests
{
    private const string Qualifiers = """
        Qualifier Key : boolean = false, Scope(property, reference), Flavor(DisableOverride, ToSubclass);
        Qualifier Override : string = NULL, Scope(property, reference, method), Flavor(EnableOverride, Restricted);
        Qualifier Description : string = NULL, Scope(any), Flavor(EnableOverride, ToSubclass, Translatable);
        Qualifier Association : boolean = false, Scope(association), Flavor(DisableOverride, ToSubclass);
        Qualifier In : boolean = true, Scope(parameter), Flavor(DisableOverride, ToSubclass);
        """;

    private const string Schema = Qualifiers + """
        class CIM_Element { [Key] string InstanceID; [Description ( "A name." )] string ElementName; };
        class CIM_Extra { [Key] string InstanceID; };
        class CIM_Service : CIM_Element { uint16 State; uint32 Start([In] uint16 Mode, [In] CIM_Extra REF With); };
        """;

    private const string Ours = """
        class Xen_Service : CIM_Service
        {
            [Override ( "ElementName" )] string ElementName;
            [Override ( "State" )] uint16 State = 2;
            [Override ( "Start" )] uint32 Start([In] uint16 Mode, [In] CIM_Extra REF With);
            boolean Own;
        };
        """;

    [Fact]
    public void An_empty_namespace_gets_everything_superclasses_first()
    {
        var classes = For("");

        Assert.Equal(["CIM_Element", "CIM_Extra", "CIM_Service", "Xen_Service"], classes.Classes.Select(c => c.Name));
        Assert.Equal(["Description", "In", "Key", "Override"], classes.Qualifiers.Select(q => q.Name));
        Assert.Equal(["ElementName", "InstanceID", "Own", "State"], Compiled(classes, "").Properties.Select(p => p.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_server_with_the_schema_gets_our_class_as_it_is()
    {
        var classes = For(Schema);

        Assert.Empty(classes.Qualifiers);
        var only = Assert.Single(classes.Classes);
        Assert.Equal(Declared(Ours, Schema).Classes.Single().Properties.Select(p => (p.Name, p.Qualifier("Override")?.Value)),
            only.Properties.Select(p => (p.Name, p.Qualifier("Override")?.Value)));
    }

    [Fact]
    public void What_the_servers_class_lacks_is_declared_by_ours_and_overrides_nothing()
    {
        // An older schema: no ElementName, no State, no Start.
        const string Older = Qualifiers + "class CIM_Element { [Key] string InstanceID; }; class CIM_Extra { [Key] string InstanceID; }; class CIM_Service : CIM_Element { };";

        var service = Assert.Single(For(Older).Classes);

        Assert.Equal("Xen_Service", service.Name);
        Assert.Equal(["ElementName", "State", "Own"], service.Properties.Select(p => p.Name));
        Assert.Equal(["Start"], service.Methods.Select(m => m.Name));
        Assert.DoesNotContain(service.Properties, p => p.Qualifier("Override") is not null);
        Assert.Equal("A name.", service.Property("ElementName")!.Qualifier("Description")!.Value);
        Assert.Equal(["ElementName", "InstanceID", "Own", "State"], Compiled(For(Older), Older).Properties.Select(p => p.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_base_class_that_is_brought_declares_what_the_servers_classes_above_it_lack()
    {
        const string Older = Qualifiers + "class CIM_Element { [Key] string InstanceID; };";

        var classes = For(Older).Classes.ToDictionary(c => c.Name);

        Assert.Equal(["CIM_Extra", "CIM_Service", "Xen_Service"], classes.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["ElementName", "State"], classes["CIM_Service"].Properties.Select(p => p.Name));
        // It is there now, so ours overrides it.
        Assert.Equal("ElementName", classes["Xen_Service"].Property("ElementName")!.Qualifier("Override")!.Value);
    }

    [Fact]
    public void A_method_that_has_other_parameters_there_is_overridden()
    {
        const string Older = Qualifiers + "class CIM_Element { [Key] string InstanceID; string ElementName; }; class CIM_Service : CIM_Element { uint16 State; uint32 Start([In] uint16 Mode); };"
            + "class CIM_Extra { [Key] string InstanceID; };";
        const string WithoutTheMethod = "class Xen_Service : CIM_Service { boolean Own; };";

        var start = Assert.Single(Assert.Single(For(Older, WithoutTheMethod).Classes).Methods);

        Assert.Equal(("Start", "Start"), (start.Name, start.Qualifier("Override")!.Value));
        Assert.Equal(["Mode", "With"], start.Parameters.Select(p => p.Name));
    }

    [Fact]
    public void A_member_of_another_type_stays_as_the_server_has_it_and_is_named()
    {
        var classes = For(Schema.Replace("uint16 State", "string State", StringComparison.Ordinal));

        Assert.DoesNotContain(Assert.Single(classes.Classes).Properties, p => p.Name == "State");
        Assert.Equal("Xen_Service.State is uint16 here and string in the server's CIM_Service", Assert.Single(classes.Conflicts));
    }

    [Fact]
    public void A_member_that_a_newer_schema_has_is_overridden()
    {
        var classes = For(Schema.Replace("uint16 State;", "uint16 State; boolean Own;", StringComparison.Ordinal));

        Assert.Equal("Own", Assert.Single(classes.Classes).Property("Own")!.Qualifier("Override")!.Value);
    }

    [Fact]
    public void Our_classes_are_the_same_once_the_server_has_what_it_lacked()
    {
        var first = For("");

        var second = For(first.BaseMof() + first.Mof());

        Assert.Equal(first.Mof(), second.Mof());
        Assert.Empty(second.Qualifiers);
        Assert.DoesNotContain(second.Classes, c => !second.IsOurs(c));
    }

    [Fact]
    public void The_files_that_a_server_includes_are_read_once()
    {
        var folder = Directory.CreateTempSubdirectory("xen-cim-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "a.mof"), "#pragma include (\"b.mof\")\n#pragma include (\"a.mof\")\nclass A : B { uint8 X[]; };");
            File.WriteAllText(Path.Combine(folder.FullName, "b.mof"), "class B { string Y; };");

            var members = ServerSchema.Read([Path.Combine(folder.FullName, "a.mof")]).Members("a");

            Assert.Equal(["X uint8[]", "Y string"], members!.Properties.Select(p => $"{p.Key} {p.Value}").Order(StringComparer.Ordinal));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static ClassesForServer For(string present, string ours = Ours)
    {
        var classes = new ClassesForServer(Declared(Schema), Declared(ours, Schema), ServerSchema.ReadText(present, "present.mof"));
        classes.Add("Xen_Service");
        return classes;
    }

    private static MofDeclarations Declared(string mof, string known = "")
    {
        var (before, declarations) = (new MofDeclarations(), new MofDeclarations());
        MofCompiler.CompileText(known, "known.mof", before);
        MofCompiler.CompileText(mof, "text.mof", declarations, before);
        return declarations;
    }

    /// <summary>Xen_Service with all that it inherits, after a server compiled what it is given.</summary>
    private static CimClass Compiled(ClassesForServer classes, string present)
    {
        var all = Declared(present + classes.BaseMof() + classes.Mof()).Classes.ToDictionary(c => c.Name);
        return Resolve("Xen_Service");

        CimClass Resolve(string name) => ClassResolver.Resolve(all[name], all[name].SuperclassName is { } super ? Resolve(super) : null);
    }
}
