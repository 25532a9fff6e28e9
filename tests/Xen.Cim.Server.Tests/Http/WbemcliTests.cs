using System.Diagnostics;

namespace Xen.Cim.Server.Tests.Http;

/// <summary>The real wbemcli against canned instances; skipped where it is not installed.</summary>
public class WbemcliTests(ServerFixture server)
{
    private const string Program = "/usr/bin/wbemcli";

    private string Class => $"http://{server.Authority}/root/virt:Test_Canned";

    private string Second => $"{Class}.InstanceID=\"Test:00001\"";

    private string PrintedSecond => Second[7..];

    [Fact]
    public async Task EnumeratesNamesAndInstances()
    {
        Assert.Contains(PrintedSecond, await RunAsync("ein", Class), StringComparison.Ordinal);
        var instances = await RunAsync("ei", "-nl", Class);
        Assert.Contains("-ElementName=\"guest-2\"", instances, StringComparison.Ordinal);
        Assert.Contains("-Description=\"A guest that runs nothing, number 2 <of \\\"many\\\"> & more\"", instances, StringComparison.Ordinal);
        Assert.Contains("-OperationalStatus=2,5", instances, StringComparison.Ordinal);
        Assert.Contains("-Notes=\n-Setting=\n", instances, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetsAnInstanceAndPartsOfIt()
    {
        Assert.Contains("-MemorySize=1073741825", await RunAsync("gi", "-nl", Second), StringComparison.Ordinal);
        Assert.Equal($"{PrintedSecond} SystemName=\"host.example\"", (await RunAsync("gi", Second, "SystemName")).Trim());
        Assert.Equal("2,5", (await RunAsync("gp", Second, "OperationalStatus")).Trim());
        Assert.Equal("", (await RunAsync("gp", Second, "Setting")).Trim());
    }

    [Fact]
    public async Task ReadsClasses()
    {
        Assert.Contains("OperationalStatus[]", await RunAsync("gc", "-t", Class), StringComparison.Ordinal);
        Assert.Contains("InstanceID#", await RunAsync("gc", "-t", Class), StringComparison.Ordinal);
        Assert.Contains("<CLASS NAME=\"Test_Canned\">", await RunAsync("gcd", Class), StringComparison.Ordinal);
        Assert.Contains(":Test_CannedLink", await RunAsync("ecn", $"http://{server.Authority}/root/virt"), StringComparison.Ordinal);
        Assert.Contains(":Test_CannedLink", await RunAsync("ec", $"http://{server.Authority}/root/virt"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FollowsAssociations()
    {
        var neighbours = (await RunAsync("ain", Second)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal([PrintedSecond.Replace("1\"", "0\"", StringComparison.Ordinal), PrintedSecond.Replace("1\"", "2\"", StringComparison.Ordinal)], neighbours);
        Assert.Equal(PrintedSecond.Replace("1\"", "2\"", StringComparison.Ordinal), (await RunAsync("ain", "-ac", "Test_CannedLink", "-ar", "Antecedent", Second)).Trim());
        Assert.Contains("-ElementName=\"guest-0\"", await RunAsync("ai", "-nl", "-arr", "Antecedent", Second), StringComparison.Ordinal);
        Assert.Contains("Dependent=root/virt:Test_Canned.InstanceID=\"Test:00002\"", await RunAsync("rin", Second), StringComparison.Ordinal);
        Assert.Contains("-Antecedent=root/virt:Test_Canned.InstanceID=\"Test:00000\"", await RunAsync("ri", "-nl", Second), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CreatesChangesAndDeletes()
    {
        var mine = $"{Class}.InstanceID=\"wbemcli\"";
        Assert.Contains("InstanceID=\"wbemcli\"", await RunAsync("ci", mine, "InstanceID=wbemcli,ElementName=two words,OperationalStatus=1,2,3"), StringComparison.Ordinal);
        Assert.Equal("1,2,3", (await RunAsync("gp", mine, "OperationalStatus")).Trim());
        await RunAsync("sp", mine, "Weight=77");
        await RunAsync("mi", mine, "ElementName=changed");
        var now = await RunAsync("gi", "-nl", mine);
        Assert.Contains("-Weight=77\n", now, StringComparison.Ordinal);
        Assert.Contains("-ElementName=\"changed\"\n", now, StringComparison.Ordinal);
        await RunAsync("di", mine);
        Assert.Contains("CIM_ERR_NOT_FOUND", await FailAsync("gi", mine), StringComparison.Ordinal);
    }

    [Fact]
    public async Task DeletesClasses()
    {
        // A server of its own: other tests list the classes of theirs.
        await using var own = new ServerFixture();
        await own.InitializeAsync(ServerFixture.Options);
        await own.IntrinsicAsync("CreateClass", Requests.Parameter("NewClass", "<CLASS NAME=\"Test_Made\"><PROPERTY NAME=\"A\" TYPE=\"string\"></PROPERTY></CLASS>"));
        var made = $"http://{own.Authority}/root/virt:Test_Made";

        Assert.Contains("-A=", await RunAsync("gc", "-nl", made), StringComparison.Ordinal);
        await RunAsync("dc", made);
        Assert.Contains("CIM_ERR_NOT_FOUND", await FailAsync("gc", made), StringComparison.Ordinal);
        Assert.Contains("CIM_ERR_CLASS_HAS_INSTANCES", await FailAsync("dc", $"http://{own.Authority}/root/virt:Test_Canned"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CallsMethods()
    {
        var echo = await RunAsync("cm", Second, "Echo.Number=5,Flag=true,Text=two words,Texts=a,b,c,Numbers=1,2");
        Assert.Contains("Echo: 5", echo, StringComparison.Ordinal);
        Assert.Contains("OutText (string): two words", echo, StringComparison.Ordinal);
        Assert.Contains("OutTexts (string): a,b,c", echo, StringComparison.Ordinal);
        Assert.Contains("OutNumbers (uint64): 1,2", echo, StringComparison.Ordinal);
        Assert.Contains("<HOST>", await RunAsync("cmx", Second, "Echo.Ref=Test_Canned.InstanceID=\"Test:00002\""), StringComparison.Ordinal);
        Assert.Contains("Count: ", await RunAsync("cm", Class, "Count"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SendsEmbeddedInstancesAsText()
    {
        var mof = await RunAsync("cmx", Second, "Echo.Setting=instance of Test_Canned { InstanceID = \\\"abc\\\"; };");
        Assert.Contains("instance of Test_Canned { InstanceID = \\&quot;abc\\&quot;; };", mof, StringComparison.Ordinal);
        var xml = await RunAsync("cmx", Second, "Echo.Setting=<INSTANCE CLASSNAME=\"Test_Canned\"></INSTANCE>");
        Assert.Contains("&lt;INSTANCE CLASSNAME=&quot;Test_Canned&quot;&gt;", xml, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PrintsErrors()
    {
        Assert.Contains("CIM_ERR_INVALID_NAMESPACE", await FailAsync("ei", $"http://{server.Authority}/root/nope:Test_Canned"), StringComparison.Ordinal);
        Assert.Contains("CIM_ERR_INVALID_CLASS", await FailAsync("ei", $"http://{server.Authority}/root/virt:Nope"), StringComparison.Ordinal);
        Assert.Contains("CIM_ERR_METHOD_NOT_FOUND", await FailAsync("cm", Second, "Nope"), StringComparison.Ordinal);
        Assert.Contains("CIM_ERR_INVALID_PARAMETER", await FailAsync("cm", Second, "Echo.Number=70000"), StringComparison.Ordinal);
    }

    private static async Task<string> RunAsync(params string[] arguments)
    {
        var (output, errors, code) = await StartAsync(arguments);
        Assert.True(code == 0, $"{string.Join(' ', arguments)}: {code} {errors}");
        return output;
    }

    private static async Task<string> FailAsync(params string[] arguments)
    {
        var (_, errors, code) = await StartAsync(arguments);
        Assert.Equal(16, code);
        return errors;
    }

    private static async Task<(string Output, string Errors, int Code)> StartAsync(string[] arguments)
    {
        Assert.SkipUnless(File.Exists(Program), "wbemcli is not installed");
        using var process = Process.Start(new ProcessStartInfo(Program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (await output, await errors, process.ExitCode);
    }
}
