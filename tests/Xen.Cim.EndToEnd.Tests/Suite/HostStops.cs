using System.Diagnostics;
using System.Globalization;
using Xen.Cim.EndToEnd.Tests.Running;
using Xen.Cim.EndToEnd.Tests.Suite.Hosts;

namespace Xen.Cim.EndToEnd.Tests.Suite.XenPV;

/// <summary>What becomes of guests when the host stops and starts again: what the unit xen-cim-guests runs then.</summary>
[Collection(XenLabTests.Name)]
public sealed class HostStops(XenHost host) : GuestTests(host, GuestKind.PV), IClassFixture<XenHost>
{
    private const string Delay = "00000000000004.000000:000";
    private const double DelaySeconds = 4;

    [GuestFact]
    public void Guests_are_saved_shut_down_and_turned_off_and_start_again_in_their_order()
    {
        Assert.SkipUnless(ServerUnderTest.Given is null, "it takes a server that is told that the unit is enabled");
        using var idle = Define("idle", "AutomaticStartupAction = 3; AutomaticShutdownAction = 2;");
        using var last = Define("last", "AutomaticStartupAction = 3; AutomaticStartupActionSequenceNumber = 9; AutomaticShutdownAction = 2;");
        using var second = Define("second", $"AutomaticStartupAction = 4; AutomaticStartupActionSequenceNumber = 2; AutomaticStartupActionDelay = \"{Delay}\"; AutomaticShutdownAction = 4;");
        using var first = Define("first", "AutomaticStartupAction = 4; AutomaticStartupActionSequenceNumber = 1; AutomaticShutdownAction = 3;");
        using var other = Define("other");
        SuiteGuest[] started = [last, second, first];
        foreach (var guest in started)
            guest.Start();
        var before = first.Console.Next();
        second.Console.Next();

        var stop = Unit("stop", "--timeout", "60");
        Assert.True(stop.ExitCode == 0, stop.ToString());
        Assert.Equal(["Shut off", "Shut off", "Suspended to disk"], started.Select(g => g.Read()["StatusDescriptions"]));
        Assert.Equal(["shut off", "shut off", "shut off"], started.Select(g => Host.Virsh("domstate", g.Uuid)));
        first.ConfirmInfo("yes", "Managed save");
        Assert.Contains("GUEST does poweroff", second.Console.Heard, StringComparison.Ordinal);

        var clock = Stopwatch.StartNew();
        var start = Unit("start");
        Assert.True(start.ExitCode == 0, start.ToString());
        Assert.InRange(clock.Elapsed.TotalSeconds, DelaySeconds, double.MaxValue);
        Assert.Contains($"before {second.Name} is started", start.Errors, StringComparison.Ordinal);
        // Xen counts its guests.
        var ids = ((SuiteGuest[])[first, second, last]).Select(g => int.Parse(Host.Virsh("domid", g.Uuid), CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(ids.Order(), ids);
        foreach (var guest in (SuiteGuest[])[idle, other])
            Assert.Equal("shut off", Host.Virsh("domstate", guest.Uuid));
        var after = first.Console.Next();
        Assert.True(after.Number > before.Number && after.Uptime > before.Uptime, $"before: {before}; after: {after}");
    }

    private CommandResult Unit(params string[] arguments) => Command.Run("dotnet", [Path.Combine(Stage.Folder, "guests", "Xen.Cim.Guests.dll"), .. arguments, "--connect", Host.Uri]);
}
