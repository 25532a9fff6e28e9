using System.Diagnostics;
using System.Globalization;
using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.Scenarios;

/// <summary>Changes made behind the provider's back, at random, and the whole graph compared with libvirt's own answers after each few.</summary>
public sealed class RandomChangesTests(ITestOutputHelper output)
{
    private const int Rounds = 12;
    private const int ChangesInARound = 6;

    [Fact]
    public void The_model_follows_whatever_happens_on_the_host()
    {
        // Another seed, such as one that was printed, can be tried.
        var seed = int.TryParse(Environment.GetEnvironmentVariable("XEN_CIM_SEED"), CultureInfo.InvariantCulture, out var given) ? given : 20_261_121;
        using var libvirtd = Libvirtd.StartOrSkip();
        // The simulated host lives as long as somebody is connected to it.
        using var watcher = Watch(libvirtd.SimulatedUri);
        try
        {
            using var server = CimServerProcess.Start(libvirtd.SimulatedUri);
            var changes = new RandomChanges(libvirtd.SimulatedUri, new Random(seed));
            for (var round = 0; round < Rounds; round++)
            {
                for (var i = 0; i < ChangesInARound; i++)
                    output.WriteLine($"{round}: {changes.Next()}");
                Compare(libvirtd.SimulatedUri, new Wbemcli(server.Address), $"seed {seed}, round {round} after:\n{string.Join('\n', changes.Done)}");
            }
            Assert.InRange(changes.Done.Select(d => d.Split(' ')[0]).Distinct().Count(), 10, 100);
        }
        finally
        {
            watcher.Kill();
            watcher.WaitForExit();
        }
    }

    private static void Compare(string uri, Wbemcli wbemcli, string when)
    {
        // The provider hears of changes on its own way, a moment later.
        IReadOnlyCollection<string> expected = [], actual = [];
        var until = DateTime.UtcNow.AddSeconds(30);
        do
        {
            (expected, actual) = (LibvirtGraph.Of(uri), ModelGraph.Of(wbemcli));
        }
        while (!expected.SequenceEqual(actual) && DateTime.UtcNow < until);
        Assert.True(expected.SequenceEqual(actual), $"{when}\nlacking:\n  {string.Join("\n  ", expected.Except(actual))}\ntoo much:\n  {string.Join("\n  ", actual.Except(expected))}");
    }

    private static Process Watch(string uri)
    {
        var process = Process.Start(new ProcessStartInfo("virsh", ["-q", "-c", uri, "event", "--all", "--loop"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }
}
