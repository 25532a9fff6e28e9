using System.Net;
using System.Text;
using System.Xml.Linq;

namespace Xen.Cim.EndToEnd.Tests.Running;

/// <summary>A server's answer to a request that was written by hand.</summary>
public sealed record CimXmlAnswer(HttpStatusCode Http, string? CimError, string? Detail, XDocument? Document)
{
    private XElement? Error => Document?.Descendants("ERROR").FirstOrDefault();

    /// <summary>The CIM status; 0 when it went well.</summary>
    public int Status => Error is { } error ? (int)error.Attribute("CODE")! : 0;

    public string Message => (string?)Error?.Attribute("DESCRIPTION") ?? Detail ?? "";

    public string? ReturnValue => Document?.Descendants("RETURNVALUE").FirstOrDefault()?.Value;

    public override string ToString() => $"HTTP {(int)Http} {CimError} {Detail}\n{Document}";
}

/// <summary>CIM-XML written by hand, for what wbemcli cannot be made to send.</summary>
/// <param name="address">The server's address and port.</param>
/// <param name="credentials">Empty, or user:password@.</param>
public sealed class CimXml(string address, string credentials = "") : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromMinutes(2) };

    /// <param name="body">The whole message.</param>
    /// <param name="method">For the header CIMMethod.</param>
    /// <param name="target">For the header CIMObject.</param>
    /// <param name="authorization">For the header of that name.</param>
    /// <param name="contentType">Without character set.</param>
    public CimXmlAnswer Post(string body, string method, string? target = null, string? authorization = null, string contentType = "application/xml")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://{address}/cimom");
        request.Content = new StringContent(body, Encoding.UTF8, contentType);
        request.Headers.Add("CIMOperation", "MethodCall");
        request.Headers.Add("CIMMethod", method);
        request.Headers.Add("CIMObject", Uri.EscapeDataString(target ?? Wbemcli.Namespace));
        if (authorization is null && credentials.Length > 0)
            authorization = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(credentials.TrimEnd('@'))));
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var response = _http.Send(request);
        using var stream = response.Content.ReadAsStream();
        var text = new StreamReader(stream).ReadToEnd();
        return new CimXmlAnswer(response.StatusCode, Header(response, "CIMError"), Header(response, "PGErrorDetail") is { } detail ? Uri.UnescapeDataString(detail) : null,
            text.Length > 0 ? XDocument.Parse(text) : null);
    }

    /// <summary>An intrinsic method.</summary>
    public CimXmlAnswer Call(string method, params IEnumerable<XElement> parameters) => Call(Wbemcli.Namespace, method, parameters);

    public CimXmlAnswer Call(string @namespace, string method, IEnumerable<XElement> parameters) =>
        Post(Message(new XElement("IMETHODCALL", new XAttribute("NAME", method), LocalNamespace(@namespace), parameters)), method, @namespace);

    /// <summary>A method of an instance.</summary>
    /// <param name="instance">The INSTANCENAME.</param>
    public CimXmlAnswer Invoke(XElement instance, string method, params IEnumerable<XElement> parameters) =>
        Post(Message(new XElement("METHODCALL", new XAttribute("NAME", method), new XElement("LOCALINSTANCEPATH", LocalNamespace(Wbemcli.Namespace), instance), parameters)),
            method, $"{Wbemcli.Namespace}:{(string)instance.Attribute("CLASSNAME")!}");

    // SFCB reads nothing without the declaration.
    public static string Message(XElement call) => """<?xml version="1.0" encoding="utf-8"?>""" + new XDocument(
        new XElement("CIM", new XAttribute("CIMVERSION", "2.0"), new XAttribute("DTDVERSION", "2.0"),
            new XElement("MESSAGE", new XAttribute("ID", "1"), new XAttribute("PROTOCOLVERSION", "1.0"),
                new XElement("SIMPLEREQ", call)))).ToString(SaveOptions.DisableFormatting);

    public static XElement LocalNamespace(string name) =>
        new("LOCALNAMESPACEPATH", name.Split('/').Select(part => new XElement("NAMESPACE", new XAttribute("NAME", part))));

    public static XElement ClassName(string name) => new("IPARAMVALUE", new XAttribute("NAME", "ClassName"), new XElement("CLASSNAME", new XAttribute("NAME", name)));

    public static XElement InstanceParameter(XElement instance) => new("IPARAMVALUE", new XAttribute("NAME", "InstanceName"), instance);

    /// <summary>An INSTANCENAME with keys of type string.</summary>
    public static XElement Instance(string @class, params IEnumerable<(string Name, string Value)> keys) =>
        new("INSTANCENAME", new XAttribute("CLASSNAME", @class), keys.Select(key => new XElement("KEYBINDING", new XAttribute("NAME", key.Name),
            new XElement("KEYVALUE", new XAttribute("VALUETYPE", "string"), key.Value))));

    /// <summary>The INSTANCENAME of a path with keys of type string.</summary>
    internal static XElement Instance(PrintedPath.Parts path) => Instance(path.ClassName, path.Keys);

    public static XElement Guest(string name) => Instance("Xen_ComputerSystem", ("CreationClassName", "Xen_ComputerSystem"), ("Name", name));

    /// <summary>A reference, as clients other than wbemcli write it.</summary>
    public static XElement Reference(string parameter, XElement instance, string? host = null) => new("PARAMVALUE", new XAttribute("NAME", parameter),
        new XAttribute("PARAMTYPE", "reference"), new XElement("VALUE.REFERENCE", host is null
            ? new XElement("LOCALINSTANCEPATH", LocalNamespace(Wbemcli.Namespace), instance)
            : new XElement("INSTANCEPATH", new XElement("NAMESPACEPATH", new XElement("HOST", host), LocalNamespace(Wbemcli.Namespace)), instance)));

    public static XElement Value(string parameter, string type, string value) =>
        new("PARAMVALUE", new XAttribute("NAME", parameter), new XAttribute("PARAMTYPE", type), new XElement("VALUE", value));

    public static XElement Values(string parameter, IEnumerable<string> values) =>
        new("PARAMVALUE", new XAttribute("NAME", parameter), new XAttribute("PARAMTYPE", "string"),
            new XElement("VALUE.ARRAY", values.Select(value => new XElement("VALUE", value))));

    /// <summary>AssociatorNames: the same as <c>wbemcli ain</c>, over a connection that is kept.</summary>
    /// <returns>See <see cref="PrintedPath.Parts.ToString"/>.</returns>
    internal IReadOnlySet<string> AssociatorNames(PrintedPath.Parts of, string? association, string? resultClass, string? role, string? resultRole)
    {
        XElement?[] parameters =
        [
            new("IPARAMVALUE", new XAttribute("NAME", "ObjectName"), Instance(of)),
            Filter("AssocClass", association, isClass: true), Filter("ResultClass", resultClass, isClass: true), Filter("Role", role), Filter("ResultRole", resultRole),
        ];
        var answer = Call(of.Namespace, "AssociatorNames", parameters.OfType<XElement>());
        Assert.True(answer.Status == 0 && answer.Http == HttpStatusCode.OK, answer.ToString());
        return answer.Document!.Descendants("INSTANCEPATH").Select(path => PrintedPath.Parts.Of(path).ToString()).ToHashSet();

        static XElement? Filter(string name, string? value, bool isClass = false) => value is null ? null
            : new("IPARAMVALUE", new XAttribute("NAME", name), isClass ? new XElement("CLASSNAME", new XAttribute("NAME", value)) : new XElement("VALUE", value));
    }

    public void Dispose() => _http.Dispose();

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;
}
