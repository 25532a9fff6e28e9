using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.Scenarios;

/// <summary>The steps that every console takes: from the Interop namespace to the host, and along associations.</summary>
internal static class Walks
{
    public const string Interop = "root/interop";

    /// <summary>AssociatorNames.</summary>
    public static IReadOnlyList<string> Follow(this Wbemcli wbemcli, string path, string association, string? resultClass = null, string? role = null, string? resultRole = null) =>
        Wbemcli.Paths("ain", Filters(wbemcli, path, association, resultClass, role, resultRole));

    /// <summary>Associators.</summary>
    public static IReadOnlyList<PrintedInstance> Read(this Wbemcli wbemcli, string path, string association, string? resultClass = null, string? role = null, string? resultRole = null) =>
        Wbemcli.Objects("ai", Filters(wbemcli, path, association, resultClass, role, resultRole));

    /// <summary>The instances that conform to a profile of the DMTF, found as a console that knows nothing else finds them.</summary>
    public static IReadOnlyList<string> Conforming(this Wbemcli wbemcli, string registeredName)
    {
        var profile = Assert.Single(wbemcli.Instances($"{Interop}:CIM_RegisteredProfile"), p => p["RegisteredOrganization"] == "2" && p["RegisteredName"] == registeredName);
        return wbemcli.Follow(profile.Path, "CIM_ElementConformsToProfile", role: "ConformantStandard", resultRole: "ManagedElement");
    }

    public static string Host(this Wbemcli wbemcli) => Assert.Single(wbemcli.Conforming("System Virtualization"));

    private static IEnumerable<string> Filters(Wbemcli wbemcli, string path, string association, string? resultClass, string? role, string? resultRole) =>
        [wbemcli.Url(path), .. Filter("-ac", association), .. Filter("-arc", resultClass), .. Filter("-ar", role), .. Filter("-arr", resultRole)];

    private static string[] Filter(string option, string? value) => value is null ? [] : [option, value];
}
