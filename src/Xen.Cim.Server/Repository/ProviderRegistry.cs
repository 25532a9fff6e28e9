using Xen.Cim.Model;

namespace Xen.Cim.Server.Repository;

/// <summary>A provider's claim to a class, from one PG_ProviderCapabilities instance.</summary>
/// <param name="Location">The library: lib&lt;Location&gt;.so.</param>
/// <param name="Provider">The name that the library's entry points are found by.</param>
public sealed record ProviderRegistration(string Location, string Provider, string Namespace, string ClassName, ProviderKinds Kinds);

/// <summary>
/// Who serves which class: PG_ProviderModule, PG_Provider and PG_ProviderCapabilities instances as OpenPegasus reads them.
/// </summary>
public sealed class ProviderRegistry
{
    private readonly Dictionary<(string Namespace, string ClassName), List<ProviderRegistration>> _byClass = new(NamespaceAndClass.Comparer);

    public IEnumerable<ProviderRegistration> All => _byClass.Values.SelectMany(r => r);

    /// <summary>Reads the registration instances of a namespace.</summary>
    /// <exception cref="CimException">INVALID_PARAMETER: an instance names what is not there, or lacks what it needs.</exception>
    public void Load(IEnumerable<CimInstance> instances)
    {
        var all = instances.ToList();
        var modules = all.Where(i => Is(i, "PG_ProviderModule")).ToDictionary(i => Text(i, "Name"), StringComparer.Ordinal);
        var providers = all.Where(i => Is(i, "PG_Provider")).ToDictionary(i => (Text(i, "ProviderModuleName"), Text(i, "Name")));
        foreach (var capabilities in all.Where(i => Is(i, "PG_ProviderCapabilities")))
        {
            string module = Text(capabilities, "ProviderModuleName"), provider = Text(capabilities, "ProviderName");
            if (!modules.TryGetValue(module, out var moduleInstance))
                throw CimException.InvalidParameter($"{Describe(capabilities)} names the module {module}, which is not registered.");
            if (!providers.ContainsKey((module, provider)))
                throw CimException.InvalidParameter($"{Describe(capabilities)} names the provider {provider}, which is not registered.");
            if (moduleInstance["InterfaceType"] is string type && type != "CMPI")
                throw CimException.InvalidParameter($"The module {module} has the interface {type}; this server loads CMPI providers.");
            var kinds = ProviderKinds.None;
            foreach (var number in CimValue.Elements(capabilities["ProviderType"] as Array ?? Array.Empty<ushort>()))
            {
                kinds |= Convert.ToInt32(number, System.Globalization.CultureInfo.InvariantCulture) switch
                {
                    2 => ProviderKinds.Instance,
                    3 => ProviderKinds.Association,
                    4 => ProviderKinds.Indication,
                    5 => ProviderKinds.Method,
                    _ => ProviderKinds.None,
                };
            }
            foreach (var ns in CimValue.Elements(capabilities["Namespaces"] as Array
                ?? throw CimException.InvalidParameter($"{Describe(capabilities)} has no Namespaces.")))
            {
                Add(new(Text(moduleInstance, "Location"), provider, ((string)ns!).Trim('/'), Text(capabilities, "ClassName"), kinds));
            }
        }
    }

    public void Add(ProviderRegistration registration)
    {
        var key = (registration.Namespace, registration.ClassName);
        if (!_byClass.TryGetValue(key, out var list))
            _byClass[key] = list = [];
        list.Add(registration);
    }

    /// <summary>The first provider that serves exactly this class in this way, or null.</summary>
    public ProviderRegistration? Find(string @namespace, string className, ProviderKinds kind)
    {
        if (_byClass.TryGetValue((@namespace, className), out var list))
        {
            foreach (var registration in list)
            {
                if ((registration.Kinds & kind) != 0)
                    return registration;
            }
        }
        return null;
    }

    /// <summary>All providers that serve exactly this class in this way, in the order of their registration.</summary>
    public IEnumerable<ProviderRegistration> FindAll(string @namespace, string className, ProviderKinds kind) =>
        _byClass.TryGetValue((@namespace, className), out var list) ? list.Where(r => (r.Kinds & kind) != 0) : [];

    private static bool Is(CimInstance instance, string className) => instance.ClassName.Equals(className, StringComparison.OrdinalIgnoreCase);

    private static string Text(CimInstance instance, string property) => instance[property] as string
        ?? throw CimException.InvalidParameter($"{Describe(instance)} has no {property}.");

    private static string Describe(CimInstance instance) =>
        $"{instance.ClassName} {instance["CapabilityID"] ?? instance["Name"] ?? ""}".TrimEnd();

    private static class NamespaceAndClass
    {
        public static readonly IEqualityComparer<(string Namespace, string ClassName)> Comparer =
            EqualityComparer<(string Namespace, string ClassName)>.Create(
                (a, b) => a.Namespace.Equals(b.Namespace, StringComparison.OrdinalIgnoreCase) && a.ClassName.Equals(b.ClassName, StringComparison.OrdinalIgnoreCase),
                k => HashCode.Combine(StringComparer.OrdinalIgnoreCase.GetHashCode(k.Namespace), StringComparer.OrdinalIgnoreCase.GetHashCode(k.ClassName)));
    }
}
