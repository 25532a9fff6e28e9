using System;
using System.Collections.Generic;
using System.Text;

namespace Xen.Cim.Model.Mof.Syntax;

/// <summary>
/// Reads the MOF language of DSP0004 (2.x, Annex A) into a syntax tree. Keywords are case-insensitive and known by their
/// place only, because published schemas have properties named like keywords.
/// </summary>
/// <remarks>The grammar nests to a fixed depth, so no text can exhaust the stack.</remarks>
public sealed class MofParser
{
    /// <summary>The longest text that is read, in characters.</summary>
    public const int MaxLength = 64 * 1024 * 1024;

    private static readonly string[] s_types =
    [
        "boolean", "uint8", "sint8", "uint16", "sint16", "uint32", "sint32", "uint64", "sint64", "real32", "real64", "char16",
        "string", "datetime",
    ];

    private static readonly string[] s_flavors = ["enableoverride", "disableoverride", "restricted", "tosubclass", "toinstance", "translatable"];

    private static readonly string[] s_scopes =
    [
        "schema", "class", "association", "indication", "qualifier", "property", "reference", "method", "parameter", "any",
    ];

    private readonly MofLexer _lexer;
    private MofToken _token;

    private MofParser(string text, string file, bool multilineStrings)
    {
        if (text.Length > MaxLength)
            throw new MofException(new(file, 1, 1), $"at most {MaxLength} characters", $"{text.Length} characters");
        _lexer = new(file, text, multilineStrings);
        _token = _lexer.Next();
    }

    /// <summary>Reads a whole MOF text.</summary>
    /// <param name="file">The name that locations carry.</param>
    /// <exception cref="MofException">The text is not MOF.</exception>
    public static MofFile Parse(string text, string file)
    {
        var parser = new MofParser(text, file, multilineStrings: false);
        var productions = new List<MofProduction>();
        while (parser._token.Kind != MofTokenKind.End)
            productions.Add(parser.ParseProduction());
        return new(file, productions);
    }

    /// <summary>
    /// Reads instance declarations only, in the looser form in which people type them on a command line: semicolons before
    /// <c>}</c> and after it may be missing, and a string may run over lines.
    /// </summary>
    /// <exception cref="MofException">The text is something else.</exception>
    public static IReadOnlyList<MofInstance> ParseInstances(string text, string file)
    {
        var parser = new MofParser(text, file, multilineStrings: true);
        var instances = new List<MofInstance>();
        while (parser._token.Kind != MofTokenKind.End)
        {
            instances.Add(parser.ParseInstance(parser.ParseQualifiers(), loose: true));
            while (parser.Accept(";"))
            {
            }
        }
        return instances;
    }

    /// <summary>Reads what an embedded object's text declares: a class, or instances in the looser form.</summary>
    /// <exception cref="MofException">The text is wrong.</exception>
    public static IReadOnlyList<MofProduction> ParseEmbedded(string text, string file)
    {
        var parser = new MofParser(text, file, multilineStrings: true);
        var productions = new List<MofProduction>();
        while (parser._token.Kind != MofTokenKind.End)
        {
            var qualifiers = parser.ParseQualifiers();
            productions.Add(parser.AtWord("class") ? parser.ParseClass(qualifiers) : parser.ParseInstance(qualifiers, loose: true));
            while (parser.Accept(";"))
            {
            }
        }
        return productions;
    }

    private MofProduction ParseProduction()
    {
        if (_token.Kind == MofTokenKind.Pragma)
            return ParsePragma();
        if (AtWord("qualifier"))
            return ParseQualifierType();
        var qualifiers = ParseQualifiers();
        if (AtWord("class"))
            return ParseClass(qualifiers);
        if (AtWord("instance"))
            return ParseInstance(qualifiers, loose: false);
        throw Expected(qualifiers.Count == 0 ? "#pragma, Qualifier, class, instance or a qualifier list" : "class or instance");
    }

    private MofPragma ParsePragma()
    {
        var location = _token.Location;
        Advance();
        var name = Name("the name of a pragma");
        Require("(");
        if (_token.Kind != MofTokenKind.String)
            throw Expected("a string");
        var argument = ParseString();
        Require(")");
        return new(location, name, argument.Value);
    }

    private MofQualifierType ParseQualifierType()
    {
        Advance();
        var location = _token.Location;
        var name = Name("the name of a qualifier");
        Require(":");
        var type = ParseArraySuffix(ParseIntrinsicType());
        var @default = Accept("=") ? ParseInitializer() : null;
        Require(",");
        RequireWord("scope");
        var scopes = ParseWordList(s_scopes, "a scope (class, association, indication, property, reference, method, parameter or any)");
        IReadOnlyList<string> flavors = [];
        if (Accept(","))
        {
            RequireWord("flavor");
            flavors = ParseWordList(s_flavors, FlavorsText);
        }
        Require(";");
        return new(location, name, type, @default, scopes, flavors);
    }

    private const string FlavorsText = "a flavor (EnableOverride, DisableOverride, Restricted, ToSubclass, ToInstance or Translatable)";

    private List<string> ParseWordList(string[] words, string expected)
    {
        Require("(");
        var list = new List<string>();
        do
        {
            list.Add(Word(words) ?? throw Expected(expected));
            Advance();
        }
        while (Accept(","));
        Require(")");
        return list;
    }

    private List<MofQualifier> ParseQualifiers()
    {
        var list = new List<MofQualifier>();
        if (!Accept("["))
            return list;
        do
        {
            var location = _token.Location;
            var name = Name("the name of a qualifier");
            MofValue? value = null;
            if (Accept("("))
            {
                value = ParseConstant();
                Require(")");
            }
            else if (At("{"))
            {
                value = ParseArray();
            }
            IReadOnlyList<string> flavors = [];
            if (Accept(":"))
            {
                var found = new List<string>();
                while (Word(s_flavors) is { } flavor)
                {
                    found.Add(flavor);
                    Advance();
                }
                flavors = found.Count > 0 ? found : throw Expected(FlavorsText);
            }
            list.Add(new(location, name, value, flavors));
        }
        while (Accept(","));
        if (!Accept("]"))
            throw Expected("\",\" or \"]\" in the qualifier list");
        return list;
    }

    private MofClass ParseClass(IReadOnlyList<MofQualifier> qualifiers)
    {
        Advance();
        var location = _token.Location;
        var name = Name("the name of a class");
        var alias = ParseAliasDeclaration();
        string? superclass = null;
        var superclassLocation = location;
        if (Accept(":"))
        {
            superclassLocation = _token.Location;
            superclass = Name("the name of the superclass");
        }
        if (!Accept("{"))
            throw Expected(superclass is null ? "\":\" and a superclass, or \"{\"" : "\"{\"");
        var properties = new List<MofProperty>();
        var methods = new List<MofMethod>();
        while (!Accept("}"))
        {
            if (_token.Kind == MofTokenKind.End)
                throw Expected($"a property, a method or \"}}\" that ends class {name}");
            var own = ParseQualifiers();
            var type = ParseType();
            var featureLocation = _token.Location;
            var feature = Name("the name of a property or method");
            if (Accept("("))
            {
                if (type.ReferenceClass is not null)
                    throw new MofException(type.Location, "a data type that a method can return", "a reference");
                methods.Add(new(featureLocation, own, type, feature, ParseParameters()));
                continue;
            }
            type = ParseArraySuffix(type);
            if (type.ReferenceClass is not null && type.IsArray)
                throw new MofException(featureLocation, "a reference that is not an array (only parameters may be)", $"{feature}[]");
            var @default = Accept("=") ? ParseInitializer() : null;
            if (!Accept(";"))
                throw Expected(@default is null ? "\";\", \"=\" or \"(\"" : "\";\"");
            properties.Add(new(featureLocation, own, type, feature, @default));
        }
        Require(";");
        return new(location, qualifiers, name, alias, superclass, superclassLocation, properties, methods);
    }

    private List<MofParameter> ParseParameters()
    {
        var list = new List<MofParameter>();
        if (!Accept(")"))
        {
            do
            {
                var qualifiers = ParseQualifiers();
                var type = ParseType();
                var location = _token.Location;
                var name = Name("the name of a parameter");
                list.Add(new(location, qualifiers, ParseArraySuffix(type), name));
            }
            while (Accept(","));
            if (!Accept(")"))
                throw Expected("\",\" or \")\" after a parameter");
        }
        Require(";");
        return list;
    }

    private MofInstance ParseInstance(IReadOnlyList<MofQualifier> qualifiers, bool loose)
    {
        RequireWord("instance");
        RequireWord("of");
        var location = _token.Location;
        var className = Name("the name of a class");
        var alias = ParseAliasDeclaration();
        Require("{");
        var values = new List<MofPropertyValue>();
        while (!Accept("}"))
        {
            var own = ParseQualifiers();
            var at = _token.Location;
            var name = Name("the name of a property or \"}\"");
            Require("=");
            values.Add(new(at, own, name, ParseInitializer()));
            if (!Accept(";") && !(loose && At("}")))
                throw Expected("\";\"");
        }
        if (!loose)
            Require(";");
        return new(location, qualifiers, className, alias, values);
    }

    private string? ParseAliasDeclaration()
    {
        if (!AtWord("as"))
            return null;
        Advance();
        if (_token.Kind != MofTokenKind.Alias)
            throw Expected("an alias such as $Name");
        var name = _token.Text;
        Advance();
        return name;
    }

    private MofType ParseIntrinsicType()
    {
        var location = _token.Location;
        var name = Word(s_types) ?? throw Expected($"a data type ({string.Join(", ", s_types)})");
        Advance();
        return new(location, name);
    }

    private MofType ParseType()
    {
        if (Word(s_types) is not null)
            return ParseIntrinsicType();
        var location = _token.Location;
        var className = Name("a data type or the class of a reference");
        if (!AtWord("ref"))
        {
            throw new MofException(location, $"a data type ({string.Join(", ", s_types)}) or a class and REF", $"\"{MofToken.Shorten(className)}\"");
        }
        Advance();
        return new(location, MofType.Reference, className);
    }

    private MofType ParseArraySuffix(MofType type)
    {
        if (!Accept("["))
            return type;
        int? size = null;
        if (_token.Kind == MofTokenKind.Integer)
        {
            if (_token.IsNegative || _token.Magnitude is 0 or > int.MaxValue)
                throw Expected("the number of elements, 1 or more");
            size = (int)_token.Magnitude;
            Advance();
        }
        if (!Accept("]"))
            throw Expected(size is null ? "the number of elements or \"]\"" : "\"]\"");
        return type with { IsArray = true, ArraySize = size };
    }

    private MofValue ParseInitializer() => At("{") ? ParseArray() : ParseConstant();

    private MofArray ParseArray()
    {
        var location = _token.Location;
        Require("{");
        var elements = new List<MofValue>();
        if (Accept("}"))
            return new(location, elements);
        do
            elements.Add(ParseConstant());
        while (Accept(","));
        if (!Accept("}"))
            throw Expected("\",\" or \"}\" in the array");
        return new(location, elements);
    }

    private MofValue ParseConstant()
    {
        var token = _token;
        switch (token.Kind)
        {
            case MofTokenKind.String:
                return ParseString();
            case MofTokenKind.Integer:
                Advance();
                return new MofInteger(token.Location, token.IsNegative, token.Magnitude);
            case MofTokenKind.Real:
                Advance();
                return new MofReal(token.Location, token.Real);
            case MofTokenKind.Char:
                Advance();
                return new MofChar(token.Location, token.Text[0]);
            case MofTokenKind.Alias:
                Advance();
                return new MofAlias(token.Location, token.Text);
            case MofTokenKind.Identifier:
                MofValue? value = token.Text.ToUpperInvariant() switch
                {
                    "TRUE" => new MofBoolean(token.Location, true),
                    "FALSE" => new MofBoolean(token.Location, false),
                    "NULL" => new MofNull(token.Location),
                    "NAN" => new MofReal(token.Location, double.NaN),
                    "INF" => new MofReal(token.Location, double.PositiveInfinity),
                    _ => null,
                };
                if (value is null)
                    break;
                Advance();
                return value;
        }
        throw Expected("a value (string, number, character, TRUE, FALSE, NULL or $alias)");
    }

    private MofString ParseString()
    {
        var first = _token;
        Advance();
        if (_token.Kind != MofTokenKind.String)
            return new(first.Location, first.Text);
        var joined = new StringBuilder(first.Text);
        for (; _token.Kind == MofTokenKind.String; Advance())
            joined.Append(_token.Text);
        return new(first.Location, joined.ToString());
    }

    private void Advance() => _token = _lexer.Next();

    private bool At(string punctuator) => _token.Kind == MofTokenKind.Punctuator && _token.Text == punctuator;

    private bool AtWord(string word) => _token.Kind == MofTokenKind.Identifier && _token.Text.Equals(word, StringComparison.OrdinalIgnoreCase);

    private bool Accept(string punctuator)
    {
        if (!At(punctuator))
            return false;
        Advance();
        return true;
    }

    private void Require(string punctuator)
    {
        if (!Accept(punctuator))
            throw Expected($"\"{punctuator}\"");
    }

    private void RequireWord(string word)
    {
        if (!AtWord(word))
            throw Expected($"\"{word}\"");
        Advance();
    }

    private string Name(string expected)
    {
        if (_token.Kind != MofTokenKind.Identifier)
            throw Expected(expected);
        var name = _token.Text;
        Advance();
        return name;
    }

    // The word of the list that the current token is, in lower case.
    private string? Word(string[] words) => _token.Kind == MofTokenKind.Identifier
        ? Array.Find(words, w => w.Equals(_token.Text, StringComparison.OrdinalIgnoreCase))
        : null;

    private MofException Expected(string what) => new(_token.Location, what, _token.Describe());
}
