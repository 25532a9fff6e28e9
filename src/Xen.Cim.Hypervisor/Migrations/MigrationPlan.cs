using Libvirt;

namespace Xen.Cim.Hypervisor.Migrations;

/// <summary>A wish to move a guest, with all that is known here about guest and way.</summary>
/// <param name="Request">What was asked for.</param>
/// <param name="Guest">The guest as it was found.</param>
/// <param name="Definition">What it is now.</param>
/// <param name="Destination">Where it is to go.</param>
/// <param name="Driver">The driver on both hosts.</param>
internal sealed record MigrationPlan(
    MigrationRequest Request, Guest Guest, DomainDefinition Definition, DestinationUri Destination, HypervisorDriver Driver)
{
    /// <summary>
    /// As asked for; otherwise the least interruption that is sure to work. Xen needs shadow paging to follow the memory
    /// writes of a paravirtualized guest, and some distributions build it without.
    /// </summary>
    public MigrationKind Kind => Request.Kind ?? (Guest.State == GuestState.Off ? MigrationKind.Restart
        : IsParavirtual ? MigrationKind.Resume : MigrationKind.Live);

    /// <summary>The operation in words that follow "Cannot".</summary>
    public string What => $"migrate the guest {Guest.Name} to {Request.Destination}";

    /// <summary>What it is to be called there.</summary>
    public string NewName => Request.Changes?.Name ?? Guest.Name;

    public bool IsParavirtual => Driver == HypervisorDriver.Xen && Definition.Kind == VirtualizationKind.Paravirtual;

    /// <summary>
    /// What to tell libvirt: the source's daemon does it all (peer to peer), so that it goes on whatever becomes of us; the
    /// guest is kept there as it was kept here, and nowhere twice. Its memory takes the same way as everything else, so that
    /// what was asked to be encrypted is; only over TCP it goes straight from hypervisor to hypervisor.
    /// </summary>
    public DomainMigrateFlags Flags => DomainMigrateFlags.PeerToPeer
        | (Kind == MigrationKind.Live ? DomainMigrateFlags.Live : 0)
        | (Guest.IsPersistent ? DomainMigrateFlags.PersistDest | DomainMigrateFlags.UndefineSource : 0)
        | (IsTunnelled ? DomainMigrateFlags.Tunnelled : 0);

    public IReadOnlyList<TypedParameter> Parameters
    {
        get
        {
            var parameters = new List<TypedParameter>();
            // Otherwise the destination says its own name, which need not mean anything here.
            if (!IsTunnelled && Destination.PeerHost is { } host)
                parameters.Add(TypedParameter.String(MigrationParameterNames.Uri, "tcp://" + host));
            if (NewName != Guest.Name)
                parameters.Add(TypedParameter.String(MigrationParameterNames.DestinationName, NewName));
            if (Request.BandwidthMiBps is { } bandwidth)
                parameters.Add(TypedParameter.UInt64(MigrationParameterNames.Bandwidth, bandwidth));
            return parameters;
        }
    }

    private bool IsTunnelled => Connections.ConnectionUri.Parse(Destination.Peer).Transport != "tcp";

    /// <summary>A definition of the guest as it is to be there.</summary>
    public DomainDefinition Changed(DomainDefinition definition)
    {
        if (Request.Changes is not { } changes)
            return definition;
        var there = definition.Clone();
        changes.Apply(there);
        there.Name = NewName;
        return there;
    }

    /// <summary>The disks that it is to have there and no other guest may use meanwhile: those that it writes to and does not share.</summary>
    public IEnumerable<DiskDevice> WritesAlone =>
        Changed(Definition).Disks.Where(d => d is { SourceType: "file" or "block", Source: not null, Device: "disk" or "lun", ReadOnly: false, Shareable: false });

    /// <summary>
    /// What runs, as libvirt is to have it there; null where nothing but the name changes. The name stays: libvirt refuses
    /// XML with another one, and takes it as a parameter of its own.
    /// </summary>
    public string? DestinationXml(Func<string> migratable)
    {
        if (Request.Changes is not { NeedsXml: true } changes)
            return null;
        var running = DomainDefinition.Parse(migratable());
        changes.Apply(running);
        return running.ToXml();
    }

    /// <summary>What can be told without asking anybody.</summary>
    public IEnumerable<MigrationObstacle> Obstacles()
    {
        var name = Guest.Name;
        if (Guest.IsControlDomain)
            yield return new(MigrationObstacleKind.State, $"{name} is the control domain, which belongs to this host");
        else if (State(name) is { } reason)
            yield return new(MigrationObstacleKind.State, reason);
        if (Kind == MigrationKind.Restart && !Guest.IsPersistent)
            yield return new(MigrationObstacleKind.Settings, $"{name} is transient: it cannot be started again, only be moved while it runs");
        if (Request.BandwidthMiBps is not null && (Driver == HypervisorDriver.Xen || Kind == MigrationKind.Restart))
            yield return new(MigrationObstacleKind.Settings, "The bandwidth cannot be limited" + (Kind == MigrationKind.Restart ? " of a restart, which copies no memory" : " by libvirt's Xen driver"));
    }

    private string? State(string name) => (Guest.State, Kind) switch
    {
        (GuestState.Running, _) => null,
        (GuestState.Off, MigrationKind.Restart) => null,
        (GuestState.Off, _) => $"{name} is off, so there is nothing to keep running; it can change its host with MigrationType Restart",
        // A paused Xen guest cannot prepare itself for the move, which then never ends.
        (GuestState.Paused, MigrationKind.Live or MigrationKind.Resume) => Driver == HypervisorDriver.Xen
            ? $"{name} is paused: a Xen guest has to take part in its move" : null,
        (var state, _) => $"{name} is {state switch
        {
            GuestState.Paused => "paused",
            GuestState.ShuttingDown => "shutting down",
            GuestState.Saved => "suspended to disk, and its memory is in a file of this host",
            GuestState.Crashed => "crashed",
            GuestState.Asleep => "asleep",
            GuestState.Rebooting => "rebooting",
            _ => "in an unknown state",
        }}",
    };
}
