using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.Qemu;

/// <summary>A change touches what was asked and nothing else, and what fails leaves nothing behind.</summary>
public sealed class DefinitionTests(QemuHostFixture host) : IClassFixture<QemuHostFixture>
{
    private const string Uuid = "77777777-0000-4000-8000-00000000000a";

    // Much that no CIM class of ours speaks of.
    private const string Rich = """
        <domain type='qemu' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
          <name>rich</name>
          <uuid>77777777-0000-4000-8000-00000000000a</uuid>
          <title>A title &amp; more</title>
          <description>First line
        second line</description>
          <metadata>
            <other:note xmlns:other='http://example.org/other' colour='red'><other:deep>keep &lt;me&gt;</other:deep></other:note>
          </metadata>
          <memory unit='KiB'>65536</memory>
          <currentMemory unit='KiB'>49152</currentMemory>
          <vcpu placement='static' cpuset='0-1' current='1'>2</vcpu>
          <os><type arch='x86_64' machine='pc'>hvm</type><boot dev='network'/><boot dev='hd'/><bootmenu enable='yes' timeout='100'/></os>
          <features><acpi/><apic/><hyperv mode='custom'><relaxed state='on'/></hyperv></features>
          <cpu mode='custom' match='exact'><model fallback='forbid'>qemu64</model><topology sockets='2' cores='1' threads='1'/><feature policy='disable' name='svm'/></cpu>
          <clock offset='localtime'><timer name='rtc' tickpolicy='catchup'/><timer name='pit' tickpolicy='delay'/></clock>
          <on_poweroff>destroy</on_poweroff><on_reboot>restart</on_reboot><on_crash>preserve</on_crash>
          <pm><suspend-to-mem enabled='no'/></pm>
          <devices>
            <interface type='user'><mac address='52:54:00:12:34:56'/><model type='virtio'/><link state='down'/><bandwidth><inbound average='1000'/></bandwidth></interface>
            <graphics type='vnc' port='5977' passwd='se&quot;cret' listen='127.0.0.1' sharePolicy='force-shared'/>
            <video><model type='vga' vram='16384'/></video>
            <watchdog model='i6300esb' action='pause'/>
            <rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>
          </devices>
          <qemu:commandline><qemu:env name='PROBE' value='1'/></qemu:commandline>
        </domain>
        """;

    private Libvirtd Libvirtd => host.Libvirtd;

    private Wbemcli Wbemcli => host.Wbemcli;

    [Fact]
    public void A_change_of_memory_changes_memory()
    {
        using var guest = DefineRich();
        var before = Dump();
        foreach (var kept in (string[])["A title &amp; more", "second line", "keep &lt;me&gt;", "se&quot;cret", "PROBE", "tickpolicy='catchup'", "qemu64", "i6300esb"])
            Assert.Contains(kept, before, StringComparison.Ordinal);

        Assert.Equal(Guests.Completed, Wbemcli.Modify($$"""instance of Xen_MemoryRASD { InstanceID = "Xen:{{Uuid}}/defined/memory"; VirtualQuantity = 57344; };""").Return);
        Assert.Equal(before.Replace("<currentMemory unit='KiB'>49152</currentMemory>", "<currentMemory unit='KiB'>57344</currentMemory>", StringComparison.Ordinal), Dump());
        Assert.Equal(Guests.Completed, Wbemcli.Modify($$"""instance of Xen_MemoryRASD { InstanceID = "Xen:{{Uuid}}/defined/memory"; VirtualQuantity = 49152; };""").Return);
        Assert.Equal(before, Dump());
    }

    [Fact]
    public void A_disk_that_comes_and_goes_leaves_no_trace()
    {
        using var guest = DefineRich();
        var before = Dump();
        var image = Libvirtd.MakeImage("comes-and-goes.img");
        Assert.Equal(Guests.Completed, Wbemcli.Add($"Xen:{Uuid}/defined", $$"""instance of Xen_DiskRASD { VirtualDevice = "vda"; Address = "{{image}}"; };""").Return);
        var lines = before.Split('\n').ToHashSet();
        Assert.Empty(before.Split('\n').Except(Dump().Split('\n')));
        Assert.Contains(Dump().Split('\n').Where(l => !lines.Contains(l)), l => l.Contains(image, StringComparison.Ordinal));
        Assert.Equal(Guests.Completed, Wbemcli.Remove("Xen_DiskRASD", $"Xen:{Uuid}/defined/vda").Return);
        Assert.Equal(before, Dump());
    }

    [Fact]
    public void A_change_to_what_is_there_already_defines_nothing()
    {
        using var guest = DefineRich();
        var (before, file) = (Dump(), Path.Combine(Libvirtd.Configuration, "qemu", "rich.xml"));
        var written = File.GetLastWriteTimeUtc(file);
        Assert.Equal(Guests.Completed, Wbemcli.Modify($$"""
            instance of Xen_MemoryRASD { InstanceID = "Xen:{{Uuid}}/defined/memory"; VirtualQuantity = 49152; Limit = 65536; };
            instance of Xen_ProcessorRASD { InstanceID = "Xen:{{Uuid}}/defined/processor"; VirtualQuantity = 1; };
            instance of Xen_NetworkRASD { InstanceID = "Xen:{{Uuid}}/defined/52-54-00-12-34-56"; Model = "virtio"; };
            """).Return);
        Assert.Equal(Guests.Completed, Wbemcli.Call(Wbemcli.Service(), "ModifySystemSettings", "SystemSettings=" + Wbemcli.Mof(
            $$"""instance of Xen_VirtualSystemSettingData { InstanceID = "Xen:{{Uuid}}/defined"; OnCrash = "preserve"; ClockOffset = 1; };""")).Return);
        Assert.Equal(before, Dump());
        Assert.Equal(written, File.GetLastWriteTimeUtc(file));
    }

    [Fact]
    public void A_missing_disk_file_is_refused()
    {
        using var guest = DefineRich();
        var before = Dump();
        var missing = Path.Combine(Libvirtd.Images, "missing.img");
        var disk = Wbemcli.Mof($$"""instance of Xen_DiskRASD { VirtualDevice = "vda"; Address = "{{missing}}"; };""");
        var configuration = Guests.Argument(Guests.SettingPath("Xen_VirtualSystemSettingData", $"Xen:{Uuid}/defined"));
        foreach (var call in (string[])[$"AddResourceSettings.AffectedConfiguration={configuration},ResourceSettings={disk}", $"DefineSystem.ResourceSettings={disk}"])
        {
            var error = Wbemcli.Refused("cm", Wbemcli.Url(Wbemcli.Service()), call);
            Assert.Equal(4, error.Status);
            Assert.Contains(missing, error.Message, StringComparison.Ordinal);
        }
        Assert.Equal(before, Dump());
        Assert.Equal("rich", Libvirtd.Virsh("list", "--all", "--name").Trim());
    }

    [Fact]
    public void A_definition_that_fails_at_its_last_step_leaves_no_guest()
    {
        _ = Libvirtd;
        // libvirt cannot write the guest's file when there is a folder of that name.
        var obstacle = Directory.CreateDirectory(Path.Combine(Libvirtd.Configuration, "qemu", "half.xml"));
        try
        {
            var system = Wbemcli.Mof("""instance of Xen_VirtualSystemSettingData { ElementName = "half"; AutomaticStartupAction = 4; };""");
            var error = Wbemcli.Refused("cm", Wbemcli.Url(Wbemcli.Service()), $"DefineSystem.SystemSettings={system}");
            Assert.Equal(1, error.Status);
            Assert.Contains("half", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("half", Libvirtd.Virsh("list", "--all", "--name"), StringComparison.Ordinal);
            Assert.DoesNotContain(Wbemcli.Instances("Xen_ComputerSystem"), g => g["ElementName"] == "half");
        }
        finally
        {
            obstacle.Delete();
        }
        Assert.Equal(Guests.Completed, Wbemcli.Destroy(Wbemcli.Define("""instance of Xen_VirtualSystemSettingData { ElementName = "half"; AutomaticStartupAction = 4; };""",
            "instance of Xen_MemoryRASD { VirtualQuantity = 32768; };")).Return);
    }

    private string Dump() => Libvirtd.Virsh("dumpxml", "--inactive", "--security-info", Uuid);

    private Defined DefineRich()
    {
        var file = Path.Combine(Libvirtd.Images, "rich.xml");
        File.WriteAllText(file, Rich);
        Libvirtd.Virsh("define", file);
        return new Defined(Libvirtd);
    }

    private sealed record Defined(Libvirtd Libvirtd) : IDisposable
    {
        public void Dispose() => Libvirtd.Virsh("undefine", Uuid);
    }
}
