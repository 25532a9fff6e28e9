using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Libvirt.Tests;

/// <summary>A daemon with a software-emulated guest that has a disk and no system: what the simulated host cannot do.</summary>
public sealed class QemuHost : IDisposable
{
    private readonly Daemon? daemon;

    public QemuHost()
    {
        if (!Daemon.IsInstalled || !File.Exists("/usr/bin/qemu-system-x86_64"))
            return;
        daemon = new Daemon();
        using var c = Connection.Open(daemon.QemuUri);
        // The daemon is another user, and makes what it is to own itself.
        using var pool = c.DefineStoragePool($"<pool type='dir'><name>images</name><target><path>{daemon.Folder}/images</path></target></pool>");
        pool.Build();
        pool.Create();
        using var disk = pool.CreateVolume("<volume><name>disk</name><capacity>1048576</capacity></volume>");
        using var extra = pool.CreateVolume("<volume><name>extra</name><capacity>65536</capacity></volume>");
        using var guest = c.DefineDomain($"""
            <domain type='qemu'><name>guest</name><memory unit='MiB'>64</memory><vcpu current='1'>2</vcpu>
              <os><type arch='x86_64'>hvm</type></os>
              <features><acpi/></features>
              <devices>
                <emulator>/usr/bin/qemu-system-x86_64</emulator>
                <disk type='file'><driver name='qemu' type='raw'/><source file='{disk.GetPath()}'/><target dev='vda' bus='virtio'/></disk>
                <memballoon model='virtio'/>
              </devices>
            </domain>
            """);
        guest.Create();
    }

    public Connection Open()
    {
        Assert.SkipWhen(daemon is null, "libvirtd or qemu-system-x86_64 is not installed");
        return Connection.Open(daemon.QemuUri);
    }

    public void Dispose()
    {
        if (daemon is null)
            return;
        using (var c = Connection.Open(daemon.QemuUri))
        {
            foreach (var domain in c.ListAllDomains(ListAllDomainsFlags.Active))
            {
                using (domain)
                {
                    domain.Destroy();
                }
            }
        }
        daemon.Dispose();
    }
}

public class QemuTests(QemuHost host) : IClassFixture<QemuHost>
{
    [Fact]
    public void Bulk_statistics_have_every_kind_of_value()
    {
        using var c = host.Open();
        var record = c.GetAllDomainStats(DomainStatsTypes.State | DomainStatsTypes.Balloon | DomainStatsTypes.Block | DomainStatsTypes.Vcpu, GetAllDomainStatsFlags.Active).Single(r => r.Domain.Name == "guest");
        Assert.NotNull(record.Domain.Id);
        Assert.Equal(65536ul, record.Parameters.GetUInt64("balloon.maximum"));
        Assert.Equal("vda", record.Parameters.GetString("block.0.name"));
        Assert.Equal(1048576ul, record.Parameters.GetUInt64("block.0.capacity"));
        Assert.Equal(2ul, record.Parameters.GetUInt64("vcpu.maximum"));
        Assert.Null(record.Parameters.Find("nothing"));
    }

    [Fact]
    public void Host_is_told_by_the_daemon()
    {
        using var c = host.Open();
        Assert.Equal("QEMU", c.DriverType);
        Assert.Contains("<domainCapabilities>", c.GetDomainCapabilities("/usr/bin/qemu-system-x86_64", "x86_64", null, "qemu"), StringComparison.Ordinal);
        var node = c.GetNodeInfo();
        Assert.Equal(Environment.ProcessorCount, node.Cpus);
        Assert.Equal(ProcMemInfo("MemTotal"), c.GetMemoryStats()["total"]);
        Assert.Contains("kernel", c.GetCpuStats().Keys);
        Assert.Contains("qemu64", c.GetCpuModelNames("x86_64"));
        Assert.InRange(c.GetFreeMemory(), 1ul, ProcMemInfo("MemTotal") * 1024);

        static ulong ProcMemInfo(string key) => ulong.Parse(
            File.ReadLines("/proc/meminfo").Single(l => l.StartsWith(key + ":", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
            System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Disk_is_measured_and_limited()
    {
        using var c = host.Open();
        using var d = c.LookupDomain("guest");
        var info = d.GetBlockInfo("vda");
        Assert.Equal(1048576ul, info.Capacity);
        Assert.Equal(1048576ul, info.Physical);
        Assert.NotNull(d.GetBlockStatsParameters("vda").GetInt64("rd_operations"));
        Assert.InRange(d.GetBlockStats("vda").ReadBytes, 0, long.MaxValue);
        Assert.Empty(d.GetDiskErrors());
        Assert.Null(d.GetBlockJobInfo("vda"));

        var tuned = new ConcurrentQueue<TypedParameters>();
        using var subscription = c.OnDomainTunable(e => tuned.Enqueue(e.Parameters), d);
        d.SetBlockIoTune("vda", [TypedParameter.UInt64("read_bytes_sec", 1 << 20), TypedParameter.String("group_name", "grün")], DomainModificationImpact.Live);
        var tune = d.GetBlockIoTune("vda", DomainModificationImpact.Live);
        Assert.Equal(1ul << 20, tune.GetUInt64("read_bytes_sec"));
        Assert.Equal("grün", tune.GetString("group_name"));
        Eventually.True(() => !tuned.IsEmpty, "the tunable event");
        Assert.Equal("vda", tuned.First().GetString("blkdeviotune.disk"));
    }

    [Fact]
    public void Device_is_added_with_an_event_and_removed_from_the_definition()
    {
        using var c = host.Open();
        using var d = c.LookupDomain("guest");
        using var pool = c.LookupStoragePool("images");
        using var extra = pool.LookupVolume("extra");
        var added = new ConcurrentQueue<DomainDeviceEvent>();
        using var subscription = c.OnDomainDeviceAdded(added.Enqueue);
        var disk = $"<disk type='file'><driver name='qemu' type='raw'/><source file='{extra.GetPath()}'/><target dev='vdb' bus='virtio'/></disk>";
        d.AttachDevice(disk, DomainDeviceModifyFlags.Live | DomainDeviceModifyFlags.Config);
        Eventually.True(() => !added.IsEmpty, "the device event");
        Assert.StartsWith("virtio-disk", added.Single().DeviceAlias, StringComparison.Ordinal);
        Assert.Contains("'vdb'", d.GetXml(), StringComparison.Ordinal);
        Assert.Contains("'vdb'", d.GetXml(DomainXmlFlags.Inactive), StringComparison.Ordinal);
        d.DetachDevice(disk, DomainDeviceModifyFlags.Config);
        Assert.DoesNotContain("'vdb'", d.GetXml(DomainXmlFlags.Inactive), StringComparison.Ordinal);
        var e = Assert.Throws<LibvirtException>(() => d.DetachDevice(disk, DomainDeviceModifyFlags.Config));
        Assert.Equal(ErrorCode.DeviceMissing, e.Code);
        Assert.Equal(ErrorCode.ConfigUnsupported, Assert.Throws<LibvirtException>(() => d.AttachDevice("<teapot/>")).Code);
    }

    [Fact]
    public void Job_ends_with_an_event_and_statistics()
    {
        using var c = host.Open();
        using var d = c.DefineDomain("""
            <domain type='qemu'><name>job</name><memory unit='MiB'>32</memory><os><type arch='x86_64'>hvm</type></os>
              <devices><emulator>/usr/bin/qemu-system-x86_64</emulator></devices></domain>
            """);
        d.Create(DomainCreateFlags.StartPaused);
        Assert.Equal(DomainState.Paused, d.GetState().State);
        Assert.Equal(DomainJobType.None, d.GetJobInfo().Type);
        Assert.Equal(DomainJobType.None, d.GetJobStats().Type);
        Assert.Equal(ErrorCode.OperationInvalid, Assert.Throws<LibvirtException>(d.AbortJob).Code);
        Assert.Equal(DomainControlState.Ok, d.GetControlInfo().State);
        var unreachable = Assert.Throws<LibvirtException>(() => d.MigrateToUri(
            "qemu+unix:///session?socket=/nowhere/else", DomainMigrateFlags.PeerToPeer | DomainMigrateFlags.Live, TypedParameter.UInt64(MigrationParameterNames.Bandwidth, 10)));
        Assert.Contains("/nowhere/else", unreachable.Message, StringComparison.Ordinal);
        // Against itself the parameters are read, and the unknown one is named.
        var unknown = Assert.Throws<LibvirtException>(() => d.Migrate(c, DomainMigrateFlags.Live, TypedParameter.UInt64("nosuch", 1)));
        Assert.Contains("nosuch", unknown.Message, StringComparison.Ordinal);
        var ended = new ConcurrentQueue<DomainParametersEvent>();
        using var subscription = c.OnDomainJobCompleted(ended.Enqueue, d);
        d.ManagedSave();
        Eventually.True(() => !ended.IsEmpty, "the end of the job");
        Assert.Equal((long)DomainJobOperation.Save, ended.First().Parameters.GetInt64("operation"));
        Assert.InRange(ended.First().Parameters.GetUInt64("memory_total")!.Value, 32ul << 20, ulong.MaxValue);
        Assert.True(d.HasManagedSave);
        d.Undefine(DomainUndefineFlags.ManagedSave);
    }

    [Fact]
    public void Volume_is_filled_read_resized_and_wiped()
    {
        using var c = host.Open();
        using var pool = c.LookupStoragePool("images");
        using var volume = pool.CreateVolume("<volume><name>data</name><capacity>1000000</capacity></volume>");
        var content = RandomNumberGenerator.GetBytes(1_000_000);
        using (var source = new MemoryStream(content))
        {
            volume.Upload(source);
        }
        using (var target = new MemoryStream())
        {
            volume.Download(target);
            Assert.Equal(content, target.ToArray());
        }
        using (var part = new MemoryStream())
        {
            volume.Download(part, 1000, 10);
            Assert.Equal(content[1000..1010], part.ToArray());
        }
        Assert.Equal(ErrorCode.StorageVolExist, Assert.Throws<LibvirtException>(() => pool.CreateVolume("<volume><name>data</name><capacity>1</capacity></volume>")).Code);
        using (var copy = pool.CreateVolume("<volume><name>copy</name><capacity>1000000</capacity></volume>", volume))
        using (var target = new MemoryStream())
        {
            copy.Download(target);
            Assert.Equal(content, target.ToArray());
            copy.Delete();
        }
        volume.Wipe();
        using (var target = new MemoryStream())
        {
            volume.Download(target);
            Assert.All(target.ToArray(), b => Assert.Equal(0, b));
        }
        volume.Resize(2_000_000);
        Assert.Equal(2_000_000ul, volume.GetInfo().Capacity);
        using (var found = c.LookupStoragePoolByTargetPath(Path.GetDirectoryName(volume.GetPath())!))
        {
            Assert.Equal("images", found.Name);
        }
        volume.Delete();
    }

    [Fact]
    public void Abandoned_transfer_gives_the_connection_back()
    {
        var c = host.Open();
        using (var pool = c.LookupStoragePool("images"))
        using (var disk = pool.LookupVolume("disk"))
        using (var broken = new Broken())
        {
            Assert.Throws<IOException>(() => disk.Download(broken));
        }
        Assert.Equal(0, c.Close());
    }

    private sealed class Broken : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("the target is full");

        public override void Write(byte[] buffer, int offset, int count) => throw new IOException("the target is full");
    }
}
