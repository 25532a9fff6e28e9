extern alias Model;

using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.CodeAnalysis;
using Model::Xen.Cim.Model;
using Xunit;

namespace Xen.Cim.Generator.Tests;

public sealed class CimGeneratorTests
{
    private const string Mof = """
        [Abstract, Description ( "The <root> & all" )]
        class T_Base
        {
          [Key] string Id;
          [ValueMap { "0", "2", "0x10", "..", "32768..65535" }, Values { "Not known", "Enabled but 1.5", "802.11a", "Reserved", "Vendor" }]
          uint16 State = 0;
          [ValueMap { "-1", "1" }, Values { "Same", "Same" }] sint8 States[];
          [ValueMap { "IP", "UUID" }] string Format;
          boolean Flag; uint64 Big; real64 Real; char16 Letter; datetime When; uint8 Bytes[]; string Words[]; sint32 Path; string event;
          [EmbeddedInstance ( "T_Base" )] string Inner; [EmbeddedInstance ( "T_Base" )] string Inners[]; [EmbeddedObject] string Any;
          [ValueMap { "0", "4096" }, Values { "Done", "Job started" }]
          uint32 Change(
            [In, ValueMap { "2" }, Values { "On" }] uint16 State,
            [In] uint16 Numbers[],
            [In ( false ), Out] T_Base REF Result,
            [In, Out] string Name,
            [In, EmbeddedInstance ( "T_Base" )] string Settings[],
            [In ( false ), Out, EmbeddedInstance ( "T_Base" )] string Made);
          uint32 Plain();
        };
        class T_Derived : T_Base
        {
          [Override ( "State" ), Description ( "Only the words change." )] uint16 State;
          uint8 Own;
        };
        class T_Narrow : T_Derived
        {
          [Override ( "State" ), ValueMap { "7" }, Values { "Seven" }] uint16 State;
          [Override ( "Plain" ), ValueMap { "3" }, Values { "Three" }] uint32 Plain();
        };
        [Association] class T_Link { [Key] T_Base REF Left; [Key] T_Base REF Right; };
        class T_SubLink : T_Link { };
        """;

    private static readonly Lazy<Assembly> s_assembly = new(() => Generated.From(("t.mof", Mof)).Load());

    private static Type Type(string name) => s_assembly.Value.GetType("Xen.Cim.Schema." + name, throwOnError: true)!;

    private static CimInstance New(string name) => (CimInstance)Activator.CreateInstance(Type(name))!;

    private static CimLayout Layout(string name) => (CimLayout)Type(name).GetField("Layout")!.GetValue(null)!;

    private static void Compiles(string code, params string[] errors)
    {
        var source = "#pragma warning disable CS0219 // assigned, never used\nusing Xen.Cim.Model; using Xen.Cim.Schema; class C { void M(CimArguments input, CimArguments output) { " + code + " } }";
        var found = Generated.From([("t.mof", Mof)], source).CompilerErrors;
        Assert.Equal(errors, found.Select(d => d.Id));
    }

    [Theory]
    [InlineData("string? x = new T_Base().Id; bool? f = new T_Base().Flag; ulong? u = new T_Base().Big; double? d = new T_Base().Real; char? c = new T_Base().Letter;")]
    [InlineData("CimDateTime? t = new T_Base().When; byte[]? b = new T_Base().Bytes; string[]? w = new T_Base().Words; CimObjectPath? p = new T_Link().Left;")]
    [InlineData("CimInstance? i = new T_Base().Inner; CimInstance[]? n = new T_Base().Inners; object? o = new T_Base().Any; string? e = new T_Base().@event;")]
    [InlineData("T_Base.StateValue? s = new T_Derived().State; T_Base.StatesValue[]? a = new T_Derived().States; T_Narrow.StateValue? n = new T_Narrow().State;")]
    [InlineData("var s = new T_Base { State = T_Base.StateValue.Enabled_but_1_5, Format = T_Base.FormatValue.UUID, States = [T_Base.StatesValue.Same] };")]
    [InlineData("var s = (T_Base.StateValue._802_11a, T_Base.StateValue.Not_known, T_Derived.StateValue.Not_known, T_Narrow.StateValue.Seven);")]
    [InlineData("string n = T_Derived.Names.Id + T_Derived.Names.Own + T_Base.CimName; CimLayout l = T_SubLink.Layout; int? path = new T_Base().PathProperty;")]
    [InlineData("var m = new T_Derived.ChangeMethod(input, output); T_Base.ChangeMethod.StateValue? s = m.State; ushort[]? n = m.Numbers; CimArgument? g = m.Settings; m.Result = new CimObjectPath(\"A\"); string? i = m.NameParameter; m.NameParameter = i; m.Made = new CimInstance(\"A\");")]
    [InlineData("var r = (uint)T_Base.ChangeMethod.ReturnValue.Job_started + (uint)T_Narrow.PlainMethod.ReturnValue.Three; var n = T_Base.PlainMethod.Name;")]
    public void Generated_members_have_these_names_and_types(string code) => Compiles(code);

    [Theory]
    [InlineData("new T_Base().Stat = null;", "CS1061")]
    [InlineData("new T_Base().State = 2;", "CS0266")]
    [InlineData("var x = T_Base.StateValue.Vendor;", "CS0117")]
    [InlineData("new T_Base().Own = 1;", "CS1061")]
    [InlineData("var x = T_Base.Names.Own;", "CS0117")]
    [InlineData("var x = new T_Base.ChangeMethod(input, output).Result;", "CS0154")]
    [InlineData("new T_Base.ChangeMethod(input, output).Numbers = null;", "CS0200")]
    [InlineData("var x = T_Base.PlainMethod.ReturnValue.Three;", "CS0117")]
    public void Wrong_names_and_types_do_not_compile(string code, string error) => Compiles(code, error);

    [Fact]
    public void Layouts_tell_types_keys_and_embedding()
    {
        var layout = Layout("T_Base");
        Assert.Equal("T_Base", layout.ClassName);
        Assert.Equal(["Id", "State", "States", "Format", "Flag", "Big", "Real", "Letter", "When", "Bytes", "Words", "Path", "event", "Inner", "Inners", "Any"],
            layout.Properties.Select(p => p.Name));
        CimPropertyInfo Of(string name) => layout.Properties[layout.OrdinalOf(name)];
        Assert.Equal((CimType.String, false, CimPropertyFlags.Key), (Of("Id").Type, Of("Id").IsArray, Of("Id").Flags));
        Assert.Equal((CimType.SInt8, true), (Of("States").Type, Of("States").IsArray));
        Assert.Equal((CimType.String, true, CimPropertyFlags.EmbeddedInstance), (Of("Inners").Type, Of("Inners").IsArray, Of("Inners").Flags));
        Assert.Equal(CimPropertyFlags.EmbeddedObject, Of("Any").Flags);
        Assert.Equal(CimType.DateTime, Of("When").Type);
        Assert.False(layout.IsAssociation);
    }

    [Fact]
    public void Subclasses_keep_ordinals_keys_and_association()
    {
        var narrow = Layout("T_Narrow");
        Assert.True(narrow.IsA("T_Base"));
        Assert.Equal(Layout("T_Base").OrdinalOf("State"), narrow.OrdinalOf("State"));
        Assert.Equal(16, narrow.OrdinalOf("Own"));
        Assert.True(narrow.Properties[0].IsKey);
        Assert.True(Layout("T_SubLink").IsAssociation);
        Assert.Equal(CimType.Reference, Layout("T_SubLink").Properties[1].Type);
        Assert.True(Layout("T_SubLink").Properties[1].IsKey);
    }

    [Fact]
    public void Names_lie_in_memory_as_UTF8()
    {
        Assert.All(Layout("T_Narrow").Properties, p => Assert.Equal(p.Name, Marshal.PtrToStringUTF8(p.Utf8)));
    }

    [Fact]
    public void Enums_are_stored_as_plain_integers()
    {
        var instance = New("T_Derived");
        var state = Type("T_Base").GetProperty("State")!;
        state.SetValue(instance, Enum.ToObject(Type("T_Base+StateValue"), (ushort)16));
        Assert.Equal((ushort)16, instance["State"]);
        Assert.Equal("_802_11a", state.GetValue(instance)!.ToString());

        instance.SetAt(instance.Layout.OrdinalOf("State"), (ushort)999);
        Assert.Equal("999", state.GetValue(instance)!.ToString());

        var states = Type("T_Base").GetProperty("States")!;
        var array = Array.CreateInstance(Type("T_Base+StatesValue"), 2);
        array.SetValue(Enum.ToObject(Type("T_Base+StatesValue"), (sbyte)-1), 0);
        states.SetValue(instance, array);
        Assert.Equal(new sbyte[] { -1, 0 }, Assert.IsType<sbyte[]>(instance["States"]));
        Assert.Equal(array, states.GetValue(instance));
        states.SetValue(instance, null);
        Assert.Null(instance["States"]);
        Assert.True(instance.Has("States"));
    }

    [Fact]
    public void An_overridden_property_is_the_same_storage()
    {
        var instance = New("T_Narrow");
        Type("T_Narrow").GetProperty("State", BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)!
            .SetValue(instance, Enum.ToObject(Type("T_Narrow+StateValue"), (ushort)7));
        var inherited = Type("T_Base").GetProperty("State")!.GetValue(instance)!;
        Assert.Equal("7", inherited.ToString());
        Assert.Null(Type("T_Derived").GetProperty("State", BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly));
    }

    [Fact]
    public void Values_of_the_same_name_get_different_ones()
    {
        Assert.Equal(2, Enum.GetNames(Type("T_Base+StatesValue")).Distinct().Count());
        Assert.Equal("Same", Enum.GetName(Type("T_Base+StatesValue"), (sbyte)-1));
    }

    [Fact]
    public void Parameters_are_converted_on_the_way_in()
    {
        var input = new CimArguments();
        input.Set("state", CimType.String, false, "2");
        input.Set("Numbers", CimType.UInt64, false, 5UL);
        input.Set("Settings", CimType.String, false, "instance of T_Base {}");
        var method = Activator.CreateInstance(Type("T_Base+ChangeMethod"), input, new CimArguments())!;
        Assert.Equal("On", Get("State")!.ToString());
        Assert.Equal(new ushort[] { 5 }, Get("Numbers"));
        Assert.Equal("instance of T_Base {}", Assert.IsType<CimArgument>(Get("Settings")).Value);
        Assert.Null(Get("NameParameter"));

        input.Set("Numbers", CimType.String, false, "many");
        var error = Assert.IsType<CimException>(Assert.Throws<TargetInvocationException>(() => Get("Numbers")).InnerException);
        Assert.Equal(CimStatus.TypeMismatch, error.Status);
        Assert.Contains("many", error.Message, StringComparison.Ordinal);

        object? Get(string name) => method.GetType().GetProperty(name)!.GetValue(method);
    }

    [Fact]
    public void Out_parameters_are_set_with_their_types()
    {
        var output = new CimArguments();
        var method = Activator.CreateInstance(Type("T_Base+ChangeMethod"), new CimArguments(), output)!;
        var path = new CimObjectPath("T_Base");
        method.GetType().GetProperty("Result")!.SetValue(method, path);
        method.GetType().GetProperty("Made")!.SetValue(method, New("T_Derived"));
        Assert.Equal(new CimArgument("Result", CimType.Reference, false, path), output["result"]);
        Assert.Equal((CimType.String, false), (output["Made"]!.Type, output["Made"]!.IsArray));
    }

    [Fact]
    public void The_table_finds_classes_without_case()
    {
        var table = Type("CimLayouts");
        var find = table.GetMethod("Find")!;
        Assert.Same(Layout("T_Narrow"), find.Invoke(null, ["t_NARROW"]));
        Assert.Null(find.Invoke(null, ["T_None"]));
        Assert.Equal(["T_Base", "T_Derived", "T_Link", "T_Narrow", "T_SubLink"],
            ((IReadOnlyList<CimLayout>)table.GetProperty("All")!.GetValue(null)!).Select(l => l.ClassName));
        Assert.Equal(["Change", "Plain"], (IReadOnlyList<string>)table.GetMethod("MethodsOf")!.Invoke(null, ["T_Narrow"])!);
        Assert.Empty((IReadOnlyList<string>)table.GetMethod("MethodsOf")!.Invoke(null, ["T_Link"])!);
        Assert.IsType(Type("T_Derived"), table.GetMethod("New")!.Invoke(null, ["T_Derived"]));
    }

    [Fact]
    public void The_order_of_files_does_not_matter()
    {
        var assembly = Generated.From(("a.mof", "class B : A { uint8 Q; };"), ("b.mof", "class A { [Key] string P; };"), ("readme.txt", "not MOF")).Load();
        var layout = (CimLayout)assembly.GetType("Xen.Cim.Schema.B", throwOnError: true)!.GetField("Layout")!.GetValue(null)!;
        Assert.Equal(["P", "Q"], layout.Properties.Select(p => p.Name));
    }

    [Theory]
    [InlineData("MOF001", 2, 3, "class A\n{ x }; ", "a data type")]
    [InlineData("MOF002", 1, 11, "class A : B {};", "B, which is not declared")]
    [InlineData("MOF003", 2, 21, "class A { string P; };\nclass B : A { uint8 P; };", "Override ( \"P\" )")]
    [InlineData("MOF003", 2, 40, "class A { string P; };\nclass B : A { [Override ( \"P\" )] uint8 P; };", "is uint8")]
    [InlineData("MOF003", 2, 41, "class A { string P; };\nclass B : A { [Override ( \"P\" )] string P[]; };", "is string[]")]
    [InlineData("MOF003", 1, 12, "class A { [Override ( \"P\" )] string P; };", "no superclass")]
    [InlineData("MOF004", 2, 7, "class A {};\nclass a {};", "declared in")]
    [InlineData("MOF004", 1, 27, "class A { string P; uint8 p; };", "declared twice")]
    [InlineData("MOF005", 1, 7, "class A : A {};", "its own superclass")]
    [InlineData("MOF006", 1, 43, "class A { [ValueMap { \"256\" }]      uint8 P; };", "\"256\" is no value")]
    [InlineData("MOF006", 1, 49, "class A { [ValueMap { \"1\" }, Values {}]   uint8 P; };", "1 entries and Values 0")]
    [InlineData("MOF007", 1, 11, "class A { B REF P; };", "B is not declared")]
    public void Errors_in_MOF_are_diagnostics_at_their_place(string id, int line, int column, string mof, string message)
    {
        var diagnostic = Assert.Single(Generated.From(("/x/wrong.mof", mof)).Diagnostics);
        Assert.Equal((id, DiagnosticSeverity.Error), (diagnostic.Id, diagnostic.Severity));
        Assert.Contains(message, diagnostic.GetMessage(null), StringComparison.Ordinal);
        var span = diagnostic.Location.GetLineSpan();
        Assert.Equal("/x/wrong.mof", span.Path);
        Assert.Equal((line, column), (span.StartLinePosition.Line + 1, span.StartLinePosition.Character + 1));
    }

    [Fact]
    public void A_value_map_makes_room_for_a_property_of_its_name()
    {
        var assembly = Generated.From(("t.mof", """
            class A { [Key] string Id; [ValueMap { "1" }, Values { "One" }] uint8 Metric; string MetricValue; };
            class B : A { [Override ( "Metric" )] uint8 Metric; };
            class C : B { [Override ( "Metric" ), ValueMap { "2" }, Values { "Two" }] uint8 Metric; };
            """)).Load();
        Assert.Equal(["One"], Enum.GetNames(assembly.GetType("Xen.Cim.Schema.A+MetricValue_", throwOnError: true)!));
        Assert.Equal(["Two"], Enum.GetNames(assembly.GetType("Xen.Cim.Schema.C+MetricValue_", throwOnError: true)!));
    }

    [Fact]
    public void A_change_of_code_alone_generates_nothing_again()
    {
        var reasons = Generated.ReasonsAfterCodeChange(("t.mof", Mof));
        Assert.NotEmpty(reasons);
        Assert.All(reasons, r => Assert.Equal(IncrementalStepRunReason.Cached, r));
    }

    [Fact]
    public void Descriptions_become_documentation()
    {
        var code = Generated.From([("t.mof", Mof)], "").Sources.Single(s => s.Contains("partial class T_Base ", StringComparison.Ordinal));
        Assert.Contains("/// <summary>The &lt;root&gt; &amp; all</summary>", code, StringComparison.Ordinal);
    }

    [Fact]
    public void The_whole_schema_compiles()
    {
        var files = new[] { "schema", "mof" }
            .SelectMany(d => Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, d), "*.mof", SearchOption.AllDirectories))
            .Select(f => (f, File.ReadAllText(f))).ToArray();
        var assembly = Generated.From(files).Load();
        var all = (IReadOnlyList<CimLayout>)assembly.GetType("Xen.Cim.Schema.CimLayouts", throwOnError: true)!.GetProperty("All")!.GetValue(null)!;
        Assert.Contains(all, l => l.ClassName == "Xen_ComputerSystem");
        // Every class that can have instances has keys; indications and bases that leave them to subclasses do not.
        Assert.All(all.Where(l => l.ClassName.StartsWith("Xen_", StringComparison.Ordinal) && !l.IsA("CIM_Indication")),
            l => Assert.Contains(l.Properties, p => p.IsKey));
    }
}
