using Xunit;

namespace Xen.Cim.Hypervisor.Tests;

public sealed class DefineAndRemoveTests : IDisposable
{
    private static readonly Guid Fresh = Guid.Parse("44444444-0000-4000-8000-000000000001");

    private readonly LibvirtHypervisor _hypervisor = SmallHost.Open();

    public void Dispose() => _hypervisor.Dispose();

    private static DomainDefinition New(string name, Guid uuid) =>
        DomainDefinition.Parse($"<domain type='test'><name>{name}</name><uuid>{uuid}</uuid><memory>65536</memory><os><type>hvm</type></os></domain>");

    [Fact]
    public void A_new_guest_is_there_and_off()
    {
        var guest = _hypervisor.Define(New("fresh", Fresh));

        Assert.Equal(Fresh, guest.Uuid);
        Assert.Equal(GuestState.Off, guest.State);
        Assert.True(guest.IsPersistent);
        Assert.Equal(guest, _hypervisor.FindGuest("fresh"));
    }

    [Theory]
    [InlineData("web", "44444444-0000-4000-8000-000000000001", "web")]
    [InlineData("fresh", "11111111-0000-4000-8000-000000000001", "web")]
    [InlineData("web", "11111111-0000-4000-8000-000000000001", "web")]
    public void A_taken_name_or_uuid_is_refused(string name, string uuid, string keeper)
    {
        var before = _hypervisor.GetDefinition(SmallHost.Web, ConfigurationKind.Defined)!.ToXml();

        var error = Assert.Throws<HypervisorException>(() => _hypervisor.Define(New(name, Guid.Parse(uuid))));

        Assert.Equal(HypervisorError.AlreadyExists, error.Error);
        Assert.Contains(keeper, error.Message, StringComparison.Ordinal);
        Assert.Equal(5, _hypervisor.ListGuests().Count);
        Assert.Equal(before, _hypervisor.GetDefinition(SmallHost.Web, ConfigurationKind.Defined)!.ToXml());
    }

    [Fact]
    public void Of_many_with_one_name_one_is_defined()
    {
        var results = new HypervisorError?[8];
        Parallel.For(0, results.Length, new ParallelOptions { MaxDegreeOfParallelism = results.Length }, i =>
        {
            try
            {
                _hypervisor.Define(New("fresh", Guid.NewGuid()));
            }
            catch (HypervisorException e)
            {
                results[i] = e.Error;
            }
        });

        Assert.Single(results, error => error is null);
        Assert.Equal(results.Length - 1, results.Count(error => error == HypervisorError.AlreadyExists));
        Assert.Equal(6, _hypervisor.ListGuests().Count);
    }

    [Fact]
    public void What_is_no_definition_is_an_invalid_argument()
    {
        Assert.Equal(HypervisorError.InvalidArgument, Assert.Throws<HypervisorException>(() => _hypervisor.Define(DomainDefinition.Parse("<domain/>"))).Error);
        Assert.Equal(HypervisorError.InvalidArgument,
            Assert.Throws<HypervisorException>(() => _hypervisor.Define(DomainDefinition.Parse("<domain type='test'><name>x</name><memory>1</memory></domain>"))).Error);
        Assert.Equal(HypervisorError.InvalidArgument, Assert.Throws<HypervisorException>(() => _hypervisor.Define(DomainDefinition.Parse(
            "<domain type='test'><name>x</name><memory>1024</memory><vcpu>many</vcpu><os><type>hvm</type></os></domain>"))).Error);
        Assert.Equal(5, _hypervisor.ListGuests().Count);
    }

    [Fact]
    public void Whatever_its_state_a_guest_can_be_removed()
    {
        foreach (var uuid in (Guid[])[SmallHost.Web, SmallHost.Off, SmallHost.Saved, SmallHost.Passing])
        {
            _hypervisor.Remove(uuid);
            Assert.Null(_hypervisor.FindGuest(uuid));
        }

        Assert.Equal("Domain-0", Assert.Single(_hypervisor.ListGuests()).Name);
    }

    [Fact]
    public void What_was_remembered_of_a_guest_goes_with_it()
    {
        _hypervisor.ListGuests();
        _hypervisor.GetDefinition(SmallHost.Off, ConfigurationKind.Defined);
        Assert.Equal(1, _hypervisor.DefinitionCache.Count);

        _hypervisor.Remove(SmallHost.Off);

        _hypervisor.ListGuests();
        Assert.Equal(0, _hypervisor.DefinitionCache.Count);
        Assert.Equal(0, _hypervisor.DefinitionCache.Characters);
        Eventually.True(() => _hypervisor.States.Count == 4, "the states of the guests that are left");
        Assert.Equal(0, _hypervisor.Locks.Count);
    }
}
