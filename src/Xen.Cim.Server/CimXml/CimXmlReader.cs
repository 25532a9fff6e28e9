using System.Text;
using System.Xml;
using Xen.Cim.Model;

namespace Xen.Cim.Server.CimXml;

/// <summary>
/// Reads CIM-XML requests (DSP0201) in one pass, without a DTD and within limits. Everything that is wrong with a message
/// ends in a <see cref="CimXmlException"/>.
/// </summary>
public sealed partial class CimXmlReader : IDisposable
{
    /// <summary>Operations of one MULTIREQ.</summary>
    private const int MaxBatch = 100;

    private readonly XmlReader _xml;
    private readonly CimXmlLimits _limits;
    private readonly Budget _budget;
    private readonly int _embedding;

    private CimXmlReader(XmlReader xml, CimXmlLimits limits, Budget budget, int embedding)
    {
        _xml = xml;
        _limits = limits;
        _budget = budget;
        _embedding = embedding;
    }

    /// <summary>Reads a whole request message.</summary>
    /// <exception cref="CimXmlException">The message is not a request that this server understands.</exception>
    public static CimXmlMessage ReadRequest(Stream utf8, CimXmlLimits? limits = null)
    {
        limits ??= CimXmlLimits.Default;
        return Guard(() =>
        {
            using var reader = new CimXmlReader(XmlReader.Create(utf8, Settings(limits)), limits, new Budget(limits.Elements), 0);
            return reader.ReadMessage();
        });
    }

    /// <summary>Reads an embedded object: the text of an INSTANCE or CLASS element.</summary>
    /// <returns>A <see cref="CimInstance"/> or a <see cref="CimClass"/>.</returns>
    public static object ReadEmbedded(string text, CimXmlLimits? limits = null)
    {
        limits ??= CimXmlLimits.Default;
        return ReadEmbedded(text, limits, new Budget(limits.Elements), 1);
    }

    public void Dispose() => _xml.Dispose();

    /// <summary>Reads an INSTANCE, CLASS or QUALIFIER.DECLARATION element.</summary>
    /// <exception cref="CimXmlException">The text is nothing of that.</exception>
    public static object ReadObject(string text) => Guard(() =>
    {
        var limits = CimXmlLimits.Default;
        using var reader = new CimXmlReader(XmlReader.Create(new StringReader(text), Settings(limits)), limits, new Budget(limits.Elements), 0);
        reader.MoveToElement();
        return reader.At("QUALIFIER.DECLARATION") ? reader.ReadQualifierDeclaration() : reader.At("CLASS") ? (object)reader.ReadClass() : reader.ReadInstance();
    });

    private static object ReadEmbedded(string text, CimXmlLimits limits, Budget budget, int embedding)
    {
        if (embedding > limits.EmbeddingDepth)
            throw CimXmlException.NotValid($"Objects are embedded in each other more than {limits.EmbeddingDepth} times.");
        return Guard(() =>
        {
            using var reader = new CimXmlReader(XmlReader.Create(new StringReader(text), Settings(limits)), limits, budget, embedding);
            reader.MoveToElement();
            return reader._xml.LocalName switch
            {
                "INSTANCE" => reader.ReadInstance(),
                "CLASS" => (object)reader.ReadClass(),
                var other => throw CimXmlException.NotValid($"An embedded object is an INSTANCE or a CLASS element, not {other}."),
            };
        });
    }

    private static T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (XmlException e)
        {
            throw CimXmlException.NotWellFormed($"The message is not well-formed XML: {e.Message}", e);
        }
        catch (DecoderFallbackException e)
        {
            throw CimXmlException.NotWellFormed("The message is not UTF-8.", e);
        }
    }

    private static XmlReaderSettings Settings(CimXmlLimits limits) => new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        MaxCharactersInDocument = limits.Characters,
        CloseInput = false,
    };

    private CimXmlMessage ReadMessage()
    {
        Expect("CIM");
        var cimVersion = Required("CIMVERSION");
        var dtdVersion = Required("DTDVERSION");
        if (!cimVersion.StartsWith("2.", StringComparison.Ordinal))
            throw new CimXmlException(501, "unsupported-cim-version", $"CIMVERSION is \"{cimVersion}\"; this server speaks 2.x.");
        if (!dtdVersion.StartsWith("2.", StringComparison.Ordinal))
            throw new CimXmlException(501, "unsupported-dtd-version", $"DTDVERSION is \"{dtdVersion}\"; this server speaks 2.x.");
        Enter("CIM");
        Expect("MESSAGE");
        var id = Required("ID");
        var protocol = Required("PROTOCOLVERSION");
        if (!protocol.StartsWith("1.", StringComparison.Ordinal))
            throw new CimXmlException(501, "unsupported-protocol-version", $"PROTOCOLVERSION is \"{protocol}\"; this server speaks 1.x.");
        Enter("MESSAGE");
        var batch = new List<CimXmlCall>();
        if (At("MULTIREQ"))
        {
            Enter("MULTIREQ");
            do
            {
                if (batch.Count == MaxBatch)
                    throw new CimXmlException(501, "multiple-requests-unsupported", $"A message has more than {MaxBatch} operations.");
                batch.Add(ReadSimpleRequest());
            }
            while (_xml.NodeType == XmlNodeType.Element);
            Leave("MULTIREQ");
        }
        var call = batch.Count > 0 ? batch[0] : ReadSimpleRequest();
        Leave("MESSAGE");
        ExpectEnd("CIM");
        while (_xml.Read())
        {
        }
        return new(id, call) { Batch = batch, CimVersion = cimVersion, DtdVersion = dtdVersion, ProtocolVersion = protocol };
    }

    private CimXmlCall ReadSimpleRequest()
    {
        Expect("SIMPLEREQ");
        Enter("SIMPLEREQ");
        while (At("CORRELATOR"))
            SkipElement();
        var call = _xml.LocalName switch
        {
            "IMETHODCALL" => ReadIntrinsic(),
            "METHODCALL" => (CimXmlCall)ReadExtrinsic(),
            var other => throw CimXmlException.NotValid($"SIMPLEREQ holds {other}; expected IMETHODCALL or METHODCALL."),
        };
        Leave("SIMPLEREQ");
        return call;
    }

    private IntrinsicCall ReadIntrinsic()
    {
        var name = Required("NAME");
        Enter("IMETHODCALL");
        var ns = ReadLocalNamespacePath();
        var arguments = new List<XmlArgument>();
        while (At("IPARAMVALUE"))
        {
            var parameter = Required("NAME");
            object? value = null;
            if (EnterOrSkip("IPARAMVALUE"))
            {
                if (_xml.NodeType == XmlNodeType.Element)
                    value = ReadArgumentValue(embedded: false);
                Leave("IPARAMVALUE");
            }
            arguments.Add(new(parameter, value));
        }
        Leave("IMETHODCALL");
        return new(name, ns, arguments);
    }

    private ExtrinsicCall ReadExtrinsic()
    {
        var name = Required("NAME");
        Enter("METHODCALL");
        var isClass = _xml.LocalName == "LOCALCLASSPATH";
        var target = isClass ? ReadClassPath()
            : At("LOCALINSTANCEPATH") ? ReadInstancePath()
            : throw CimXmlException.NotValid($"METHODCALL holds {_xml.LocalName}; expected LOCALINSTANCEPATH or LOCALCLASSPATH.");
        var arguments = new List<XmlArgument>();
        while (At("PARAMVALUE"))
        {
            var parameter = Required("NAME");
            CimType? type = _xml.GetAttribute("PARAMTYPE") is { } text && CimValue.TryParseTypeName(text, out var known) ? known : null;
            var embedded = IsEmbedded();
            object? value = null;
            if (EnterOrSkip("PARAMVALUE"))
            {
                if (_xml.NodeType == XmlNodeType.Element)
                    value = ReadArgumentValue(embedded);
                Leave("PARAMVALUE");
            }
            arguments.Add(new(parameter, value, type));
        }
        Leave("METHODCALL");
        return new(name, target.Namespace!, target, isClass, arguments);
    }

    private object? ReadArgumentValue(bool embedded) => _xml.LocalName switch
    {
        "VALUE" => ReadValue(embedded),
        "VALUE.NULL" => ReadNull(),
        "VALUE.ARRAY" => ReadValueArray(embedded),
        "VALUE.REFERENCE" => ReadReference(),
        "VALUE.REFARRAY" => ReadReferenceArray(),
        "INSTANCENAME" => ReadInstanceName(),
        "INSTANCEPATH" or "LOCALINSTANCEPATH" => ReadInstancePath(),
        "CLASSNAME" or "CLASSPATH" or "LOCALCLASSPATH" => new XmlClassPath(ReadClassPath()),
        "INSTANCE" => ReadInstance(),
        "VALUE.NAMEDINSTANCE" => ReadNamedInstance(),
        "CLASS" => ReadClass(),
        "QUALIFIER.DECLARATION" => ReadQualifierDeclaration(),
        "VALUE.INSTANCEWITHPATH" => ReadInstanceWithPath(),
        "VALUE.NAMEDOBJECT" or "VALUE.OBJECT" or "VALUE.OBJECTWITHPATH" or "VALUE.OBJECTWITHLOCALPATH" => SkipUnread(),
        var other => throw CimXmlException.NotValid($"A parameter holds {other}, which is no value element."),
    };

    private XmlUnread SkipUnread()
    {
        var unread = new XmlUnread(_xml.LocalName);
        SkipElement();
        return unread;
    }

    private bool IsEmbedded() => (_xml.GetAttribute("EmbeddedObject") ?? _xml.GetAttribute("EMBEDDEDOBJECT")) is "instance" or "object";

    // Moves to the next element or end element, past white space; other text has no place between elements.
    private void MoveToElement()
    {
        while (true)
        {
            var type = _xml.MoveToContent();
            if (type is XmlNodeType.Element or XmlNodeType.EndElement or XmlNodeType.None)
                break;
            throw CimXmlException.NotValid($"Text where an element is expected{Where()}.");
        }
        if (_xml.Depth > _limits.Depth)
            throw CimXmlException.NotValid($"Elements are nested more than {_limits.Depth} deep.");
        if (_xml.NodeType == XmlNodeType.Element)
            _budget.Take();
    }

    private bool At(string name) => _xml.NodeType == XmlNodeType.Element && _xml.LocalName == name;

    private void Expect(string name)
    {
        MoveToElement();
        if (!At(name))
            throw CimXmlException.NotValid(_xml.NodeType == XmlNodeType.Element
                ? $"{_xml.LocalName} where {name} is expected{Where()}."
                : $"{name} is missing{Where()}.");
    }

    private string Required(string attribute) => _xml.GetAttribute(attribute)
        ?? throw CimXmlException.NotValid($"{_xml.LocalName} has no attribute {attribute}{Where()}.");

    private string RequiredName(string attribute)
    {
        var name = Required(attribute);
        return name.Length > 0 ? name : throw CimXmlException.NotValid($"{_xml.LocalName} has an empty attribute {attribute}{Where()}.");
    }

    /// <summary>Steps into the current element, which has to have content.</summary>
    private void Enter(string name)
    {
        if (!EnterOrSkip(name))
            throw CimXmlException.NotValid($"{name} is empty{Where()}.");
    }

    /// <summary>Steps into the current element; steps past it when it is an empty-element tag.</summary>
    private bool EnterOrSkip(string name)
    {
        if (!At(name))
            throw CimXmlException.NotValid($"{name} is expected{Where()}.");
        var empty = _xml.IsEmptyElement;
        _xml.Read();
        MoveToElement();
        return !empty;
    }

    private void ExpectEnd(string name)
    {
        if (_xml.NodeType != XmlNodeType.EndElement || _xml.LocalName != name)
            throw CimXmlException.NotValid(_xml.NodeType == XmlNodeType.Element
                ? $"{_xml.LocalName} has no place here in {name}{Where()}."
                : $"{name} does not end where it should{Where()}.");
    }

    private void Leave(string name)
    {
        ExpectEnd(name);
        _xml.Read();
        MoveToElement();
    }

    private void SkipElement()
    {
        var depth = _xml.Depth;
        if (!_xml.IsEmptyElement)
        {
            while (_xml.Read() && _xml.Depth > depth)
            {
                if (_xml.Depth > _limits.Depth)
                    throw CimXmlException.NotValid($"Elements are nested more than {_limits.Depth} deep.");
                if (_xml.NodeType == XmlNodeType.Element)
                    _budget.Take();
            }
        }
        _xml.Read();
        MoveToElement();
    }

    private string Where() => _xml is IXmlLineInfo line && line.HasLineInfo() ? $" (line {line.LineNumber}, column {line.LinePosition})" : "";

    private sealed class Budget(int elements)
    {
        private int _left = elements;

        public void Take()
        {
            if (--_left < 0)
                throw CimXmlException.NotValid("The message has too many elements.");
        }
    }
}
