using System.Globalization;
using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace Xen.Cim.Hypervisor;

/// <summary>
/// Small edits that leave the rest of a document as it is: a new element goes where libvirt would write it,
/// indented like its neighbours; a removed one takes its indentation along.
/// </summary>
internal static class XmlEdit
{
    private const string IndentStep = "  ";

    private static readonly XNamespace s_none = XNamespace.None;

    // By local name: turning a string into an XName costs a look-up in a table of the process at each call.

    /// <summary>The first child with this name in no namespace, or a later one of them.</summary>
    internal static XElement? Child(this XElement parent, ReadOnlySpan<char> name, int number = 1)
    {
        // FirstNode would turn a text into a node of its own.
        if (!parent.HasElements)
            return null;
        for (var node = parent.FirstNode; node is not null; node = node.NextNode)
            if (node.AsElement() is { } child && name.SequenceEqual(child.Name.LocalName) && child.Name.Namespace == s_none && --number == 0)
                return child;
        return null;
    }

    /// <summary>The node, if it is an element. A cast would look for classes that derive from XElement, of which there are none here.</summary>
    internal static XElement? AsElement(this XNode node) => node.GetType() == typeof(XElement) ? Unsafe.As<XElement>(node) : null;

    /// <summary>The value of the attribute with this name in no namespace.</summary>
    internal static string? Read(this XElement element, ReadOnlySpan<char> name)
    {
        for (var attribute = element.FirstAttribute; attribute is not null; attribute = attribute.NextAttribute)
            if (name.SequenceEqual(attribute.Name.LocalName) && attribute.Name.Namespace == s_none)
                return attribute.Value;
        return null;
    }

    internal static string? Text(this XElement parent, string child) => parent.Child(child)?.Value;

    internal static string? AttributeOf(this XElement parent, string child, string attribute) => parent.Child(child)?.Read(attribute);

    /// <summary>Sets the child's text; null removes the child. What already reads so is not touched.</summary>
    internal static void SetText(this XElement parent, string child, string? value, string[] order)
    {
        var element = parent.Child(child);
        if (value is null)
        {
            if (element is not null)
                Remove(element);
            return;
        }
        DefinitionXml.Checked(value, $"<{child}>");
        if (element is null)
            Insert(parent, new XElement(child, value), order);
        else if (element.Value != value)
            element.Value = value;
    }

    /// <summary>Sets an attribute of the element itself; null removes it.</summary>
    internal static void SetAttribute(this XElement element, XName name, string? value)
    {
        if (value is not null)
            DefinitionXml.Checked(value, $"the attribute '{name}' of <{element.Name}>");
        if (element.Attribute(name)?.Value != value)
            element.SetAttributeValue(name, value);
    }

    /// <summary>Sets an attribute of a child, creating the child; null removes the attribute, and the child when nothing is left of it.</summary>
    internal static void SetAttributeOf(this XElement parent, string child, string attribute, string? value, string[] order)
    {
        var element = parent.Child(child);
        if (value is null && element is null)
            return;
        SetAttribute(element ??= Ensure(parent, child, order), attribute, value);
        if (value is null)
            Prune(element);
    }

    /// <summary>Makes the empty child, such as &lt;readonly/&gt;, be there or not.</summary>
    internal static void SetFlag(this XElement parent, string child, bool value, string[] order)
    {
        var element = parent.Child(child);
        if (value && element is null)
            Insert(parent, new XElement(child), order);
        else if (!value && element is not null)
            Remove(element);
    }

    internal static XElement Ensure(XElement parent, string child, string[] order) =>
        parent.Child(child) ?? Insert(parent, new XElement(child), order);

    /// <summary>Inserts after the last sibling that libvirt writes before it or that has the same name.</summary>
    internal static XElement Insert(XElement parent, XElement element, string[] order)
    {
        var rank = Rank(element.Name, order);
        XElement? previous = null;
        foreach (var sibling in parent.Elements())
            if (rank < 0 || sibling.Name == element.Name || Rank(sibling.Name, order) is >= 0 and var other && other <= rank)
                previous = sibling;

        var indent = ChildIndent(parent);
        if (indent is not null && element.HasElements && !element.Nodes().OfType<XText>().Any())
            Indent(element, indent);
        if (previous is not null)
        {
            // Looking backwards costs a walk through all siblings; looking forwards does not.
            if (indent is null)
                previous.AddAfterSelf(element);
            else
                previous.AddAfterSelf(new XText(indent), element);
        }
        else if (parent.HasElements)
        {
            parent.AddFirst(element);
            if (indent is not null)
                parent.AddFirst(new XText(indent));
        }
        else
        {
            var closing = indent is null ? null : OwnIndent(parent);
            if (parent.Nodes().All(IsWhitespace))
                parent.RemoveNodes();
            if (indent is not null)
                parent.Add(new XText(indent));
            parent.Add(element);
            if (closing is not null)
                parent.Add(new XText(closing));
        }
        return element;
    }

    /// <summary>Removes the element, and its container too when <paramref name="containers"/> names it and nothing is left in it.</summary>
    internal static void Remove(XElement element, params ReadOnlySpan<string> containers)
    {
        var parent = element.Parent;
        if (parent is null)
            return;
        if (element.PreviousNode is { } before && IsWhitespace(before))
            before.Remove();
        element.Remove();
        if (parent.HasElements || !parent.Nodes().All(IsWhitespace))
            return;
        parent.RemoveNodes();
        if (containers.Contains(parent.Name.LocalName))
            Prune(parent, containers);
    }

    /// <summary>Removes the element when it has neither content nor attributes.</summary>
    internal static void Prune(XElement element, params ReadOnlySpan<string> containers)
    {
        if (element.Attributes().All(a => a.IsNamespaceDeclaration) && element.Nodes().All(IsWhitespace))
            Remove(element, containers);
    }

    internal static string ToInvariant(ulong value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>The place in the order; -1 for what it does not name, which goes last.</summary>
    private static int Rank(XName name, string[] order) =>
        name.NamespaceName.Length == 0 ? Array.IndexOf(order, name.LocalName) : -1;

    private static bool IsWhitespace(XNode node) => node is XText text && string.IsNullOrWhiteSpace(text.Value);

    /// <summary>The whitespace before each child, or null where the document is written without indentation.</summary>
    private static string? ChildIndent(XElement parent)
    {
        if (parent.HasElements)
        {
            XNode? before = null;
            for (var node = parent.FirstNode; node is not null; before = node, node = node.NextNode)
                if (node is XElement && before is XText text && string.IsNullOrWhiteSpace(text.Value))
                    return LastLine(text.Value);
            return null;
        }
        return OwnIndent(parent) is { } own ? own + IndentStep : null;
    }

    private static string? OwnIndent(XElement element)
    {
        if (element.PreviousNode is XText text && string.IsNullOrWhiteSpace(text.Value))
            return LastLine(text.Value);
        if (element.Parent is null && element.FirstNode is XText inner && string.IsNullOrWhiteSpace(inner.Value) && inner.Value.Contains('\n'))
            return "\n";
        return null;
    }

    private static string LastLine(string whitespace)
    {
        var lineEnd = whitespace.LastIndexOf('\n');
        return lineEnd < 0 ? whitespace : whitespace[lineEnd..];
    }

    private static void Indent(XElement element, string indent)
    {
        foreach (var child in element.Elements().ToList())
        {
            child.AddBeforeSelf(new XText(indent + IndentStep));
            if (child.HasElements)
                Indent(child, indent + IndentStep);
        }
        element.Add(new XText(indent));
    }
}
