using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Xen.Cim.Hypervisor;
using Xen.Cim.Providers;

namespace Xen.Cim.Benchmarks;

/// <summary>One operation on one host; milliseconds. What does not apply is NaN.</summary>
internal sealed record GrowthRow(string Host, int Guests, string Operation, long Instances,
    double ColdLibvirt, double Cold, double WarmLibvirt, double Warm, double Http, double CannedHttp, double Whole, double CannedWhole);

/// <summary>So many clients at once.</summary>
internal sealed record CrowdRow(string Operation, int Clients, double PerSecond, double Median, double Slowest);

/// <summary>The same operations on hosts with few and with many guests, in the provider, in the CIM server and as whole programs.</summary>
internal sealed class Growth(Report report, Stage stage, int port, string filter)
{
    private const int WarmRounds = 100;

    private static readonly TimeSpan s_time = TimeSpan.FromMilliseconds(700);
    private static readonly TimeSpan s_crowdTime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_warmTime = TimeSpan.FromSeconds(2);
    private static readonly int[] s_crowds = [1, 4, 16, 64];

    private double? _cannedSize;

    public void Measure(IReadOnlyList<int> simulated, IReadOnlyList<int> qemu, string root)
    {
        var program = stage.CompileHost(root);
        foreach (var (onQemu, guests) in simulated.Select(n => (false, n)).Concat(qemu.Select(n => (true, n))))
        {
            Console.Error.WriteLine($"{(onQemu ? "QEMU" : "test driver")}, {guests} guests");
            using var host = PopulatedHost.Start(onQemu, guests, out var lacking);
            if (host is null)
            {
                report.Targets.Add(new($"{guests} guests on {(onQemu ? "QEMU" : "the test driver")}", lacking!, "measured", null));
                continue;
            }
            Measure(host);
            MeasureMemory(host, program);
            if (onQemu && guests == qemu.Max())
                MeasureCrowds(host);
        }
        Judge();
    }

    private void Measure(PopulatedHost host)
    {
        // What was just written is looked at again for a moment.
        Thread.Sleep(500);
        var operations = GrowthOperations.On(host).Where(o => o.Name.Contains(filter, StringComparison.OrdinalIgnoreCase)).ToList();
        var inside = operations.Select(o => MeasureInside(host, o)).ToList();
        using var server = stage.StartServer(port, host.Uri, 1, configuration: host.Configuration);
        try
        {
            Thread.Sleep(500);
            for (var i = 0; i < operations.Count; i++)
            {
                var row = MeasureServer(operations[i], inside[i]);
                report.Growth.Add(row);
                Console.Error.WriteLine($"  {row.Operation}: {row.Instances} instances, libvirt {Report.Ms(row.WarmLibvirt)}, first {Report.Ms(row.Cold)}, then {Report.Ms(row.Warm)}, HTTP {Report.Ms(row.Http)} (canned {Report.Ms(row.CannedHttp)}), whole {Report.Ms(row.Whole)} (canned {Report.Ms(row.CannedWhole)})");
            }
        }
        finally
        {
            Stop(server);
        }
    }

    private static XenCimProvider Provider(PopulatedHost host) =>
        new(LibvirtHypervisor.Create(host.Options, NullLoggerFactory.Instance), new ProviderOptions(), NullLoggerFactory.Instance);

    /// <summary>In this process: the first time with a new connection and nothing known, and later.</summary>
    private static GrowthRow MeasureInside(PopulatedHost host, GrowthOperation operation)
    {
        using var provider = Provider(host);
        using var libvirt = new BareLibvirt(host.Uri);
        var instances = operation.Provider(provider);
        var (coldLibvirt, cold) = (double.NaN, double.NaN);
        if (operation.Reads)
        {
            Warm(() => operation.Provider(provider));
            var first = Timing.MediansWithin(s_time,
                () =>
                {
                    BareLibvirt? fresh = null;
                    var took = Timing.Once(() => operation.Libvirt(fresh = new BareLibvirt(host.Uri)));
                    fresh!.Dispose();
                    return took;
                },
                () =>
                {
                    XenCimProvider? fresh = null;
                    var took = Timing.Once(() => operation.Provider(fresh = Provider(host)));
                    fresh!.Dispose();
                    return took;
                });
            (coldLibvirt, cold) = (first[0], first[1]);
        }
        var later = Timing.MediansWithin(s_time, () => Timing.Once(() => operation.Libvirt(libvirt)), () => Timing.Once(() => operation.Provider(provider)));
        return new(host.Name, host.Guests, operation.Name, instances, coldLibvirt, cold, later[0], later[1], double.NaN, double.NaN, double.NaN, double.NaN);
    }

    /// <summary>Beside a server that holds as much ready: a program that reads an answer takes as long as the answer is.</summary>
    private GrowthRow MeasureServer(GrowthOperation operation, GrowthRow row)
    {
        using var client = new CimXmlClient(port);
        if (operation.Wbemcli is not { } arguments)
            return row with { Http = Timing.MediansWithin(s_time, () => Timing.Once(() => operation.Http(client)))[0] };
        var request = CimXmlClient.Enumerate("Test_Canned", names: false);
        _cannedSize ??= MeasureCanned(request);
        using var holder = stage.StartServer(port + 1, stage.SmallHost, (int)Math.Max(Math.Round(operation.Http(client) / _cannedSize.Value), 1));
        try
        {
            using var canned = new CimXmlClient(port + 1);
            static string Url(string format, int at) => string.Format(CultureInfo.InvariantCulture, format, $"http://127.0.0.1:{at}/root/virt:");
            Warm(() => operation.Http(client));
            Warm(() => canned.Send(request));
            var http = Timing.MediansWithin(s_time, () => Timing.Once(() => operation.Http(client)), () => Timing.Once(() => canned.Send(request)));
            var whole = Timing.MediansWithin(s_time,
                () => Timing.Once(() => Stage.Run("wbemcli", ["-nl", .. arguments.Select(a => Url(a, port))])),
                () => Timing.Once(() => Stage.Run("wbemcli", ["-nl", "ei", Url("{0}Test_Canned", port + 1)])));
            return row with { Http = http[0], CannedHttp = http[1], Whole = whole[0], CannedWhole = whole[1] };
        }
        finally
        {
            Stop(holder);
        }
    }

    /// <summary>How many bytes a canned instance adds to an answer.</summary>
    private double MeasureCanned(CimXmlClient.Request request)
    {
        const int Instances = 1000;
        using var holder = stage.StartServer(port + 1, stage.SmallHost, Instances);
        try
        {
            using var client = new CimXmlClient(port + 1);
            return (double)client.Send(request) / Instances;
        }
        finally
        {
            Stop(holder);
        }
    }

    private void MeasureMemory(PopulatedHost host, string program)
    {
        var file = Path.Combine(Path.GetDirectoryName(program)!, "memory.conf");
        File.WriteAllText(file, host.Configuration);
        var kib = NativeHost.Quiet(program, stage.Library, host.Uri, "CIM_ResourceAllocationSettingData", file).QuietAnonymousKiB;
        report.Memory.Add((host.Name, host.Guests, kib));
        Console.Error.WriteLine($"  memory of the process's own: {kib} KiB");
    }

    private void MeasureCrowds(PopulatedHost host)
    {
        using var server = stage.StartServer(port, host.Uri, host.Guests, configuration: host.Configuration);
        try
        {
            var operations = GrowthOperations.On(host);
            var canned = CimXmlClient.Enumerate("Test_Canned", names: false);
            foreach (var (name, send) in ((string, Func<CimXmlClient, long>)[])[
                .. operations.Where(o => o.Name is "EnumerateInstances Xen_ComputerSystem" or "EnumerateInstances Xen_DiskRASD" or "GetInstance of a guest").Select(o => (o.Name, o.Http)),
                ($"EnumerateInstances Test_Canned, {host.Guests} instances", c => c.Send(canned))])
            {
                foreach (var clients in s_crowds)
                {
                    var row = Crowd(name, clients, send);
                    report.Crowds.Add(row);
                    Console.Error.WriteLine($"  {clients} clients: {name}: {row.PerSecond:0}/s");
                }
            }
        }
        finally
        {
            Stop(server);
        }
    }

    private CrowdRow Crowd(string name, int clients, Func<CimXmlClient, long> send)
    {
        var times = new List<double>();
        var begin = Stopwatch.GetTimestamp();
        Task.WaitAll([.. Enumerable.Range(0, clients).Select(_ => Task.Factory.StartNew(() =>
        {
            using var client = new CimXmlClient(port);
            do
            {
                var took = Timing.Once(() => send(client));
                lock (times)
                    times.Add(took);
            }
            while (Stopwatch.GetElapsedTime(begin) < s_crowdTime);
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))]);
        return new(name, clients, times.Count / Stopwatch.GetElapsedTime(begin).TotalSeconds, Timing.Median(times), times.Max());
    }

    private void Judge()
    {
        // Reading of everything, where it takes long enough to be measured.
        var large = report.Growth.Where(r => r.Instances >= 100).ToList();
        foreach (var host in large.GroupBy(r => (r.Host, r.Guests)).Where(h => h.Key is ("QEMU", >= 100) or ("test", 1000)))
        {
            var where = $"{host.Key.Guests} guests on {(host.Key.Host == "QEMU" ? "QEMU" : "the test driver")}";
            Worst($"Whole calls of wbemcli that read, against canned instances that are as long, {where}", host, r => r.Whole / r.CannedWhole, 1.3);
            Worst($"Reading in the provider for the first time, against bare libvirt, {where}", host, r => r.Cold / r.ColdLibvirt, 1.2);
            if (host.Key.Host == "QEMU")
                Worst($"Reading in the provider later, against bare libvirt, {where}", host, r => r.Warm / r.WarmLibvirt, 0.1);
        }
        var one = report.Growth.Where(r => r is { Host: "test", Operation: "Associators of a guest" }).ToList();
        if (one.Count > 1)
        {
            Worst($"Associators of one guest: {one[^1].Guests} guests against {one[0].Guests}, in the provider", [one[^1]], r => r.Warm / one[0].Warm, 1.5);
            Worst($"Associators of one guest: {one[^1].Guests} guests against {one[0].Guests}, whole call", [one[^1]], r => r.Whole / one[0].Whole, 1.5);
        }
        foreach (var host in report.Memory.GroupBy(m => m.Host).Where(h => h.Count() > 1))
        {
            var (few, many) = (host.MinBy(m => m.Guests), host.MaxBy(m => m.Guests));
            var each = (double)(many.KiB - few.KiB) / (many.Guests - few.Guests);
            report.Targets.Add(new($"Memory of the process's own for each guest, {few.Guests} to {many.Guests} guests on {(host.Key == "QEMU" ? "QEMU" : "the test driver")}",
                $"{each:0.0} KiB", "40 KiB", each <= 40));
        }
    }

    private void Worst(string what, IEnumerable<GrowthRow> rows, Func<GrowthRow, double> ratio, double bound)
    {
        var worst = rows.MaxBy(ratio)!;
        var value = ratio(worst);
        report.Targets.Add(new($"{what}; the worst: {worst.Operation}", value.ToString("0.00", CultureInfo.InvariantCulture) + "×", bound.ToString("0.0", CultureInfo.InvariantCulture) + "×", value <= bound));
    }

    /// <summary>A service is asked all day: what its runtime compiles again where it is hot is compiled then.</summary>
    private static void Warm(Func<long> call)
    {
        for (var (began, rounds) = (Stopwatch.GetTimestamp(), 0); rounds < WarmRounds && Stopwatch.GetElapsedTime(began) < s_warmTime; rounds++)
            call();
        Thread.Sleep(200);
    }

    private static void Stop(Process server)
    {
        server.Kill();
        server.WaitForExit();
    }
}
