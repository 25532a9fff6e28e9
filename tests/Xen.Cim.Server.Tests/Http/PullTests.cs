using System.Xml.Linq;

namespace Xen.Cim.Server.Tests.Http;

/// <summary>Enumerations that a client opens and pulls from, over a real connection.</summary>
public class PullTests(ServerFixture server)
{
    private const string First = "Test:00000";

    [Theory]
    [InlineData("OpenEnumerateInstances", "PullInstancesWithPath", "VALUE.INSTANCEWITHPATH")]
    [InlineData("OpenEnumerateInstancePaths", "PullInstancePaths", "INSTANCEPATH")]
    public async Task ThePartsTogetherAreTheWhole(string open, string pull, string element)
    {
        var pulled = new List<string>();
        var (context, end, results) = Parts(await server.IntrinsicAsync(open, Requests.ClassName() + Number("MaxObjectCount", 2)), element);
        Assert.Equal(2, results.Count);
        Assert.False(end);
        pulled.AddRange(results.Select(Key));
        for (var rounds = 0; !end; rounds++)
        {
            Assert.True(rounds < 100);
            (context, end, results) = Parts(await server.IntrinsicAsync(pull, Context(context) + Number("MaxObjectCount", 2)), element);
            Assert.InRange(results.Count, 0, 2);
            pulled.AddRange(results.Select(Key));
        }

        // Other tests make and delete instances of their own meanwhile.
        Assert.Equal(Enumerable.Range(0, ServerFixture.Canned).Select(n => $"Test:{n:00000}"), pulled.Where(k => k.StartsWith("Test:", StringComparison.Ordinal)));
        Assert.Equal("", context);
        Assert.All(results.Descendants("HOST"), h => Assert.Equal(server.Authority, h.Value));
    }

    [Fact]
    public async Task OpenReturnsNothingUnlessItIsAskedTo()
    {
        var (context, end, results) = Parts(await server.IntrinsicAsync("OpenEnumerateInstances", Requests.ClassName()), "VALUE.INSTANCEWITHPATH");
        Assert.Empty(results);
        Assert.False(end);

        (_, end, results) = Parts(await server.IntrinsicAsync("PullInstancesWithPath", Context(context) + Number("MaxObjectCount", 1000)), "VALUE.INSTANCEWITHPATH");
        Assert.True(end);
        Assert.True(results.Count >= ServerFixture.Canned);
        Assert.Equal("21", ServerFixture.ErrorOf(await server.IntrinsicAsync("PullInstancesWithPath", Context(context) + Number("MaxObjectCount", 1))).Code);
    }

    [Theory]
    [InlineData("OpenAssociatorInstances", "VALUE.INSTANCEWITHPATH", "Test_Canned")]
    [InlineData("OpenReferenceInstances", "VALUE.INSTANCEWITHPATH", "Test_CannedLink")]
    [InlineData("OpenAssociatorInstancePaths", "INSTANCEPATH", "Test_Canned")]
    [InlineData("OpenReferenceInstancePaths", "INSTANCEPATH", "Test_CannedLink")]
    public async Task AssociationsArePulledToo(string open, string element, string className)
    {
        var (_, end, results) = Parts(await server.IntrinsicAsync(open, Requests.InstanceName(First) + Number("MaxObjectCount", 10)), element);

        Assert.True(end);
        Assert.Equal(className, Assert.Single(results).DescendantsAndSelf("INSTANCENAME").First().Attribute("CLASSNAME")!.Value);
    }

    [Theory]
    [InlineData("OpenEnumerateInstances", "VALUE.INSTANCEWITHPATH")]
    [InlineData("OpenEnumerateInstancePaths", "INSTANCEPATH")]
    public async Task AFilterIsAppliedByTheServer(string open, string element)
    {
        var (_, end, results) = Parts(await server.IntrinsicAsync(open, Requests.ClassName() + Filter("InstanceID LIKE 'Test:.*[23]' AND ANY OperationalStatus = 5")
            + Requests.PropertyList("Weight") + Number("MaxObjectCount", 10)), element);

        Assert.True(end);
        Assert.Equal(["Test:00002", "Test:00003"], results.Select(Key));
        Assert.All(results.Descendants("INSTANCE"), i => Assert.Equal(["Weight"], i.Elements().Select(p => p.Attribute("NAME")!.Value)));
    }

    [Fact]
    public async Task AnAssociationIsFilteredToo()
    {
        var open = Requests.InstanceName("Test:00001") + Number("MaxObjectCount", 10);
        var (_, _, results) = Parts(await server.IntrinsicAsync("OpenAssociatorInstancePaths", open + Filter("InstanceID = 'Test:00002'")), "INSTANCEPATH");

        Assert.Equal("Test:00002", Key(Assert.Single(results)));
    }

    [Fact]
    public async Task AQueryIsPulledAndItsClassDescribed()
    {
        var response = await server.IntrinsicAsync("OpenQueryInstances", Requests.Parameter("FilterQueryLanguage", "<VALUE>DMTF:CQL</VALUE>")
            + Requests.Parameter("FilterQuery", "<VALUE>SELECT InstanceID, OperationalStatus[1] AS Second FROM Test_Canned WHERE InstanceID LIKE 'Test:.*'</VALUE>")
            + Requests.Flag("ReturnQueryResultClass", true) + Number("MaxObjectCount", 2));
        var (context, end, results) = Parts(response, "INSTANCE");
        Assert.Equal(2, results.Count);
        Assert.False(end);
        var described = response.Descendants("PARAMVALUE").Single(p => p.Attribute("NAME")!.Value == "QueryResultClass").Element("CLASS")!;
        Assert.Equal(["InstanceID", "Second"], described.Elements("PROPERTY").Select(p => p.Attribute("NAME")!.Value));
        Assert.Equal("uint16", described.Elements("PROPERTY").Last().Attribute("TYPE")!.Value);

        (_, end, results) = Parts(await server.IntrinsicAsync("PullInstances", Context(context) + Number("MaxObjectCount", 100)), "INSTANCE");
        Assert.True(end);
        Assert.Equal(ServerFixture.Canned - 2, results.Count);
    }

    [Fact]
    public async Task AClosedEnumerationIsGone()
    {
        var (context, _, _) = Parts(await server.IntrinsicAsync("OpenEnumerateInstances", Requests.ClassName()), "VALUE.INSTANCEWITHPATH");
        var closed = await server.IntrinsicAsync("CloseEnumeration", Context(context));
        Assert.Empty(closed.Descendants("ERROR"));
        Assert.Empty(closed.Descendants("IRETURNVALUE"));
        foreach (var operation in (string[])["CloseEnumeration", "EnumerationCount"])
            Assert.Equal("21", ServerFixture.ErrorOf(await server.IntrinsicAsync(operation, Context(context))).Code);
    }

    [Fact]
    public async Task AnEnumerationIsForItsNamespaceAndItsOwnPull()
    {
        var (context, _, _) = Parts(await server.IntrinsicAsync("OpenEnumerateInstances", Requests.ClassName()), "VALUE.INSTANCEWITHPATH");
        var parameters = Context(context) + Number("MaxObjectCount", 1);

        Assert.Equal("21", ServerFixture.ErrorOf(await server.IntrinsicAsync("PullInstancesWithPath", parameters, "root/cimv2")).Code);
        var (code, description) = ServerFixture.ErrorOf(await server.IntrinsicAsync("PullInstancePaths", parameters));
        Assert.Equal("21", code);
        Assert.Contains("PullInstancesWithPath", description, StringComparison.Ordinal);
        // Neither disturbed it.
        Assert.Single(Parts(await server.IntrinsicAsync("PullInstancesWithPath", parameters), "VALUE.INSTANCEWITHPATH").Results);
        Assert.Empty((await server.IntrinsicAsync("CloseEnumeration", Context(context))).Descendants("ERROR"));
    }

    [Fact]
    public async Task AnEnumerationThatNobodyPullsFromEnds()
    {
        var (context, _, _) = Parts(await server.IntrinsicAsync("OpenEnumerateInstances", Requests.ClassName() + Number("OperationTimeout", 1)), "VALUE.INSTANCEWITHPATH");
        await Task.Delay(3000, TestContext.Current.CancellationToken);

        Assert.Equal("21", ServerFixture.ErrorOf(await server.IntrinsicAsync("PullInstancesWithPath", Context(context) + Number("MaxObjectCount", 1))).Code);
    }

    public static TheoryData<string, string, string, string> Errors() => new()
    {
        { "OpenEnumerateInstances", Requests.ClassName("No_Such"), "5", "No_Such" },
        { "OpenEnumerateInstances", Requests.ClassName() + Number("OperationTimeout", 0), "22", "OperationTimeout" },
        { "OpenEnumerateInstances", Requests.ClassName() + Number("OperationTimeout", 1_000_000), "22", "1000000" },
        { "OpenEnumerateInstances", Requests.ClassName() + Number("MaxObjectCount", -1), "4", "MaxObjectCount" },
        { "OpenEnumerateInstances", Requests.ClassName() + Filter("Nope = 1"), "15", "Nope" },
        { "OpenEnumerateInstances", Requests.ClassName() + Filter("Weight = "), "15", "character 9" },
        { "OpenEnumerateInstances", Requests.ClassName() + Filter("Weight = 1", "WQL"), "14", "WQL" },
        { "OpenEnumerateInstances", Requests.ClassName() + Filter("Weight = 1", "Nope"), "14", "Nope" },
        { "OpenEnumerateInstancePaths", Requests.ClassName() + Requests.Parameter("FilterQuery", "<VALUE>Weight = 1</VALUE>"), "4", "FilterQueryLanguage" },
        { "OpenAssociatorInstances", Requests.InstanceName(First) + Requests.ClassName("No_Such", "AssocClass"), "4", "AssocClass" },
        { "OpenAssociatorInstances", Requests.InstanceName("x", className: "No_Such"), "4", "No_Such" },
        { "OpenAssociatorInstancePaths", Requests.InstanceName("x", className: "No_Such"), "4", "No_Such" },
        { "OpenReferenceInstances", "", "4", "InstanceName" },
        { "OpenReferenceInstances", Requests.InstanceName("x", className: "No_Such"), "4", "No_Such" },
        { "OpenReferenceInstancePaths", Requests.InstanceName("x", className: "No_Such"), "4", "No_Such" },
        { "OpenQueryInstances", Filter("SELECT * FROM No_Such", "WQL"), "15", "No_Such" },
        { "PullInstancesWithPath", Number("MaxObjectCount", 1), "4", "EnumerationContext" },
        { "PullInstancesWithPath", Context("x"), "4", "MaxObjectCount" },
        { "PullInstances", Context("x") + Number("MaxObjectCount", 1), "21", "x" },
    };

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task AnErrorHasItsStatusAndNamesWhatWasWrong(string operation, string parameters, string code, string named)
    {
        var (actual, description) = ServerFixture.ErrorOf(await server.IntrinsicAsync(operation, parameters));

        Assert.Equal(code, actual);
        Assert.Contains(named, description, StringComparison.Ordinal);
    }

    private static string Number(string name, int value) => Requests.Parameter(name, $"<VALUE>{value}</VALUE>");

    private static string Context(string id) => Requests.Parameter("EnumerationContext", $"<VALUE>{id}</VALUE>");

    private static string Filter(string filter, string language = "DMTF:FQL") => Requests.Parameter("FilterQueryLanguage", $"<VALUE>{language}</VALUE>")
        + Requests.Parameter("FilterQuery", $"<VALUE>{filter}</VALUE>");

    private static string Key(XElement result) => result.DescendantsAndSelf("INSTANCENAME").First().Descendants("KEYVALUE").First().Value;

    private static (string Context, bool End, List<XElement> Results) Parts(XElement response, string element)
    {
        Assert.Empty(response.Descendants("ERROR"));
        string Output(string name) => response.Descendants("IMETHODRESPONSE").Single().Elements("PARAMVALUE").Single(p => p.Attribute("NAME")!.Value == name).Value;
        return (Output("EnumerationContext"), Output("EndOfSequence") == "TRUE", response.Descendants("IRETURNVALUE").Single().Elements(element).ToList());
    }
}
