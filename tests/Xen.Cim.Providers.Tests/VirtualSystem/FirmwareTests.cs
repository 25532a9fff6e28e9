using Moq;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers.Tests.VirtualSystem;

/// <summary>What starts a guest and of what kind it is, and what follows when a running one stops.</summary>
public sealed class FirmwareTests : ProviderTest
{
    private static readonly Guid s_tower = new("7a1c3d52-0000-4000-8000-0000000000ab");

    private const string TowerXml = """
        <domain type='kvm'>
          <name>tower</name>
          <uuid>7a1c3d52-0000-4000-8000-0000000000ab</uuid>
          <memory unit='KiB'>262144</memory>
          <vcpu>1</vcpu>
          <os firmware='efi'>
            <type arch='x86_64' machine='pc-q35-7.2'>hvm</type>
            <firmware><feature enabled='no' name='enrolled-keys'/><feature enabled='yes' name='secure-boot'/></firmware>
            <loader readonly='yes' secure='yes' type='pflash'>/usr/share/OVMF/OVMF_CODE_4M.secboot.fd</loader>
            <nvram template='/usr/share/OVMF/OVMF_VARS_4M.fd'>/var/lib/libvirt/qemu/nvram/tower.fd</nvram>
            <boot dev='hd'/>
          </os>
          <devices/>
        </domain>
        """;

    public FirmwareTests() => Host.Add(new Guest { Uuid = s_tower, Name = "tower", State = GuestState.Off }, TowerXml, null);

    private static string Id(Guid guest, string kind = "defined") => $"Xen:{guest}/{kind}";

    private Xen_VirtualSystemSettingData Read(Guid guest) => Get<Xen_VirtualSystemSettingData>(ConfigurationPath(guest, "defined"));

    [Fact]
    public void Firmware_reads_as_it_is_defined()
    {
        var tower = Read(s_tower);
        Assert.Equal(("efi", true, "/usr/share/OVMF/OVMF_CODE_4M.secboot.fd", "pflash", true, true), (tower.Firmware, tower.SecureBoot, tower.Loader, tower.LoaderType, tower.LoaderReadOnly, tower.LoaderSecure));
        Assert.Equal(("/var/lib/libvirt/qemu/nvram/tower.fd", "/usr/share/OVMF/OVMF_VARS_4M.fd"), (tower.NVRAM, tower.NVRAMTemplate));
        var web = Read(Samples.Web);
        Assert.Equal((null, null, null, null), (web.SecureBoot, web.LoaderReadOnly, web.NVRAM, web.Loader));
    }

    [Fact]
    public void Another_file_of_variables_is_that_and_nothing_else()
    {
        var before = Host.Definition(s_tower).ToXml();
        Assert.Equal(0u, ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = Id(s_tower), NVRAM = "/srv/nvram/tower.fd" }).Return);
        Assert.Equal(["-/var/lib/libvirt/qemu/nvram/tower.fd", "+/srv/nvram/tower.fd"], Differences(before, Host.Defined(s_tower)));
        Host.Rewrite(s_tower, x => x.Replace("/srv/nvram/tower.fd", "<source file='/srv/nvram/tower.fd'/>", StringComparison.Ordinal).Replace("<nvram ", "<nvram type='file' ", StringComparison.Ordinal));
        Assert.Equal("/srv/nvram/tower.fd", Read(s_tower).NVRAM);
        Assert.Equal(0u, ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = Id(s_tower), NVRAM = "" }).Return);
        Assert.Equal((null, "/usr/share/OVMF/OVMF_VARS_4M.fd"), (Read(s_tower).NVRAM, Read(s_tower).NVRAMTemplate));
    }

    [Fact]
    public void Another_kind_of_firmware_is_chosen_anew()
    {
        // Read, changed in one property, and sent back whole.
        var tower = Read(s_tower);
        tower.Firmware = "bios";
        Provider.ModifyInstance(Request, tower.Path!, tower);
        tower = Read(s_tower);
        Assert.Equal(("bios", null, null, null, null), (tower.Firmware, tower.Loader, tower.NVRAM, tower.SecureBoot, tower.LoaderType));
        Assert.Equal(["hd"], tower.BootDevices!);
        Assert.Equal(0u, ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = Id(s_tower), Firmware = "", Loader = "/usr/share/OVMF/OVMF_CODE.fd", LoaderType = "pflash", LoaderReadOnly = true }).Return);
        tower = Read(s_tower);
        Assert.Equal((null, "/usr/share/OVMF/OVMF_CODE.fd", "pflash", true), (tower.Firmware, tower.Loader, tower.LoaderType, tower.LoaderReadOnly));
    }

    [Fact]
    public void A_firmware_without_checks_of_signatures_is_chosen_anew()
    {
        Assert.Equal(0u, ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = Id(s_tower), SecureBoot = false }).Return);
        var tower = Read(s_tower);
        Assert.Equal(("efi", false, null, null), (tower.Firmware, tower.SecureBoot, tower.Loader, tower.NVRAM));
    }

    [Fact]
    public void Parts_of_a_firmware_that_is_not_there_are_refused_by_name()
    {
        foreach (var (settings, word) in ((Xen_VirtualSystemSettingData, string)[])[(new() { NVRAM = "/srv/x.fd" }, "NVRAM"), (new() { LoaderSecure = true }, "LoaderSecure"), (new() { SecureBoot = true }, "Firmware")])
        {
            Host.Rewrite(s_tower, _ => "<domain type='kvm'><name>tower</name><uuid>7a1c3d52-0000-4000-8000-0000000000ab</uuid><os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type></os></domain>");
            settings.InstanceID = Id(s_tower);
            Assert.Contains(word, Refused(CimStatus.InvalidParameter, () => ModifySystem(settings)).Message, StringComparison.Ordinal);
        }
        Assert.Equal(0, Host.Redefinitions);
    }

    [Fact]
    public void A_guest_that_has_no_firmware_is_given_none()
    {
        foreach (var (settings, word) in ((Xen_VirtualSystemSettingData, string)[])
            [(new() { Firmware = "efi" }, "Firmware efi"), (new() { Loader = "/usr/lib/xen-4.17/boot/hvmloader" }, "Loader /usr"), (new() { NVRAM = "/srv/x.fd" }, "NVRAM /srv/x.fd"), (new() { SecureBoot = true }, "SecureBoot True")])
        {
            settings.InstanceID = Id(Samples.Web);
            var error = Refused(CimStatus.InvalidParameter, () => ModifySystem(settings));
            Assert.Contains(word, error.Message, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("DMTF:XEN:HVM", error.Message, StringComparison.Ordinal);
        }
        Assert.Equal(0u, ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = Id(Samples.Web), Firmware = "", SecureBoot = false, Loader = "" }).Return);
        Assert.Equal(0, Host.Redefinitions);
    }

    [Fact]
    public void A_guest_whose_firmwares_variables_libvirt_would_lose_keeps_its_name()
    {
        Host.Host = Host.Host with { Driver = HypervisorDriver.Qemu };
        Host.Rewrite(s_tower, x => System.Text.RegularExpressions.Regex.Replace(x, "<nvram.*</nvram>", ""));
        var error = Refused(CimStatus.NotSupported, () => ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = Id(s_tower), ElementName = "spire" }));
        Assert.Contains("\"spire\"", error.Message, StringComparison.Ordinal);
        Assert.Contains("NVRAM", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, Host.Redefinitions);
        Assert.Equal(0u, ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = Id(s_tower), NVRAM = "/srv/nvram/tower.fd" }).Return);
        Assert.Equal(0u, ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = Id(s_tower), ElementName = "spire" }).Return);
        Assert.Equal("spire", Read(s_tower).ElementName);
    }

    [Fact]
    public void A_file_that_is_not_on_the_host_starts_no_guest_and_is_refused()
    {
        Host.Host = Host.Host with { Driver = HypervisorDriver.Qemu };
        foreach (var (settings, property) in ((Xen_VirtualSystemSettingData, string)[])
            [(new() { Kernel = "/boot/lost" }, "Kernel"), (new() { RAMDisk = "/boot/lost" }, "RAMDisk"), (new() { Loader = "/boot/lost" }, "Loader"), (new() { NVRAMTemplate = "/boot/lost" }, "NVRAMTemplate"), (new() { Emulator = "/boot/lost" }, "Emulator")])
        {
            settings.InstanceID = Id(s_tower);
            var message = Refused(CimStatus.InvalidParameter, () => ModifySystem(settings)).Message;
            Assert.Contains("no file or device /boot/lost", message, StringComparison.Ordinal);
            Assert.Contains(property, message, StringComparison.Ordinal);
        }
        Assert.Equal(0, Host.Redefinitions);
        Refused(CimStatus.InvalidParameter, () => Define(new Xen_VirtualSystemSettingData { ElementName = "made", VirtualSystemType = "DMTF:XEN:HVM", Kernel = "/boot/lost" }));
        Assert.DoesNotContain(Host.Guests, g => g.Name == "made");
        // One that libvirt makes need not be there, nor one that nobody can look for; and what stays is no wish.
        Assert.Equal(0u, ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = Id(s_tower), NVRAM = "/srv/nvram/coming.fd" }).Return);
        Mock.Setup(h => h.PathExists("/boot/unseen")).Returns((bool?)null);
        Assert.Equal(0u, ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = Id(s_tower), Kernel = "/boot/unseen" }).Return);
        Mock.Setup(h => h.PathExists("/boot/unseen")).Returns(false);
        Assert.Equal(0u, ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = Id(s_tower), Kernel = "/boot/unseen", CommandLine = "quiet" }).Return);
    }

    [Fact]
    public void A_guest_of_Xen_has_the_machine_of_its_type()
    {
        var error = Refused(CimStatus.NotSupported, () => ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = Id(Samples.Web), Machine = "q35" }));
        Assert.Contains("Machine q35", error.Message, StringComparison.Ordinal);
        Assert.Contains("Emulator /bin/true", Refused(CimStatus.NotSupported, () => ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = Id(Samples.Web), Emulator = "/bin/true" })).Message, StringComparison.Ordinal);
        Assert.Equal(0, Host.Redefinitions);
        Assert.Equal(0u, ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = Id(s_tower), Machine = "pc" }).Return);
        Assert.Equal("pc", Read(s_tower).Machine);
    }

    [Fact]
    public void A_PV_guest_becomes_PVH_and_keeps_kernel_and_devices()
    {
        Assert.Equal("DMTF:XEN:PV", Read(Samples.Web).VirtualSystemType);
        var before = Host.Definition(Samples.Web);
        // Read, changed in one property, and sent back whole.
        var web = Read(Samples.Web);
        web.VirtualSystemType = "DMTF:XEN:PVH";
        Provider.ModifyInstance(Request, web.Path!, web);
        var after = Host.Definition(Samples.Web);
        Assert.Equal(("xenpvh", "xenpvh", "xen"), (after.OsType, after.Machine, after.DomainType));
        Assert.Equal((before.Kernel, before.Bootloader, before.OnCrash, before.MemoryKiB), (after.Kernel, after.Bootloader, after.OnCrash, after.MemoryKiB));
        Assert.Equal(before.Devices.Select(d => d.ToXml()), after.Devices.Select(d => d.ToXml()));
        Assert.Contains("keep me", Host.Defined(Samples.Web), StringComparison.Ordinal);
    }

    [Fact]
    public void An_HVM_guest_leaves_firmware_and_boot_order_behind_and_gets_a_way_to_boot()
    {
        // What such a guest cannot have.
        RemoveResources(SettingPath("Xen_GraphicsRASD", Samples.Mail, "defined", "graphics-spice"), SettingPath("Xen_InputRASD", Samples.Mail, "defined", "input-tablet-usb"), SettingPath("Xen_NetworkRASD", Samples.Mail, "defined", "00-16-3e-00-00-21"));
        Assert.Equal(0u, ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = Id(Samples.Mail), VirtualSystemType = "DMTF:XEN:PVH" }).Return);
        var mail = Host.Definition(Samples.Mail);
        Assert.Equal(("xenpvh", null, null, "pygrub"), (mail.OsType, mail.Firmware, mail.Loader, mail.Bootloader));
        Assert.Empty(mail.BootDevices);
        Assert.Equal(0u, ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = Id(Samples.Mail), VirtualSystemType = "DMTF:XEN:HVM", BootDevices = ["network"] }).Return);
        mail = Host.Definition(Samples.Mail);
        Assert.Equal(("hvm", "xenfv", null, true), (mail.OsType, mail.Machine, mail.Bootloader, mail.Acpi));
        Assert.Equal(["network"], mail.BootDevices);
    }

    [Fact]
    public void A_type_that_the_host_does_not_offer_is_refused_with_those_that_it_does()
    {
        Host.Host = Host.Host with { GuestKinds = [.. Host.Host.GuestKinds.Where(k => k.OsType != "xenpvh")] };
        var error = Refused(CimStatus.InvalidParameter, () => ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = Id(Samples.Web), VirtualSystemType = "DMTF:XEN:PVH" }));
        Assert.Contains("DMTF:XEN:PV, DMTF:XEN:HVM", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, Host.Redefinitions);
    }

    [Fact]
    public void What_follows_when_a_running_guest_stops_is_changed_while_it_runs()
    {
        Assert.Equal(0u, ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = Id(Samples.Web, "state"), OnCrash = "restart", OnReboot = "destroy" }).Return);
        Mock.Verify(h => h.SetEnd(Samples.Web, GuestEnd.Crash, "restart"), Times.Once);
        Mock.Verify(h => h.SetEnd(Samples.Web, GuestEnd.Reboot, "destroy"), Times.Once);
        Mock.Verify(h => h.SetEnd(Samples.Web, GuestEnd.Poweroff, It.IsAny<string>()), Times.Never);
        Assert.Equal(0u, ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = Id(Samples.Web, "state"), AutomaticRecoveryAction = CIM_VirtualSystemSettingData.AutomaticRecoveryActionValue.Restart }).Return);
        Mock.Verify(h => h.SetEnd(Samples.Web, GuestEnd.Crash, "restart"), Times.Exactly(2));
        Assert.Equal(0, Host.Redefinitions);
    }

    // Xen's driver has no such call, and a return value would not say what of it.
    [Fact]
    public void What_follows_is_refused_by_name_where_only_the_next_start_can_be_told()
    {
        Host.Missing.Add(HypervisorOperation.SetEndLive);
        foreach (var settings in (Xen_VirtualSystemSettingData[])[new() { OnCrash = "restart" }, new() { OnPoweroff = "restart" }, new() { AutomaticRecoveryAction = CIM_VirtualSystemSettingData.AutomaticRecoveryActionValue.Restart }])
        {
            var property = settings.Properties.Single(p => p.Value is not null).Name;
            settings.InstanceID = Id(Samples.Web, "state");
            var error = Refused(CimStatus.NotSupported, () => ModifySystem(settings));
            Assert.Contains(property, error.Message, StringComparison.Ordinal);
            Assert.Contains(Id(Samples.Web), error.Message, StringComparison.Ordinal);
        }
        Assert.Equal(0u, ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = Id(Samples.Web), OnCrash = "restart" }).Return);
    }

    [Fact]
    public void What_the_hypervisor_refuses_is_taken_back()
    {
        Mock.Setup(h => h.SetEnd(Samples.Web, GuestEnd.Crash, "restart")).Throws(new HypervisorException(HypervisorError.InvalidState, "incompatible -no-reboot setting"));
        var error = Assert.Throws<CimException>(() => ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = Id(Samples.Web, "state"), OnCrash = "restart", OnReboot = "destroy" }));
        Assert.Contains("-no-reboot", error.Message, StringComparison.Ordinal);
        Mock.Verify(h => h.SetEnd(Samples.Web, GuestEnd.Reboot, "restart"), Times.Once);
        Mock.Setup(h => h.SetEnd(Samples.Web, GuestEnd.Crash, "restart")).Throws(new HypervisorException(HypervisorError.NotSupported, "no such call"));
        Assert.Equal(1u, ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = Id(Samples.Web, "state"), OnCrash = "restart" }).Return);
    }
}
