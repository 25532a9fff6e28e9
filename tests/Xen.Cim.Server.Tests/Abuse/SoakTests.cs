using System.Diagnostics;
using System.Net;
using Xen.Cim.Server.Tests.Http;

namespace Xen.Cim.Server.Tests.Abuse;

/// <summary>
/// Many requests over real connections leave nothing behind. The benchmark does the same a million times (docs/performance.md).
/// </summary>
[Collection(AloneCollection.Name)]
public class SoakTests(ServerFixture any)
{
    private const int Round = 5_000;
    private const int Rounds = 3;
    private const int Connections = 4;

    // A round's own garbage differs by as much.
    private const int GrowthBound = 1024 * 1024;

    private static readonly (string Method, string Message)[] s_mix =
    [
        ("GetInstance", Requests.Intrinsic("GetInstance", Requests.InstanceName("Test:00001"))),
        ("GetInstance", Requests.Intrinsic("GetInstance", Requests.InstanceName("none"))),
        ("GetInstance", Requests.Intrinsic("GetInstance", "")),
        ("EnumerateInstances", Requests.Intrinsic("EnumerateInstances", Requests.ClassName())),
        ("EnumerateInstanceNames", Requests.Intrinsic("EnumerateInstanceNames", Requests.ClassName())),
        ("AssociatorNames", Requests.Intrinsic("AssociatorNames", Requests.InstanceName("Test:00001", "ObjectName"))),
        ("GetClass", Requests.Intrinsic("GetClass", Requests.ClassName())),
        ("ExecQuery", Requests.Intrinsic("ExecQuery", Requests.Parameter("QueryLanguage", "<VALUE>WQL</VALUE>") + Requests.Parameter("Query", "<VALUE>SELECT * FROM Test_Canned</VALUE>"))),
        ("OpenEnumerateInstances", Requests.Intrinsic("OpenEnumerateInstances", Requests.ClassName() + Requests.Parameter("MaxObjectCount", "<VALUE>100</VALUE>"))),
        ("GetInstance", "this is no XML"),
    ];

    [Fact]
    public async Task ThousandsOfRequestsLeaveNothingBehind()
    {
        await using var server = await CimServer.StartAsync(ServerFixture.Options, TestContext.Current.CancellationToken);
        var url = new Uri($"http://{server.EndPoint}/cimom");
        var watch = Stopwatch.StartNew();
        await RoundAsync(url);
        var before = AloneCollection.Memory();

        for (var i = 1; i < Rounds; i++)
            await RoundAsync(url);

        var growth = AloneCollection.Memory() - before;
        TestContext.Current.TestOutputHelper?.WriteLine($"{Round * Rounds} requests in {watch.Elapsed.TotalSeconds:0} s, {growth / 1024} KiB more");
        Assert.True(growth < GrowthBound, $"{growth} bytes more than before are in use");
    }

    private Task RoundAsync(Uri url) => Parallel.ForAsync(0, Round, new ParallelOptions { MaxDegreeOfParallelism = Connections, CancellationToken = TestContext.Current.CancellationToken }, async (i, _) =>
    {
        var (method, message) = s_mix[i % s_mix.Length];
        using var response = await any.SendAsync(message, method, change: r => r.RequestUri = url);
        Assert.Equal(message.StartsWith("this", StringComparison.Ordinal) ? HttpStatusCode.BadRequest : HttpStatusCode.OK, response.StatusCode);
    });
}
