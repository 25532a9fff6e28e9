using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Xen.Cim.Hypervisor;

/// <summary>Reads, writes and compares libvirt's XML: bounded in size and depth, without DTDs, whitespace and comments kept.</summary>
internal static class DefinitionXml
{
    /// <summary>In characters. libvirt's own protocol carries at most 4 MiB in one string.</summary>
    internal const int MaximumLength = 16 * 1024 * 1024;

    /// <summary>Real definitions nest about ten elements deep; the copying and comparing code recurses.</summary>
    internal const int MaximumDepth = 100;

    internal const int MaximumElements = 250_000;

    private static readonly XmlReaderSettings ReaderSettings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = MaximumLength,
        MaxCharactersFromEntities = 1,
    };

    private static readonly XmlWriterSettings WriterSettings = new()
    {
        OmitXmlDeclaration = true,
        ConformanceLevel = ConformanceLevel.Fragment,
        // Carriage returns, and line ends in attributes, survive only as character references.
        NewLineHandling = NewLineHandling.Entitize,
    };

    /// <param name="rootName">The element that the document must be, such as "domain".</param>
    /// <param name="strings">Shares strings with other documents; then what only indents is left out too. For what is kept.</param>
    /// <exception cref="HypervisorException">InvalidArgument, with the line and what is wrong there.</exception>
    internal static XElement Parse(string xml, string rootName, SharedStrings? strings = null)
    {
        var root = Parse(xml, strings);
        if (root.Name != rootName)
            throw Invalid($"expected the element <{rootName}>, found <{root.Name}>");
        return root;
    }

    /// <exception cref="HypervisorException">InvalidArgument, with the line and what is wrong there.</exception>
    internal static XElement Parse(string xml, SharedStrings? strings = null)
    {
        ArgumentNullException.ThrowIfNull(xml);
        if (xml.Length > MaximumLength)
            throw Invalid($"the document has {xml.Length} characters, more than the {MaximumLength} allowed");
        try
        {
            using var reader = XmlReader.Create(new StringReader(xml), ReaderSettings);
            return Read(reader, strings ?? new SharedStrings(256), indented: strings is null);
        }
        catch (XmlException e)
        {
            throw new HypervisorException(HypervisorError.InvalidArgument, "Not a valid libvirt XML document: " + e.Message, e);
        }
    }

    internal static string Write(XElement element)
    {
        var text = new StringBuilder(4096);
        using (var writer = XmlWriter.Create(text, WriterSettings))
            element.WriteTo(writer);
        return text.ToString();
    }

    /// <summary>
    /// Whether both say the same to libvirt: order of attributes, indentation, namespace prefixes, and comments
    /// do not count; order of elements does.
    /// </summary>
    internal static bool ContentEquals(XElement a, XElement b)
    {
        if (a.Name != b.Name || !AttributesEqual(a, b))
            return false;
        var (x, y) = (Significant(a, null), Significant(b, null));
        if (x is null && y is null)
            return ContentText(a) == ContentText(b);
        for (; x is not null && y is not null; x = Significant(a, x), y = Significant(b, y))
        {
            var same = (x, y) switch
            {
                (XElement left, XElement right) => ContentEquals(left, right),
                (XText left, XText right) => left.Value == right.Value,
                _ => false,
            };
            if (!same)
                return false;
        }
        return x is null && y is null;
    }

    /// <exception cref="HypervisorException">InvalidArgument: the text holds a character that XML cannot carry.</exception>
    internal static string Checked(string value, string what)
    {
        try
        {
            return XmlConvert.VerifyXmlChars(value);
        }
        catch (XmlException e)
        {
            throw new HypervisorException(HypervisorError.InvalidArgument, $"{what} holds a character that libvirt's XML cannot carry: {e.Message}", e);
        }
    }

    private static HypervisorException Invalid(string what) =>
        new(HypervisorError.InvalidArgument, "Not a valid libvirt XML document: " + what);

    private static XElement Read(XmlReader reader, SharedStrings strings, bool indented)
    {
        XElement? root = null;
        XElement? current = null;
        var elements = 0;
        // What only indents, as long as it is not clear that it is all that an element holds.
        string? space = null;
        while (reader.Read())
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    if (++elements > MaximumElements)
                        throw Limit(reader, $"more than {MaximumElements} elements");
                    if (reader.Depth >= MaximumDepth)
                        throw Limit(reader, $"elements nested more than {MaximumDepth} deep");
                    space = null;
                    var element = new XElement(XName.Get(reader.LocalName, reader.NamespaceURI));
                    var isEmpty = reader.IsEmptyElement;
                    while (reader.MoveToNextAttribute())
                    {
                        // The declaration of the default namespace is in the XML namespace by itself only.
                        var uri = reader.Prefix.Length == 0 ? "" : reader.NamespaceURI;
                        element.Add(new XAttribute(XName.Get(reader.LocalName, uri), strings.Share(reader.Value)));
                    }
                    if (current is null)
                        root = element;
                    else
                        current.Add(element);
                    if (!isEmpty)
                    {
                        current = element;
                        // "<a></a>" and "<a/>" are written as they were read.
                        element.Value = "";
                    }
                    break;
                case XmlNodeType.EndElement:
                    if (space is not null && !current!.HasElements)
                        current.Add(strings.Share(space));
                    space = null;
                    current = current!.Parent;
                    break;
                case XmlNodeType.Whitespace when !indented:
                    space = reader.Value;
                    break;
                case XmlNodeType.Text:
                case XmlNodeType.Whitespace:
                case XmlNodeType.SignificantWhitespace:
                    current?.Add(strings.Share(reader.Value));
                    break;
                case XmlNodeType.CDATA:
                    current?.Add(new XCData(reader.Value));
                    break;
                case XmlNodeType.Comment:
                    current?.Add(new XComment(reader.Value));
                    break;
                case XmlNodeType.ProcessingInstruction:
                    current?.Add(new XProcessingInstruction(reader.Name, reader.Value));
                    break;
            }
        }
        return root ?? throw Invalid("it is empty");
    }

    private static HypervisorException Limit(XmlReader reader, string what) =>
        Invalid($"{what}, at line {((IXmlLineInfo)reader).LineNumber}");

    private static bool AttributesEqual(XElement a, XElement b)
    {
        var count = 0;
        foreach (var attribute in a.Attributes())
        {
            if (attribute.IsNamespaceDeclaration)
                continue;
            count++;
            if (b.Attribute(attribute.Name)?.Value != attribute.Value)
                return false;
        }
        foreach (var attribute in b.Attributes())
            if (!attribute.IsNamespaceDeclaration)
                count--;
        return count == 0;
    }

    private static XNode? Significant(XElement parent, XNode? after)
    {
        if (!parent.HasElements)
            return null;
        for (var node = after is null ? parent.FirstNode : after.NextNode; node is not null; node = node.NextNode)
            if (node is XElement || (node is XText text && !string.IsNullOrWhiteSpace(text.Value)))
                return node;
        return null;
    }

    /// <summary>The text of an element without children; nothing but whitespace is how an emptied container reads.</summary>
    private static string ContentText(XElement element) => string.IsNullOrWhiteSpace(element.Value) ? "" : element.Value;
}
