using System.Text;

namespace Xen.Cim.EndToEnd.Tests.Conformance;

/// <summary>docs/conformance.md, written from the table.</summary>
internal static class ConformancePage
{
    public static string ToMarkdown(IEnumerable<ProfileRequirements> profiles)
    {
        var page = new StringBuilder("""
            # Conformance

            The registered profiles (DSP1033), what each makes mandatory, and what of ours that is. A test starts at the
            Interop namespace of a running server, finds each profile there, goes from it to its central instances, and
            checks every row of this page. This page is generated from the same table; with `XEN_CIM_UPDATE_DOCS=1` the test
            writes it anew.


            """);
        foreach (var profile in profiles)
        {
            page.Append(System.Globalization.CultureInfo.InvariantCulture, $"## {profile.Name} ({profile.Document} {profile.Version})\n\n");
            page.Append(System.Globalization.CultureInfo.InvariantCulture, $"Central instances: {string.Join(", ", profile.Central)}{When(profile.When)}.{(profile.Namespace is { } where ? $" All in {where}." : "")}\n\n");
            page.Append("| the profile's | ours | mandatory |\n|---|---|---|\n");
            foreach (var c in profile.Classes)
                page.Append(System.Globalization.CultureInfo.InvariantCulture, $"| {c.Cim} | {c.Ours} | {string.Join(", ", c.Properties.Select(p => p.Replace("=", " = ", StringComparison.Ordinal)))}{When(c.When)} |\n");
            foreach (var a in profile.Associations)
                page.Append(System.Globalization.CultureInfo.InvariantCulture, $"| {a.Cim} | {a.Ours} | {a.FromRole} {a.From}, {a.ToRole} {a.To}{When(a.When)} |\n");
            foreach (var m in profile.Methods)
                page.Append(System.Globalization.CultureInfo.InvariantCulture, $"| {m.Name}() | {m.Ours} | |\n");
            page.Append('\n');
        }
        return page.ToString().TrimEnd('\n') + "\n";
    }

    private static string When(string? condition) => condition is null ? "" : $"; where {condition}";
}
