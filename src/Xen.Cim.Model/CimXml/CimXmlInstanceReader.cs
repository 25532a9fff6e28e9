using System.Xml;

namespace Xen.Cim.Model;

/// <summary>
/// Reads embedded instances from CIM-XML text (DSP0201 INSTANCE, also inside VALUE.NAMEDINSTANCE and its kin): what some
/// clients send as the text of a string parameter.
/// </summary>
public static class CimXmlInstanceReader
{
    private const int MaxDepth = 32;
    private const long MaxCharacters = 16 * 1024 * 1024;

    /// <exception cref="CimException">INVALID_PARAMETER, with line and column.</exception>
    public static IReadOnlyList<CimInstance> Parse(string text)
    {
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            ConformanceLevel = ConformanceLevel.Fragment,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
            MaxCharactersInDocument = MaxCharacters,
        };
        try
        {
            using var reader = XmlReader.Create(new StringReader(text), settings);
            var instances = new List<CimInstance>();
            while (reader.Read())
            {
                if (reader.Depth > MaxDepth)
                    throw Error(reader, $"elements nested more than {MaxDepth} deep");
                if (reader.NodeType == XmlNodeType.Element && reader.LocalName == "INSTANCE")
                    instances.Add(ReadInstance(reader, 0));
            }
            return instances.Count > 0 ? instances : throw CimException.InvalidParameter("the XML has no INSTANCE element.");
        }
        catch (XmlException error)
        {
            throw new CimException(CimStatus.InvalidParameter, $"the XML is not well-formed: {error.Message}", error);
        }
    }

    // The reader stands on INSTANCE and is left on its end.
    private static CimInstance ReadInstance(XmlReader reader, int depth)
    {
        if (depth > MaxDepth)
            throw Error(reader, $"instances nested more than {MaxDepth} deep");
        var instance = new CimInstance(Attribute(reader, "CLASSNAME"));
        if (reader.IsEmptyElement)
            return instance;
        var level = reader.Depth;
        while (reader.Read() && reader.Depth > level)
        {
            if (reader.NodeType != XmlNodeType.Element || reader.Depth != level + 1)
                continue;
            switch (reader.LocalName)
            {
                case "PROPERTY":
                case "PROPERTY.ARRAY":
                    ReadProperty(reader, instance, depth);
                    break;
                case "PROPERTY.REFERENCE":
                    throw Error(reader, "a PROPERTY.REFERENCE, which an embedded setting does not have");
                case "QUALIFIER":
                    break;
                default:
                    throw Error(reader, $"a {reader.LocalName} where a PROPERTY was expected");
            }
        }
        return instance;
    }

    private static void ReadProperty(XmlReader reader, CimInstance instance, int depth)
    {
        var isArray = reader.LocalName == "PROPERTY.ARRAY";
        var name = Attribute(reader, "NAME");
        if (instance.Has(name))
            throw Error(reader, $"the property {name} twice");
        var typeName = Attribute(reader, "TYPE");
        if (!CimValue.TryParseTypeName(typeName, out var type) || type == CimType.Reference)
            throw Error(reader, $"TYPE=\"{typeName}\", which is no CIM type of a value");
        var embedded = reader.GetAttribute("EmbeddedObject") ?? reader.GetAttribute("EMBEDDEDOBJECT");
        var values = new List<object?>();
        var isNull = true;
        if (!reader.IsEmptyElement)
        {
            var level = reader.Depth;
            while (reader.Read() && reader.Depth > level)
            {
                if (reader.NodeType != XmlNodeType.Element)
                    continue;
                isNull &= reader.LocalName is not ("VALUE" or "VALUE.ARRAY");
                if (reader.LocalName == "VALUE")
                    values.Add(embedded is null ? CimValue.Parse(type, ReadText(reader)) : ReadEmbedded(ReadText(reader), depth));
                else if (reader.LocalName == "VALUE.NULL")
                    values.Add(null);
            }
        }
        if (!isArray && values.Count > 1)
            throw Error(reader, $"{values.Count} values for the property {name}, which is no array");
        instance.Set(name, type, isArray, isNull ? null : isArray ? CimValue.ToArray(type, values) : values.FirstOrDefault(),
            embedded is null ? CimPropertyFlags.None : CimPropertyFlags.EmbeddedObject);
    }

    private static CimInstance ReadEmbedded(string text, int depth)
    {
        using var reader = XmlReader.Create(new StringReader(text), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
        return reader.ReadToFollowing("INSTANCE") ? ReadInstance(reader, depth + 1)
            : throw CimException.InvalidParameter("an embedded object holds no INSTANCE.");
    }

    // Leaves the reader on the element's end (or on the empty element).
    private static string ReadText(XmlReader reader)
    {
        if (reader.IsEmptyElement)
            return "";
        var text = "";
        var level = reader.Depth;
        while (reader.Read() && reader.Depth > level)
        {
            if (reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace)
                text += reader.Value;
        }
        return text;
    }

    private static string Attribute(XmlReader reader, string name) =>
        reader.GetAttribute(name) is { Length: > 0 } value ? value : throw Error(reader, $"a {reader.LocalName} without {name}");

    private static CimException Error(XmlReader reader, string what)
    {
        var position = reader as IXmlLineInfo;
        return CimException.InvalidParameter($"line {position?.LineNumber}, column {position?.LinePosition}: found {what}.");
    }
}
