using Libvirt;

namespace Xen.Cim.Hypervisor.Inventory;

/// <summary>A guest as libvirt told of it. What its state means depends on what is known besides, and on the time.</summary>
/// <param name="Uuid">As clients know it.</param>
/// <param name="Status">Null when it could not be read.</param>
/// <param name="Fault">Why not.</param>
internal sealed record GuestFacts(
    Guid Uuid, string Name, int? Id, bool IsPersistent, bool Autostart, bool IsSaved, bool IsControlDomain, DomainStatus? Status, string? Fault);
