using Xen.Cim.EndToEnd.Tests.Running;
using Xen.Cim.EndToEnd.Tests.Suite.Hosts;

namespace Xen.Cim.EndToEnd.Tests.Suite.XenPV;

/// <summary>Guests that were made with xl, past libvirt.</summary>
[Collection(XenLabTests.Name)]
public sealed class XlGuests(XenHost host) : IClassFixture<XenHost>
{
    [GuestFact]
    public void Are_not_seen()
    {
        const string Name = "past-libvirt";
        host.RunInDomain0($"printf 'name=\"{Name}\"\\nkernel=\"{XenLabHost.Kernel}\"\\nramdisk=\"{XenLabHost.Initrd}\"\\nextra=\"console=hvc0\"\\nmemory=96\\nvcpus=1\\n' >/tmp/{Name}.cfg && xl create /tmp/{Name}.cfg");
        try
        {
            Assert.Contains(Name, host.RunInDomain0("xl list"), StringComparison.Ordinal);
            Assert.DoesNotContain(Name, host.Virsh("list", "--all"), StringComparison.Ordinal);
            Assert.DoesNotContain(host.Wbemcli.Instances("Xen_ComputerSystem"), g => g["ElementName"] == Name);
        }
        finally
        {
            host.RunInDomain0($"xl destroy {Name}");
        }
    }
}
