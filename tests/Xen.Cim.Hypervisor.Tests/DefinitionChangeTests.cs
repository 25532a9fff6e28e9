using System.Collections.Concurrent;
using System.Xml.Linq;
using Xunit;

namespace Xen.Cim.Hypervisor.Tests;

public sealed class DefinitionChangeTests : IDisposable
{
    private readonly LibvirtHypervisor _hypervisor = SmallHost.Open();

    public void Dispose() => _hypervisor.Dispose();

    private string Xml(Guid uuid, ConfigurationKind kind = ConfigurationKind.Defined) => _hypervisor.GetDefinition(uuid, kind)!.ToXml();

    [Fact]
    public void A_change_touches_only_what_was_asked()
    {
        var expected = XElement.Parse(Xml(SmallHost.Web));
        expected.Element("memory")!.Value = "1048576";

        Assert.True(_hypervisor.ChangeDefinition(SmallHost.Web, d => d.MemoryKiB = 1048576));

        Assert.Equal(expected.ToString(), XElement.Parse(Xml(SmallHost.Web)).ToString());
    }

    [Fact]
    public void Secrets_and_what_others_wrote_survive()
    {
        _hypervisor.ChangeDefinition(SmallHost.Web, d => d.Processors = 3);

        var xml = Xml(SmallHost.Web);
        Assert.Contains("passwd='secret'", xml.Replace('"', '\''), StringComparison.Ordinal);
        Assert.Contains("keep me", xml, StringComparison.Ordinal);
        Assert.Contains("core2duo", xml, StringComparison.Ordinal);
        Assert.Contains("localtime", xml, StringComparison.Ordinal);
        Assert.Equal("The web server", _hypervisor.GetDefinition(SmallHost.Web, ConfigurationKind.Defined)!.Title);
    }

    [Fact]
    public void A_change_of_nothing_is_not_written()
    {
        var events = new ConcurrentQueue<GuestEvent>();
        _hypervisor.GuestChanged += events.Enqueue;

        Assert.False(_hypervisor.ChangeDefinition(SmallHost.Web, _ => { }));
        Assert.False(_hypervisor.ChangeDefinition(SmallHost.Web, d => d.MemoryKiB = 524288));
        Assert.True(_hypervisor.ChangeDefinition(SmallHost.Web, d => d.Description = "new"));

        Eventually.True(() => !events.IsEmpty, "the event of the one change");
        Assert.Equal(GuestEventKind.Defined, Assert.Single(events).Kind);
    }

    [Fact]
    public void A_running_guest_keeps_what_it_runs_with()
    {
        var before = Xml(SmallHost.Web, ConfigurationKind.State);

        _hypervisor.ChangeDefinition(SmallHost.Web, d => d.Processors = 4);

        Assert.Equal(before, Xml(SmallHost.Web, ConfigurationKind.State));
        Assert.Equal(4u, _hypervisor.GetDefinition(SmallHost.Web, ConfigurationKind.Defined)!.Processors);
    }

    [Fact]
    public void A_guest_that_is_off_has_one_configuration()
    {
        _hypervisor.ChangeDefinition(SmallHost.Off, d => d.Processors = 4);

        Assert.Equal(4u, _hypervisor.GetDefinition(SmallHost.Off, ConfigurationKind.State)!.Processors);
        Assert.Same(_hypervisor.GetDefinition(SmallHost.Off, ConfigurationKind.State), _hypervisor.GetDefinition(SmallHost.Off, ConfigurationKind.Defined));
    }

    [Fact]
    public void An_unchanged_guest_is_not_parsed_again()
    {
        var first = _hypervisor.GetDefinition(SmallHost.Web, ConfigurationKind.State);

        Assert.Same(first, _hypervisor.GetDefinition(SmallHost.Web, ConfigurationKind.State));
        _hypervisor.SetMemory(SmallHost.Web, 262144);
        Assert.NotSame(first, _hypervisor.GetDefinition(SmallHost.Web, ConfigurationKind.State));
    }

    [Fact]
    public void A_transient_guest_does_not_become_persistent()
    {
        var error = Assert.Throws<HypervisorException>(() => _hypervisor.ChangeDefinition(SmallHost.Passing, d => d.Processors = 4));

        Assert.Equal(HypervisorError.InvalidState, error.Error);
        Assert.Null(_hypervisor.GetDefinition(SmallHost.Passing, ConfigurationKind.Defined));
        Assert.NotNull(_hypervisor.GetDefinition(SmallHost.Passing, ConfigurationKind.State));
        Assert.False(_hypervisor.FindGuest(SmallHost.Passing)!.IsPersistent);
    }

    [Fact]
    public void What_libvirt_refuses_changes_nothing()
    {
        var before = Xml(SmallHost.Off);

        var error = Assert.Throws<HypervisorException>(() => _hypervisor.ChangeDefinition(SmallHost.Off, d => d.Processors = 0));

        Assert.Contains("libvirt", error.InnerException!.GetType().FullName!, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(before, Xml(SmallHost.Off));
    }

    [Fact]
    public void An_editor_that_fails_changes_nothing_and_lets_go()
    {
        Assert.Throws<InvalidOperationException>(() => _hypervisor.ChangeDefinition(SmallHost.Off, d =>
        {
            d.Processors = 7;
            throw new InvalidOperationException();
        }));

        Assert.Equal(1u, _hypervisor.GetDefinition(SmallHost.Off, ConfigurationKind.Defined)!.Processors);
        Assert.Equal(0, _hypervisor.Locks.Count);
    }

    [Fact]
    public void A_guest_that_is_off_can_be_renamed_and_changed_at_once()
    {
        Assert.True(_hypervisor.ChangeDefinition(SmallHost.Off, d =>
        {
            d.Name = "renamed";
            d.Processors = 2;
        }));

        Assert.Null(_hypervisor.FindGuest("off"));
        Assert.Equal(SmallHost.Off, _hypervisor.FindGuest("renamed")!.Uuid);
        Assert.Equal(2u, _hypervisor.GetDefinition(SmallHost.Off, ConfigurationKind.Defined)!.Processors);
    }

    [Fact]
    public void A_rename_whose_other_changes_are_refused_is_taken_back()
    {
        Assert.Throws<HypervisorException>(() => _hypervisor.ChangeDefinition(SmallHost.Off, d =>
        {
            d.Name = "renamed";
            d.Processors = 0;
        }));

        Assert.Equal(SmallHost.Off, _hypervisor.FindGuest("off")!.Uuid);
        Assert.Null(_hypervisor.FindGuest("renamed"));
    }

    [Fact]
    public void A_guest_keeps_its_uuid()
    {
        var error = Assert.Throws<HypervisorException>(() => _hypervisor.ChangeDefinition(SmallHost.Off, d => d.Uuid = Guid.NewGuid()));

        Assert.Equal(HypervisorError.InvalidArgument, error.Error);
        Assert.Equal(5, _hypervisor.ListGuests().Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Two_writers_never_lose_each_others_change(int seed)
    {
        // Each thread adds its own keys and sometimes takes one of its own away again; the sum must be there in the end.
        const int Threads = 6;
        const int Steps = 25;
        var expected = new HashSet<string>[Threads];

        Parallel.For(0, Threads, new ParallelOptions { MaxDegreeOfParallelism = Threads }, thread =>
        {
            var random = new Random(seed * 100 + thread);
            var mine = expected[thread] = [];
            for (var step = 0; step < Steps; step++)
            {
                var uuid = SmallHost.Off;
                if (mine.Count > 0 && random.Next(3) == 0)
                {
                    var key = mine.First();
                    _hypervisor.ChangeDefinition(uuid, d => d.SetMetadata(key, null));
                    mine.Remove(key);
                }
                else
                {
                    var key = $"t{thread}s{step}";
                    _hypervisor.ChangeDefinition(uuid, d => d.SetMetadata(key, "x"));
                    mine.Add(key);
                }
                if (random.Next(4) == 0)
                    _hypervisor.ListGuests();
            }
        });

        var definition = _hypervisor.GetDefinition(SmallHost.Off, ConfigurationKind.Defined)!;
        for (var thread = 0; thread < Threads; thread++)
        {
            for (var step = 0; step < Steps; step++)
            {
                var key = $"t{thread}s{step}";
                Assert.Equal(expected[thread].Contains(key), definition.GetMetadata(key) is not null);
            }
        }
        Assert.Equal(0, _hypervisor.Locks.Count);
    }
}
