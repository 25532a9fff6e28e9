using System.Globalization;
using Xen.Cim.EndToEnd.Tests.Running;
using Xen.Cim.EndToEnd.Tests.Suite.Hosts;

namespace Xen.Cim.EndToEnd.Tests.Suite.Themes;

/// <summary>Domain-0, which runs the host: seen, protected, and its memory within limits.</summary>
public abstract class ControlDomain(HostUnderTest host, GuestKind kind) : GuestTests(host, kind)
{
    [GuestFact]
    public void Is_protected()
    {
        var domain0 = Find();
        foreach (var state in (int[])[3, 4, 6, 9, 10, 11])
            Refused("cm", Wbemcli.Url(Guests.Path(domain0)), $"RequestStateChange.RequestedState={state}");
        Refused("cm", Wbemcli.Url(Wbemcli.Service()), $"DestroySystem.AffectedSystem={Guests.Argument(Guests.Path("Domain-0"))}");
        Refused("di", Wbemcli.Url(Guests.Path(domain0)));
        var now = Wbemcli.Guest(domain0);
        Assert.Equal(("2", ""), (now["EnabledState"], now.Optional("AvailableRequestedStates")));

        static void Refused(params string[] arguments)
        {
            var error = Wbemcli.Refused(arguments);
            Assert.Equal(2, error.Status);
            Assert.Contains("Domain-0", error.Message, StringComparison.Ordinal);
        }
    }

    [GuestFact]
    public void Has_a_name_that_is_its_own()
    {
        // Its UUID in libvirt is all zeros on every host.
        Assert.NotEqual(Guid.Empty.ToString(), Find());
    }

    [GuestFact]
    public void Gives_memory_and_gets_it_back()
    {
        Host.Require("SetMemoryLive");
        var domain0 = Find();
        var path = Guests.SettingPath("Xen_MemoryRASD", $"Xen:{domain0}/state/memory");
        var before = uint.Parse(Wbemcli.Get(path)["VirtualQuantity"], CultureInfo.InvariantCulture);
        foreach (var kib in (uint[])[before - 2048, before])
        {
            Assert.Equal(Guests.Completed, Wbemcli.Modify($$"""instance of Xen_MemoryRASD { InstanceID = "Xen:{{domain0}}/state/memory"; VirtualQuantity = {{kib}}; };""").Return);
            Eventually.True(() => Wbemcli.Get(path)["VirtualQuantity"] == kib.ToString(CultureInfo.InvariantCulture), $"Domain-0 has {kib} KiB", 60);
            if (Host.VirshSeesIt)
                Assert.Equal($"{kib} KiB", SuiteGuest.Table(Host.Virsh("dominfo", "Domain-0"), ':')["Used memory"]);
        }
    }

    private string Find()
    {
        Assert.SkipUnless(Host.Driver != "QEMU", "a QEMU host runs without a control domain");
        var guests = Wbemcli.Instances("Xen_ComputerSystem");
        Assert.SkipUnless(Host.VirshSeesIt || guests.Any(g => g["ElementName"] == "Domain-0"), "this simulated host has no Domain-0");
        return Assert.Single(guests, g => g["IsControlDomain"].Equals("TRUE", StringComparison.OrdinalIgnoreCase))["Name"];
    }
}
