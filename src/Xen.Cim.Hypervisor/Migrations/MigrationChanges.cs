namespace Xen.Cim.Hypervisor;

/// <summary>Where a device of a guest is plugged in on its new host.</summary>
/// <param name="Type">The type of libvirt's source: file, block or volume of a disk, network or bridge of an adapter; null leaves it.</param>
/// <param name="Source">What it is there; null takes the medium out.</param>
public sealed record MigratedSource(string? Type, string? Source);

/// <summary>Where a screen listens on its new host; null leaves it.</summary>
/// <param name="Listen">The address; empty for the host's default.</param>
/// <param name="Port">TCP; -1 to have libvirt choose one.</param>
public sealed record MigratedScreen(string? Listen, int? Port);

/// <summary>
/// What a guest is to be otherwise on its new host. It is what libvirt can carry along with what runs
/// (VIR_MIGRATE_PARAM_DEST_NAME, VIR_MIGRATE_PARAM_DEST_XML): all that the guest itself does not see.
/// </summary>
public sealed record MigrationChanges
{
    /// <summary>Null: as it is called here.</summary>
    public string? Name { get; init; }

    /// <summary>Null leaves it, empty takes it away.</summary>
    public string? Title { get; init; }

    /// <summary>Null leaves it, empty takes it away.</summary>
    public string? Description { get; init; }

    /// <summary>By the disk's device id.</summary>
    public IReadOnlyDictionary<string, MigratedSource> Disks { get; init; } = new Dictionary<string, MigratedSource>();

    /// <summary>By the adapter's device id.</summary>
    public IReadOnlyDictionary<string, MigratedSource> Interfaces { get; init; } = new Dictionary<string, MigratedSource>();

    /// <summary>By the screen's device id.</summary>
    public IReadOnlyDictionary<string, MigratedScreen> Screens { get; init; } = new Dictionary<string, MigratedScreen>();

    /// <summary>Whether more than the name changes.</summary>
    internal bool NeedsXml => Title is not null || Description is not null || Disks.Count + Interfaces.Count + Screens.Count > 0;

    /// <summary>Writes all of it but the name. A device that the definition does not have is in the guest's other one only.</summary>
    internal void Apply(DomainDefinition definition)
    {
        if (Title is not null)
            definition.Title = Title.Length == 0 ? null : Title;
        if (Description is not null)
            definition.Description = Description.Length == 0 ? null : Description;
        foreach (var disk in definition.Disks)
        {
            if (!Disks.TryGetValue(disk.DeviceId, out var there) || there.Source == disk.Source)
                continue;
            // What the old image lies on is nothing to the new one; libvirt looks for itself.
            if (disk.Element.Child("backingStore") is { } chain)
                XmlEdit.Remove(chain);
            disk.SourceType = there.Type ?? disk.SourceType;
            disk.Source = there.Source;
        }
        foreach (var nic in definition.Interfaces)
        {
            if (!Interfaces.TryGetValue(nic.DeviceId, out var there))
                continue;
            var type = there.Type ?? nic.Type;
            // With it goes the port that the guest has in what it is plugged into here.
            if (nic.Element.Child("source") is { } source)
                XmlEdit.Remove(source);
            nic.Type = type;
            nic.Source = there.Source;
        }
        foreach (var screen in definition.Graphics)
        {
            if (!Screens.TryGetValue(screen.DeviceId, out var there))
                continue;
            if (there.Listen is { } listen)
                screen.Listen = listen.Length == 0 ? null : listen;
            if (there.Port is { } port)
                (screen.AutoPort, screen.Port) = (port < 0, port);
        }
    }
}
