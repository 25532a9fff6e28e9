using System.Globalization;
using System.Text;
using System.Xml;
using Xen.Cim.Model;

namespace Xen.Cim.Server.CimXml;

// Values and paths.
public sealed partial class CimXmlReader
{
    /// <summary>VALUE: its text, or the object that it embeds.</summary>
    private object? ReadValue(bool embedded)
    {
        var text = ReadText("VALUE", out var inline);
        if (inline is not null)
            return inline;
        return embedded && text.AsSpan().TrimStart().StartsWith("<") ? ReadEmbedded(text, _limits, _budget, _embedding + 1) : text;
    }

    private object? ReadNull()
    {
        if (EnterOrSkip("VALUE.NULL"))
            Leave("VALUE.NULL");
        return null;
    }

    private object?[] ReadValueArray(bool embedded)
    {
        var values = new List<object?>();
        if (EnterOrSkip("VALUE.ARRAY"))
        {
            while (_xml.NodeType == XmlNodeType.Element)
                values.Add(At("VALUE.NULL") ? ReadNull() : ReadValue(embedded));
            Leave("VALUE.ARRAY");
        }
        return values.ToArray();
    }

    private object?[] ReadReferenceArray()
    {
        var values = new List<object?>();
        if (EnterOrSkip("VALUE.REFARRAY"))
        {
            while (_xml.NodeType == XmlNodeType.Element)
                values.Add(At("VALUE.NULL") ? ReadNull() : ReadReference());
            Leave("VALUE.REFARRAY");
        }
        return values.ToArray();
    }

    /// <summary>VALUE.REFERENCE: an instance path, or an <see cref="XmlClassPath"/>; null when it is empty.</summary>
    private object? ReadReference()
    {
        if (!EnterOrSkip("VALUE.REFERENCE") || _xml.NodeType != XmlNodeType.Element)
        {
            if (_xml.NodeType == XmlNodeType.EndElement && _xml.LocalName == "VALUE.REFERENCE")
                Leave("VALUE.REFERENCE");
            return null;
        }
        object path = _xml.LocalName switch
        {
            "INSTANCENAME" => ReadInstanceName(),
            "INSTANCEPATH" or "LOCALINSTANCEPATH" => ReadInstancePath(),
            "CLASSNAME" or "CLASSPATH" or "LOCALCLASSPATH" => new XmlClassPath(ReadClassPath()),
            var other => throw CimXmlException.NotValid($"VALUE.REFERENCE holds {other}, which is no path{Where()}."),
        };
        Leave("VALUE.REFERENCE");
        return path;
    }

    /// <summary>
    /// The text of an element. Some clients put an embedded object's elements into a VALUE without escaping them: such an
    /// object comes back as <paramref name="inline"/>.
    /// </summary>
    private string ReadText(string name, out object? inline)
    {
        inline = null;
        if (!At(name))
            throw CimXmlException.NotValid($"{name} is expected{Where()}.");
        if (_xml.IsEmptyElement)
        {
            _xml.Read();
            MoveToElement();
            return "";
        }
        _xml.Read();
        string? first = null;
        StringBuilder? rest = null;
        List<object>? objects = null;
        while (_xml.NodeType != XmlNodeType.EndElement)
        {
            switch (_xml.NodeType)
            {
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace:
                    if (first is null)
                        first = _xml.Value;
                    else
                        (rest ??= new StringBuilder(first)).Append(_xml.Value);
                    _xml.Read();
                    break;
                case XmlNodeType.Element when name == "VALUE" && _xml.LocalName is "INSTANCE" or "CLASS":
                    _budget.Take();
                    (objects ??= []).Add(_xml.LocalName == "INSTANCE" ? ReadInstance(stayInText: true) : ReadClass(stayInText: true));
                    break;
                default:
                    throw CimXmlException.NotValid($"{name} holds {_xml.LocalName}; expected text{Where()}.");
            }
        }
        Leave(name);
        inline = objects switch
        {
            null => null,
            [var one] => one,
            _ => objects.ToArray(),
        };
        return rest?.ToString() ?? first ?? "";
    }

    private string ReadLocalNamespacePath()
    {
        Expect("LOCALNAMESPACEPATH");
        Enter("LOCALNAMESPACEPATH");
        var ns = new StringBuilder();
        while (At("NAMESPACE"))
        {
            if (ns.Length > 0)
                ns.Append('/');
            ns.Append(RequiredName("NAME").Trim('/'));
            if (EnterOrSkip("NAMESPACE"))
                Leave("NAMESPACE");
        }
        Leave("LOCALNAMESPACEPATH");
        return ns.Length > 0 ? ns.ToString() : throw CimXmlException.NotValid("LOCALNAMESPACEPATH names no namespace.");
    }

    private (string Host, string Namespace) ReadNamespacePath()
    {
        Expect("NAMESPACEPATH");
        Enter("NAMESPACEPATH");
        var host = ReadText("HOST", out _);
        var ns = ReadLocalNamespacePath();
        Leave("NAMESPACEPATH");
        return (host, ns);
    }

    /// <summary>CLASSNAME, LOCALCLASSPATH or CLASSPATH.</summary>
    private CimObjectPath ReadClassPath()
    {
        var element = _xml.LocalName;
        string? host = null;
        string? ns = null;
        if (element != "CLASSNAME")
        {
            Enter(element);
            if (element == "CLASSPATH")
                (host, ns) = ReadNamespacePath();
            else
                ns = ReadLocalNamespacePath();
        }
        Expect("CLASSNAME");
        var path = new CimObjectPath(RequiredName("NAME"), ns).WithHost(host);
        if (EnterOrSkip("CLASSNAME"))
            Leave("CLASSNAME");
        if (element != "CLASSNAME")
            Leave(element);
        return path;
    }

    /// <summary>LOCALINSTANCEPATH or INSTANCEPATH.</summary>
    private CimObjectPath ReadInstancePath()
    {
        var element = _xml.LocalName;
        Enter(element);
        string? host = null;
        string ns;
        if (element == "INSTANCEPATH")
            (host, ns) = ReadNamespacePath();
        else
            ns = ReadLocalNamespacePath();
        Expect("INSTANCENAME");
        var path = ReadInstanceName().WithNamespace(ns).WithHost(host);
        Leave(element);
        return path;
    }

    /// <summary>
    /// INSTANCENAME. A key without TYPE is read by its VALUETYPE; the class's own type is restored later. The only key of
    /// a class may come without its name, which is then empty.
    /// </summary>
    private CimObjectPath ReadInstanceName()
    {
        var className = RequiredName("CLASSNAME");
        var keys = new List<CimKey>();
        if (EnterOrSkip("INSTANCENAME"))
        {
            if (At("KEYVALUE"))
            {
                keys.Add(new("", ReadKeyValue()));
            }
            else if (At("VALUE.REFERENCE"))
            {
                keys.Add(new("", ReadKeyReference()));
            }
            else
            {
                while (At("KEYBINDING"))
                {
                    var name = RequiredName("NAME");
                    if (keys.Exists(k => k.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
                        throw CimXmlException.NotValid($"INSTANCENAME {className} has the key {name} twice.");
                    Enter("KEYBINDING");
                    keys.Add(new(name, At("VALUE.REFERENCE") ? ReadKeyReference() : ReadKeyValue()));
                    Leave("KEYBINDING");
                }
            }
            Leave("INSTANCENAME");
        }
        return new CimObjectPath(className, null, keys.ToArray());
    }

    private CimObjectPath ReadKeyReference() => ReadReference() switch
    {
        CimObjectPath path => path,
        XmlClassPath path => path.Path,
        _ => throw CimXmlException.NotValid("A key is an empty reference."),
    };

    private object ReadKeyValue()
    {
        if (!At("KEYVALUE"))
            throw CimXmlException.NotValid($"KEYBINDING holds {_xml.LocalName}; expected KEYVALUE or VALUE.REFERENCE{Where()}.");
        var valueType = _xml.GetAttribute("VALUETYPE");
        CimType? type = _xml.GetAttribute("TYPE") is { } name && CimValue.TryParseTypeName(name, out var known) ? known : null;
        var text = ReadText("KEYVALUE", out _);
        if (type is { } t && t != CimType.Reference && CimValue.TryConvert(t, text) is { } typed)
            return typed;
        var trimmed = text.AsSpan().Trim();
        switch (valueType)
        {
            case "boolean" when bool.TryParse(trimmed, out var boolean):
                return boolean;
            case "numeric":
                if (ulong.TryParse(trimmed, NumberStyles.None, CultureInfo.InvariantCulture, out var unsigned))
                    return unsigned;
                if (long.TryParse(trimmed, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var signed))
                    return signed;
                break;
            default:
                break;
        }
        return text;
    }
}
