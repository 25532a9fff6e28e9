using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Xml.Linq;

namespace Xen.Cim.Server.Tests.Http;

/// <summary>What DSP0200 says about HTTP.</summary>
public class ProtocolTests(ServerFixture server)
{
    private static readonly string s_names = Requests.Intrinsic("EnumerateInstanceNames", Requests.ClassName());

    [Fact]
    public async Task AnAnswerCarriesItsHeaders()
    {
        using var response = await server.SendAsync(s_names, "EnumerateInstanceNames");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("MethodResponse", response.Headers.GetValues("CIMOperation").Single());
        Assert.Equal("application/xml", response.Content.Headers.ContentType!.MediaType);
        Assert.False(response.Headers.Contains("Server"));
    }

    [Theory]
    [InlineData("CIMOperation", null, 400, "unsupported-operation")]
    [InlineData("CIMOperation", "Something", 400, "unsupported-operation")]
    [InlineData("CIMMethod", "GetClass", 400, "header-mismatch")]
    [InlineData("CIMMethod", null, 400, "header-mismatch")]
    [InlineData("CIMObject", "root%2Fcimv2", 400, "header-mismatch")]
    [InlineData("CIMObject", null, 400, "header-mismatch")]
    [InlineData("CIMProtocolVersion", "2.0", 501, "unsupported-protocol-version")]
    [InlineData("CIMBatch", "", 400, "header-mismatch")]
    public async Task AWrongHeaderIsRefused(string header, string? value, int status, string cimError)
    {
        using var response = await server.SendAsync(s_names, "EnumerateInstanceNames", change: r =>
        {
            r.Headers.Remove(header);
            if (value is not null)
                r.Headers.TryAddWithoutValidation(header, value);
        });

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(cimError, response.Headers.GetValues("CIMError").Single());
        Assert.NotEmpty(response.Headers.GetValues("PGErrorDetail").Single());
    }

    [Fact]
    public async Task AMalformedMessageIsRefusedOverHttp()
    {
        using var response = await server.SendAsync("<CIM", "EnumerateInstanceNames");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("request-not-well-formed", response.Headers.GetValues("CIMError").Single());
    }

    [Fact]
    public async Task MPostTakesItsPrefixedHeaders()
    {
        using var response = await server.SendAsync(s_names, "EnumerateInstanceNames", change: r =>
        {
            r.Method = new HttpMethod("M-POST");
            r.Headers.TryAddWithoutValidation("Man", "\"http://www.dmtf.org/cim/mapping/http/v1.0\"; ns=40");
            foreach (var name in (string[])["CIMOperation", "CIMMethod", "CIMObject", "CIMProtocolVersion"])
            {
                r.Headers.TryAddWithoutValidation("40-" + name, r.Headers.GetValues(name));
                r.Headers.Remove(name);
            }
        });

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("MethodResponse", response.Headers.GetValues("40-CIMOperation").Single());
        Assert.True(response.Headers.Contains("Ext"));
    }

    [Fact]
    public async Task SeveralOperationsAreAnsweredInTheirOrder()
    {
        var message = Requests.Batch([s_names, Requests.Intrinsic("GetClass", Requests.ClassName("No_Such")), Requests.Method("Count", Requests.ClassTarget("Test_Canned"))]);
        using var response = await server.SendAsync(message, "", change: r => Batch(r));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(response.Headers.Contains("CIMBatch"));
        var answers = XElement.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Element("MESSAGE")!.Element("MULTIRSP")!.Elements("SIMPLERSP").ToList();
        Assert.Equal(["EnumerateInstanceNames", "GetClass", "Count"], answers.Select(a => a.Elements().Single().Attribute("NAME")!.Value));
        Assert.NotEmpty(answers[0].Descendants("INSTANCENAME"));
        Assert.Equal("6", answers[1].Descendants("ERROR").Single().Attribute("CODE")!.Value);
        Assert.Equal("RETURNVALUE", answers[2].Element("METHODRESPONSE")!.Elements().Single().Name.LocalName);
    }

    [Fact]
    public async Task OneOperationIsNoBatchAndABatchIsNotOne()
    {
        using var one = await server.SendAsync(s_names, "", change: r => Batch(r));
        using var several = await server.SendAsync(Requests.Batch([s_names, s_names]), "EnumerateInstanceNames");

        foreach (var response in (HttpResponseMessage[])[one, several])
        {
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
            Assert.Equal("header-mismatch", response.Headers.GetValues("CIMError").Single());
        }
    }

    private static void Batch(HttpRequestMessage request)
    {
        request.Headers.Remove("CIMMethod");
        request.Headers.Remove("CIMObject");
        request.Headers.TryAddWithoutValidation("CIMBatch", "");
    }

    [Fact]
    public async Task AnExtensionThatMayBeLeftAsideIsTaken()
    {
        using var response = await server.SendAsync(s_names, "EnumerateInstanceNames", change: r =>
        {
            r.Headers.TryAddWithoutValidation("Opt", "\"http://www.dmtf.org/cim/mapping/http/v1.0\" ; ns=73");
            foreach (var name in (string[])["CIMOperation", "CIMMethod", "CIMObject"])
            {
                r.Headers.TryAddWithoutValidation("73-" + name, r.Headers.GetValues(name));
                r.Headers.Remove(name);
            }
        });

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("MethodResponse", response.Headers.GetValues("73-CIMOperation").Single());
    }

    [Fact]
    public async Task RequestsAndAnswersMayBeCompressed()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(Encoding.UTF8.GetBytes(s_names));
        using var response = await server.SendAsync(s_names, "EnumerateInstanceNames", change: r =>
        {
            r.Content = new ByteArrayContent(packed.ToArray());
            r.Content.Headers.ContentType = MediaTypeHeaderValue.Parse("application/xml");
            r.Content.Headers.ContentEncoding.Add("gzip");
            r.Headers.AcceptEncoding.Add(new("gzip"));
        });

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("gzip", response.Content.Headers.ContentEncoding.Single());
        using var unpacked = new GZipStream(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken), CompressionMode.Decompress);
        Assert.NotEmpty((await XElement.LoadAsync(unpacked, LoadOptions.None, TestContext.Current.CancellationToken)).Descendants("INSTANCENAME"));
    }

    [Theory]
    [InlineData("gzip", 400, "request-not-well-formed")]
    [InlineData("deflate", 400, "request-not-well-formed")]
    [InlineData("rot13", 415, null)]
    [InlineData("gzip, gzip", 415, null)]
    [InlineData("identity", 200, null)]
    public async Task ABodyHasToBePackedAsItSays(string coding, int status, string? cimError)
    {
        using var response = await server.SendAsync(s_names, "EnumerateInstanceNames", change: r => r.Content!.Headers.TryAddWithoutValidation("Content-Encoding", coding));

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(cimError, response.Headers.TryGetValues("CIMError", out var values) ? values.Single() : null);
        Assert.Equal(status == 415, response.Headers.TryGetValues("Accept-Encoding", out _));
    }

    [Fact]
    public async Task AReasonIsToldWhole()
    {
        using var response = await server.SendAsync("<!DOCTYPE CIM SYSTEM \"file:///etc/passwd\">" + s_names, "EnumerateInstanceNames");

        var reason = Uri.UnescapeDataString(response.Headers.GetValues("PGErrorDetail").Single());
        Assert.Contains("DTD", reason, StringComparison.Ordinal);
        Assert.EndsWith(".", reason, StringComparison.Ordinal);
        Assert.DoesNotContain("...", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ASmallRequestThatUnpacksToALargeOneIsRefused()
    {
        await using var small = await CimServer.StartAsync(ServerFixture.Options with { MaxRequestSize = 64 * 1024 }, TestContext.Current.CancellationToken);
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            gzip.Write(Encoding.UTF8.GetBytes(s_names + new string(' ', 10_000_000)));
        Assert.True(packed.Length < 64 * 1024);
        using var response = await server.SendAsync(s_names, "EnumerateInstanceNames", change: r =>
        {
            r.RequestUri = new Uri($"http://{small.EndPoint}/cimom");
            r.Content = new ByteArrayContent(packed.ToArray());
            r.Content.Headers.ContentType = MediaTypeHeaderValue.Parse("application/xml");
            r.Content.Headers.ContentEncoding.Add("gzip");
        });

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task IPv6Serves()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "this machine has no IPv6");
        await using var six = await CimServer.StartAsync(ServerFixture.Options with { Listen = new(IPAddress.IPv6Loopback, 0) }, TestContext.Current.CancellationToken);

        using var response = await server.SendAsync(Requests.Intrinsic("AssociatorNames", Requests.InstanceName("Test:00000", "ObjectName")), "AssociatorNames",
            change: r => r.RequestUri = new Uri($"http://{six.EndPoint}/cimom"));
        var host = XElement.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Descendants("HOST").First().Value;

        Assert.Equal($"[::1]:{six.EndPoint.Port}", host);
    }

    [Theory]
    [InlineData("GET", "/cimom", 405)]
    [InlineData("POST", "/other", 404)]
    [InlineData("OPTIONS", "/cimom", 200)]
    public async Task OtherMethodsAndPathsAreAnswered(string method, string path, int status)
    {
        using var response = await server.SendAsync(s_names, "EnumerateInstanceNames", change: r =>
        {
            r.Method = new HttpMethod(method);
            r.RequestUri = new Uri(server.Url, path);
            if (method == "GET")
                r.Content = null;
        });

        Assert.Equal(status, (int)response.StatusCode);
        if (status != 404)
            Assert.Contains("M-POST", response.Content.Headers.Allow);
    }

    [Fact]
    public async Task AnotherContentTypeIsRefused()
    {
        using var response = await server.SendAsync(s_names, "EnumerateInstanceNames",
            change: r => r.Content!.Headers.ContentType = new MediaTypeHeaderValue("text/plain"));

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Fact]
    public async Task TheRootPathAndAnyCaseOfHeadersServe()
    {
        using var response = await server.SendAsync(s_names, "enumerateinstancenames", "ROOT%2FVIRT", r => r.RequestUri = new Uri(server.Url, "/"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("gi:ven")]
    public async Task PasswordsAreChecked(string? given)
    {
        await using var guarded = await CimServer.StartAsync(ServerFixture.Options with { Connect = "xen:///system", Password = given }, TestContext.Current.CancellationToken);
        var gate = guarded.Gate!;
        Assert.True(given is null ? gate.Password.Length == 32 : gate.Password == given);
        async Task<HttpResponseMessage> TryAsync(string? credentials) => await server.SendAsync(s_names, "EnumerateInstanceNames", change: r =>
        {
            r.RequestUri = new Uri($"http://{guarded.EndPoint}/cimom");
            if (credentials is not null)
                r.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
        });

        using var none = await TryAsync(null);
        using var wrong = await TryAsync($"{gate.User}:{gate.Password}x");
        using var right = await TryAsync($"{gate.User}:{gate.Password}");

        Assert.Equal(HttpStatusCode.Unauthorized, none.StatusCode);
        Assert.Equal("Basic", none.Headers.WwwAuthenticate.Single().Scheme);
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        Assert.Equal(HttpStatusCode.OK, right.StatusCode);
    }

    [Fact]
    public async Task ARequestThatIsTooLargeIsRefused()
    {
        await using var small = await CimServer.StartAsync(ServerFixture.Options with { MaxRequestSize = 1024 }, TestContext.Current.CancellationToken);

        using var response = await server.SendAsync(s_names + new string(' ', 2000), "EnumerateInstanceNames",
            change: r => r.RequestUri = new Uri($"http://{small.EndPoint}/cimom"));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task AConnectionServesManyRequests()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Url.Port, TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.ASCII);
        var request = Encoding.ASCII.GetBytes($"POST /cimom HTTP/1.1\r\nHost: {server.Authority}\r\nContent-Type: application/xml\r\nCIMOperation: MethodCall\r\n"
            + $"CIMMethod: EnumerateInstanceNames\r\nCIMObject: root%2Fvirt\r\nContent-Length: {s_names.Length}\r\n\r\n{s_names}");

        for (var i = 0; i < 3; i++)
        {
            await stream.WriteAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal("HTTP/1.1 200 OK", await reader.ReadLineAsync(TestContext.Current.CancellationToken));
            var length = 0;
            while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { Length: > 0 } header)
            {
                if (header.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase))
                    length = int.Parse(header[16..], System.Globalization.CultureInfo.InvariantCulture);
            }
            var body = new char[length];
            Assert.Equal(length, await reader.ReadBlockAsync(body, TestContext.Current.CancellationToken));
            Assert.NotEmpty(XElement.Parse(new string(body)).Descendants("INSTANCENAME"));
        }
    }

    [Fact]
    public async Task ALargeAnswerIsStreamedWhole()
    {
        await using var large = await CimServer.StartAsync(ServerFixture.Options with { Canned = 3000 }, TestContext.Current.CancellationToken);

        using var response = await server.SendAsync(Requests.Intrinsic("EnumerateInstances", Requests.ClassName()), "EnumerateInstances",
            change: r => r.RequestUri = new Uri($"http://{large.EndPoint}/cimom"));
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.True(response.Headers.TransferEncodingChunked);
        Assert.Equal(3000, XElement.Parse(text).Descendants("VALUE.NAMEDINSTANCE").Count());
    }
}
