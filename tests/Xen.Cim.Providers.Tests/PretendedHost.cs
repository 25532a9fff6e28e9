using Moq;
using Xen.Cim.Hypervisor;
using Xen.Cim.Hypervisor.Guests;

namespace Xen.Cim.Providers.Tests;

/// <summary>
/// A host in memory behind a mock of <see cref="IHypervisor"/>: keeps guests and definitions as libvirt would, and lets a
/// test verify which calls were made.
/// </summary>
internal sealed class PretendedHost
{
    private readonly Dictionary<Guid, Entry> _entries = [];
    private readonly Lock _gate = new();
    // As the real one keeps what it has read.
    private readonly DefinitionCache _definitions = new(1024 * 1024);

    public PretendedHost()
    {
        Host = new Host
        {
            Name = "xenhost.example",
            Uuid = new Guid("4c4c4544-0000-4000-8000-000000000001"),
            Driver = HypervisorDriver.Xen,
            HypervisorVersion = new Version(4, 17, 0),
            LibvirtVersion = new Version(9, 0, 0),
            Architecture = "x86_64",
            Processors = 8,
            ProcessorMhz = 2400,
            MemoryKiB = 16 * 1024 * 1024,
            MaxGuestProcessors = 128,
            GuestKinds =
            [
                new("hvm", "i686", "xen", "/usr/lib/xen/bin/qemu-system-i386", "/usr/lib/xen/boot/hvmloader", ["xenfv"]),
                new("hvm", "x86_64", "xen", "/usr/lib/xen/bin/qemu-system-i386", "/usr/lib/xen/boot/hvmloader", ["xenfv"]),
                new("xen", "x86_64", "xen", null, null, ["xenpv"]),
                new("xenpvh", "x86_64", "xen", null, null, ["xenpvh"]),
            ],
        };
        Add(new Guest { Uuid = Samples.Dom0, Name = "Domain-0", Id = 0, State = GuestState.Running, IsControlDomain = true }, Samples.Dom0Xml, Samples.Dom0Xml);
        Add(new Guest { Uuid = Samples.Web, Name = "web", Id = 3, State = GuestState.Running, Autostart = true, StateChangedAt = DateTimeOffset.UnixEpoch }, Samples.WebXml, Samples.WebRunningXml);
        Add(new Guest { Uuid = Samples.Mail, Name = "mail", State = GuestState.Off }, Samples.MailXml, null);
        Add(new Guest { Uuid = Samples.Db, Name = "db", Id = 5, State = GuestState.Paused }, Samples.SmallXml("db", Samples.Db), Samples.SmallXml("db", Samples.Db));
        Add(new Guest { Uuid = Samples.Old, Name = "old", State = GuestState.Saved }, Samples.SmallXml("old", Samples.Old), null);
        Add(new Guest { Uuid = Samples.Passing, Name = "passing", Id = 9, State = GuestState.Running, IsPersistent = false }, null, Samples.SmallXml("passing", Samples.Passing));
        SetUp();
    }

    public Mock<IHypervisor> Mock { get; } = new();

    public Host Host { get; set; }

    public ulong FreeMemoryKiB { get; set; } = 8 * 1024 * 1024;

    public HashSet<HypervisorOperation> Missing { get; } = [];

    public Dictionary<Guid, SchedulerSettings> Schedulers { get; } = new() { [Samples.Web] = new("credit", 512, 150) };

    /// <summary>What guests have used up, by a clock that a test turns on.</summary>
    public PretendedStatistics Statistics { get; } = new();

    /// <summary>The snapshots of all guests, the oldest first.</summary>
    public List<GuestSnapshot> Snapshots { get; } =
    [
        new(Samples.Mail, "installed") { CreatedAt = DateTimeOffset.UnixEpoch.AddDays(19000), State = GuestState.Off, Definition = DomainDefinition.Parse(Samples.MailXml) },
        new(Samples.Mail, "before-upgrade")
        {
            Description = "All is well.\nAsk Ann.", CreatedAt = DateTimeOffset.UnixEpoch.AddDays(20000), State = GuestState.Running, Parent = "installed", IsCurrent = true,
            Definition = DomainDefinition.Parse(Samples.MailXml),
        },
    ];

    public HashSet<string> Files { get; } =
    [
        "/var/lib/xen/images/web.qcow2", "/var/lib/xen/images/new.qcow2", "/srv/mail.img", "/srv/mail copy 100%.img", "/dev/vg0/data", "/dev/vg0/more",
        "/boot/k", "/boot/r", "/boot/i", "/boot/new", "/boot/other", "/usr/lib/xen/boot/pv-grub-x86_64.gz", "/usr/lib/xen/boot/hvmloader", "/usr/lib/xen/boot/ovmf.bin", "/usr/lib/xen/boot/other",
        "/usr/bin/qemu-xen", "/usr/bin/other-dm", "/dev/tpm1", "/dev/hwrng", "/dev/urandom", "/usr/share/OVMF/OVMF_CODE.fd", "/usr/share/OVMF/OVMF_VARS.fd",
    ];

    /// <summary>What libvirt makes of a definition when it takes it in; nothing unless a test says so.</summary>
    public Action<DomainDefinition>? Normalize { get; set; }

    /// <summary>How often a definition was written.</summary>
    public int Redefinitions { get; private set; }

    public IReadOnlyList<Guest> Guests
    {
        get
        {
            lock (_gate)
                return [.. _entries.Values.Select(e => e.Guest)];
        }
    }

    public void Add(Guest guest, string? defined, string? state)
    {
        lock (_gate)
            _entries[guest.Uuid] = new Entry { Guest = guest, Defined = defined, State = state };
    }

    public Guest Guest(Guid uuid)
    {
        lock (_gate)
            return _entries[uuid].Guest;
    }

    public void Update(Guid uuid, Func<Guest, Guest> change)
    {
        lock (_gate)
            _entries[uuid].Guest = change(_entries[uuid].Guest);
    }

    /// <summary>Changes the text of both definitions, whatever becomes of them.</summary>
    public void Rewrite(Guid uuid, Func<string, string> change)
    {
        lock (_gate)
        {
            var entry = _entries[uuid];
            entry.Defined = entry.Defined is { } defined ? change(defined) : null;
            entry.State = entry.State is { } state ? change(state) : null;
        }
    }

    public void SetState(Guid uuid, GuestState state)
    {
        Update(uuid, g => g with { State = state, Id = state is GuestState.Off or GuestState.Saved ? null : g.Id ?? 20, StateChangedAt = DateTimeOffset.Now });
        lock (_gate)
            _entries[uuid].State ??= _entries[uuid].Defined;
    }

    /// <summary>The guest is gone from this host.</summary>
    public void Forget(Guid uuid)
    {
        lock (_gate)
            _entries.Remove(uuid);
    }

    /// <summary>The definition as it is kept, as text.</summary>
    public string Defined(Guid uuid)
    {
        lock (_gate)
            return _entries[uuid].Defined!;
    }

    public DomainDefinition Definition(Guid uuid) => DomainDefinition.Parse(Defined(uuid));

    /// <summary>Makes reading one guest's definitions fail.</summary>
    public void Break(Guid uuid, HypervisorException error) =>
        Mock.Setup(h => h.GetDefinition(uuid, It.IsAny<ConfigurationKind>())).Throws(error);

    private void SetUp()
    {
        Mock.Setup(h => h.Uri).Returns("xen:///system");
        Mock.Setup(h => h.Driver).Returns(() => Host.Driver);
        Mock.Setup(h => h.Watch()).Returns(() => new System.IO.MemoryStream());
        Mock.Setup(h => h.GetHost()).Returns(() => Host);
        Mock.Setup(h => h.GetFreeMemoryKiB()).Returns(() => FreeMemoryKiB);
        Mock.Setup(h => h.Supports(It.IsAny<HypervisorOperation>())).Returns((HypervisorOperation o) => !Missing.Contains(o));
        Mock.Setup(h => h.ListGuests()).Returns(() => Guests);
        Mock.Setup(h => h.FindGuest(It.IsAny<Guid>())).Returns((Guid u) => Guests.FirstOrDefault(g => g.Uuid == u));
        Mock.Setup(h => h.FindGuest(It.IsAny<string>())).Returns((string n) => Guests.FirstOrDefault(g => g.Name == n));
        Mock.Setup(h => h.GetDefinition(It.IsAny<Guid>(), It.IsAny<ConfigurationKind>())).Returns((Guid u, ConfigurationKind k) => Read(u, k));
        Mock.Setup(h => h.GetScheduler(It.IsAny<Guid>())).Returns((Guid u) => Schedulers.GetValueOrDefault(u));
        Mock.Setup(h => h.ReadJobPercent(It.IsAny<Guid>())).Returns((int?)null);
        Mock.Setup(h => h.ReadStatistics()).Returns(() => [.. Guests.Select(Statistics.Of).OfType<GuestStatistics>()]);
        Mock.Setup(h => h.ReadStatistics(It.IsAny<Guid>())).Returns((Guid u) => Guests.FirstOrDefault(g => g.Uuid == u) is { } guest ? Statistics.Of(guest) : null);
        Mock.Setup(h => h.ReadHostStatistics()).Returns(() => Statistics.OfHost());
        Mock.Setup(h => h.ListSnapshots()).Returns(() => [.. Snapshots]);
        Mock.Setup(h => h.ListSnapshots(It.IsAny<Guid>())).Returns((Guid u) => [.. Snapshots.Where(s => s.Guest == u)]);
        Mock.Setup(h => h.CreateSnapshot(It.IsAny<Guid>(), It.IsAny<string>(), It.IsAny<string?>())).Callback((Guid u, string n, string? d) => TakeSnapshot(u, n, d));
        Mock.Setup(h => h.ApplySnapshot(It.IsAny<Guid>(), It.IsAny<string>())).Callback((Guid u, string n) =>
        {
            MakeCurrent(u, n);
            SetState(u, Snapshots.Single(s => s.Guest == u && s.Name == n).State);
        });
        Mock.Setup(h => h.DestroySnapshot(It.IsAny<Guid>(), It.IsAny<string>())).Callback((Guid u, string n) => Snapshots.RemoveAll(s => s.Guest == u && s.Name == n));
        Mock.Setup(h => h.ListNetworks()).Returns(Samples.Networks);
        Mock.Setup(h => h.ListStoragePools()).Returns(Samples.Pools);
        Mock.Setup(h => h.ListVolumes("isos")).Returns([new StorageVolume("isos", "debian.iso", "k1", "/srv/isos/debian.iso", "raw", 100, 100)]);
        Mock.Setup(h => h.ListVolumes("images")).Returns([new StorageVolume("images", "web.qcow2", "k2", "/var/lib/xen/images/web.qcow2", "qcow2", 100, 100) { BackingPath = "/var/lib/xen/images/base.qcow2", BackingFormat = "qcow2" }]);
        // Which types there are it does not tell.
        Mock.Setup(h => h.GetStoragePoolTypes()).Returns((IReadOnlyList<string>?)null);
        // What names it knows it does not tell.
        Mock.Setup(h => h.ListProcessorModels(It.IsAny<string>())).Returns((IReadOnlyList<string>?)null);
        Mock.Setup(h => h.FindUnknownProcessorFeatures(It.IsAny<string>(), It.IsAny<IReadOnlyList<string>>())).Returns([]);
        Mock.Setup(h => h.ListNetworkFilters()).Returns((IReadOnlyList<string>?)null);
        Mock.Setup(h => h.ListHostDisks()).Returns(Samples.HostDisks);
        Mock.Setup(h => h.ListHostPorts()).Returns(Samples.HostPorts);
        Mock.Setup(h => h.ListHostPciDevices()).Returns(Samples.HostPciDevices);
        Mock.Setup(h => h.ListHostUsbDevices()).Returns(Samples.HostUsbDevices);
        Mock.Setup(h => h.GetDiskCapacity(It.IsAny<Guid>(), It.IsAny<DiskDevice>())).Returns((Guid _, DiskDevice d) => d.Source is null ? null : 10UL * 1024 * 1024 * 1024);
        Mock.Setup(h => h.PathExists(It.IsAny<string>())).Returns((string p) => Files.Contains(p));
        Mock.Setup(h => h.Start(It.IsAny<Guid>())).Callback((Guid u) => SetState(u, GuestState.Running));
        Mock.Setup(h => h.Resume(It.IsAny<Guid>())).Callback((Guid u) => SetState(u, GuestState.Running));
        Mock.Setup(h => h.Pause(It.IsAny<Guid>())).Callback((Guid u) => SetState(u, GuestState.Paused));
        Mock.Setup(h => h.Destroy(It.IsAny<Guid>())).Callback((Guid u) => SetState(u, GuestState.Off));
        Mock.Setup(h => h.Save(It.IsAny<Guid>())).Callback((Guid u) => SetState(u, GuestState.Saved));
        // The new host is asked nothing here; a migration takes the guest away.
        Mock.Setup(h => h.FindMigrationObstacles(It.IsAny<MigrationRequest>(), It.IsAny<bool>())).Returns([]);
        Mock.Setup(h => h.Migrate(It.IsAny<MigrationRequest>(), It.IsAny<Action<MigrationProgress>>(), It.IsAny<CancellationToken>()))
            .Callback((MigrationRequest r, Action<MigrationProgress> _, CancellationToken _) => Forget(r.Guest)).Returns([]);
        Mock.Setup(h => h.DiscardSave(It.IsAny<Guid>())).Callback((Guid u) => SetState(u, GuestState.Off));
        Mock.Setup(h => h.Reset(It.IsAny<Guid>())).Callback((Guid u) => SetState(u, GuestState.Running));
        Mock.Setup(h => h.SetAutostart(It.IsAny<Guid>(), It.IsAny<bool>())).Callback((Guid u, bool on) => Update(u, g => g with { Autostart = on }));
        Mock.Setup(h => h.ChangeDefinition(It.IsAny<Guid>(), It.IsAny<Action<DomainDefinition>>())).Returns((Guid u, Action<DomainDefinition> c) => Change(u, c));
        Mock.Setup(h => h.Define(It.IsAny<DomainDefinition>())).Returns((DomainDefinition d) => Define(d));
        Mock.Setup(h => h.Remove(It.IsAny<Guid>())).Callback((Guid u) =>
        {
            lock (_gate)
                _entries.Remove(u);
        });
    }

    private void TakeSnapshot(Guid uuid, string name, string? description)
    {
        var parent = Snapshots.Find(s => s.Guest == uuid && s.IsCurrent)?.Name;
        Snapshots.Add(new(uuid, name) { Description = description, CreatedAt = DateTimeOffset.UtcNow, State = Guest(uuid).State, Parent = parent, Definition = Read(uuid, ConfigurationKind.State) });
        MakeCurrent(uuid, name);
    }

    private void MakeCurrent(Guid uuid, string name)
    {
        for (var i = 0; i < Snapshots.Count; i++)
        {
            if (Snapshots[i].Guest == uuid)
                Snapshots[i] = Snapshots[i] with { IsCurrent = Snapshots[i].Name == name };
        }
    }

    private DomainDefinition? Read(Guid uuid, ConfigurationKind kind)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(uuid, out var entry))
                throw new HypervisorException(HypervisorError.NotFound, $"no domain {uuid}");
            var xml = kind == ConfigurationKind.State && entry.Guest.IsActive ? entry.State : entry.Defined;
            return xml is null ? null : _definitions.Parse(uuid, kind, xml);
        }
    }

    private bool Change(Guid uuid, Action<DomainDefinition> change)
    {
        lock (_gate)
        {
            var before = DomainDefinition.Parse(_entries[uuid].Defined ?? throw new HypervisorException(HypervisorError.InvalidState, "it is transient"));
            var after = before.Clone();
            change(after);
            if (after.ContentEquals(before))
                return false;
            Normalize?.Invoke(after);
            _entries[uuid].Defined = after.ToXml();
            if (after.Name != before.Name)
                _entries[uuid].Guest = _entries[uuid].Guest with { Name = after.Name };
            Redefinitions++;
            return true;
        }
    }

    private Guest Define(DomainDefinition definition)
    {
        if (Guests.Any(g => g.Name == definition.Name || g.Uuid == definition.Uuid))
            throw new HypervisorException(HypervisorError.AlreadyExists, $"domain '{definition.Name}' already exists");
        var guest = new Guest { Uuid = definition.Uuid!.Value, Name = definition.Name, State = GuestState.Off };
        Add(guest, definition.ToXml(), null);
        return guest;
    }

    private sealed class Entry
    {
        public required Guest Guest { get; set; }

        public string? Defined { get; set; }

        public string? State { get; set; }
    }
}
