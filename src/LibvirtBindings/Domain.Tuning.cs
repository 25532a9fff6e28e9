using Libvirt.Native;

namespace Libvirt;

/// <summary>A virtual CPU (<c>virVcpuInfo</c>).</summary>
/// <param name="Number">Which.</param>
/// <param name="State">Its state.</param>
/// <param name="CpuTime">Processor time it has used, in nanoseconds.</param>
/// <param name="Cpu">The host's processor that it is on; -1 offline, -2 not told by the hypervisor.</param>
/// <param name="Affinity">The host's processors that it may use.</param>
public sealed record VcpuInfo(int Number, VcpuState State, ulong CpuTime, int Cpu, CpuMap Affinity);

/// <summary>The names of scheduler parameters (VIR_DOMAIN_SCHEDULER_*).</summary>
public static class SchedulerParameterNames
{
    /// <summary>Xen credit: relative weight, 1 to 65535, 256 unless set. Unsigned int.</summary>
    public const string Weight = "weight";

    /// <summary>Xen credit: percent of one processor, 0 for no limit. Unsigned int.</summary>
    public const string Cap = "cap";

    /// <summary>QEMU and LXC: relative weight. Unsigned 64 bit.</summary>
    public const string CpuShares = "cpu_shares";

    /// <summary>QEMU: microseconds of enforcement. Unsigned 64 bit.</summary>
    public const string VcpuPeriod = "vcpu_period";

    /// <summary>QEMU: microseconds in each period, negative for no limit. Signed 64 bit.</summary>
    public const string VcpuQuota = "vcpu_quota";

    /// <summary>QEMU: microseconds of enforcement for all processors of the guest and its emulator together. Unsigned 64 bit.</summary>
    public const string GlobalPeriod = "global_period";

    /// <summary>QEMU: microseconds in each of these periods, negative for no limit. Signed 64 bit.</summary>
    public const string GlobalQuota = "global_quota";
}

public sealed partial class Domain
{
    /// <summary>KiB that it may have at most (<c>virDomainGetMaxMemory</c>).</summary>
    public ulong GetMaxMemory()
    {
        var memory = NativeMethods.virDomainGetMaxMemory(Handle);
        return memory != 0 ? memory : throw LibvirtException.TakeLast();
    }

    /// <summary>Changes the most that it may have, in KiB (<c>virDomainSetMaxMemory</c>).</summary>
    public void SetMaxMemory(ulong kibibytes) => Answers.Checked(NativeMethods.virDomainSetMaxMemory(Handle, checked((nuint)kibibytes)));

    /// <summary>Changes what it has, in KiB (<c>virDomainSetMemoryFlags</c>). On a running domain the guest follows in its own time.</summary>
    /// <exception cref="LibvirtException"><see cref="ErrorCode.InvalidArg"/>: more than the maximum;
    /// <see cref="ErrorCode.OperationInvalid"/>: <see cref="DomainMemoryModFlags.Live"/> on an inactive domain.</exception>
    public void SetMemory(ulong kibibytes, DomainMemoryModFlags flags = DomainMemoryModFlags.Current) =>
        Answers.Checked(NativeMethods.virDomainSetMemoryFlags(Handle, checked((nuint)kibibytes), (uint)flags));

    /// <summary>How often the guest's memory statistics are renewed, in seconds; 0 stops it (<c>virDomainSetMemoryStatsPeriod</c>).</summary>
    public void SetMemoryStatsPeriod(int seconds, DomainMemoryModFlags flags = DomainMemoryModFlags.Current) =>
        Answers.Checked(NativeMethods.virDomainSetMemoryStatsPeriod(Handle, seconds, (uint)flags));

    /// <summary>The number of virtual CPUs, or with <see cref="DomainVcpuFlags.Maximum"/> the most there may be (<c>virDomainGetVcpusFlags</c>).</summary>
    public int GetVcpuCount(DomainVcpuFlags flags = DomainVcpuFlags.Current) => Answers.Checked(NativeMethods.virDomainGetVcpusFlags(Handle, (uint)flags));

    /// <summary>Changes the number of virtual CPUs (<c>virDomainSetVcpusFlags</c>).</summary>
    public void SetVcpuCount(int count, DomainVcpuFlags flags = DomainVcpuFlags.Current)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        Answers.Checked(NativeMethods.virDomainSetVcpusFlags(Handle, (uint)count, (uint)flags));
    }

    /// <summary>The virtual CPUs of a running domain with their time and place (<c>virDomainGetVcpus</c>).</summary>
    public unsafe VcpuInfo[] GetVcpus()
    {
        var count = Math.Max(1, (int)GetInfo().VirtualCpus);
        var mapLength = HostMapLength();
        var info = new VirVcpuInfo[count];
        var maps = new byte[count * mapLength];
        int filled;
        fixed (VirVcpuInfo* infoPointer = info)
        fixed (byte* mapPointer = maps)
        {
            filled = Answers.Checked(NativeMethods.virDomainGetVcpus(Handle, infoPointer, count, mapPointer, mapLength));
        }
        var result = new VcpuInfo[filled];
        for (var i = 0; i < filled; i++)
        {
            result[i] = new VcpuInfo((int)info[i].Number, (VcpuState)info[i].State, info[i].CpuTime, info[i].Cpu, new CpuMap(maps.AsSpan(i * mapLength, mapLength)));
        }
        return result;
    }

    /// <summary>Binds a virtual CPU to processors of the host (<c>virDomainPinVcpuFlags</c>).</summary>
    public unsafe void PinVcpu(int vcpu, CpuMap cpus, DomainModificationImpact impact = DomainModificationImpact.Current)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(vcpu);
        ArgumentNullException.ThrowIfNull(cpus);
        fixed (byte* map = cpus.Bytes)
        {
            // A driver may have only the form without flags, which means the running domain.
            var result = impact == DomainModificationImpact.Current
                ? NativeMethods.virDomainPinVcpu(Handle, (uint)vcpu, map, cpus.Bytes.Length)
                : NativeMethods.virDomainPinVcpuFlags(Handle, (uint)vcpu, map, cpus.Bytes.Length, (uint)impact);
            Answers.Checked(result);
        }
    }

    /// <summary>For each virtual CPU the processors that it may use (<c>virDomainGetVcpuPinInfo</c>); works on inactive domains too.</summary>
    public unsafe CpuMap[] GetVcpuPins(DomainModificationImpact impact = DomainModificationImpact.Current)
    {
        var count = Math.Max(1, GetVcpuCount((DomainVcpuFlags)impact | DomainVcpuFlags.Maximum));
        var mapLength = HostMapLength();
        var maps = new byte[count * mapLength];
        int filled;
        fixed (byte* pointer = maps)
        {
            filled = Answers.Checked(NativeMethods.virDomainGetVcpuPinInfo(Handle, count, pointer, mapLength, (uint)impact));
        }
        var result = new CpuMap[filled];
        for (var i = 0; i < filled; i++)
        {
            result[i] = new CpuMap(maps.AsSpan(i * mapLength, mapLength));
        }
        return result;
    }

    /// <summary>Binds the device model to processors of the host (<c>virDomainPinEmulator</c>).</summary>
    public unsafe void PinEmulator(CpuMap cpus, DomainModificationImpact impact = DomainModificationImpact.Current)
    {
        ArgumentNullException.ThrowIfNull(cpus);
        fixed (byte* map = cpus.Bytes)
        {
            Answers.Checked(NativeMethods.virDomainPinEmulator(Handle, map, cpus.Bytes.Length, (uint)impact));
        }
    }

    /// <summary>The processors that the device model may use (<c>virDomainGetEmulatorPinInfo</c>).</summary>
    public unsafe CpuMap GetEmulatorPin(DomainModificationImpact impact = DomainModificationImpact.Current)
    {
        var map = new byte[HostMapLength()];
        fixed (byte* pointer = map)
        {
            Answers.Checked(NativeMethods.virDomainGetEmulatorPinInfo(Handle, pointer, map.Length, (uint)impact));
        }
        return new CpuMap(map);
    }

    /// <summary>The scheduler's name, such as <c>credit</c> (<c>virDomainGetSchedulerType</c>).</summary>
    public unsafe string GetSchedulerType()
    {
        int count;
        return Answers.Owned(NativeMethods.virDomainGetSchedulerType(Handle, &count));
    }

    /// <summary>The scheduler's parameters (<c>virDomainGetSchedulerParametersFlags</c>; see <see cref="SchedulerParameterNames"/>).</summary>
    public TypedParameters GetSchedulerParameters(DomainModificationImpact impact = DomainModificationImpact.Current) => GetSchedulerParameters(out _, impact);

    /// <summary>The scheduler's parameters, and its name, which libvirt tells with their number.</summary>
    public unsafe TypedParameters GetSchedulerParameters(out string type, DomainModificationImpact impact = DomainModificationImpact.Current)
    {
        int count;
        type = Answers.Owned(NativeMethods.virDomainGetSchedulerType(Handle, &count));
        return Parameters.Get(count, (array, filled) => impact == DomainModificationImpact.Current
            ? NativeMethods.virDomainGetSchedulerParameters(Handle, array, filled)
            : NativeMethods.virDomainGetSchedulerParametersFlags(Handle, array, filled, (uint)impact));
    }

    /// <summary>Changes scheduler parameters; those left out stay (<c>virDomainSetSchedulerParametersFlags</c>).</summary>
    public unsafe void SetSchedulerParameters(IReadOnlyCollection<TypedParameter> parameters, DomainModificationImpact impact = DomainModificationImpact.Current) =>
        Parameters.Set(parameters, (array, count) => impact == DomainModificationImpact.Current
            ? NativeMethods.virDomainSetSchedulerParameters(Handle, array, count)
            : NativeMethods.virDomainSetSchedulerParametersFlags(Handle, array, count, (uint)impact));

    /// <summary>Memory limits, in KiB (<c>virDomainGetMemoryParameters</c>).</summary>
    public unsafe TypedParameters GetMemoryParameters(DomainModificationImpact impact = DomainModificationImpact.Current) =>
        Parameters.Get((array, count) => NativeMethods.virDomainGetMemoryParameters(Handle, array, count, (uint)impact));

    /// <summary>Changes memory limits, in KiB (<c>virDomainSetMemoryParameters</c>).</summary>
    public unsafe void SetMemoryParameters(IReadOnlyCollection<TypedParameter> parameters, DomainModificationImpact impact = DomainModificationImpact.Current) =>
        Parameters.Set(parameters, (array, count) => NativeMethods.virDomainSetMemoryParameters(Handle, array, count, (uint)impact));

    /// <summary>Block I/O weights and limits of the whole domain (<c>virDomainGetBlkioParameters</c>).</summary>
    public unsafe TypedParameters GetBlkioParameters(DomainModificationImpact impact = DomainModificationImpact.Current) =>
        Parameters.Get((array, count) => NativeMethods.virDomainGetBlkioParameters(Handle, array, count, (uint)impact | Parameters.StringOkay));

    /// <summary>Changes block I/O weights and limits of the whole domain (<c>virDomainSetBlkioParameters</c>).</summary>
    public unsafe void SetBlkioParameters(IReadOnlyCollection<TypedParameter> parameters, DomainModificationImpact impact = DomainModificationImpact.Current) =>
        Parameters.Set(parameters, (array, count) => NativeMethods.virDomainSetBlkioParameters(Handle, array, count, (uint)impact));

    /// <summary>NUMA mode and node set (<c>virDomainGetNumaParameters</c>).</summary>
    public unsafe TypedParameters GetNumaParameters(DomainModificationImpact impact = DomainModificationImpact.Current) =>
        Parameters.Get((array, count) => NativeMethods.virDomainGetNumaParameters(Handle, array, count, (uint)impact | Parameters.StringOkay));

    /// <summary>Changes NUMA mode and node set (<c>virDomainSetNumaParameters</c>).</summary>
    public unsafe void SetNumaParameters(IReadOnlyCollection<TypedParameter> parameters, DomainModificationImpact impact = DomainModificationImpact.Current) =>
        Parameters.Set(parameters, (array, count) => NativeMethods.virDomainSetNumaParameters(Handle, array, count, (uint)impact));

    /// <summary>Bandwidth limits of a network interface (<c>virDomainGetInterfaceParameters</c>).</summary>
    /// <param name="device">Target name or MAC address.</param>
    /// <param name="impact">Running or defined configuration.</param>
    public unsafe TypedParameters GetInterfaceParameters(string device, DomainModificationImpact impact = DomainModificationImpact.Current) =>
        Parameters.Get((array, count) => NativeMethods.virDomainGetInterfaceParameters(Handle, device, array, count, (uint)impact));

    /// <summary>Changes bandwidth limits of a network interface (<c>virDomainSetInterfaceParameters</c>).</summary>
    public unsafe void SetInterfaceParameters(string device, IReadOnlyCollection<TypedParameter> parameters, DomainModificationImpact impact = DomainModificationImpact.Current) =>
        Parameters.Set(parameters, (array, count) => NativeMethods.virDomainSetInterfaceParameters(Handle, device, array, count, (uint)impact));

    /// <summary>Throughput limits of a disk (<c>virDomainGetBlockIoTune</c>).</summary>
    public unsafe TypedParameters GetBlockIoTune(string disk, DomainModificationImpact impact = DomainModificationImpact.Current) =>
        Parameters.Get((array, count) => NativeMethods.virDomainGetBlockIoTune(Handle, disk, array, count, (uint)impact | Parameters.StringOkay));

    /// <summary>Changes throughput limits of a disk (<c>virDomainSetBlockIoTune</c>).</summary>
    public unsafe void SetBlockIoTune(string disk, IReadOnlyCollection<TypedParameter> parameters, DomainModificationImpact impact = DomainModificationImpact.Current) =>
        Parameters.Set(parameters, (array, count) => NativeMethods.virDomainSetBlockIoTune(Handle, disk, array, count, (uint)impact));

    /// <summary>Bytes of a cpumap for the host: VIR_CPU_MAPLEN of all its processors.</summary>
    private int HostMapLength() => Math.Max(1, (Connection.GetNodeInfo().MaxCpus + 7) / 8);
}
