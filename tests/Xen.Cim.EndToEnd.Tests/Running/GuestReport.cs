using System.Globalization;

namespace Xen.Cim.EndToEnd.Tests.Running;

/// <summary>What a guest with the lab's initrd sees, as it printed it on its console (tests/xen-lab/initrd/guest).</summary>
/// <param name="Number">Counts the lines since the guest's start.</param>
/// <param name="Uptime">Seconds since the guest's start.</param>
/// <param name="Processors">Those online.</param>
/// <param name="MemoryKiB">The kernel's MemTotal: what the guest has, less what the kernel keeps for itself.</param>
/// <param name="Disks">Name → size in bytes.</param>
/// <param name="Adapters">MAC addresses.</param>
/// <param name="CdRoms">Name → size of the medium in bytes; 0 without one.</param>
public sealed record GuestReport(int Number, double Uptime, int Processors, long MemoryKiB,
    IReadOnlyDictionary<string, long> Disks, IReadOnlyList<string> Adapters, IReadOnlyDictionary<string, long> CdRoms)
{
    private const string Start = "GUEST ";

    /// <summary>The last whole report in a console's output; null when there is none yet.</summary>
    public static GuestReport? Last(string console) =>
        // The last piece has no end of line: it may be half a line.
        console.Split('\n').SkipLast(1).Select(Parse).LastOrDefault(report => report is not null);

    private static GuestReport? Parse(string line)
    {
        if (line.IndexOf(Start, StringComparison.Ordinal) is not (>= 0 and var at))
            return null;
        var words = line[(at + Start.Length)..].Trim().Split(' ');
        if (!int.TryParse(words[0], CultureInfo.InvariantCulture, out var number))
            return null;
        var values = words.Skip(1).Select(word => word.Split('=', 2)).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1]);
        return values.Count != 6 ? null : new GuestReport(number, double.Parse(values["up"], CultureInfo.InvariantCulture),
            int.Parse(values["cpus"], CultureInfo.InvariantCulture), long.Parse(values["memory"], CultureInfo.InvariantCulture),
            Sizes(values["disks"]), [.. List(values["nics"]).Select(nic => nic.Split('/')[1])], Sizes(values["cdroms"]));
    }

    private static string[] List(string value) => value.Split(',', StringSplitOptions.RemoveEmptyEntries);

    private static Dictionary<string, long> Sizes(string value) =>
        List(value).Select(item => item.Split(':')).ToDictionary(pair => pair[0], pair => long.Parse(pair[1], CultureInfo.InvariantCulture));
}
