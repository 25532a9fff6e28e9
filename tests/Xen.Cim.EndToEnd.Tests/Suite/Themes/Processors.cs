using System.Text.RegularExpressions;
using Xen.Cim.EndToEnd.Tests.Running;
using Xen.Cim.EndToEnd.Tests.Suite.Hosts;

namespace Xen.Cim.EndToEnd.Tests.Suite.Themes;

/// <summary>Processors of a running guest: their number, and where they run.</summary>
public abstract class Processors(HostUnderTest host, GuestKind kind) : GuestTests(host, kind)
{
    [GuestFact]
    public void More_and_fewer_while_it_runs_in_libvirts_eyes()
    {
        Host.Require("SetProcessorsLive");
        Host.RequireSeveralProcessors(Kind);
        using var guest = Run("vcpus", processors: 1, maximumProcessors: 2);
        Sees("1");
        guest.Modify("Xen_ProcessorRASD", "state/processor", "VirtualQuantity = 2;");
        Sees("2");
        Assert.Equal("1", guest.Setting("Xen_ProcessorRASD", "defined/processor")["VirtualQuantity"]);
        Assert.Equal("2", guest.Setting("Xen_ProcessorRASD", "state/processor")["MaximumProcessors"]);

        void Sees(string count)
        {
            Assert.Equal(count, guest.Setting("Xen_ProcessorRASD", "state/processor")["VirtualQuantity"]);
            if (Host.VirshSeesIt)
                Assert.Equal(count, Host.Virsh("vcpucount", "--live", "--current", guest.Uuid).Trim());
        }
    }

    [GuestFact]
    public void More_while_it_runs_in_the_guests_own_eyes()
    {
        Host.Require("SetProcessorsLive");
        Host.RequireSeveralProcessors(Kind);
        using var guest = Boot("vcpus", processors: 1, maximumProcessors: 2);
        Assert.Equal(1, guest.Console.Next().Processors);
        guest.Modify("Xen_ProcessorRASD", "state/processor", "VirtualQuantity = 2;");
        // A guest takes a new processor into use itself.
        guest.Console.WaitFor(r => r.Processors == 2, "two processors");
    }

    [GuestFact]
    public void More_than_the_maximum_takes_a_restart()
    {
        using var guest = Start("vcpumax");
        var more = Wbemcli.Refused("cm", Wbemcli.Url(Wbemcli.Service()), "ModifyResourceSettings.ResourceSettings=" + Wbemcli.Mof(
            $$"""instance of Xen_ProcessorRASD { InstanceID = "{{guest.Id("state/processor")}}"; VirtualQuantity = 2; };"""));
        Assert.Equal(4, more.Status);
        Assert.Equal("1", guest.Setting("Xen_ProcessorRASD", "state/processor")["VirtualQuantity"]);
    }

    [GuestFact]
    public void Are_pinned_for_the_next_start()
    {
        Host.RequireSeveralHostProcessors();
        using var guest = Define("pin");
        guest.Modify("Xen_ProcessorRASD", "defined/processor", """HostResource = {"0"}; MappingBehavior = 5;""");
        Assert.Equal(("0", "5"), Pinning(guest, "defined"));
        if (Host.VirshSeesIt)
            Assert.Equal("0", (string?)guest.Inactive.Element("vcpu")!.Attribute("cpuset") ?? (string?)Assert.Single(guest.Inactive.Descendants("vcpupin")).Attribute("cpuset"));
        guest.Modify("Xen_ProcessorRASD", "defined/processor", """HostResource = {""};""");
        Assert.Equal(("", ""), Pinning(guest, "defined"));
    }

    [GuestFact]
    public void Are_pinned_while_the_guest_runs()
    {
        Host.Require("PinProcessorsLive");
        Host.RequireLivePinning();
        Host.RequireSeveralHostProcessors();
        using var guest = Define("pin");
        guest.Start();
        guest.Modify("Xen_ProcessorRASD", "state/processor", """HostResource = {"1"}; MappingBehavior = 5;""");
        Assert.Equal(("1", "5"), Pinning(guest, "state"));
        Assert.Equal(("", ""), Pinning(guest, "defined"));
        if (Host.VirshSeesIt)
            Assert.Equal("1", Host.Virsh("vcpupin", guest.Uuid).Split('\n')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[^1]);
        guest.Modify("Xen_ProcessorRASD", "state/processor", """HostResource = {""};""");
        Assert.Equal(("", ""), Pinning(guest, "state"));
    }

    private static (string, string) Pinning(SuiteGuest guest, string configuration)
    {
        var setting = guest.Setting("Xen_ProcessorRASD", $"{configuration}/processor");
        // A path, of which the number is what matters here.
        return (Regex.Match(setting.Optional("HostResource"), @"DeviceID=\\*""(\d+)").Groups[1].Value, setting.Optional("MappingBehavior"));
    }
}
