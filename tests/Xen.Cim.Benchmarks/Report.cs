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

    public List<GrowthRow> Growth { get; } = [];

    public List<CrowdRow> Crowds { get; } = [];

    /// <summary>What the library's process has of its own, in KiB, after all settings were read.</summary>
    public List<(string Host, int Guests, long KiB)> Memory { get; } = [];

    public List<(string What, string Value)> Shim { get; } = [];

    public List<(string What, string Value)> Server { get; } = [];

    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine("# Speed and memory");
        text.AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"Measured by `{Command}`, which writes this file. All figures are medians of one run in which the things compared took turns. What is measured by hand is in [performance-by-hand.md](performance-by-hand.md).");
        text.AppendLine(CultureInfo.InvariantCulture, $"{Guests} guests (one disk and one adapter each, every fifth one off) on libvirt's test driver, which lives in the provider's process; {Environment.ProcessorCount} processors, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}, libvirt {Libvirt}.");
        text.AppendLine();
        text.AppendLine("## Targets");
        text.AppendLine();
        Table(text, ["what", "measured", "bound", "verdict"], Targets.Select(t => new[] { t.What, t.Measured, t.Bound, t.Met switch { true => "met", false => "**missed**", null => "" } }));
        text.AppendLine();
        AppendGrowth(text);
        text.AppendLine("## Operations with the simulated host in the provider's process, in milliseconds");
        text.AppendLine();
        text.AppendLine("*libvirt*: the libvirt calls that the answer needs and nothing else. *provider*: the same with the provider's work, without CMPI. *HTTP*: through the shim, the CMPI broker and the embedded CIM server to a client that keeps its connection. *wbemcli*: the whole program. `Test_Canned` are instances that the server itself holds ready.");
        text.AppendLine();
        Table(text, ["operation", "instances", "libvirt", "provider", "ratio", "HTTP", "wbemcli"], Operations.Select(o => new[]
        {
            o.Name, o.Instances.ToString(CultureInfo.InvariantCulture), Ms(o.Libvirt), Ms(o.Provider), o.Libvirt is { } bare ? Ratio(o.Provider / bare) : "", Ms(o.Http), Ms(o.Wbemcli),
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

    /// <summary>The heading of <see cref="ServerAlone"/>.</summary>
    public const string ServerAloneHeading = "## The embedded server at full length";

    /// <summary>The embedded server's figures as a section, for a run that measures nothing else.</summary>
    public string ServerAlone()
    {
        var text = new StringBuilder();
        text.AppendLine(ServerAloneHeading);
        text.AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"Measured by `{Command}`, which writes this section; {Environment.ProcessorCount} processors, on which {Load} other programs wanted to run at the beginning. Processor time is the server's own.");
        text.AppendLine();
        Table(text, ["what", "measured", "bound"], Targets.Select(t => new[] { t.What, t.Measured, t.Bound }).Concat(Server.Select(s => new[] { s.What, s.Value, "none" })));
        return text.ToString();
    }

    // The average of the last minute (proc_loadavg(5)).
    private string Load { get; } = File.ReadAllText("/proc/loadavg").Split(' ')[0];

    private void AppendGrowth(StringBuilder text)
    {
        if (Growth.Count == 0)
            return;
        text.AppendLine("## With few and with many guests, in milliseconds");
        text.AppendLine();
        text.AppendLine("Guests in a libvirtd of their own that others use too: on its test driver, four of five running, whose guests are read with each request, and on QEMU's, three of them running, where its files tell what has to be read again. *libvirt*: the bare calls that the answer needs, without CIM. *first*: with a new connection and nothing known, on both sides. *later*: the same connection, again. Before both, and before the calls of a server, the same was asked a hundred times or for two seconds, so that what is hot is compiled. *wire*: canned instances over HTTP, as many as make an answer of the same length. *broker*: what is left of the call over HTTP, which is the shim and the broker. *wbemcli*: the whole program, beside the same canned instances.");
        text.AppendLine();
        Table(text, ["operation", "host", "guests", "instances", "libvirt first", "provider first", "ratio", "libvirt later", "provider later", "ratio", "broker", "wire", "HTTP", "wbemcli", "canned", "ratio"], Growth.OrderBy(r => r.Operation, StringComparer.Ordinal).Select(r => new[]
        {
            r.Operation, r.Host, Number(r.Guests), Number(r.Instances), Ms(r.ColdLibvirt), Ms(r.Cold), Ratio2(r.Cold / r.ColdLibvirt), Ms(r.WarmLibvirt), Ms(r.Warm), Ratio2(r.Warm / r.WarmLibvirt),
            Ms(Math.Max(0, r.Http - r.Warm - r.CannedHttp)), Ms(r.CannedHttp), Ms(r.Http), Ms(r.Whole), Ms(r.CannedWhole), Ratio2(r.Whole / r.CannedWhole),
        }));
        text.AppendLine();
        AppendShares(text);
        if (Crowds.Count > 0)
        {
            text.AppendLine("## Many clients at once");
            text.AppendLine();
            text.AppendLine(CultureInfo.InvariantCulture, $"{Growth.Where(r => r.Host == "QEMU").Max(r => r.Guests)} guests on QEMU; each client sends its next request when it has the answer. They share the processors with the server. Times of a request in milliseconds.");
            text.AppendLine();
            Table(text, ["operation", "clients", "requests a second", "median", "slowest"], Crowds.Select(c => new[] { c.Operation, Number(c.Clients), c.PerSecond.ToString("0", CultureInfo.InvariantCulture), Ms(c.Median), Ms(c.Slowest) }));
            text.AppendLine();
        }
        text.AppendLine("## Memory with few and with many guests");
        text.AppendLine();
        text.AppendLine("The library by itself, in a small program in C: all settings of all guests six times, then five seconds without a request; memory that is the process's own.");
        text.AppendLine();
        Table(text, ["host", "guests", "memory"], Memory.Select(m => new[] { m.Host, Number(m.Guests), MiB(m.KiB / 1024.0) }));
        text.AppendLine();
    }

    // A whole call on the test driver reads every guest: what is libvirt's of it no provider can save.
    private void AppendShares(StringBuilder text)
    {
        var rows = Growth.Where(r => r.Instances >= 100 && r.Whole / r.CannedWhole > 1.3).OrderBy(r => r.Operation, StringComparer.Ordinal).ToList();
        if (rows.Count == 0)
            return;
        text.AppendLine("### Where the time of whole calls is that take more than 1.3 times as long as canned instances");
        text.AppendLine();
        text.AppendLine("*canned*: the program, the wire and the server, for an answer of the same length. *libvirt*: the bare libvirt calls that the answer needs, by themselves. *ours*: what the call over HTTP takes beyond both, which is the provider's work, the shim and the broker. *program*: what wbemcli itself takes longer for these instances than for canned ones of the same length.");
        text.AppendLine();
        Table(text, ["operation", "host", "guests", "wbemcli", "canned", "libvirt", "ours", "program", "canned and ours, against canned"], rows.Select(r => new[]
        {
            r.Operation, r.Host, Number(r.Guests), Ms(r.Whole), Ms(r.CannedWhole), Ms(r.WarmLibvirt), Ms(Ours(r)), Ms(Math.Max(0, r.Whole - r.Http - (r.CannedWhole - r.CannedHttp))),
            Ratio2((r.CannedWhole + Ours(r)) / r.CannedWhole),
        }));
        text.AppendLine();

        static double Ours(GrowthRow row) => Math.Max(0, row.Http - row.CannedHttp - row.WarmLibvirt);
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Ratio2(double value) => double.IsNaN(value) ? "" : value.ToString("0.00", CultureInfo.InvariantCulture) + "×";

    public required string Libvirt { get; init; }

    public static string Ms(double? value) => value is { } v && !double.IsNaN(v) ? v.ToString(v < 10 ? "0.00" : "0", CultureInfo.InvariantCulture) : "";

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
