using Xunit;

namespace Xen.Cim.Hypervisor.Tests.Definitions;

public sealed class DeviceListTests
{
    [Fact]
    public void A_disk_goes_after_the_last_disk()
    {
        var guest = DomainDefinition.Parse(Samples.Pv);
        var text = guest.ToXml();
        var disk = new DiskDevice { SourceType = "block", Source = "/dev/sdz", TargetDevice = "xvdc", Bus = "xen", DriverName = "phy", ReadOnly = true };

        Assert.Same(disk, guest.Add(disk));

        Assert.Equal(text.Replace("    <controller", """
                <disk type="block" device="disk">
                  <driver name="phy" />
                  <source dev="/dev/sdz" />
                  <target dev="xvdc" bus="xen" />
                  <readonly />
                </disk>
                <controller
            """, StringComparison.Ordinal), guest.ToXml());
        Assert.Equal(["xvda", "xvdb", "xvdc"], guest.Disks.Select(d => d.TargetDevice));

        Assert.True(guest.Remove(guest.FindDevice("xvdc")!));
        Assert.Equal(text, guest.ToXml());
    }

    [Fact]
    public void A_device_of_a_new_kind_goes_where_libvirt_writes_it()
    {
        var guest = DomainDefinition.Parse(Samples.Pv);
        guest.Add(new GraphicsDevice { Listen = "127.0.0.1" });
        guest.Add(new InputDevice { Type = "keyboard", Bus = "xen" });
        guest.Emulator = "/usr/bin/emulator";

        Assert.Equal(["disk", "disk", "controller", "interface", "console", "input", "graphics", "memballoon"], guest.Devices.Select(d => d.ElementName));
        Assert.Contains("<devices>\n    <emulator>/usr/bin/emulator</emulator>\n    <disk", guest.ToXml(), StringComparison.Ordinal);
        Assert.Contains("<graphics type=\"vnc\" port=\"-1\" autoport=\"yes\" listen=\"127.0.0.1\" />", guest.ToXml(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_added_object_goes_on_to_edit_the_domain()
    {
        var guest = DomainDefinition.Parse("<domain/>");
        var nic = new NetworkInterface { Source = "xenbr0" };
        guest.Add(nic);
        nic.Model = "netfront";

        Assert.Matches("^00:16:3e:[0-7][0-9a-f]:[0-9a-f]{2}:[0-9a-f]{2}$", nic.Mac);
        Assert.Equal($"<domain><devices><interface type=\"bridge\"><mac address=\"{nic.Mac}\" /><source bridge=\"xenbr0\" /><model type=\"netfront\" /></interface></devices></domain>",
            guest.ToXml());
        Assert.Equal(nic.DeviceId, Assert.Single(guest.Devices).DeviceId);
    }

    [Fact]
    public void A_device_of_another_domain_is_copied()
    {
        var from = DomainDefinition.Parse(Samples.Pv);
        var to = DomainDefinition.Parse(Samples.Pvh);
        var text = from.ToXml();

        var copy = Assert.IsType<DiskDevice>(to.Add(from.Disks.First()));
        copy.Source = "/other";

        Assert.Equal(text, from.ToXml());
        Assert.Equal("/other", Assert.Single(to.Disks).Source);
    }

    [Fact]
    public void A_taken_target_or_address_is_refused()
    {
        var guest = DomainDefinition.Parse(Samples.Pv);
        var text = guest.ToXml();

        var disk = Assert.Throws<HypervisorException>(() => guest.Add(new DiskDevice { TargetDevice = "xvdb" }));
        var nic = Assert.Throws<HypervisorException>(() => guest.Add(new NetworkInterface { Mac = "00:16:3E:00:00:31" }));

        Assert.Equal((HypervisorError.AlreadyExists, HypervisorError.AlreadyExists), (disk.Error, nic.Error));
        Assert.Contains("xvdb", disk.Message, StringComparison.Ordinal);
        Assert.Contains("00:16:3e:00:00:31", nic.Message, StringComparison.Ordinal);
        Assert.Equal(text, guest.ToXml());
    }

    [Fact]
    public void Removing_by_a_view_of_another_copy_finds_the_same_device()
    {
        var guest = DomainDefinition.Parse(Samples.HvmRunning);
        var seen = guest.Clone();

        Assert.True(guest.Remove(seen.FindDevice("hdc")!));
        Assert.False(guest.Remove(seen.FindDevice("hdc")!));
        Assert.Equal(["hda"], guest.Disks.Select(d => d.DeviceId));
        Assert.Equal(2, seen.Disks.Count());
    }

    [Fact]
    public void Removing_all_devices_leaves_the_list()
    {
        var guest = DomainDefinition.Parse(Samples.Pvh);
        Assert.True(guest.Remove(Assert.Single(guest.Devices)));
        Assert.Contains("<devices />", guest.ToXml(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("xen", "xvdc")]
    [InlineData(null, "xvdc")]
    [InlineData("virtio", "vda")]
    [InlineData("ide", "hda")]
    [InlineData("sata", "sda")]
    [InlineData("scsi", "sda")]
    [InlineData("usb", "sda")]
    [InlineData("fdc", "fda")]
    public void The_next_target_is_the_first_free_one(string? bus, string target) =>
        Assert.Equal(target, DomainDefinition.Parse(Samples.Pv).NextDiskTarget(bus));

    [Fact]
    public void Targets_go_on_after_z_and_fill_gaps()
    {
        var guest = DomainDefinition.Parse("<domain type='kvm'><devices/></domain>");
        var targets = new List<string>();
        for (var i = 0; i < 705; i++)
        {
            targets.Add(guest.NextDiskTarget(null));
            guest.Add(new DiskDevice { TargetDevice = targets[^1] });
        }
        Assert.Equal(("vda", "vdz", "vdaa", "vdaz", "vdba", "vdzz", "vdaaa"),
            (targets[0], targets[25], targets[26], targets[51], targets[52], targets[701], targets[702]));

        guest.Remove(guest.FindDevice("vdab")!);
        Assert.Equal("vdab", guest.NextDiskTarget("virtio"));
        Assert.Throws<HypervisorException>(() => guest.NextDiskTarget("floppycontroller"));
    }

    [Fact]
    public void Unknown_content_and_comments_stay_through_edits()
    {
        const string xml = """
            <domain type="xen" xmlns:qemu="http://libvirt.org/schemas/domain/qemu/1.0"><!-- mine --><name>a</name>
              <new since="2030"><deep a="1">text</deep></new>
              <metadata><o:x xmlns:o="urn:o"> mixed <o:y /> content </o:x></metadata>
              <devices>
                <disk type="file" device="disk" unknown="yes"><!-- here --><source file="/a" startupPolicy="optional"><seclabel model="dac" relabel="no" /></source><target dev="xvda" removable="on" /><gadget /></disk>
                <teleporter to="mars" />
              </devices>
              <qemu:commandline><qemu:env name="A" value="b" /></qemu:commandline><?pi data?><![CDATA[ raw <> ]]>
            </domain>
            """;
        var guest = DomainDefinition.Parse(xml);
        Assert.Equal(xml, guest.ToXml());

        guest.Name = "b";
        guest.Disks.Single().Source = "/b";
        guest.Disks.Single().TargetDevice = "xvdb";
        guest.OnCrash = "preserve";

        Assert.Equal(xml.Replace(">a<", ">b<", StringComparison.Ordinal).Replace("\"/a\"", "\"/b\"", StringComparison.Ordinal)
            .Replace("xvda", "xvdb", StringComparison.Ordinal)
            .Replace("</metadata>\n", "</metadata>\n  <on_crash>preserve</on_crash>\n", StringComparison.Ordinal), guest.ToXml());
        Assert.Equal("teleporter", guest.Devices.Last().ElementName);
    }
}
