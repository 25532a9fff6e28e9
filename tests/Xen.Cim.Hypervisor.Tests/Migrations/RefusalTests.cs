using Xunit;

namespace Xen.Cim.Hypervisor.Tests.Migrations;

public sealed class RefusalTests
{
    [Fact]
    public void A_driver_without_migration_says_so_before_it_looks_at_anything()
    {
        using var hypervisor = SmallHost.Open();
        var request = new MigrationRequest(SmallHost.Web, "-not a host-");

        Assert.False(hypervisor.Supports(HypervisorOperation.Migrate));
        Assert.Equal(HypervisorError.NotSupported, Assert.Throws<HypervisorException>(() => hypervisor.FindMigrationObstacles(request, askDestination: true)).Error);
        Assert.Equal(HypervisorError.NotSupported, Assert.Throws<HypervisorException>(() => hypervisor.Migrate(request, _ => { }, TestContext.Current.CancellationToken)).Error);
    }
}
