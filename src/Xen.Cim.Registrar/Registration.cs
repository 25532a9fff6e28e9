using System.Text;
using System.Text.RegularExpressions;
using Xen.Cim.Model;
using Xen.Cim.Providers;

namespace Xen.Cim.Registrar;

/// <summary>Writes what a CIM server must be told about the provider library, from what the library itself declares.</summary>
public static partial class Registration
{
    public const string Module = "XenCim";
    public const string Provider = "XenCimProvider";

    /// <summary>The classes in the namespaces that they are to be registered in.</summary>
    public static IReadOnlyList<ProvidedClass> In(string @namespace, string interop, IEnumerable<ProvidedClass> classes) =>
        [.. classes.Select(c => c with { Namespace = c.Namespace == ClassProvider.InteropNamespace ? interop : @namespace })];

    /// <summary>
    /// The classes that go into one of the two namespaces, of those that the MOF declares and those that are provided. One that is not provided by itself
    /// (a superclass, a setting that is only embedded) goes with the classes that are managed.
    /// </summary>
    public static IEnumerable<string> ClassesOf(bool interop, IEnumerable<string> declared, IReadOnlyList<ProvidedClass> provided) =>
        declared.Union(provided.Select(c => c.ClassName), StringComparer.OrdinalIgnoreCase).Where(name =>
        {
            var namespaces = provided.Where(c => c.ClassName.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(c => c.Namespace == ClassProvider.InteropNamespace);
            return namespaces.DefaultIfEmpty(false).Contains(interop);
        });

    /// <summary>Whether a text can be a namespace's name (DSP0004 8.2.5, with slashes as every server has them).</summary>
    public static bool IsNamespace(string? text) => text is not null && NamespaceName().IsMatch(text);

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
                    Namespaces = { "{{@class.Namespace}}" };
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
                   namespace: {@class.Namespace}
                   group: {Module}
                   unload: never

                """);
        }
        return text.ToString();
    }

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]*(/[A-Za-z_][A-Za-z0-9_]*)*\z")]
    private static partial Regex NamespaceName();

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
