using Moq;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers.Tests.VirtualSystem;

/// <summary>ModifyInstance and SetProperty of a guest do what the methods do.</summary>
public sealed class GuestModificationTests : ProviderTest
{
    [Fact]
    public void A_guest_is_renamed_and_started_with_the_host()
    {
        Provider.ModifyInstance(Only("ElementName"), GuestPath(Samples.Mail), new Xen_ComputerSystem { ElementName = "post" });
        Assert.Equal("post", Host.Definition(Samples.Mail).Name);
        Provider.ModifyInstance(Only("EnabledDefault"), GuestPath(Samples.Mail), new Xen_ComputerSystem { EnabledDefault = Xen_ComputerSystem.EnabledDefaultValue.Enabled });
        Mock.Verify(h => h.SetAutostart(Samples.Mail, true), Times.Once);
        Refused(CimStatus.AlreadyExists, () => Modify("ElementName", new Xen_ComputerSystem { ElementName = "web" }));
        Refused(CimStatus.InvalidParameter, () => Modify("EnabledDefault", new Xen_ComputerSystem { EnabledDefault = Xen_ComputerSystem.EnabledDefaultValue.Quiesce }));
    }

    [Fact]
    public void A_state_is_asked_for()
    {
        Provider.ModifyInstance(Only("RequestedState"), GuestPath(Samples.Mail), new Xen_ComputerSystem { RequestedState = Xen_ComputerSystem.RequestedStateValue.Enabled });
        Mock.Verify(h => h.Start(Samples.Mail), Times.Once);
        Assert.Contains("4097", Refused(CimStatus.Failed, () => Modify("RequestedState", new Xen_ComputerSystem { RequestedState = Xen_ComputerSystem.RequestedStateValue.Enabled })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_whole_instance_sent_back_does_nothing()
    {
        foreach (var guest in All("Xen_ComputerSystem"))
            Provider.ModifyInstance(Request, guest.Path!, guest);
        Assert.Equal(0, Host.Redefinitions);
        Mock.Verify(h => h.Start(It.IsAny<Guid>()), Times.Never);
        Mock.Verify(h => h.SetAutostart(It.IsAny<Guid>(), It.IsAny<bool>()), Times.Never);
    }

    [Fact]
    public void What_is_no_setting_is_refused_by_name()
    {
        Assert.Contains("HealthState", Refused(CimStatus.NotSupported, () => Modify("HealthState", new Xen_ComputerSystem { HealthState = Xen_ComputerSystem.HealthStateValue.Major_failure })).Message, StringComparison.Ordinal);
        // In a whole instance too.
        var whole = Get<Xen_ComputerSystem>(GuestPath(Samples.Mail));
        (whole.ElementName, whole.EnabledState) = ("post", Xen_ComputerSystem.EnabledStateValue.Enabled);
        Assert.Contains("EnabledState of mail is 3 and cannot become 2", Refused(CimStatus.NotSupported, () => Modify(whole)).Message, StringComparison.Ordinal);
        Refused(CimStatus.NotSupported, () => Modify(new Xen_ComputerSystem { Description = "a guest" }));
        Assert.Equal(0, Host.Redefinitions);
    }

    [Fact]
    public void What_repeats_what_is_there_or_has_moved_meanwhile_is_no_wish()
    {
        var whole = Get<Xen_ComputerSystem>(GuestPath(Samples.Mail));
        foreach (var property in whole.Properties.Select(p => p.Name).ToList())
            Provider.ModifyInstance(Only(property), GuestPath(Samples.Mail), whole);
        (whole.ElementName, whole.OperatingStatus, whole.TimeOfLastStateChange, whole.StatusDescriptions) = ("post", Xen_ComputerSystem.OperatingStatusValue.In_Service, CimDateTime.FromDateTimeOffset(DateTimeOffset.UnixEpoch), ["Running"]);
        Modify(whole);
        Assert.Equal("post", Host.Guest(Samples.Mail).Name);
    }

    private object? Modify(Xen_ComputerSystem guest)
    {
        Provider.ModifyInstance(Request, GuestPath(Samples.Mail), guest);
        return null;
    }

    private object? Modify(string property, Xen_ComputerSystem guest)
    {
        Provider.ModifyInstance(Only(property), GuestPath(Samples.Mail), guest);
        return null;
    }

    private static CimRequest Only(string property) => Request with { PropertyList = new HashSet<string>([property], StringComparer.OrdinalIgnoreCase) };
}
