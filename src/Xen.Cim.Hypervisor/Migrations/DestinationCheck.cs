using Libvirt;
using Xen.Cim.Hypervisor.Connections;
using Xen.Cim.Hypervisor.Hosts;

namespace Xen.Cim.Hypervisor.Migrations;

/// <summary>What the new host says about taking a guest. Only reads; what a host cannot tell is no obstacle.</summary>
internal static class DestinationCheck
{
    public static IEnumerable<MigrationObstacle> Obstacles(MigrationPlan plan, Connection there, HostFingerprint here) =>
        Reasons(plan, there, here).Select(reason => new MigrationObstacle(MigrationObstacleKind.Destination, reason));

    private static IEnumerable<string> Reasons(MigrationPlan plan, Connection there, HostFingerprint here)
    {
        var host = plan.Request.Destination;
        if (ConnectionUri.Named(there.DriverType) is var driver && driver != plan.Driver)
        {
            yield return $"{host} runs {there.DriverType}, and {plan.Guest.Name} is a guest of {plan.Driver}";
            yield break;
        }
        if (HostFingerprint.Of(there).IsSameHostAs(here))
        {
            yield return $"{host} is this host";
            yield break;
        }
        using (var twin = Optional(() => there.LookupDomain(plan.Guest.Uuid)))
        {
            if (twin is not null)
                yield return $"{host} has a guest with this UUID already, named {twin.Name}";
        }
        using (var namesake = Optional(() => there.LookupDomain(plan.NewName)))
        {
            if (namesake is not null && namesake.Uuid != plan.Guest.Uuid)
                yield return $"{host} has a guest named {plan.NewName} already, with the UUID {namesake.Uuid}";
        }
        if (plan.Guest.State != GuestState.Off && Memory(plan, there) is { } memory)
            yield return memory;
        var arriving = plan.Changed(plan.Definition);
        foreach (var disk in arriving.Disks)
        {
            if (disk.SourceType is "file" or "block" && disk.Source is { } source && LibvirtHypervisor.InStoragePool(there, source) == false)
                yield return $"{host} does not see {source} ({disk.TargetDevice} of {plan.Guest.Name})";
            else if (disk.SourceType == "volume" && disk.Source is { } volume && !HasVolume(there, volume))
                yield return $"{host} has no volume {volume} ({disk.TargetDevice} of {plan.Guest.Name})";
        }
        if (plan.Guest.State != GuestState.Off)
        {
            foreach (var reason in DisksInUse(plan, there))
                yield return reason;
        }
        foreach (var network in arriving.Interfaces.Where(n => n.ActualType == "network").Select(n => n.Source).OfType<string>().Distinct())
        {
            if (!Tells(() => there.LookupNetwork(network).Dispose(), ErrorCode.NoNetwork))
                yield return $"{host} has no network {network}";
        }
    }

    // The hypervisor says so when everything is copied, and not why; of an image in a file Xen says nothing at all.
    private static IEnumerable<string> DisksInUse(MigrationPlan plan, Connection there)
    {
        var own = plan.WritesAlone.ToList();
        if (own.Count == 0)
            yield break;
        foreach (var domain in there.ListAllDomains(ListAllDomainsFlags.Active))
        {
            using (domain)
            {
                if (domain.Uuid == plan.Guest.Uuid || Definition(there, domain) is not { } other)
                    continue;
                foreach (var disk in own.Where(d => other.Disks.Any(o => o.Source == d.Source)))
                    yield return $"{domain.Name} on {plan.Request.Destination} uses {disk.Source} ({disk.TargetDevice} of {plan.Guest.Name})";
            }
        }
    }

    private static DomainDefinition? Definition(Connection there, Domain domain)
    {
        try
        {
            return DomainDefinition.Parse(domain.GetXml());
        }
        catch (Exception e) when (e is HypervisorException || (e is LibvirtException failure && !LibvirtErrors.MeansBroken(there, failure)))
        {
            // It went away, or is none that has disks like ours.
            return null;
        }
    }

    private static string? Memory(MigrationPlan plan, Connection there)
    {
        if (plan.Definition.CurrentMemoryKiB is not { } current || Free(plan.Driver, there) is not { } free)
            return null;
        // A guest that has its memory translated by hardware gets all that it may ever have at once.
        var needed = plan.Driver == HypervisorDriver.Xen && !plan.IsParavirtual ? plan.Definition.MemoryKiB ?? current : current;
        return needed <= free ? null : $"{plan.Request.Destination} has {free / 1024} MiB of memory to give, and {plan.Guest.Name} needs {needed / 1024} MiB";
    }

    /// <returns>KiB; null when the host does not tell.</returns>
    private static ulong? Free(HypervisorDriver driver, Connection there)
    {
        try
        {
            if (driver != HypervisorDriver.Xen)
            {
                var statistics = there.GetMemoryStats();
                return statistics.GetValueOrDefault("free") + statistics.GetValueOrDefault("buffers") + statistics.GetValueOrDefault("cached");
            }
            var free = there.GetFreeMemory() / 1024;
            // Where nothing binds Domain-0 it gives way to guests (autoballoon), so what it has is as good as free.
            using var control = there.LookupDomain(0);
            var info = control.GetInfo();
            return info.MaxMemory >= there.GetNodeInfo().Memory / 2 ? free + info.Memory : free;
        }
        catch (LibvirtException e) when (!LibvirtErrors.MeansBroken(there, e))
        {
            return null;
        }
    }

    private static bool HasVolume(Connection there, string volume)
    {
        var parts = volume.Split('/', 2);
        return parts.Length < 2 || Tells(() =>
        {
            using var pool = there.LookupStoragePool(parts[0]);
            if (pool.IsActive)
                pool.LookupVolume(parts[1]).Dispose();
        }, ErrorCode.NoStoragePool, ErrorCode.NoStorageVol);
    }

    /// <summary>False only when libvirt says with one of these codes that there is none.</summary>
    private static bool Tells(Action look, params ErrorCode[] missing)
    {
        try
        {
            look();
            return true;
        }
        catch (LibvirtException e)
        {
            return !missing.Contains(e.Code);
        }
    }

    internal static Domain? Optional(Func<Domain> lookup)
    {
        try
        {
            return lookup();
        }
        catch (LibvirtException e) when (e.Code == ErrorCode.NoDomain)
        {
            return null;
        }
    }
}

/// <summary>What tells whether two connections lead to one host.</summary>
/// <param name="Configured">The UUID that libvirt's own configuration or the firmware gives it (capabilities), where the driver tells.</param>
/// <param name="Firmware">SMBIOS.</param>
/// <param name="Name">The host name.</param>
internal sealed record HostFingerprint(Guid? Configured, Guid? Firmware, string Name)
{
    public static HostFingerprint Of(Connection connection) => new(
        Read(() => CapabilitiesDefinition.Parse(connection.GetCapabilities()).HostUuid),
        Read(() => SysinfoDefinition.Parse(connection.GetSysinfo()).Uuid),
        connection.Hostname);

    /// <summary>As libvirt itself decides where it can; else the same firmware and the same name.</summary>
    public bool IsSameHostAs(HostFingerprint other) => Configured is not null && other.Configured is not null
        ? Configured == other.Configured
        : Name == other.Name && (Firmware is null || other.Firmware is null || Firmware == other.Firmware);

    private static Guid? Read(Func<Guid?> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is LibvirtException or HypervisorException)
        {
            return null;
        }
    }
}
