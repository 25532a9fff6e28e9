using System.Globalization;
using Xen.Cim.Model.Mof;
using Xen.Cim.Model.Mof.Syntax;
using Xunit;

namespace Xen.Cim.Model.Tests.Mof;

/// <summary>The MOF language production by production (DSP0004 2.7 Annex A): what each means, and what is said when it is wrong.</summary>
public sealed class MofLanguageTests
{
    private const string Qualifiers = """
        Qualifier Association : boolean = false, Scope(association), Flavor(DisableOverride, ToSubclass);
        Qualifier Indication : boolean = false, Scope(class, indication), Flavor(DisableOverride, ToSubclass);
        Qualifier Key : boolean = false, Scope(property, reference), Flavor(DisableOverride, ToSubclass);
        Qualifier Override : string = null, Scope(property, reference, method), Flavor(EnableOverride, Restricted);
        Qualifier Static : boolean = false, Scope(property, method);
        Qualifier Out : boolean = false, Scope(parameter), Flavor(DisableOverride, ToSubclass);
        Qualifier Max : uint32 = null, Scope(reference, property);
        Qualifier Text : string = null, Scope(any), Flavor(Translatable);
        Qualifier Texts : string[] = null, Scope(any);
        Qualifier Real : real64 = null, Scope(any);
        Qualifier EmbeddedInstance : string = null, Scope(property, method, parameter);
        Qualifier EmbeddedObject : boolean = false, Scope(property, method, parameter), Flavor(DisableOverride, ToSubclass);

        """;

    /// <summary>Production → text → the declarations that it makes, in the notation of <see cref="Describe"/>.</summary>
    public static TheoryData<string, string, string> Productions() => new()
    {
        { "mofSpecification, empty", "", "" },
        { "mofSpecification, comments alone", "// one\n/* two */ /* three\n */", "" },
        { "compilerDirective locale", "#pragma locale (\"en_US\")\nclass A {};", "A{}" },
        { "compilerDirective instancelocale", "#PRAGMA instancelocale(\"de_DE\") class A {};", "A{}" },
        { "compilerDirective source and nonlocal", "#pragma source (\"http://h/root\")\n#pragma nonlocal(\"x\")\n#pragma sourcetype(\"CIM\")\n#pragma nonlocaltype(\"CIM\") class A {};", "A{}" },
        { "compilerDirective of a vendor", "#pragma Acme_Mode (\"fast\" \"er\") class A {};", "A{}" },
        { "compilerDirective namespace", "#pragma namespace (\"root/x\") class A { [Key] string K; }; instance of A { K = \"1\"; };", "A{K:string[Key=True]} root/x:A.K=\"1\"{K=1}" },
        { "compilerDirective namespace with a host", "#pragma namespace (\"http://host:5988/root/x\") class A { [Key] string K; }; instance of A { K = \"1\"; };", "A{K:string[Key=True]} root/x:A.K=\"1\"{K=1}" },
        { "classDeclaration", "class A { };", "A{}" },
        { "classDeclaration, keywords in any case", "CLASS A { STRING S; Uint8 U[]; }; Class B : A { };", "A{S:string;U:uint8[]} B:A{}" },
        { "classDeclaration with alias", "class A as $A { };", "A{}" },
        { "classDeclaration with a name outside of ASCII", "class Größe_é { string Ωmega; };", "Größe_é{Ωmega:string}" },
        { "assocDeclaration", "class A { [Key] string K; }; [Association] class L { [Key] A REF One; [Key, Max(1)] A REF Many; };", "A{K:string[Key=True]} L[Association=True]{One:A REF[Key=True];Many:A REF[Key=True,Max=1]}" },
        { "indicDeclaration", "[Indication] class I { string S; };", "I[Indication=True]{S:string}" },
        { "qualifierList", "[Text(\"a\" \"b\"), Texts{\"x\", NULL, \"y\"}] class A { };", "A[Text=ab,Texts={x,NULL,y}]{}" },
        { "qualifierParameter as array in parentheses is none", "[Texts { }] class A { };", "A[Texts={}]{}" },
        { "qualifier flavors", "[Text(\"a\") : DisableOverride Restricted ToInstance, Texts { \"b\" } : EnableOverride ToSubclass Translatable] class A { };", "A[Text=a:ToInstance+Translatable,Texts={b}:Overridable+ToSubclass+Translatable]{}" },
        { "qualifier without value", "[Text] class A { [Key] string K; [Max] uint8 M; };", "A[Text=NULL]{K:string[Key=True];M:uint8[Max=NULL]}" },
        { "propertyDeclaration of each type", "class A { boolean a; uint8 b; sint8 c; uint16 d; sint16 e; uint32 f; sint32 g; uint64 h; sint64 i; real32 j; real64 k; char16 l; datetime m; string n; };",
            "A{a:boolean;b:uint8;c:sint8;d:uint16;e:sint16;f:uint32;g:sint32;h:uint64;i:sint64;j:real32;k:real64;l:char16;m:datetime;n:string}" },
        { "propertyDeclaration named as a keyword", "class A { string Class; string Instance; boolean Ref; uint8 Of; string As; string Any; string Qualifier; };", "A{Class:string;Instance:string;Ref:boolean;Of:uint8;As:string;Any:string;Qualifier:string}" },
        { "array, of any and of fixed size", "class A { uint8 B[]; string C[3]; };", "A{B:uint8[];C:string[3]}" },
        { "defaultValue", "class A { uint8 B = 0xFF; string C = \"x\"; uint8 D[] = {1, 2}; boolean E = TRUE; string F = NULL; };", "A{B:uint8=255;C:string=x;D:uint8[]={1,2};E:boolean=True;F:string}" },
        { "referenceDeclaration with a default", "class A { [Key] string K; }; [Association] class L { A REF R = \"A.K=\\\"x\\\"\"; };", "A{K:string[Key=True]} L[Association=True]{R:A REF=A.K=\"x\"}" },
        { "methodDeclaration", "class A { uint32 M(); [Static] string N(uint8 One, [Out] A REF Two[], string Three[4]); };", "A{M():uint32;N(One:uint8,Two:A REF[][Out=True],Three:string[4]):string[Static=True]}" },
        { "qualifierDeclaration", "Qualifier Q : uint8 = 7, Scope(class, PROPERTY), Flavor(DisableOverride, Restricted, Translatable);", "Qualifier Q:uint8=7 (Class+Property) (Translatable)" },
        { "qualifierDeclaration without value or flavor", "qualifier Q : string, scope(any);", "Qualifier Q:string (Any) (Overridable+ToSubclass)" },
        { "qualifierDeclaration of an array", "Qualifier Q : sint8[2] = {-1, 1}, Scope(method, parameter, reference, indication, association), Flavor(ToInstance);", "Qualifier Q:sint8[2]={-1,1} (Association+Indication+Reference+Method+Parameter) (Overridable+ToSubclass+ToInstance)" },
        { "instanceDeclaration", "class A { [Key] string K; uint8 N = 5; }; instance of A { K = \"1\"; };", "A{K:string[Key=True];N:uint8=5} A.K=\"1\"{K=1,N=5}" },
        { "instanceDeclaration with qualifiers", "class A { [Key] string K; }; [Text(\"x\")] instance of A { [Text(\"y\")] K = \"1\"; };", "A{K:string[Key=True]} A.K=\"1\"{K=1}" },
        { "instanceDeclaration before its class", "instance of A { K = \"1\"; }; class A { [Key] string K; };", "A{K:string[Key=True]} A.K=\"1\"{K=1}" },
        { "instanceDeclaration with inherited keys", "class B : A { string S; }; class A { [Key] string K; }; instance of B { S = \"s\"; K = \"1\"; };", "A{K:string[Key=True]} B:A{S:string} B.K=\"1\"{K=1,S=s}" },
        { "referenceInitializer by alias", "class A { [Key] string K; }; [Association] class L { [Key] A REF R; }; instance of A as $X { K = \"1\"; }; instance of L { R = $x; };",
            "A{K:string[Key=True]} L[Association=True]{R:A REF[Key=True]} A.K=\"1\"{K=1} L.R=\"A.K=\\\"1\\\"\"{R=A.K=\"1\"}" },
        { "referenceInitializer by path", "class A { [Key] string K; }; [Association] class L { [Key] A REF R; }; instance of L { R = \"//h/root/x:A.K=\\\"1\\\"\"; };",
            "A{K:string[Key=True]} L[Association=True]{R:A REF[Key=True]} L.R=\"//h/root/x:A.K=\\\"1\\\"\"{R=//h/root/x:A.K=\"1\"}" },
        { "embedded instance", "class A { [Key] uint8 K; [EmbeddedInstance(\"A\")] string E; }; instance of A { K = 1; E = \"instance of A { K = 2; E = \\\"instance of A { K = 3; };\\\"; };\"; };",
            "A{K:uint8[Key=True];E:string[EmbeddedInstance=A]} A.K=1{K=1,E=<A{K=2,E=<A{K=3}>}>}" },
        { "embedded objects in an array", "class A { [Key] uint8 K; [EmbeddedObject] string E[]; }; class B { string S = \"d\"; }; instance of A { K = 1; E = { \"instance of B { };\", NULL, \"instance of A { K = 2; };\" }; };",
            "A{K:uint8[Key=True];E:string[][EmbeddedObject=True]} B{S:string=d} A.K=1{K=1,E={<B{S=d}>,NULL,<A{K=2}>}}" },
        { "embedded class, whose superclass is not declared", "class A { [Key] uint8 K; [EmbeddedObject] string E; }; instance of A { K = 1; E = \"[Text(\\\"x\\\")] class B : C { uint8 N = 7; uint32 M(string P); };\"; };",
            "A{K:uint8[Key=True];E:string[EmbeddedObject=True]} A.K=1{K=1,E=<class B:C[Text=x]{N:uint8=7;M(P:string):uint32}>}" },
        { "embedded class beside an embedded instance", "class A { [Key] uint8 K; [EmbeddedObject] string E[]; }; instance of A { K = 1; E = { \"class A { [Key] uint8 K; };\", \"instance of A { K = 2; };\" }; };",
            "A{K:uint8[Key=True];E:string[][EmbeddedObject=True]} A.K=1{K=1,E={<class A{K:uint8[Key=True]}>,<A{K=2}>}}" },
        { "embedded instance of a class below the one that is named", "class A { [EmbeddedInstance(\"A\")] string E; }; class B : A { [Key] uint8 K; }; instance of B { K = 1; E = \"instance of B { K = 2; };\"; };",
            "A{E:string[EmbeddedInstance=A]} B:A{K:uint8[Key=True]} B.K=1{E=<B{K=2}>,K=1}" },
    };

    [Theory]
    [MemberData(nameof(Productions))]
    public void A_production_means_what_the_standard_says(string production, string text, string expected)
    {
        var result = new MofDeclarations();
        MofCompiler.CompileText(Qualifiers + text, "t.mof", result);
        var actual = Describe(result, skip: Qualifiers.Split("Qualifier ").Length - 1);

        Assert.True(expected == actual, $"{production}:\n{expected} was expected, not\n{actual}");
    }

    public static TheoryData<string, string, string> Literals() => new()
    {
        { "boolean", "TRUE", "True" },
        { "boolean", "false", "False" },
        { "uint8", "255", "255" },
        { "uint8", "0xFf", "255" },
        { "uint8", "0377", "255" },
        { "uint8", "11111111b", "255" },
        { "sint8", "-128", "-128" },
        { "sint8", "+127", "127" },
        { "sint8", "-10000000B", "-128" },
        { "uint16", "65535", "65535" },
        { "sint16", "-0x8000", "-32768" },
        { "uint32", "4294967295", "4294967295" },
        { "sint32", "-2147483648", "-2147483648" },
        { "uint64", "18446744073709551615", "18446744073709551615" },
        { "uint64", "0xFFFFFFFFFFFFFFFF", "18446744073709551615" },
        { "sint64", "-9223372036854775808", "-9223372036854775808" },
        { "real32", "1.5", "1.5" },
        { "real32", "-.5E+2", "-50" },
        { "real32", "3", "3" },
        { "real64", "1.7976931348623157e308", "1.7976931348623157E+308" },
        { "real64", "-INF", "-Infinity" },
        { "real64", "NaN", "NaN" },
        { "char16", "'x'", "x" },
        { "char16", "'\\x263A'", "☺" },
        { "char16", "'\\''", "'" },
        { "char16", "65", "A" },
        { "string", "\"\"", "" },
        { "string", "\"a\" /* joined */ \"b\"\n// to one\n\"c\"", "abc" },
        { "string", "\"\\b\\t\\n\\f\\r\\\"\\'\\\\\\x41\\X0042\"", "\b\t\n\f\r\"'\\AB" },
        { "string", "\"€ 𝄞\"", "€ 𝄞" },
        { "datetime", "\"20240229123456.000000+060\"", "20240229123456.000000+060" },
        { "datetime", "\"2024**********.******+000\"", "2024**********.******+000" },
        { "datetime", "\"00000001******.******:000\"", "00000001******.******:000" },
        { "string", "NULL", "NULL" },
        { "uint8", "Null", "NULL" },
    };

    [Theory]
    [MemberData(nameof(Literals))]
    public void A_literal_has_its_value_alone_and_in_an_array(string type, string literal, string expected)
    {
        var result = new MofDeclarations();
        MofCompiler.CompileText($"class A {{ {type} One; {type} Many[]; }};\ninstance of A {{ One = {literal}; Many = {{ {literal}, {literal} }}; }};", "t.mof", result);

        var instance = Assert.Single(result.Instances);
        Assert.Equal(expected, Text(instance["One"]));
        Assert.Equal($"{{{expected},{expected}}}", Text(instance["Many"]));
    }

    /// <summary>Text → where → what was expected → what was found there.</summary>
    public static TheoryData<string, int, int, string, string> SyntaxErrors() => new()
    {
        // Between declarations.
        { "property P;", 1, 1, "#pragma, Qualifier, class, instance or a qualifier list", "\"property\"" },
        { "class A {}", 1, 11, "\";\"", "the end of the text" },
        { "class A {};\n\n  }", 3, 3, "#pragma, Qualifier, class, instance or a qualifier list", "\"}\"" },
        { "[Key] Qualifier Q : string, Scope(any);", 1, 7, "class or instance", "\"Qualifier\"" },
        // Directives.
        { "#pragma", 1, 8, "the name of a pragma", "the end of the text" },
        { "#pragma (\"x\")", 1, 9, "the name of a pragma", "\"(\"" },
        { "#pragma include \"x\"", 1, 17, "\"(\"", "\"x\"" },
        { "#pragma include (x)", 1, 18, "a string", "\"x\"" },
        { "#pragma include (\"x\"", 1, 21, "\")\"", "the end of the text" },
        // Qualifier declarations.
        { "Qualifier : string", 1, 11, "the name of a qualifier", "\":\"" },
        { "Qualifier Q string", 1, 13, "\":\"", "\"string\"" },
        { "Qualifier Q : int, Scope(any);", 1, 15, "a data type (boolean, uint8,", "\"int\"" },
        { "Qualifier Q : A REF, Scope(any);", 1, 15, "a data type", "\"A\"" },
        { "Qualifier Q : string;", 1, 21, "\",\"", "\";\"" },
        { "Qualifier Q : string, Flavor(Restricted);", 1, 23, "\"scope\"", "\"Flavor\"" },
        { "Qualifier Q : string, Scope class;", 1, 29, "\"(\"", "\"class\"" },
        { "Qualifier Q : string, Scope();", 1, 29, "a scope (class,", "\")\"" },
        { "Qualifier Q : string, Scope(any), Scope(any);", 1, 35, "\"flavor\"", "\"Scope\"" },
        { "Qualifier Q : string, Scope(any), Flavor(Loud);", 1, 42, "a flavor (EnableOverride,", "\"Loud\"" },
        { "Qualifier Q : string, Scope(any)", 1, 33, "\";\"", "the end of the text" },
        // Qualifiers.
        { "[] class A {};", 1, 2, "the name of a qualifier", "\"]\"" },
        { "[Key,] class A {};", 1, 6, "the name of a qualifier", "\"]\"" },
        { "[Text(] class A {};", 1, 7, "a value", "\"]\"" },
        { "[Text(\"a\"] class A {};", 1, 10, "\")\"", "\"]\"" },
        { "[Texts{\"a\" 1}] class A {};", 1, 12, "\",\" or \"}\" in the array", "1" },
        { "[Texts{\"a\",}] class A {};", 1, 12, "a value", "\"}\"" },
        { "[Key :] class A {};", 1, 7, "a flavor (EnableOverride,", "\"]\"" },
        { "[Key Text] class A {};", 1, 6, "\",\" or \"]\" in the qualifier list", "\"Text\"" },
        // Classes.
        { "class { };", 1, 7, "the name of a class", "\"{\"" },
        { "class A as B { };", 1, 12, "an alias such as $Name", "\"B\"" },
        { "class A : { };", 1, 11, "the name of the superclass", "\"{\"" },
        { "class A B { };", 1, 9, "\":\" and a superclass, or \"{\"", "\"B\"" },
        { "class A : B C { };", 1, 13, "\"{\"", "\"C\"" },
        { "class A {\n  string P;\n", 3, 1, "a property, a method or \"}\" that ends class A", "the end of the text" },
        { "class A { P; };", 1, 11, "a data type", "\"P\"" },
        { "class A { string; };", 1, 17, "the name of a property or method", "\";\"" },
        { "class A { string P[x]; };", 1, 20, "the number of elements or \"]\"", "\"x\"" },
        { "class A { string P[-1]; };", 1, 20, "the number of elements, 1 or more", "-1" },
        { "class A { string P[3; };", 1, 21, "\"]\"", "\";\"" },
        { "class A { string P = \"x\" };", 1, 26, "\";\"", "\"}\"" },
        { "class A { A REF M(); };", 1, 11, "a data type that a method can return", "a reference" },
        { "class A { uint32 M(string); };", 1, 26, "the name of a parameter", "\")\"" },
        { "class A { uint32 M(P); };", 1, 20, "a data type", "\"P\"" },
        { "class A { uint32 M(string P string Q); };", 1, 29, "\",\" or \")\" after a parameter", "\"string\"" },
        { "class A { uint32 M() }", 1, 22, "\";\"", "\"}\"" },
        // Instances.
        { "instance A { };", 1, 10, "\"of\"", "\"A\"" },
        { "instance of { };", 1, 13, "the name of a class", "\"{\"" },
        { "instance of A as X { };", 1, 18, "an alias such as $Name", "\"X\"" },
        { "instance of A as $ { };", 1, 19, "the name of an alias", "\" \"" },
        { "instance of A K = 1;", 1, 15, "\"{\"", "\"K\"" },
        { "instance of A { = 1; };", 1, 17, "the name of a property or \"}\"", "\"=\"" },
        { "instance of A { K 1; };", 1, 19, "\"=\"", "1" },
        { "instance of A { K = ; };", 1, 21, "a value (string, number, character, TRUE, FALSE, NULL or $alias)", "\";\"" },
        { "instance of A { K = maybe; };", 1, 21, "a value", "\"maybe\"" },
        { "instance of A { K = 1, 2; };", 1, 22, "\";\"", "\",\"" },
        { "instance of A { K = 1; }", 1, 25, "\";\"", "the end of the text" },
        // Literals.
        { "instance of A { K = \"never closed", 1, 21, "a closing quote", "the end of the text" },
        { "instance of A { K = \"a\\", 1, 23, "one of the escapes", "the end of the text" },
        { "instance of A { K = \"\\xG\"; };", 1, 22, "one to four hexadecimal digits", "\"G\"" },
        { "instance of A { K = '", 1, 21, "a character and a closing quote", "the end of the text" },
        { "instance of A { K = '\n'; };", 1, 22, "a character", "the end of the line" },
        { "instance of A { K = + 1; };", 1, 21, "a number", "\"+\"" },
        { "instance of A { K = 102b; };", 1, 21, "a binary integer", "\"102\"" },
        { "instance of A { K = 0x1G; };", 1, 21, "a hexadecimal integer", "\"1G\"" },
        { "instance of A { K = 09; };", 1, 21, "an octal integer", "\"9\"" },
        { "instance of A { K = 1e5; };", 1, 21, "a decimal integer", "\"1e5\"" },
        { "instance of A { K = 1.5e; };", 1, 21, "a digit in the exponent", "\";\"" },
        { "instance of A { K = 1.5.2; };", 1, 21, "a real number", "\"1.5.\"" },
        { "instance of A { K = 1.0e999; };", 1, 21, "a real number of at most 64 bits", "a larger one" },
        { "instance of A { K = \x7F; };", 1, 21, "a MOF token", "\"\\x007F\"" },
    };

    [Theory]
    [MemberData(nameof(SyntaxErrors))]
    public void A_mistake_is_told_with_file_line_column_and_what_was_expected(string text, int line, int column, string expected, string found)
    {
        var error = Assert.Throws<MofException>(() => MofParser.Parse(text, "some/file.mof"));

        Assert.Equal((line, column), (error.Location.Line, error.Location.Column));
        Assert.Contains(expected, error.Expected, StringComparison.Ordinal);
        Assert.Contains(found, error.Found, StringComparison.Ordinal);
        Assert.StartsWith($"some/file.mof({line},{column}): expected {error.Expected}, found ", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Text → where → the problem.</summary>
    public static TheoryData<string, int, int, string> Mistakes() => new()
    {
        { "class A { uint32 M(); string m(); };", 1, 30, "the method m twice" },
        { "class A { uint32 M(string P, uint8 p); };", 1, 36, "the parameter p twice" },
        { "class A { uint32 M(B REF P); };", 1, 20, "the class B is not declared" },
        { "class A { uint32 M(); };\nclass B : A { uint32 M(); };", 2, 22, "Override ( \"M\" )" },
        { "class A { uint32 M(); };\nclass B : A { [Override(\"M\")] string M(); };", 2, 38, "returns string, but the method that it overrides returns uint32" },
        { "class A { [Override(\"M\")] uint32 M(); };", 1, 34, "no superclass has it" },
        { "class A { string P[]; };\nclass B : A { [Override(\"P\")] string P; };", 2, 38, "is string, but the property that it overrides is string[]" },
        { "class A { [Static] string P; [Out] string Q; };", 1, 31, "its scope is parameter" },
        { "[Text($X)] class A { };", 1, 7, "Text is of type string; $X is not" },
        { "[Max(1)] class A { };", 1, 2, "its scope is property, reference" },
        { "class A { [Max(-1)] string P; };", 1, 16, "Max is of type uint32; -1 is not" },
        { "class A { [Text({\"a\"})] string P; };", 1, 17, "expected a value" },
        { "class A { [Text {\"a\"}] string P; };", 1, 17, "Text takes one string, not an array" },
        { "class A { A REF P = $X; };", 1, 21, "the alias $X cannot stand here" },
        { "class A { A REF P[] = $X; };", 1, 17, "expected a reference that is not an array" },
        { "class A { boolean P = 1; };", 1, 23, "A.P is of type boolean; 1 is not" },
        { "class A { string P = 'x'; };", 1, 22, "A.P is of type string; 'x' is not" },
        { "class A { uint8 P = 1.0; };", 1, 21, "A.P is of type uint8; 1.0 is not" },
        { "class A { uint8 P[] = {1, \"2\"}; };", 1, 27, "A.P is of type uint8; \"2\" is not" },
        { "class A { real32 P = 1.0e300; };", 1, 22, "A.P is of type real32; 1E+300 is not" },
        { "class A { char16 P = \"xy\"; };", 1, 22, "A.P is of type char16; \"xy\" is not" },
        { "class A { char16 P = 65536; };", 1, 22, "A.P is of type char16; 65536 is not" },
        { "class A { sint64 P = 9223372036854775808; };", 1, 22, "A.P is of type sint64; 9223372036854775808 is not" },
        { "class A { datetime P = \"20240230000000.000000+000\"; };", 1, 24, "A.P is of type datetime" },
        { "class A { string P; };\ninstance of A { P = TRUE; };", 2, 21, "A.P is of type string; TRUE is not" },
        { "class A { [Key] uint8 K; string P; };\ninstance of A as $X { K = 1; };\ninstance of A { K = 2; P = $X; };", 3, 28, "A.P is of type string; $X is not" },
        { "class A { [Key] uint8 K; };\ninstance of A as $X { K = 1; };\ninstance of A as $x { K = 2; };", 3, 13, "the alias $x is declared in t.mof" },
        { "class A { A REF P; };\ninstance of A { P = \"A.K=\"; };", 2, 21, "A.P" },
        { "class A { [EmbeddedInstance(\"A\")] string P; };\ninstance of A { P = \"instance of A { }; instance of A { };\"; };", 2, 21, "A.P holds 2 instances in one string; expected one" },
        { "class A { [EmbeddedInstance(\"A\")] string P; };\ninstance of A { P = \"\"; };", 2, 21, "A.P holds 0 instances in one string; expected one" },
        { "Qualifier Q : uint8 = 256, Scope(any);", 1, 23, "Q is of type uint8; 256 is not" },
        { "Qualifier Q : uint8[] = $X, Scope(any);", 1, 25, "Q is of type uint8; $X is not" },
        { "#pragma namespace (\" / \")", 1, 1, "names no namespace" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void What_cannot_be_is_told_with_its_place(string text, int line, int column, string problem)
    {
        var error = Assert.Throws<MofException>(() => MofCompiler.CompileText(Qualifiers + text, "t.mof", new MofDeclarations()));

        Assert.Equal((line, column), (error.Location.Line - Qualifiers.Count(c => c == '\n'), error.Location.Column));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.StartsWith($"t.mof({error.Location.Line},{column}): ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("class A { [Key] uint8 K; [EmbeddedInstance(\"A\")] string P; };\ninstance of A { K = 1; P = \"instance of A { K = 300; };\"; };", "t.mof(2,28) A.P(1,21): ")]
    [InlineData("class A { [Key] uint8 K; [EmbeddedInstance(\"A\")] string P; };\ninstance of A { K = 1; P = \"instance of A {\\n  L = 3; };\"; };", "t.mof(2,28) A.P(2,3): ")]
    [InlineData("class A { [Key] uint8 K; [EmbeddedInstance(\"A\")] string P; };\ninstance of A { K = 1; P = \"class A { };\"; };", "t.mof(2,28) A.P(1,1): ")]
    public void A_mistake_in_an_embedded_text_is_told_with_its_place_in_both(string text, string place)
    {
        // All of them in the first line.
        var error = Assert.Throws<MofException>(() => MofCompiler.CompileText(Qualifiers.ReplaceLineEndings(" ") + text, "t.mof", new MofDeclarations()));

        Assert.StartsWith(place, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mistake_in_an_included_file_names_that_file()
    {
        var folder = Directory.CreateTempSubdirectory("mof-language");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "main.mof"), "#pragma include (\"part/inner.mof\")\n");
            Directory.CreateDirectory(Path.Combine(folder.FullName, "part"));
            File.WriteAllText(Path.Combine(folder.FullName, "part", "inner.mof"), "class A {\n\n   strng P;\n};\n");

            var error = Assert.Throws<MofException>(() => MofCompiler.Compile([Path.Combine(folder.FullName, "main.mof")], new MofDeclarations()));
            Assert.EndsWith(Path.Combine("part", "inner.mof"), error.Location.File, StringComparison.Ordinal);
            Assert.Equal((3, 4), (error.Location.Line, error.Location.Column));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // Name:Super[qualifiers]{features}; a path with {values}.
    private static string Describe(MofDeclarations all, int skip) => string.Join(' ',
    [
        .. all.Qualifiers.Skip(skip).Select(q => $"Qualifier {q.Name}:{Type(q.Type, null, q.IsArray, q.ArraySize)}{Default(q.DefaultValue)} ({Set(q.Scope)}) ({Set(q.Flavor)})"),
        .. all.Classes.Select(Describe),
        .. all.Instances.Select(i => i.Path + Values(i)),
    ]);

    private static string Describe(CimClass c) => $"{c.Name}{(c.SuperclassName is { } super ? ":" + super : "")}{List(c.Qualifiers)}{{{string.Join(';', c.Properties
        .Select(p => $"{p.Name}:{Type(p.Type, p.ReferenceClass, p.IsArray, p.ArraySize)}{Default(p.DefaultValue)}{List(p.Qualifiers)}")
        .Concat(c.Methods.Select(m => $"{m.Name}({string.Join(',', m.Parameters.Select(p => $"{p.Name}:{Type(p.Type, p.ReferenceClass, p.IsArray, p.ArraySize)}{List(p.Qualifiers)}"))}):{Type(m.ReturnType, null, false, null)}{List(m.Qualifiers)}")))}}}";

    private static string Values(CimInstance instance) => $"{{{string.Join(',', instance.Properties.Select(p => $"{p.Name}={Text(p.Value)}"))}}}";

    private static string Type(CimType type, string? reference, bool isArray, int? size) =>
        (type == CimType.Reference ? $"{reference} REF" : CimValue.Name(type)) + (isArray ? $"[{size}]" : "");

    private static string Default(object? value) => value is null ? "" : "=" + Text(value);

    private static string List(IReadOnlyList<CimQualifier> qualifiers) => qualifiers.Count == 0 ? "" : $"[{string.Join(',', qualifiers.Select(q =>
        $"{q.Name}={Text(q.Value)}{(q.Name.StartsWith("Text", StringComparison.Ordinal) && q.Flavor != (q.IsArray ? CimFlavor.Default : CimFlavor.Default | CimFlavor.Translatable) ? ":" + Set(q.Flavor) : "")}"))}]";

    private static string Set(CimScope scope) => scope == CimScope.Any ? "Any" : string.Join('+', Enum.GetValues<CimScope>().Where(s => int.IsPow2((int)s) && scope.HasFlag(s)));

    private static string Set(CimFlavor flavor) => string.Join('+', Enum.GetValues<CimFlavor>().Where(f => int.IsPow2((int)f) && flavor.HasFlag(f)));

    private static string Text(object? value) => value switch
    {
        null => "NULL",
        Array array => $"{{{string.Join(',', array.Cast<object?>().Select(Text))}}}",
        CimInstance instance => $"<{instance.ClassName}{Values(instance)}>",
        CimClass cimClass => $"<class {Describe(cimClass)}>",
        CimDateTime time => time.Text,
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };
}
