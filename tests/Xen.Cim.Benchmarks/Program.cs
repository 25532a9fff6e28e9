using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Xen.Cim.Hypervisor;
using Xen.Cim.Providers;

namespace Xen.Cim.Benchmarks;

/// <summary>Measures reading at each place along a request's way, side by side, and compares with the targets.</summary>
internal static class Program
{
    private const string Command = "dotnet run -c Release --project tests/Xen.Cim.Benchmarks -- ";

    private static int Main(string[] arguments)
    {
        var guests = new Option<int>("--guests") { Description = "How many guests the simulated host has.", DefaultValueFactory = _ => 1000 };
        var output = new Option<FileInfo>("--output") { Description = "File to write the report to." };
        var stage = new Option<DirectoryInfo>("--stage") { Description = "A tree that is built already (see .ci/common.sh); without it one is built." }.AcceptExistingOnly();
        var port = new Option<int>("--port") { Description = "Port for the CIM server.", DefaultValueFactory = _ => 15988 };
        var rounds = new Option<int>("--rounds") { Description = "How often each thing is measured.", DefaultValueFactory = _ => 15 };
        var part = new Option<string>("--only") { Description = "Measure only one part: provider, server (with the provider), growth (few and many guests), embedded (the server by itself) or shim." }.AcceptOnlyFromAmong("provider", "server", "growth", "embedded", "shim");
        var simulated = new Option<int[]>("--simulated") { Description = "Numbers of guests on libvirt's test driver.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [10, 100, 500, 1000, 5000] };
        var qemu = new Option<int[]>("--qemu") { Description = "Numbers of guests on QEMU.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [100, 500] };
        var soak = new Option<int>("--soak") { Description = "Requests of the soak of the embedded server; 0 for none.", DefaultValueFactory = _ => 50_000 };
        var filter = new Option<string>("--operation") { Description = "Measure only operations whose names contain this." };
        var command = new RootCommand("Measures the speed and the memory of Xen.Cim.") { guests, output, stage, port, rounds, part, filter, soak, simulated, qemu };
        command.SetAction(result =>
        {
            var report = Measure(Command + string.Join(' ', arguments), result.GetValue(guests), result.GetValue(stage)?.FullName, result.GetValue(port), result.GetValue(rounds), result.GetValue(part), result.GetValue(filter) ?? "", result.GetValue(soak), result.GetValue(simulated)!, result.GetValue(qemu)!);
            Console.Write(report);
            if (result.GetValue(output) is { } file)
                File.WriteAllText(file.FullName, result.GetValue(part) == "embedded" ? WithServerAlone(file.FullName, report.ServerAlone()) : report.ToString());
            return report.Targets.Any(t => t.Met == false) ? 1 : 0;
        });
        return command.Parse(arguments).Invoke();
    }

    // One section changes, and all others stay.
    private static string WithServerAlone(string file, string section)
    {
        var text = File.Exists(file) ? File.ReadAllText(file) : "";
        var start = text.IndexOf(Report.ServerAloneHeading, StringComparison.Ordinal);
        if (start < 0)
            return $"{text}\n{section}";
        var end = text.IndexOf("\n## ", start, StringComparison.Ordinal);
        return text[..start] + section + (end < 0 ? "" : text[end..]);
    }

    private static Report Measure(string command, int guests, string? stageFolder, int port, int rounds, string? part, string filter, int soak, int[] simulated, int[] qemu)
    {
        var root = Stage.Root();
        if (stageFolder is null && part != "provider")
            Stage.Build(root);
        var work = Directory.CreateTempSubdirectory("xen-cim-benchmark-").FullName;
        try
        {
            var stage = new Stage(stageFolder ?? Path.Combine(root, "artifacts", "stage"), work);
            var uri = SimulatedHost.Write(Path.Combine(work, "host.xml"), guests);
            using var libvirt = new BareLibvirt(uri);
            using var provider = new XenCimProvider(LibvirtHypervisor.Create(new HypervisorOptions { Uri = uri }, NullLoggerFactory.Instance), new ProviderOptions(), NullLoggerFactory.Instance);
            var report = new Report { Command = command, Guests = guests, Libvirt = global::Libvirt.LibvirtLibrary.Version.ToString() };
            var operations = new Operations(libvirt, provider).All(SimulatedHost.Uuid(guests / 2)).Where(o => o.Name.Contains(filter, StringComparison.OrdinalIgnoreCase)).ToList();
            if (part is null or "provider" or "server")
                MeasureOperations(report, stage, operations, uri, port, rounds, part != "provider", part != "server");
            if (part is null or "growth")
                new Growth(report, stage, port, filter).Measure(simulated, qemu, root);
            if (part is null or "embedded")
            {
                using (var codec = new Codec())
                    codec.Measure(report, rounds);
                new EmbeddedServer(report, stage, port).Measure(rounds, soak);
            }
            if (part is null or "shim")
                MeasureShim(report, stage, root, uri, rounds);
            return report;
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static void MeasureOperations(Report report, Stage stage, IReadOnlyList<Operations.Entry> operations, string uri, int port, int rounds, bool server, bool inside)
    {
        foreach (var operation in operations)
        {
            // The first answer also tells how many there are.
            var instances = operation.Provider();
            var (bare, provided) = (double.NaN, double.NaN);
            if (inside)
            {
                var libvirt = operation.Libvirt;
                var times = libvirt is null
                    ? Timing.Medians(30, rounds, () => operation.Provider())
                    : Timing.Medians(instances > 1 ? 10 : 200, rounds, () => operation.Provider(), () => libvirt());
                provided = times[0];
                bare = libvirt is null ? double.NaN : times[1];
            }
            report.Operations.Add(new(operation.Name, double.IsNaN(bare) ? null : bare, provided, null, null, instances));
            Console.Error.WriteLine($"{operation.Name}: libvirt {Report.Ms(bare)}, provider {Report.Ms(provided)}");
        }
        if (inside)
        {
            var inProvider = report.Operations[0].Provider / report.Operations[0].Libvirt!.Value;
            report.Targets.Add(new("EnumerateInstances of Xen_ComputerSystem in the provider, against the libvirt calls it needs", Report.Ratio(inProvider), "2×", inProvider <= 2));
        }
        if (server)
            MeasureServer(report, stage, operations, uri, port, rounds);
    }

    private static void MeasureServer(Report report, Stage stage, IReadOnlyList<Operations.Entry> operations, string uri, int port, int rounds)
    {
        using var server = stage.StartServer(port, uri, report.Guests);
        try
        {
            using var client = new CimXmlClient(port);
            var canned = CimXmlClient.Enumerate("Test_Canned", names: false);
            var cannedSize = client.Send(canned);
            var guestsSize = client.Send(operations[0].Request);
            string Url(string path) => string.Format(CultureInfo.InvariantCulture, path, $"http://127.0.0.1:{port}/root/virt:");
            void Wbemcli(string[] arguments) => Stage.Run("wbemcli", ["-nl", .. arguments.Select(Url)]);

            double? cannedHttp = null;
            for (var i = 0; i < operations.Count; i++)
            {
                var operation = operations[i];
                var times = Timing.Medians(i == 0 ? 40 : operation.Name.StartsWith("Enum", StringComparison.Ordinal) ? 8 : 40, rounds, () => client.Send(operation.Request), () => client.Send(canned));
                cannedHttp ??= times[1];
                report.Operations[i] = report.Operations[i] with { Http = times[0] };
                Console.Error.WriteLine($"{operation.Name}: HTTP {Report.Ms(times[0])}, canned {Report.Ms(times[1])}");
            }
            var ours = operations.Select((o, i) => (o.Wbemcli, i)).Where(o => o.Wbemcli is not null).ToList();
            string[] cannedArguments = ["ei", "{0}Test_Canned"];
            var programs = Timing.Medians(2, rounds, [.. ours.Select(o => (Action)(() => Wbemcli(o.Wbemcli!))), () => Wbemcli(cannedArguments)]);
            foreach (var ((_, i), time) in ours.Zip(programs))
                report.Operations[i] = report.Operations[i] with { Wbemcli = time };
            report.Operations.Add(new("EnumerateInstances Test_Canned", null, double.NaN, cannedHttp, programs[^1], report.Guests));

            var ratio = programs[0] / programs[^1];
            report.Targets.Add(new($"wbemcli ei Xen_ComputerSystem ({guestsSize / 1024} KiB), against as many canned instances ({cannedSize / 1024} KiB)", Report.Ratio(ratio), "2×", ratio <= 2));
            var http = report.Operations[0].Http!.Value / cannedHttp!.Value;
            report.Targets.Add(new("The same two over HTTP, without wbemcli's own time", Report.Ratio(http), "none", null));
        }
        finally
        {
            server.Kill();
            server.WaitForExit();
        }
    }

    private static void MeasureShim(Report report, Stage stage, string root, string uri, int rounds)
    {
        var program = stage.CompileHost(root);
        const string guests = "Xen_ComputerSystem";
        using var daemon = Daemon.Start();
        var served = daemon?.Uri(uri["test://".Length..]);
        List<NativeHost> small = [], large = [], bareSmall = [], bareLarge = [], all = [], remote = [];
        for (var i = 0; i < rounds; i++)
        {
            small.Add(NativeHost.Provider(program, stage.Library, stage.SmallHost, guests, 0));
            bareSmall.Add(NativeHost.Libvirt(program, stage.SmallHost));
            large.Add(NativeHost.Provider(program, stage.Library, uri, guests, 40));
            bareLarge.Add(NativeHost.Libvirt(program, uri));
            if (served is not null)
                remote.Add(NativeHost.Provider(program, stage.Library, served, guests, 40, quiet: 4));
            if (i < 3)
                all.Add(NativeHost.Provider(program, stage.Library, uri, "Xen_DiskRASD", 5));
        }
        static double Of(List<NativeHost> runs, Func<NativeHost, double> value) => Timing.Median([.. runs.Select(value)]);

        var first = Of(small, r => r.FirstMilliseconds);
        var added = Of(large, r => r.AddedMiB);
        report.Targets.Add(new("Cold start of the library to the end of its first answer", $"{first:0} ms", "250 ms", first <= 250));
        var bare = Of(bareLarge, r => r.AddedMiB);
        // On a real host the guests are in libvirtd's process; the in-process driver keeps the host itself where we measure.
        void Remote(string what, string bound, Func<NativeHost, double> value)
        {
            var mib = remote.Count > 0 ? Of(remote, value) : (double?)null;
            report.Targets.Add(new(what, mib is { } known ? Report.MiB(known) : "libvirtd is not installed", bound, bound == "none" ? null : mib <= 60));
        }
        Remote($"Resident memory that the library adds to its process, libvirt's client included, {report.Guests} guests in a libvirtd, four seconds after the last request", "60 MiB", r => r.AddedQuietMiB);
        Remote("The same while one request follows the other", "none", r => r.AddedMiB);
        report.Targets.Add(new("The same with the simulated host in the process too", Report.MiB(added), "none", null));
        report.Shim.Add(("Load the library and boot .NET", $"{Of(small, r => r.BootMilliseconds):0} ms"));
        report.Shim.Add(($"The same and the first EnumerateInstances of Xen_ComputerSystem, {small[0].Instances} guests", $"{first:0} ms"));
        report.Shim.Add(("Of which libvirt: load it, connect, list", $"{Of(bareSmall, r => r.FirstMilliseconds):0} ms"));
        report.Shim.Add(($"The first EnumerateInstances with {report.Guests} guests", $"{Of(large, r => r.FirstMilliseconds):0} ms"));
        report.Shim.Add(($"Of which libvirt, its test driver reading the host file", $"{Of(bareLarge, r => r.FirstMilliseconds):0} ms"));
        report.Shim.Add(($"EnumerateInstances with {report.Guests} guests, warm", $"{Report.Ms(Of(large, r => r.WarmMilliseconds))} ms"));
        report.Shim.Add(($"Resident memory added, after {small[0].Instances} guests", Report.MiB(Of(small, r => r.AddedMiB))));
        report.Shim.Add(($"Resident memory added, after 40 times {report.Guests} guests", Report.MiB(added)));
        report.Shim.Add(("Of that, the process's own: not mapped from files", Report.MiB(Of(large, r => r.AddedAnonymousMiB))));
        report.Shim.Add(($"The same after 6 times the disks of {report.Guests} guests, definitions read and kept", Report.MiB(Of(all, r => r.AddedMiB))));
        report.Shim.Add(($"libvirt by itself with {report.Guests} guests in its test driver", Report.MiB(bare)));
        report.Shim.Add(($"libvirt by itself with {bareSmall[0].Instances} guests in it", Report.MiB(Of(bareSmall, r => r.AddedMiB))));
    }
}
