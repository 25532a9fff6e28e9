using System.Text;
using Xen.Cim.Server.CimXml;

namespace Xen.Cim.Server.Tests;

/// <summary>Request messages as clients write them.</summary>
internal static class Requests
{
    public static string Intrinsic(string name, string parameters = "", string @namespace = "root/virt", string id = "1001") =>
        Envelope($"<IMETHODCALL NAME=\"{name}\">{NamespacePath(@namespace)}{parameters}</IMETHODCALL>", id);

    public static string Method(string name, string target, string parameters = "") =>
        Envelope($"<METHODCALL NAME=\"{name}\">{target}{parameters}</METHODCALL>");

    public static string Parameter(string name, string value) => $"<IPARAMVALUE NAME=\"{name}\">{value}</IPARAMVALUE>";

    public static string ClassName(string name = "Test_Canned", string parameter = "ClassName") =>
        Parameter(parameter, $"<CLASSNAME NAME=\"{name}\"/>");

    public static string InstanceName(string id, string parameter = "InstanceName", string className = "Test_Canned") => Parameter(parameter, Name(id, className));

    public static string Name(string id, string className = "Test_Canned") =>
        $"<INSTANCENAME CLASSNAME=\"{className}\"><KEYBINDING NAME=\"InstanceID\"><KEYVALUE VALUETYPE=\"string\">{id}</KEYVALUE></KEYBINDING></INSTANCENAME>";

    public static string Target(string id) => $"<LOCALINSTANCEPATH>{NamespacePath("root/virt")}{Name(id)}</LOCALINSTANCEPATH>";

    public static string ClassTarget(string name) =>
        $"<LOCALCLASSPATH>{NamespacePath("root/virt")}<CLASSNAME NAME=\"{name}\"/></LOCALCLASSPATH>";

    public static string Flag(string name, bool value) => Parameter(name, $"<VALUE>{(value ? "TRUE" : "FALSE")}</VALUE>");

    public static string PropertyList(params string[] names) =>
        Parameter("PropertyList", $"<VALUE.ARRAY>{string.Concat(names.Select(n => $"<VALUE>{n}</VALUE>"))}</VALUE.ARRAY>");

    public static string Envelope(string call, string id = "1001") =>
        $"""
        <?xml version="1.0" encoding="utf-8"?>
        <CIM CIMVERSION="2.0" DTDVERSION="2.0"><MESSAGE ID="{id}" PROTOCOLVERSION="1.0"><SIMPLEREQ>{call}</SIMPLEREQ></MESSAGE></CIM>
        """;

    /// <summary>The operations of several messages in one.</summary>
    public static string Batch(IEnumerable<string> messages) => Envelope("").Replace("<SIMPLEREQ></SIMPLEREQ>",
        $"<MULTIREQ>{string.Concat(messages.Select(m => m[m.IndexOf("<SIMPLEREQ>", StringComparison.Ordinal)..m.IndexOf("</MESSAGE>", StringComparison.Ordinal)]))}</MULTIREQ>", StringComparison.Ordinal);

    public static CimXmlMessage Read(string message)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(message));
        return CimXmlReader.ReadRequest(stream);
    }

    private static string NamespacePath(string @namespace) =>
        $"<LOCALNAMESPACEPATH>{string.Concat(@namespace.Split('/').Select(n => $"<NAMESPACE NAME=\"{n}\"/>"))}</LOCALNAMESPACEPATH>";
}
