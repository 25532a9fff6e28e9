using Moq;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers.Tests.VirtualSystem;

public sealed class ComputerSystemTests : ProviderTest
{
    [Fact]
    public void Every_guest_is_there_with_its_uuid_as_its_name()
    {
        var guests = All("Xen_ComputerSystem").Select(i => i.As<Xen_ComputerSystem>()).ToList();
        Assert.Equal(["Domain-0", "db", "mail", "old", "passing", "web"], guests.Select(g => g.ElementName!).Order(StringComparer.Ordinal));
        Assert.Equal(Samples.Web.ToString("D"), guests.Single(g => g.ElementName == "web").Name);
        Assert.All(guests, g => Assert.Equal("Xen_ComputerSystem", g.CreationClassName));
        Assert.All(guests, g => Assert.Equal("UUID", g.NameFormat));
        Assert.Equal(["Domain-0"], guests.Where(g => g.IsControlDomain == true).Select(g => g.ElementName));
        Assert.Equal(guests.Select(g => g.Path), Provider.EnumerateInstanceNames(Request, Class("Xen_ComputerSystem")));
    }

    // EnabledState, OperationalStatus and HealthState of DSP1057 and CIM_ManagedSystemElement for each of libvirt's states.
    [Theory]
    [InlineData(GuestState.Running, 2, 2, 5)]
    [InlineData(GuestState.Paused, 9, 2, 5)]
    [InlineData(GuestState.Asleep, 9, 15, 5)]
    [InlineData(GuestState.ShuttingDown, 4, 9, 5)]
    [InlineData(GuestState.Rebooting, 10, 8, 5)]
    [InlineData(GuestState.Off, 3, 10, 5)]
    [InlineData(GuestState.Saved, 6, 15, 5)]
    [InlineData(GuestState.Crashed, 3, 6, 25)]
    [InlineData(GuestState.Unknown, 0, 0, 0)]
    public void The_state_reads_as_the_profile_has_it(GuestState state, ushort enabled, ushort operational, ushort health)
    {
        Host.SetState(Samples.Web, state);
        var guest = Get<Xen_ComputerSystem>(GuestPath(Samples.Web));
        Assert.Equal(enabled, (ushort)guest.EnabledState!);
        Assert.Equal([operational], guest.OperationalStatus!.Select(s => (ushort)s));
        Assert.Single(guest.StatusDescriptions!);
        Assert.Equal(health, (ushort)guest.HealthState!);
        Assert.NotNull(guest.TimeOfLastStateChange);
    }

    [Fact]
    public void The_domain_number_is_there_while_there_is_one()
    {
        var web = Get<Xen_ComputerSystem>(GuestPath(Samples.Web));
        Assert.Equal([Samples.Web.ToString("D"), "3"], web.OtherIdentifyingInfo!);
        Assert.Equal(["CIM:GUID", "Xen:DomainID"], web.IdentifyingDescriptions!);
        var mail = Get<Xen_ComputerSystem>(GuestPath(Samples.Mail));
        Assert.Equal([Samples.Mail.ToString("D")], mail.OtherIdentifyingInfo!);
        Assert.Equal(2, (ushort)web.EnabledDefault!);
        Assert.Equal(3, (ushort)mail.EnabledDefault!);
    }

    [Fact]
    public void Only_the_exact_keys_get_an_instance()
    {
        Assert.Equal("web", Get(GuestPath(Samples.Web))["ElementName"]);
        Refused(CimStatus.NotFound, () => Get(GuestPath("web")));
        Refused(CimStatus.NotFound, () => Get(GuestPath(Samples.Web.ToString("D").ToUpperInvariant())));
        Refused(CimStatus.NotFound, () => Get(GuestPath(Samples.Web.ToString("N"))));
        Refused(CimStatus.NotFound, () => Get(GuestPath(Guid.NewGuid())));
        Refused(CimStatus.NotFound, () => Get(Path("Xen_ComputerSystem", ("CreationClassName", "Xen_HostComputerSystem"), ("Name", Samples.Web.ToString("D")))));
        Refused(CimStatus.NotFound, () => Get(Path("Xen_ComputerSystem", ("Name", Samples.Web.ToString("D")))));
        Refused(CimStatus.NotFound, () => Get(Path("Xen_ComputerSystem", ("CreationClassName", "Xen_ComputerSystem"), ("Name", Samples.Web.ToString("D")), ("Extra", "x"))));
        Refused(CimStatus.NotFound, () => Get(GuestPath(Samples.Web).WithNamespace("root/other")));
        Refused(CimStatus.NotFound, () => Get(Class("Xen_ComputerSystem")));
    }

    [Fact]
    public void Deleting_the_instance_removes_the_guest()
    {
        Provider.DeleteInstance(Request, GuestPath(Samples.Mail));
        Mock.Verify(h => h.Remove(Samples.Mail), Times.Once);
        Refused(CimStatus.NotFound, () => Get(GuestPath(Samples.Mail)));
    }

    [Fact]
    public void The_control_domain_can_be_neither_deleted_nor_destroyed()
    {
        Refused(CimStatus.AccessDenied, () =>
        {
            Provider.DeleteInstance(Request, GuestPath(Samples.Dom0));
            return null;
        });
        Refused(CimStatus.AccessDenied, () => Call(Service, "DestroySystem", ("AffectedSystem", CimType.Reference, GuestPath(Samples.Dom0))));
        Refused(CimStatus.AccessDenied, () => Call(Service, "DestroySystem", ("AffectedSystem", CimType.Reference, GuestPath("Domain-0"))));
        Mock.Verify(h => h.Remove(It.IsAny<Guid>()), Times.Never);
    }

    [Fact]
    public void Guests_are_not_created_as_instances() =>
        Refused(CimStatus.NotSupported, () => Provider.CreateInstance(Request, Class("Xen_ComputerSystem"), new Xen_ComputerSystem()));

    [Theory]
    [InlineData("<memory unit='KiB'>much</memory>", "much")]
    [InlineData("<memory unit='parsec'>12</memory>", "parsec")]
    [InlineData("<vcpu>-3</vcpu>", "-3")]
    public void An_absurd_configuration_shows_in_its_guests_health_only(string absurd, string told)
    {
        var element = absurd[1..absurd.IndexOfAny([' ', '>'])];
        Host.Rewrite(Samples.Db, xml => System.Text.RegularExpressions.Regex.Replace(xml, $"<{element}[ >].*?</{element}>", absurd));

        foreach (var db in (Xen_ComputerSystem[])[Get<Xen_ComputerSystem>(GuestPath(Samples.Db)),
            All("Xen_ComputerSystem").Single(s => s["Name"] is string name && name == Samples.Db.ToString("D")).As<Xen_ComputerSystem>()])
        {
            Assert.Equal(20, (ushort)db.HealthState!);
            Assert.Equal([Xen_ComputerSystem.OperationalStatusValue.Error], db.OperationalStatus!);
            Assert.Contains(told, db.StatusDescriptions!.Single(), StringComparison.Ordinal);
        }
        Assert.All(All("Xen_ComputerSystem").Where(s => s["Name"] is not string name || name != Samples.Db.ToString("D")),
            other => Assert.Equal(5, (ushort)other.As<Xen_ComputerSystem>().HealthState!));
        Assert.Equal(11, All("Xen_VirtualSystemSettingData").Count);
    }

    [Fact]
    public void A_guest_that_cannot_be_read_says_so_and_spoils_nobody_else()
    {
        Host.Break(Samples.Db, new HypervisorException(HypervisorError.Failed, "XML error: broken"));

        var db = Get<Xen_ComputerSystem>(GuestPath(Samples.Db));
        Assert.Equal(20, (ushort)db.HealthState!);
        Assert.Equal([Xen_ComputerSystem.OperationalStatusValue.Error], db.OperationalStatus!);
        Assert.Contains("XML error: broken", db.StatusDescriptions!.Single(), StringComparison.Ordinal);
        Assert.Equal(6, All("Xen_ComputerSystem").Count);

        // Five guests with two configurations, one transient one with one.
        Assert.Equal(11, All("Xen_VirtualSystemSettingData").Count);
        var broken = Get<Xen_VirtualSystemSettingData>(ConfigurationPath(Samples.Db, "defined"));
        Assert.Contains("XML error: broken", broken.Description, StringComparison.Ordinal);
        Assert.Equal("db", broken.ElementName);
        Assert.Null(broken.VirtualSystemType);
        Assert.Equal("DMTF:XEN:PV", Get<Xen_VirtualSystemSettingData>(ConfigurationPath(Samples.Web, "defined")).VirtualSystemType);

        Assert.Equal(9, All("Xen_MemoryRASD").Count);
        Assert.Equal(9, All("Xen_ProcessorRASD").Count);
        Assert.DoesNotContain(All("Xen_MemoryRASD"), m => ((string)m["InstanceID"]!).Contains(Samples.Db.ToString("D"), StringComparison.Ordinal));
        Assert.NotEmpty(All("Xen_DiskRASD"));
        Assert.Equal(4, All("Xen_MemoryPool").Concat(All("Xen_DiskPool")).Count() - 1);
        Assert.Empty(Provider.Associators(Request, ConfigurationPath(Samples.Db, "state"), new AssociationFilter("Xen_VirtualSystemSettingDataComponent")));
        Assert.Single(Provider.Associators(Request, GuestPath(Samples.Db), new AssociationFilter("Xen_SettingsDefineState")));
    }
}
