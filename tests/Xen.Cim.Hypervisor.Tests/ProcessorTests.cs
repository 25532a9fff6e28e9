using Xunit;

namespace Xen.Cim.Hypervisor.Tests;

/// <summary>Number and place of a running guest's processors, with libvirt's test driver.</summary>
public sealed class ProcessorTests : IDisposable
{
    private readonly LibvirtHypervisor _hypervisor = SmallHost.Open();

    public void Dispose() => _hypervisor.Dispose();

    [Fact]
    public void Processors_are_pinned_one_by_one_and_set_free()
    {
        Prepare(2);
        _hypervisor.PinProcessors(SmallHost.Web, [ProcessorSet.Parse("0"), ProcessorSet.Parse("0-1")]);
        Assert.Equal("0", State().AffinityOf(0)?.ToString());
        Assert.Equal("0-1", State().AffinityOf(1)?.ToString());
        _hypervisor.PinProcessors(SmallHost.Web, [null, null]);
        Assert.True(State().Affinity is null || State().Affinity!.CoversHostOf(_hypervisor.GetHost().Processors));
        Assert.Null(_hypervisor.GetDefinition(SmallHost.Web, ConfigurationKind.Defined)!.Affinity);
    }

    [Fact]
    public void A_pin_that_is_refused_leaves_the_others_as_they_were()
    {
        Prepare(1);
        _hypervisor.PinProcessors(SmallHost.Web, [ProcessorSet.Parse("1")]);
        var error = Assert.Throws<HypervisorException>(() => _hypervisor.PinProcessors(SmallHost.Web, [ProcessorSet.Parse("0"), ProcessorSet.Parse("0")]));
        Assert.Equal(HypervisorError.InvalidArgument, error.Error);
        Assert.Contains("pin the processors", error.Message, StringComparison.Ordinal);
        Assert.Equal("1", State().AffinityOf(0)?.ToString());
    }

    [Fact]
    public void A_guest_that_is_off_has_nothing_to_pin() =>
        Assert.Equal(HypervisorError.InvalidState, Assert.Throws<HypervisorException>(() => _hypervisor.PinProcessors(SmallHost.Off, [null])).Error);

    private DomainDefinition State() => _hypervisor.GetDefinition(SmallHost.Web, ConfigurationKind.State)!;

    /// <summary>The guest, running with two processors at most and so many in use.</summary>
    private void Prepare(uint count)
    {
        _hypervisor.ChangeDefinition(SmallHost.Web, d => d.Processors = 2);
        _hypervisor.Destroy(SmallHost.Web);
        _hypervisor.Start(SmallHost.Web);
        _hypervisor.SetProcessors(SmallHost.Web, count);
        Assert.Equal(count, State().CurrentProcessors);
    }
}
