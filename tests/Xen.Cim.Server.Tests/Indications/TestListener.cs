using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Xml.Linq;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Xen.Cim.Server.Tests.Indications;

/// <summary>An indication as a listener got it.</summary>
internal sealed record Received(XElement Message, IReadOnlyDictionary<string, string> Headers)
{
    public XElement Instance => Message.Descendants("INSTANCE").First();

    public string ClassName => (string)Instance.Attribute("CLASSNAME")!;

    public string? this[string property] => Instance.Elements("PROPERTY").FirstOrDefault(p => (string?)p.Attribute("NAME") == property)?.Value.Trim();

    public long Number => long.Parse(this["SequenceNumber"]!, System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>A CIM-XML listener on a free port of the loopback address.</summary>
internal sealed class TestListener : IAsyncDisposable
{
    private const string Accepted = """
        <?xml version="1.0" encoding="utf-8"?><CIM CIMVERSION="2.0" DTDVERSION="2.0"><MESSAGE ID="1" PROTOCOLVERSION="1.0">
        <SIMPLEEXPRSP><EXPMETHODRESPONSE NAME="ExportIndication"><IRETURNVALUE/></EXPMETHODRESPONSE></SIMPLEEXPRSP></MESSAGE></CIM>
        """;

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Received> _received = new();
    private readonly SemaphoreSlim _news = new(0);

    private TestListener(int port, X509Certificate2? certificate)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, port, listen =>
        {
            if (certificate is not null)
                listen.UseHttps(certificate);
        }));
        _app = builder.Build();
        _app.Run(HandleAsync);
    }

    public Uri Url { get; private set; } = new("http://127.0.0.1/");

    public IReadOnlyCollection<Received> All => _received;

    /// <summary>What happens before the answer; a status other than 200 refuses the indication.</summary>
    public Func<Task<int>> Answering { get; set; } = () => Task.FromResult(200);

    public static async Task<TestListener> StartAsync(int port = 0, X509Certificate2? certificate = null)
    {
        var listener = new TestListener(port, certificate);
        await listener._app.StartAsync(TestContext.Current.CancellationToken);
        listener.Url = new UriBuilder(listener._app.Urls.First()) { Path = "/listener" }.Uri;
        return listener;
    }

    /// <summary>The next <paramref name="count"/> indications in the order in which they came.</summary>
    public async Task<IReadOnlyList<Received>> NextAsync(int count = 1)
    {
        for (var i = 0; i < count; i++)
            Assert.True(await _news.WaitAsync(Patience.Longest, TestContext.Current.CancellationToken), $"{i} of {count} indications came");
        var next = new List<Received>();
        while (next.Count < count && _received.TryDequeue(out var one))
            next.Add(one);
        return next;
    }

    public ValueTask DisposeAsync()
    {
        _news.Dispose();
        return _app.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var text = await reader.ReadToEndAsync();
        context.Response.StatusCode = await Answering();
        if (context.Response.StatusCode == 200)
        {
            _received.Enqueue(new(XElement.Parse(text), context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
            _news.Release();
        }
        context.Response.ContentType = "application/xml; charset=\"utf-8\"";
        await context.Response.WriteAsync(Accepted);
    }
}
