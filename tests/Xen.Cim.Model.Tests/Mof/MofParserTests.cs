using Xen.Cim.Model.Mof.Syntax;
using Xunit;

namespace Xen.Cim.Model.Tests.Mof;

public sealed class MofParserTests
{
    private static MofValue Value(string literal)
    {
        var instance = Assert.IsType<MofInstance>(Assert.Single(MofParser.Parse($"instance of A {{ P = {literal}; }};", "t.mof").Productions));
        return Assert.Single(instance.Values).Value;
    }

    [Theory]
    [InlineData("0", false, 0UL)]
    [InlineData("42", false, 42UL)]
    [InlineData("+42", false, 42UL)]
    [InlineData("-42", true, 42UL)]
    [InlineData("0x2A", false, 42UL)]
    [InlineData("-0X2a", true, 42UL)]
    [InlineData("052", false, 42UL)]
    [InlineData("101010b", false, 42UL)]
    [InlineData("-101010B", true, 42UL)]
    [InlineData("0b", false, 0UL)]
    [InlineData("18446744073709551615", false, ulong.MaxValue)]
    [InlineData("0xFFFFFFFFFFFFFFFF", false, ulong.MaxValue)]
    [InlineData("-9223372036854775808", true, 1UL << 63)]
    public void Reads_integers(string literal, bool negative, ulong magnitude)
    {
        var value = Assert.IsType<MofInteger>(Value(literal));
        Assert.Equal(negative, value.IsNegative);
        Assert.Equal(magnitude, value.Magnitude);
    }

    [Theory]
    [InlineData("1.5", 1.5)]
    [InlineData(".5", 0.5)]
    [InlineData("-1.5e-3", -0.0015)]
    [InlineData("+1.0E+10", 1e10)]
    [InlineData("-0.0", -0.0)]
    public void Reads_reals(string literal, double expected) => Assert.Equal(expected, Assert.IsType<MofReal>(Value(literal)).Value);

    [Theory]
    [InlineData("\"\"", "")]
    [InlineData("\"plain\"", "plain")]
    [InlineData("\"a\" \"b\" /* c */ \"d\"", "abd")]
    [InlineData("\"\\b\\t\\n\\f\\r\\\"\\'\\\\\"", "\b\t\n\f\r\"'\\")]
    [InlineData("\"\\x41\\X0042\\x43.\"", "ABC.")]
    [InlineData("\"\\x00e9\"", "é")]
    [InlineData("\"// no comment /* nor this */\"", "// no comment /* nor this */")]
    [InlineData("\"grün 🐧\"", "grün 🐧")]
    public void Reads_strings(string literal, string expected) => Assert.Equal(expected, Assert.IsType<MofString>(Value(literal)).Value);

    [Theory]
    [InlineData("'x'", 'x')]
    [InlineData("'\\''", '\'')]
    [InlineData("'\\x263A'", '☺')]
    public void Reads_characters(string literal, char expected) => Assert.Equal(expected, Assert.IsType<MofChar>(Value(literal)).Value);

    [Fact]
    public void Reads_words_arrays_and_aliases()
    {
        Assert.True(Assert.IsType<MofBoolean>(Value("True")).Value);
        Assert.False(Assert.IsType<MofBoolean>(Value("FALSE")).Value);
        Assert.IsType<MofNull>(Value("null"));
        Assert.Equal("Host", Assert.IsType<MofAlias>(Value("$Host")).Name);
        var array = Assert.IsType<MofArray>(Value("{ 1, NULL, \"x\" \"y\" }"));
        Assert.Equal(3, array.Elements.Count);
        Assert.Equal("xy", Assert.IsType<MofString>(array.Elements[2]).Value);
        Assert.Empty(Assert.IsType<MofArray>(Value("{}")).Elements);
    }

    [Fact]
    public void Reads_a_class_with_everything()
    {
        const string Text = """
            #pragma locale ("en_US")
            /* two
               lines */
            [Abstract, Description ( "A " "class" ) : ToSubclass Translatable, ValueMap { "1", "2" }]
            CLASS Test_A as $Alias : Test_B
            {
              [Key] string Name;
              uint16 Numbers[] = { 1, 2 };
              sint8 Fixed[4];
              [Weak] Test_B ref Class = "Test_B.Name=\"x\"";
              boolean Property = TRUE;

              uint32 Method([In, Out ( FALSE )] Test_B REF Ref[], [In ( false )] datetime When);
              string NoParameters();
            };
            """;
        var file = MofParser.Parse(Text, "a.mof");
        Assert.Equal(new MofPragma(new("a.mof", 1, 1), "locale", "en_US"), file.Productions[0]);
        var type = Assert.IsType<MofClass>(file.Productions[1]);
        Assert.Equal(("Test_A", "Alias", "Test_B"), (type.Name, type.Alias, type.Superclass));
        Assert.Equal(new MofLocation("a.mof", 5, 7), type.Location);
        Assert.Equal(new MofLocation("a.mof", 5, 26), type.SuperclassLocation);
        Assert.Equal(["tosubclass", "translatable"], type.Qualifiers[1].Flavors);
        Assert.Equal("A class", Assert.IsType<MofString>(type.Qualifiers[1].Value).Value);
        Assert.Equal(["Name", "Numbers", "Fixed", "Class", "Property"], type.Properties.Select(p => p.Name));
        Assert.True(type.Properties[1].Type.IsArray);
        Assert.Null(type.Properties[1].Type.ArraySize);
        Assert.Equal(4, type.Properties[2].Type.ArraySize);
        Assert.Equal("Test_B", type.Properties[3].Type.ReferenceClass);
        Assert.Equal(["Method", "NoParameters"], type.Methods.Select(m => m.Name));
        Assert.Equal(["Ref", "When"], type.Methods[0].Parameters.Select(p => p.Name));
        Assert.Empty(type.Methods[1].Parameters);
    }

    [Fact]
    public void Reads_a_qualifier_type()
    {
        var type = Assert.IsType<MofQualifierType>(Assert.Single(MofParser.Parse(
            "qualifier Values : STRING[] = {\"a\"}, scope(Property, METHOD), flavor(DisableOverride, translatable);", "q").Productions));
        Assert.Equal("Values", type.Name);
        Assert.Equal(("string", true), (type.Type.Name, type.Type.IsArray));
        Assert.Equal(["property", "method"], type.Scopes);
        Assert.Equal(["disableoverride", "translatable"], type.Flavors);
        Assert.IsType<MofArray>(type.Default);
    }

    [Theory]
    [InlineData("class A { uint16 P }", 1, 20, "\";\", \"=\" or \"(\"", "\"}\"")]
    [InlineData("class A\n{\n  int P;\n};", 3, 3, "a data type (boolean", "\"int\"")]
    [InlineData("class A\r\n{\r\n\tstring P = ;\r\n};", 3, 13, "a value", "\";\"")]
    [InlineData("class A { };\nclass", 2, 6, "the name of a class", "the end of the text")]
    [InlineData("class A { string P = \"open;\n};", 1, 28, "a closing quote", "the end of the line")]
    [InlineData("instance of A { P = \"a\\q\"; };", 1, 23, "one of the escapes", "\\q")]
    [InlineData("instance of A { P = \"\\x\"; };", 1, 22, "hexadecimal digits", "\"\"\"")]
    [InlineData("instance of A { P = 0x; };", 1, 21, "digits after 0x", "\";\"")]
    [InlineData("instance of A { P = 089; };", 1, 21, "an octal integer", "\"89\"")]
    [InlineData("instance of A { P = 12abc; };", 1, 21, "a decimal integer", "\"12abc\"")]
    [InlineData("instance of A { P = 18446744073709551616; };", 1, 21, "at most 64 bits", "a larger one")]
    [InlineData("instance of A { P = -9223372036854775809; };", 1, 21, "at most 64 bits", "a smaller one")]
    [InlineData("instance of A { P = 1.; };", 1, 21, "a digit after the decimal point", "\";\"")]
    [InlineData("instance of A { P = {{1}}; };", 1, 22, "a value", "\"{\"")]
    [InlineData("instance of A { P = 1 }", 1, 23, "\";\"", "\"}\"")]
    [InlineData("instance of A { P = ''; };", 1, 22, "a character", "a closing quote")]
    [InlineData("instance of A { P = 'ab'; };", 1, 23, "a closing quote", "\"b\"")]
    [InlineData("/* never\nended", 1, 1, "\"*/\"", "the end of the text")]
    [InlineData("#include \"x\"", 1, 1, "#pragma", "something else")]
    [InlineData("[Key", 1, 5, "\",\" or \"]\"", "the end of the text")]
    [InlineData("[Key] string", 1, 7, "class or instance", "\"string\"")]
    [InlineData("[Key : loud] class A {};", 1, 8, "a flavor", "\"loud\"")]
    [InlineData("Qualifier Q : string, Scope(everything);", 1, 29, "a scope", "\"everything\"")]
    [InlineData("class A { A REF B[]; };", 1, 17, "a reference that is not an array", "B[]")]
    [InlineData("class A { uint8 P[0]; };", 1, 19, "the number of elements", "the number 0")]
    [InlineData("§", 1, 1, "a MOF token", "\"§\"")]
    public void Says_where_what_was_found_and_what_was_expected(string text, int line, int column, string expected, string found)
    {
        var error = Assert.Throws<MofException>(() => MofParser.Parse(text, "x.mof"));
        Assert.Equal(new MofLocation("x.mof", line, column), error.Location);
        Assert.Contains(expected, error.Expected, StringComparison.Ordinal);
        Assert.Contains(found, error.Found, StringComparison.Ordinal);
        Assert.StartsWith($"x.mof({line},{column}): expected ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_string_of_a_mebibyte_is_read()
    {
        var text = new string('x', 1 << 20);
        Assert.Equal(text, Assert.IsType<MofString>(Value('"' + text + '"')).Value);
    }

    [Fact]
    public void Many_pieces_of_a_string_are_read()
    {
        var text = string.Concat(Enumerable.Repeat("\"ab\" ", 100_000));
        Assert.Equal(200_000, Assert.IsType<MofString>(Value(text)).Value.Length);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[")]
    [InlineData("(")]
    [InlineData("class A {")]
    [InlineData("[Q {")]
    public void Deep_nesting_is_an_error_and_no_crash(string piece)
    {
        var text = "instance of A { P = " + string.Concat(Enumerable.Repeat(piece, 200_000));
        Assert.Throws<MofException>(() => MofParser.Parse(text, "deep.mof"));
    }

    [Fact]
    public void A_byte_order_mark_is_no_error()
    {
        Assert.Equal(1, Assert.Single(MofParser.Parse("\uFEFFclass A {};", "bom").Productions).Location.Line);
    }
}
