using Xunit;

namespace Xen.Cim.Model.Tests;

public sealed class CimInstanceTests
{
    private static readonly CimLayout s_base = new("Base", null, false,
        new CimPropertyInfo("Id", CimType.UInt16, false, CimPropertyFlags.Key), new CimPropertyInfo("Text", CimType.String, false));

    private static readonly CimLayout s_derived = new("Derived", s_base, false,
        new CimPropertyInfo("TEXT", CimType.String, false, CimPropertyFlags.EmbeddedInstance), new CimPropertyInfo("List", CimType.UInt8, true));

    private sealed class Derived() : CimInstance(s_derived);

    [Fact]
    public void Layout_keeps_ordinals_of_the_superclass_and_replaces_overrides()
    {
        Assert.Equal(["Id", "TEXT", "List"], s_derived.Properties.Select(p => p.Name));
        Assert.Equal(1, s_derived.OrdinalOf("text"));
        Assert.Equal(-1, s_derived.OrdinalOf("Other"));
        Assert.True(s_derived.IsA("base"));
        Assert.False(s_base.IsA("Derived"));
    }

    [Fact]
    public void Associations_stay_associations()
    {
        var link = new CimLayout("Link", null, true);
        Assert.True(new CimLayout("Sub", link, false).IsAssociation);
    }

    [Fact]
    public void Null_is_not_the_same_as_absent()
    {
        var instance = new CimInstance(s_base);
        Assert.Empty(instance.Properties);
        instance.SetAt(1, null);
        Assert.True(instance.Has("Text"));
        Assert.Null(instance["Text"]);
        Assert.False(instance.Has("Id"));
        Assert.Null(Assert.Single(instance.Properties).Value);
        instance.Remove("text");
        Assert.False(instance.HasAt(1));
    }

    [Fact]
    public void A_copy_and_what_it_was_made_of_change_each_by_itself()
    {
        var first = new Derived { Path = new CimObjectPath("Derived") };
        first.SetAt(0, (ushort)1);
        first.SetAt(1, "one");
        var second = first.Copy();
        var third = first.Copy();
        second.SetAt(0, (ushort)2);
        second.Path = null;
        third.Remove("Text");
        third.Set("Extra", CimType.Boolean, false, true);
        first.SetAt(1, "another");

        Assert.IsType<Derived>(second);
        Assert.Equal([(ushort)1, "another"], first.Properties.Select(p => p.Value));
        Assert.Equal([(ushort)2, "one"], second.Properties.Select(p => p.Value));
        Assert.Equal([(ushort)1, true], third.Properties.Select(p => p.Value));
        Assert.Equal("Derived", first.Path?.ClassName);
        Assert.Same(s_derived, first.Layout);
    }

    [Fact]
    public void What_is_given_to_many_is_copied_and_not_changed()
    {
        var known = new Derived { Path = new CimObjectPath("Derived") };
        known.SetAt(1, "one");
        known.Fix();

        Assert.Throws<InvalidOperationException>(() => known.SetAt(1, "another"));
        Assert.Throws<InvalidOperationException>(() => known.Remove("Text"));
        Assert.Throws<InvalidOperationException>(() => known.Set("Extra", CimType.Boolean, false, true));
        Assert.Throws<InvalidOperationException>(() => known.Path = null);
        Assert.Equal([(object?)"one"], known.Properties.Select(p => p.Value));
        Assert.Equal("Derived", known.Path?.ClassName);

        var copy = known.Copy();
        Assert.False(copy.IsFixed);
        copy.SetAt(1, "another");
        copy.Path = null;
        Assert.Equal("one", known["Text"]);
    }

    [Fact]
    public void Properties_beyond_the_class_are_added()
    {
        var instance = new CimInstance(s_base);
        instance.Set("Extra", CimType.Boolean, false, true);
        instance.Set("EXTRA", CimType.Boolean, false, false);
        Assert.Equal(false, instance["extra"]);
        Assert.Equal(3, instance.Layout.Properties.Count);
        Assert.Equal(2, s_base.Properties.Count);
    }

    [Fact]
    public void Path_is_made_of_the_keys()
    {
        var instance = new CimInstance(s_base);
        var error = Assert.Throws<CimException>(() => instance.MakePath("root"));
        Assert.Equal(CimStatus.InvalidParameter, error.Status);
        Assert.Contains("Base.Id", error.Message, StringComparison.Ordinal);
        instance.SetAt(0, (ushort)7);
        Assert.Equal("root:Base.Id=7", instance.MakePath("root").ToString());
    }

    [Fact]
    public void As_gives_the_types_of_the_class()
    {
        var loose = new CimInstance("Base");
        loose.Set("id", CimType.UInt64, false, 7UL);
        loose.Set("list", CimType.UInt64, false, 9UL);
        loose.Set("unknown", CimType.String, false, "x");
        var typed = loose.As<Derived>();
        Assert.Equal((ushort)7, typed["Id"]);
        Assert.Equal(new byte[] { 9 }, typed["List"]);
        Assert.False(typed.Has("unknown"));
        Assert.Same(typed, typed.As<Derived>());
    }

    [Fact]
    public void As_refuses_values_that_do_not_fit()
    {
        var loose = new CimInstance("Base");
        loose.Set("Id", CimType.String, false, "seven");
        var error = Assert.Throws<CimException>(() => loose.As<Derived>());
        Assert.Equal(CimStatus.TypeMismatch, error.Status);
        Assert.Contains("seven", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Convert_takes_one_element_for_a_scalar_but_not_more()
    {
        var info = new CimPropertyInfo("N", CimType.UInt16, false);
        Assert.Equal((ushort)1, CimInstance.Convert(new[] { "1" }, info));
        Assert.Equal(CimStatus.TypeMismatch, Assert.Throws<CimException>(() => CimInstance.Convert(new[] { "1", "2" }, info)).Status);
        Assert.Null(CimInstance.Convert(null, info));
    }

    [Fact]
    public void Typed_reading_does_not_lose_null_elements_silently()
    {
        Assert.Equal(new byte[] { 1 }, CimTyped.Array<byte>(new byte?[] { 1 }, "A"));
        Assert.Equal(CimStatus.TypeMismatch, Assert.Throws<CimException>(() => CimTyped.Array<byte>(new byte?[] { null }, "A")).Status);
        Assert.Null(CimTyped.Array<byte>(null, "A"));
        Assert.Null(CimTyped.Scalar<byte>("x"));
        Assert.Equal(["1", "2"], CimTyped.Array<byte, string>(new byte[] { 1, 2 }, "A", b => CimValue.Format(b))!);
    }
}
