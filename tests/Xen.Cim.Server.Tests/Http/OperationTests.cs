using System.Net;
using System.Xml.Linq;

namespace Xen.Cim.Server.Tests.Http;

/// <summary>The operations over a real connection, on canned instances.</summary>
public class OperationTests(ServerFixture server)
{
    private const string First = "Test:00000";

    [Fact]
    public async Task EnumerateInstancesReturnsNamedInstances()
    {
        var response = await server.IntrinsicAsync("EnumerateInstances", Requests.ClassName());

        var message = response.Element("MESSAGE")!;
        Assert.Equal("1001", message.Attribute("ID")!.Value);
        Assert.Equal("EnumerateInstances", message.Descendants("IMETHODRESPONSE").Single().Attribute("NAME")!.Value);
        var first = response.Descendants("VALUE.NAMEDINSTANCE").First();
        var key = first.Descendants("KEYVALUE").First();
        Assert.Equal((First, "string", "string"), (key.Value, key.Attribute("VALUETYPE")!.Value, key.Attribute("TYPE")!.Value));
        Assert.Equal(26, first.Element("INSTANCE")!.Elements().Count());
    }

    [Fact]
    public async Task EnumerateInstanceNamesReturnsInstanceNames()
    {
        var response = await server.IntrinsicAsync("EnumerateInstanceNames", Requests.ClassName());

        Assert.Contains(First, response.Descendants("IRETURNVALUE").Single().Elements("INSTANCENAME").Descendants("KEYVALUE").Select(k => k.Value));
    }

    [Fact]
    public async Task PropertyListIsHonouredWhateverTheProviderReturns()
    {
        var response = await server.IntrinsicAsync("EnumerateInstances", Requests.ClassName() + Requests.PropertyList("elementname", "Weight", "NoSuchThing"));
        var none = await server.IntrinsicAsync("GetInstance", Requests.InstanceName(First) + Requests.PropertyList());

        Assert.Equal(["ElementName", "Weight"], Properties(response.Descendants("INSTANCE").First()));
        Assert.Empty(Properties(none.Descendants("INSTANCE").Single()));
    }

    [Fact]
    public async Task ClassOriginIsThereWhenAskedFor()
    {
        var with = await server.IntrinsicAsync("GetInstance", Requests.InstanceName(First) + Requests.Flag("IncludeClassOrigin", true));
        var without = await server.IntrinsicAsync("GetInstance", Requests.InstanceName(First));

        Assert.All(with.Descendants("INSTANCE").Single().Elements(), p => Assert.Equal("Test_Canned", p.Attribute("CLASSORIGIN")!.Value));
        Assert.All(without.Descendants("INSTANCE").Single().Elements(), p => Assert.Null(p.Attribute("CLASSORIGIN")));
    }

    [Fact]
    public async Task AnInstanceIsCreatedChangedAndDeleted()
    {
        const string Id = "made";
        var created = await server.IntrinsicAsync("CreateInstance", Requests.Parameter("NewInstance",
            $"<INSTANCE CLASSNAME=\"test_canned\"><PROPERTY NAME=\"instanceid\" TYPE=\"string\"><VALUE>{Id}</VALUE></PROPERTY>"
            + "<PROPERTY NAME=\"Weight\" TYPE=\"uint8\"><VALUE>9</VALUE></PROPERTY></INSTANCE>"));
        Assert.Equal(Id, created.Descendants("IRETURNVALUE").Single().Element("INSTANCENAME")!.Descendants("KEYVALUE").Single().Value);

        var again = await server.IntrinsicAsync("CreateInstance", Requests.Parameter("NewInstance",
            $"<INSTANCE CLASSNAME=\"Test_Canned\"><PROPERTY NAME=\"InstanceID\" TYPE=\"string\"><VALUE>{Id}</VALUE></PROPERTY></INSTANCE>"));
        Assert.Equal("11", ServerFixture.ErrorOf(again).Code);

        var modified = await server.IntrinsicAsync("ModifyInstance", Modification(Id,
            "<PROPERTY NAME=\"Weight\" TYPE=\"uint32\"><VALUE>10</VALUE></PROPERTY><PROPERTY NAME=\"Offset\" TYPE=\"sint32\"><VALUE>-999</VALUE></PROPERTY>")
            + Requests.PropertyList("Weight"));
        Assert.Empty(modified.Descendants("IRETURNVALUE"));
        Assert.Empty(modified.Descendants("ERROR"));
        Assert.Equal("10", await PropertyAsync(Id, "Weight"));
        Assert.NotEqual("-999", await PropertyAsync(Id, "Offset"));

        await server.IntrinsicAsync("SetProperty", Requests.InstanceName(Id) + Requests.Parameter("PropertyName", "<VALUE>OperationalStatus</VALUE>")
            + Requests.Parameter("NewValue", "<VALUE.ARRAY><VALUE>3</VALUE></VALUE.ARRAY>"));
        Assert.Equal("3", await PropertyAsync(Id, "OperationalStatus"));

        Assert.Empty((await server.IntrinsicAsync("DeleteInstance", Requests.InstanceName(Id))).Descendants("ERROR"));
        Assert.Equal("6", ServerFixture.ErrorOf(await server.IntrinsicAsync("GetInstance", Requests.InstanceName(Id))).Code);
    }

    public static TheoryData<string, string, string, string> Errors() => new()
    {
        { "EnumerateInstances", Requests.ClassName("No_Such"), "5", "No_Such" },
        { "EnumerateInstances", "", "4", "ClassName" },
        { "EnumerateInstances", Requests.ClassName() + Requests.Parameter("LocalOnly", "<VALUE>maybe</VALUE>"), "4", "maybe" },
        { "GetClass", Requests.ClassName("No_Such"), "6", "No_Such" },
        { "EnumerateClassNames", Requests.ClassName("No_Such"), "5", "No_Such" },
        { "GetInstance", Requests.InstanceName("No"), "6", "No" },
        { "GetInstance", Requests.Parameter("InstanceName", "<INSTANCENAME CLASSNAME=\"Test_Canned\"></INSTANCENAME>"), "4", "InstanceID" },
        { "GetInstance", Requests.Parameter("InstanceName", "<INSTANCENAME CLASSNAME=\"Test_Canned\"><KEYBINDING NAME=\"Wrong\"><KEYVALUE>1</KEYVALUE></KEYBINDING></INSTANCENAME>"), "4", "Wrong" },
        { "GetInstance", Requests.Parameter("InstanceName", "<INSTANCENAME CLASSNAME=\"No_Such\"><KEYBINDING NAME=\"K\"><KEYVALUE>1</KEYVALUE></KEYBINDING></INSTANCENAME>"), "5", "No_Such" },
        { "GetProperty", Requests.InstanceName(First) + Requests.Parameter("PropertyName", "<VALUE>Nope</VALUE>"), "12", "Nope" },
        { "SetProperty", Requests.InstanceName(First) + Requests.Parameter("PropertyName", "<VALUE>Weight</VALUE>") + Requests.Parameter("NewValue", "<VALUE>heavy</VALUE>"), "13", "heavy" },
        { "SetProperty", Requests.InstanceName(First) + Requests.Parameter("PropertyName", "<VALUE>InstanceID</VALUE>") + Requests.Parameter("NewValue", "<VALUE>x</VALUE>"), "4", "key" },
        { "ModifyInstance", Modification(First, "<PROPERTY NAME=\"Nope\" TYPE=\"uint8\"><VALUE>1</VALUE></PROPERTY>"), "12", "Nope" },
        { "ModifyInstance", Modification(First, "<PROPERTY NAME=\"Octet\" TYPE=\"uint32\"><VALUE>256</VALUE></PROPERTY>"), "13", "256" },
        { "ModifyInstance", Modification(First, "<PROPERTY NAME=\"ElementName\" TYPE=\"uint32\"><VALUE>5</VALUE></PROPERTY>"), "13", "uint32 5" },
        { "CreateInstance", Requests.Parameter("NewInstance", "<INSTANCE CLASSNAME=\"Test_Canned\"><PROPERTY NAME=\"InstanceID\" TYPE=\"boolean\"><VALUE>true</VALUE></PROPERTY></INSTANCE>"), "13", "boolean true" },
        { "ModifyInstance", Modification(First, "<PROPERTY NAME=\"InstanceID\" TYPE=\"string\"><VALUE>other</VALUE></PROPERTY>"), "4", "InstanceID" },
        { "CreateInstance", Requests.Parameter("NewInstance", "<INSTANCE CLASSNAME=\"No_Such\"></INSTANCE>"), "5", "No_Such" },
        { "Associators", Requests.InstanceName(First, "ObjectName") + Requests.ClassName("No_Such", "AssocClass"), "4", "No_Such" },
        { "GetQualifier", Requests.Parameter("QualifierName", "<VALUE>Nope</VALUE>"), "6", "Nope" },
        { "ExecQuery", Query("WQL", "SELECT * FROM No_Such"), "15", "No_Such" },
        { "ExecQuery", Query("WQL", "SELECT Nope FROM Test_Canned"), "15", "Nope" },
        { "ExecQuery", Query("SQL", "SELECT * FROM Test_Canned"), "14", "SQL" },
        { "ExecQuery", Query("DMTF:CQL", "SELECT COUNT(*) FROM Test_Canned"), "29", "COUNT" },
        { "ExecQuery", Query("DMTF:CQL", "SELECT * FROM Test_Canned WHERE Weight ="), "15", "character 41" },
        { "ExecQuery", Query("DMTF:FQL", "Weight = 1"), "14", "DMTF:FQL" },
        { "ExecQuery", "", "4", "QueryLanguage" },
        { "ExportIndication", "", "7", "ExportIndication" },
    };

    private static string Query(string language, string query) => Requests.Parameter("QueryLanguage", $"<VALUE>{language}</VALUE>")
        + Requests.Parameter("Query", $"<VALUE>{System.Security.SecurityElement.Escape(query)}</VALUE>");

    [Fact]
    public async Task AQueryReturnsTheInstancesThatPassWithThePropertiesThatItSelects()
    {
        var response = await server.IntrinsicAsync("ExecQuery", Query("WQL", "select InstanceID, Weight from Test_Canned where InstanceID >= 'Test:00003' and AutoStart = FALSE"));

        var found = response.Descendants("IRETURNVALUE").Single().Elements("VALUE.OBJECTWITHPATH").ToList();
        Assert.Equal("Test:00003", Assert.Single(found).Element("INSTANCEPATH")!.Descendants("KEYVALUE").Single().Value);
        Assert.Equal(["InstanceID", "Weight"], Properties(found[0].Element("INSTANCE")!));
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task AnErrorHasItsStatusAndNamesWhatWasWrong(string operation, string parameters, string code, string named)
    {
        var (actual, description) = ServerFixture.ErrorOf(await server.IntrinsicAsync(operation, parameters));

        Assert.Equal(code, actual);
        Assert.Contains(named, description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnUnknownNamespaceIsNamedWithThoseThatThereAre()
    {
        var (code, description) = ServerFixture.ErrorOf(await server.IntrinsicAsync("EnumerateClasses", "", "root/other"));

        Assert.Equal("3", code);
        Assert.Contains("root/virt", description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AssociationsReturnWholePathsFromBothEnds()
    {
        var names = await server.IntrinsicAsync("AssociatorNames", Requests.InstanceName("Test:00001", "ObjectName"));
        var objects = await server.IntrinsicAsync("Associators", Requests.InstanceName("Test:00001", "ObjectName")
            + Requests.ClassName("Test_CannedLink", "AssocClass") + Requests.Parameter("Role", "<VALUE>antecedent</VALUE>") + Requests.PropertyList("ElementName"));
        var references = await server.IntrinsicAsync("References", Requests.InstanceName("Test:00001", "ObjectName"));
        var referenceNames = await server.IntrinsicAsync("ReferenceNames", Requests.InstanceName("Test:00001", "ObjectName") + Requests.Parameter("Role", "<VALUE>Dependent</VALUE>"));

        Assert.Equal(["Test:00000", "Test:00002"], names.Descendants("OBJECTPATH").Select(o => o.Descendants("KEYVALUE").Single().Value));
        Assert.All(names.Descendants("HOST"), h => Assert.Equal(server.Authority, h.Value));
        var only = Assert.Single(objects.Descendants("VALUE.OBJECTWITHPATH"));
        Assert.Equal("Test:00002", only.Element("INSTANCEPATH")!.Descendants("KEYVALUE").Single().Value);
        Assert.Equal(["ElementName"], Properties(only.Element("INSTANCE")!));
        Assert.Equal(2, references.Descendants("VALUE.OBJECTWITHPATH").Count());
        Assert.Equal(["Antecedent", "Dependent"], Properties(references.Descendants("INSTANCE").First()));
        Assert.Single(referenceNames.Descendants("OBJECTPATH"));
    }

    [Fact]
    public async Task AssociationsOfAClassComeFromTheRepository()
    {
        var classes = await server.IntrinsicAsync("Associators", Requests.ClassName("Test_Canned", "ObjectName"));
        var names = await server.IntrinsicAsync("ReferenceNames", Requests.ClassName("Test_Canned", "ObjectName"));

        Assert.Equal("Test_Canned", classes.Descendants("VALUE.OBJECTWITHPATH").Single().Element("CLASS")!.Attribute("NAME")!.Value);
        Assert.Equal("Test_CannedLink", names.Descendants("OBJECTPATH").Single().Descendants("CLASSNAME").Single().Attribute("NAME")!.Value);
    }

    [Fact]
    public async Task MethodParametersGetTheirTypesFromTheClass()
    {
        var response = await EchoAsync("""
            <PARAMVALUE NAME="number"><VALUE>0x1F</VALUE></PARAMVALUE>
            <PARAMVALUE NAME="Flag"><VALUE>true</VALUE></PARAMVALUE>
            <PARAMVALUE NAME="Numbers"><VALUE>18446744073709551615</VALUE></PARAMVALUE>
            <PARAMVALUE NAME="When"><VALUE>20240229123456.000000+000</VALUE></PARAMVALUE>
            """);

        Assert.Equal("4", response.Descendants("RETURNVALUE").Single().Value);
        Assert.Equal(("31", "uint16"), Out(response, "OutNumber"));
        Assert.Equal(("TRUE", "boolean"), Out(response, "OutFlag"));
        Assert.Equal(("18446744073709551615", "uint64"), Out(response, "OutNumbers"));
        Assert.NotNull(response.Descendants("PARAMVALUE").Single(p => p.Attribute("NAME")!.Value == "OutNumbers").Element("VALUE.ARRAY"));
        Assert.Equal("datetime", Out(response, "OutWhen").Type);
    }

    [Fact]
    public async Task AnEmbeddedInstanceGoesInAndOut()
    {
        var response = await EchoAsync("<PARAMVALUE NAME=\"Settings\" EmbeddedObject=\"instance\"><VALUE.ARRAY><VALUE>&lt;INSTANCE CLASSNAME=\"Test_Canned\"&gt;"
            + "&lt;PROPERTY NAME=\"Weight\" TYPE=\"uint32\"&gt;&lt;VALUE&gt;3&lt;/VALUE&gt;&lt;/PROPERTY&gt;&lt;/INSTANCE&gt;</VALUE></VALUE.ARRAY></PARAMVALUE>");

        var parameter = response.Descendants("PARAMVALUE").Single();
        Assert.Equal("instance", parameter.Attribute("EmbeddedObject")!.Value);
        Assert.Equal("3", XElement.Parse(parameter.Value).Element("PROPERTY")!.Value);
    }

    [Fact]
    public async Task AnEmbeddedClassGoesInAndOut()
    {
        const string text = "&lt;CLASS NAME=\"Test_Sent\" SUPERCLASS=\"Test_Unknown\"&gt;&lt;QUALIFIER NAME=\"Version\" TYPE=\"string\"&gt;&lt;VALUE&gt;1.2&lt;/VALUE&gt;&lt;/QUALIFIER&gt;"
            + "&lt;PROPERTY NAME=\"Weight\" TYPE=\"uint32\"&gt;&lt;VALUE&gt;3&lt;/VALUE&gt;&lt;/PROPERTY&gt;"
            + "&lt;METHOD NAME=\"Do\" TYPE=\"uint32\"&gt;&lt;PARAMETER NAME=\"What\" TYPE=\"string\"/&gt;&lt;/METHOD&gt;&lt;/CLASS&gt;";
        var one = (await EchoAsync($"<PARAMVALUE NAME=\"Object\" PARAMTYPE=\"string\" EmbeddedObject=\"object\"><VALUE>{text}</VALUE></PARAMVALUE>")).Descendants("PARAMVALUE").Single();
        var several = (await EchoAsync($"<PARAMVALUE NAME=\"Objects\" EmbeddedObject=\"object\"><VALUE.ARRAY><VALUE>{text}</VALUE><VALUE>&lt;INSTANCE CLASSNAME=\"Test_Canned\"/&gt;</VALUE></VALUE.ARRAY></PARAMVALUE>"))
            .Descendants("PARAMVALUE").Single();

        Assert.Equal("object", (string?)one.Attribute("EmbeddedObject"));
        Assert.Equal("object", (string?)several.Attribute("EmbeddedObject"));
        Assert.Equal(["CLASS", "INSTANCE"], several.Descendants("VALUE").Select(v => XElement.Parse(v.Value).Name.LocalName));
        foreach (var sent in (XElement[])[XElement.Parse(one.Value), XElement.Parse(several.Descendants("VALUE").First().Value)])
        {
            Assert.Equal(("Test_Sent", "Test_Unknown"), ((string?)sent.Attribute("NAME"), (string?)sent.Attribute("SUPERCLASS")));
            Assert.Equal("1.2", sent.Element("QUALIFIER")!.Value);
            Assert.Equal("3", sent.Element("PROPERTY")!.Value);
            Assert.Equal("What", (string?)sent.Element("METHOD")!.Element("PARAMETER")!.Attribute("NAME"));
        }
    }

    public static TheoryData<string, string, string> BadCalls() => new()
    {
        { "Echo", "<PARAMVALUE NAME=\"Setting\" EmbeddedObject=\"object\"><VALUE>&lt;CLASS NAME=\"Test_Canned\"/&gt;</VALUE></PARAMVALUE>", "4" },
        { "Echo", "<PARAMVALUE NAME=\"Text\" EmbeddedObject=\"object\"><VALUE>&lt;CLASS NAME=\"Test_Canned\"/&gt;</VALUE></PARAMVALUE>", "4" },
        { "Nope", "", "17" },
        { "Echo", "<PARAMVALUE NAME=\"Nope\"><VALUE>1</VALUE></PARAMVALUE>", "4" },
        { "Echo", "<PARAMVALUE NAME=\"Number\"><VALUE>65536</VALUE></PARAMVALUE>", "4" },
        { "Echo", "<PARAMVALUE NAME=\"Number\"><VALUE.ARRAY><VALUE>1</VALUE><VALUE>2</VALUE></VALUE.ARRAY></PARAMVALUE>", "4" },
        { "Echo", "<PARAMVALUE NAME=\"Number\"><VALUE>1</VALUE></PARAMVALUE><PARAMVALUE NAME=\"number\"><VALUE>2</VALUE></PARAMVALUE>", "4" },
        { "Echo", "<PARAMVALUE NAME=\"Ref\"><VALUE>no path</VALUE></PARAMVALUE>", "4" },
    };

    [Theory]
    [MemberData(nameof(BadCalls))]
    public async Task ABadMethodCallIsRefused(string method, string parameters, string code)
    {
        var response = await server.CallAsync(Requests.Method(method, Requests.Target(First), parameters), method, "root%2Fvirt%3ATest_Canned.InstanceID%3D%22x%22");

        Assert.Equal(code, ServerFixture.ErrorOf(response).Code);
    }

    [Fact]
    public async Task OnlyStaticMethodsAreCalledOnAClass()
    {
        var count = await server.CallAsync(Requests.Method("Count", Requests.ClassTarget("Test_Canned")), "Count", "root/virt:Test_Canned");
        var echo = await server.CallAsync(Requests.Method("Echo", Requests.ClassTarget("Test_Canned")), "Echo", "root/virt:Test_Canned");
        var unknown = await server.CallAsync(Requests.Method("Echo", Requests.ClassTarget("No_Such")), "Echo", "root/virt:No_Such");

        Assert.True(int.Parse(count.Descendants("RETURNVALUE").Single().Value, System.Globalization.CultureInfo.InvariantCulture) >= ServerFixture.Canned);
        Assert.Equal("4", ServerFixture.ErrorOf(echo).Code);
        Assert.Equal("6", ServerFixture.ErrorOf(unknown).Code);
    }

    [Fact]
    public async Task ACallThatHangsIsAnsweredAtItsDeadlineAndTheServerGoesOn()
    {
        var hasty = new ServerFixture();
        await using (hasty)
        {
            await hasty.InitializeAsync(ServerFixture.Options with { Deadline = TimeSpan.FromSeconds(1) });
            var response = await hasty.CallAsync(Requests.Method("Sleep", Requests.Target(First), "<PARAMVALUE NAME=\"Milliseconds\"><VALUE>20000</VALUE></PARAMVALUE>"),
                "Sleep", "root/virt:Test_Canned");

            var (code, description) = ServerFixture.ErrorOf(response);
            Assert.Equal("1", code);
            Assert.Contains("1 s", description, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, (await hasty.SendAsync(Requests.Intrinsic("EnumerateInstanceNames", Requests.ClassName()), "EnumerateInstanceNames")).StatusCode);
        }
    }

    [Fact]
    public async Task GetClassHonoursItsFlags()
    {
        var bare = await server.IntrinsicAsync("GetClass", Requests.ClassName() + Requests.Flag("IncludeQualifiers", false) + Requests.PropertyList("Weight"));
        var full = await server.IntrinsicAsync("GetClass", Requests.ClassName() + Requests.Flag("IncludeClassOrigin", true));

        Assert.Equal(["Weight"], bare.Descendants("CLASS").Single().Elements().Where(e => e.Name.LocalName.StartsWith("PROPERTY", StringComparison.Ordinal))
            .Select(e => e.Attribute("NAME")!.Value));
        Assert.Empty(bare.Descendants("QUALIFIER"));
        Assert.NotEmpty(full.Descendants("QUALIFIER"));
        Assert.All(full.Descendants("METHOD"), m => Assert.Equal("Test_Canned", m.Attribute("CLASSORIGIN")!.Value));
    }

    private Task<XElement> EchoAsync(string parameters) =>
        server.CallAsync(Requests.Method("Echo", Requests.Target(First), parameters), "Echo", "root%2Fvirt%3ATest_Canned");

    private async Task<string> PropertyAsync(string id, string name) =>
        (await server.IntrinsicAsync("GetProperty", Requests.InstanceName(id) + Requests.Parameter("PropertyName", $"<VALUE>{name}</VALUE>")))
            .Descendants("IRETURNVALUE").Single().Value.Trim();

    private static string Modification(string id, string properties) => Requests.Parameter("ModifiedInstance",
        $"<VALUE.NAMEDINSTANCE>{Requests.Name(id)}<INSTANCE CLASSNAME=\"Test_Canned\">{properties}</INSTANCE></VALUE.NAMEDINSTANCE>");

    private static IEnumerable<string> Properties(XElement instance) => instance.Elements().Select(p => p.Attribute("NAME")!.Value);

    private static (string Value, string Type) Out(XElement response, string name)
    {
        var parameter = response.Descendants("PARAMVALUE").Single(p => p.Attribute("NAME")!.Value == name);
        return (parameter.Value, parameter.Attribute("PARAMTYPE")!.Value);
    }
}
