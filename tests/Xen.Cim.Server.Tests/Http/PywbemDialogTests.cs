using System.Xml.Linq;

namespace Xen.Cim.Server.Tests.Http;

/// <summary>
/// A day of a pywbem client: requests in the form in which it writes them, and of the answers what it fails without (its
/// parser takes no element or attribute that DSP0201 has not).
/// </summary>
public sealed class PywbemDialogTests : IAsyncLifetime
{
    private const string Key = "<QUALIFIER NAME=\"Key\" TYPE=\"boolean\"><VALUE>TRUE</VALUE></QUALIFIER>";
    private const string One = "<INSTANCENAME CLASSNAME=\"Py_Thing\"><KEYBINDING NAME=\"Id\"><KEYVALUE VALUETYPE=\"string\" TYPE=\"string\">one</KEYVALUE></KEYBINDING></INSTANCENAME>";

    private readonly ServerFixture _server = new();

    public async ValueTask InitializeAsync()
    {
        await _server.InitializeAsync(ServerFixture.Options);
        foreach (var (name, type, scope) in ((string, string, string)[])[("Key", "boolean", "PROPERTY"), ("EmbeddedInstance", "string", "PROPERTY"), ("Description", "string", "CLASS")])
            await CallAsync("SetQualifier", $"<IPARAMVALUE NAME=\"QualifierDeclaration\"><QUALIFIER.DECLARATION NAME=\"{name}\" TYPE=\"{type}\" ISARRAY=\"false\" OVERRIDABLE=\"true\"><SCOPE {scope}=\"true\"/></QUALIFIER.DECLARATION></IPARAMVALUE>");
        await CallAsync("CreateClass", $"""
            <IPARAMVALUE NAME="NewClass"><CLASS NAME="Py_Thing"><QUALIFIER NAME="Description" TYPE="string"><VALUE>a &lt;thing&gt;</VALUE></QUALIFIER><PROPERTY NAME="Id" TYPE="string">{Key}</PROPERTY><PROPERTY NAME="Inner" TYPE="string" EmbeddedObject="instance"><QUALIFIER NAME="EmbeddedInstance" TYPE="string"><VALUE>Py_Thing</VALUE></QUALIFIER></PROPERTY><PROPERTY.ARRAY NAME="Names" TYPE="string"/><METHOD NAME="Do" TYPE="uint32"><PARAMETER.ARRAY NAME="What" TYPE="string"/></METHOD></CLASS></IPARAMVALUE>
            """);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task AClassComesBackAsItWasSent()
    {
        var found = (await CallAsync("GetClass", "<IPARAMVALUE NAME=\"ClassName\"><CLASSNAME NAME=\"Py_Thing\"/></IPARAMVALUE><IPARAMVALUE NAME=\"LocalOnly\"><VALUE>FALSE</VALUE></IPARAMVALUE><IPARAMVALUE NAME=\"IncludeClassOrigin\"><VALUE>TRUE</VALUE></IPARAMVALUE>")).Descendants("CLASS").Single();

        Assert.Equal("a <thing>", found.Element("QUALIFIER")!.Value);
        Assert.Equal(["Id", "Inner", "Names", "Do"], found.Elements().Skip(1).Select(e => (string)e.Attribute("NAME")!));
        Assert.Equal("instance", (string?)found.Elements("PROPERTY").Last().Attribute("EmbeddedObject"));
        Assert.All(found.Elements().Skip(1), e => Assert.Equal("Py_Thing", (string?)e.Attribute("CLASSORIGIN")));
    }

    [Fact]
    public async Task AnInstanceWithAnotherInsideIsMadeChangedAndFound()
    {
        const string inner = "&lt;INSTANCE CLASSNAME=&quot;Py_Thing&quot;&gt;&lt;PROPERTY NAME=&quot;Id&quot; TYPE=&quot;string&quot;&gt;&lt;VALUE&gt;x &amp;amp; y&lt;/VALUE&gt;&lt;/PROPERTY&gt;&lt;/INSTANCE&gt;";
        var made = await CallAsync("CreateInstance", "<IPARAMVALUE NAME=\"NewInstance\"><INSTANCE CLASSNAME=\"Py_Thing\"><PROPERTY NAME=\"Id\" TYPE=\"string\"><VALUE>one</VALUE></PROPERTY></INSTANCE></IPARAMVALUE>");
        Assert.Equal("one", made.Descendants("IRETURNVALUE").Single().Element("INSTANCENAME")!.Descendants("KEYVALUE").Single().Value);

        await CallAsync("ModifyInstance", $"<IPARAMVALUE NAME=\"ModifiedInstance\"><VALUE.NAMEDINSTANCE>{One}<INSTANCE CLASSNAME=\"Py_Thing\"><PROPERTY NAME=\"Id\" TYPE=\"string\"><VALUE>one</VALUE></PROPERTY><PROPERTY NAME=\"Inner\" TYPE=\"string\" EmbeddedObject=\"instance\"><VALUE>{inner}</VALUE></PROPERTY><PROPERTY.ARRAY NAME=\"Names\" TYPE=\"string\"><VALUE.ARRAY><VALUE>a</VALUE><VALUE.NULL/></VALUE.ARRAY></PROPERTY.ARRAY></INSTANCE></VALUE.NAMEDINSTANCE></IPARAMVALUE><IPARAMVALUE NAME=\"PropertyList\"><VALUE.ARRAY><VALUE>Inner</VALUE><VALUE>Names</VALUE></VALUE.ARRAY></IPARAMVALUE>");
        var found = (await CallAsync("GetInstance", $"<IPARAMVALUE NAME=\"InstanceName\">{One}</IPARAMVALUE>")).Descendants("INSTANCE").Single();

        var embedded = found.Elements("PROPERTY").Single(p => (string?)p.Attribute("NAME") == "Inner");
        Assert.Equal("instance", (string?)embedded.Attribute("EmbeddedObject"));
        Assert.Equal("x & y", XElement.Parse(embedded.Element("VALUE")!.Value).Descendants("VALUE").Single().Value);
        Assert.Equal(["VALUE", "VALUE.NULL"], found.Element("PROPERTY.ARRAY")!.Element("VALUE.ARRAY")!.Elements().Select(e => e.Name.LocalName));
    }

    [Theory]
    [InlineData("OpenEnumerateInstances", "<IPARAMVALUE NAME=\"ClassName\"><CLASSNAME NAME=\"Test_Canned\"/></IPARAMVALUE>", "PullInstancesWithPath", "VALUE.INSTANCEWITHPATH")]
    [InlineData("OpenEnumerateInstancePaths", "<IPARAMVALUE NAME=\"ClassName\"><CLASSNAME NAME=\"Test_Canned\"/></IPARAMVALUE>", "PullInstancePaths", "INSTANCEPATH")]
    [InlineData("OpenQueryInstances", "<IPARAMVALUE NAME=\"FilterQueryLanguage\"><VALUE>DMTF:CQL</VALUE></IPARAMVALUE><IPARAMVALUE NAME=\"FilterQuery\"><VALUE>SELECT * FROM Test_Canned</VALUE></IPARAMVALUE>", "PullInstances", "INSTANCE")]
    public async Task AnIteratorEndsWhenItIsToldTo(string open, string what, string pull, string element)
    {
        var answer = await CallAsync(open, what + "<IPARAMVALUE NAME=\"OperationTimeout\"><VALUE>30</VALUE></IPARAMVALUE><IPARAMVALUE NAME=\"ContinueOnError\"><VALUE>FALSE</VALUE></IPARAMVALUE><IPARAMVALUE NAME=\"MaxObjectCount\"><VALUE>2</VALUE></IPARAMVALUE>");
        var count = 0;
        for (var pulls = 0; ; pulls++)
        {
            Assert.True(pulls < 10, "the enumeration does not end");
            count += answer.Descendants("IRETURNVALUE").Single().Elements(element).Count();
            // Both are read before anything else is, as text and not as elements of another kind.
            var (end, context) = (Output("EndOfSequence"), Output("EnumerationContext"));
            if (end.Equals("TRUE", StringComparison.OrdinalIgnoreCase))
                break;
            Assert.NotEqual("", context);
            answer = await CallAsync(pull, $"<IPARAMVALUE NAME=\"EnumerationContext\"><VALUE>{context}</VALUE></IPARAMVALUE><IPARAMVALUE NAME=\"MaxObjectCount\"><VALUE>2</VALUE></IPARAMVALUE>");
        }
        Assert.Equal(ServerFixture.Canned, count);

        string Output(string name) => answer.Descendants("PARAMVALUE").Single(p => (string?)p.Attribute("NAME") == name).Element("VALUE")?.Value ?? "";
    }

    [Fact]
    public async Task AnErrorIsAnAnswerOfHttp200()
    {
        var answer = await _server.IntrinsicAsync("GetInstance", $"<IPARAMVALUE NAME=\"InstanceName\">{One}</IPARAMVALUE>");

        Assert.Equal("6", ServerFixture.ErrorOf(answer).Code);
        Assert.Equal("GetInstance", (string?)answer.Descendants("IMETHODRESPONSE").Single().Attribute("NAME"));
        Assert.Equal("1001", (string?)answer.Element("MESSAGE")!.Attribute("ID"));
    }

    private async Task<XElement> CallAsync(string operation, string parameters)
    {
        var answer = await _server.IntrinsicAsync(operation, parameters);
        Assert.True(!answer.Descendants("ERROR").Any(), answer.ToString());
        return answer;
    }
}
