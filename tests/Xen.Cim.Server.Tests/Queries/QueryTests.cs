using Xen.Cim.Model;
using Xen.Cim.Server.Queries;
using Xen.Cim.Server.Repository;

namespace Xen.Cim.Server.Tests.Queries;

/// <summary>What queries let through, in all three languages.</summary>
public class QueryTests
{
    private static readonly CimRepository s_repository = MakeRepository();

    private static RepositoryNamespace Namespace => s_repository.Get("root/virt");

    [Theory]
    // Every type; the edges of the 64 bit ones compare exactly.
    [InlineData("Big = 18446744073709551615", true)]
    [InlineData("Big > 18446744073709551614", true)]
    [InlineData("Big < 18446744073709551615", false)]
    [InlineData("Low = -9223372036854775808", true)]
    [InlineData("Low < Big", true)]
    [InlineData("Number = 0x10", true)]
    [InlineData("Number = 0X10", true)]
    [InlineData("Number = 10000b", true)]
    [InlineData("Number = 10000B", true)]
    [InlineData("Number = 016", true)]
    [InlineData("Low < -0x6223", true)]
    [InlineData("Low < -110001000100011B", true)]
    [InlineData("Number <> 0B", true)]
    [InlineData("Number >= 15.5", true)]
    [InlineData("Number <> 16", false)]
    [InlineData("Real = 0.5", true)]
    [InlineData("Real <= 5e-1", true)]
    [InlineData("Nan = 1.0", false)]
    [InlineData("NOT Nan = 1.0", false)]
    [InlineData("Flag = TRUE", true)]
    [InlineData("Flag <> true", false)]
    [InlineData("Name = 'it''s \"so\"'", true)]
    [InlineData("Name = 'it\\'s \"so\"'", true)]
    [InlineData("Name = 'IT''S \"SO\"'", false)]
    [InlineData("name < 'j'", true)]
    [InlineData("Letter = 'x'", true)]
    [InlineData("Made = '20240229123456.000000+060'", true)]
    [InlineData("Made = '20240229113456.000000+000'", true)]
    [InlineData("Made > '20230101000000.000000+000'", true)]
    [InlineData("Made = '202402**************.******+000'", false)]
    [InlineData("Made = '20240229******.******+060'", true)]
    [InlineData("Up < '00000001000000.000000:000'", true)]
    [InlineData("Other = 'Test_Thing.Name=\"a\"'", true)]
    [InlineData("Other <> 'root/virt:Test_Thing.Name=\"b\"'", true)]
    // NULL: unknown unless it is asked for.
    [InlineData("Nothing IS NULL", true)]
    [InlineData("Nothing IS NOT NULL", false)]
    [InlineData("Name IS NOT NULL", true)]
    [InlineData("Nothing = 'x'", false)]
    [InlineData("Nothing <> 'x'", false)]
    [InlineData("NOT Nothing = 'x'", false)]
    [InlineData("NOT (Nothing = 'x' AND Flag = TRUE)", false)]
    [InlineData("Nothing = 'x' OR Flag = TRUE", true)]
    [InlineData("NOT (Nothing = 'x' AND Flag = FALSE)", true)]
    [InlineData("Nothing = NULL", true)]
    [InlineData("Name <> NULL", true)]
    // AND before OR, NOT before both.
    [InlineData("Flag = TRUE OR Flag = TRUE AND Flag = FALSE", true)]
    [InlineData("(Flag = TRUE OR Flag = TRUE) AND Flag = FALSE", false)]
    [InlineData("NOT Flag = FALSE AND Number = 16", true)]
    [InlineData("not not flag = true", true)]
    // Arrays.
    [InlineData("Numbers[0] = 2", true)]
    [InlineData("Numbers[1] = 5", true)]
    [InlineData("Numbers[2] IS NULL", true)]
    [InlineData("Numbers[7] = 5", false)]
    [InlineData("ANY Numbers = 5", true)]
    [InlineData("ANY Numbers[*] = 6", false)]
    [InlineData("EVERY Numbers >= 2", false)]
    [InlineData("EVERY Words LIKE 'a.*'", true)]
    [InlineData("Words = {'aa', 'ab'}", true)]
    [InlineData("Words = {'ab', 'aa'}", false)]
    // Embedded objects.
    [InlineData("Inner.Name = 'inside'", true)]
    [InlineData("Inner.Test_Thing::Name = 'inside'", true)]
    [InlineData("Inner.Test_Other::Name = 'inside'", false)]
    [InlineData("Inner.Inner.Name = 'deep'", true)]
    [InlineData("Inner ISA Test_Thing", true)]
    [InlineData("Inner ISA Test_Base", true)]
    [InlineData("Inner ISA Test_Other", false)]
    [InlineData("NOT Inner ISA Test_Other", true)]
    [InlineData("Inner.Inner.Inner ISA Test_Thing", false)]
    [InlineData("Inner = Inner", true)]
    [InlineData("Inner <> Inner", false)]
    [InlineData("Inner = Inner.Inner", false)]
    [InlineData("Numbers[*] = Numbers[*]", true)]
    [InlineData("Numbers <> Inner.Test_Thing::Numbers", false)]
    public void AllLanguagesAgree(string condition, bool expected)
    {
        var thing = Thing();
        Assert.Equal(expected, Query.Parse("DMTF:FQL", condition).Matches(thing, Namespace.IsA));
        Assert.Equal(expected, Query.Parse("DMTF:CQL", "SELECT * FROM Test_Thing WHERE " + condition).Matches(thing, Namespace.IsA));
        if (!condition.Contains("LIKE", StringComparison.Ordinal))
            Assert.Equal(expected, Query.Parse("WQL", $"select * from Test_Thing where {condition};").Matches(thing, Namespace.IsA));
    }

    [Theory]
    [InlineData("WQL", "Name LIKE 'it%'", true)]
    [InlineData("WQL", "Name LIKE '_t%so_'", true)]
    [InlineData("WQL", "Name LIKE '[h-j]t%'", true)]
    [InlineData("WQL", "Name LIKE '[^h-j]t%'", false)]
    [InlineData("WQL", "Name NOT LIKE 'x%'", true)]
    [InlineData("WQL", "Name LIKE 'it.*'", false)]
    [InlineData("DMTF:CQL", "Name LIKE 'it.*'", true)]
    [InlineData("DMTF:CQL", "Name LIKE 'i'", false)]
    [InlineData("DMTF:CQL", "Name LIKE '(it|that).s.*'", true)]
    [InlineData("DMTF:CQL", "Name LIKE 'it\\..*'", false)]
    // Only WQL takes a number for what it spells.
    [InlineData("WQL", "Number = '16'", true)]
    [InlineData("WQL", "Flag = 'true'", true)]
    [InlineData("DMTF:CQL", "Number = '16'", false)]
    // The class, its alias, and words for the instance itself.
    [InlineData("WQL", "__CLASS = 'Test_Thing'", true)]
    [InlineData("WQL", "__THIS ISA \"Test_Base\"", true)]
    [InlineData("DMTF:CQL", "Test_Thing ISA Test_Base", true)]
    [InlineData("DMTF:CQL", "Test_Thing.Inner.Name = 'inside'", true)]
    [InlineData("DMTF:CQL", "Test_Thing::Name LIKE 'it.*'", true)]
    [InlineData("DMTF:CQL", "Test_Thing.Test_Base::Name LIKE 'it.*'", true)]
    // A boolean is a condition.
    [InlineData("DMTF:CQL", "Flag", true)]
    [InlineData("DMTF:CQL", "NOT Flag OR FALSE", false)]
    [InlineData("DMTF:CQL", "(Flag) AND Number = 16", true)]
    public void LanguagesDiffer(string language, string condition, bool expected) =>
        Assert.Equal(expected, Query.Parse(language, "SELECT * FROM Test_Thing WHERE " + condition).Matches(Thing(), Namespace.IsA));

    [Theory]
    // DSP0202, symbolic constants: a value by the name that Values gives it, whatever the case.
    [InlineData("State = State#'Enabled'", true)]
    [InlineData("State#'ENABLED' = State", true)]
    [InlineData("t.State = Test_Thing.State#'Disabled'", false)]
    [InlineData("State = #'Enabled'", true)]
    [InlineData("#'Disabled' <> State", true)]
    [InlineData("State#'Enabled' = 2", true)]
    [InlineData("3 = State#'Disabled'", true)]
    [InlineData("State#'Enabled' = #'Disabled'", false)]
    [InlineData("State < State#'Disabled'", true)]
    // Of another class; without ValueMap the values are counted; text.
    [InlineData("Test_Other::Color#'Green' = 1", true)]
    [InlineData("Test_Other.Color#'red' = 0", true)]
    [InlineData("Kind = #'Second kind'", true)]
    [InlineData("ANY States = #'Disabled'", true)]
    [InlineData("EVERY States = Test_Thing::State#'Enabled'", false)]
    // The alias as the class of a property.
    [InlineData("t::Number = 16", true)]
    public void ValuesGoByTheirNamesToo(string condition, bool expected)
    {
        var thing = Thing();
        thing.Set("State", CimType.UInt16, false, (ushort)2);
        thing.Set("States", CimType.UInt16, true, new ushort?[] { 2, 3 });
        thing.Set("Kind", CimType.String, false, "b");
        foreach (var language in (string[])["WQL", "DMTF:CQL"])
        {
            var query = Query.Parse(language, "SELECT * FROM Test_Thing AS t WHERE " + condition);
            query.Check(Namespace, Namespace.GetClass("Test_Thing"));
            Assert.Equal(expected, query.Matches(thing, Namespace.IsA));
            // As a provider has it.
            Assert.Equal(expected, new ProviderQuery(Query.Parse(language, query.Text).WithNamedValues(Namespace.FindClass), Namespace.IsA).Matches(thing));
        }
    }

    [Theory]
    [InlineData("Inner ISA Test_Base", true)]
    [InlineData("Inner ISA Test_Thing", false)]
    [InlineData("Inner.Test_Other::Color = 1", true)]
    [InlineData("Inner.Test_Thing::Number = 1", false)]
    [InlineData("Inner.Name IS NULL", true)]
    [InlineData("Inner = Inner", true)]
    public void AnEmbeddedClassHasTheDefaultsOfItsProperties(string condition, bool expected)
    {
        var thing = new CimInstance("Test_Thing");
        thing.Set("Inner", CimType.String, false, new CimClass("Test_Other", "Test_Base") { Properties = [new("Color", CimType.UInt8) { DefaultValue = (byte)1 }] }, CimPropertyFlags.EmbeddedObject);

        Assert.Equal(expected, Query.Parse("DMTF:FQL", condition).Matches(thing, Namespace.IsA));
    }

    [Fact]
    public void TheSelectListLeavesWhatItNames()
    {
        var query = Query.Parse("DMTF:CQL", "SELECT t.Name, Numbers[1] AS Second, Inner.Name AS Within, Inner.Nope FROM Test_Thing AS t");
        var result = query.Select(Thing(), Namespace.IsA);

        Assert.Equal("Test_Thing", query.ClassName);
        Assert.Equal([("Name", "it's \"so\""), ("Second", (ushort)5), ("Within", "inside")], result.Properties.Select(p => (p.Name, p.Value)));
        Assert.False(result.Properties.Single(p => p.Name == "Second").IsArray);
        Assert.Equal(["Inner", "Name", "Numbers"], query.Properties!.Order(StringComparer.Ordinal));
        Assert.Null(Query.Parse("WQL", "SELECT Name, * FROM Test_Thing").Selected);
        Assert.Null(Query.Parse("WQL", "SELECT Test_Thing.* FROM Test_Thing").Properties);
    }

    [Fact]
    public void AProviderSeesComparisonsWithTheNegationsInThem()
    {
        var query = new ProviderQuery(Query.Parse("WQL", "SELECT Name, Number FROM Test_Base WHERE NOT (Number > 3 AND 'a' < Name) OR Nothing IS NOT NULL OR Name NOT LIKE 'x%' OR NOT __THIS ISA \"Test_Other\""), Namespace.IsA);

        Assert.Equal(["Name", "Number"], query.Columns);
        var any = Assert.IsType<Server.Providers.QueryCondition.Any>(query.Condition);
        var inner = Assert.IsType<Server.Providers.QueryCondition.Any>(any.Parts[0]);
        Assert.Equal(
        [
            ("Number", "LessThanOrEquals", "3", CimType.UInt64), ("Name", "LessThanOrEquals", "a", CimType.String),
            ("Nothing", "NotNull", null, null), ("Name", "NotLike", "x%", CimType.String), ("", "NotIsa", "Test_Other", CimType.String),
        ], inner.Parts.Concat(any.Parts.Skip(1)).Cast<Server.Providers.QueryCondition.Comparison>().Select(c => (c.Left, c.Operator.ToString(), c.Right, c.RightType)));
        var first = (Server.Providers.QueryCondition.Comparison)inner.Parts[0];
        Assert.True(first.Holds(p => p == "Number" ? (ushort)3 : null));
        Assert.False(first.Holds(p => p == "Number" ? (ushort)4 : null));
        Assert.False(first.Holds(_ => null));
        Assert.True(query.Matches(Thing()));
        Assert.False(query.Matches(new CimInstance("No_Such")));
    }

    [Theory]
    [InlineData("WQL", "", 1, "SELECT")]
    [InlineData("WQL", "SELECT", 7, "FROM")]
    [InlineData("WQL", "SELECT FROM X", 8, "a property")]
    [InlineData("WQL", "SELECT * FROM", 14, "a class")]
    [InlineData("WQL", "SELECT Name Other FROM X", 13, "a comma or FROM")]
    [InlineData("WQL", "SELECT * FROM X WHERE", 22, "a property or a literal")]
    [InlineData("WQL", "SELECT * FROM X WHERE a", 24, "a comparison")]
    [InlineData("WQL", "SELECT * FROM X WHERE a = 1 b", 29, "the end")]
    [InlineData("WQL", "SELECT * FROM X WHERE (a = 1", 29, ")")]
    [InlineData("DMTF:FQL", "a = 'open", 5, "closing")]
    [InlineData("DMTF:FQL", "a = 99999999999999999999", 5, "64 bits")]
    [InlineData("DMTF:FQL", "a = 12x", 5, "64 bits")]
    [InlineData("DMTF:FQL", "a[x] = 1", 3, "index")]
    [InlineData("DMTF:FQL", "a LIKE b", 8, "pattern")]
    [InlineData("DMTF:FQL", "a LIKE '['", 8, "pattern")]
    [InlineData("DMTF:FQL", "a LIKE '(a)\\1'", 8, "pattern")]
    [InlineData("DMTF:FQL", "a ? 1", 3, "'?'")]
    [InlineData("DMTF:FQL", "SELECT * FROM X", 8, "a comparison")]
    [InlineData("WQL", "SELECT * FROM X WHERE #'a' = #'b'", 23, "a property")]
    [InlineData("WQL", "SELECT * FROM X WHERE a = a#b", 29, "in quotes")]
    [InlineData("DMTF:CQL", "SELECT * FROM X WHERE 5", 24, "a comparison")]
    public void WhatIsWrongIsNamedWithItsPlace(string language, string text, int position, string expected)
    {
        var error = Assert.Throws<CimException>(() => Query.Parse(language, text));

        Assert.Equal(CimStatus.InvalidQuery, error.Status);
        Assert.Contains($"character {position}:", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message[error.Message.IndexOf("character", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SELECT COUNT(*) FROM X", "COUNT")]
    [InlineData("SELECT a, UPPERCASE(b) AS c FROM X", "UPPERCASE")]
    [InlineData("SELECT a + b AS c FROM X", "+")]
    [InlineData("SELECT DISTINCT a FROM X", "DISTINCT")]
    [InlineData("SELECT FIRST 5 a FROM X", "FIRST")]
    [InlineData("SELECT * FROM X, Y WHERE X.a = Y.a", "joins")]
    [InlineData("SELECT * FROM X INNER JOIN Y ON X.a = Y.a", "joins")]
    [InlineData("SELECT * FROM X AS x1 LEFT OUTER JOIN Y ON X.a = Y.a", "joins")]
    [InlineData("SELECT * FROM X ORDER BY a", "ORDER")]
    [InlineData("SELECT * FROM X WHERE a = 1 ORDER BY a DESC", "ORDER")]
    [InlineData("SELECT a FROM X GROUP BY a", "GROUP")]
    [InlineData("SELECT a FROM X WHERE a = 1 HAVING a > 2", "HAVING")]
    [InlineData("SELECT a FROM X UNION SELECT a FROM Y", "UNION")]
    [InlineData("SELECT * FROM X WITHIN 5 WHERE a = 1", "WITHIN")]
    [InlineData("SELECT * FROM root/other:X", "namespace")]
    [InlineData("SELECT a#'Enabled' FROM X", "not selected")]
    [InlineData("SELECT * FROM X WHERE UPPERCASE(a) = 'A'", "UPPERCASE")]
    [InlineData("SELECT * FROM X WHERE 'A' = UPPERCASE(a)", "UPPERCASE")]
    [InlineData("SELECT * FROM X WHERE a > CURRENTDATETIME()", "CURRENTDATETIME")]
    [InlineData("SELECT * FROM X WHERE a + 1 = 2", "+")]
    [InlineData("SELECT * FROM X WHERE a = b * 2", "*")]
    [InlineData("SELECT * FROM X WHERE a = 'x' || 'y'", "||")]
    [InlineData("SELECT * FROM X WHERE a[0..2] = 1", "ranges")]
    [InlineData("SELECT * FROM X WHERE a[0,2] = 1", "ranges")]
    [InlineData("SELECT * FROM X WHERE a IN (1, 2)", "IN")]
    [InlineData("SELECT * FROM X WHERE a NOT IN (SELECT a FROM Y)", "IN")]
    [InlineData("SELECT * FROM X WHERE (SELECT a FROM Y) = 1", "query in a query")]
    [InlineData("SELECT * FROM X WHERE EXISTS (SELECT a FROM Y)", "EXISTS")]
    [InlineData("SELECT * FROM X WHERE a BETWEEN 1 AND 2", "BETWEEN")]
    [InlineData("SELECT * FROM X WHERE ANY v IN a SATISFIES (v = 1)", "IN")]
    public void WhatIsNotSupportedIsNamed(string text, string named)
    {
        foreach (var language in (string[])["DMTF:CQL", "WQL"])
        {
            var error = Assert.Throws<CimException>(() => Query.Parse(language, text));

            Assert.Equal(CimStatus.QueryFeatureNotSupported, error.Status);
            Assert.Contains(named, error.Message[error.Message.IndexOf(" at character ", StringComparison.Ordinal)..], StringComparison.Ordinal);
        }
    }

    [Theory]
    // What is a keyword elsewhere may be a property's name.
    [InlineData("SELECT First, Distinct FROM Test_Thing", "First,Distinct")]
    [InlineData("SELECT t.In, Left FROM Test_Thing t WHERE t.Name IS NOT NULL", "In,Left")]
    [InlineData("SELECT Exists FROM Test_Thing WHERE Exists IS NULL", "Exists")]
    public void NamesMayBeKeywordsElsewhere(string text, string selected)
    {
        var query = Query.Parse("DMTF:CQL", text);

        Assert.Equal(selected, string.Join(',', query.Selected!.Select(s => s.Name)));
        Assert.True(query.Matches(Thing(), Namespace.IsA));
    }

    [Fact]
    public void AnUnknownLanguageIsNamedWithTheKnownOnes()
    {
        var error = Assert.Throws<CimException>(() => Query.Parse("XPath", "//a"));

        Assert.Equal(CimStatus.QueryLanguageNotSupported, error.Status);
        Assert.Contains("DMTF:CQL", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Nope = 1", "no property Nope")]
    [InlineData("Number = 'sixteen'", "uint16")]
    [InlineData("Name = 5", "string")]
    [InlineData("Flag > TRUE", "boolean")]
    [InlineData("Numbers = 2", "ANY")]
    [InlineData("Name[0] = 'i'", "not an array")]
    [InlineData("Name.Inner = 'i'", "embedded")]
    [InlineData("Made = 'yesterday'", "datetime")]
    [InlineData("Number < NULL", "NULL")]
    [InlineData("Number = Name", "do not compare")]
    [InlineData("Number LIKE 'a'", "uint16")]
    [InlineData("Inner ISA No_Such", "No_Such")]
    [InlineData("Inner.No_Such::Name = 'i'", "No_Such")]
    [InlineData("Inner.Test_Thing::Nope = 'i'", "Nope")]
    [InlineData("State = State#'Bogus'", "'Bogus'")]
    [InlineData("State = State#'Vendor'", "range")]
    [InlineData("Number = Number#'Enabled'", "'Enabled'")]
    [InlineData("Inner.State = #'Enabled'", "Class::Property")]
    [InlineData("Name = State#'Enabled'", "string")]
    public void AClassThatDoesNotGoWithTheQueryIsAnError(string condition, string named)
    {
        var query = Query.Parse("DMTF:FQL", condition);

        var error = Assert.Throws<CimException>(() => query.Check(Namespace, Namespace.GetClass("Test_Thing")));
        Assert.Equal(CimStatus.InvalidQuery, error.Status);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Name = 'a' AND Number > 3 AND Big < 1.5 AND Low = -1 AND Flag = FALSE")]
    [InlineData("Inner.Whatever = 3 AND Inner.Test_Thing::Name = 'x' AND Inner ISA Test_Thing")]
    [InlineData("ANY Numbers = 3 AND Numbers[0] = 1 AND Words = {'a'} AND Made > '20240101000000.000000+000' AND Low < Number")]
    public void AQueryThatGoesWithItsClassPasses(string condition) =>
        Query.Parse("DMTF:FQL", condition).Check(Namespace, Namespace.GetClass("Test_Thing"));

    [Fact]
    public void DeepAndLongQueriesAreRefused()
    {
        foreach (var text in (string[])[new string('(', 100_000), string.Concat(Enumerable.Repeat("NOT ", 1000)) + "a = 1", new string('(', 60_000)])
            Assert.Equal(CimStatus.InvalidQuery, Assert.Throws<CimException>(() => Query.Parse("DMTF:FQL", text)).Status);
    }

    private static CimInstance Thing()
    {
        var deep = new CimInstance("Test_Thing");
        deep.Set("Name", CimType.String, false, "deep");
        var inner = new CimInstance("Test_Thing");
        inner.Set("Name", CimType.String, false, "inside");
        inner.Set("Inner", CimType.String, false, deep, CimPropertyFlags.EmbeddedInstance);
        var thing = new CimInstance("Test_Thing");
        foreach (var (name, type, value) in ((string, CimType, object?)[])
        [
            ("Name", CimType.String, "it's \"so\""), ("Number", CimType.UInt16, (ushort)16), ("Big", CimType.UInt64, ulong.MaxValue),
            ("Low", CimType.SInt64, long.MinValue), ("Real", CimType.Real32, 0.5f), ("Nan", CimType.Real64, double.NaN), ("Flag", CimType.Boolean, true),
            ("Letter", CimType.Char16, 'x'), ("Made", CimType.DateTime, CimDateTime.Parse("20240229123456.000000+060")),
            ("Up", CimType.DateTime, CimDateTime.Parse("00000000235959.000000:000")), ("Nothing", CimType.String, null),
            ("Other", CimType.Reference, new CimObjectPath("Test_Thing", "root/virt", new CimKey("Name", "a"))),
        ])
        {
            thing.Set(name, type, false, value);
        }
        thing.Set("Numbers", CimType.UInt16, true, new ushort?[] { 2, 5, null });
        thing.Set("Words", CimType.String, true, new[] { "aa", "ab" });
        thing.Set("Inner", CimType.String, false, inner, CimPropertyFlags.EmbeddedInstance);
        return thing;
    }

    private static CimQualifier Names(string qualifier, params string[] names) => new(qualifier, CimType.String, true, names);

    private static CimRepository MakeRepository()
    {
        var repository = new CimRepository();
        RepositoryLoader.AddClasses(repository,
        [
            new("Test_Base", null) { Properties = [new("Name", CimType.String) { Qualifiers = [new("Key", CimType.Boolean, false, true)] }] },
            new("Test_Other", "Test_Base") { Properties = [new("Color", CimType.UInt8) { Qualifiers = [Names("Values", "Red", "Green")] }] },
            new("Test_Thing", "Test_Base")
            {
                Properties =
                [
                    new("Number", CimType.UInt16), new("Big", CimType.UInt64), new("Low", CimType.SInt64), new("Real", CimType.Real32), new("Nan", CimType.Real64),
                    new("Flag", CimType.Boolean), new("Letter", CimType.Char16), new("Made", CimType.DateTime), new("Up", CimType.DateTime), new("Nothing", CimType.String),
                    new("Other", CimType.Reference) { ReferenceClass = "Test_Thing" }, new("Numbers", CimType.UInt16, true), new("Words", CimType.String, true),
                    new("State", CimType.UInt16) { Qualifiers = [Names("ValueMap", "2", "3", "32768.."), Names("Values", "Enabled", "Disabled", "Vendor")] },
                    new("States", CimType.UInt16, true) { Qualifiers = [Names("ValueMap", "2", "3"), Names("Values", "Enabled", "Disabled")] },
                    new("Kind", CimType.String) { Qualifiers = [Names("ValueMap", "a", "b"), Names("Values", "First kind", "Second kind")] },
                    new("Inner", CimType.String) { Qualifiers = [new("EmbeddedInstance", CimType.String, false, "Test_Base")] },
                ],
            },
        ]);
        return repository;
    }
}
