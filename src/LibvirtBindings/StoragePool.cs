using Libvirt.Native;

namespace Libvirt;

/// <summary>State and size of a pool, in bytes (<c>virStoragePoolInfo</c>).</summary>
public readonly record struct StoragePoolInfo(StoragePoolState State, ulong Capacity, ulong Allocation, ulong Available);

/// <summary>A place for volumes: a directory, a volume group, an iSCSI target … (<c>virStoragePoolPtr</c>).</summary>
public sealed class StoragePool : IDisposable
{
    internal StoragePool(Connection connection, StoragePoolHandle handle)
    {
        Connection = connection;
        Handle = handle;
    }

    internal StoragePoolHandle Handle { get; }

    public Connection Connection { get; }

    /// <summary>Gives the reference back (<c>virStoragePoolFree</c>).</summary>
    public void Dispose() => Handle.Dispose();

    /// <summary>The name; asks nobody (<c>virStoragePoolGetName</c>).</summary>
    public unsafe string Name
    {
        get
        {
            using var lease = Handle.Borrow();
            return Answers.Borrowed(NativeMethods.virStoragePoolGetName(lease.Pointer));
        }
    }

    /// <summary>The UUID; asks nobody (<c>virStoragePoolGetUUID</c>).</summary>
    public unsafe Guid Uuid
    {
        get
        {
            using var lease = Handle.Borrow();
            var bytes = stackalloc byte[16];
            Answers.Checked(NativeMethods.virStoragePoolGetUUID(lease.Pointer, bytes));
            return Answers.Uuid(new ReadOnlySpan<byte>(bytes, 16));
        }
    }

    /// <summary>The configuration (<c>virStoragePoolGetXMLDesc</c>).</summary>
    public unsafe string GetXml(StorageXmlFlags flags = StorageXmlFlags.None) => Answers.Owned(NativeMethods.virStoragePoolGetXMLDesc(Handle, (uint)flags));

    /// <summary>State and size (<c>virStoragePoolGetInfo</c>).</summary>
    public unsafe StoragePoolInfo GetInfo()
    {
        VirStoragePoolInfo info;
        Answers.Checked(NativeMethods.virStoragePoolGetInfo(Handle, &info));
        return new StoragePoolInfo((StoragePoolState)info.State, info.Capacity, info.Allocation, info.Available);
    }

    /// <summary>Whether it runs (<c>virStoragePoolIsActive</c>).</summary>
    public bool IsActive => Answers.Truth(NativeMethods.virStoragePoolIsActive(Handle));

    /// <summary>Whether it has a definition (<c>virStoragePoolIsPersistent</c>).</summary>
    public bool IsPersistent => Answers.Truth(NativeMethods.virStoragePoolIsPersistent(Handle));

    /// <summary>Whether it is started with the host (<c>virStoragePoolGetAutostart</c>, <c>virStoragePoolSetAutostart</c>).</summary>
    public unsafe bool Autostart
    {
        get
        {
            int autostart;
            Answers.Checked(NativeMethods.virStoragePoolGetAutostart(Handle, &autostart));
            return autostart != 0;
        }
        set => Answers.Checked(NativeMethods.virStoragePoolSetAutostart(Handle, value ? 1 : 0));
    }

    /// <summary>Makes what it stands on: a directory, a file system, a partition table (<c>virStoragePoolBuild</c>).</summary>
    public void Build(StoragePoolBuildFlags flags = StoragePoolBuildFlags.New) => Answers.Checked(NativeMethods.virStoragePoolBuild(Handle, (uint)flags));

    /// <summary>Starts it (<c>virStoragePoolCreate</c>).</summary>
    public void Create(StoragePoolCreateFlags flags = StoragePoolCreateFlags.Normal) => Answers.Checked(NativeMethods.virStoragePoolCreate(Handle, (uint)flags));

    /// <summary>Stops it; the data stays (<c>virStoragePoolDestroy</c>).</summary>
    public void Destroy() => Answers.Checked(NativeMethods.virStoragePoolDestroy(Handle));

    /// <summary>Deletes what it stands on; the data is gone (<c>virStoragePoolDelete</c>).</summary>
    public void Delete(StoragePoolDeleteFlags flags = StoragePoolDeleteFlags.Normal) => Answers.Checked(NativeMethods.virStoragePoolDelete(Handle, (uint)flags));

    /// <summary>Removes the definition (<c>virStoragePoolUndefine</c>).</summary>
    public void Undefine() => Answers.Checked(NativeMethods.virStoragePoolUndefine(Handle));

    /// <summary>Looks at the storage again (<c>virStoragePoolRefresh</c>).</summary>
    public void Refresh() => Answers.Checked(NativeMethods.virStoragePoolRefresh(Handle, 0));

    /// <summary>All volumes (<c>virStoragePoolListAllVolumes</c>). Each is to be disposed.</summary>
    /// <exception cref="LibvirtException"><see cref="ErrorCode.OperationInvalid"/>: the pool is not active.</exception>
    public unsafe StorageVolume[] ListAllVolumes()
    {
        nint* array = null;
        var count = NativeMethods.virStoragePoolListAllVolumes(Handle, &array, 0);
        return Answers.Owned<StorageVolumeHandle, StorageVolume>(count, array, handle => new StorageVolume(Connection, handle));
    }

    /// <summary>The volume with a name (<c>virStorageVolLookupByName</c>).</summary>
    /// <exception cref="LibvirtException"><see cref="ErrorCode.NoStorageVol"/>: there is none.</exception>
    public StorageVolume LookupVolume(string name) => new(Connection, Answers.Checked(NativeMethods.virStorageVolLookupByName(Handle, name)));

    /// <summary>Makes a volume (<c>virStorageVolCreateXML</c>).</summary>
    /// <exception cref="LibvirtException"><see cref="ErrorCode.StorageVolExist"/>: the name is taken.</exception>
    public StorageVolume CreateVolume(string xml, StorageVolumeCreateFlags flags = StorageVolumeCreateFlags.None) =>
        new(Connection, Answers.Checked(NativeMethods.virStorageVolCreateXML(Handle, xml, (uint)flags)));

    /// <summary>Makes a volume as a copy of another (<c>virStorageVolCreateXMLFrom</c>).</summary>
    public StorageVolume CreateVolume(string xml, StorageVolume source, StorageVolumeCreateFlags flags = StorageVolumeCreateFlags.None)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new(Connection, Answers.Checked(NativeMethods.virStorageVolCreateXMLFrom(Handle, xml, source.Handle, (uint)flags)));
    }

    public override string ToString() => Handle.IsClosed ? "storage pool (disposed)" : $"storage pool {Name}";
}
