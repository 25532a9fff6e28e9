using Xen.Cim.EndToEnd.Tests.Running;
using Xen.Cim.EndToEnd.Tests.Suite.Hosts;

namespace Xen.Cim.EndToEnd.Tests.Suite.XenPV;

/// <summary>
/// What happens to guests when the host starts. libvirt starts what is to start with the host when it runs for the first
/// time since; without its mark that it did, it takes its next run for that.
/// </summary>
[Collection(XenLabTests.Name)]
public sealed class HostStarts(XenHost host) : GuestTests(host, GuestKind.PV), IClassFixture<XenHost>
{
    [GuestFact]
    public void Start_the_guests_that_are_to_start_with_it_and_no_others()
    {
        using var with = Define("with-the-host", "AutomaticStartupAction = 4;");
        using var without = Define("without");
        ((XenHost)Host).RunInDomain0("rm /run/libvirt/libxl/autostarted && restart-libvirtd");
        // The provider's connection was lost on the way; it connects again by itself.
        Eventually.True(() => with.Read()["EnabledState"] == "2", "the guest runs", 60);
        Assert.Equal("running", Host.Virsh("domstate", with.Uuid).Trim());
        Assert.Equal("3", without.Read()["EnabledState"]);
    }
}
