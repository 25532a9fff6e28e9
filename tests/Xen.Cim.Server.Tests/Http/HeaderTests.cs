using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xen.Cim.Server.Tests.CimXml;

namespace Xen.Cim.Server.Tests.Http;

/// <summary>The edges of HTTP as DSP0200 uses it, byte by byte: what real clients send, and what none should.</summary>
public sealed partial class HeaderTests(ServerFixture server)
{
    private const string Extension = "http://www.dmtf.org/cim/mapping/http/v1.0";
    private const string Ours = "CIMOperation: MethodCall\nCIMMethod: EnumerateInstanceNames\nCIMObject: root%2Fvirt";
    private const string Prefixed = "40-CIMOperation: MethodCall\n40-CIMMethod: EnumerateInstanceNames\n40-CIMObject: root%2Fvirt";
    private static readonly string s_names = Requests.Intrinsic("EnumerateInstanceNames", Requests.ClassName());
    private static readonly string s_count = Requests.Method("Count", Requests.ClassTarget("Test_Canned"));

    /// <summary>Method, headers → status, and the name and value of a header of the answer, or its absence.</summary>
    public static TheoryData<string, string, int, string, string?> Headers() => new()
    {
        // Names in any case, values with blanks around them.
        { "POST", Ours, 200, "CIMOperation", "MethodResponse" },
        { "POST", Ours.ToLowerInvariant().Replace("enumerateinstancenames", "EnumerateInstanceNames", StringComparison.Ordinal), 200, "CIMOperation", "MethodResponse" },
        { "POST", "CIMOPERATION:MethodCall\nCIMMETHOD:\tEnumerateInstanceNames \nCIMOBJECT:   root%2fvirt  ", 200, "CIMOperation", "MethodResponse" },
        // The object escaped or not, with a host or without.
        { "POST", Ours.Replace("root%2Fvirt", "root/virt", StringComparison.Ordinal), 200, "CIMError", null },
        { "POST", Ours.Replace("root%2Fvirt", "//host.example:5988/root/virt", StringComparison.Ordinal), 200, "CIMError", null },
        { "POST", Ours.Replace("root%2Fvirt", "ROOT%2FVIRT", StringComparison.Ordinal), 200, "CIMError", null },
        { "POST", Ours.Replace("root%2Fvirt", "root%2Fvirt%2Fmore", StringComparison.Ordinal), 400, "CIMError", "header-mismatch" },
        { "POST", Ours.Replace("EnumerateInstanceNames", "Enumerate%49nstanceNames", StringComparison.Ordinal), 200, "CIMError", null },
        { "POST", Ours.Replace("EnumerateInstanceNames", "EnumerateInstances", StringComparison.Ordinal), 400, "CIMError", "header-mismatch" },
        { "POST", "CIMOperation: MethodCall\nCIMMethod:\nCIMObject:", 400, "CIMError", "header-mismatch" },
        { "POST", Ours.Replace("MethodCall", "MethodResponse", StringComparison.Ordinal), 400, "CIMError", "unsupported-operation" },
        { "POST", "CIMExport: MethodRequest\nCIMExportMethod: ExportIndication", 501, "CIMError", "unsupported-operation" },
        // Versions.
        { "POST", Ours + "\nCIMProtocolVersion: 1.4", 200, "CIMError", null },
        { "POST", Ours + "\nCIMProtocolVersion: 2.0", 501, "CIMError", "unsupported-protocol-version" },
        // The extension framework.
        { "M-POST", $"Man: \"{Extension}\"; ns=40\n{Prefixed}", 200, "40-CIMOperation", "MethodResponse" },
        { "M-POST", $"man:{Extension};ns=40\n{Prefixed}", 200, "Ext", "" },
        { "M-POST", $"Man: \"http://example.com/one\"; ns=12, \"{Extension}\" ; ns=40\n{Prefixed}", 200, "40-CIMOperation", "MethodResponse" },
        { "M-POST", $"Man: \"{Extension}\"; ns=40, \"http://example.com/one\"; ns=12\n{Prefixed}", 200, "40-CIMOperation", "MethodResponse" },
        { "M-POST", $"Man: \"{Extension}\"; ns=40\n{Ours}", 400, "CIMError", "unsupported-operation" },
        { "M-POST", Ours, 400, "CIMError", "header-mismatch" },
        { "M-POST", $"Man: \"http://example.com/one\"; ns=40\n{Prefixed}", 510, "CIMError", null },
        { "POST", $"Opt: \"{Extension}\"; ns=40\n{Prefixed}", 200, "40-CIMOperation", "MethodResponse" },
        { "POST", $"Opt: \"http://example.com/one\"; ns=40\n{Ours}", 200, "CIMOperation", "MethodResponse" },
        // Content types.
        { "POST", Ours + "\nContent-Type: text/xml; charset=utf-8", 200, "CIMError", null },
        { "POST", Ours + "\nContent-Type: Application/XML", 200, "CIMError", null },
        { "POST", Ours + "\nContent-Type: application/json", 415, "CIMError", null },
        // Connections.
        { "POST", Ours + "\nConnection: close", 200, "Connection", "close" },
        { "POST", Ours + "\nConnection: keep-alive", 200, "CIMOperation", "MethodResponse" },
        { "POST", Ours + "\nTE: trailers", 200, "CIMOperation", "MethodResponse" },
        // Other methods.
        { "HEAD", "", 405, "Allow", "POST, M-POST, OPTIONS" },
        { "PUT", Ours, 405, "Allow", "POST, M-POST, OPTIONS" },
        { "M-GET", "", 405, "Allow", "POST, M-POST, OPTIONS" },
        { "OPTIONS", "", 200, "Opt", $"\"{Extension}\"; ns=77" },
        { "OPTIONS", "", 200, "77-CIMSupportedQueryLanguages", "WQL,DMTF:CQL" },
    };

    [Theory]
    [MemberData(nameof(Headers))]
    public async Task HeadersAreReadAsTheStandardSays(string method, string headers, int status, string header, string? value)
    {
        var answer = await ExchangeAsync(method, headers, method.EndsWith("POST", StringComparison.Ordinal) || method == "PUT" ? s_names : "");

        Assert.Equal(status, answer.Status);
        Assert.Equal(value, answer.Headers.GetValueOrDefault(header));
        if (status is 400 or 415 or 501 or 510)
            Assert.NotEmpty(answer.Headers["PGErrorDetail"]);
        if (status == 200 && method != "OPTIONS")
            Assert.NotEmpty(XElement.Parse(answer.Body).Descendants("INSTANCENAME"));
    }

    [Theory]
    [InlineData("CIMMethod: Count\nCIMObject: root%2Fvirt%3ATest_Canned", 200)]
    [InlineData("CIMMethod: count\nCIMObject: ROOT%2Fvirt%3Atest_canned", 200)]
    [InlineData("CIMMethod: Count\nCIMObject: root/virt:Test_Canned", 200)]
    [InlineData("CIMMethod: Count\nCIMObject: root%2Fvirt%3ATest_Canned.InstanceID%3D%22a%22", 200)]
    [InlineData("CIMMethod: Count\nCIMObject: root%2Fvirt", 400)]
    [InlineData("CIMMethod: Count\nCIMObject: root%2Fvirt%3ATest_Other", 400)]
    [InlineData("CIMMethod: Count\nCIMObject: root%2Finterop%3ATest_Canned", 400)]
    [InlineData("CIMMethod: Echo\nCIMObject: root%2Fvirt%3ATest_Canned", 400)]
    public async Task AMethodAndItsObjectHaveToBeThoseOfTheMessage(string headers, int status)
    {
        var answer = await ExchangeAsync("POST", "CIMOperation: MethodCall\n" + headers, s_count);

        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 400 ? "header-mismatch" : null, answer.Headers.GetValueOrDefault("CIMError"));
    }

    [Theory]
    [MemberData(nameof(RequestTests.BadMessages), MemberType = typeof(RequestTests))]
    public async Task AMessageThatIsNoneIsRefusedOverHttp(string message, int status, string cimError)
    {
        var answer = await ExchangeAsync("POST", Ours, message);

        Assert.Equal((status, cimError), (answer.Status, answer.Headers["CIMError"]));
        Assert.Equal("", answer.Body);
        // What was wrong, in words that survive a header.
        Assert.DoesNotContain(Uri.UnescapeDataString(answer.Headers["PGErrorDetail"]), c => char.IsControl(c));
    }

    [Fact]
    public async Task ABodyInChunksAndAfterItsPermissionIsTaken()
    {
        using var connection = await ConnectAsync();
        await connection.SendAsync($"POST /cimom HTTP/1.1\r\nHost: h\r\nContent-Type: application/xml\r\n{Ours.ReplaceLineEndings("\r\n")}\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n");
        Assert.Equal(100, (await connection.ReadAsync()).Status);
        foreach (var part in s_names.Chunk(100).Select(c => new string(c)))
            await connection.SendAsync($"{part.Length:X}\r\n{part}\r\n");
        await connection.SendAsync("0\r\n\r\n");

        Assert.NotEmpty(XElement.Parse((await connection.ReadAsync()).Body).Descendants("INSTANCENAME"));
    }

    [Fact]
    public async Task RequestsThatComeAtOnceAreAnsweredInTurn()
    {
        using var connection = await ConnectAsync();
        await connection.SendAsync(string.Concat(Enumerable.Repeat(Request("POST", Ours, s_names), 3)));

        for (var i = 0; i < 3; i++)
            Assert.NotEmpty(XElement.Parse((await connection.ReadAsync()).Body).Descendants("INSTANCENAME"));
        // A refusal ends no connection either.
        await connection.SendAsync(Request("POST", Ours, "<CIM") + Request("POST", Ours, s_names));
        Assert.Equal(400, (await connection.ReadAsync()).Status);
        Assert.Equal(200, (await connection.ReadAsync()).Status);
    }

    [Fact]
    public async Task AnOldClientsConnectionEndsWithTheAnswer()
    {
        using var connection = await ConnectAsync();
        await connection.SendAsync(Request("POST", Ours, s_names).Replace("HTTP/1.1", "HTTP/1.0", StringComparison.Ordinal));

        Assert.NotEmpty(XElement.Parse((await connection.ReadAsync()).Body).Descendants("INSTANCENAME"));
        Assert.Equal("", await connection.RestAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("\nAccept-Encoding: gzip")]
    public async Task WhoWantsTrailersGetsALargeAnswerWhole(string more)
    {
        await using var large = await CimServer.StartAsync(ServerFixture.Options with { Canned = 1000 }, TestContext.Current.CancellationToken);
        using var connection = await ConnectAsync(large.EndPoint.Port);
        var all = Requests.Intrinsic("EnumerateInstances", Requests.ClassName());
        for (var i = 0; i < 2; i++)
        {
            // The connection goes on.
            await connection.SendAsync(Request("POST", Ours.Replace("EnumerateInstanceNames", "EnumerateInstances", StringComparison.Ordinal) + "\nTE: trailers" + more, all));
            var answer = await connection.ReadAsync();

            Assert.Equal("chunked", answer.Headers["Transfer-Encoding"]);
            Assert.Equal(1000, XElement.Parse(answer.Body).Descendants("VALUE.NAMEDINSTANCE").Count());
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AFailureAfterTheFirstResultsIsToldInTrailersOrByTheEndOfTheConnection(bool trailers)
    {
        const string error = "<ERROR CODE=";
        var (seconds, text) = (3, await FailingAsync(3, trailers));
        // A machine so busy that no result had come at the deadline.
        if (text.Contains(error, StringComparison.Ordinal))
            (seconds, text) = (30, await FailingAsync(30, trailers));

        Assert.DoesNotContain(error, text, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("</CIM>", text, StringComparison.Ordinal);
        if (!trailers)
        {
            Assert.DoesNotContain("\r\n0\r\n", text, StringComparison.Ordinal);
            return;
        }
        Assert.Contains("Trailer: CIMStatusCode", text, StringComparison.Ordinal);
        var end = text[(text.LastIndexOf("\r\n0\r\n", StringComparison.Ordinal) + 5)..];
        Assert.Contains("CIMStatusCode: 1\r\n", end, StringComparison.Ordinal);
        foreach (var name in (string[])["CIMStatusDescription", "CIMStatusCodeDescription"])
            Assert.Contains($"{name}: {Uri.EscapeDataString($"EnumerateInstances was not done within {seconds} s")}", end, StringComparison.Ordinal);
    }

    // Who reads too slowly keeps the provider from coming to its end in time.
    private static async Task<string> FailingAsync(int seconds, bool trailers)
    {
        await using var slow = await CimServer.StartAsync(ServerFixture.Options with { Canned = 20_000, Deadline = TimeSpan.FromSeconds(seconds) }, TestContext.Current.CancellationToken);
        using var connection = await Connection.OpenAsync(slow.EndPoint.Port);
        var all = Requests.Intrinsic("EnumerateInstances", Requests.ClassName());
        await connection.SendAsync(Request("POST", Ours.Replace("EnumerateInstanceNames", "EnumerateInstances", StringComparison.Ordinal) + "\nConnection: close" + (trailers ? "\nTE: trailers" : ""), all));
        await Task.Delay(TimeSpan.FromSeconds(seconds + 2), TestContext.Current.CancellationToken);
        return await connection.RestAsync();
    }

    private async Task<Answer> ExchangeAsync(string method, string headers, string body)
    {
        using var connection = await ConnectAsync();
        await connection.SendAsync(Request(method, headers, body));
        return await connection.ReadAsync(hasBody: method != "HEAD");
    }

    private static string Request(string method, string headers, string body) =>
        $"{method} /cimom HTTP/1.1\r\nHost: host.example\r\n{(headers.Contains("Content-Type", StringComparison.Ordinal) ? "" : "Content-Type: application/xml; charset=\"utf-8\"\r\n")}"
        + $"{headers.ReplaceLineEndings("\r\n")}{(headers.Length > 0 ? "\r\n" : "")}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";

    private Task<Connection> ConnectAsync(int? port = null) => Connection.OpenAsync(port ?? server.Url.Port);

    private sealed record Answer(int Status, IReadOnlyDictionary<string, string> Headers, string Body);

    private sealed class Connection(TcpClient client) : IDisposable
    {
        private readonly NetworkStream _stream = client.GetStream();
        private readonly List<byte> _read = [];

        public static async Task<Connection> OpenAsync(int port)
        {
            var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
            return new(client);
        }

        public async Task SendAsync(string text) => await _stream.WriteAsync(Encoding.UTF8.GetBytes(text), TestContext.Current.CancellationToken);

        public async Task<Answer> ReadAsync(bool hasBody = true)
        {
            int end;
            while ((end = Text().IndexOf("\r\n\r\n", StringComparison.Ordinal)) < 0)
                Assert.True(await MoreAsync(), $"the connection ended: {Text()}");
            var lines = Text()[..end].Split("\r\n");
            _read.RemoveRange(0, end + 4);
            var headers = lines.Skip(1).Select(l => l.Split(':', 2)).ToDictionary(h => h[0], h => h[1].Trim(), StringComparer.OrdinalIgnoreCase);
            var length = hasBody && headers.TryGetValue("Content-Length", out var told) ? int.Parse(told, CultureInfo.InvariantCulture) : 0;
            if (headers.GetValueOrDefault("Transfer-Encoding") == "chunked")
                return new(int.Parse(StatusLine().Match(lines[0]).Groups[1].Value, CultureInfo.InvariantCulture), headers, await ChunksAsync());
            while (_read.Count < length)
                Assert.True(await MoreAsync(), "the connection ended within a body");
            var body = Encoding.UTF8.GetString(_read.GetRange(0, length).ToArray());
            _read.RemoveRange(0, length);
            return new(int.Parse(StatusLine().Match(lines[0]).Groups[1].Value, CultureInfo.InvariantCulture), headers, body);
        }

        /// <summary>Everything up to the end of the connection.</summary>
        public async Task<string> RestAsync()
        {
            try
            {
                while (await MoreAsync().WaitAsync(Patience.Longest, TestContext.Current.CancellationToken))
                {
                }
            }
            catch (IOException)
            {
                // Reset.
            }
            return Text();
        }

        public void Dispose() => client.Dispose();

        // What is between the sizes, up to the empty chunk.
        private async Task<string> ChunksAsync()
        {
            var body = new List<byte>();
            while (true)
            {
                int line;
                while ((line = _read.FindIndex(b => b == '\n')) < 0)
                    Assert.True(await MoreAsync(), "the connection ended between chunks");
                var size = int.Parse(Encoding.ASCII.GetString(_read.GetRange(0, line - 1).ToArray()), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                while (_read.Count < line + 1 + size + 2)
                    Assert.True(await MoreAsync(), "the connection ended within a chunk");
                body.AddRange(_read.GetRange(line + 1, size));
                _read.RemoveRange(0, line + 1 + size + 2);
                if (size == 0)
                    return Encoding.UTF8.GetString(body.ToArray());
            }
        }

        private string Text() => Encoding.Latin1.GetString([.. _read]);

        private async Task<bool> MoreAsync()
        {
            var buffer = new byte[64 * 1024];
            var count = await _stream.ReadAsync(buffer, TestContext.Current.CancellationToken);
            _read.AddRange(buffer.AsSpan(0, count));
            return count > 0;
        }
    }

    [GeneratedRegex(@"^HTTP/1\.1 (\d{3}) ")]
    private static partial Regex StatusLine();
}
