using Xen.Cim.Model.Mof;
using Xunit;

namespace Xen.Cim.Model.Tests.Mof;

public sealed class MofWriterTests
{
    private const string Classes = """
        [Description ( "A \"quoted\" class\nof two lines, it's" )]
        class A
        {
          [Key] string Id;
          [ValueMap { "1", "2" }, Description ( "N" ) : DisableOverride] uint16 N[] = {1, 2};
          [EmbeddedInstance ( "A" )] string Inner;
          real64 R = 1.0; real32 Small; char16 C = '\''; boolean F = TRUE; datetime T; uint64 Big; sint64 Low; string Words[4];
          uint32 M([In ( false ), Out] A REF Found[], string Text);
          boolean Nothing();
        };
        [Association] class L { [Key] A REF X; [Key] A REF Y; };
        """;

    [Fact]
    public void What_is_written_reads_back_the_same()
    {
        var first = MofCompilerTests.Compile(Classes);
        var flavors = first.Qualifiers.ToDictionary(q => q.Name, StringComparer.OrdinalIgnoreCase);
        var written = string.Concat(first.Qualifiers.Select(MofWriter.Write))
            + string.Concat(first.Classes.Select(c => MofWriter.Write(c, declarations: flavors.GetValueOrDefault)));
        var second = new MofDeclarations();
        MofCompiler.CompileText(written, "written.mof", second);

        Assert.Equal(first.Qualifiers, second.Qualifiers);
        Assert.Equal(first.Classes.Count, second.Classes.Count);
        foreach (var (a, b) in first.Classes.Zip(second.Classes))
            AssertSame(a, b);
    }

    [Fact]
    public void Instances_read_back_with_every_kind_of_value()
    {
        var known = MofCompilerTests.Compile(Classes);
        var layout = new CimInstance("A");
        layout.Set("Id", CimType.String, false, "tab\t nul\0 quote\" back\\ slash ' é 🐧 lone\uD800");
        layout.Set("N", CimType.UInt16, true, new ushort[] { 0, 65535 });
        layout.Set("R", CimType.Real64, false, 1e300);
        layout.Set("Small", CimType.Real32, false, float.NaN);
        layout.Set("C", CimType.Char16, false, '\n');
        layout.Set("F", CimType.Boolean, false, null);
        layout.Set("T", CimType.DateTime, false, CimDateTime.Parse("20260301******.******+000"));
        layout.Set("Big", CimType.UInt64, false, ulong.MaxValue);
        layout.Set("Low", CimType.SInt64, false, long.MinValue);
        layout.Set("Words", CimType.String, true, new[] { "a    b", null, "" });
        var inner = new CimInstance("A");
        inner.Set("Id", CimType.String, false, "in    \"side\"");
        layout.Set("Inner", CimType.String, false, inner);

        var second = new MofDeclarations();
        MofCompiler.CompileText(MofWriter.Write(layout), "written.mof", second, known);
        var read = Assert.Single(second.Instances);
        foreach (var property in layout.Properties.Where(p => p.Name != "Inner"))
            Assert.True(CimValue.AreEqual(property.Value, read[property.Name]), property.Name);
        Assert.Equal("in    \"side\"", Assert.IsType<CimInstance>(read["Inner"])["Id"]);
    }

    [Theory]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(double.Epsilon)]
    [InlineData(-0.0)]
    [InlineData(double.MaxValue)]
    public void Reals_read_back_exactly(double value)
    {
        var instance = new CimInstance("A");
        instance.Set("R", CimType.Real64, false, value);
        Assert.Equal(value, Assert.Single(MofInstanceReader.Parse(MofWriter.Write(instance)))["R"]);
    }

    [Fact]
    public void Writes_a_class_as_people_do()
    {
        var a = MofCompilerTests.Compile("[Abstract] class A { [Key] string Id; uint16 N[] = {1, 2}; uint32 M([Out] A REF R); };");
        var flavors = a.Qualifiers.ToDictionary(q => q.Name, StringComparer.OrdinalIgnoreCase);
        Assert.Equal("""
            [Abstract]
            class A
            {
                [Key]
                string Id;

                uint16 N[] = { 1, 2 };

                uint32 M(
                    [Out]
                    A REF R);
            };

            """, MofWriter.Write(a.Classes[0], declarations: flavors.GetValueOrDefault), ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void Inherited_elements_are_written_on_request_only()
    {
        var classes = MofCompilerTests.Compile("class A { [Key] string Id; }; class B : A { uint8 N; };").Classes;
        var resolved = ClassResolver.Resolve(classes[1], ClassResolver.Resolve(classes[0], null));
        Assert.DoesNotContain("Id", MofWriter.Write(resolved), StringComparison.Ordinal);
        Assert.Contains("string Id;", MofWriter.Write(resolved, includeInherited: true), StringComparison.Ordinal);
    }

    private static void AssertSame(CimClass a, CimClass b)
    {
        Assert.Equal((a.Name, a.SuperclassName), (b.Name, b.SuperclassName));
        AssertSame(a.Qualifiers, b.Qualifiers);
        Assert.Equal(a.Properties.Count, b.Properties.Count);
        foreach (var (p, q) in a.Properties.Zip(b.Properties))
        {
            Assert.Equal((p.Name, p.Type, p.IsArray, p.ArraySize, p.ReferenceClass), (q.Name, q.Type, q.IsArray, q.ArraySize, q.ReferenceClass));
            Assert.True(CimValue.AreEqual(p.DefaultValue, q.DefaultValue), p.Name);
            AssertSame(p.Qualifiers, q.Qualifiers);
        }
        Assert.Equal(a.Methods.Count, b.Methods.Count);
        foreach (var (m, n) in a.Methods.Zip(b.Methods))
        {
            Assert.Equal((m.Name, m.ReturnType), (n.Name, n.ReturnType));
            Assert.Equal(m.Parameters.Count, n.Parameters.Count);
            foreach (var (p, q) in m.Parameters.Zip(n.Parameters))
            {
                Assert.Equal((p.Name, p.Type, p.IsArray, p.ReferenceClass, p.IsIn, p.IsOut), (q.Name, q.Type, q.IsArray, q.ReferenceClass, q.IsIn, q.IsOut));
                AssertSame(p.Qualifiers, q.Qualifiers);
            }
        }
    }

    private static void AssertSame(IReadOnlyList<CimQualifier> a, IReadOnlyList<CimQualifier> b)
    {
        Assert.Equal(a.Count, b.Count);
        foreach (var (q, r) in a.Zip(b))
        {
            Assert.Equal((q.Name, q.Type, q.IsArray, q.Flavor), (r.Name, r.Type, r.IsArray, r.Flavor));
            Assert.True(CimValue.AreEqual(q.Value, r.Value), q.Name);
        }
    }
}
