using System.Globalization;

namespace Xen.Cim.Benchmarks;

/// <summary>What a run of native/host.c printed.</summary>
internal sealed class NativeHost
{
    private readonly ILookup<string, long> _values;

    private NativeHost(string output) => _values = output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(l => l.Split(' ')).ToLookup(l => l[0], l => long.Parse(l[1], CultureInfo.InvariantCulture));

    public double BootMilliseconds => One("boot") / 1000.0;

    /// <summary>From before the library was loaded to the end of the first answer.</summary>
    public double FirstMilliseconds => One("first") / 1000.0;

    public double WarmMilliseconds => Timing.Median([.. _values["round"].TakeLast(_values["round"].Count() / 2).Select(v => v / 1000.0)]);

    public double AddedMiB => (One("rss_after") - One("rss_before")) / 1024.0;

    /// <summary>Of that, what is not a file's that other processes share.</summary>
    public double AddedAnonymousMiB => (One("anonymous_after") - One("anonymous_before")) / 1024.0;

    /// <summary>The same when it has served nobody for a while.</summary>
    public double AddedQuietMiB => (One("rss_quiet") - One("rss_before")) / 1024.0;

    /// <summary>The process's own memory when it has served nobody for a while, in KiB.</summary>
    public long QuietAnonymousKiB => One("anonymous_quiet");

    public long Instances => One("instances");

    /// <param name="quiet">Seconds without a request at the end.</param>
    public static NativeHost Provider(string program, string library, string uri, string className, int rounds, int quiet = 0) =>
        new(Stage.Run(program, ["provider", library, className, rounds.ToString(CultureInfo.InvariantCulture), quiet.ToString(CultureInfo.InvariantCulture)], connect: uri));

    /// <summary>All instances of a class some times, then five seconds without requests.</summary>
    public static NativeHost Quiet(string program, string library, string uri, string className, string configuration) =>
        new(Stage.Run(program, ["provider", library, className, "5", "5"], connect: uri, configuration: configuration));

    public static NativeHost Libvirt(string program, string uri) => new(Stage.Run(program, ["libvirt", uri]));

    private long One(string name) => _values[name].Single();
}
