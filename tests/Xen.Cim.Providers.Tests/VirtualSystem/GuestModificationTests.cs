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
    public void What_is_no_setting_is_refused_by_name() =>
        Assert.Contains("HealthState", Refused(CimStatus.NotSupported, () => Modify("HealthState", new Xen_ComputerSystem { HealthState = Xen_ComputerSystem.HealthStateValue.OK })).Message, StringComparison.Ordinal);

    private object? Modify(string property, Xen_ComputerSystem guest)
    {
        Provider.ModifyInstance(Only(property), GuestPath(Samples.Mail), guest);
        return null;
    }

    private static CimRequest Only(string property) => Request with { PropertyList = new HashSet<string>([property], StringComparer.OrdinalIgnoreCase) };
}
