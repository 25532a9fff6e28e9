using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Xml.Linq;
using Microsoft.Extensions.Logging;
using Xen.Cim.Server.Tests.Http;

[assembly: AssemblyFixture(typeof(ServerFixture))]

namespace Xen.Cim.Server.Tests.Http;

/// <summary>A server with canned instances on a free port of the loopback address.</summary>
public sealed class ServerFixture : IAsyncLifetime
{
    public const int Canned = 5;

    private CimServer? _server;

    public HttpClient Client { get; } = new();

    public Uri Url { get; private set; } = new("http://127.0.0.1/");

    public string Authority => Url.Authority;

    public ValueTask InitializeAsync() => InitializeAsync(Options);

    internal async ValueTask InitializeAsync(ServerOptions options)
    {
        _server = await CimServer.StartAsync(options);
        Url = new($"http://{_server.EndPoint}/cimom");
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await StopAsync();
    }

    internal async Task StopAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _server = null;
    }

    internal static ServerOptions Options { get; } = new()
    {
        Listen = new(IPAddress.Loopback, 0),
        Connect = "test:///default",
        Canned = Canned,
        LogLevel = LogLevel.Critical,
    };

    /// <summary>Sends an operation; the answer has to be HTTP 200.</summary>
    public async Task<XElement> CallAsync(string message, string method, string cimObject = "root%2Fvirt")
    {
        using var response = await SendAsync(message, method, cimObject);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{response.StatusCode} {response.Headers}");
        return XElement.Parse(text, LoadOptions.PreserveWhitespace);
    }

    /// <summary>Sends an intrinsic operation.</summary>
    public Task<XElement> IntrinsicAsync(string name, string parameters = "", string @namespace = "root/virt") =>
        CallAsync(Requests.Intrinsic(name, parameters, @namespace), name, Uri.EscapeDataString(@namespace));

    public async Task<HttpResponseMessage> SendAsync(string message, string method, string cimObject = "root%2Fvirt", Action<HttpRequestMessage>? change = null)
    {
        using var request = Request(message, method, cimObject);
        change?.Invoke(request);
        return await Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public HttpRequestMessage Request(string message, string method, string cimObject)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Url) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(message)) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse("application/xml; charset=\"utf-8\"");
        request.Headers.TryAddWithoutValidation("User-Agent", "tests");
        request.Headers.TryAddWithoutValidation("CIMProtocolVersion", "1.0");
        request.Headers.TryAddWithoutValidation("CIMOperation", "MethodCall");
        request.Headers.TryAddWithoutValidation("CIMMethod", method);
        request.Headers.TryAddWithoutValidation("CIMObject", cimObject);
        return request;
    }

    public static (string Code, string Description) ErrorOf(XElement response)
    {
        var error = response.Descendants("ERROR").Single();
        Assert.Empty(response.Descendants("IRETURNVALUE"));
        return (error.Attribute("CODE")!.Value, error.Attribute("DESCRIPTION")!.Value);
    }
}
