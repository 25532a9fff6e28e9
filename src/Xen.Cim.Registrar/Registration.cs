using System.Text;
using Xen.Cim.Model;
using Xen.Cim.Providers;

namespace Xen.Cim.Registrar;

/// <summary>Writes what a CIM server must be told about the provider library, from what the library itself declares.</summary>
public static class Registration
{
    public const string Module = "XenCim";
    public const string Provider = "XenCimProvider";

    /// <summary>The classes in the namespaces that they are to be registered in.</summary>
    public static IReadOnlyList<ProvidedClass> In(string @namespace, string interop, IEnumerable<ProvidedClass> classes)
    {
        string Place(string home) => home == ClassProvider.InteropNamespace ? interop : @namespace;
        return
        [
            .. classes.Select(c => c with { Namespace = Place(c.Namespace), SecondNamespace = c.SecondNamespace is { } second ? Place(second) : null }),
        ];
    }

    /// <summary>
    /// The classes that go into one of the two namespaces, of those that the MOF declares and those that are provided. One that is not provided by itself
    /// (a superclass, a setting that is only embedded) goes with the classes that are managed.
    /// </summary>
    public static IEnumerable<string> ClassesOf(bool interop, IEnumerable<string> declared, IReadOnlyList<ProvidedClass> provided) =>
        declared.Union(provided.Select(c => c.ClassName), StringComparer.OrdinalIgnoreCase).Where(name =>
        {
            var namespaces = provided.Where(c => c.ClassName.Equals(name, StringComparison.OrdinalIgnoreCase)).SelectMany(c => c.Namespaces)
                .Select(home => home == ClassProvider.InteropNamespace);
            return namespaces.DefaultIfEmpty(false).Contains(interop);
        });

    /// <summary>OpenPegasus and the embedded server: PG_ProviderModule, PG_Provider and a PG_ProviderCapabilities for each class.</summary>
    public static string Pegasus(IEnumerable<ProvidedClass> classes, string version)
    {
        var mof = new StringBuilder($$"""
            // Generated from the provider's own declaration. Goes into the Interop namespace.

            instance of PG_ProviderModule
            {
                Name = "{{Module}}";
                Location = "{{Module}}";
                Vendor = "Xen.Cim";
                Version = "{{version}}";
                InterfaceType = "CMPI";
                InterfaceVersion = "2.0.0";
                UserContext = 4;
            };

            instance of PG_Provider
            {
                ProviderModuleName = "{{Module}}";
                Name = "{{Provider}}";
            };

            """);
        foreach (var @class in Sorted(classes))
        {
            mof.Append($$"""

                instance of PG_ProviderCapabilities
                {
                    ProviderModuleName = "{{Module}}";
                    ProviderName = "{{Provider}}";
                    CapabilityID = "{{@class.ClassName}}";
                    ClassName = "{{@class.ClassName}}";
                    Namespaces = { {{string.Join(", ", @class.Namespaces.Select(n => $"\"{n}\""))}} };
                    ProviderType = { {{string.Join(", ", PegasusTypes(@class.Kinds))}} };
                };

                """);
        }
        return mof.ToString();
    }

    /// <summary>SFCB: one section a class, all in one group so that one process keeps the state.</summary>
    public static string Sfcb(IEnumerable<ProvidedClass> classes)
    {
        var text = new StringBuilder("# Generated from the provider's own declaration. For sfcbstage.\n");
        foreach (var @class in Sorted(classes))
        {
            text.Append($"""

                [{@class.ClassName}]
                   provider: {Provider}
                   location: {Module}
                   type: {string.Join(' ', SfcbTypes(@class.Kinds))}
                   namespace: {string.Join(' ', @class.Namespaces)}
                   group: {Module}
                   unload: never

                """);
        }
        return text.ToString();
    }

    private static IOrderedEnumerable<ProvidedClass> Sorted(IEnumerable<ProvidedClass> classes) =>
        classes.OrderBy(c => c.ClassName, StringComparer.Ordinal);

    // PG_ProviderCapabilities.ProviderType: 2 instance, 3 association, 4 indication, 5 method.
    private static IEnumerable<int> PegasusTypes(ProviderKinds kinds)
    {
        if (kinds.HasFlag(ProviderKinds.Instance))
            yield return 2;
        if (kinds.HasFlag(ProviderKinds.Association))
            yield return 3;
        if (kinds.HasFlag(ProviderKinds.Indication))
            yield return 4;
        if (kinds.HasFlag(ProviderKinds.Method))
            yield return 5;
    }

    private static IEnumerable<string> SfcbTypes(ProviderKinds kinds)
    {
        if (kinds.HasFlag(ProviderKinds.Instance))
            yield return "instance";
        if (kinds.HasFlag(ProviderKinds.Association))
            yield return "association";
        if (kinds.HasFlag(ProviderKinds.Indication))
            yield return "indication";
        if (kinds.HasFlag(ProviderKinds.Method))
            yield return "method";
    }
}
