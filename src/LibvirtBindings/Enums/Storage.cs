namespace Libvirt;

/// <summary>Filters of <see cref="Connection.ListAllStoragePools"/> (<c>virConnectListAllStoragePoolsFlags</c>).</summary>
[Flags]
public enum ListAllStoragePoolsFlags : uint
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary><c>VIR_CONNECT_LIST_STORAGE_POOLS_INACTIVE</c></summary>
    Inactive = 1,

    /// <summary><c>VIR_CONNECT_LIST_STORAGE_POOLS_ACTIVE</c></summary>
    Active = 1u << 1,

    /// <summary><c>VIR_CONNECT_LIST_STORAGE_POOLS_PERSISTENT</c></summary>
    Persistent = 1u << 2,

    /// <summary><c>VIR_CONNECT_LIST_STORAGE_POOLS_TRANSIENT</c></summary>
    Transient = 1u << 3,

    /// <summary><c>VIR_CONNECT_LIST_STORAGE_POOLS_AUTOSTART</c></summary>
    Autostart = 1u << 4,

    /// <summary><c>VIR_CONNECT_LIST_STORAGE_POOLS_NO_AUTOSTART</c></summary>
    NoAutostart = 1u << 5,

    /// <summary><c>VIR_CONNECT_LIST_STORAGE_POOLS_DIR</c></summary>
    Dir = 1u << 6,

    /// <summary><c>VIR_CONNECT_LIST_STORAGE_POOLS_FS</c></summary>
    Fs = 1u << 7,

    /// <summary><c>VIR_CONNECT_LIST_STORAGE_POOLS_NETFS</c></summary>
    NetFs = 1u << 8,

    /// <summary><c>VIR_CONNECT_LIST_STORAGE_POOLS_LOGICAL</c></summary>
    Logical = 1u << 9,

    /// <summary><c>VIR_CONNECT_LIST_STORAGE_POOLS_DISK</c></summary>
    Disk = 1u << 10,

    /// <summary><c>VIR_CONNECT_LIST_STORAGE_POOLS_ISCSI</c></summary>
    Iscsi = 1u << 11,

    /// <summary><c>VIR_CONNECT_LIST_STORAGE_POOLS_SCSI</c></summary>
    Scsi = 1u << 12,

    /// <summary><c>VIR_CONNECT_LIST_STORAGE_POOLS_MPATH</c></summary>
    Mpath = 1u << 13,

    /// <summary><c>VIR_CONNECT_LIST_STORAGE_POOLS_RBD</c></summary>
    Rbd = 1u << 14,

    /// <summary><c>VIR_CONNECT_LIST_STORAGE_POOLS_SHEEPDOG</c></summary>
    Sheepdog = 1u << 15,

    /// <summary><c>VIR_CONNECT_LIST_STORAGE_POOLS_GLUSTER</c></summary>
    Gluster = 1u << 16,

    /// <summary><c>VIR_CONNECT_LIST_STORAGE_POOLS_ZFS</c></summary>
    Zfs = 1u << 17,

    /// <summary><c>VIR_CONNECT_LIST_STORAGE_POOLS_VSTORAGE</c></summary>
    VStorage = 1u << 18,

    /// <summary><c>VIR_CONNECT_LIST_STORAGE_POOLS_ISCSI_DIRECT</c></summary>
    IscsiDirect = 1u << 19,
}

/// <summary>The state of a storage pool (<c>virStoragePoolState</c>).</summary>
public enum StoragePoolState
{
    /// <summary><c>VIR_STORAGE_POOL_INACTIVE</c></summary>
    Inactive = 0,

    /// <summary><c>VIR_STORAGE_POOL_BUILDING</c></summary>
    Building = 1,

    /// <summary><c>VIR_STORAGE_POOL_RUNNING</c></summary>
    Running = 2,

    /// <summary><c>VIR_STORAGE_POOL_DEGRADED</c></summary>
    Degraded = 3,

    /// <summary><c>VIR_STORAGE_POOL_INACCESSIBLE</c></summary>
    Inaccessible = 4,
}

/// <summary>How to build a pool (<c>virStoragePoolBuildFlags</c>).</summary>
[Flags]
public enum StoragePoolBuildFlags : uint
{
    /// <summary><c>VIR_STORAGE_POOL_BUILD_NEW</c></summary>
    New = 0,

    /// <summary><c>VIR_STORAGE_POOL_BUILD_REPAIR</c></summary>
    Repair = 1,

    /// <summary><c>VIR_STORAGE_POOL_BUILD_RESIZE</c></summary>
    Resize = 1u << 1,

    /// <summary><c>VIR_STORAGE_POOL_BUILD_NO_OVERWRITE</c></summary>
    NoOverwrite = 1u << 2,

    /// <summary><c>VIR_STORAGE_POOL_BUILD_OVERWRITE</c></summary>
    Overwrite = 1u << 3,
}

/// <summary>How to delete what a pool stands on (<c>virStoragePoolDeleteFlags</c>).</summary>
[Flags]
public enum StoragePoolDeleteFlags : uint
{
    /// <summary><c>VIR_STORAGE_POOL_DELETE_NORMAL</c></summary>
    Normal = 0,

    /// <summary><c>VIR_STORAGE_POOL_DELETE_ZEROED</c></summary>
    Zeroed = 1,
}

/// <summary>How to start a pool (<c>virStoragePoolCreateFlags</c>).</summary>
[Flags]
public enum StoragePoolCreateFlags : uint
{
    /// <summary><c>VIR_STORAGE_POOL_CREATE_NORMAL</c></summary>
    Normal = 0,

    /// <summary><c>VIR_STORAGE_POOL_CREATE_WITH_BUILD</c></summary>
    WithBuild = 1,

    /// <summary><c>VIR_STORAGE_POOL_CREATE_WITH_BUILD_OVERWRITE</c></summary>
    WithBuildOverwrite = 1u << 1,

    /// <summary><c>VIR_STORAGE_POOL_CREATE_WITH_BUILD_NO_OVERWRITE</c></summary>
    WithBuildNoOverwrite = 1u << 2,
}

/// <summary>Which XML of a pool (<c>virStorageXMLFlags</c>).</summary>
[Flags]
public enum StorageXmlFlags : uint
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary><c>VIR_STORAGE_XML_INACTIVE</c></summary>
    Inactive = 1,
}

/// <summary>What a volume is on the host (<c>virStorageVolType</c>).</summary>
public enum StorageVolumeType
{
    /// <summary><c>VIR_STORAGE_VOL_FILE</c></summary>
    File = 0,

    /// <summary><c>VIR_STORAGE_VOL_BLOCK</c></summary>
    Block = 1,

    /// <summary><c>VIR_STORAGE_VOL_DIR</c></summary>
    Dir = 2,

    /// <summary><c>VIR_STORAGE_VOL_NETWORK</c></summary>
    Network = 3,

    /// <summary><c>VIR_STORAGE_VOL_NETDIR</c></summary>
    NetDir = 4,

    /// <summary><c>VIR_STORAGE_VOL_PLOOP</c></summary>
    Ploop = 5,
}

/// <summary>How to delete a volume (<c>virStorageVolDeleteFlags</c>).</summary>
[Flags]
public enum StorageVolumeDeleteFlags : uint
{
    /// <summary><c>VIR_STORAGE_VOL_DELETE_NORMAL</c></summary>
    Normal = 0,

    /// <summary><c>VIR_STORAGE_VOL_DELETE_ZEROED</c></summary>
    Zeroed = 1,

    /// <summary><c>VIR_STORAGE_VOL_DELETE_WITH_SNAPSHOTS</c></summary>
    WithSnapshots = 1u << 1,
}

/// <summary>How to overwrite a volume (<c>virStorageVolWipeAlgorithm</c>).</summary>
public enum StorageVolumeWipeAlgorithm
{
    /// <summary><c>VIR_STORAGE_VOL_WIPE_ALG_ZERO</c></summary>
    Zero = 0,

    /// <summary><c>VIR_STORAGE_VOL_WIPE_ALG_NNSA</c></summary>
    Nnsa = 1,

    /// <summary><c>VIR_STORAGE_VOL_WIPE_ALG_DOD</c></summary>
    Dod = 2,

    /// <summary><c>VIR_STORAGE_VOL_WIPE_ALG_BSI</c></summary>
    Bsi = 3,

    /// <summary><c>VIR_STORAGE_VOL_WIPE_ALG_GUTMANN</c></summary>
    Gutmann = 4,

    /// <summary><c>VIR_STORAGE_VOL_WIPE_ALG_SCHNEIER</c></summary>
    Schneier = 5,

    /// <summary><c>VIR_STORAGE_VOL_WIPE_ALG_PFITZNER7</c></summary>
    Pfitzner7 = 6,

    /// <summary><c>VIR_STORAGE_VOL_WIPE_ALG_PFITZNER33</c></summary>
    Pfitzner33 = 7,

    /// <summary><c>VIR_STORAGE_VOL_WIPE_ALG_RANDOM</c></summary>
    Random = 8,

    /// <summary><c>VIR_STORAGE_VOL_WIPE_ALG_TRIM</c></summary>
    Trim = 9,
}

/// <summary>What the allocation of a volume counts (<c>virStorageVolInfoFlags</c>).</summary>
[Flags]
public enum StorageVolumeInfoFlags : uint
{
    /// <summary><c>VIR_STORAGE_VOL_USE_ALLOCATION</c></summary>
    UseAllocation = 0,

    /// <summary><c>VIR_STORAGE_VOL_GET_PHYSICAL</c></summary>
    GetPhysical = 1,
}

/// <summary>How to make a volume (<c>virStorageVolCreateFlags</c>).</summary>
[Flags]
public enum StorageVolumeCreateFlags : uint
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary><c>VIR_STORAGE_VOL_CREATE_PREALLOC_METADATA</c></summary>
    PreallocMetadata = 1,

    /// <summary><c>VIR_STORAGE_VOL_CREATE_REFLINK</c></summary>
    Reflink = 1u << 1,

    /// <summary><c>VIR_STORAGE_VOL_CREATE_VALIDATE</c></summary>
    Validate = 1u << 2,
}

/// <summary>How to resize a volume (<c>virStorageVolResizeFlags</c>).</summary>
[Flags]
public enum StorageVolumeResizeFlags : uint
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary><c>VIR_STORAGE_VOL_RESIZE_ALLOCATE</c></summary>
    Allocate = 1,

    /// <summary><c>VIR_STORAGE_VOL_RESIZE_DELTA</c></summary>
    Delta = 1u << 1,

    /// <summary><c>VIR_STORAGE_VOL_RESIZE_SHRINK</c></summary>
    Shrink = 1u << 2,
}

/// <summary>What a storage pool event tells (<c>virStoragePoolEventLifecycleType</c>).</summary>
public enum StoragePoolEventType
{
    /// <summary><c>VIR_STORAGE_POOL_EVENT_DEFINED</c></summary>
    Defined = 0,

    /// <summary><c>VIR_STORAGE_POOL_EVENT_UNDEFINED</c></summary>
    Undefined = 1,

    /// <summary><c>VIR_STORAGE_POOL_EVENT_STARTED</c></summary>
    Started = 2,

    /// <summary><c>VIR_STORAGE_POOL_EVENT_STOPPED</c></summary>
    Stopped = 3,

    /// <summary><c>VIR_STORAGE_POOL_EVENT_CREATED</c></summary>
    Created = 4,

    /// <summary><c>VIR_STORAGE_POOL_EVENT_DELETED</c></summary>
    Deleted = 5,
}
