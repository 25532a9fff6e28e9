using Libvirt.Native;

namespace Libvirt;

/// <summary>Kind and size of a volume, in bytes (<c>virStorageVolInfo</c>).</summary>
public readonly record struct StorageVolumeInfo(StorageVolumeType Type, ulong Capacity, ulong Allocation);

/// <summary>A volume of a storage pool (<c>virStorageVolPtr</c>).</summary>
public sealed class StorageVolume : IDisposable
{
    internal StorageVolume(Connection connection, StorageVolumeHandle handle)
    {
        Connection = connection;
        Handle = handle;
    }

    internal StorageVolumeHandle Handle { get; }

    public Connection Connection { get; }

    /// <summary>Gives the reference back (<c>virStorageVolFree</c>).</summary>
    public void Dispose() => Handle.Dispose();

    /// <summary>Unique in its pool; asks nobody (<c>virStorageVolGetName</c>).</summary>
    public unsafe string Name
    {
        get
        {
            using var lease = Handle.Borrow();
            return Answers.Borrowed(NativeMethods.virStorageVolGetName(lease.Pointer));
        }
    }

    /// <summary>Unique on the host; asks nobody (<c>virStorageVolGetKey</c>).</summary>
    public unsafe string Key
    {
        get
        {
            using var lease = Handle.Borrow();
            return Answers.Borrowed(NativeMethods.virStorageVolGetKey(lease.Pointer));
        }
    }

    /// <summary>The path on the host (<c>virStorageVolGetPath</c>).</summary>
    public unsafe string GetPath() => Answers.Owned(NativeMethods.virStorageVolGetPath(Handle));

    /// <summary>The configuration (<c>virStorageVolGetXMLDesc</c>).</summary>
    public unsafe string GetXml() => Answers.Owned(NativeMethods.virStorageVolGetXMLDesc(Handle, 0));

    /// <summary>The pool that it is in (<c>virStoragePoolLookupByVolume</c>).</summary>
    public StoragePool GetPool() => new(Connection, Answers.Checked(NativeMethods.virStoragePoolLookupByVolume(Handle)));

    /// <summary>Kind and size (<c>virStorageVolGetInfoFlags</c>).</summary>
    public unsafe StorageVolumeInfo GetInfo(StorageVolumeInfoFlags flags = StorageVolumeInfoFlags.UseAllocation)
    {
        VirStorageVolumeInfo info;
        // A driver may have only the form without flags.
        Answers.Checked(flags == StorageVolumeInfoFlags.UseAllocation
            ? NativeMethods.virStorageVolGetInfo(Handle, &info)
            : NativeMethods.virStorageVolGetInfoFlags(Handle, &info, (uint)flags));
        return new StorageVolumeInfo((StorageVolumeType)info.Type, info.Capacity, info.Allocation);
    }

    /// <summary>Changes the size, in bytes (<c>virStorageVolResize</c>).</summary>
    public void Resize(ulong capacity, StorageVolumeResizeFlags flags = StorageVolumeResizeFlags.None) =>
        Answers.Checked(NativeMethods.virStorageVolResize(Handle, capacity, (uint)flags));

    /// <summary>Deletes it; the data is gone (<c>virStorageVolDelete</c>).</summary>
    public void Delete(StorageVolumeDeleteFlags flags = StorageVolumeDeleteFlags.Normal) => Answers.Checked(NativeMethods.virStorageVolDelete(Handle, (uint)flags));

    /// <summary>Overwrites it (<c>virStorageVolWipePattern</c>).</summary>
    public void Wipe(StorageVolumeWipeAlgorithm algorithm = StorageVolumeWipeAlgorithm.Zero) =>
        Answers.Checked(NativeMethods.virStorageVolWipePattern(Handle, (uint)algorithm, 0));

    /// <summary>Copies its content here (<c>virStorageVolDownload</c>).</summary>
    /// <param name="target">Where it goes.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Number of bytes; 0 for all.</param>
    public void Download(System.IO.Stream target, ulong offset = 0, ulong length = 0)
    {
        ArgumentNullException.ThrowIfNull(target);
        using var stream = new LibvirtStream(Connection);
        Answers.Checked(NativeMethods.virStorageVolDownload(Handle, stream.Handle, offset, length, 0));
        stream.CopyTo(target);
        stream.Finish();
    }

    /// <summary>Overwrites its content (<c>virStorageVolUpload</c>).</summary>
    /// <param name="source">What goes there.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Number of bytes; 0 for all there are.</param>
    public void Upload(System.IO.Stream source, ulong offset = 0, ulong length = 0)
    {
        ArgumentNullException.ThrowIfNull(source);
        using var stream = new LibvirtStream(Connection);
        Answers.Checked(NativeMethods.virStorageVolUpload(Handle, stream.Handle, offset, length, 0));
        source.CopyTo(stream);
        stream.Finish();
    }

    public override string ToString() => Handle.IsClosed ? "storage volume (disposed)" : $"storage volume {Name}";
}
