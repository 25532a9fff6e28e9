using Xen.Cim.Server.CimXml;

namespace Xen.Cim.Server.Http;

/// <summary>The CIM extension headers of a request (DSP0200 7.3), with their prefix when it is an M-POST.</summary>
/// <param name="IsBatch">CIMBatch: the message is a MULTIREQ, and neither method nor object are in the headers.</param>
/// <param name="Prefix">"40-" of <c>Man: …; ns=40</c>, or empty.</param>
public sealed record CimHeaders(string Prefix, string Operation, string Method, string Object, bool IsBatch = false)
{
    /// <summary>The name of the extension, as Man, Opt and Ext headers carry it.</summary>
    public const string Extension = "http://www.dmtf.org/cim/mapping/http/v1.0";

    /// <exception cref="CimXmlException">A header is missing, unknown or of a version that this server does not speak.</exception>
    public static CimHeaders Read(string httpMethod, IHeaderDictionary headers)
    {
        // An extension that the server may leave aside (Opt) prefixes its headers too (RFC 2774).
        var man = headers["Man"].ToString();
        var prefix = PrefixOf(man) ?? (httpMethod != "M-POST" ? PrefixOf(headers["Opt"].ToString()) ?? ""
            : man.Length == 0 ? throw new CimXmlException(400, "header-mismatch", $"An M-POST needs the header Man: \"{Extension}\"; ns=NN.")
            : throw new CimXmlException(510, null, $"Man is {CimXmlText.Shorten(man)}; the extension that this server knows is \"{Extension}\"; ns=NN."));
        string? Get(string name) => headers.TryGetValue(prefix + name, out var value) ? value.ToString().Trim() : null;

        var operation = Get("CIMOperation");
        if (Get("CIMExport") is not null)
            throw new CimXmlException(501, "unsupported-operation", "This server takes no indications.");
        if (!"MethodCall".Equals(operation, StringComparison.OrdinalIgnoreCase))
            throw new CimXmlException(400, "unsupported-operation", operation is null ? "The header CIMOperation is missing; it has to be MethodCall."
                : $"CIMOperation is \"{CimXmlText.Shorten(operation)}\"; it has to be MethodCall.");
        if (Get("CIMProtocolVersion") is { } version && !version.StartsWith("1.", StringComparison.Ordinal))
            throw new CimXmlException(501, "unsupported-protocol-version", $"CIMProtocolVersion is \"{CimXmlText.Shorten(version)}\"; this server speaks 1.0.");
        if (Get("CIMBatch") is not null)
        {
            return Get("CIMMethod") is null && Get("CIMObject") is null ? new(prefix, operation!, "", "", IsBatch: true)
                : throw CimXmlException.HeaderMismatch("CIMBatch goes without CIMMethod and CIMObject: each operation of the message has its own.");
        }
        return new(prefix, operation!, Decode(Get("CIMMethod"), "CIMMethod"), Decode(Get("CIMObject"), "CIMObject"));
    }

    /// <summary>Compares the headers with the message that they came with.</summary>
    /// <exception cref="CimXmlException">header-mismatch.</exception>
    public void Check(CimXmlMessage message)
    {
        if (IsBatch != message.Batch.Count > 0)
            throw CimXmlException.HeaderMismatch(IsBatch ? "The header CIMBatch is there, but the message is no MULTIREQ." : "The message is a MULTIREQ, but the header CIMBatch is missing.");
        if (!IsBatch)
            Check(message.Call);
    }

    private void Check(CimXmlCall call)
    {
        if (!Method.Equals(call.Name, StringComparison.OrdinalIgnoreCase))
            throw CimXmlException.HeaderMismatch($"CIMMethod is \"{CimXmlText.Shorten(Method)}\", the message calls {call.Name}.");
        var text = Object.StartsWith("//", StringComparison.Ordinal) && Object.IndexOf('/', 2) is > 0 and var slash ? Object[(slash + 1)..] : Object;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var ns = (colon < 0 ? text : text[..colon]).Trim('/');
        if (!ns.Equals(call.Namespace.Trim('/'), StringComparison.OrdinalIgnoreCase))
            throw CimXmlException.HeaderMismatch($"CIMObject is \"{CimXmlText.Shorten(Object)}\", the message addresses {call.Namespace}.");
        if (call is not ExtrinsicCall extrinsic)
            return;
        var className = colon < 0 ? "" : text[(colon + 1)..];
        if (className.IndexOf('.', StringComparison.Ordinal) is >= 0 and var dot)
            className = className[..dot];
        if (!className.Equals(extrinsic.Target.ClassName, StringComparison.OrdinalIgnoreCase))
            throw CimXmlException.HeaderMismatch($"CIMObject is \"{CimXmlText.Shorten(Object)}\", the message addresses {extrinsic.Target.ClassName}.");
    }

    // Man: "http://…/v1.0" ; ns=40
    private static string? PrefixOf(string man)
    {
        var extension = man.IndexOf(Extension, StringComparison.OrdinalIgnoreCase);
        if (extension < 0)
            return null;
        // Other extensions may be declared around it.
        var end = man.IndexOf(',', extension) is > 0 and var comma ? comma : man.Length;
        var at = man.IndexOf("ns=", extension, end - extension, StringComparison.OrdinalIgnoreCase);
        var digits = at < 0 ? "" : new string(man.AsSpan(at + 3).Trim().ToString().TakeWhile(char.IsAsciiDigit).ToArray());
        return digits.Length > 0 ? digits + "-" : null;
    }

    private static string Decode(string? value, string name) => value is { Length: > 0 } ? Uri.UnescapeDataString(value)
        : throw CimXmlException.HeaderMismatch($"The header {name} is missing.");
}
