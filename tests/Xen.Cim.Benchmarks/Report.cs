using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Xen.Cim.Benchmarks;

/// <summary>A figure with its bound; <paramref name="Met"/> is null where there is none.</summary>
internal sealed record Target(string What, string Measured, string Bound, bool? Met);

/// <summary>One operation, measured at each place along its way; milliseconds.</summary>
internal sealed record Operation(string Name, double? Libvirt, double Provider, double? Http, double? Wbemcli, long Instances);

/// <summary>The figures as text that people and documents can read.</summary>
internal sealed class Report
{
    public required string Command { get; init; }

    public required int Guests { get; init; }

    public List<Target> Targets { get; } = [];

    public List<Operation> Operations { get; } = [];

    public List<(string What, string Value)> Shim { get; } = [];

    public List<(string What, string Value)> Server { get; } = [];

    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine("# Speed and memory");
        text.AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"Measured by `{Command}`, which writes this file. All figures are medians of one run in which the things compared took turns.");
        text.AppendLine(CultureInfo.InvariantCulture, $"{Guests} guests (one disk and one adapter each, every fifth one off) on libvirt's test driver, which lives in the provider's process; {Environment.ProcessorCount} processors, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}, libvirt {Libvirt}.");
        text.AppendLine();
        text.AppendLine("## Targets");
        text.AppendLine();
        Table(text, ["what", "measured", "bound", "verdict"], Targets.Select(t => new[] { t.What, t.Measured, t.Bound, t.Met switch { true => "met", false => "**missed**", null => "" } }));
        text.AppendLine();
        text.AppendLine("## Operations, in milliseconds");
        text.AppendLine();
        text.AppendLine("*libvirt*: the libvirt calls that the answer needs and nothing else. *provider*: the same with the provider's work, without CMPI. *HTTP*: through the shim, the CMPI broker and the embedded CIM server to a client that keeps its connection. *wbemcli*: the whole program. `Test_Canned` are instances that the server itself holds ready.");
        text.AppendLine();
        Table(text, ["operation", "instances", "libvirt", "provider", "ratio", "HTTP", "wbemcli"], Operations.Select(o => new[]
        {
            o.Name, o.Instances.ToString(CultureInfo.InvariantCulture), Ms(o.Libvirt), double.IsNaN(o.Provider) ? "" : Ms(o.Provider), o.Libvirt is { } bare ? Ratio(o.Provider / bare) : "", Ms(o.Http), Ms(o.Wbemcli),
        }));
        text.AppendLine();
        text.AppendLine("## The embedded server by itself");
        text.AppendLine();
        text.AppendLine("With `Test_Canned` instances, which it holds ready, and a client that only reads lengths.");
        text.AppendLine();
        Table(text, ["what", "value"], Server.Select(s => new[] { s.What, s.Value }));
        text.AppendLine();
        text.AppendLine("## The library by itself");
        text.AppendLine();
        text.AppendLine("In a small program in C that loads `libXenCim.so` as a CIM server does, and has nothing else in it.");
        text.AppendLine();
        Table(text, ["what", "value"], Shim.Select(s => new[] { s.What, s.Value }));
        return text.ToString();
    }

    public required string Libvirt { get; init; }

    public static string Ms(double? value) => value is { } v ? v.ToString(v < 10 ? "0.00" : "0", CultureInfo.InvariantCulture) : "";

    public static string Ratio(double value) => value.ToString("0.0", CultureInfo.InvariantCulture) + "×";

    public static string MiB(double value) => value.ToString("0.0", CultureInfo.InvariantCulture) + " MiB";

    private static void Table(StringBuilder text, string[] heads, IEnumerable<string[]> rows)
    {
        text.Append("| ").AppendJoin(" | ", heads).AppendLine(" |");
        text.Append('|').AppendJoin("|", heads.Select((_, i) => i == 0 ? "---" : "---:")).AppendLine("|");
        foreach (var row in rows)
            text.Append("| ").AppendJoin(" | ", row).AppendLine(" |");
    }
}
