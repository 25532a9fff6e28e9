using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Xml;
using Xen.Cim.Server.Tests.Http;

namespace Xen.Cim.Server.Tests.Abuse;

/// <summary>Clients that send too much, too slowly, or only a part, over real connections: each limit, and that others are served meanwhile.</summary>
[Collection(AloneCollection.Name)]
public class LimitTests(ServerFixture any)
{
    private static readonly string s_names = Requests.Intrinsic("EnumerateInstanceNames", Requests.ClassName());
    private static readonly TimeSpan s_patience = Patience.Longest;

    private static CancellationToken End => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("POST /cimom HTTP/1.1\r\nHost: x\r\nX: ", "a")]
    [InlineData("POST /cimom HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nCIMOperation: MethodCall\r\nCIMMethod: GetClass\r\nCIMObject: root\r\nContent-Length: 1000000\r\n\r\n", "<")]
    [InlineData("POST /cimom HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nCIMOperation: MethodCall\r\nCIMMethod: GetClass\r\nCIMObject: root\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\n<\r\n")]
    public async Task WhoSendsSlowlyIsCutOffAndNobodyWaitsForHim(string start, string drop)
    {
        await using var server = await StartAsync(o => o with { SendTimeout = TimeSpan.FromSeconds(3) });
        var slow = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => ConnectAsync(server, start)));
        var closed = slow.Select(async stream =>
        {
            using var reading = new CancellationTokenSource(s_patience);
            var answer = ReadAsync(stream, reading.Token);
            while (!answer.IsCompleted)
            {
                try
                {
                    await stream.WriteAsync(Encoding.ASCII.GetBytes(drop), reading.Token);
                }
                catch (IOException)
                {
                    break;
                }
                await Task.WhenAny(answer, Task.Delay(100, End));
            }
            return await answer;
        }).ToList();

        Assert.Equal(HttpStatusCode.OK, await AskAsync(server, s_names));
        var answers = await Task.WhenAll(closed).WaitAsync(s_patience, End);
        Assert.All(answers, a => Assert.True(a.Length == 0 || a.Contains("HTTP/1.1 408", StringComparison.Ordinal), a));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(server, s_names));
    }

    [Fact]
    public async Task WhoSendsSlowlyButInTimeIsAnswered()
    {
        await using var server = await StartAsync(o => o with { SendTimeout = TimeSpan.FromMinutes(2) });
        await using var stream = await ConnectAsync(server,
            "POST /cimom HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: text/xml\r\nCIMOperation: MethodCall\r\nCIMMethod: EnumerateInstanceNames\r\nCIMObject: root%2Fvirt\r\n"
            + $"Content-Length: {s_names.Length}\r\n\r\n");
        // Less than what a server takes that counts bytes a second.
        foreach (var part in s_names.Chunk(s_names.Length / 8 + 1))
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(part), End);
            await Task.Delay(1000, End);
        }

        Assert.StartsWith("HTTP/1.1 200", await ReadAsync(stream, End).WaitAsync(s_patience, End), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST /cimom HT")]
    [InlineData("POST /cimom HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: 50\r\nCIMOperation: MethodCall\r\nCIMMethod: GetClass\r\nCIMObject: root\r\n\r\n<CIM")]
    [InlineData("\0\0\0\0")]
    [InlineData("GET / HTTP/9.9\r\n\r\n")]
    [InlineData("POST /cimom HTTP/1.1\r\nContent-Length: -5\r\n\r\n")]
    public async Task ATruncatedOrSenselessRequestEndsItsConnectionOnly(string start)
    {
        await using var server = await StartAsync();
        for (var i = 0; i < 20; i++)
        {
            await using var stream = await ConnectAsync(server, start);
            stream.Socket.Shutdown(SocketShutdown.Send);
            Assert.DoesNotContain(" 200 ", await ReadAsync(stream, End).WaitAsync(s_patience, End), StringComparison.Ordinal);
        }
        Assert.Equal(HttpStatusCode.OK, await AskAsync(server, s_names));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ARequestLargerThanAllowedIsRefusedWhetherItSaysSoOrNot(bool announced)
    {
        await using var server = await StartAsync(o => o with { MaxRequestSize = 100_000 });
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await AskAsync(server, s_names + new string(' ', 200_000), chunked: !announced));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(server, s_names + new string(' ', 50_000), chunked: !announced));
    }

    [Fact]
    public async Task ElementsMayBeNestedAsDeepAsConfigured()
    {
        await using var server = await StartAsync(o => o with { MaxXmlDepth = 12 });
        static string Nested(int depth) => Requests.Intrinsic("GetClass", Requests.Parameter("ClassName",
            string.Concat(Enumerable.Repeat("<VALUE.ARRAY>", depth)) + string.Concat(Enumerable.Repeat("</VALUE.ARRAY>", depth))));

        Assert.Equal(HttpStatusCode.OK, await AskAsync(server, s_names));
        Assert.Equal(HttpStatusCode.BadRequest, await AskAsync(server, Nested(13), "GetClass"));
        Assert.Equal(HttpStatusCode.BadRequest, await AskAsync(server, Nested(500_000), "GetClass"));
        Assert.Equal(HttpStatusCode.BadRequest, await AskAsync(server, s_names.Replace("<SIMPLEREQ>", "<SIMPLEREQ><CORRELATOR>" + string.Concat(Enumerable.Repeat("<a>", 100_000)), StringComparison.Ordinal)));
    }

    [Fact]
    public async Task NoDocumentTypeIsReadAndNoEntityIsExpanded()
    {
        await using var server = await StartAsync();
        var entities = string.Concat(Enumerable.Range(1, 20).Select(i => $"<!ENTITY a{i} \"&a{i - 1};&a{i - 1};&a{i - 1};&a{i - 1};\">"));
        string WithDocumentType(string declarations) => s_names.Replace("<CIM ", $"<!DOCTYPE CIM [<!ENTITY a0 \"lol\">{declarations}]><CIM ", StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.BadRequest, await AskAsync(server, WithDocumentType("")));
        Assert.Equal(HttpStatusCode.BadRequest, await AskAsync(server, WithDocumentType(entities).Replace("Test_Canned", "&a20;", StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.BadRequest, await AskAsync(server, WithDocumentType("<!ENTITY x SYSTEM \"file:///etc/hostname\">").Replace("Test_Canned", "&x;", StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.BadRequest, await AskAsync(server, s_names.Replace("Test_Canned", "&a;", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task ConnectionsBeyondTheLimitAreClosed()
    {
        await using var server = await StartAsync(o => o with { MaxConnections = 3 });
        var idle = new List<NetworkStream>();
        for (var i = 0; i < 3; i++)
            idle.Add(await ConnectAsync(server, ""));
        await using (var fourth = await ConnectAsync(server, "POST"))
            Assert.Equal("", await ReadAsync(fourth, End).WaitAsync(s_patience, End));

        foreach (var stream in idle)
            await stream.DisposeAsync();
        await EventuallyAsync(async () => await AskAsync(server, s_names) == HttpStatusCode.OK);
    }

    [Fact]
    public async Task RequestsBeyondTheLimitAreAnsweredThatItIsReached()
    {
        await using var server = await StartAsync(o => o with { MaxRequests = 2, SendTimeout = s_patience });
        // Two that are being read: each waits for its last character.
        var start = "POST /cimom HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: text/xml\r\nCIMOperation: MethodCall\r\nCIMMethod: EnumerateInstanceNames\r\n"
            + $"CIMObject: root%2Fvirt\r\nContent-Length: {s_names.Length}\r\n\r\n{s_names[..^1]}";
        var busy = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => ConnectAsync(server, start)));
        await EventuallyAsync(() => Task.FromResult(server.Handler.Limits.Taken == 2));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await AskAsync(server, s_names));
        foreach (var stream in busy)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(s_names[^1..]), End);
            Assert.StartsWith("HTTP/1.1 200 ", await ReadAsync(stream, End).WaitAsync(s_patience, End), StringComparison.Ordinal);
            await stream.DisposeAsync();
        }
        Assert.Equal(HttpStatusCode.OK, await AskAsync(server, s_names));
    }

    [Fact]
    public async Task AHundredThousandInstancesComeAndGoWithoutLeavingAnything()
    {
        const int many = 100_000;
        await using var server = await StartAsync(o => o with { Canned = many, Deadline = TimeSpan.FromMinutes(1), SendTimeout = TimeSpan.FromMinutes(1) });
        var enumerate = Requests.Intrinsic("EnumerateInstances", Requests.ClassName());
        var embedded = Requests.Method("Echo", Requests.Target("Test:00001"), "<PARAMVALUE NAME=\"Settings\" EmbeddedObject=\"instance\"><VALUE.ARRAY>"
            + string.Concat(Enumerable.Repeat("<VALUE>&lt;INSTANCE CLASSNAME=\"Test_Canned\"/&gt;</VALUE>", many)) + "</VALUE.ARRAY></PARAMVALUE>");

        async Task<(int Instances, int Settings)> RoundAsync() => (
            await CountAsync(server, enumerate, "EnumerateInstances", "root%2Fvirt", "VALUE.NAMEDINSTANCE"),
            await CountAsync(server, embedded, "Echo", "root%2Fvirt%3ATest_Canned.InstanceID%3D%22Test%3A00001%22", "VALUE"));
        var first = await RoundAsync();
        var before = AloneCollection.Memory();
        Assert.Equal(first, await RoundAsync());

        Assert.Equal(many, first.Instances);
        Assert.InRange(first.Settings, many, many + 1);
        Assert.InRange(AloneCollection.Memory() - before, long.MinValue, 32 * 1024 * 1024);
    }

    private static Task<CimServer> StartAsync(Func<ServerOptions, ServerOptions>? change = null) =>
        CimServer.StartAsync(change?.Invoke(ServerFixture.Options) ?? ServerFixture.Options, End);

    private static async Task<NetworkStream> ConnectAsync(CimServer server, string start)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server.EndPoint, End);
        var stream = new NetworkStream(socket, ownsSocket: true);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(start), End);
        return stream;
    }

    // All that comes until the connection ends, however it does.
    private static async Task<string> ReadAsync(NetworkStream stream, CancellationToken cancellation)
    {
        var all = new MemoryStream();
        try
        {
            await stream.CopyToAsync(all, cancellation);
        }
        catch (IOException)
        {
            // Reset.
        }
        return Encoding.ASCII.GetString(all.ToArray());
    }

    private async Task<HttpStatusCode> AskAsync(CimServer server, string message, string method = "EnumerateInstanceNames", string cimObject = "root%2Fvirt", bool chunked = false)
    {
        // A refusal may close the connection while the request is still on its way.
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var response = await any.SendAsync(message, method, cimObject, r =>
                {
                    r.RequestUri = new Uri($"http://{server.EndPoint}/cimom");
                    r.Headers.TransferEncodingChunked = chunked;
                });
                return response.StatusCode;
            }
            catch (HttpRequestException) when (attempt < 5)
            {
            }
        }
    }

    private async Task<int> CountAsync(CimServer server, string message, string method, string cimObject, string element)
    {
        using var request = any.Request(message, method, cimObject);
        request.RequestUri = new Uri($"http://{server.EndPoint}/cimom");
        using var response = await any.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, End);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        using var xml = XmlReader.Create(await response.Content.ReadAsStreamAsync(End));
        var count = 0;
        while (xml.Read())
        {
            if (xml.NodeType == XmlNodeType.Element && xml.Name == element)
                count++;
            Assert.NotEqual("ERROR", xml.Name);
        }
        return count;
    }

    private static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < s_patience);
            await Task.Delay(50, End);
        }
    }
}
