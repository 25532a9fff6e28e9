using System.Runtime.InteropServices;
using Libvirt.Native;

namespace Libvirt;

/// <summary>Counters of a disk since the guest started (<c>virDomainBlockStats</c>); -1 for what the hypervisor does not count.</summary>
public readonly record struct DomainBlockStats(long ReadRequests, long ReadBytes, long WriteRequests, long WriteBytes, long Errors);

/// <summary>Counters of a network interface since the guest started (<c>virDomainInterfaceStats</c>); -1 for what the hypervisor does not count.</summary>
public readonly record struct DomainInterfaceStats(
    long RxBytes, long RxPackets, long RxErrors, long RxDropped, long TxBytes, long TxPackets, long TxErrors, long TxDropped);

/// <summary>Size of a disk in bytes (<c>virDomainGetBlockInfo</c>).</summary>
/// <param name="Capacity">What the guest sees.</param>
/// <param name="Allocation">What is used on the host.</param>
/// <param name="Physical">The size of the file or device.</param>
public readonly record struct DomainBlockInfo(ulong Capacity, ulong Allocation, ulong Physical);

/// <summary>A disk with an error (<c>virDomainGetDiskErrors</c>).</summary>
public readonly record struct DomainDiskError(string Disk, DomainDiskErrorCode Error);

/// <summary>An address of a guest's interface.</summary>
public sealed record DomainIPAddress(IPAddressType Type, string Address, int Prefix);

/// <summary>An interface of a guest with its addresses (<c>virDomainInterfaceAddresses</c>).</summary>
public sealed record DomainInterface(string Name, string? HardwareAddress, IReadOnlyList<DomainIPAddress> Addresses);

/// <summary>Names a domain without being a reference to it.</summary>
/// <param name="Name">The name.</param>
/// <param name="Uuid">The UUID.</param>
/// <param name="Id">The hypervisor's id; null when inactive.</param>
public readonly record struct DomainIdentity(string Name, Guid Uuid, int? Id)
{
    /// <summary>Reads it from a virDomainPtr that stays libvirt's; asks nobody.</summary>
    internal static unsafe DomainIdentity Of(nint domain)
    {
        var bytes = stackalloc byte[16];
        if (NativeMethods.virDomainGetUUID(domain, bytes) < 0)
            throw LibvirtException.TakeLast();
        var id = (int)NativeMethods.virDomainGetID(domain);
        return new DomainIdentity(Answers.Borrowed(NativeMethods.virDomainGetName(domain)), Answers.Uuid(new ReadOnlySpan<byte>(bytes, 16)), id < 0 ? null : id);
    }
}

/// <summary>Bulk statistics of a domain (<c>virDomainStatsRecord</c>); the names are in the documentation of virConnectGetAllDomainStats.</summary>
public sealed record DomainStatsRecord(DomainIdentity Domain, TypedParameters Parameters);

public sealed partial class Domain
{
    /// <summary>Counters of a disk (<c>virDomainBlockStats</c>).</summary>
    /// <param name="disk">Target name or path; empty for the sum of all where the driver can.</param>
    public unsafe DomainBlockStats GetBlockStats(string disk)
    {
        VirDomainBlockStats stats;
        Answers.Checked(NativeMethods.virDomainBlockStats(Handle, disk, &stats, (nuint)sizeof(VirDomainBlockStats)));
        return new DomainBlockStats(stats.ReadRequests, stats.ReadBytes, stats.WriteRequests, stats.WriteBytes, stats.Errors);
    }

    /// <summary>All counters that the driver has for a disk, times in nanoseconds (<c>virDomainBlockStatsFlags</c>).</summary>
    public unsafe TypedParameters GetBlockStatsParameters(string disk) =>
        Parameters.Get((array, count) => NativeMethods.virDomainBlockStatsFlags(Handle, disk, array, count, Parameters.StringOkay));

    /// <summary>Counters of a network interface (<c>virDomainInterfaceStats</c>).</summary>
    /// <param name="device">The interface's name on the host, such as <c>vif3.0</c>, or its MAC address.</param>
    public unsafe DomainInterfaceStats GetInterfaceStats(string device)
    {
        VirDomainInterfaceStats s;
        Answers.Checked(NativeMethods.virDomainInterfaceStats(Handle, device, &s, (nuint)sizeof(VirDomainInterfaceStats)));
        return new DomainInterfaceStats(s.RxBytes, s.RxPackets, s.RxErrors, s.RxDropped, s.TxBytes, s.TxPackets, s.TxErrors, s.TxDropped);
    }

    /// <summary>What the guest says about its memory (<c>virDomainMemoryStats</c>): KiB, counts of faults, and for
    /// <see cref="DomainMemoryStatTag.LastUpdate"/> seconds since 1970.</summary>
    public unsafe IReadOnlyDictionary<DomainMemoryStatTag, ulong> GetMemoryStatistics()
    {
        const int Most = 64;
        var stats = stackalloc VirDomainMemoryStat[Most];
        var count = Answers.Checked(NativeMethods.virDomainMemoryStats(Handle, stats, Most, 0));
        var result = new Dictionary<DomainMemoryStatTag, ulong>(count);
        for (var i = 0; i < count; i++)
        {
            result[(DomainMemoryStatTag)stats[i].Tag] = stats[i].Value;
        }
        return result;
    }

    /// <summary>Size of a disk (<c>virDomainGetBlockInfo</c>).</summary>
    public unsafe DomainBlockInfo GetBlockInfo(string disk)
    {
        VirDomainBlockInfo info;
        Answers.Checked(NativeMethods.virDomainGetBlockInfo(Handle, disk, &info, 0));
        return new DomainBlockInfo(info.Capacity, info.Allocation, info.Physical);
    }

    /// <summary>Processor times of the domain in all, in nanoseconds: cpu_time, user_time, system_time (<c>virDomainGetCPUStats</c>).</summary>
    public TypedParameters GetTotalCpuStats() => GetCpuStats(-1, 1)[0];

    /// <summary>Processor times of the domain for each processor of the host, in nanoseconds: cpu_time, vcpu_time (<c>virDomainGetCPUStats</c>).</summary>
    public unsafe TypedParameters[] GetCpuStatsPerCpu()
    {
        var cpus = Answers.Checked(NativeMethods.virDomainGetCPUStats(Handle, null, 0, 0, 0, 0));
        // libvirt takes at most 128 processors in a call.
        const int Step = 128;
        var result = new List<TypedParameters>(cpus);
        for (var first = 0; first < cpus; first += Step)
        {
            result.AddRange(GetCpuStats(first, Math.Min(Step, cpus - first)));
        }
        return [.. result];
    }

    /// <summary>Disks that the hypervisor had errors with (<c>virDomainGetDiskErrors</c>).</summary>
    public unsafe DomainDiskError[] GetDiskErrors()
    {
        var count = Answers.Checked(NativeMethods.virDomainGetDiskErrors(Handle, null, 0, 0));
        if (count == 0)
            return [];
        var errors = new VirDomainDiskError[count];
        fixed (VirDomainDiskError* pointer = errors)
        {
            count = Answers.Checked(NativeMethods.virDomainGetDiskErrors(Handle, pointer, (uint)count, 0));
        }
        var result = new DomainDiskError[count];
        for (var i = 0; i < count; i++)
        {
            result[i] = new DomainDiskError(Answers.Text(errors[i].Disk) ?? "", (DomainDiskErrorCode)errors[i].Error);
            NativeMemory.Free(errors[i].Disk);
        }
        return result;
    }

    /// <summary>The guest's addresses (<c>virDomainInterfaceAddresses</c>).</summary>
    public unsafe DomainInterface[] GetInterfaceAddresses(DomainInterfaceAddressesSource source = DomainInterfaceAddressesSource.Lease)
    {
        VirDomainInterface** interfaces = null;
        var count = Answers.Checked(NativeMethods.virDomainInterfaceAddresses(Handle, &interfaces, (uint)source, 0));
        try
        {
            var result = new DomainInterface[count];
            for (var i = 0; i < count; i++)
            {
                var from = interfaces[i];
                var addresses = new DomainIPAddress[from->AddressCount];
                for (var a = 0; a < addresses.Length; a++)
                {
                    var address = from->Addresses + a;
                    addresses[a] = new DomainIPAddress((IPAddressType)address->Type, Answers.Text(address->Address) ?? "", (int)address->Prefix);
                }
                result[i] = new DomainInterface(Answers.Text(from->Name) ?? "", Answers.Text(from->HardwareAddress), addresses);
            }
            return result;
        }
        finally
        {
            for (var i = 0; i < count; i++)
            {
                NativeMethods.virDomainInterfaceFree(interfaces[i]);
            }
            NativeMemory.Free(interfaces);
        }
    }

    /// <summary>Bulk statistics of this domain alone (<c>virDomainListGetStats</c>); null when it is gone.</summary>
    public unsafe DomainStatsRecord? GetStats(DomainStatsTypes types = DomainStatsTypes.None, GetAllDomainStatsFlags flags = GetAllDomainStatsFlags.None)
    {
        using var lease = Handle.Borrow();
        var list = stackalloc nint[2] { lease.Pointer, 0 };
        VirDomainStatsRecord** records = null;
        var count = NativeMethods.virDomainListGetStats(list, (uint)types, &records, (uint)flags);
        return Connection.OwnedRecords(records, count) is [var only, ..] ? only : null;
    }

    private unsafe TypedParameters[] GetCpuStats(int start, int cpus)
    {
        var perCpu = Answers.Checked(NativeMethods.virDomainGetCPUStats(Handle, null, 0, start, 1, 0));
        if (perCpu == 0)
            return [.. Enumerable.Repeat(new TypedParameters([]), cpus)];
        var array = new VirTypedParameter[perCpu * cpus];
        fixed (VirTypedParameter* pointer = array)
        {
            // The answer is how many of each group are filled; the groups stay perCpu apart.
            var filled = Answers.Checked(NativeMethods.virDomainGetCPUStats(Handle, pointer, (uint)perCpu, start, (uint)cpus, 0));
            var result = new TypedParameters[cpus];
            for (var i = 0; i < cpus; i++)
            {
                result[i] = Parameters.Read(pointer + i * perCpu, pointer[i * perCpu].Type == 0 ? 0 : filled);
            }
            return result;
        }
    }
}

public sealed partial class Connection
{
    /// <summary>
    /// Statistics of all domains that match, in one call (<c>virConnectGetAllDomainStats</c>). Groups that the driver does
    /// not know are left out silently, unless <see cref="GetAllDomainStatsFlags.EnforceStats"/> asks for an error.
    /// </summary>
    public unsafe DomainStatsRecord[] GetAllDomainStats(DomainStatsTypes types = DomainStatsTypes.None, GetAllDomainStatsFlags flags = GetAllDomainStatsFlags.None)
    {
        VirDomainStatsRecord** records = null;
        var count = NativeMethods.virConnectGetAllDomainStats(Handle, (uint)types, &records, (uint)flags);
        return OwnedRecords(records, count);
    }

    internal static unsafe DomainStatsRecord[] OwnedRecords(VirDomainStatsRecord** records, int count)
    {
        Answers.Checked(count);
        try
        {
            var result = new DomainStatsRecord[count];
            for (var i = 0; i < count; i++)
            {
                result[i] = new DomainStatsRecord(DomainIdentity.Of(records[i]->Domain), Parameters.Read(records[i]->Parameters, records[i]->ParameterCount));
            }
            return result;
        }
        finally
        {
            NativeMethods.virDomainStatsRecordListFree(records);
        }
    }
}
