using Xen.Cim.Model;

namespace Xen.Cim.Server.Repository;

/// <summary>
/// Reads the registration files of SFCB: a section for each class, <c>[Class]</c>, and in it <c>provider:</c>,
/// <c>location:</c>, <c>type:</c> and <c>namespace:</c>. What else SFCB knows (group, unload, parameters) has no meaning here.
/// </summary>
public static class SfcbRegistration
{
    private static readonly Dictionary<string, ProviderKinds> s_kinds = new(StringComparer.OrdinalIgnoreCase)
    {
        ["instance"] = ProviderKinds.Instance,
        ["association"] = ProviderKinds.Association,
        ["method"] = ProviderKinds.Method,
        ["indication"] = ProviderKinds.Indication,
        // Properties are got and set through the instance.
        ["property"] = ProviderKinds.None,
        ["classProvider"] = ProviderKinds.None,
        ["qualifier"] = ProviderKinds.None,
    };

    /// <exception cref="FormatException">A line is none of those, or a section lacks one.</exception>
    public static IReadOnlyList<ProviderRegistration> Parse(IEnumerable<string> lines, string file)
    {
        var registrations = new List<ProviderRegistration>();
        string? section = null;
        var keys = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var number = 0;
        foreach (var line in lines.Select(l => l.Trim()))
        {
            number++;
            if (line.Length == 0 || line[0] is '#' or ';')
                continue;
            if (line[0] == '[' && line[^1] == ']')
            {
                End();
                section = line[1..^1].Trim();
                continue;
            }
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (section is null || colon <= 0)
                throw new FormatException($"{file}:{number}: \"{line}\": expected [Class] or, below it, provider:, location:, type: or namespace:.");
            keys[line[..colon].Trim()] = line[(colon + 1)..].Trim();
        }
        End();
        return registrations;

        void End()
        {
            if (section is null)
                return;
            string provider = Required("provider"), location = Required("location");
            var kinds = ProviderKinds.None;
            foreach (var type in Words("type"))
            {
                kinds |= s_kinds.TryGetValue(type, out var kind) ? kind
                    : throw new FormatException($"{file}: [{section}]: type: {type}: expected instance, association, method, indication or property.");
            }
            foreach (var ns in Words("namespace"))
                registrations.Add(new(location, provider, ns.Trim('/'), section, kinds));
            keys.Clear();
        }

        string Required(string key) => keys.GetValueOrDefault(key) is { Length: > 0 } value ? value : throw new FormatException($"{file}: [{section}] has no {key}:.");

        string[] Words(string key) => Required(key).Split([' ', '\t', ','], StringSplitOptions.RemoveEmptyEntries);
    }
}
