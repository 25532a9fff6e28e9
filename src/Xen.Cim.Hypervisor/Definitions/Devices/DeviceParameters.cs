using System.Globalization;
using System.Xml.Linq;

namespace Xen.Cim.Hypervisor;

/// <summary>
/// All that a device's element says, as names and values: "@model", "backend/@type", "backend" for its text, and "codec[2]/@type"
/// for the second of several. Where the guest sees the device and what libvirt calls it (address, alias) are no parameters.
/// </summary>
internal static class DeviceParameters
{
    private const int MaximumDepth = 8;
    private const int MaximumOfAKind = 64;

    internal static IEnumerable<KeyValuePair<string, string>> Of(XElement device) => Of(device, "");

    internal static string? Get(XElement device, string parameter)
    {
        var (path, attribute) = Split(parameter);
        var element = device;
        foreach (var (name, number) in path)
        {
            if (element.Elements(name).ElementAtOrDefault(number - 1) is not { } child)
                return null;
            element = child;
        }
        return attribute is not null ? element.Read(attribute) : element.HasElements || element.Value.Length == 0 ? null : element.Value;
    }

    /// <summary>Sets a parameter, making the elements that it needs; null takes it away, and what nothing is left of.</summary>
    /// <exception cref="HypervisorException">InvalidArgument: no parameter's name, or it leaves out one of several.</exception>
    internal static void Set(XElement device, string parameter, string? value)
    {
        if (value == Get(device, parameter))
            return;
        var (path, attribute) = Split(parameter);
        var element = device;
        foreach (var (name, number) in path)
        {
            var there = element.Elements(name).ToList();
            if (there.Count >= number)
                element = there[number - 1];
            else if (value is null)
                return;
            else if (there.Count == number - 1)
                element = XmlEdit.Insert(element, new XElement(name), []);
            else
                throw Invalid(parameter, $"there are only {there.Count} of {name}");
        }
        if (attribute is not null)
            element.SetAttribute(attribute, value);
        else if (element.HasElements)
            throw Invalid(parameter, "it holds elements and has no text");
        else
            element.Value = value is null ? "" : DefinitionXml.Checked(value, parameter);
        while (value is null && element != device && element.Parent is { } parent)
        {
            XmlEdit.Prune(element);
            element = parent;
        }
    }

    /// <exception cref="HypervisorException">InvalidArgument: not a name of an element.</exception>
    internal static string Name(string text) =>
        text.Length is > 0 and <= 64 && char.IsAsciiLetter(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? text : throw Invalid(text, "expected names of letters, digits and hyphens");

    private static IEnumerable<KeyValuePair<string, string>> Of(XElement element, string prefix)
    {
        foreach (var attribute in element.Attributes())
            if (attribute.Name.Namespace == XNamespace.None && !attribute.IsNamespaceDeclaration)
                yield return KeyValuePair.Create($"{prefix}@{attribute.Name.LocalName}", attribute.Value);
        if (!element.HasElements && prefix.Length > 0 && !string.IsNullOrWhiteSpace(element.Value))
            yield return KeyValuePair.Create(prefix[..^1], element.Value);
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var child in element.Elements())
        {
            var name = child.Name.LocalName;
            if (child.Name.Namespace != XNamespace.None || (prefix.Length == 0 && name is "address" or "alias"))
                continue;
            var number = numbers[name] = numbers.GetValueOrDefault(name) + 1;
            foreach (var parameter in Of(child, $"{prefix}{name}{(number > 1 ? $"[{number.ToString(CultureInfo.InvariantCulture)}]" : "")}/"))
                yield return parameter;
        }
    }

    private static (List<(string Name, int Number)> Path, string? Attribute) Split(string parameter)
    {
        var parts = parameter.Split('/');
        if (parts.Length > MaximumDepth)
            throw Invalid(parameter, $"it is more than {MaximumDepth} deep");
        var path = new List<(string, int)>();
        for (var i = 0; i < parts.Length; i++)
        {
            var part = parts[i];
            if (i == parts.Length - 1 && part.StartsWith('@'))
                return (Checked(path), Name(part[1..]));
            var bracket = part.IndexOf('[', StringComparison.Ordinal);
            var number = 1;
            if (bracket >= 0 && (!part.EndsWith(']') || !int.TryParse(part.AsSpan(bracket + 1, part.Length - bracket - 2), NumberStyles.None, CultureInfo.InvariantCulture, out number) || number is < 1 or > MaximumOfAKind))
                throw Invalid(parameter, $"a number in brackets is 1 to {MaximumOfAKind}");
            path.Add((Name(bracket < 0 ? part : part[..bracket]), number));
        }
        return (Checked(path), null);

        List<(string Name, int Number)> Checked(List<(string Name, int Number)> elements) => elements is [("address" or "alias", _), ..]
            ? throw Invalid(parameter, "where the guest sees a device and what libvirt calls it cannot be asked for") : elements;
    }

    private static HypervisorException Invalid(string parameter, string why) =>
        new(HypervisorError.InvalidArgument, $"'{(parameter.Length > 64 ? parameter[..64] + "..." : parameter)}' is no parameter of a device: {why}; one looks like @model or backend/@type");
}
