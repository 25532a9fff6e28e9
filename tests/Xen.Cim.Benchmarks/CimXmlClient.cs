using System.Net.Http.Headers;
using System.Security;
using System.Text;
using Xen.Cim.Model;

namespace Xen.Cim.Benchmarks;

/// <summary>CIM-XML requests over one connection that is kept; answers are read to their ends, not looked into.</summary>
internal sealed class CimXmlClient(int port) : IDisposable
{
    private const string Virt = "<LOCALNAMESPACEPATH><NAMESPACE NAME=\"root\"/><NAMESPACE NAME=\"virt\"/></LOCALNAMESPACEPATH>";

    private static readonly MediaTypeHeaderValue s_xml = new("application/xml", "utf-8");

    internal sealed record Request(string Method, string Body, string Object = "root/virt");

    private readonly HttpClient _http = new() { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromMinutes(2) };

    public static Request Enumerate(string className, bool names) =>
        Call(names ? "EnumerateInstanceNames" : "EnumerateInstances", $"<IPARAMVALUE NAME=\"ClassName\"><CLASSNAME NAME=\"{className}\"/></IPARAMVALUE>");

    public static Request OfGuest(string operation, string parameter, Guid uuid) => Call(operation,
        $"<IPARAMVALUE NAME=\"{parameter}\"><INSTANCENAME CLASSNAME=\"Xen_ComputerSystem\">"
        + "<KEYBINDING NAME=\"CreationClassName\"><KEYVALUE VALUETYPE=\"string\">Xen_ComputerSystem</KEYVALUE></KEYBINDING>"
        + $"<KEYBINDING NAME=\"Name\"><KEYVALUE VALUETYPE=\"string\">{uuid:D}</KEYVALUE></KEYBINDING></INSTANCENAME></IPARAMVALUE>");

    /// <param name="parameters">Names, types and values; that of a reference is an INSTANCENAME.</param>
    public static Request Invoke(CimObjectPath path, string method, params (string Name, string Type, string Value)[] parameters)
    {
        var keys = string.Concat(path.Keys.Select(k => $"<KEYBINDING NAME=\"{k.Name}\"><KEYVALUE VALUETYPE=\"string\">{k.Value}</KEYVALUE></KEYBINDING>"));
        var values = string.Concat(parameters.Select(p => $"<PARAMVALUE NAME=\"{p.Name}\" PARAMTYPE=\"{p.Type}\">"
            + (p.Type == "reference" ? $"<VALUE.REFERENCE>{p.Value}</VALUE.REFERENCE>" : $"<VALUE>{SecurityElement.Escape(p.Value)}</VALUE>") + "</PARAMVALUE>"));
        return new(method, Message($"<METHODCALL NAME=\"{method}\"><LOCALINSTANCEPATH>{Virt}<INSTANCENAME CLASSNAME=\"{path.ClassName}\">{keys}</INSTANCENAME></LOCALINSTANCEPATH>{values}</METHODCALL>"),
            $"root/virt:{path.ClassName}.{string.Join(',', path.Keys.Select(k => $"{k.Name}=\"{k.Value}\""))}");
    }

    /// <returns>Bytes of the answer.</returns>
    public long Send(Request request) => Send(request, out _);

    /// <param name="begin">How the answer begins.</param>
    public long Send(Request request, out string begin)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "/cimom") { Content = new StringContent(request.Body, Encoding.UTF8) };
        message.Content.Headers.ContentType = s_xml;
        message.Headers.Add("CIMOperation", "MethodCall");
        message.Headers.Add("CIMMethod", request.Method);
        message.Headers.TryAddWithoutValidation("CIMObject", request.Object);
        using var response = _http.Send(message, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        using var body = response.Content.ReadAsStream();
        var buffer = new byte[65536];
        var total = 0L;
        begin = "";
        for (int read; (read = body.Read(buffer)) > 0; total += read)
        {
            if (begin.Length < 2048)
                begin += Encoding.UTF8.GetString(buffer, 0, read);
        }
        return begin.Contains("<ERROR ", StringComparison.Ordinal) ? throw new InvalidOperationException(begin) : total;
    }

    public void Dispose() => _http.Dispose();

    public static Request Call(string operation, string parameters) => new(operation, Message($"<IMETHODCALL NAME=\"{operation}\">{Virt}{parameters}</IMETHODCALL>"));

    private static string Message(string call) =>
        $"<?xml version=\"1.0\" encoding=\"utf-8\"?><CIM CIMVERSION=\"2.0\" DTDVERSION=\"2.0\"><MESSAGE ID=\"1\" PROTOCOLVERSION=\"1.0\"><SIMPLEREQ>{call}</SIMPLEREQ></MESSAGE></CIM>";
}
