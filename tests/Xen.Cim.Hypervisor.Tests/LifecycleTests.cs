using Xunit;

namespace Xen.Cim.Hypervisor.Tests;

public sealed class LifecycleTests : IDisposable
{
    private readonly LibvirtHypervisor _hypervisor = SmallHost.Open();

    public void Dispose() => _hypervisor.Dispose();

    private GuestState State(Guid uuid) => _hypervisor.FindGuest(uuid)!.State;

    [Fact]
    public void A_guest_goes_through_its_states()
    {
        _hypervisor.Start(SmallHost.Off);
        Assert.Equal(GuestState.Running, State(SmallHost.Off));
        _hypervisor.Pause(SmallHost.Off);
        Assert.Equal(GuestState.Paused, State(SmallHost.Off));
        _hypervisor.Resume(SmallHost.Off);
        Assert.Equal(GuestState.Running, State(SmallHost.Off));
        _hypervisor.Save(SmallHost.Off);
        Assert.Equal(GuestState.Saved, State(SmallHost.Off));
        _hypervisor.Start(SmallHost.Off);
        Assert.Equal(GuestState.Running, State(SmallHost.Off));
        _hypervisor.Shutdown(SmallHost.Off);
        Assert.Equal(GuestState.Off, State(SmallHost.Off));
    }

    [Fact]
    public void A_saved_state_can_be_discarded()
    {
        _hypervisor.DiscardSave(SmallHost.Saved);

        Assert.Equal(GuestState.Off, State(SmallHost.Saved));
    }

    [Fact]
    public void A_state_that_does_not_allow_it_is_named()
    {
        var error = Assert.Throws<HypervisorException>(() => _hypervisor.Start(SmallHost.Web));

        Assert.Equal(HypervisorError.InvalidState, error.Error);
        Assert.NotNull(error.Libvirt);
        Assert.Contains("start", error.Message, StringComparison.Ordinal);
        Assert.Contains("running", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_time_of_a_change_is_seen()
    {
        Assert.Null(_hypervisor.FindGuest(SmallHost.Web)!.StateChangedAt);
        var before = DateTimeOffset.UtcNow;

        _hypervisor.Pause(SmallHost.Web);

        Assert.InRange(_hypervisor.FindGuest(SmallHost.Web)!.StateChangedAt!.Value, before, DateTimeOffset.UtcNow);
    }

    [Fact]
    public void The_control_domain_is_protected()
    {
        var control = _hypervisor.FindGuest("Domain-0")!.Uuid;
        Action[] attempts =
        [
            () => _hypervisor.Start(control), () => _hypervisor.Pause(control), () => _hypervisor.Resume(control), () => _hypervisor.Shutdown(control),
            () => _hypervisor.Reboot(control), () => _hypervisor.Reset(control), () => _hypervisor.Destroy(control), () => _hypervisor.Save(control),
            () => _hypervisor.DiscardSave(control), () => _hypervisor.Remove(control),
        ];

        foreach (var attempt in attempts)
        {
            var error = Assert.Throws<HypervisorException>(attempt);
            Assert.Equal(HypervisorError.InvalidState, error.Error);
            Assert.Contains("control domain", error.Message, StringComparison.Ordinal);
        }
        Assert.Equal(GuestState.Running, State(control));
        _hypervisor.SetMemory(control, 524288);
        Assert.Equal(524288ul, _hypervisor.GetDefinition(control, ConfigurationKind.State)!.CurrentMemoryKiB);
    }

    [Fact]
    public void What_happens_to_nobody_is_not_found()
    {
        var nobody = Guid.Parse("99999999-0000-4000-8000-000000000000");

        Assert.Equal(HypervisorError.NotFound, Assert.Throws<HypervisorException>(() => _hypervisor.Start(nobody)).Error);
        Assert.Equal(HypervisorError.NotFound, Assert.Throws<HypervisorException>(() => _hypervisor.Remove(nobody)).Error);
        Assert.Equal(HypervisorError.NotFound, Assert.Throws<HypervisorException>(() => _hypervisor.ChangeDefinition(nobody, _ => { })).Error);
        Assert.Equal(HypervisorError.NotFound, Assert.Throws<HypervisorException>(() => _hypervisor.GetDefinition(nobody, ConfigurationKind.State)).Error);
        Assert.Equal(HypervisorError.NotFound, Assert.Throws<HypervisorException>(() => _hypervisor.GetScheduler(nobody)).Error);
    }
}
