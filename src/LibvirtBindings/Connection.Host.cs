using System.Runtime.InteropServices;
using Libvirt.Native;

namespace Libvirt;

/// <summary>The host in short (<c>virNodeInfo</c>).</summary>
/// <param name="Model">CPU model, such as <c>x86_64</c>.</param>
/// <param name="Memory">KiB.</param>
/// <param name="Cpus">Active processors.</param>
/// <param name="Mhz">Expected frequency in MHz; 0 when unknown.</param>
/// <param name="NumaNodes">NUMA cells; 1 when there is no NUMA, or when its layout does not fit these numbers.</param>
/// <param name="SocketsPerNode">Sockets for each cell.</param>
/// <param name="CoresPerSocket">Cores for each socket.</param>
/// <param name="ThreadsPerCore">Threads for each core.</param>
public sealed record NodeInfo(string Model, ulong Memory, int Cpus, int Mhz, int NumaNodes, int SocketsPerNode, int CoresPerSocket, int ThreadsPerCore)
{
    /// <summary>All processors, offline ones too (VIR_NODEINFO_MAXCPUS); never fewer than <see cref="Cpus"/>.</summary>
    public int MaxCpus => Math.Max(Cpus, (int)Math.Min((long)NumaNodes * SocketsPerNode * CoresPerSocket * ThreadsPerCore, 65536));
}

/// <summary>The host's processors (<c>virNodeGetCPUMap</c>).</summary>
/// <param name="Present">How many there are.</param>
/// <param name="OnlineCount">How many are online.</param>
/// <param name="Online">Which are online.</param>
public sealed record NodeCpuMap(int Present, int OnlineCount, CpuMap Online);

public sealed partial class Connection
{
    private delegate int NodeStatistics(nint stats, ref int count);

    /// <summary>What host and hypervisor can do, as XML (<c>virConnectGetCapabilities</c>).</summary>
    public unsafe string GetCapabilities() => Answers.Owned(NativeMethods.virConnectGetCapabilities(Handle));

    /// <summary>What a guest of a kind can have, as XML (<c>virConnectGetDomainCapabilities</c>); null leaves the choice to libvirt.</summary>
    /// <param name="emulator">Path of the emulator.</param>
    /// <param name="arch">Architecture, such as <c>x86_64</c>.</param>
    /// <param name="machine">Machine type, such as <c>xenpvh</c>.</param>
    /// <param name="virtualizationType">Domain type, such as <c>xen</c>.</param>
    public unsafe string GetDomainCapabilities(string? emulator = null, string? arch = null, string? machine = null, string? virtualizationType = null) =>
        Answers.Owned(NativeMethods.virConnectGetDomainCapabilities(Handle, emulator, arch, machine, virtualizationType, 0));

    /// <summary>The host's SMBIOS, as XML (<c>virConnectGetSysinfo</c>).</summary>
    public unsafe string GetSysinfo() => Answers.Owned(NativeMethods.virConnectGetSysinfo(Handle, 0));

    /// <summary>The most virtual CPUs that a guest can have (<c>virConnectGetMaxVcpus</c>).</summary>
    public int GetMaxVcpus(string? domainType = null) => Answers.Checked(NativeMethods.virConnectGetMaxVcpus(Handle, domainType));

    /// <summary>The host in short (<c>virNodeGetInfo</c>).</summary>
    public unsafe NodeInfo GetNodeInfo()
    {
        VirNodeInfo info;
        Answers.Checked(NativeMethods.virNodeGetInfo(Handle, &info));
        return new NodeInfo(Answers.Text(info.Model, 32), info.Memory, (int)info.Cpus, (int)info.Mhz, (int)info.Nodes, (int)info.Sockets, (int)info.Cores, (int)info.Threads);
    }

    /// <summary>Memory that no guest has, in bytes (<c>virNodeGetFreeMemory</c>).</summary>
    public ulong GetFreeMemory()
    {
        var free = NativeMethods.virNodeGetFreeMemory(Handle);
        if (free != 0)
            return free;
        // Zero is how libvirt says that it failed, and also how it says that every byte is taken; then it notes an
        // error that comes from nowhere.
        var failure = LibvirtException.TakeLast();
        return failure is { Code: ErrorCode.InternalError, Domain: ErrorDomain.None } ? 0ul : throw failure;
    }

    /// <summary>Free memory of NUMA cells, in bytes (<c>virNodeGetCellsFreeMemory</c>).</summary>
    /// <param name="startCell">The first cell.</param>
    /// <param name="maxCells">How many at most.</param>
    public unsafe ulong[] GetCellsFreeMemory(int startCell, int maxCells)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxCells);
        var free = new ulong[maxCells];
        fixed (ulong* pointer = free)
        {
            return free[..Answers.Checked(NativeMethods.virNodeGetCellsFreeMemory(Handle, pointer, startCell, maxCells))];
        }
    }

    /// <summary>Memory statistics of the host: total, free, buffers, cached, in KiB (<c>virNodeGetMemoryStats</c>).</summary>
    /// <param name="cell">A NUMA cell; -1 for all.</param>
    public unsafe IReadOnlyDictionary<string, ulong> GetMemoryStats(int cell = -1) =>
        Statistics((nint stats, ref int count) =>
        {
            fixed (int* counter = &count)
            {
                return NativeMethods.virNodeGetMemoryStats(Handle, cell, (VirNodeStat*)stats, counter, 0);
            }
        });

    /// <summary>Processor times of the host: kernel, user, idle, iowait, in nanoseconds (<c>virNodeGetCPUStats</c>).</summary>
    /// <param name="cpu">A processor; -1 for all.</param>
    public unsafe IReadOnlyDictionary<string, ulong> GetCpuStats(int cpu = -1) =>
        Statistics((nint stats, ref int count) =>
        {
            fixed (int* counter = &count)
            {
                return NativeMethods.virNodeGetCPUStats(Handle, cpu, (VirNodeStat*)stats, counter, 0);
            }
        });

    /// <summary>The host's processors and which are online (<c>virNodeGetCPUMap</c>).</summary>
    public unsafe NodeCpuMap GetCpuMap()
    {
        byte* map = null;
        uint online;
        var present = Answers.Checked(NativeMethods.virNodeGetCPUMap(Handle, &map, &online, 0));
        try
        {
            return new NodeCpuMap(present, (int)online, new CpuMap(new ReadOnlySpan<byte>(map, (present + 7) / 8)));
        }
        finally
        {
            NativeMemory.Free(map);
        }
    }

    /// <summary>Memory sharing settings of the host (<c>virNodeGetMemoryParameters</c>).</summary>
    public unsafe TypedParameters GetMemoryParameters() =>
        Parameters.Get((array, count) => NativeMethods.virNodeGetMemoryParameters(Handle, array, count, Parameters.StringOkay));

    /// <summary>Names of the CPU models that libvirt knows for an architecture (<c>virConnectGetCPUModelNames</c>).</summary>
    public unsafe string[] GetCpuModelNames(string arch)
    {
        byte** names = null;
        var count = Answers.Checked(NativeMethods.virConnectGetCPUModelNames(Handle, arch, &names, 0));
        return OwnedNames(names, count);
    }

    /// <summary>Compares a CPU description with the host (<c>virConnectCompareCPU</c>).</summary>
    public CpuCompareResult CompareCpu(string xml) => (CpuCompareResult)Answers.Checked(NativeMethods.virConnectCompareCPU(Handle, xml, 0));

    /// <summary>The most that one CPU description asks for as XML, when libvirt understands it (<c>virConnectBaselineCPU</c>).</summary>
    public unsafe string BaselineCpu(string xml)
    {
        var text = Marshal.StringToCoTaskMemUTF8(xml);
        try
        {
            var only = (byte*)text;
            return Answers.Owned(NativeMethods.virConnectBaselineCPU(Handle, &only, 1, 0));
        }
        finally
        {
            Marshal.FreeCoTaskMem(text);
        }
    }

    /// <summary>Lets the host sleep (<c>virNodeSuspendForDuration</c>).</summary>
    /// <param name="target">How deep.</param>
    /// <param name="seconds">How long; at least 60.</param>
    public void SuspendNode(NodeSuspendTarget target, ulong seconds) => Answers.Checked(NativeMethods.virNodeSuspendForDuration(Handle, (uint)target, seconds, 0));

    internal static unsafe string[] OwnedNames(byte** names, int count)
    {
        try
        {
            var result = new string[count];
            for (var i = 0; i < count; i++)
            {
                result[i] = Answers.Text(names[i]) ?? "";
            }
            return result;
        }
        finally
        {
            for (var i = 0; i < count && names is not null; i++)
            {
                NativeMemory.Free(names[i]);
            }
            NativeMemory.Free(names);
        }
    }

    private static unsafe Dictionary<string, ulong> Statistics(NodeStatistics call)
    {
        var count = 0;
        Answers.Checked(call(0, ref count));
        var array = new VirNodeStat[Math.Max(count, 1)];
        var result = new Dictionary<string, ulong>(count);
        fixed (VirNodeStat* stats = array)
        {
            if (count > 0)
                Answers.Checked(call((nint)stats, ref count));
            for (var i = 0; i < Math.Min(count, array.Length); i++)
            {
                result[Answers.Text(stats[i].Field, 80)] = stats[i].Value;
            }
        }
        return result;
    }
}
