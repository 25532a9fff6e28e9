using System.Buffers;
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

    private static readonly SearchValues<char> s_inNames = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    internal static IReadOnlyList<KeyValuePair<string, string>> Of(XElement device)
    {
        var parameters = new List<KeyValuePair<string, string>>();
        Collect(device, "", parameters);
        return parameters;
    }

    internal static string? Get(XElement device, string parameter)
    {
        var element = device;
        var depth = 0;
        foreach (var range in parameter.AsSpan().Split('/'))
        {
            var part = parameter.AsSpan(range);
            if (++depth > MaximumDepth)
                throw TooDeep(parameter);
            if (IsAttribute(part) && range.End.Value == parameter.Length)
                return element?.Read(Name(part[1..]));
            var number = Step(parameter, depth, ref part);
            element = element is null ? null : element.Child(part, number);
        }
        return element is null or { HasElements: true } || element.Value.Length == 0 ? null : element.Value;
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
    internal static ReadOnlySpan<char> Name(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= 64 && char.IsAsciiLetter(text[0]) && !text.ContainsAnyExcept(s_inNames)
            ? text : throw Invalid(text.ToString(), "expected names of letters, digits and hyphens");

    private static void Collect(XElement element, string prefix, List<KeyValuePair<string, string>> parameters)
    {
        for (var attribute = element.FirstAttribute; attribute is not null; attribute = attribute.NextAttribute)
            if (attribute.Name.Namespace == XNamespace.None && !attribute.IsNamespaceDeclaration)
                parameters.Add(new(prefix + "@" + attribute.Name.LocalName, attribute.Value));
        if (!element.HasElements)
        {
            if (prefix.Length > 0 && !string.IsNullOrWhiteSpace(element.Value))
                parameters.Add(new(prefix[..^1], element.Value));
            return;
        }
        Dictionary<string, int>? numbers = null;
        foreach (var child in element.Elements())
        {
            var name = child.Name.LocalName;
            if (child.Name.Namespace != XNamespace.None || (prefix.Length == 0 && IsPlace(name)))
                continue;
            // Mostly there is but one child.
            var number = child.NextNode is null && numbers is null ? 1 : (numbers ??= new(StringComparer.Ordinal))[name] = numbers.GetValueOrDefault(name) + 1;
            Collect(child, number > 1 ? $"{prefix}{name}[{number.ToString(CultureInfo.InvariantCulture)}]/" : prefix + name + "/", parameters);
        }
    }

    private static (List<(string Name, int Number)> Path, string? Attribute) Split(string parameter)
    {
        var parts = parameter.Split('/');
        if (parts.Length > MaximumDepth)
            throw TooDeep(parameter);
        var path = new List<(string, int)>();
        for (var i = 0; i < parts.Length; i++)
        {
            ReadOnlySpan<char> part = parts[i];
            if (i == parts.Length - 1 && IsAttribute(part))
                return (path, Name(part[1..]).ToString());
            var number = Step(parameter, i + 1, ref part);
            path.Add((part.ToString(), number));
        }
        return (path, null);
    }

    private static bool IsAttribute(ReadOnlySpan<char> part) => part is ['@', ..];

    private static bool IsPlace(ReadOnlySpan<char> name) => name is "address" or "alias";

    /// <summary>Takes "codec[2]" apart: leaves the name in <paramref name="part"/>.</summary>
    /// <returns>The number; 1 where there is none.</returns>
    private static int Step(string parameter, int depth, ref ReadOnlySpan<char> part)
    {
        var bracket = part.IndexOf('[');
        var number = 1;
        if (bracket >= 0 && (part[^1] != ']' || !int.TryParse(part[(bracket + 1)..^1], NumberStyles.None, CultureInfo.InvariantCulture, out number) || number is < 1 or > MaximumOfAKind))
            throw Invalid(parameter, $"a number in brackets is 1 to {MaximumOfAKind}");
        part = Name(bracket < 0 ? part : part[..bracket]);
        return depth == 1 && IsPlace(part) ? throw Invalid(parameter, "where the guest sees a device and what libvirt calls it cannot be asked for") : number;
    }

    private static HypervisorException TooDeep(string parameter) => Invalid(parameter, $"it is more than {MaximumDepth} deep");

    private static HypervisorException Invalid(string parameter, string why) =>
        new(HypervisorError.InvalidArgument, $"'{(parameter.Length > 64 ? parameter[..64] + "..." : parameter)}' is no parameter of a device: {why}; one looks like @model or backend/@type");
}
