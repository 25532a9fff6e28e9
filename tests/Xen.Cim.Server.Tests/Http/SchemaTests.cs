using System.Xml.Linq;

namespace Xen.Cim.Server.Tests.Http;

/// <summary>What clients change in the repository: classes, qualifier declarations and instances without a provider, over restarts too.</summary>
public sealed class SchemaTests : IAsyncLifetime
{
    private const string Key = "<QUALIFIER NAME=\"Key\" TYPE=\"boolean\"><VALUE>TRUE</VALUE></QUALIFIER>";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("xen-cim-schema");
    private readonly ServerFixture _client = new();

    public async ValueTask InitializeAsync()
    {
        await _client.InitializeAsync(Options);
        foreach (var (name, type, scope, attributes) in ((string, string, string, string)[])
        [
            ("Key", "boolean", "PROPERTY=\"true\" REFERENCE=\"true\"", "OVERRIDABLE=\"false\""),
            ("Association", "boolean", "ASSOCIATION=\"true\"", "OVERRIDABLE=\"false\""),
            ("Description", "string", "CLASS=\"true\" PROPERTY=\"true\" METHOD=\"true\"", "TRANSLATABLE=\"true\""),
            ("Abstract", "boolean", "CLASS=\"true\"", "TOSUBCLASS=\"false\""),
            ("Max", "uint32", "PROPERTY=\"true\"", ""),
        ])
        {
            await DoneAsync("SetQualifier", Requests.Parameter("QualifierDeclaration",
                $"<QUALIFIER.DECLARATION NAME=\"{name}\" TYPE=\"{type}\" {attributes}><SCOPE {scope}></SCOPE></QUALIFIER.DECLARATION>"));
        }
        await DoneAsync("CreateClass", Class("Test_Base", null, Described("Base") + Property("Id", "string", Key) + Property("Size", "uint32", "<QUALIFIER NAME=\"Max\" TYPE=\"uint32\"><VALUE>9</VALUE></QUALIFIER>", "<VALUE>7</VALUE>")
            + "<METHOD NAME=\"Do\" TYPE=\"uint32\"><PARAMETER NAME=\"How\" TYPE=\"string\"></PARAMETER></METHOD>"));
        await DoneAsync("CreateClass", Class("Test_Sub", "Test_Base", Property("Extra", "string") + Property("Size", "uint32", Described("Larger"), "<VALUE>8</VALUE>")));
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private ServerOptions Options => ServerFixture.Options with { StateDirectory = _folder.FullName };

    [Theory]
    // LocalOnly, IncludeQualifiers, IncludeClassOrigin, PropertyList → properties, their CLASSORIGIN, PROPAGATED and own qualifiers.
    [InlineData(true, true, false, null, "Size:::Description Extra:::", "")]
    [InlineData(true, false, false, null, "Size::: Extra:::", "")]
    [InlineData(false, true, true, null, "Id:Test_Base:true:Key Size:Test_Sub::Description,Max Extra:Test_Sub::", "Do:Test_Base:true")]
    [InlineData(false, false, true, "size,EXTRA,Nope", "Size:Test_Sub:: Extra:Test_Sub::", "Do:Test_Base:true")]
    [InlineData(false, false, false, "", "", "Do::true")]
    public async Task GetClassShowsWhatIsAskedFor(bool localOnly, bool qualifiers, bool origin, string? propertyList, string properties, string methods)
    {
        var response = await _client.IntrinsicAsync("GetClass", Requests.ClassName("test_sub") + Requests.Flag("LocalOnly", localOnly)
            + Requests.Flag("IncludeQualifiers", qualifiers) + Requests.Flag("IncludeClassOrigin", origin)
            + (propertyList is null ? "" : Requests.PropertyList(propertyList.Split(',', StringSplitOptions.RemoveEmptyEntries))));

        var found = response.Descendants("CLASS").Single();
        Assert.Equal(("Test_Sub", "Test_Base"), ((string)found.Attribute("NAME")!, (string)found.Attribute("SUPERCLASS")!));
        Assert.Equal(qualifiers && !localOnly ? ["Description"] : [], found.Elements("QUALIFIER").Select(q => (string)q.Attribute("NAME")!));
        Assert.Equal(properties, Shape(found.Elements("PROPERTY")));
        Assert.Equal(methods, string.Join(' ', found.Elements("METHOD").Select(m => $"{m.Attribute("NAME")!.Value}:{(string?)m.Attribute("CLASSORIGIN")}:{(string?)m.Attribute("PROPAGATED")}")));
    }

    [Theory]
    // Class, LocalOnly, DeepInheritance, IncludeClassOrigin, PropertyList → properties and their CLASSORIGIN of an instance of Test_Sub.
    [InlineData("Test_Base", null, null, false, null, "Id: Size: Extra:")]
    [InlineData("Test_Base", false, true, true, null, "Id:Test_Base Size:Test_Sub Extra:Test_Sub")]
    [InlineData("Test_Base", false, false, true, null, "Id:Test_Base Size:Test_Sub")]
    [InlineData("Test_Base", true, true, false, null, "Id: Size: Extra:")]
    [InlineData("Test_Base", true, false, false, null, "Id: Size:")]
    [InlineData("Test_Sub", false, false, false, null, "Id: Size: Extra:")]
    [InlineData("Test_Sub", true, true, false, null, "Size: Extra:")]
    [InlineData("Test_Sub", true, false, true, null, "Size:Test_Sub Extra:Test_Sub")]
    [InlineData("Test_Base", false, true, false, "EXTRA,size,Extra,Nope", "Size: Extra:")]
    [InlineData("Test_Base", false, false, false, "Extra,Id", "Id:")]
    [InlineData("Test_Sub", true, true, false, "Id,Extra", "Extra:")]
    [InlineData("Test_Base", false, true, true, "", "")]
    public async Task InstancesShowWhatIsAskedFor(string className, bool? local, bool? deep, bool origin, string? propertyList, string expected)
    {
        await _client.IntrinsicAsync("CreateInstance", Instance("Test_Sub", Value("Id", "a") + Value("Extra", "e")));
        var parameters = (local is { } l ? Requests.Flag("LocalOnly", l) : "") + (origin ? Requests.Flag("IncludeClassOrigin", true) : "")
            + (propertyList is null ? "" : Requests.PropertyList(propertyList.Split(',', StringSplitOptions.RemoveEmptyEntries)));

        Assert.Equal(expected, Shown(await _client.IntrinsicAsync("EnumerateInstances", Requests.ClassName(className) + parameters + (deep is { } d ? Requests.Flag("DeepInheritance", d) : ""))));
        // The opened operation has no LocalOnly; one instance is of its own class.
        if (local != true)
        {
            Assert.Equal(expected, Shown(await _client.IntrinsicAsync("OpenEnumerateInstances", Requests.ClassName(className) + parameters.Replace(Requests.Flag("LocalOnly", false), "", StringComparison.Ordinal)
                + Requests.Flag("DeepInheritance", deep ?? true) + Requests.Parameter("MaxObjectCount", "<VALUE>5</VALUE>"))));
        }
        if (className == "Test_Sub")
            Assert.Equal(expected, Shown(await _client.IntrinsicAsync("GetInstance", Requests.Parameter("InstanceName", Path("Test_Sub", "a")) + parameters)));

        static string Shown(XElement response) => string.Join(' ', response.Descendants("INSTANCE").Single().Elements().Select(p => $"{p.Attribute("NAME")!.Value}:{(string?)p.Attribute("CLASSORIGIN")}"));
    }

    /// <summary>Type → values as they come and go.</summary>
    public static TheoryData<string, string[]> Edges() => new()
    {
        { "boolean", ["TRUE", "FALSE"] },
        { "uint8", ["0", "255"] },
        { "sint8", ["-128", "127"] },
        { "uint16", ["0", "65535"] },
        { "sint16", ["-32768", "32767"] },
        { "uint32", ["0", "4294967295"] },
        { "sint32", ["-2147483648", "2147483647"] },
        { "uint64", ["0", "18446744073709551615"] },
        { "sint64", ["-9223372036854775808", "9223372036854775807"] },
        { "real32", ["NaN", "INF", "-INF", "3.4028235E+38", "1E-45"] },
        { "real64", ["NaN", "INF", "-INF", "1.7976931348623157E+308", "5E-324", "0.1"] },
        { "char16", ["x", "&", "\u20AC", "\uFFFD"] },
        { "datetime", ["20240229123456.654321+060", "99991231235959.999999-720", "2024**********.******+000", "20240229******.******+060", "00000001020304.567890:000", "99999999******.******:000"] },
        { "string", ["", " ", " a b ", "<&>\"'", "]]>", "a\tb\nc\rd", "\u00E4\u20AC\U0001F600", "\u0085\u2028\uE000\uFFFD"] },
    };

    [Theory]
    [MemberData(nameof(Edges))]
    public async Task EveryTypeKeepsItsEdgesOverARestart(string type, string[] values)
    {
        await DoneAsync("CreateClass", Class("Test_Typed", null, Property("Id", "string", Key) + Property("One", type) + $"<PROPERTY.ARRAY NAME=\"Many\" TYPE=\"{type}\"></PROPERTY.ARRAY>"));
        string?[][] arrays = [values!, [values[0], null, values[^1]], [null], []];
        for (var i = 0; i < values.Length; i++)
            Assert.Empty((await _client.IntrinsicAsync("CreateInstance", Typed($"v{i}", $"<VALUE>{Escaped(values[i])}</VALUE>", "", type))).Descendants("ERROR"));
        for (var i = 0; i < arrays.Length; i++)
            Assert.Empty((await _client.IntrinsicAsync("CreateInstance", Typed($"a{i}", "", $"<VALUE.ARRAY>{string.Concat(arrays[i].Select(v => v is null ? "<VALUE.NULL/>" : $"<VALUE>{Escaped(v)}</VALUE>"))}</VALUE.ARRAY>", type))).Descendants("ERROR"));
        Assert.Empty((await _client.IntrinsicAsync("CreateInstance", Typed("null", "", "", type))).Descendants("ERROR"));

        for (var restarted = 0; restarted < 2; restarted++)
        {
            for (var i = 0; i < values.Length; i++)
                Assert.Equal(values[i], (await PropertyAsync($"v{i}", "One")).Element("VALUE")!.Value);
            for (var i = 0; i < arrays.Length; i++)
                Assert.Equal(arrays[i], (await PropertyAsync($"a{i}", "Many")).Element("VALUE.ARRAY")!.Elements().Select(v => v.Name.LocalName == "VALUE" ? v.Value : null));
            Assert.Empty((await PropertyAsync("null", "One")).Elements());
            Assert.Empty((await PropertyAsync("null", "Many")).Elements());
            await RestartAsync();
        }

        async Task<XElement> PropertyAsync(string id, string name) => (await _client.IntrinsicAsync("GetInstance", Requests.Parameter("InstanceName", Path("Test_Typed", id))))
            .Descendants("INSTANCE").Single().Elements().Single(p => p.Attribute("NAME")!.Value == name);

        static string Typed(string id, string one, string many, string type) =>
            Instance("Test_Typed", Value("Id", id) + $"<PROPERTY NAME=\"One\" TYPE=\"{type}\">{one}</PROPERTY><PROPERTY.ARRAY NAME=\"Many\" TYPE=\"{type}\">{many}</PROPERTY.ARRAY>");

        // What XML would take for white space to be normalised is escaped, as clients have to.
        static string Escaped(string value) => System.Security.SecurityElement.Escape(value).Replace("\r", "&#13;", StringComparison.Ordinal);
    }

    [Fact]
    public async Task ClassesAreEnumeratedByLevels()
    {
        await DoneAsync("CreateClass", Class("Test_SubSub", "Test_Sub", ""));
        async Task<string> NamesAsync(string operation, string parameters) => string.Join(',', (await _client.IntrinsicAsync(operation, parameters)).Descendants("IRETURNVALUE").Elements()
            .Select(e => (string)e.Attribute("NAME")!));

        Assert.Equal("Test_Base,Test_Canned,Test_CannedLink", await NamesAsync("EnumerateClassNames", ""));
        Assert.Equal("Test_Base,Test_Sub,Test_SubSub,Test_Canned,Test_CannedLink", await NamesAsync("EnumerateClassNames", Requests.Flag("DeepInheritance", true)));
        Assert.Equal("Test_Sub", await NamesAsync("EnumerateClassNames", Requests.ClassName("Test_Base")));
        Assert.Equal("Test_Sub,Test_SubSub", await NamesAsync("EnumerateClasses", Requests.ClassName("Test_Base") + Requests.Flag("DeepInheritance", true)));
        Assert.Equal("", await NamesAsync("EnumerateClasses", Requests.ClassName("Test_SubSub")));
    }

    public static TheoryData<string, string, string, string> Errors() => new()
    {
        { "CreateClass", Class("test_base", null, ""), "11", "Test_Base" },
        { "CreateClass", Class("Test_New", "No_Such", ""), "10", "No_Such" },
        { "CreateClass", Class("Test_New", "Test_Base", Property("Size", "uint16")), "4", "uint16" },
        { "CreateClass", Class("Test_New", "Test_Base", Property("Other", "string", Key)), "4", "Other" },
        { "CreateClass", Class("Test_New", null, Property("A", "string") + Property("a", "string")), "4", "twice" },
        { "CreateClass", Class("Test_New", null, Property("A", "string", "<QUALIFIER NAME=\"Nope\" TYPE=\"string\"><VALUE>x</VALUE></QUALIFIER>")), "4", "Nope" },
        { "CreateClass", Class("Test_New", null, Property("A", "string", "<QUALIFIER NAME=\"Max\" TYPE=\"string\"><VALUE>x</VALUE></QUALIFIER>")), "4", "uint32" },
        { "CreateClass", Class("Test_New", null, Key), "4", "Key" },
        { "CreateClass", Class("Test_New", "Test_Base", Property("Id", "string", Key.Replace("TRUE", "FALSE", StringComparison.Ordinal))), "4", "overridden" },
        { "CreateClass", Class("Test_New", null, "<PROPERTY.REFERENCE NAME=\"R\" REFERENCECLASS=\"Test_Base\"></PROPERTY.REFERENCE>"), "4", "association" },
        { "CreateClass", Class("Test_New", "Test_Base", Association), "10", "associations" },
        { "CreateClass", Class("Test_New", null, Association + "<PROPERTY.REFERENCE NAME=\"R\" REFERENCECLASS=\"No_Such\"></PROPERTY.REFERENCE>"), "4", "No_Such" },
        { "CreateClass", Class("9New", null, ""), "4", "9New" },
        { "CreateClass", "", "4", "NewClass" },
        { "ModifyClass", Class("No_Such", null, "").Replace("NewClass", "ModifiedClass", StringComparison.Ordinal), "6", "No_Such" },
        { "ModifyClass", Class("Test_Sub", null, "").Replace("NewClass", "ModifiedClass", StringComparison.Ordinal), "10", "Test_Base" },
        { "ModifyClass", Class("Test_Base", null, Property("Id", "string", Key) + Property("Size", "uint16")).Replace("NewClass", "ModifiedClass", StringComparison.Ordinal), "8", "Test_Sub" },
        { "ModifyClass", Class("Test_Canned", null, "").Replace("NewClass", "ModifiedClass", StringComparison.Ordinal), "9", "Canned" },
        { "DeleteClass", Requests.ClassName("No_Such"), "6", "No_Such" },
        { "DeleteClass", Requests.ClassName("Test_Base"), "8", "Test_Sub" },
        { "DeleteClass", Requests.ClassName("Test_Canned"), "9", "Canned" },
        { "DeleteClass", "", "4", "ClassName" },
        { "DeleteQualifier", Requests.Parameter("QualifierName", "<VALUE>Nope</VALUE>"), "6", "Nope" },
        { "DeleteQualifier", Requests.Parameter("QualifierName", "<VALUE>Key</VALUE>"), "1", "Test_" },
        { "SetQualifier", Requests.Parameter("QualifierDeclaration", "<QUALIFIER.DECLARATION NAME=\"Max\" TYPE=\"string\"></QUALIFIER.DECLARATION>"), "1", "Test_Base" },
        { "SetQualifier", "", "4", "QualifierDeclaration" },
        { "CreateInstance", Instance("Test_Base", ""), "4", "Id" },
        { "CreateInstance", Instance("Test_Base", Value("Id", "a") + Value("Nope", "a")), "4", "Nope" },
        { "DeleteInstance", Requests.Parameter("InstanceName", Path("Test_Base", "nobody")), "6", "nobody" },
    };

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task AnErrorHasItsStatusAndNamesWhatWasWrong(string operation, string parameters, string code, string named)
    {
        var (actual, description) = ServerFixture.ErrorOf(await _client.IntrinsicAsync(operation, parameters));

        Assert.Equal(code, actual);
        Assert.Contains(named, description, StringComparison.Ordinal);
    }

    [Theory]
    // Between Test_Base and Test_Far, declared by Test_Link and below it Test_SubLink; parameters → classes found.
    [InlineData("Associators", "Test_Base", "", "Test_Base,Test_Far")]
    [InlineData("Associators", "Test_Sub", "", "Test_Base,Test_Far")]
    [InlineData("Associators", "Test_Far", "", "Test_Base")]
    [InlineData("Associators", "Test_Base", "AssocClass=Test_SubLink", "Test_Far")]
    [InlineData("Associators", "Test_Base", "AssocClass=Test_Link", "Test_Far")]
    [InlineData("Associators", "Test_Base", "AssocClass=Test_Own", "Test_Base")]
    [InlineData("Associators", "Test_Base", "ResultClass=Test_Far", "Test_Far")]
    [InlineData("Associators", "Test_Base", "ResultClass=Test_Canned", "")]
    [InlineData("Associators", "Test_Base", "Role=near", "Test_Far")]
    [InlineData("Associators", "Test_Base", "Role=Far", "")]
    [InlineData("Associators", "Test_Base", "ResultRole=FAR", "Test_Far")]
    [InlineData("Associators", "Test_Far", "ResultRole=Near;Role=Far", "Test_Base")]
    [InlineData("References", "Test_Base", "", "Test_Link,Test_Own,Test_SubLink")]
    [InlineData("References", "Test_Sub", "", "Test_Link,Test_Own,Test_SubLink")]
    [InlineData("References", "Test_Far", "", "Test_Link,Test_SubLink")]
    [InlineData("References", "Test_Base", "ResultClass=Test_Link", "Test_Link,Test_SubLink")]
    [InlineData("References", "Test_Base", "ResultClass=Test_SubLink", "Test_SubLink")]
    [InlineData("References", "Test_Base", "Role=Near", "Test_Link,Test_SubLink")]
    [InlineData("References", "Test_Far", "Role=Near", "")]
    public async Task AClassIsAssociatedAsItsAssociationsDeclare(string operation, string className, string filter, string expected)
    {
        await DoneAsync("CreateClass", Class("Test_Far", null, Described("Far") + Property("Id", "string", Key)));
        await DoneAsync("CreateClass", Class("Test_Link", null, Association + Reference("Near", "Test_Base") + Reference("Far", "Test_Far")));
        await DoneAsync("CreateClass", Class("Test_SubLink", "Test_Link", ""));
        await DoneAsync("CreateClass", Class("Test_Own", null, Association + Reference("One", "Test_Base") + Reference("Other", "Test_Base")));
        var parameters = Requests.ClassName(className, "ObjectName") + string.Concat(filter.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(f => f.Split('='))
            .Select(f => f[0].EndsWith("Class", StringComparison.Ordinal) ? Requests.ClassName(f[1], f[0]) : Requests.Parameter(f[0], $"<VALUE>{f[1]}</VALUE>")));

        var classes = (await _client.IntrinsicAsync(operation, parameters + Requests.Flag("IncludeQualifiers", false) + Requests.Flag("IncludeClassOrigin", true) + Requests.PropertyList("Id", "Far"))).Descendants("VALUE.OBJECTWITHPATH").ToList();
        var names = (await _client.IntrinsicAsync(operation == "Associators" ? "AssociatorNames" : "ReferenceNames", parameters)).Descendants("OBJECTPATH").ToList();

        Assert.Equal(expected, string.Join(',', names.Select(n => (string)n.Descendants("CLASSNAME").Single().Attribute("NAME")!).Order(StringComparer.Ordinal)));
        Assert.Equal(expected, string.Join(',', classes.Select(c => (string)c.Element("CLASS")!.Attribute("NAME")!).Order(StringComparer.Ordinal)));
        Assert.All(classes, c => Assert.Equal((string)c.Element("CLASSPATH")!.Element("CLASSNAME")!.Attribute("NAME")!, (string)c.Element("CLASS")!.Attribute("NAME")!));
        Assert.All(names, n => Assert.Equal(_client.Authority, n.Descendants("HOST").Single().Value));
        Assert.Empty(classes.Descendants("QUALIFIER"));
        Assert.All(classes.Elements("CLASS").Elements(), p => Assert.Contains((string)p.Attribute("NAME")!, (string[])["Id", "Far", "Do"]));
        Assert.All(classes.Elements("CLASS").Elements(), p => Assert.StartsWith("Test_", (string)p.Attribute("CLASSORIGIN")!, StringComparison.Ordinal));

        static string Reference(string name, string to) => $"<PROPERTY.REFERENCE NAME=\"{name}\" REFERENCECLASS=\"{to}\">{Key}</PROPERTY.REFERENCE>";
    }

    [Fact]
    public async Task WhatRepeatsTheSuperclassIsNotTheClassesOwn()
    {
        // A client often sends back what it got: everything, inherited or not.
        var sub = (await _client.IntrinsicAsync("GetClass", Requests.ClassName("Test_Sub") + Requests.Flag("LocalOnly", false) + Requests.Flag("IncludeClassOrigin", true))).Descendants("CLASS").Single();
        await DoneAsync("ModifyClass", Requests.Parameter("ModifiedClass", sub.ToString(SaveOptions.DisableFormatting)));

        var again = (await _client.IntrinsicAsync("GetClass", Requests.ClassName("Test_Sub") + Requests.Flag("LocalOnly", true))).Descendants("CLASS").Single();
        Assert.Equal("Size:::Description Extra:::", Shape(again.Elements("PROPERTY")));
    }

    [Fact]
    public async Task SubclassesInheritWhatIsModified()
    {
        await DoneAsync("ModifyClass", Class("Test_Base", null, Described("Changed") + Property("Id", "string", Key) + Property("Size", "uint32") + Property("Added", "datetime"))
            .Replace("NewClass", "ModifiedClass", StringComparison.Ordinal));

        var sub = (await _client.IntrinsicAsync("GetClass", Requests.ClassName("Test_Sub") + Requests.Flag("LocalOnly", false))).Descendants("CLASS").Single();
        Assert.Equal(["Id", "Size", "Added", "Extra"], sub.Elements("PROPERTY").Select(p => p.Attribute("NAME")!.Value));
        Assert.Equal("Changed", sub.Elements("QUALIFIER").Single().Value);
        Assert.Empty(sub.Elements("METHOD"));
    }

    [Fact]
    public async Task InstancesWithoutAProviderAreKeptWithTheDefaultsOfTheirClass()
    {
        var made = await _client.IntrinsicAsync("CreateInstance", Instance("Test_Sub", Value("Id", "a") + Value("Extra", "one\ttwo & \u00fc")));
        Assert.Equal("a", made.Descendants("KEYVALUE").Single().Value);
        Assert.Equal("11", ServerFixture.ErrorOf(await _client.IntrinsicAsync("CreateInstance", Instance("Test_Sub", Value("Id", "a")))).Code);
        Assert.Equal("8", await SizeAsync());

        await DoneAsync("ModifyInstance", Requests.Parameter("ModifiedInstance", "<VALUE.NAMEDINSTANCE>" + Path("Test_Sub", "a")
            + "<INSTANCE CLASSNAME=\"Test_Sub\"><PROPERTY NAME=\"Size\" TYPE=\"uint32\"><VALUE>5</VALUE></PROPERTY>" + Value("Extra", "not wanted") + "</INSTANCE></VALUE.NAMEDINSTANCE>")
            + Requests.PropertyList("Size"));
        Assert.Equal("5", await SizeAsync());
        await DoneAsync("SetProperty", Requests.Parameter("InstanceName", Path("Test_Sub", "a")) + Requests.Parameter("PropertyName", "<VALUE>Size</VALUE>") + Requests.Parameter("NewValue", "<VALUE>6</VALUE>"));

        // A class with instances keeps what they have.
        Assert.Equal("9", ServerFixture.ErrorOf(await _client.IntrinsicAsync("DeleteClass", Requests.ClassName("Test_Sub"))).Code);
        await RestartAsync();
        Assert.Equal("6", await SizeAsync());
        var seen = (await _client.IntrinsicAsync("EnumerateInstances", Requests.ClassName("Test_Base"))).Descendants("INSTANCE").Single();
        Assert.Equal("one\ttwo & \u00fc", seen.Elements("PROPERTY").Single(p => p.Attribute("NAME")!.Value == "Extra").Value);

        await DoneAsync("DeleteInstance", Requests.Parameter("InstanceName", Path("Test_Sub", "a")));
        await RestartAsync();
        Assert.Empty((await _client.IntrinsicAsync("EnumerateInstanceNames", Requests.ClassName("Test_Base"))).Descendants("INSTANCENAME"));

        async Task<string> SizeAsync() => (await _client.IntrinsicAsync("GetProperty", Requests.Parameter("InstanceName", Path("Test_Sub", "a")) + Requests.Parameter("PropertyName", "<VALUE>Size</VALUE>")))
            .Descendants("VALUE").Single().Value;
    }

    [Fact]
    public async Task ClassesAndQualifiersOutliveTheServer()
    {
        await DoneAsync("CreateClass", Class("A_SubSub", "Test_Sub", ""));
        await DoneAsync("CreateClass", Class("Test_Gone", null, ""));
        await DoneAsync("DeleteClass", Requests.ClassName("Test_Gone"));
        await DoneAsync("SetQualifier", Requests.Parameter("QualifierDeclaration",
            "<QUALIFIER.DECLARATION NAME=\"Units\" TYPE=\"string\" ISARRAY=\"true\" ARRAYSIZE=\"2\" TOSUBCLASS=\"false\"><SCOPE METHOD=\"true\"></SCOPE><VALUE.ARRAY><VALUE>a</VALUE><VALUE>b</VALUE></VALUE.ARRAY></QUALIFIER.DECLARATION>"));
        await DoneAsync("DeleteQualifier", Requests.Parameter("QualifierName", "<VALUE>Abstract</VALUE>"));
        var before = await EverythingAsync();
        await RestartAsync();

        Assert.Equal(before, await EverythingAsync());
        Assert.Contains("A_SubSub", before, StringComparison.Ordinal);
        Assert.DoesNotContain("Test_Gone", before, StringComparison.Ordinal);
        Assert.Contains("Units", before, StringComparison.Ordinal);
        Assert.DoesNotContain("Abstract", before, StringComparison.Ordinal);

        async Task<string> EverythingAsync() =>
            string.Concat((await _client.IntrinsicAsync("EnumerateClasses", Requests.Flag("DeepInheritance", true))).Descendants("IRETURNVALUE").Elements().Where(c => c.Attribute("NAME")!.Value != "Test_Canned"))
            + string.Concat((await _client.IntrinsicAsync("EnumerateQualifiers")).Descendants("IRETURNVALUE").Elements());
    }

    [Fact]
    public async Task AChangeThatCannotBeKeptIsNotDone()
    {
        await DoneAsync("CreateClass", Class("Test_First", null, ""));
        var kept = System.IO.Path.Combine(_folder.FullName, "repository");
        Directory.Move(kept, kept + ".away");
        await File.WriteAllTextAsync(kept, "", TestContext.Current.CancellationToken);

        Assert.Equal("1", ServerFixture.ErrorOf(await _client.IntrinsicAsync("CreateClass", Class("Test_Second", null, ""))).Code);
        Assert.Equal("6", ServerFixture.ErrorOf(await _client.IntrinsicAsync("GetClass", Requests.ClassName("Test_Second"))).Code);
    }

    private const string Association = "<QUALIFIER NAME=\"Association\" TYPE=\"boolean\"><VALUE>TRUE</VALUE></QUALIFIER>";

    private async Task RestartAsync()
    {
        await _client.StopAsync();
        await _client.InitializeAsync(Options);
    }

    private async Task DoneAsync(string operation, string parameters)
    {
        var response = await _client.IntrinsicAsync(operation, parameters);
        Assert.True(!response.Descendants("ERROR").Any(), response.ToString());
        Assert.Empty(response.Descendants("IRETURNVALUE"));
    }

    private static string Class(string name, string? superclass, string content) =>
        Requests.Parameter("NewClass", $"<CLASS NAME=\"{name}\"{(superclass is null ? "" : $" SUPERCLASS=\"{superclass}\"")}>{content}</CLASS>");

    private static string Property(string name, string type, string qualifiers = "", string value = "") => $"<PROPERTY NAME=\"{name}\" TYPE=\"{type}\">{qualifiers}{value}</PROPERTY>";

    private static string Described(string text) => $"<QUALIFIER NAME=\"Description\" TYPE=\"string\"><VALUE>{text}</VALUE></QUALIFIER>";

    private static string Instance(string className, string content) => Requests.Parameter("NewInstance", $"<INSTANCE CLASSNAME=\"{className}\">{content}</INSTANCE>");

    private static string Value(string name, string value) => $"<PROPERTY NAME=\"{name}\" TYPE=\"string\"><VALUE>{System.Security.SecurityElement.Escape(value)}</VALUE></PROPERTY>";

    private static string Path(string className, string id) =>
        $"<INSTANCENAME CLASSNAME=\"{className}\"><KEYBINDING NAME=\"Id\"><KEYVALUE VALUETYPE=\"string\">{id}</KEYVALUE></KEYBINDING></INSTANCENAME>";

    private static string Shape(IEnumerable<XElement> properties) => string.Join(' ', properties.Select(p => $"{p.Attribute("NAME")!.Value}:{(string?)p.Attribute("CLASSORIGIN")}:{(string?)p.Attribute("PROPAGATED")}:"
        + string.Join(',', p.Elements("QUALIFIER").Select(q => q.Attribute("NAME")!.Value).Order(StringComparer.Ordinal))));
}
