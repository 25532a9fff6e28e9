using Libvirt.Native;

namespace Libvirt;

public sealed partial class Connection
{
    /// <summary>All storage pools that match (<c>virConnectListAllStoragePools</c>). Each is to be disposed.</summary>
    public unsafe StoragePool[] ListAllStoragePools(ListAllStoragePoolsFlags flags = ListAllStoragePoolsFlags.None)
    {
        nint* array = null;
        var count = NativeMethods.virConnectListAllStoragePools(Handle, &array, (uint)flags);
        return Answers.Owned<StoragePoolHandle, StoragePool>(count, array, handle => new StoragePool(this, handle));
    }

    /// <summary>The pool with a name (<c>virStoragePoolLookupByName</c>).</summary>
    /// <exception cref="LibvirtException"><see cref="ErrorCode.NoStoragePool"/>: there is none.</exception>
    public StoragePool LookupStoragePool(string name) => new(this, Answers.Checked(NativeMethods.virStoragePoolLookupByName(Handle, name)));

    /// <summary>The pool with a UUID (<c>virStoragePoolLookupByUUID</c>).</summary>
    /// <exception cref="LibvirtException"><see cref="ErrorCode.NoStoragePool"/>: there is none.</exception>
    public unsafe StoragePool LookupStoragePool(Guid uuid)
    {
        fixed (byte* bytes = Answers.Uuid(uuid))
        {
            return new StoragePool(this, Answers.Checked(NativeMethods.virStoragePoolLookupByUUID(Handle, bytes)));
        }
    }

    /// <summary>The pool whose target is a path (<c>virStoragePoolLookupByTargetPath</c>).</summary>
    /// <exception cref="LibvirtException"><see cref="ErrorCode.NoStoragePool"/>: there is none.</exception>
    public StoragePool LookupStoragePoolByTargetPath(string path) => new(this, Answers.Checked(NativeMethods.virStoragePoolLookupByTargetPath(Handle, path)));

    /// <summary>Defines a pool, inactive (<c>virStoragePoolDefineXML</c>).</summary>
    public StoragePool DefineStoragePool(string xml) => new(this, Answers.Checked(NativeMethods.virStoragePoolDefineXML(Handle, xml, 0)));

    /// <summary>Starts a transient pool (<c>virStoragePoolCreateXML</c>).</summary>
    public StoragePool CreateStoragePool(string xml, StoragePoolCreateFlags flags = StoragePoolCreateFlags.Normal) =>
        new(this, Answers.Checked(NativeMethods.virStoragePoolCreateXML(Handle, xml, (uint)flags)));

    /// <summary>What a pool could be made from, as XML (<c>virConnectFindStoragePoolSources</c>).</summary>
    /// <param name="type">Pool type, such as <c>netfs</c> or <c>logical</c>.</param>
    /// <param name="source">Where to look, as XML; null where the type needs nothing.</param>
    public unsafe string FindStoragePoolSources(string type, string? source = null) =>
        Answers.Owned(NativeMethods.virConnectFindStoragePoolSources(Handle, type, source, 0));

    /// <summary>Which types of pools the host's libvirt has, as XML (<c>virConnectGetStoragePoolCapabilities</c>).</summary>
    /// <exception cref="LibvirtException"><see cref="ErrorCode.NoSupport"/>: the driver does not tell.</exception>
    public unsafe string GetStoragePoolCapabilities() => Answers.Owned(NativeMethods.virConnectGetStoragePoolCapabilities(Handle, 0));

    /// <summary>The volume with a key (<c>virStorageVolLookupByKey</c>).</summary>
    /// <exception cref="LibvirtException"><see cref="ErrorCode.NoStorageVol"/>: there is none.</exception>
    public StorageVolume LookupStorageVolumeByKey(string key) => new(this, Answers.Checked(NativeMethods.virStorageVolLookupByKey(Handle, key)));

    /// <summary>The volume with a path (<c>virStorageVolLookupByPath</c>).</summary>
    /// <exception cref="LibvirtException"><see cref="ErrorCode.NoStorageVol"/>: there is none.</exception>
    public StorageVolume LookupStorageVolumeByPath(string path) => new(this, Answers.Checked(NativeMethods.virStorageVolLookupByPath(Handle, path)));
}
