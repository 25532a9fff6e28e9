namespace Xen.Cim.Hypervisor.Inventory;

/// <summary>A definition that has to be read.</summary>
/// <param name="Place">Which one of those that were asked for.</param>
/// <param name="Before">What the inventory said before: to be given to <see cref="GuestInventory.Keep(Guid, object?, ConfigurationKind, DomainDefinition?)"/>.</param>
internal sealed record MissingDefinition(ConfigurationKey Key, int Place, object? Before);

/// <summary>What libvirt gave for it.</summary>
internal sealed record ReadDefinition(MissingDefinition Of, string? Xml, HypervisorException? Fault);
