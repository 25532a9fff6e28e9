namespace Xen.Cim.Hypervisor;

/// <summary>
/// Makes and removes storage pools, networks and volumes. Each call does all that it was asked, or takes back what it did
/// and fails with libvirt's own text.
/// </summary>
public interface IPoolConfiguration
{
    /// <summary>
    /// The types of storage pools that the host's libvirt has, in its words (virConnectGetStoragePoolCapabilities); null
    /// when the driver does not tell.
    /// </summary>
    IReadOnlyList<string>? GetStoragePoolTypes();

    /// <summary>Defines, builds, starts and marks a storage pool, as far as asked.</summary>
    /// <exception cref="HypervisorException">AlreadyExists: the name is taken; InvalidArgument, NotSupported, or libvirt's failure.</exception>
    StoragePool CreateStoragePool(NewStoragePool wish);

    /// <summary>Stops the pool and forgets it; what is on its storage stays.</summary>
    void RemoveStoragePool(Guid uuid);

    /// <summary>Starts or stops the pool, and has it started with the host or not; null leaves it.</summary>
    void SwitchStoragePool(Guid uuid, bool? active, bool? autostart);

    /// <summary>Makes a pool that is stopped, or is to be, of something else: all but its name and UUID. What is on its storage stays.</summary>
    /// <param name="active">Whether it is to run before (false: it is stopped first) or after (true: it is started then); null leaves it stopped.</param>
    /// <exception cref="HypervisorException">InvalidState: it is started, and not to be stopped; or it is transient.</exception>
    void ChangeStoragePool(Guid uuid, NewStoragePool wish, bool? active, bool? autostart);

    /// <summary>Defines, starts and marks a network, as far as asked.</summary>
    /// <exception cref="HypervisorException">AlreadyExists: the name is taken; InvalidArgument, NotSupported, or libvirt's failure.</exception>
    VirtualNetwork CreateNetwork(NewNetwork wish);

    /// <summary>Stops the network and forgets it.</summary>
    void RemoveNetwork(Guid uuid);

    /// <summary>Starts or stops the network, and has it started with the host or not; null leaves it.</summary>
    void SwitchNetwork(Guid uuid, bool? active, bool? autostart);

    /// <summary>Makes a network that is stopped, or is to be, another one: all but its name and UUID.</summary>
    /// <inheritdoc cref="ChangeStoragePool" path="/param|/exception"/>
    void ChangeNetwork(Guid uuid, NewNetwork wish, bool? active, bool? autostart);

    /// <summary>Lets a network forward to more interfaces of the host, or to fewer (virNetworkUpdate).</summary>
    void ChangeForwardDevices(Guid uuid, IReadOnlyList<string> devices, bool add);

    /// <summary>Makes a volume; one that takes its space at once takes its time.</summary>
    /// <exception cref="HypervisorException">AlreadyExists: the name is taken; InvalidState: the pool is not active.</exception>
    StorageVolume CreateVolume(string pool, NewVolume wish);

    /// <summary>Gives a volume another size, in bytes.</summary>
    /// <param name="shrink">Whether it may become smaller, which cuts off what is behind the new end.</param>
    void ResizeVolume(string pool, string volume, ulong capacity, bool shrink);

    /// <summary>Deletes a volume with its data.</summary>
    void DeleteVolume(string pool, string volume);
}
