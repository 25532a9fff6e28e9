using System.Net.Http.Headers;
using System.Text;

namespace Xen.Cim.Benchmarks;

/// <summary>CIM-XML requests over one connection that is kept; answers are read to their ends, not looked into.</summary>
internal sealed class CimXmlClient(int port) : IDisposable
{
    private static readonly MediaTypeHeaderValue s_xml = new("application/xml", "utf-8");

    internal sealed record Request(string Method, string Body);

    private readonly HttpClient _http = new() { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromMinutes(2) };

    public static Request Enumerate(string className, bool names) =>
        Call(names ? "EnumerateInstanceNames" : "EnumerateInstances", $"<IPARAMVALUE NAME=\"ClassName\"><CLASSNAME NAME=\"{className}\"/></IPARAMVALUE>");

    public static Request OfGuest(string operation, string parameter, Guid uuid) => Call(operation,
        $"<IPARAMVALUE NAME=\"{parameter}\"><INSTANCENAME CLASSNAME=\"Xen_ComputerSystem\">"
        + "<KEYBINDING NAME=\"CreationClassName\"><KEYVALUE VALUETYPE=\"string\">Xen_ComputerSystem</KEYVALUE></KEYBINDING>"
        + $"<KEYBINDING NAME=\"Name\"><KEYVALUE VALUETYPE=\"string\">{uuid:D}</KEYVALUE></KEYBINDING></INSTANCENAME></IPARAMVALUE>");

    /// <returns>Bytes of the answer.</returns>
    public long Send(Request request)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "/cimom") { Content = new StringContent(request.Body, Encoding.UTF8) };
        message.Content.Headers.ContentType = s_xml;
        message.Headers.Add("CIMOperation", "MethodCall");
        message.Headers.Add("CIMMethod", request.Method);
        message.Headers.Add("CIMObject", "root/virt");
        using var response = _http.Send(message, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        using var body = response.Content.ReadAsStream();
        var buffer = new byte[65536];
        var total = 0L;
        var begin = "";
        for (int read; (read = body.Read(buffer)) > 0; total += read)
        {
            if (begin.Length < 2048)
                begin += Encoding.UTF8.GetString(buffer, 0, read);
        }
        return begin.Contains("<ERROR ", StringComparison.Ordinal) ? throw new InvalidOperationException(begin) : total;
    }

    public void Dispose() => _http.Dispose();

    public static Request Call(string operation, string parameters) => new(operation,
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><CIM CIMVERSION=\"2.0\" DTDVERSION=\"2.0\"><MESSAGE ID=\"1\" PROTOCOLVERSION=\"1.0\"><SIMPLEREQ>"
        + $"<IMETHODCALL NAME=\"{operation}\"><LOCALNAMESPACEPATH><NAMESPACE NAME=\"root\"/><NAMESPACE NAME=\"virt\"/></LOCALNAMESPACEPATH>"
        + $"{parameters}</IMETHODCALL></SIMPLEREQ></MESSAGE></CIM>");
}
