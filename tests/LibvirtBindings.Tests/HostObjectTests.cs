namespace Libvirt.Tests;

public sealed class HostObjectTests : IDisposable
{
    private readonly Host host = new();

    private Connection C => host.Connection;

    public void Dispose() => host.Dispose();

    [Fact]
    public void Network_lives()
    {
        using var lan = C.LookupNetwork("lan");
        Assert.Equal(Guid.Parse("00000000-0000-0000-0000-00000000000a"), lan.Uuid);
        Assert.Equal("virbr7", lan.GetBridgeName());
        Assert.True(lan.IsActive);
        Assert.True(lan.IsPersistent);
        lan.Autostart = true;
        Assert.True(lan.Autostart);
        Assert.Contains("10.1.2.1", lan.GetXml(), StringComparison.Ordinal);
        lan.Destroy();
        Assert.False(lan.IsActive);
        lan.Undefine();
        Assert.Equal(ErrorCode.NoNetwork, Assert.Throws<LibvirtException>(() => C.LookupNetwork(Guid.Parse("00000000-0000-0000-0000-00000000000a"))).Code);

        using var defined = C.DefineNetwork("<network><name>n2</name><bridge name='virbr8'/></network>");
        Assert.False(defined.IsActive);
        defined.Create();
        using var transient = C.CreateNetwork("<network><name>n3</name><bridge name='virbr9'/></network>");
        Assert.False(transient.IsPersistent);
        var names = new List<string>();
        foreach (var network in C.ListAllNetworks(ListAllNetworksFlags.Active))
        {
            using (network)
            {
                names.Add(network.Name);
            }
        }
        Assert.Equal(["n2", "n3"], names.Order());
    }

    [Fact]
    public void Pool_and_volume_live()
    {
        using var pool = C.LookupStoragePool("images");
        Assert.Equal(Guid.Parse("00000000-0000-0000-0000-00000000000b"), pool.Uuid);
        Assert.True(pool.IsActive);
        var before = pool.GetInfo();
        Assert.Equal(StoragePoolState.Running, before.State);
        Assert.Equal(before.Capacity, before.Allocation + before.Available);

        using (var disk = pool.LookupVolume("disk1"))
        {
            Assert.Equal(new StorageVolumeInfo(StorageVolumeType.File, 100 << 20, 40 << 20), disk.GetInfo());
            Assert.Equal("/images/disk1", disk.GetPath());
            using var byPath = C.LookupStorageVolumeByPath("/images/disk1");
            using var byKey = C.LookupStorageVolumeByKey(disk.Key);
            Assert.Equal("disk1", byPath.Name);
            Assert.Equal("disk1", byKey.Name);
            using var home = disk.GetPool();
            Assert.Equal("images", home.Name);
            Assert.Contains("<name>disk1</name>", disk.GetXml(), StringComparison.Ordinal);
        }

        const string NewVolume = "<volume><name>disk2</name><capacity unit='MiB'>10</capacity><allocation unit='MiB'>10</allocation></volume>";
        using var made = pool.CreateVolume(NewVolume);
        Assert.Equal(10ul << 20, pool.GetInfo().Allocation - before.Allocation);
        Assert.Equal(ErrorCode.OperationFailed, Assert.Throws<LibvirtException>(() => pool.CreateVolume(NewVolume)).Code);
        var volumes = pool.ListAllVolumes();
        Assert.Equal(["disk1", "disk2"], volumes.Select(v => v.Name).Order());
        Array.ForEach(volumes, v => v.Dispose());
        made.Delete();
        Assert.Equal(ErrorCode.NoStorageVol, Assert.Throws<LibvirtException>(() => pool.LookupVolume("disk2")).Code);
    }

    [Fact]
    public void Pool_is_defined_built_started_and_removed()
    {
        using var pool = C.DefineStoragePool("<pool type='dir'><name>p</name><target><path>/p</path></target></pool>");
        Assert.False(pool.IsActive);
        Assert.True(pool.IsPersistent);
        pool.Build();
        pool.Create();
        pool.Refresh();
        Assert.True(pool.IsActive);
        pool.Autostart = true;
        Assert.True(pool.Autostart);
        Assert.Equal(ErrorCode.NoSupport, Assert.Throws<LibvirtException>(() => C.LookupStoragePoolByTargetPath("/p")).Code);
        pool.Destroy();
        pool.Delete();
        pool.Undefine();
        var pools = C.ListAllStoragePools();
        Assert.Equal(["images"], pools.Select(p => p.Name));
        Array.ForEach(pools, p => p.Dispose());
        Assert.Equal(ErrorCode.NoStoragePool, Assert.Throws<LibvirtException>(() => C.LookupStoragePool("p")).Code);
    }

    [Fact]
    public void Host_interface_is_found()
    {
        using var byName = C.LookupInterface("eth9");
        using var byMac = C.LookupInterfaceByMac("52:54:00:00:00:09");
        Assert.Equal("eth9", byMac.Name);
        Assert.Equal("52:54:00:00:00:09", byName.MacAddress);
        Assert.True(byName.IsActive);
        byName.Destroy();
        var inactive = C.ListAllInterfaces(ListAllInterfacesFlags.Inactive);
        Assert.Equal(["eth9"], inactive.Select(i => i.Name));
        Array.ForEach(inactive, i => i.Dispose());
        Assert.Equal(ErrorCode.NoInterface, Assert.Throws<LibvirtException>(() => C.LookupInterface("eth8")).Code);
    }

    [Fact]
    public void Node_device_is_found()
    {
        Assert.Equal(["computer"], C.ListNodeDeviceNames());
        Assert.Empty(C.ListNodeDeviceNames("net"));
        using var device = C.LookupNodeDevice("computer");
        Assert.Equal("computer", device.Name);
        Assert.Null(device.GetParent());
        Assert.Equal(["system"], device.ListCapabilities());
        Assert.Contains("<vendor>Test</vendor>", device.GetXml(), StringComparison.Ordinal);
        Assert.Equal(ErrorCode.NoNodeDevice, Assert.Throws<LibvirtException>(() => C.LookupNodeDevice("toaster")).Code);
    }
}
