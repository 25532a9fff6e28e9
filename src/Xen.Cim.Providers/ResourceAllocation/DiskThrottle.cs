using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>Limits of what a disk carries, for which CIM has no properties: bytes and operations a second (libvirt's iotune).</summary>
internal static class DiskThrottle
{
    private static readonly (string Property, string Limit)[] s_limits =
    [
        (Xen_DiskRASD.Names.TotalBandwidthLimit, "total_bytes_sec"),
        (Xen_DiskRASD.Names.ReadBandwidthLimit, "read_bytes_sec"),
        (Xen_DiskRASD.Names.WriteBandwidthLimit, "write_bytes_sec"),
        (Xen_DiskRASD.Names.TotalIOPSLimit, "total_iops_sec"),
        (Xen_DiskRASD.Names.ReadIOPSLimit, "read_iops_sec"),
        (Xen_DiskRASD.Names.WriteIOPSLimit, "write_iops_sec"),
    ];

    public static string[] Writable { get; } = [.. s_limits.Select(l => l.Property)];

    public static void Describe(Xen_DiskRASD instance, DiskDevice disk)
    {
        foreach (var (property, limit) in s_limits)
            instance.SetAt(Xen_DiskRASD.Layout.OrdinalOf(property), disk.GetLimit(limit));
    }

    /// <exception cref="CimException">NOT_SUPPORTED on Xen; INVALID_PARAMETER: one of all together and one of each kind at once.</exception>
    public static void Write(DiskDevice disk, Xen_DiskRASD settings, IHypervisor hypervisor)
    {
        var changed = false;
        foreach (var (property, limit) in s_limits)
        {
            if (settings[property] is not ulong wanted || wanted == (disk.GetLimit(limit) ?? 0))
                continue;
            if (hypervisor.Driver == HypervisorDriver.Xen && wanted > 0)
                throw CimException.NotSupported($"{property} {wanted}: Xen does not limit what a disk carries.");
            if (wanted > long.MaxValue)
                throw CimException.InvalidParameter($"{property} {wanted} is more than libvirt takes: expected up to {long.MaxValue}, or 0 for no limit.");
            disk.SetLimit(limit, wanted == 0 ? null : wanted);
            changed = true;
        }
        for (var total = 0; changed && total < s_limits.Length; total += 3)
        {
            var (all, reads, writes) = (s_limits[total], s_limits[total + 1], s_limits[total + 2]);
            if (disk.GetLimit(all.Limit) is not null && (disk.GetLimit(reads.Limit) ?? disk.GetLimit(writes.Limit)) is not null)
                throw CimException.InvalidParameter($"{all.Property} bounds reading and writing together and cannot be had besides {reads.Property} or {writes.Property}; take it away with 0, or those.");
        }
    }

    /// <summary>The step that makes a running guest's disk another: its limits have a call of their own.</summary>
    public static Change Update(IHypervisor hypervisor, Guest guest, DiskDevice old, DiskDevice changed)
    {
        var steps = new Change();
        var limited = s_limits.Any(l => old.GetLimit(l.Limit) != changed.GetLimit(l.Limit));
        var rest = changed;
        if (limited)
        {
            rest = (DiskDevice)changed.Clone();
            foreach (var (_, limit) in s_limits)
                rest.SetLimit(limit, old.GetLimit(limit));
        }
        if (!rest.ContentEquals(old))
            steps.Then(() => hypervisor.UpdateDevice(guest.Uuid, rest), () => hypervisor.UpdateDevice(guest.Uuid, old));
        return limited ? steps.Then(() => hypervisor.LimitDisk(guest.Uuid, changed), () => hypervisor.LimitDisk(guest.Uuid, old)) : steps;
    }
}
