using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;
using Xunit;

namespace Xen.Cim.Providers.Tests.SystemVirtualization;

/// <summary>The hypervisor's daemon is away.</summary>
public sealed class OutageTests : ProviderTest
{
    private const string Reason = "Cannot read the host: Failed to connect socket";

    [Theory]
    [InlineData("Xen_VirtualSystemManagementService")]
    [InlineData("Xen_VirtualSystemMigrationService")]
    [InlineData("Xen_VirtualSystemSnapshotService")]
    [InlineData("Xen_ResourcePoolConfigurationService")]
    [InlineData("Xen_MetricService")]
    public void Services_stay_and_say_that_they_are_not_started(string service)
    {
        var before = Assert.Single(All(service));
        Assert.Equal((true, "Connected"), ((bool)before["Started"]!, Assert.Single((string[])before["StatusDescriptions"]!)));

        Mock.Setup(h => h.GetHost()).Throws(new HypervisorException(HypervisorError.Disconnected, Reason));
        var away = Assert.Single(All(service));
        Assert.Equal(before.Path, away.Path);
        Assert.Equal(before.Path, Get(before.Path!).Path);
        Assert.Equal((false, Reason), ((bool)away["Started"]!, Assert.Single((string[])away["StatusDescriptions"]!)));
        // Lost Communication; Unknown.
        Assert.Equal(((ushort)13, (ushort)0), (Assert.Single((ushort[])away["OperationalStatus"]!), (ushort)away["HealthState"]!));
    }

    [Fact]
    public void A_service_that_never_met_its_hypervisor_is_there_too()
    {
        Mock.Setup(h => h.GetHost()).Throws(new HypervisorException(HypervisorError.Timeout, Reason));
        var away = Assert.Single(All("Xen_VirtualSystemManagementService"));
        Assert.False((bool)away["Started"]!);
        Assert.NotEqual("", away.Path!.GetString("SystemName"));
        // The answer took one attempt to reach the hypervisor, not one for each key.
        Mock.Verify(h => h.GetHost(), Moq.Times.Once);
    }

    [Fact]
    public void What_needs_the_hypervisor_is_refused_with_its_reason()
    {
        Mock.Setup(h => h.ListGuests()).Throws(new HypervisorException(HypervisorError.Disconnected, Reason));
        var error = Assert.Throws<CimException>(() => All("Xen_ComputerSystem"));
        Assert.Equal((CimStatus.Failed, Reason), (error.Status, error.Message));
    }
}
