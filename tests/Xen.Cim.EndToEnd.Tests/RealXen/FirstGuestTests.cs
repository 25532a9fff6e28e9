using System.Xml.Linq;
using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.RealXen;

/// <summary>A guest on a real Xen host, confirmed by virsh, by Xen itself and by the guest.</summary>
[Collection(XenLabTests.Name)]
public sealed class FirstGuestTests(XenLabFixture lab)
{
    [GuestFact]
    public void A_paravirtual_guest_is_defined_runs_and_shuts_down()
    {
        var host = lab.Host;
        var wbemcli = lab.Wbemcli;
        var uuid = wbemcli.Define(
            $$"""
            instance of Xen_VirtualSystemSettingData { ElementName = "first"; VirtualSystemType = "DMTF:XEN:PV";
                Kernel = "{{XenLabHost.Kernel}}"; RAMDisk = "{{XenLabHost.Initrd}}"; CommandLine = "{{XenLabHost.CommandLine}}"; };
            """,
            """
            instance of Xen_MemoryRASD { VirtualQuantity = 131072; };
            instance of Xen_NetworkRASD { Address = "00:16:3e:00:00:11"; Connection = {"xenbr0"}; };
            """);
        try
        {
            Assert.Equal("shut off", host.Virsh("domstate", uuid));
            var xml = XElement.Parse(host.Virsh("dumpxml", uuid));
            Assert.Equal(("xen", "linux"), ((string?)xml.Attribute("type"), (string?)xml.Element("os")!.Element("type")));

            // Where the machine is busy, the call ends before the guest has been started.
            Assert.True(wbemcli.Request(uuid, 2).Return is Guests.Completed or Guests.JobStarted);
            Eventually.True(() => wbemcli.Guest(uuid)["StatusDescriptions"] == "Running", "the guest has been started", 90);
            Assert.Equal("running", host.Virsh("domstate", uuid));
            Assert.Equal(uuid, host.RunInDomain0("xl vm-list | awk '$3 == \"first\" { print $1 }'"));
            var seen = host.WaitFor("first", _ => true, "anything");
            Assert.Equal(1, seen.Processors);
            // The kernel keeps some for itself.
            Assert.InRange(seen.MemoryKiB, 64 * 1024, 128 * 1024);
            Assert.Equal(["00:16:3e:00:00:11"], seen.Adapters);
            Assert.Empty(seen.Disks);

            var answer = wbemcli.Request(uuid, 4);
            Assert.Equal(Guests.JobStarted, answer.Return);
            Eventually.True(() => wbemcli.Get(answer.Output["Job"])["JobState"] == "7", "the guest has shut down", 60);
            Assert.Contains("GUEST does poweroff", host.Console("first"), StringComparison.Ordinal);
            Assert.Equal("shut off", host.Virsh("domstate", uuid));
        }
        finally
        {
            wbemcli.Done(wbemcli.Destroy(uuid));
        }
        Assert.NotEqual(0, host.TryVirsh("domstate", uuid).ExitCode);
    }
}
