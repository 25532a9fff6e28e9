namespace Xen.Cim.Hypervisor;

/// <summary>
/// Snapshots of guests: what a guest was at a moment, its disks and, when it ran, its memory, to which it can be taken
/// back. Where the driver has none the lists are empty and the changes fail with NotSupported.
/// </summary>
public interface IGuestSnapshots
{
    /// <summary>The snapshots of all guests; costs a listing where there are none.</summary>
    IReadOnlyList<GuestSnapshot> ListSnapshots();

    /// <summary>The snapshots of one guest; none when there is no such guest.</summary>
    IReadOnlyList<GuestSnapshot> ListSnapshots(Guid uuid);

    /// <summary>
    /// Takes a snapshot and waits for it. A guest that runs is paused meanwhile, unless its driver can do without.
    /// </summary>
    /// <param name="uuid">The guest.</param>
    /// <param name="name">Not of a snapshot that the guest has already.</param>
    /// <param name="description">For people, or null.</param>
    /// <exception cref="HypervisorException">InvalidArgument: a disk cannot keep one. AlreadyExists. InvalidState.</exception>
    void CreateSnapshot(Guid uuid, string name, string? description);

    /// <summary>Takes the guest back to what it was; it runs, pauses or is off afterwards as it did then.</summary>
    /// <exception cref="HypervisorException">NotFound, NotSupported, InvalidState.</exception>
    void ApplySnapshot(Guid uuid, string name);

    /// <summary>Forgets a snapshot; the guest and its other snapshots stay what they are.</summary>
    /// <exception cref="HypervisorException">NotFound, NotSupported, InvalidState.</exception>
    void DestroySnapshot(Guid uuid, string name);
}

/// <summary>What a guest was at a moment.</summary>
/// <param name="Guest">Its UUID.</param>
/// <param name="Name">Unique among the guest's.</param>
public sealed record GuestSnapshot(Guid Guest, string Name)
{
    /// <summary>For people; null when there is none.</summary>
    public string? Description { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>What the guest was doing.</summary>
    public GuestState State { get; init; }

    /// <summary>The snapshot that the guest came from then; null for a first one.</summary>
    public string? Parent { get; init; }

    /// <summary>Whether the guest's present state comes from it: of the snapshots of its branch it is the last.</summary>
    public bool IsCurrent { get; init; }

    /// <summary>What the guest was; null when libvirt has not kept it, or it cannot be read.</summary>
    public DomainDefinition? Definition { get; init; }
}
