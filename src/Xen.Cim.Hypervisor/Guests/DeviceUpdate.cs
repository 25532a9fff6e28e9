namespace Xen.Cim.Hypervisor.Guests;

/// <summary>What libvirt made of a change to a device, of a guest that runs (virDomainUpdateDeviceFlags) or of its definition: of some things it takes another value, keeps the old one and says nothing.</summary>
internal static class DeviceUpdate
{
    /// <param name="before">The device as it was.</param>
    /// <param name="wanted">As it was to be.</param>
    /// <param name="after">As it is.</param>
    /// <returns>A parameter that was to be another and is as it was, in words that follow "leaves"; null when there is none.</returns>
    public static string? FindIgnored(DomainDevice before, DomainDevice wanted, DomainDevice after)
    {
        // What was to go and is there is often libvirt's own: it puts it back by itself.
        foreach (var (name, value) in wanted.Parameters)
        {
            if (before.GetParameter(name) is var was && was != value && after.GetParameter(name) == was)
                return was is null ? $"out {name} ({value})" : $"{name} as it is ({was}, not {value})";
        }
        return null;
    }

    /// <summary>The same of the devices that a definition had already.</summary>
    /// <param name="read">Reads what the definition is now, if that has to be known.</param>
    public static string? FindIgnored(DomainDefinition before, DomainDefinition wanted, Func<DomainDefinition> read)
    {
        DomainDefinition? after = null;
        foreach (var device in wanted.Devices)
        {
            if (Same(before, device) is not { } old || old.ContentEquals(device))
                continue;
            after ??= read();
            if (Same(after, device) is { } now && FindIgnored(old, device, now) is { } ignored)
                return $"{ignored} of the {device}";
        }
        foreach (var device in before.Devices)
        {
            // A port's second face comes back with it, and does no harm.
            if (device is ConsoleDevice || Same(wanted, device) is not null)
                continue;
            after ??= read();
            // Its name alone is not enough: what stood behind it may be called so now.
            if (Same(after, device) is not null && Count(after, device) >= Count(before, device) && Count(wanted, device) < Count(before, device))
                return $"the {device} where it was, which belongs to a guest like this one";
        }
        return null;
    }

    private static int Count(DomainDefinition definition, DomainDevice device) => definition.Devices.Count(d => d.ElementName == device.ElementName);

    private static DomainDevice? Same(DomainDefinition definition, DomainDevice device) =>
        definition.Devices.FirstOrDefault(d => d.ElementName == device.ElementName && d.DeviceId == device.DeviceId);
}
