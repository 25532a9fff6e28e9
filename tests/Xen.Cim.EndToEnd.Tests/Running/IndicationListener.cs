using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Xml.Linq;

namespace Xen.Cim.EndToEnd.Tests.Running;

/// <summary>An indication, and when it came.</summary>
public sealed record HeardIndication(XElement Instance, DateTime At)
{
    public string ClassName => (string)Instance.Attribute("CLASSNAME")!;

    public string? this[string property] => Property(Instance, property);

    /// <summary>What the server counted it as; null from one that does not count.</summary>
    public long? Number => this["SequenceNumber"] is { Length: > 0 } number ? long.Parse(number, CultureInfo.InvariantCulture) : null;

    /// <summary>A property of the instance that is embedded in another one, such as SourceInstance.</summary>
    public string? Of(string embedded, string property) => this[embedded] is { } text ? Property(XElement.Parse(text), property) : null;

    private static string? Property(XElement instance, string name) =>
        instance.Elements("PROPERTY").FirstOrDefault(p => (string?)p.Attribute("NAME") == name)?.Value.Trim();
}

/// <summary>A CIM-XML listener on a free port of the loopback address.</summary>
public sealed class IndicationListener : IDisposable
{
    private readonly HttpListener _http = new();
    private readonly BlockingCollection<HeardIndication> _heard = [];

    public IndicationListener()
    {
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Url = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/";
        }
        _http.Prefixes.Add(Url);
        _http.Start();
        _ = Task.Run(ListenAsync);
    }

    public string Url { get; }

    /// <summary>The next indication of a class.</summary>
    public HeardIndication Next(string className, double seconds = 20)
    {
        var seen = new List<string>();
        for (var until = DateTime.UtcNow.AddSeconds(seconds); DateTime.UtcNow < until;)
        {
            if (!_heard.TryTake(out var one, 100))
                continue;
            if (one.ClassName == className)
                return one;
            seen.Add(one.ClassName);
        }
        Assert.Fail($"no {className} came, but {string.Join(", ", seen)}");
        throw new InvalidOperationException();
    }

    public void Dispose() => _http.Close();

    private async Task ListenAsync()
    {
        while (_http.IsListening)
        {
            try
            {
                var context = await _http.GetContextAsync();
                using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
                var message = XElement.Parse(await reader.ReadToEndAsync());
                _heard.Add(new(message.Descendants("INSTANCE").First(), DateTime.UtcNow));
                // A server takes an answer to another message, or without this header, for none.
                var answer = AnswerTo((string?)message.Element("MESSAGE")?.Attribute("ID"));
                context.Response.AddHeader("CIMExport", "MethodResponse");
                context.Response.ContentType = "application/xml; charset=\"utf-8\"";
                context.Response.Close(Encoding.UTF8.GetBytes(answer), willBlock: false);
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private static string AnswerTo(string? id) => $"""
        <?xml version="1.0" encoding="utf-8"?><CIM CIMVERSION="2.0" DTDVERSION="2.0"><MESSAGE ID="{id}" PROTOCOLVERSION="1.0">
        <SIMPLEEXPRSP><EXPMETHODRESPONSE NAME="ExportIndication"><IRETURNVALUE/></EXPMETHODRESPONSE></SIMPLEEXPRSP></MESSAGE></CIM>
        """;
}
