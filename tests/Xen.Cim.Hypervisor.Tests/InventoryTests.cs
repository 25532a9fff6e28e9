using System.Diagnostics;
using Libvirt;
using Xunit;

namespace Xen.Cim.Hypervisor.Tests;

/// <summary>What is kept of guests is what libvirt says at that moment, whoever changed it and how.</summary>
public sealed class InventoryTests : IDisposable
{
    private const int Changes = 150;

    private readonly Daemon _daemon = Daemon.StartOrSkip();
    private readonly LibvirtHypervisor _hypervisor;
    // Reads everything with each call: nothing tells it of changes.
    private readonly LibvirtHypervisor _plain;

    public InventoryTests()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/qemu-system-x86_64"), "qemu-system-x86_64 is not installed");
        _hypervisor = LibvirtHypervisor.Create(new HypervisorOptions { Uri = _daemon.QemuUri, DaemonFolders = Folders }, new LogLines());
        _plain = LibvirtHypervisor.Create(new HypervisorOptions { Uri = _daemon.QemuUri }, new LogLines());
    }

    public void Dispose()
    {
        _plain.Dispose();
        _hypervisor.Dispose();
        _daemon.Dispose();
    }

    [Fact]
    public void Nothing_is_read_twice_while_nothing_changes()
    {
        using var others = Connection.Open(_daemon.QemuUri);
        for (var i = 0; i < 5; i++)
            others.DefineDomain(Xml($"calm-{i}", Guid.NewGuid(), "qemu")).Dispose();
        // The folder for it is made with the first one.
        using (var first = others.LookupDomain("calm-0"))
            first.Autostart = true;
        ReadAll();
        // What was just written is watched for a moment.
        Thread.Sleep(500);
        var uuids = ReadAll();
        var reads = _hypervisor.Known.Reads;
        for (var i = 0; i < 10; i++)
            ReadAll();
        foreach (var uuid in uuids)
            Assert.Equal(uuid, _hypervisor.FindGuest(uuid)!.Uuid);
        Assert.Null(_hypervisor.FindGuest(Guid.NewGuid()));
        Assert.Null(_hypervisor.FindGuest("nobody"));
        Assert.Equal("calm-3", _hypervisor.FindGuest("calm-3")!.Name);
        Assert.Equal(reads, _hypervisor.Known.Reads);

        // One guest that changes costs the others nothing.
        using (var domain = others.LookupDomain("calm-2"))
            domain.Autostart = true;
        ReadAll();
        Assert.InRange(_hypervisor.Known.Reads - reads, 1, 3);
        Assert.True(_hypervisor.FindGuest("calm-2")!.Autostart);
    }

    [Fact]
    public void A_folder_that_cannot_be_watched_is_told_of_and_watched_when_it_can()
    {
        var lines = new LogLines();
        var folders = Folders with { Saved = Folder("not-yet") };
        using var hypervisor = LibvirtHypervisor.Create(new HypervisorOptions { Uri = _daemon.QemuUri, DaemonFolders = folders, WatchAgainAfter = TimeSpan.FromMilliseconds(500) }, lines);
        Assert.Empty(hypervisor.ListGuests());
        Assert.Null(hypervisor.Known.Files);
        Assert.Contains(lines.Lines, l => l.Contains($"{folders.Saved}: No such file or directory", StringComparison.Ordinal));
        Directory.CreateDirectory(folders.Saved);
        using var others = Connection.Open(_daemon.QemuUri);
        others.DefineDomain(Xml("calm", Guid.NewGuid(), "qemu")).Dispose();
        Thread.Sleep(600);
        Assert.Equal("calm", Assert.Single(hypervisor.ListGuests()).Name);
        Assert.NotNull(hypervisor.Known.Files);
        using (var domain = others.LookupDomain("calm"))
            domain.Undefine();
        Assert.Empty(hypervisor.ListGuests());
    }

    [Fact]
    public void What_cannot_be_watched_for_a_while_is_not_taken_for_unchanged()
    {
        using var others = Connection.Open(_daemon.QemuUri);
        using var domain = others.DefineDomain(Xml("calm", Guid.NewGuid(), "qemu"));
        ReadAll();
        // As where a user has no watch left. The folder is made with the first guest that starts with the host.
        _hypervisor.Known.Files!.MayWatch = _ => false;
        foreach (var autostart in (bool[])[true, false, true])
        {
            domain.Autostart = autostart;
            Assert.Equal(autostart, Assert.Single(_hypervisor.ListGuests()).Autostart);
        }
        _hypervisor.Known.Files!.MayWatch = _ => true;
        ReadAll();
        Thread.Sleep(500);
        ReadAll();
        var reads = _hypervisor.Known.Reads;
        ReadAll();
        Assert.Equal(reads, _hypervisor.Known.Reads);
        domain.Autostart = false;
        Assert.False(Assert.Single(_hypervisor.ListGuests()).Autostart);
    }

    [Fact]
    public void Whatever_others_do_is_seen_by_the_next_question()
    {
        using var others = Connection.Open(_daemon.QemuUri);
        ChangeAndCompare(others, "qemu", _hypervisor, _plain);
    }

    [Fact]
    public void Whatever_others_do_to_a_simulated_host_is_seen_too()
    {
        using var others = Connection.Open(_daemon.Uri);
        // Where these are another driver's they tell of nothing.
        using var hypervisor = LibvirtHypervisor.Create(new HypervisorOptions { Uri = _daemon.Uri, DaemonFolders = Folders }, new LogLines());
        using var plain = LibvirtHypervisor.Create(new HypervisorOptions { Uri = _daemon.Uri }, new LogLines());
        ChangeAndCompare(others, "test", hypervisor, plain);
    }

    [Fact]
    public void What_is_known_is_told_while_the_daemon_hangs()
    {
        using (var others = Connection.Open(_daemon.QemuUri))
            others.DefineDomain(Xml("calm", Guid.NewGuid(), "qemu")).Dispose();
        ReadAll();
        Thread.Sleep(500);
        var uuid = Assert.Single(ReadAll());
        _daemon.Freeze();
        try
        {
            var clock = Stopwatch.StartNew();
            Assert.Equal("calm", Assert.Single(_hypervisor.ListGuests()).Name);
            Assert.Equal("calm", _hypervisor.GetDefinition(uuid, ConfigurationKind.Defined)!.Name);
            Assert.InRange(clock.Elapsed.TotalSeconds, 0, 3);
        }
        finally
        {
            _daemon.Thaw();
        }
    }

    private static void ChangeAndCompare(Connection others, string type, LibvirtHypervisor hypervisor, LibvirtHypervisor plain)
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var done = new List<string>();
        Compare(hypervisor, plain, done, seed);
        for (var i = 0; i < Changes; i++)
        {
            try
            {
                done.Add(ChangeSomething(others, type, random, i));
            }
            catch (LibvirtException e)
            {
                // Such as starting what runs: nothing changes, which has to be seen too.
                done.Add($"refused: {e.Message}");
            }
            Compare(hypervisor, plain, done, seed);
        }
        Assert.True(done.Count(d => !d.StartsWith("refused", StringComparison.Ordinal)) > Changes / 4, string.Join('\n', done));
    }

    [Fact]
    public void A_daemon_that_comes_back_is_asked_for_everything_again()
    {
        using (var others = Connection.Open(_daemon.QemuUri))
            others.DefineDomain(Xml("before", Guid.NewGuid(), "qemu")).Dispose();
        Assert.Single(ReadAll());
        _daemon.Kill();
        _daemon.Restart();
        using (var others = Connection.Open(_daemon.QemuUri))
        {
            using var domain = others.LookupDomain("before");
            domain.Undefine(DomainUndefineFlags.None);
            others.DefineDomain(Xml("after", Guid.NewGuid(), "qemu")).Dispose();
        }
        Assert.Equal("after", Assert.Single(_hypervisor.ListGuests()).Name);
    }

    private DaemonFolders Folders => new(Folder("config/libvirt/qemu"), Folder("run/libvirt/qemu/run"), Folder("config/libvirt/qemu/save"));

    private string Folder(string name) => Path.Combine(_daemon.Folder, name);

    private List<Guid> ReadAll()
    {
        var uuids = _hypervisor.ListGuests().Select(g => g.Uuid).ToList();
        foreach (var reading in _hypervisor.GetDefinitions([.. uuids.SelectMany(u => (ConfigurationKey[])[new(u, ConfigurationKind.State), new(u, ConfigurationKind.Defined)])]))
            Assert.NotNull(reading.Definition);
        return uuids;
    }

    private static void Compare(LibvirtHypervisor hypervisor, LibvirtHypervisor plain, List<string> done, int seed)
    {
        var said = $"seed {seed}, {done.Count} changes, the last of them: {string.Join("; ", done.TakeLast(3))}";
        // A guest may go on changing by itself; what counts is what libvirt says both before and after.
        for (var before = Everything(plain); ;)
        {
            var kept = Everything(hypervisor);
            var after = Everything(plain);
            if (before.SequenceEqual(after))
            {
                // Whether it was read wrong once, or is kept wrong, is what one has to know first.
                Assert.True(after.SequenceEqual(kept), $"{said}\nlibvirt: {string.Join("\n", after.Except(kept))}\nkept: {string.Join("\n", kept.Except(after))}\n"
                    + $"asked again: {string.Join("\n", Everything(hypervisor).Except(after))}\nwatching: {hypervisor.Known.Files is not null}, {hypervisor.Known.Reads} reads");
                return;
            }
            before = after;
        }
    }

    private static List<string> Everything(LibvirtHypervisor hypervisor)
    {
        // When a state was first seen depends on who looked.
        var guests = hypervisor.ListGuests().Select(g => g with { StateChangedAt = null }).ToList();
        var kinds = Enum.GetValues<ConfigurationKind>();
        return [.. guests.Select(g => g.ToString()), .. guests.SelectMany(g => kinds.Select(k => $"{g.Name}, {k}: {Definition(hypervisor, g, k)}"))];
    }

    private static string? Definition(LibvirtHypervisor hypervisor, Guest guest, ConfigurationKind kind)
    {
        try
        {
            return hypervisor.GetDefinition(guest.Uuid, kind)?.ToXml();
        }
        catch (HypervisorException e) when (e.Error == HypervisorError.NotFound)
        {
            return "gone";
        }
    }

    private static string ChangeSomething(Connection others, string type, Random random, int number)
    {
        var domains = others.ListAllDomains();
        try
        {
            if (domains.Length < 3)
            {
                others.DefineDomain(Xml($"guest-{number}", Guid.NewGuid(), type)).Dispose();
                return $"defined guest-{number}";
            }
            var domain = domains[random.Next(domains.Length)];
            (string What, Action Change) chosen = random.Next(16) switch
            {
                0 => ("undefined", () => domain.Undefine(DomainUndefineFlags.ManagedSave)),
                1 or 2 or 3 => ("started", () => domain.Create()),
                4 => ("suspended", domain.Suspend),
                5 => ("resumed", domain.Resume),
                6 => ("destroyed", () => domain.Destroy()),
                7 => ("saved", () => domain.ManagedSave()),
                8 => ("discarded the image of", domain.RemoveManagedSave),
                9 => ("set autostart of", () => domain.Autostart = !domain.Autostart),
                10 => ("renamed", () => domain.Rename($"renamed-{number}")),
                11 => ("set live memory of", () => domain.SetMemory((ulong)random.Next(40, 60) * 1024, DomainMemoryModFlags.Live)),
                12 => ("set defined memory of", () => domain.SetMemory((ulong)random.Next(40, 60) * 1024, DomainMemoryModFlags.Config)),
                13 => ("described", () => others.DefineDomain(domain.GetXml(DomainXmlFlags.Inactive).Replace("</name>", $"</name><title>{number}</title>", StringComparison.Ordinal)).Dispose()),
                14 => ("added a card to", () => domain.AttachDevice("<interface type='user'><model type='virtio'/></interface>", DomainDeviceModifyFlags.Config)),
                _ => ("reset", domain.Reset),
            };
            chosen.Change();
            return $"{chosen.What} {domain.Name}";
        }
        finally
        {
            foreach (var domain in domains)
                domain.Dispose();
        }
    }

    internal static string Xml(string name, Guid uuid, string type) => $"""
        <domain type='{type}'>
          <name>{name}</name>
          <uuid>{uuid}</uuid>
          <memory unit='KiB'>65536</memory>
          <vcpu>1</vcpu>
          <os><type arch='x86_64'>hvm</type></os>
          <devices><memballoon model='virtio'/></devices>
        </domain>
        """;
}
