using System.Runtime.InteropServices;

// Laid out as the public headers of libvirt say; C's unsigned long is nuint on every platform that libvirt's daemons run on.
namespace Libvirt.Native;

internal unsafe struct VirError
{
    public int Code;
    public int Domain;
    public byte* Message;
    public int Level;
    public nint Connection;
    public nint DomainObject;
    public byte* Str1;
    public byte* Str2;
    public byte* Str3;
    public int Int1;
    public int Int2;
    public nint Network;
}

internal unsafe struct VirTypedParameter
{
    public const int FieldLength = 80;
    public fixed byte Field[FieldLength];
    public int Type;
    public VirTypedValue Value;
}

[StructLayout(LayoutKind.Explicit)]
internal unsafe struct VirTypedValue
{
    [FieldOffset(0)] public int Int;
    [FieldOffset(0)] public uint UInt;
    [FieldOffset(0)] public long Int64;
    [FieldOffset(0)] public ulong UInt64;
    [FieldOffset(0)] public double Double;
    [FieldOffset(0)] public byte Boolean;
    [FieldOffset(0)] public byte* Text;
}

internal unsafe struct VirConnectCredential
{
    public int Type;
    public byte* Prompt;
    public byte* Challenge;
    public byte* DefaultResult;
    public byte* Result;
    public uint ResultLength;
}

internal unsafe struct VirConnectAuth
{
    public int* CredentialTypes;
    public uint CredentialTypeCount;
    public delegate* unmanaged[Cdecl]<VirConnectCredential*, uint, nint, int> Callback;
    public nint CallbackData;
}

internal unsafe struct VirNodeInfo
{
    public fixed byte Model[32];
    public nuint Memory;
    public uint Cpus;
    public uint Mhz;
    public uint Nodes;
    public uint Sockets;
    public uint Cores;
    public uint Threads;
}

/// <summary>virNodeCPUStats and virNodeMemoryStats, which look alike.</summary>
internal unsafe struct VirNodeStat
{
    public fixed byte Field[80];
    public ulong Value;
}

internal struct VirDomainInfo
{
    public byte State;
    public nuint MaxMemory;
    public nuint Memory;
    public ushort VirtualCpus;
    public ulong CpuTime;
}

internal struct VirDomainControlInfo
{
    public uint State;
    public uint Details;
    public ulong StateTime;
}

internal struct VirVcpuInfo
{
    public uint Number;
    public int State;
    public ulong CpuTime;
    public int Cpu;
}

internal struct VirDomainBlockStats
{
    public long ReadRequests;
    public long ReadBytes;
    public long WriteRequests;
    public long WriteBytes;
    public long Errors;
}

internal struct VirDomainInterfaceStats
{
    public long RxBytes;
    public long RxPackets;
    public long RxErrors;
    public long RxDropped;
    public long TxBytes;
    public long TxPackets;
    public long TxErrors;
    public long TxDropped;
}

internal struct VirDomainMemoryStat
{
    public int Tag;
    public ulong Value;
}

internal struct VirDomainBlockInfo
{
    public ulong Capacity;
    public ulong Allocation;
    public ulong Physical;
}

internal unsafe struct VirDomainStatsRecord
{
    public nint Domain;
    public VirTypedParameter* Parameters;
    public int ParameterCount;
}

internal struct VirDomainJobInfo
{
    public int Type;
    public ulong TimeElapsed;
    public ulong TimeRemaining;
    public ulong DataTotal;
    public ulong DataProcessed;
    public ulong DataRemaining;
    public ulong MemoryTotal;
    public ulong MemoryProcessed;
    public ulong MemoryRemaining;
    public ulong FileTotal;
    public ulong FileProcessed;
    public ulong FileRemaining;
}

internal struct VirDomainBlockJobInfo
{
    public int Type;
    public nuint Bandwidth;
    public ulong Current;
    public ulong End;
}

internal unsafe struct VirDomainDiskError
{
    public byte* Disk;
    public int Error;
}

internal unsafe struct VirDomainIPAddress
{
    public int Type;
    public byte* Address;
    public uint Prefix;
}

internal unsafe struct VirDomainInterface
{
    public byte* Name;
    public byte* HardwareAddress;
    public uint AddressCount;
    public VirDomainIPAddress* Addresses;
}

internal unsafe struct VirNetworkDhcpLease
{
    public byte* Interface;
    public long ExpiryTime;
    public int Type;
    public byte* Mac;
    public byte* Iaid;
    public byte* IPAddress;
    public uint Prefix;
    public byte* Hostname;
    public byte* ClientId;
}

internal struct VirStoragePoolInfo
{
    public int State;
    public ulong Capacity;
    public ulong Allocation;
    public ulong Available;
}

internal struct VirStorageVolumeInfo
{
    public int Type;
    public ulong Capacity;
    public ulong Allocation;
}
