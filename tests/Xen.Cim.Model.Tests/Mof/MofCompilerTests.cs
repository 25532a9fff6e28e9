using Xen.Cim.Model.Mof;
using Xen.Cim.Model.Mof.Syntax;
using Xunit;

namespace Xen.Cim.Model.Tests.Mof;

public sealed class MofCompilerTests
{
    internal const string Qualifiers = """
        Qualifier Abstract : boolean = false, Scope(class, association, indication), Flavor(EnableOverride, Restricted);
        Qualifier Association : boolean = false, Scope(association), Flavor(DisableOverride, ToSubclass);
        Qualifier Description : string = null, Scope(any), Flavor(EnableOverride, ToSubclass, Translatable);
        Qualifier EmbeddedInstance : string = null, Scope(property, method, parameter);
        Qualifier In : boolean = true, Scope(parameter), Flavor(DisableOverride, ToSubclass);
        Qualifier Key : boolean = false, Scope(property, reference), Flavor(DisableOverride, ToSubclass);
        Qualifier MaxLen : uint32 = null, Scope(property);
        Qualifier Out : boolean = false, Scope(parameter), Flavor(DisableOverride, ToSubclass);
        Qualifier Override : string = null, Scope(property, reference, method), Flavor(EnableOverride, Restricted);
        Qualifier ValueMap : string[], Scope(property, method, parameter);

        """;

    internal static MofDeclarations Compile(string text)
    {
        var result = new MofDeclarations();
        MofCompiler.CompileText(Qualifiers + text, "t.mof", result);
        return result;
    }

    // Lines are those of the text after the qualifiers.
    private static void Fails(string text, int line, int column, string problem)
    {
        var error = Assert.Throws<MofException>(() => Compile(text));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.Equal((line, column), (error.Location.Line - Qualifiers.Count(c => c == '\n'), error.Location.Column));
    }

    [Fact]
    public void Qualifier_types_have_defaults_scopes_and_flavors()
    {
        var all = Compile("").Qualifiers;
        var key = all.Single(q => q.Name == "Key");
        Assert.Equal((CimType.Boolean, false, CimScope.Property | CimScope.Reference, CimFlavor.ToSubclass), (key.Type, key.DefaultValue, key.Scope, key.Flavor));
        var description = all.Single(q => q.Name == "Description");
        Assert.Equal((CimScope.Any, CimFlavor.Default | CimFlavor.Translatable), (description.Scope, description.Flavor));
        Assert.Equal(CimFlavor.Overridable, all.Single(q => q.Name == "Abstract").Flavor);
        Assert.True(all.Single(q => q.Name == "ValueMap").IsArray);
    }

    [Fact]
    public void Classes_come_after_their_superclasses_with_the_right_types()
    {
        var classes = Compile("""
            class B : A { [Override ( "N" ), MaxLen ( 5 )] uint16 N = 7; B REF Other; uint8 Bytes[3] = {1, 0xFF}; datetime T = "00000001000000.000000:000"; };
            [Abstract, Description ( "Base" ) : DisableOverride] class A { [Key] string Id; uint16 N; };
            """).Classes;
        Assert.Equal(["A", "B"], classes.Select(c => c.Name));
        Assert.True(classes[0].Is("Abstract"));
        Assert.Equal(CimFlavor.ToSubclass | CimFlavor.Translatable, classes[0].Qualifier("Description")!.Flavor);
        var b = classes[1];
        Assert.Equal("A", b.SuperclassName);
        Assert.Equal((ushort)7, b.Property("N")!.DefaultValue);
        Assert.Equal(5u, b.Property("N")!.Qualifier("MaxLen")!.Value);
        Assert.Equal((CimType.Reference, "B"), (b.Property("Other")!.Type, b.Property("Other")!.ReferenceClass));
        Assert.Equal(new byte[] { 1, 255 }, b.Property("Bytes")!.DefaultValue);
        Assert.Equal(3, b.Property("Bytes")!.ArraySize);
        Assert.Equal(TimeSpan.FromDays(1), Assert.IsType<CimDateTime>(b.Property("T")!.DefaultValue).ToTimeSpan());
    }

    [Fact]
    public void Resolving_inherits_and_marks_what_is_inherited()
    {
        var classes = Compile("""
            [Abstract, Description ( "A" )] class A { [Key, Description ( "Id" )] string Id; [ValueMap { "1" }] uint16 N = 3; uint32 M([In ( false ), Out] A REF R); };
            class B : A { [Override ( "N" )] uint16 N; string Own; };
            """).Classes;
        var b = ClassResolver.Resolve(classes[1], ClassResolver.Resolve(classes[0], null));
        Assert.Equal(["Id", "N", "Own"], b.Properties.Select(p => p.Name));
        Assert.Equal(("A", true, true), (b.Property("Id")!.ClassOrigin, b.Property("Id")!.IsPropagated, b.Property("Id")!.IsKey));
        Assert.Equal(("B", false), (b.Property("N")!.ClassOrigin, b.Property("N")!.IsPropagated));
        Assert.Equal((ushort)3, b.Property("N")!.DefaultValue);
        Assert.True(b.Property("N")!.Qualifier("ValueMap")!.IsPropagated);
        Assert.Equal(("A", true), (b.Method("M")!.ClassOrigin, b.Method("M")!.IsPropagated));
        Assert.False(b.Method("M")!.Parameter("R")!.IsIn);
        Assert.False(b.Is("Abstract"));
        Assert.Equal("A", b.Qualifier("Description")!.Value);
    }

    [Fact]
    public void Instances_take_types_and_defaults_from_their_class()
    {
        var instance = Assert.Single(Compile("""
            #pragma namespace ("//host/root/x")
            class A { [Key] string Id; uint16 N = 3; sint8 S[]; real32 R; datetime T; A REF Ref; boolean F; };
            instance of a { ID = "one"; s = {-1, NULL}; R = 2; T = "20260301000000.000000+000"; Ref = "A.Id=\"two\""; F = NULL; };
            """).Instances);
        Assert.Equal("root/x:A.Id=\"one\"", instance.Path!.ToString());
        Assert.Equal((ushort)3, instance["N"]);
        Assert.Equal(new sbyte?[] { -1, null }, instance["S"]);
        Assert.Equal(2f, instance["R"]);
        Assert.IsType<CimDateTime>(instance["T"]);
        Assert.Equal(CimObjectPath.Parse("A.Id=\"two\""), instance["Ref"]);
        Assert.True(instance.Has("F"));
    }

    [Fact]
    public void Aliases_stand_for_paths_before_and_after()
    {
        var instances = Compile("""
            class A { [Key] uint8 Id; };
            [Association] class L { [Key] A REF X; [Key] A REF Y; };
            instance of L { X = $One; Y = $Two; };
            instance of A as $One { Id = 1; };
            instance of A as $Two { Id = 2; };
            """).Instances;
        Assert.Equal("L.X=\"A.Id=1\",Y=\"A.Id=2\"", instances[0].Path!.ToString());
    }

    [Fact]
    public void Embedded_instances_are_written_as_strings_at_any_depth()
    {
        var instance = Compile("""
            class A { [Key] uint8 Id; [EmbeddedInstance ( "A" )] string One; [EmbeddedInstance ( "A" )] string Many[]; };
            instance of A { Id = 1; One = "instance of A { Id = 2; One = \"instance of A { Id = 3; };\"; };"; Many = { "instance of A { Id = 4; }" }; };
            """).Instances[0];
        var one = Assert.IsType<CimInstance>(instance["One"]);
        Assert.Equal((byte)2, one["Id"]);
        Assert.Equal((byte)3, Assert.IsType<CimInstance>(one["One"])["Id"]);
        Assert.Equal((byte)4, Assert.Single(Assert.IsType<CimInstance[]>(instance["Many"]))["Id"]);
    }

    [Theory]
    [InlineData("class B : A {};", 1, 11, "A, which is not declared")]
    [InlineData("class A : B {};\nclass B : A {};", 1, 7, "its own superclass")]
    [InlineData("class A {};\nclass a {};", 2, 7, "declared in t.mof")]
    [InlineData("class A { string P; uint8 p; };", 1, 27, "the property p twice")]
    [InlineData("class A { Nothing REF P; };", 1, 11, "Nothing is not declared")]
    [InlineData("class A { string P; };\nclass B : A { string P; };", 2, 22, "Override ( \"P\" )")]
    [InlineData("class A { string P; };\nclass B : A { [Override ( \"P\" )] uint8 P; };", 2, 40, "is uint8, but the property that it overrides is string")]
    [InlineData("class A { [Override ( \"P\" )] uint8 P; };", 1, 36, "no superclass has it")]
    [InlineData("class A { [Odd] string P; };", 1, 12, "the qualifier Odd is not declared")]
    [InlineData("[Key] class A {};", 1, 2, "its scope is property, reference")]
    [InlineData("class A { [Key, KEY] string P; };", 1, 17, "has the qualifier KEY twice")]
    [InlineData("class A { [MaxLen ( \"x\" )] string P; };", 1, 21, "MaxLen is of type uint32")]
    [InlineData("class A { [Key] string P; };\nclass B : A { [Override ( \"P\" ), Key ( false )] string P; };", 2, 34, "DisableOverride")]
    [InlineData("class A { uint8 P = 256; };", 1, 21, "A.P is of type uint8; 256 is not")]
    [InlineData("class A { uint8 P = {1}; };", 1, 21, "takes one uint8")]
    [InlineData("class A { datetime P = \"now\"; };", 1, 24, "of type datetime")]
    [InlineData("class A { [Key] uint8 P; };\ninstance of A { Q = 1; };", 2, 17, "A has no property Q")]
    [InlineData("class A { [Key] uint8 P; };\ninstance of A { };", 2, 13, "key A.P has no value")]
    [InlineData("class A { [Key] uint8 P; };\ninstance of A { P = 1; P = 1; };", 2, 24, "set twice")]
    [InlineData("[Abstract] class A { };\ninstance of A { };", 2, 13, "abstract")]
    [InlineData("instance of A { };", 1, 13, "A is not declared")]
    [InlineData("class A { A REF P; };\ninstance of A { P = $Q; };", 2, 21, "$Q is not declared")]
    [InlineData("class A { [Key] A REF P; };\ninstance of A as $Q { P = $Q; };", 2, 27, "depend on themselves")]
    [InlineData("#pragma include (\"x.mof\")", 1, 1, "not in a folder")]
    [InlineData("#pragma namespace (\"//host\")", 1, 1, "names no namespace")]
    public void Says_what_is_wrong_and_where(string text, int line, int column, string problem) => Fails(text, line, column, problem);

    [Theory]
    [InlineData(31, true)]
    [InlineData(40, false)]
    public void Embedded_instances_cannot_be_nested_without_end(int levels, bool allowed)
    {
        // Hexadecimal escapes grow by a few characters for each level; plain backslashes would double.
        var text = "instance of A { Id = 1; };";
        for (var i = 0; i < levels; i++)
        {
            var escaped = text.Replace("\\", "\\x005C", StringComparison.Ordinal).Replace("\"", "\\x0022", StringComparison.Ordinal);
            text = $"instance of A {{ Id = 1; One = \"{escaped}\"; }};";
        }
        text = "class A { [Key] uint8 Id; [EmbeddedInstance ( \"A\" )] string One; };\n" + text;
        if (!allowed)
        {
            Assert.Contains("more than 32 deep", Assert.Throws<MofException>(() => Compile(text)).Message, StringComparison.Ordinal);
            return;
        }
        var depth = 0;
        for (var at = Compile(text).Instances[0]; at["One"] is CimInstance next; at = next)
            depth++;
        Assert.Equal(levels, depth);
    }

    [Fact]
    public void Each_declaration_has_the_namespace_that_its_place_gives()
    {
        var sink = new Namespaces();
        MofCompiler.CompileText("""
            class Derived : Base { };
            #pragma namespace ("root/x")
            class Here : Base { };
            #pragma namespace ("root/y")
            class Here { };
            """.Insert(0, "class Base { };\n"), "n.mof", sink);
        Assert.Equal([(null, "Base"), (null, "Derived"), ("root/x", "Here"), ("root/y", "Here")], sink.Seen);
    }

    private sealed class Namespaces : IMofSink
    {
        public List<(string?, string)> Seen { get; } = [];

        public void AddQualifier(string? @namespace, CimQualifierDeclaration declaration) => Seen.Add((@namespace, declaration.Name));

        public void AddClass(string? @namespace, CimClass declared) => Seen.Add((@namespace, declared.Name));

        public void AddInstance(string? @namespace, CimInstance instance) => Seen.Add((@namespace, instance.ClassName));
    }

    [Fact]
    public void Known_declarations_need_not_be_repeated()
    {
        var first = Compile("class A { [Key] string Id; };");
        var second = new MofDeclarations();
        MofCompiler.CompileText("class B : A { }; instance of B { Id = \"x\"; };", "b.mof", second, first);
        Assert.Equal("B.Id=\"x\"", Assert.Single(second.Instances).Path!.ToString());
    }

    [Fact]
    public void Files_are_included_once_from_where_they_lie()
    {
        var folder = Directory.CreateTempSubdirectory("mof-test");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "main.mof"), "#pragma include (\"sub/a.mof\")\n#pragma include (\"sub/b.mof\")\n");
            Directory.CreateDirectory(Path.Combine(folder.FullName, "sub"));
            File.WriteAllText(Path.Combine(folder.FullName, "sub", "a.mof"), "#pragma namespace (\"x\")\n#pragma include (\"b.mof\")\nclass A : B {};");
            File.WriteAllText(Path.Combine(folder.FullName, "sub", "b.mof"), "#pragma include (\"a.mof\")\nclass B {};");
            var result = new MofDeclarations();
            MofCompiler.Compile([folder.FullName, Path.Combine(folder.FullName, "main.mof")], result);
            Assert.Equal(["B", "A"], result.Classes.Select(c => c.Name));

            File.WriteAllText(Path.Combine(folder.FullName, "bad.mof"), "\n #pragma include (\"none.mof\")");
            var error = Assert.Throws<MofException>(() => MofCompiler.Compile([Path.Combine(folder.FullName, "bad.mof")], new MofDeclarations()));
            Assert.Equal((2, 2), (error.Location.Line, error.Location.Column));
            Assert.Contains("none.mof", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void The_schema_and_the_Xen_classes_compile()
    {
        var result = new MofDeclarations();
        MofCompiler.Compile([Path.Combine(AppContext.BaseDirectory, "schema"), Path.Combine(AppContext.BaseDirectory, "mof")], result);
        Assert.Contains(result.Classes, c => c.Name == "Xen_ComputerSystem");
        Assert.Contains(result.Qualifiers, q => q.Name == "Key");
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var declared in result.Classes)
        {
            Assert.True(declared.SuperclassName is null || names.Contains(declared.SuperclassName), declared.Name);
            names.Add(declared.Name);
        }
    }
}
