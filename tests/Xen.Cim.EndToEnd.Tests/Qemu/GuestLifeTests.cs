using System.Xml.Linq;
using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.Qemu;

/// <summary>What the suite of guest life does not ask of QEMU, since other hosts have nothing like it.</summary>
public sealed class GuestLifeTests(QemuHostFixture host) : IClassFixture<QemuHostFixture>
{
    private Libvirtd Libvirtd => host.Libvirtd;

    private Wbemcli Wbemcli => host.Wbemcli;

    [Fact]
    public void A_new_guest_is_of_the_hosts_architecture_and_its_disk_outlives_it()
    {
        _ = Libvirtd;
        Assert.Equal("\"DMTF:XEN:HVM\"", Assert.Single(Wbemcli.Instances("Xen_VirtualSystemManagementCapabilities")).Properties["VirtualSystemTypesSupported"]);
        var root = Libvirtd.MakeImage("root.img");
        var uuid = Wbemcli.Define("""instance of Xen_VirtualSystemSettingData { ElementName = "demo"; };""", $$"""
            instance of Xen_MemoryRASD { VirtualQuantity = 49152; };
            instance of Xen_DiskRASD { VirtualDevice = "vda"; Address = "{{root}}"; };
            """);
        var xml = XElement.Parse(Libvirtd.Virsh("dumpxml", "--inactive", uuid));
        var capabilities = XElement.Parse(Libvirtd.Virsh("capabilities"));
        var architecture = (string?)capabilities.Element("host")!.Element("cpu")!.Element("arch");
        Assert.Equal(architecture, (string?)xml.Element("os")!.Element("type")!.Attribute("arch"));
        // This libvirtd has no hardware support to offer, whatever the machine has.
        Assert.Equal("qemu", (string?)xml.Attribute("type"));
        Wbemcli.Change(uuid, requested: 2, enabled: 2, "Running");
        Wbemcli.Done(Wbemcli.Destroy(uuid));
        Assert.NotEqual(0, Libvirtd.TryVirsh("dominfo", uuid).ExitCode);
        Assert.True(File.Exists(root));
    }

    [Fact]
    public void QEMU_is_told_the_balloons_target_and_a_disk_on_USB_goes_without_the_guests_help()
    {
        _ = Libvirtd;
        // Firmware has neither a balloon driver nor one for PCI slots.
        var uuid = Wbemcli.Define("""instance of Xen_VirtualSystemSettingData { ElementName = "firmware"; };""", "instance of Xen_MemoryRASD { VirtualQuantity = 49152; Limit = 65536; };");
        Wbemcli.Change(uuid, requested: 2, enabled: 2, "Running");
        Wbemcli.Done(Wbemcli.Modify($$"""instance of Xen_MemoryRASD { InstanceID = "Xen:{{uuid}}/state/memory"; VirtualQuantity = 40960; };"""));
        Assert.Contains($$"""{"execute":"balloon","arguments":{"value":{{40960 * 1024}}""", Libvirtd.Log, StringComparison.Ordinal);

        var stick = Libvirtd.MakeImage("stick.img");
        Wbemcli.Done(Wbemcli.Add($"Xen:{uuid}/state", $$"""instance of Xen_DiskRASD { VirtualDevice = "sda"; BusType = "usb"; Address = "{{stick}}"; };"""));
        Assert.Contains(stick, Libvirtd.Virsh("domblklist", uuid), StringComparison.Ordinal);
        Wbemcli.Done(Wbemcli.Remove("Xen_DiskRASD", $"Xen:{uuid}/state/sda"));
        Assert.DoesNotContain(stick, Libvirtd.Virsh("domblklist", uuid), StringComparison.Ordinal);

        // Of a PCI slot it has to let go itself, and does not: then the disk is not said to be gone.
        var disk = Libvirtd.MakeImage("held.img");
        Wbemcli.Done(Wbemcli.Add($"Xen:{uuid}/state", $$"""instance of Xen_DiskRASD { VirtualDevice = "vdb"; Address = "{{disk}}"; };"""));
        var held = Wbemcli.Refused("cm", Wbemcli.Url(Wbemcli.Service()), $"RemoveResourceSettings.ResourceSettings={Guests.Argument(Guests.SettingPath("Xen_DiskRASD", $"Xen:{uuid}/state/vdb"))}");
        Assert.Equal(1, held.Status);
        Assert.Contains("let go", held.Message, StringComparison.Ordinal);
        Assert.Contains(disk, Libvirtd.Virsh("domblklist", uuid), StringComparison.Ordinal);
        Assert.Equal(disk, Wbemcli.Get(Guests.SettingPath("Xen_DiskRASD", $"Xen:{uuid}/state/vdb"))["Address"]);
        Wbemcli.Done(Wbemcli.Destroy(uuid));
    }

    [Fact]
    public void A_device_that_libvirt_puts_back_by_itself_is_not_said_to_be_removed()
    {
        _ = Libvirtd;
        var uuid = Wbemcli.Define("""instance of Xen_VirtualSystemSettingData { ElementName = "board"; Machine = "q35"; };""", "instance of Xen_MemoryRASD { VirtualQuantity = 32768; };");
        var before = Libvirtd.Virsh("dumpxml", "--inactive", uuid);
        Assert.Contains("controller type='sata'", before, StringComparison.Ordinal);
        var refused = Wbemcli.Refused("cm", Wbemcli.Url(Wbemcli.Service()), $"RemoveResourceSettings.ResourceSettings={Guests.Argument(Guests.SettingPath("Xen_StorageControllerRASD", $"Xen:{uuid}/defined/controller-sata-0"))}");
        Assert.Contains("controller-sata-0", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, Libvirtd.Virsh("dumpxml", "--inactive", uuid));
        Wbemcli.Done(Wbemcli.Destroy(uuid));
    }

    [Fact]
    public void A_disk_hangs_on_its_controller_and_is_limited_while_the_guest_runs()
    {
        _ = Libvirtd;
        var uuid = Wbemcli.Define("""instance of Xen_VirtualSystemSettingData { ElementName = "throttled"; };""", $$"""
            instance of Xen_MemoryRASD { VirtualQuantity = 32768; };
            instance of Xen_StorageControllerRASD { ControllerType = "scsi"; };
            instance of Xen_DiskRASD { VirtualDevice = "sda"; BusType = "scsi"; Address = "{{Libvirtd.MakeImage("throttled.img")}}"; TotalIOPSLimit = 500; };
            """);
        var setting = Wbemcli.Get(Guests.SettingPath("Xen_DiskRASD", $"Xen:{uuid}/defined/sda"));
        Assert.Equal(($"Xen:{uuid}/defined/controller-scsi-virtio-scsi-0", "0.0.0"), (setting["Parent"], setting["AddressOnParent"]));
        Assert.Equal("6", Wbemcli.Get(Guests.SettingPath("Xen_StorageControllerRASD", setting["Parent"]))["ResourceType"]);
        Wbemcli.Change(uuid, requested: 2, enabled: 2, "Running");
        Wbemcli.Done(Wbemcli.Modify($$"""instance of Xen_DiskRASD { InstanceID = "Xen:{{uuid}}/state/sda"; TotalIOPSLimit = 0; ReadBandwidthLimit = 1000000; };"""));
        var tuned = Libvirtd.Virsh("blkdeviotune", uuid, "sda").Split('\n', StringSplitOptions.TrimEntries);
        Assert.Contains(tuned, l => l.StartsWith("total_iops_sec", StringComparison.Ordinal) && l.EndsWith(": 0", StringComparison.Ordinal));
        Assert.Contains(tuned, l => l.StartsWith("read_bytes_sec", StringComparison.Ordinal) && l.EndsWith(": 1000000", StringComparison.Ordinal));
        Assert.Equal("1000000", Wbemcli.Get(Guests.SettingPath("Xen_DiskRASD", $"Xen:{uuid}/state/sda"))["ReadBandwidthLimit"]);
        Assert.Equal("500", Wbemcli.Get(Guests.SettingPath("Xen_DiskRASD", $"Xen:{uuid}/defined/sda"))["TotalIOPSLimit"]);

        // libvirt takes another format for a disk that is in use, and leaves it as it is.
        var before = Libvirtd.Virsh("dumpxml", uuid);
        var ignored = Wbemcli.Refused("cm", Wbemcli.Url(Wbemcli.Service()), "ModifyResourceSettings.ResourceSettings=" + Wbemcli.Mof($$"""instance of Xen_DiskRASD { InstanceID = "Xen:{{uuid}}/state/sda"; DriverType = "qcow2"; };"""));
        Assert.Equal((4, true), (ignored.Status, ignored.Message.Contains("not qcow2", StringComparison.Ordinal)));
        Assert.Equal(before, Libvirtd.Virsh("dumpxml", uuid));
        Wbemcli.Done(Wbemcli.Destroy(uuid));
    }

    [Fact]
    public void What_the_guest_has_to_do_itself_is_a_job_with_an_end()
    {
        _ = Libvirtd;
        var uuid = Wbemcli.Define("""instance of Xen_VirtualSystemSettingData { ElementName = "deaf"; };""", "instance of Xen_MemoryRASD { VirtualQuantity = 32768; };");
        Wbemcli.Change(uuid, requested: 2, enabled: 2, "Running");

        // Firmware does not hear of a shutdown; the timeout ends the job and not the guest.
        var answer = Wbemcli.Request(uuid, 4, ",TimeoutPeriod=00000000000001.000000:000");
        Assert.Equal(Guests.JobStarted, answer.Return);
        Eventually.True(() => Wbemcli.Get(answer.Output["Job"])["JobState"] == "10", "the job gives up");
        var failed = Wbemcli.Get(answer.Output["Job"]);
        Assert.NotEqual("0", failed["ErrorCode"]);
        Assert.Contains("deaf", failed["ErrorDescription"], StringComparison.Ordinal);
        Assert.Equal("running", Libvirtd.Virsh("domstate", uuid));

        // A guest that reboots never goes off.
        answer = Wbemcli.Request(uuid, 10);
        Assert.Equal(Guests.JobStarted, answer.Return);
        Assert.Equal("4", Wbemcli.Get(answer.Output["Job"])["JobState"]);
        Assert.Equal("10", Wbemcli.Guest(uuid)["TransitioningToState"]);
        Libvirtd.Virsh("reset", uuid);
        Eventually.True(() => Wbemcli.Get(answer.Output["Job"])["JobState"] == "7", "the job is completed");
        Assert.Equal("5", Wbemcli.Guest(uuid)["TransitioningToState"]);

        Wbemcli.Done(Wbemcli.Destroy(uuid));
        Assert.NotEqual(0, Libvirtd.TryVirsh("domstate", uuid).ExitCode);
    }
}
