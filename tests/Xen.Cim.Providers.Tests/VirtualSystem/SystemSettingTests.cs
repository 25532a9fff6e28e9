using Moq;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;
using Recovery = Xen.Cim.Schema.Xen_VirtualSystemSettingData.AutomaticRecoveryActionValue;
using Startup = Xen.Cim.Schema.Xen_VirtualSystemSettingData.AutomaticStartupActionValue;

namespace Xen.Cim.Providers.Tests.VirtualSystem;

/// <summary>The settings of a guest as a whole, in both configurations.</summary>
public sealed class SystemSettingTests : ProviderTest
{
    private static readonly string s_web = $"Xen:{Samples.Web}/defined";

    [Fact]
    public void A_paravirtual_guest_reads_with_all_its_settings()
    {
        var web = Get<Xen_VirtualSystemSettingData>(ConfigurationPath(Samples.Web, "defined"));
        Assert.Equal(("web", Samples.Web.ToString("D"), "DMTF:XEN:PV", "Web server"), (web.ElementName, web.VirtualSystemIdentifier, web.VirtualSystemType, web.Caption));
        Assert.Equal(["Serves pages.", "Ask Ann."], web.Notes!);
        Assert.Equal(("/boot/guest/vmlinuz", "/boot/guest/initrd.img", "console=hvc0 root=/dev/xvda1", "/usr/bin/pygrub", "--quiet"),
            (web.Kernel, web.RAMDisk, web.CommandLine, web.Bootloader, web.BootloaderArguments));
        Assert.Equal(("destroy", "restart", "preserve", Startup.Always_startup), (web.OnPoweroff, web.OnReboot, web.OnCrash, web.AutomaticStartupAction));
    }

    [Fact]
    public void A_fully_virtual_guest_reads_with_all_its_settings()
    {
        var mail = Get<Xen_VirtualSystemSettingData>(ConfigurationPath(Samples.Mail, "state"));
        Assert.Equal(("DMTF:XEN:HVM", "/usr/lib/xen/boot/hvmloader", "/usr/lib/xen/bin/qemu-system-i386"), (mail.VirtualSystemType, mail.Loader, mail.Emulator));
        Assert.Equal(("xenfv", "x86_64", "bios"), (mail.Machine, mail.Architecture, mail.Firmware));
        Assert.Equal(["cdrom", "hd"], mail.BootDevices!);
        Assert.Equal((true, true, true, Xen_VirtualSystemSettingData.ClockOffsetValue.Local_time, Recovery.Restart, Startup.None),
            (mail.EnableACPI, mail.EnableAPIC, mail.EnablePAE, mail.ClockOffset, mail.AutomaticRecoveryAction, mail.AutomaticStartupAction));
        Assert.Equal("DMTF:XEN:PVH", Get<Xen_VirtualSystemSettingData>(ConfigurationPath(Samples.Db, "state")).VirtualSystemType);
    }

    [Fact]
    public void Every_guest_has_a_state_and_every_lasting_one_a_definition()
    {
        Assert.Equal(11, All("Xen_VirtualSystemSettingData").Count);
        Assert.Equal("passing", Get(ConfigurationPath(Samples.Passing, "state"))["ElementName"]);
        Refused(CimStatus.NotFound, () => Get(ConfigurationPath(Samples.Passing, "defined")));
        Refused(CimStatus.NotFound, () => Get(ConfigurationPath(Samples.Web, "other")));
        Refused(CimStatus.NotFound, () => Get(Path("Xen_VirtualSystemSettingData", ("InstanceID", $"Xen:{Samples.Web}/defined/"))));
        Refused(CimStatus.NotFound, () => Get(Path("Xen_VirtualSystemSettingData", ("InstanceID", s_web), ("Extra", "x"))));
    }

    [Fact]
    public void Words_about_a_running_guest_change_at_once_and_what_else_is_there_stays()
    {
        var state = Get<Xen_VirtualSystemSettingData>(ConfigurationPath(Samples.Web, "state"));
        state.Caption = "Shop";

        ModifySystem(state);
        ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = $"Xen:{Samples.Web}/state", Notes = [""] });

        Mock.Verify(h => h.Describe(Samples.Web, "Shop", "Serves pages.\nAsk Ann."), Times.Once);
        Mock.Verify(h => h.Describe(Samples.Web, "Web server", null), Times.Once);
        Assert.Equal(0, Host.Redefinitions);
    }

    [Fact]
    public void Whether_a_running_guest_starts_with_the_host_is_said_in_either_configuration()
    {
        ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = $"Xen:{Samples.Web}/state", AutomaticStartupAction = Startup.None });

        Mock.Verify(h => h.SetAutostart(Samples.Web, false), Times.Once);
    }

    [Fact]
    public void Only_what_was_asked_changes_in_the_definition()
    {
        Changes(new Xen_VirtualSystemSettingData { InstanceID = s_web, CommandLine = "console=hvc0" }, "console=hvc0 root=/dev/xvda1", "console=hvc0");
        Changes(new Xen_VirtualSystemSettingData { InstanceID = s_web, Caption = "Shop" }, ">Web server<", ">Shop<");
        Changes(new Xen_VirtualSystemSettingData { InstanceID = s_web, Notes = ["One", "Two"] }, "Serves pages.\nAsk Ann.", "One\nTwo");
        Changes(new Xen_VirtualSystemSettingData { InstanceID = s_web, OnPoweroff = "restart" }, "<on_poweroff>destroy<", "<on_poweroff>restart<");
        Changes($"instance of Xen_VirtualSystemSettingData {{ InstanceID = \\\"{s_web}\\\"; Kernel = \\\"/boot/new\\\"; }};", "/boot/guest/vmlinuz", "/boot/new");
        Assert.Equal(5, Host.Redefinitions);

        void Changes(object settings, string old, string @new)
        {
            var before = Host.Definition(Samples.Web).ToXml();
            Assert.Equal(0u, ModifySystem(settings).Return);
            Assert.Equal(before.Replace(old, @new, StringComparison.Ordinal), Host.Definition(Samples.Web).ToXml());
        }
    }

    [Theory]
    [InlineData("DMTF:XEN:PV", "xenpv", "Kernel = \"/boot/k\"; RAMDisk = \"/boot/i\"; CommandLine = \"quiet\";", "<kernel>/boot/k</kernel>|<initrd>/boot/i</initrd>|<cmdline>quiet</cmdline>")]
    [InlineData("DMTF:XEN:PV", "xenpv", "Bootloader = \"pygrub\"; BootloaderArguments = \"--entry=1\";", "<bootloader>pygrub</bootloader>|<bootloader_args>--entry=1</bootloader_args>")]
    [InlineData("DMTF:XEN:PVH", "xenpvh", "Kernel = \"/boot/k\";", "<kernel>/boot/k</kernel>|>xenpvh</type>")]
    [InlineData("DMTF:XEN:HVM", "xenfv", "Firmware = \"efi\"; BootDevices = {\"network\", \"hd\"};", "<os firmware=\"efi\">|<boot dev=\"network\"/>|>hvm</type>")]
    public void Each_kind_of_guest_boots_in_its_way(string type, string machine, string settings, string expected)
    {
        var guest = Define($"instance of Xen_VirtualSystemSettingData {{ VirtualSystemType = \"{type}\"; {settings} }};");
        var xml = Host.Definition(guest).ToXml().Replace(" />", "/>", StringComparison.Ordinal);
        Assert.All(expected.Split('|'), part => Assert.Contains(part, xml, StringComparison.Ordinal));
        Assert.Equal((type, machine), (Get<Xen_VirtualSystemSettingData>(ConfigurationPath(guest, "defined")).VirtualSystemType, Get<Xen_VirtualSystemSettingData>(ConfigurationPath(guest, "defined")).Machine));
    }

    [Fact]
    public void Empty_settings_where_there_are_none_change_nothing()
    {
        Assert.Equal(0u, ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = $"Xen:{Samples.Mail}/defined", Caption = "", Notes = [], Kernel = "", Bootloader = "" }).Return);
        Assert.Equal(0, Host.Redefinitions);
    }

    [Fact]
    public void Autostart_goes_with_the_definition_or_not_at_all()
    {
        Assert.Equal(0u, ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = s_web, AutomaticStartupAction = Startup.None }).Return);
        Assert.False(Host.Guest(Samples.Web).Autostart);
        Assert.Equal(0, Host.Redefinitions);
        var before = Host.Definition(Samples.Mail);
        Mock.Setup(h => h.SetAutostart(Samples.Mail, true)).Throws(new HypervisorException(HypervisorError.Failed, "cannot create link"));
        Refused(CimStatus.Failed, () => ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = $"Xen:{Samples.Mail}/defined", AutomaticStartupAction = Startup.Always_startup, Caption = "New" }));
        Assert.True(before.ContentEquals(Host.Definition(Samples.Mail)));
        // It takes the unit that nobody has enabled here.
        Refused(CimStatus.NotSupported, () => ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = s_web, AutomaticStartupAction = Startup.Restart_if_previously_active }));
        Refused(CimStatus.InvalidParameter, () => ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = s_web, AutomaticStartupAction = (Startup)5 }));
    }

    [Fact]
    public void The_crash_action_that_was_changed_wins()
    {
        var web = Get<Xen_VirtualSystemSettingData>(ConfigurationPath(Samples.Web, "defined"));
        web.OnCrash = "coredump-restart";
        Provider.ModifyInstance(Request, web.Path!, web);
        Assert.Equal("coredump-restart", Host.Definition(Samples.Web).OnCrash);
        web = Get<Xen_VirtualSystemSettingData>(ConfigurationPath(Samples.Web, "defined"));
        web.AutomaticRecoveryAction = Recovery.None;
        Provider.ModifyInstance(Request, web.Path!, web);
        Assert.Equal("destroy", Host.Definition(Samples.Web).OnCrash);
        Assert.Equal(0u, ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = s_web, AutomaticRecoveryAction = Recovery.Restart, OnCrash = "preserve" }).Return);
        Assert.Equal("preserve", Host.Definition(Samples.Web).OnCrash);
    }

    [Fact]
    public void What_cannot_be_changed_is_refused()
    {
        Refused(CimStatus.NotSupported, () => ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = s_web, VirtualSystemIdentifier = Guid.NewGuid().ToString("D") }));
        Assert.Contains("DMTF:XEN:PVH", Refused(CimStatus.InvalidParameter, () => ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = s_web, VirtualSystemType = "DMTF:VMware" })).Message, StringComparison.Ordinal);
        Refused(CimStatus.NotSupported, () => ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = $"Xen:{Samples.Web}/state", VirtualSystemType = "DMTF:XEN:PVH" }));
        Assert.Contains("Kernel", Refused(CimStatus.NotSupported, () => ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = $"Xen:{Samples.Web}/state", Kernel = "/boot/new" })).Message, StringComparison.Ordinal);
        Refused(CimStatus.InvalidParameter, () => ModifySystem(new Xen_VirtualSystemSettingData { Caption = "x" }));
        Refused(CimStatus.InvalidParameter, () => Call(Service, "ModifySystemSettings"));
        Refused(CimStatus.NotFound, () => ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = $"Xen:{Guid.NewGuid()}/defined", Caption = "x" }));
        Refused(CimStatus.NotSupported, () =>
        {
            Provider.DeleteInstance(Request, ConfigurationPath(Samples.Web, "defined"));
            return null;
        });
        Assert.Equal(0, Host.Redefinitions);
    }

    [Fact]
    public void A_guest_that_is_off_is_renamed()
    {
        var mail = Get<Xen_VirtualSystemSettingData>(ConfigurationPath(Samples.Mail, "defined"));
        mail.ElementName = "post";
        Provider.ModifyInstance(Request, mail.Path!, mail);
        Assert.Equal("post", Host.Definition(Samples.Mail).Name);
        Assert.Equal("post", Get<Xen_ComputerSystem>(GuestPath(Samples.Mail)).ElementName);
        Assert.Equal(1, Host.Redefinitions);
    }

    [Theory]
    [InlineData("web", CimStatus.AlreadyExists)]
    [InlineData("", CimStatus.InvalidParameter)]
    [InlineData("a/b", CimStatus.InvalidParameter)]
    [InlineData(" mail", CimStatus.InvalidParameter)]
    public void A_name_that_cannot_be_is_refused(string name, CimStatus status)
    {
        Refused(status, () => ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = $"Xen:{Samples.Mail}/defined", ElementName = name }));
        Assert.Equal(0, Host.Redefinitions);
    }

    [Fact]
    public void A_guest_that_runs_or_a_driver_that_cannot_keeps_the_name()
    {
        Assert.Contains("while it is off", Refused(CimStatus.Failed, () => ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = s_web, ElementName = "other" })).Message, StringComparison.Ordinal);
        Host.Missing.Add(HypervisorOperation.Rename);
        Refused(CimStatus.NotSupported, () => ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = s_web, ElementName = "other" }));
        Refused(CimStatus.NotSupported, () => ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = $"Xen:{Samples.Mail}/defined", ElementName = "other" }));
        Assert.Equal(0, Host.Redefinitions);
    }

    [Fact]
    public void What_cannot_be_kept_is_refused_by_name()
    {
        foreach (var settings in (Xen_VirtualSystemSettingData[])[
            new() { AutomaticStartupActionDelay = CimDateTime.FromTimeSpan(TimeSpan.FromSeconds(30)) },
            new() { AutomaticStartupActionSequenceNumber = 2 },
            new() { AutomaticShutdownAction = Xen_VirtualSystemSettingData.AutomaticShutdownActionValue.Shutdown },
            new() { ConfigurationFile = "/etc/xen/web" },
            new() { CreationTime = CimDateTime.FromDateTimeOffset(DateTimeOffset.UnixEpoch) }])
        {
            var property = settings.Properties.Single(p => p.Value is not null).Name;
            // With a change that could be made: none of it is.
            settings.Caption = "New";
            Assert.Contains(property, Refused(CimStatus.NotSupported, () => Define(settings)).Message, StringComparison.Ordinal);
            settings.InstanceID = s_web;
            Assert.Contains(property, Refused(CimStatus.NotSupported, () => ModifySystem(settings)).Message, StringComparison.Ordinal);
        }
        Refused(CimStatus.NotSupported, () => ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = s_web, Description = "Our web server" }));
        Refused(CimStatus.NotSupported, () => ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = s_web, ConfigurationName = "state" }));
        Assert.Equal(0, Host.Redefinitions);
        Assert.Equal(6, All("Xen_ComputerSystem").Count);
    }

    [Fact]
    public void No_delay_and_no_order_are_what_there_is() =>
        Assert.Equal(0u, ModifySystem(new Xen_VirtualSystemSettingData
        {
            InstanceID = s_web,
            AutomaticStartupActionDelay = CimDateTime.FromTimeSpan(TimeSpan.Zero),
            AutomaticStartupActionSequenceNumber = 0,
        }).Return);

    [Fact]
    public void A_transient_guest_has_no_next_start()
    {
        var error = Refused(CimStatus.NotSupported, () => ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = $"Xen:{Samples.Passing}/state", AutomaticStartupAction = Startup.Always_startup }));
        Assert.Contains("transient", error.Message, StringComparison.Ordinal);
        Mock.Verify(h => h.SetAutostart(It.IsAny<Guid>(), It.IsAny<bool>()), Times.Never);
    }

    [Fact]
    public void The_control_domain_is_not_configured_here()
    {
        var defined = $"Xen:{Samples.Dom0}/defined";
        Refused(CimStatus.AccessDenied, () => ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = defined, AutomaticStartupAction = Startup.Always_startup }));
        Refused(CimStatus.AccessDenied, () => ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = defined, Caption = "Host" }));
        Refused(CimStatus.AccessDenied, () => ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = defined, ElementName = "host" }));
        Refused(CimStatus.AccessDenied, () => ModifyResources(new Xen_MemoryRASD { InstanceID = defined + "/memory", VirtualQuantity = 524288 }));
        Assert.Equal(0u, ModifySystem(Get(ConfigurationPath(Samples.Dom0, "defined"))).Return);
        Assert.Equal(0, Host.Redefinitions);
        Mock.Verify(h => h.SetAutostart(It.IsAny<Guid>(), It.IsAny<bool>()), Times.Never);
    }
}
