using Xen.Cim.Model;

namespace Xen.Cim.Server.CimXml;

/// <summary>
/// Writes CIM objects as DSP0201 elements. No element is written as an empty-element tag: old clients parse the two
/// tags only.
/// </summary>
public sealed partial class CimXmlWriter(Utf8Buffer output, CimXmlDialect dialect = CimXmlDialect.Full)
{
    // ` TYPE="uint16"`, ready to copy.
    private static readonly byte[][] s_typeAttributes = Enum.GetValues<CimType>()
        .Select(t => System.Text.Encoding.UTF8.GetBytes($" TYPE=\"{CimValue.Name(t)}\"")).ToArray();

    private readonly Utf8Buffer _out = output;

    public CimXmlDialect Dialect { get; } = dialect;

    /// <summary>INSTANCE.</summary>
    public void Instance(CimInstance instance, InstanceSelection? selection = null, string? @namespace = null)
    {
        selection ??= InstanceSelection.All;
        var layout = instance.Layout;
        var origins = selection.OriginsOf(layout.ClassName);
        Open("<INSTANCE CLASSNAME=\""u8, layout.ClassName);
        _out.Raw(">\n"u8);
        var properties = layout.Properties;
        for (var i = 0; i < properties.Count; i++)
        {
            if (!instance.HasAt(i))
                continue;
            var property = properties[i];
            if (selection.Includes(property.Name))
                Property(property, instance.ValueAt(i), origins, @namespace);
        }
        _out.Raw("</INSTANCE>\n"u8);
    }

    /// <summary>VALUE.NAMEDINSTANCE.</summary>
    public void NamedInstance(CimObjectPath path, CimInstance instance, InstanceSelection? selection = null)
    {
        _out.Raw("<VALUE.NAMEDINSTANCE>\n"u8);
        InstanceName(path);
        Instance(instance, selection, path.Namespace);
        _out.Raw("</VALUE.NAMEDINSTANCE>\n"u8);
    }

    /// <summary>XML that a writer has written before.</summary>
    public void Raw(ReadOnlySpan<byte> xml) => _out.Raw(xml);

    /// <summary>VALUE.INSTANCEWITHPATH; the path has host and namespace.</summary>
    public void InstanceWithPath(CimObjectPath path, CimInstance instance, InstanceSelection? selection = null)
    {
        _out.Raw("<VALUE.INSTANCEWITHPATH>\n"u8);
        Path(path);
        Instance(instance, selection, path.Namespace);
        _out.Raw("</VALUE.INSTANCEWITHPATH>\n"u8);
    }

    /// <summary>INSTANCEPATH; the path has host and namespace.</summary>
    public void InstancePath(CimObjectPath path) => Path(path);

    /// <summary>VALUE.OBJECTWITHPATH of an instance; the path has host and namespace.</summary>
    public void ObjectWithPath(CimObjectPath path, CimInstance instance, InstanceSelection? selection = null)
    {
        _out.Raw("<VALUE.OBJECTWITHPATH>\n"u8);
        Path(path);
        Instance(instance, selection, path.Namespace);
        _out.Raw("</VALUE.OBJECTWITHPATH>\n"u8);
    }

    /// <summary>VALUE.OBJECTWITHPATH of a class.</summary>
    public void ClassWithPath(string host, string @namespace, CimClass value, ClassSelection selection)
    {
        _out.Raw("<VALUE.OBJECTWITHPATH>\n"u8);
        ClassPath(host, @namespace, value.Name);
        Class(value, selection);
        _out.Raw("</VALUE.OBJECTWITHPATH>\n"u8);
    }

    /// <summary>OBJECTPATH of an instance; the path has host and namespace.</summary>
    public void ObjectPath(CimObjectPath path)
    {
        _out.Raw("<OBJECTPATH>\n"u8);
        Path(path);
        _out.Raw("</OBJECTPATH>\n"u8);
    }

    /// <summary>OBJECTPATH of a class.</summary>
    public void ObjectPathOfClass(string host, string @namespace, string className)
    {
        _out.Raw("<OBJECTPATH>\n"u8);
        ClassPath(host, @namespace, className);
        _out.Raw("</OBJECTPATH>\n"u8);
    }

    /// <summary>CLASSNAME.</summary>
    public void ClassName(string name)
    {
        Open("<CLASSNAME NAME=\""u8, name);
        _out.Raw("></CLASSNAME>\n"u8);
    }

    /// <summary>INSTANCENAME.</summary>
    public void InstanceName(CimObjectPath path)
    {
        Open("<INSTANCENAME CLASSNAME=\""u8, path.ClassName);
        _out.Raw(">\n"u8);
        foreach (var key in path.Keys)
        {
            Open("<KEYBINDING NAME=\""u8, key.Name);
            _out.Raw(">"u8);
            if (key.Value is CimObjectPath reference)
                Reference(reference, path.Namespace);
            else
                KeyValue(key.Value);
            _out.Raw("</KEYBINDING>\n"u8);
        }
        _out.Raw("</INSTANCENAME>\n"u8);
    }

    /// <summary>VALUE.REFERENCE, with as much of the path as is known.</summary>
    public void Reference(CimObjectPath path, string? @namespace = null)
    {
        _out.Raw("<VALUE.REFERENCE>"u8);
        if (path.Namespace is null && @namespace is not null)
            path = path.WithNamespace(@namespace);
        Path(path);
        _out.Raw("</VALUE.REFERENCE>"u8);
    }

    /// <summary>VALUE, VALUE.ARRAY, VALUE.REFERENCE or VALUE.REFARRAY; nothing for NULL.</summary>
    public void Value(CimType type, object? value, string? @namespace = null)
    {
        switch (value)
        {
            case null:
                break;
            case Array array:
                Array(type, array, @namespace);
                break;
            case CimObjectPath path when type == CimType.Reference:
                Reference(path, @namespace);
                break;
            default:
                _out.Raw("<VALUE>"u8);
                Scalar(value);
                _out.Raw("</VALUE>"u8);
                break;
        }
    }

    /// <summary>PARAMVALUE of an output parameter. A NULL one is left out: every client reads that.</summary>
    public void ParamValue(CimArgument argument, string? @namespace = null)
    {
        if (argument.Value is null)
            return;
        if (Dialect == CimXmlDialect.Dtd20 && argument is { Type: CimType.Reference, Value: Array references })
        {
            // That parser knows no array of references, but takes a parameter as often as it comes.
            foreach (var reference in references)
                ParamValue(argument with { IsArray = false, Value = reference }, @namespace);
            return;
        }
        Open("<PARAMVALUE NAME=\""u8, argument.Name);
        _out.Raw(" PARAMTYPE=\""u8);
        _out.Name(CimValue.Name(argument.Type));
        _out.Raw("\""u8);
        if (Dialect == CimXmlDialect.Full && EmbeddedKind(argument.Value, CimPropertyFlags.None) is { Length: > 0 } kind)
            _out.Raw(kind);
        _out.Raw(">"u8);
        Value(argument.Type, argument.Value, @namespace);
        _out.Raw("</PARAMVALUE>\n"u8);
    }

    /// <summary>RETURNVALUE.</summary>
    public void ReturnValue(CimType type, object? value)
    {
        if (value is null)
            return;
        _out.Raw("<RETURNVALUE PARAMTYPE=\""u8);
        _out.Name(CimValue.Name(type));
        _out.Raw("\">"u8);
        Value(type, value);
        _out.Raw("</RETURNVALUE>\n"u8);
    }

    /// <summary>ERROR.</summary>
    public void Error(CimStatus status, string description)
    {
        _out.Raw("<ERROR CODE=\""u8);
        _out.Number((int)status);
        _out.Raw("\" DESCRIPTION=\""u8);
        _out.Attribute(description);
        _out.Raw("\"></ERROR>\n"u8);
    }

    private void Property(CimPropertyInfo property, object? value, CimClass? origins, string? @namespace)
    {
        if (property.Type == CimType.Reference && !property.IsArray)
        {
            Open("<PROPERTY.REFERENCE NAME=\""u8, property.Name);
            Origin(property.Name, origins);
            _out.Raw(">"u8);
            if (value is CimObjectPath path)
                Reference(path, @namespace);
            _out.Raw("</PROPERTY.REFERENCE>\n"u8);
            return;
        }
        Open(property.IsArray ? "<PROPERTY.ARRAY NAME=\""u8 : "<PROPERTY NAME=\""u8, property.Name);
        _out.Raw(s_typeAttributes[(int)property.Type]);
        Origin(property.Name, origins);
        if ((!property.IsArray || Dialect == CimXmlDialect.Full) && property.Type == CimType.String)
            _out.Raw(EmbeddedKind(value, property.Flags));
        _out.Raw(">"u8);
        if (value is Array array)
        {
            Array(property.Type, array, @namespace);
        }
        else if (value is not null)
        {
            _out.Raw("<VALUE>"u8);
            Scalar(value);
            _out.Raw("</VALUE>"u8);
        }
        _out.Raw(property.IsArray ? "</PROPERTY.ARRAY>\n"u8 : "</PROPERTY>\n"u8);
    }

    private void Origin(string name, CimClass? origins)
    {
        if (origins?.Property(name)?.ClassOrigin is { } origin)
        {
            _out.Raw(" CLASSORIGIN=\""u8);
            _out.Name(origin);
            _out.Raw("\""u8);
        }
    }

    // Text that a provider returns for an embedded property stays text.
    private static ReadOnlySpan<byte> EmbeddedKind(object? value, CimPropertyFlags flags) => value switch
    {
        CimInstance or CimInstance[] => (flags & CimPropertyFlags.EmbeddedObject) != 0 ? " EmbeddedObject=\"object\""u8 : " EmbeddedObject=\"instance\""u8,
        CimClass or object[] and not string[] => " EmbeddedObject=\"object\""u8,
        null when (flags & CimPropertyFlags.EmbeddedInstance) != 0 => " EmbeddedObject=\"instance\""u8,
        null when (flags & CimPropertyFlags.EmbeddedObject) != 0 => " EmbeddedObject=\"object\""u8,
        _ => [],
    };

    private void Array(CimType type, Array array, string? @namespace)
    {
        if (type == CimType.Reference)
        {
            _out.Raw("<VALUE.REFARRAY>"u8);
            foreach (var element in array)
            {
                if (element is CimObjectPath path)
                    Reference(path, @namespace);
            }
            _out.Raw("</VALUE.REFARRAY>"u8);
            return;
        }
        _out.Raw("<VALUE.ARRAY>"u8);
        // To the runtime an array of a signed type is one of the unsigned type too.
        switch (array)
        {
            case ushort[] numbers when array.GetType() == typeof(ushort[]):
                foreach (var number in numbers)
                    Element(number);
                break;
            case uint[] numbers when array.GetType() == typeof(uint[]):
                foreach (var number in numbers)
                    Element(number);
                break;
            case ulong[] numbers when array.GetType() == typeof(ulong[]):
                foreach (var number in numbers)
                    Element(number);
                break;
            default:
                foreach (var element in array)
                {
                    if (element is null)
                    {
                        _out.Raw(Dialect == CimXmlDialect.Full ? "<VALUE.NULL></VALUE.NULL>"u8 : "<VALUE></VALUE>"u8);
                        continue;
                    }
                    _out.Raw("<VALUE>"u8);
                    Scalar(element);
                    _out.Raw("</VALUE>"u8);
                }
                break;
        }
        _out.Raw("</VALUE.ARRAY>"u8);
    }

    private void Element<T>(T number)
        where T : IUtf8SpanFormattable
    {
        _out.Raw("<VALUE>"u8);
        _out.Number(number);
        _out.Raw("</VALUE>"u8);
    }

    private void Scalar(object value)
    {
        switch (value)
        {
            case string text:
                _out.Text(text);
                break;
            case bool flag:
                _out.Raw(flag ? "TRUE"u8 : "FALSE"u8);
                break;
            case ushort number:
                _out.Number(number);
                break;
            case uint number:
                _out.Number(number);
                break;
            case ulong number:
                _out.Number(number);
                break;
            case byte number:
                _out.Number(number);
                break;
            case int number:
                _out.Number(number);
                break;
            case long number:
                _out.Number(number);
                break;
            case short number:
                _out.Number(number);
                break;
            case sbyte number:
                _out.Number(number);
                break;
            case char c:
                _out.Text([c]);
                break;
            case CimDateTime time:
                _out.Name(time.Text);
                break;
            case CimInstance instance:
                Embedded(w => w.Instance(instance));
                break;
            case CimClass cimClass:
                Embedded(w => w.Class(cimClass, new ClassSelection()));
                break;
            default:
                _out.Text(CimValue.Format(value));
                break;
        }
    }

    private void Embedded(Action<CimXmlWriter> write)
    {
        using var inner = new Utf8Buffer();
        write(new CimXmlWriter(inner, Dialect));
        _out.EscapedXml(inner.Written.Span);
    }

    private void KeyValue(object value)
    {
        var type = CimTypeOf(value);
        _out.Raw(value switch
        {
            bool => "<KEYVALUE VALUETYPE=\"boolean\""u8,
            string or char or CimDateTime => "<KEYVALUE VALUETYPE=\"string\""u8,
            _ => "<KEYVALUE VALUETYPE=\"numeric\""u8,
        });
        _out.Raw(s_typeAttributes[(int)type]);
        _out.Raw(">"u8);
        Scalar(value);
        _out.Raw("</KEYVALUE>"u8);
    }

    internal static CimType CimTypeOf(object value) => value switch
    {
        bool => CimType.Boolean,
        byte => CimType.UInt8,
        sbyte => CimType.SInt8,
        ushort => CimType.UInt16,
        short => CimType.SInt16,
        uint => CimType.UInt32,
        int => CimType.SInt32,
        ulong => CimType.UInt64,
        long => CimType.SInt64,
        float => CimType.Real32,
        double => CimType.Real64,
        char => CimType.Char16,
        CimDateTime => CimType.DateTime,
        CimObjectPath => CimType.Reference,
        _ => CimType.String,
    };

    private void Path(CimObjectPath path)
    {
        if (path.Namespace is not { } ns)
        {
            InstanceName(path);
        }
        else if (path.Host is { } host)
        {
            _out.Raw("<INSTANCEPATH>\n"u8);
            NamespacePath(host, ns);
            InstanceName(path);
            _out.Raw("</INSTANCEPATH>"u8);
        }
        else
        {
            _out.Raw("<LOCALINSTANCEPATH>\n"u8);
            LocalNamespacePath(ns);
            InstanceName(path);
            _out.Raw("</LOCALINSTANCEPATH>"u8);
        }
    }

    private void ClassPath(string host, string @namespace, string className)
    {
        _out.Raw("<CLASSPATH>\n"u8);
        NamespacePath(host, @namespace);
        ClassName(className);
        _out.Raw("</CLASSPATH>\n"u8);
    }

    private void NamespacePath(string host, string @namespace)
    {
        _out.Raw("<NAMESPACEPATH>\n<HOST>"u8);
        _out.Text(host);
        _out.Raw("</HOST>\n"u8);
        LocalNamespacePath(@namespace);
        _out.Raw("</NAMESPACEPATH>\n"u8);
    }

    private void LocalNamespacePath(string @namespace)
    {
        _out.Raw("<LOCALNAMESPACEPATH>"u8);
        foreach (var range in @namespace.AsSpan().Split('/'))
        {
            _out.Raw("<NAMESPACE NAME=\""u8);
            _out.Attribute(@namespace.AsSpan(range));
            _out.Raw("\"></NAMESPACE>"u8);
        }
        _out.Raw("</LOCALNAMESPACEPATH>\n"u8);
    }

    // `<ELEMENT ATTRIBUTE="` name `"`
    private void Open(ReadOnlySpan<byte> start, string name)
    {
        _out.Raw(start);
        _out.Attribute(name);
        _out.Raw("\""u8);
    }
}
