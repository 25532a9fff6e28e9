using Xunit;

namespace Xen.Cim.Hypervisor.Tests;

public sealed class GuestListingTests : IDisposable
{
    private readonly LibvirtHypervisor _hypervisor = SmallHost.Open();

    public void Dispose() => _hypervisor.Dispose();

    [Fact]
    public void Every_guest_is_listed_with_its_state()
    {
        var guests = _hypervisor.ListGuests().ToDictionary(g => g.Name);

        Assert.Equal(["Domain-0", "off", "passing", "saved", "web"], guests.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(GuestState.Running, guests["web"].State);
        Assert.Equal(GuestState.Off, guests["off"].State);
        Assert.Equal(GuestState.Saved, guests["saved"].State);
        Assert.True(guests["web"].IsActive);
        Assert.NotNull(guests["web"].Id);
        Assert.Null(guests["off"].Id);
        Assert.False(guests["passing"].IsPersistent);
        Assert.True(guests["web"].IsPersistent);
        Assert.All(guests.Values, guest => Assert.Null(guest.Fault));
    }

    [Fact]
    public void What_is_found_is_what_is_listed()
    {
        _hypervisor.SetAutostart(SmallHost.Web, true);

        foreach (var listed in _hypervisor.ListGuests())
        {
            Assert.Equal(listed, _hypervisor.FindGuest(listed.Uuid));
            Assert.Equal(listed, _hypervisor.FindGuest(listed.Name));
        }
    }

    [Fact]
    public void Autostart_shows_in_the_listing()
    {
        _hypervisor.SetAutostart(SmallHost.Web, true);

        Assert.Equal("web", Assert.Single(_hypervisor.ListGuests(), g => g.Autostart).Name);
    }

    [Fact]
    public void The_control_domain_has_a_key_derived_from_the_host()
    {
        var control = Assert.Single(_hypervisor.ListGuests(), g => g.IsControlDomain);

        Assert.Equal("Domain-0", control.Name);
        Assert.NotEqual(Guid.Parse("11111111-0000-4000-8000-000000000000"), control.Uuid);
        using var again = SmallHost.Open();
        Assert.Equal(control.Uuid, again.FindGuest("Domain-0")!.Uuid);
        Assert.Null(_hypervisor.FindGuest(Guid.Parse("11111111-0000-4000-8000-000000000000")));
        Assert.NotNull(_hypervisor.GetDefinition(control.Uuid, ConfigurationKind.State));
    }

    [Fact]
    public void Nobody_is_found_as_null()
    {
        Assert.Null(_hypervisor.FindGuest(Guid.Parse("99999999-0000-4000-8000-000000000000")));
        Assert.Null(_hypervisor.FindGuest("nobody"));
        Assert.Null(_hypervisor.FindGuest(""));
        Assert.Null(_hypervisor.FindGuest("we\0b"));
        Assert.Null(_hypervisor.FindGuest(new string('x', 1 << 20)));
    }
}
