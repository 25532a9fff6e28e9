using System.Globalization;
using System.Xml;
using Xen.Cim.Model;

namespace Xen.Cim.Server.CimXml;

// Instances and classes.
public sealed partial class CimXmlReader
{
    private CimInstance ReadNamedInstance()
    {
        Enter("VALUE.NAMEDINSTANCE");
        Expect("INSTANCENAME");
        return ReadInstanceOf(ReadInstanceName(), "VALUE.NAMEDINSTANCE");
    }

    /// <summary>VALUE.INSTANCEWITHPATH, which some clients send for an instance that they have got with its whole path.</summary>
    private CimInstance ReadInstanceWithPath()
    {
        Enter("VALUE.INSTANCEWITHPATH");
        Expect("INSTANCEPATH");
        return ReadInstanceOf(ReadInstancePath(), "VALUE.INSTANCEWITHPATH");
    }

    private CimInstance ReadInstanceOf(CimObjectPath path, string element)
    {
        Expect("INSTANCE");
        var instance = ReadInstance();
        instance.Path = path;
        Leave(element);
        return instance;
    }

    private CimInstance ReadInstance(bool stayInText = false)
    {
        var className = RequiredName("CLASSNAME");
        var properties = new List<(string Name, CimType Type, bool IsArray, object? Value, CimPropertyFlags Flags)>();
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        if (EnterContent("INSTANCE", stayInText))
        {
            while (_xml.NodeType == XmlNodeType.Element)
            {
                if (_xml.LocalName == "QUALIFIER")
                {
                    SkipElement();
                    continue;
                }
                var property = ReadProperty();
                if (!names.Add(property.Name))
                    throw CimXmlException.NotValid($"INSTANCE {className} has the property {property.Name} twice.");
                properties.Add(property);
            }
            LeaveContent("INSTANCE", stayInText);
        }
        var infos = new CimPropertyInfo[properties.Count];
        for (var i = 0; i < infos.Length; i++)
            infos[i] = new(properties[i].Name, properties[i].Type, properties[i].IsArray, properties[i].Flags);
        var instance = new CimInstance(new CimLayout(className, null, isAssociation: false, infos));
        for (var i = 0; i < infos.Length; i++)
            instance.SetAt(i, properties[i].Value);
        return instance;
    }

    private (string Name, CimType Type, bool IsArray, object? Value, CimPropertyFlags Flags) ReadProperty()
    {
        var element = _xml.LocalName;
        if (element is not ("PROPERTY" or "PROPERTY.ARRAY" or "PROPERTY.REFERENCE"))
            throw CimXmlException.NotValid($"{element} has no place in INSTANCE{Where()}.");
        var name = RequiredName("NAME");
        var type = element == "PROPERTY.REFERENCE" ? CimType.Reference : ReadType(name);
        var embedded = IsEmbedded();
        object? value = null;
        if (EnterOrSkip(element))
        {
            SkipQualifiers();
            if (_xml.NodeType == XmlNodeType.Element)
            {
                value = element switch
                {
                    "PROPERTY" when At("VALUE") => TypedValue(name, type, ReadValue(embedded)),
                    "PROPERTY.ARRAY" when At("VALUE.ARRAY") => TypedArray(name, type, ReadValueArray(embedded)),
                    "PROPERTY.REFERENCE" when At("VALUE.REFERENCE") => PlainPath(ReadReference()),
                    _ => throw CimXmlException.NotValid($"{element} {name} holds {_xml.LocalName}{Where()}."),
                };
            }
            Leave(element);
        }
        return (name, type, element == "PROPERTY.ARRAY", value, embedded ? CimPropertyFlags.EmbeddedInstance : CimPropertyFlags.None);
    }

    private CimType ReadType(string name)
    {
        var text = Required("TYPE");
        return CimValue.TryParseTypeName(text, out var type) && type != CimType.Reference ? type
            : throw CimXmlException.NotValid($"{name} has the unknown type \"{CimXmlText.Shorten(text)}\"{Where()}.");
    }

    // A value that does not fit the type that its own element names is a malformed message, not a type mismatch with the class.
    private object? TypedValue(string name, CimType type, object? raw) => raw switch
    {
        null or CimInstance or CimClass => raw,
        object[] several => CimValue.ToArray(CimType.String, several),
        string text => CimValue.TryConvert(type, text)
            ?? throw CimXmlException.NotValid($"{name}: \"{CimXmlText.Shorten(text)}\" is not a value of CIM type {CimValue.Name(type)}{Where()}."),
        _ => throw CimXmlException.NotValid($"{name} holds no value{Where()}."),
    };

    private Array TypedArray(string name, CimType type, object?[] raw)
    {
        var elements = new object?[raw.Length];
        for (var i = 0; i < raw.Length; i++)
            elements[i] = TypedValue(name, type, raw[i]);
        return CimValue.ToArray(type, elements);
    }

    private static CimObjectPath? PlainPath(object? reference) => reference is XmlClassPath path ? path.Path : (CimObjectPath?)reference;

    private void SkipQualifiers()
    {
        while (At("QUALIFIER"))
            SkipElement();
    }

    private CimClass ReadClass(bool stayInText = false)
    {
        var name = RequiredName("NAME");
        var superclass = _xml.GetAttribute("SUPERCLASS");
        var qualifiers = new List<CimQualifier>();
        var properties = new List<CimPropertyDeclaration>();
        var methods = new List<CimMethodDeclaration>();
        if (EnterContent("CLASS", stayInText))
        {
            ReadQualifiers(qualifiers);
            while (_xml.NodeType == XmlNodeType.Element)
            {
                if (_xml.LocalName == "METHOD")
                    methods.Add(ReadMethod());
                else
                    properties.Add(ReadPropertyDeclaration());
            }
            LeaveContent("CLASS", stayInText);
        }
        return new CimClass(name, string.IsNullOrEmpty(superclass) ? null : superclass) { Qualifiers = qualifiers, Properties = properties, Methods = methods };
    }

    private CimPropertyDeclaration ReadPropertyDeclaration()
    {
        var element = _xml.LocalName;
        if (element is not ("PROPERTY" or "PROPERTY.ARRAY" or "PROPERTY.REFERENCE"))
            throw CimXmlException.NotValid($"{element} has no place in CLASS{Where()}.");
        var name = RequiredName("NAME");
        var type = element == "PROPERTY.REFERENCE" ? CimType.Reference : ReadType(name);
        var declaration = new CimPropertyDeclaration(name, type, element == "PROPERTY.ARRAY")
        {
            ReferenceClass = _xml.GetAttribute("REFERENCECLASS"),
            ArraySize = ReadArraySize(),
            ClassOrigin = _xml.GetAttribute("CLASSORIGIN"),
            IsPropagated = IsTrue("PROPAGATED"),
        };
        var qualifiers = new List<CimQualifier>();
        object? value = null;
        if (EnterOrSkip(element))
        {
            ReadQualifiers(qualifiers);
            if (_xml.NodeType == XmlNodeType.Element)
            {
                value = element switch
                {
                    "PROPERTY" when At("VALUE") => TypedValue(name, type, ReadValue(embedded: false)),
                    "PROPERTY.ARRAY" when At("VALUE.ARRAY") => TypedArray(name, type, ReadValueArray(embedded: false)),
                    "PROPERTY.REFERENCE" when At("VALUE.REFERENCE") => PlainPath(ReadReference()),
                    _ => throw CimXmlException.NotValid($"{element} {name} holds {_xml.LocalName}{Where()}."),
                };
            }
            Leave(element);
        }
        return declaration with { Qualifiers = qualifiers, DefaultValue = value };
    }

    private CimMethodDeclaration ReadMethod()
    {
        var name = RequiredName("NAME");
        var method = new CimMethodDeclaration(name, _xml.GetAttribute("TYPE") is null ? CimType.UInt32 : ReadType(name))
        {
            ClassOrigin = _xml.GetAttribute("CLASSORIGIN"),
            IsPropagated = IsTrue("PROPAGATED"),
        };
        var qualifiers = new List<CimQualifier>();
        var parameters = new List<CimParameterDeclaration>();
        if (EnterOrSkip("METHOD"))
        {
            ReadQualifiers(qualifiers);
            while (_xml.NodeType == XmlNodeType.Element)
                parameters.Add(ReadParameterDeclaration());
            Leave("METHOD");
        }
        return method with { Qualifiers = qualifiers, Parameters = parameters };
    }

    private CimParameterDeclaration ReadParameterDeclaration()
    {
        var element = _xml.LocalName;
        if (element is not ("PARAMETER" or "PARAMETER.ARRAY" or "PARAMETER.REFERENCE" or "PARAMETER.REFARRAY"))
            throw CimXmlException.NotValid($"{element} has no place in METHOD{Where()}.");
        var name = RequiredName("NAME");
        var type = element is "PARAMETER.REFERENCE" or "PARAMETER.REFARRAY" ? CimType.Reference : ReadType(name);
        var parameter = new CimParameterDeclaration(name, type, element is "PARAMETER.ARRAY" or "PARAMETER.REFARRAY")
        {
            ReferenceClass = _xml.GetAttribute("REFERENCECLASS"),
            ArraySize = ReadArraySize(),
        };
        var qualifiers = new List<CimQualifier>();
        if (EnterOrSkip(element))
        {
            ReadQualifiers(qualifiers);
            Leave(element);
        }
        return parameter with { Qualifiers = qualifiers };
    }

    private void ReadQualifiers(List<CimQualifier> qualifiers)
    {
        while (At("QUALIFIER"))
        {
            var name = RequiredName("NAME");
            var type = ReadType(name);
            var flavor = ReadFlavor();
            var propagated = IsTrue("PROPAGATED");
            object? value = null;
            var isArray = false;
            if (EnterOrSkip("QUALIFIER"))
            {
                if (_xml.NodeType == XmlNodeType.Element)
                {
                    isArray = At("VALUE.ARRAY");
                    value = isArray ? TypedArray(name, type, ReadValueArray(embedded: false)) : TypedValue(name, type, ReadValue(embedded: false));
                }
                Leave("QUALIFIER");
            }
            qualifiers.Add(new(name, type, isArray, value, flavor) { IsPropagated = propagated });
        }
    }

    private CimQualifierDeclaration ReadQualifierDeclaration()
    {
        var name = RequiredName("NAME");
        var type = ReadType(name);
        var isArray = IsTrue("ISARRAY");
        var size = ReadArraySize();
        var flavor = ReadFlavor();
        var scope = CimScope.None;
        object? value = null;
        if (EnterOrSkip("QUALIFIER.DECLARATION"))
        {
            if (At("SCOPE"))
            {
                foreach (var (attribute, flag) in s_scopes)
                    scope |= IsTrue(attribute) ? flag : CimScope.None;
                if (EnterOrSkip("SCOPE"))
                    Leave("SCOPE");
            }
            if (_xml.NodeType == XmlNodeType.Element)
            {
                value = At("VALUE.ARRAY") ? TypedArray(name, type, ReadValueArray(embedded: false)) : TypedValue(name, type, ReadValue(embedded: false));
                if (value is Array != isArray)
                    throw CimXmlException.NotValid($"QUALIFIER.DECLARATION {name} has {(isArray ? "one value, but is an array" : "an array of values, but is none")}.");
            }
            Leave("QUALIFIER.DECLARATION");
        }
        return new(name, type, isArray, value, scope == CimScope.None ? CimScope.Any : scope, flavor) { ArraySize = size };
    }

    private static readonly (string Attribute, CimScope Scope)[] s_scopes =
    [
        ("CLASS", CimScope.Class), ("ASSOCIATION", CimScope.Association), ("REFERENCE", CimScope.Reference), ("PROPERTY", CimScope.Property),
        ("METHOD", CimScope.Method), ("PARAMETER", CimScope.Parameter), ("INDICATION", CimScope.Indication),
    ];

    private CimFlavor ReadFlavor() => (IsTrue("OVERRIDABLE", true) ? CimFlavor.Overridable : 0) | (IsTrue("TOSUBCLASS", true) ? CimFlavor.ToSubclass : 0)
        | (IsTrue("TOINSTANCE") ? CimFlavor.ToInstance : 0) | (IsTrue("TRANSLATABLE") ? CimFlavor.Translatable : 0);

    private bool IsTrue(string attribute, bool otherwise = false) =>
        _xml.GetAttribute(attribute) is { } text ? text.Equals("true", StringComparison.OrdinalIgnoreCase) : otherwise;

    private int? ReadArraySize() =>
        int.TryParse(_xml.GetAttribute("ARRAYSIZE"), NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : null;

    // An object that stands unescaped in a VALUE is followed by text.
    private bool EnterContent(string name, bool stayInText)
    {
        if (!stayInText || !_xml.IsEmptyElement)
            return EnterOrSkip(name);
        _xml.Read();
        return false;
    }

    private void LeaveContent(string name, bool stayInText)
    {
        ExpectEnd(name);
        _xml.Read();
        if (!stayInText)
            MoveToElement();
    }
}
