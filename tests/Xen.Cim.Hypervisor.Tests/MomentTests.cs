using Libvirt;
using Xen.Cim.Hypervisor.Inventory;
using Xunit;

namespace Xen.Cim.Hypervisor.Tests;

/// <summary>What one answer reads it reads once, and the next one again; on the test driver, of which nothing is kept.</summary>
public sealed class MomentTests
{
    [Fact]
    public void A_moment_reads_once_and_the_next_reads_again()
    {
        using var daemon = Daemon.StartOrSkip();
        using var hypervisor = LibvirtHypervisor.Create(DaemonTests.Quick(daemon.Uri), new LogLines());
        using var others = Connection.Open(daemon.Uri);
        var uuid = Assert.Single(hypervisor.ListGuests()).Uuid;
        using var domain = others.LookupDomain(uuid);
        Assert.Null(hypervisor.Enter(new Moment()));

        var (guest, definition, all) = (hypervisor.FindGuest(uuid), hypervisor.GetDefinition(uuid, ConfigurationKind.Defined), hypervisor.ListGuests());
        domain.Suspend();
        others.DefineDomain(domain.GetXml(DomainXmlFlags.Inactive).Replace("<name>test</name>", "<name>test</name><title>another</title>", StringComparison.Ordinal)).Dispose();
        others.DefineDomain(InventoryTests.Xml("newcomer", Guid.NewGuid(), "test")).Dispose();

        Assert.Equal(GuestState.Running, guest?.State);
        Assert.Equal(guest, hypervisor.FindGuest(uuid));
        Assert.Same(all, hypervisor.ListGuests());
        Assert.Same(definition, hypervisor.GetDefinition(uuid, ConfigurationKind.Defined));
        Assert.Same(definition, hypervisor.GetDefinitions([new(uuid, ConfigurationKind.State), new(uuid, ConfigurationKind.Defined)])[1].Definition);

        Assert.NotNull(hypervisor.Enter(new Moment()));
        Assert.Equal(GuestState.Paused, hypervisor.FindGuest(uuid)?.State);
        Assert.Equal(2, hypervisor.ListGuests().Count);
        Assert.Equal("another", hypervisor.GetDefinition(uuid, ConfigurationKind.Defined)?.Title);
        Assert.NotNull(hypervisor.Enter(null));

        // Without one each read is by itself.
        domain.Resume();
        Assert.Equal(GuestState.Running, hypervisor.FindGuest(uuid)?.State);
    }

    [Fact]
    public void Definitions_read_part_by_part_are_those_of_who_is_there()
    {
        using var daemon = Daemon.StartOrSkip();
        using var hypervisor = LibvirtHypervisor.Create(DaemonTests.Quick(daemon.Uri), new LogLines());
        using var others = Connection.Open(daemon.Uri);
        // Enough that each part is found by a listing.
        var uuids = Enumerable.Range(0, 60).Select(_ => Guid.NewGuid()).ToList();
        Define(uuids[..50], "early");
        hypervisor.Enter(new Moment());

        var first = Read(uuids[..20]);
        Define(uuids[50..], "late");
        foreach (var uuid in uuids[20..30])
        {
            using var gone = others.LookupDomain(uuid);
            gone.Undefine();
        }
        var rest = Read(uuids[20..]);

        Assert.All(first.Zip(uuids), r => Assert.Equal(r.Second, r.First.Definition?.Uuid));
        Assert.All(rest.Take(10), r => Assert.Equal(HypervisorError.NotFound, r.Fault?.Error));
        Assert.All(rest.Skip(10).Zip(uuids[30..]), r => Assert.Equal(r.Second, r.First.Definition?.Uuid));
        hypervisor.Enter(null);

        void Define(IEnumerable<Guid> some, string name)
        {
            foreach (var uuid in some)
                others.DefineDomain(InventoryTests.Xml($"{name}-{uuid:N}", uuid, "test")).Dispose();
        }

        IReadOnlyList<DefinitionReading> Read(IEnumerable<Guid> some) => hypervisor.GetDefinitions([.. some.Select(u => new ConfigurationKey(u, ConfigurationKind.Defined))]);
    }

    [Fact]
    public void A_moment_is_its_threads_own_until_others_enter_it()
    {
        using var daemon = Daemon.StartOrSkip();
        using var hypervisor = LibvirtHypervisor.Create(DaemonTests.Quick(daemon.Uri), new LogLines());
        using var others = Connection.Open(daemon.Uri);
        var uuid = Assert.Single(hypervisor.ListGuests()).Uuid;
        var moment = new Moment();
        hypervisor.Enter(moment);
        Assert.Equal(GuestState.Running, Assert.Single(hypervisor.ListGuests()).State);
        using (var domain = others.LookupDomain(uuid))
            domain.Suspend();

        Assert.Equal(GuestState.Paused, OnAnotherThread(null));
        Assert.Equal(GuestState.Running, OnAnotherThread(moment));
        Assert.Same(moment, hypervisor.Enter(null));

        GuestState? OnAnotherThread(Moment? entered)
        {
            GuestState? seen = null;
            var thread = new Thread(() =>
            {
                hypervisor.Enter(entered);
                seen = hypervisor.FindGuest(uuid)?.State;
            });
            thread.Start();
            thread.Join();
            return seen;
        }
    }

    [Fact]
    public void A_moment_knows_who_is_not_there_and_what_could_not_be_read()
    {
        using var daemon = Daemon.StartOrSkip();
        using var hypervisor = LibvirtHypervisor.Create(DaemonTests.Quick(daemon.Uri), new LogLines());
        using var others = Connection.Open(daemon.Uri);
        var nobody = Guid.NewGuid();
        hypervisor.Enter(new Moment());
        Assert.Null(hypervisor.FindGuest(nobody));
        var missing = Assert.Throws<HypervisorException>(() => hypervisor.GetDefinition(nobody, ConfigurationKind.Defined));
        Assert.Equal(HypervisorError.NotFound, missing.Error);
        others.DefineDomain(InventoryTests.Xml("newcomer", nobody, "test")).Dispose();
        Assert.Null(hypervisor.FindGuest(nobody));
        Assert.Throws<HypervisorException>(() => hypervisor.GetDefinition(nobody, ConfigurationKind.Defined));
        hypervisor.Enter(null);
        Assert.NotNull(hypervisor.FindGuest(nobody));
    }

    [Fact]
    public void Definitions_and_weights_of_many_are_those_that_libvirt_tells_one_by_one()
    {
        using var daemon = Daemon.StartOrSkip();
        using var hypervisor = LibvirtHypervisor.Create(DaemonTests.Quick(daemon.Uri), new LogLines());
        using var others = Connection.Open(daemon.Uri);
        for (var i = 0; i < 70; i++)
        {
            using var domain = others.DefineDomain(InventoryTests.Xml($"guest-{i}", Guid.NewGuid(), "test"));
            if (i % 3 != 0)
                domain.Create();
        }
        // Some have gone between the listing and the reading.
        var guests = hypervisor.ListGuests();
        Assert.Equal(71, guests.Count);
        foreach (var gone in guests.Where(g => g.Name is "guest-0" or "guest-66"))
            hypervisor.Remove(gone.Uuid);
        var wanted = guests.SelectMany(g => (ConfigurationKey[])[new(g.Uuid, ConfigurationKind.State), new(g.Uuid, ConfigurationKind.Defined)]).ToList();
        var read = wanted.ConvertAll(w => hypervisor.GetDefinitions([w])[0]);
        Assert.Equal(4, read.Count(r => r.Fault is { Error: HypervisorError.NotFound }));
        for (var i = 0; i < 2; i++)
        {
            hypervisor.Enter(new Moment());
            var many = hypervisor.GetDefinitions(wanted);
            hypervisor.Enter(null);
            Assert.Equal(read.Select(r => (r.Definition?.ToXml(), r.Fault?.Error)), many.Select(r => (r.Definition?.ToXml(), r.Fault?.Error)));
        }

        var alone = hypervisor.ListGuests().ToDictionary(g => g.Uuid, g => hypervisor.GetScheduler(g.Uuid));
        Assert.Contains(alone.Values, s => s is { Weight: not null });
        Assert.Contains(alone.Values, s => s is null);

        hypervisor.Enter(new Moment());
        var together = hypervisor.ListGuests().ToDictionary(g => g.Uuid, g => hypervisor.GetScheduler(g.Uuid));
        hypervisor.Enter(null);
        Assert.Equal(alone, together);
    }
}
