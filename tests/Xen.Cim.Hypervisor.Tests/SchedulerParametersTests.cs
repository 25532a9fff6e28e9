using Libvirt;
using Xen.Cim.Hypervisor.Guests;
using Xunit;

namespace Xen.Cim.Hypervisor.Tests;

public sealed class SchedulerParametersTests
{
    private static readonly TypedParameter[] Credit = [TypedParameter.UInt("weight", 256), TypedParameter.UInt("cap", 0)];

    private static readonly TypedParameter[] ControlGroups =
        [TypedParameter.UInt64("cpu_shares", 1024), TypedParameter.UInt64("vcpu_period", 100000), TypedParameter.Int64("vcpu_quota", -1)];

    [Fact]
    public void Xens_credit_scheduler_has_weight_and_cap()
    {
        Assert.Equal(new SchedulerSettings("credit", 256, 0), SchedulerParameters.Read("credit", Credit));
        Assert.Equal([TypedParameter.UInt("weight", 512), TypedParameter.UInt("cap", 50)], SchedulerParameters.Write(Credit, 512, 50, "g"));
        Assert.Equal([TypedParameter.UInt("cap", 0)], SchedulerParameters.Write(Credit, null, 0, "g"));
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(50000, 50)]
    [InlineData(250000, 250)]
    [InlineData(17592186044415, 0)]
    public void Qemus_quota_of_a_period_is_a_cap(long quota, uint cap)
    {
        TypedParameter[] parameters = [ControlGroups[0], ControlGroups[1], TypedParameter.Int64("vcpu_quota", quota)];

        var settings = SchedulerParameters.Read("posix", parameters);

        Assert.Equal(1024u, settings.Weight);
        Assert.Equal(cap, settings.Cap);
    }

    [Fact]
    public void A_cap_becomes_qemus_quota()
    {
        Assert.Equal([TypedParameter.UInt64("cpu_shares", 2048), TypedParameter.Int64("vcpu_quota", 25000)], SchedulerParameters.Write(ControlGroups, 2048, 25, "g"));
        Assert.Equal([TypedParameter.Int64("vcpu_quota", -1)], SchedulerParameters.Write(ControlGroups, null, 0, "g"));
        // The kernel takes no less than a millisecond.
        TypedParameter[] fine = [ControlGroups[0], TypedParameter.UInt64("vcpu_period", 1000), ControlGroups[2]];
        Assert.Equal([TypedParameter.Int64("vcpu_quota", 1000)], SchedulerParameters.Write(fine, null, 1, "g"));
    }

    [Fact]
    public void A_cap_is_of_the_whole_guest_however_many_processors_it_has()
    {
        TypedParameter[] parameters = [.. ControlGroups, TypedParameter.UInt64("global_period", 50000), TypedParameter.Int64("global_quota", -1)];

        Assert.Equal(0u, SchedulerParameters.Read("posix", parameters).Cap);
        Assert.Equal([TypedParameter.Int64("global_quota", 75000)], SchedulerParameters.Write(parameters, null, 150, "g"));
        Assert.Equal([TypedParameter.Int64("global_quota", -1)], SchedulerParameters.Write(parameters, null, 0, "g"));
        TypedParameter[] limited = [.. parameters[..^1], TypedParameter.Int64("global_quota", 75000)];
        Assert.Equal(150u, SchedulerParameters.Read("posix", limited).Cap);
        // What somebody else said of each processor gives way.
        TypedParameter[] others = [parameters[0], parameters[1], TypedParameter.Int64("vcpu_quota", 50000), parameters[3], parameters[4]];
        Assert.Equal(50u, SchedulerParameters.Read("posix", others).Cap);
        Assert.Equal([TypedParameter.Int64("global_quota", -1), TypedParameter.Int64("vcpu_quota", -1)], SchedulerParameters.Write(others, null, 0, "g"));
    }

    [Fact]
    public void What_the_scheduler_does_not_have_is_refused_by_name()
    {
        TypedParameter[] fair = [TypedParameter.UInt("weight", 50)];

        var error = Assert.Throws<HypervisorException>(() => SchedulerParameters.Write(fair, null, 50, "web"));

        Assert.Equal(HypervisorError.NotSupported, error.Error);
        Assert.Contains("cap", error.Message, StringComparison.Ordinal);
        Assert.Contains("web", error.Message, StringComparison.Ordinal);
        Assert.Null(SchedulerParameters.Read("fair", fair).Cap);
        Assert.Null(SchedulerParameters.Read("none", []).Weight);
    }
}
