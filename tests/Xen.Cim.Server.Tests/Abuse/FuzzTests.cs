using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Xml;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xen.Cim.Server.Tests.Http;
using Xen.Cim.Server.Tests.Running;

namespace Xen.Cim.Server.Tests.Abuse;

/// <summary>
/// 100,000 requests that were changed at random, each answered as DSP0200 wants it: no crash, no hang, no error of the
/// server's own, no growth. XEN_CIM_FUZZ_SEED takes other ones.
/// </summary>
[Collection(AloneCollection.Name)]
public class FuzzTests
{
    private const int Chunk = 5_000;
    private const int Chunks = 20;
    private const int GrowthBound = 24 * 1024 * 1024;
    private static readonly TimeSpan s_patience = Patience.Longest;
    private static readonly HashSet<int> s_statuses = [200, 400, 404, 405, 413, 415, 501, 510];
    private static readonly int s_seed = int.TryParse(Environment.GetEnvironmentVariable("XEN_CIM_FUZZ_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var seed) ? seed : 20261121;

    [Fact]
    public async Task MutatedRequestsNeitherBreakNorHangNorGrowTheServer()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var watch = Stopwatch.StartNew();
        var outcomes = new ConcurrentDictionary<int, int>();
        // The first chunk also loads whatever loading there is.
        await RunAsync(s_seed, outcomes, cancellation);
        var before = AloneCollection.Memory();

        await Parallel.ForEachAsync(Enumerable.Range(1, Chunks - 1), new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = cancellation },
            async (i, end) => await RunAsync(s_seed + i, outcomes, end));

        var growth = AloneCollection.Memory() - before;
        TestContext.Current.TestOutputHelper?.WriteLine($"{outcomes.Values.Sum()} requests in {watch.Elapsed.TotalSeconds:0} s, {growth / 1024} KiB more; "
            + string.Join(", ", outcomes.OrderBy(o => o.Key).Select(o => $"{o.Key}: {o.Value}")));
        Assert.Equal(Chunk * Chunks, outcomes.Values.Sum());
        Assert.True(growth < GrowthBound, $"{growth} bytes more than before are in use");
        // Mutants that are all refused at the door would say nothing of what is behind it.
        Assert.True(outcomes[200] > Chunk * Chunks / 10, $"only {outcomes[200]} got past HTTP");
    }

    private static async Task RunAsync(int seed, ConcurrentDictionary<int, int> outcomes, CancellationToken cancellation)
    {
        using var log = new LogLines(LogLevel.Error);
        // What a chunk has created ends with its server.
        await using var server = await CimServer.StartAsync(ServerFixture.Options with { LogLevel = LogLevel.Error }, b => b.ClearProviders().AddProvider(log), cancellation);
        var mutator = new Mutator(seed);
        for (var i = 0; i < Chunk; i++)
        {
            var origin = mutator.Pick(FuzzSeeds.All);
            var body = mutator.Mutate(origin.Body, mutator.Pick(FuzzSeeds.All).Body);
            var http = Request(origin, body, mutator);
            string Which() => $"Seed {seed}, request {i}, {origin.Name}, {http.Request.Method} {http.Request.Path}: {Encoding.UTF8.GetString(body)}";
            try
            {
                await server.Handler.HandleAsync(http).WaitAsync(s_patience, cancellation);
            }
            catch (Exception error) when (error is not OperationCanceledException || !cancellation.IsCancellationRequested)
            {
                Assert.Fail($"{error}\n{Which()}");
            }
            Assert.True(log.All.Count == 0, $"{log.All.FirstOrDefault()}\n{Which()}");
            var status = http.Response.StatusCode;
            Assert.True(s_statuses.Contains(status), $"HTTP {status} {http.Response.Headers["PGErrorDetail"]}\n{Which()}");
            if (status == 200 && http.Request.Method != "OPTIONS")
                Check((MemoryStream)http.Response.Body, Which);
            outcomes.AddOrUpdate(status, 1, (_, n) => n + 1);
        }
    }

    private static DefaultHttpContext Request(FuzzSeed origin, byte[] body, Mutator mutator)
    {
        var http = new DefaultHttpContext();
        http.Connection.RemoteIpAddress = IPAddress.Loopback;
        http.Request.Method = "POST";
        http.Request.Path = "/cimom";
        http.Request.Host = new HostString("localhost");
        http.Request.ContentType = "application/xml; charset=\"utf-8\"";
        http.Request.ContentLength = body.Length;
        http.Request.Body = new MemoryStream(body, writable: false);
        http.Response.Body = new MemoryStream();
        var headers = http.Request.Headers;
        headers["CIMOperation"] = "MethodCall";
        headers["CIMMethod"] = origin.Name;
        headers["CIMObject"] = origin.Object;
        if (mutator.Next(12) == 0)
        {
            var header = mutator.Pick(["CIMOperation", "CIMMethod", "CIMObject", "CIMProtocolVersion", "Man", "TE", "Accept-Language", "Accept-Encoding", "User-Agent", "Content-Type"]);
            headers[header] = Encoding.Latin1.GetString(mutator.Mutate(Encoding.Latin1.GetBytes(headers[header].ToString() is { Length: > 0 } value ? value : "1.0"), origin.Body));
        }
        if (mutator.Next(50) == 0)
            http.Request.Method = mutator.Pick(["M-POST", "OPTIONS", "GET", "PUT", "post", ""]);
        if (mutator.Next(100) == 0)
            http.Request.Path = mutator.Pick(["/", "/other", "", "/cimom/"]);
        return http;
    }

    // One whole message, with one answer or an error of DSP0200.
    private static void Check(MemoryStream body, Func<string> which)
    {
        body.Position = 0;
        try
        {
            using var xml = XmlReader.Create(body);
            while (xml.Read())
            {
                if (xml.NodeType == XmlNodeType.Element && xml.Name == "ERROR")
                    Assert.InRange(int.Parse(xml.GetAttribute("CODE")!, CultureInfo.InvariantCulture), 1, 29);
            }
        }
        catch (XmlException error)
        {
            Assert.Fail($"{error.Message} in {Encoding.UTF8.GetString(body.ToArray())}\n{which()}");
        }
    }
}
