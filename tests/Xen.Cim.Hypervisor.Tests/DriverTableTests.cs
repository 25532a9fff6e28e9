using Libvirt;
using Xunit;

namespace Xen.Cim.Hypervisor.Tests;

public sealed class DriverTableTests
{
    private const string ProbeUuid = "77777777-0000-4000-8000-000000000001";

    [Fact]
    public void The_document_says_what_the_table_says()
    {
        var file = Path.Combine(Root(), "docs", "drivers.md");
        if (Environment.GetEnvironmentVariable("XEN_CIM_UPDATE_DOCS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, DriverTable.ToMarkdown());
        }

        Assert.Equal(DriverTable.ToMarkdown(), File.ReadAllText(file));
    }

    [Fact]
    public void The_test_driver_does_what_the_table_says()
    {
        using var connection = Connection.Open("test:///default");
        Assert.Equal(Missing(HypervisorDriver.Test), Refused(connection, "test"));
    }

    [Fact]
    public void Qemus_driver_does_what_the_table_says()
    {
        using var daemon = Daemon.StartOrSkip();
        Connection connection;
        try
        {
            connection = Connection.Open(daemon.QemuUri);
        }
        catch (LibvirtException e)
        {
            Assert.Skip($"QEMU's driver is not there: {e.Message}");
            return;
        }
        using (connection)
            Assert.Equal(Missing(HypervisorDriver.Qemu), Refused(connection, "qemu"));
    }

    [Fact]
    public void What_a_driver_refuses_is_not_offered_again()
    {
        using var hypervisor = SmallHost.Open();
        Assert.False(hypervisor.Supports(HypervisorOperation.AttachDevice));
        Assert.True(hypervisor.Supports(HypervisorOperation.Reset));

        var error = Assert.Throws<HypervisorException>(() => hypervisor.AttachDevice(SmallHost.Web,
            DomainDevice.Parse("<disk type='file' device='disk'><source file='/images/web.img'/><target dev='xvdb' bus='xen'/></disk>")));

        Assert.Equal(HypervisorError.NotSupported, error.Error);
        Assert.Contains("xvdb", error.Message, StringComparison.Ordinal);
    }

    private static List<HypervisorOperation> Missing(HypervisorDriver driver) =>
        [.. Enum.GetValues<HypervisorOperation>().Where(operation => !DriverTable.Has(driver, operation))];

    /// <summary>
    /// Tries every operation on a guest that is off and may not even start: only VIR_ERR_NO_SUPPORT counts, which comes
    /// before the driver looks at anything.
    /// </summary>
    private static List<HypervisorOperation> Refused(Connection connection, string type)
    {
        using var guest = connection.DefineDomain(
            $"<domain type='{type}'><name>probe</name><uuid>{ProbeUuid}</uuid><memory>65536</memory><vcpu>1</vcpu><os><type arch='x86_64'>hvm</type></os></domain>");
        const string Disk = "<disk type='file' device='cdrom'><target dev='sdz' bus='sata'/></disk>";
        (HypervisorOperation Operation, Action Try)[] attempts =
        [
            (HypervisorOperation.Pause, guest.Suspend),
            (HypervisorOperation.Resume, guest.Resume),
            (HypervisorOperation.Shutdown, () => guest.Shutdown()),
            (HypervisorOperation.Reboot, () => guest.Reboot()),
            (HypervisorOperation.Reset, guest.Reset),
            (HypervisorOperation.Save, () => guest.ManagedSave()),
            (HypervisorOperation.Autostart, () => guest.Autostart = false),
            (HypervisorOperation.AttachDevice, () => guest.AttachDevice(Disk, DomainDeviceModifyFlags.Live)),
            (HypervisorOperation.DetachDevice, () => guest.DetachDevice(Disk, DomainDeviceModifyFlags.Live)),
            (HypervisorOperation.UpdateDevice, () => guest.UpdateDevice(Disk, DomainDeviceModifyFlags.Live)),
            (HypervisorOperation.SetMemoryLive, () => guest.SetMemory(65536, DomainMemoryModFlags.Live)),
            (HypervisorOperation.SetProcessorsLive, () => guest.SetVcpuCount(1, DomainVcpuFlags.Live)),
            (HypervisorOperation.PinProcessorsLive, () => guest.PinVcpu(0, CpuMap.Of(0))),
            (HypervisorOperation.SetSchedulerLive, () => guest.SetSchedulerParameters([TypedParameter.UInt("weight", 50)])),
            (HypervisorOperation.LimitDisksLive, () => guest.SetBlockIoTune("sda", [TypedParameter.UInt64("total_iops_sec", 1)], DomainModificationImpact.Live)),
            (HypervisorOperation.SetNumaNodesLive, () => guest.SetNumaParameters([TypedParameter.String("numa_nodeset", "0")], DomainModificationImpact.Live)),
            (HypervisorOperation.SetStatisticsPeriodLive, () => guest.SetMemoryStatsPeriod(1, DomainMemoryModFlags.Live)),
            (HypervisorOperation.SetEndLive, () => guest.SetLifecycleAction(DomainLifecycle.Crash, DomainLifecycleAction.Destroy, DomainModificationImpact.Live)),
            (HypervisorOperation.Snapshot, () => guest.CreateSnapshot("<domainsnapshot/>").Dispose()),
            (HypervisorOperation.Migrate, () => guest.Migrate(connection, DomainMigrateFlags.Live).Dispose()),
            (HypervisorOperation.AbortJob, guest.AbortJob),
            (HypervisorOperation.Rename, () => guest.Rename("probe-renamed")),
            (HypervisorOperation.StoragePools, () => connection.DefineStoragePool(Pool).Undefine()),
            (HypervisorOperation.Networks, () => connection.DefineNetwork("<network><name>probe</name></network>").Undefine()),
            (HypervisorOperation.Volumes, () => InPool(connection, pool => pool.CreateVolume(Volume).Delete())),
            (HypervisorOperation.ResizeVolume, () => InPool(connection, pool =>
            {
                using var volume = pool.CreateVolume(Volume);
                try
                {
                    volume.Resize(2 * 1024 * 1024);
                }
                finally
                {
                    volume.Delete();
                }
            })),
            (HypervisorOperation.Start, () => guest.Create()),
            (HypervisorOperation.Destroy, () => guest.Destroy()),
            (HypervisorOperation.Undefine, () => guest.Undefine(DomainUndefineFlags.SnapshotsMetadata)),
        ];
        var refused = new List<HypervisorOperation>();
        foreach (var (operation, attempt) in attempts)
        {
            try
            {
                attempt();
            }
            catch (LibvirtException e) when (e.Code == ErrorCode.NoSupport)
            {
                refused.Add(operation);
            }
            catch (LibvirtException)
            {
                // The driver has it, and refuses this guest.
            }
        }
        refused.Sort();
        return refused;
    }

    private const string Pool = "<pool type='dir'><name>probe</name><target><path>/probe</path></target></pool>";
    private const string Volume = "<volume><name>probe.img</name><capacity>1048576</capacity></volume>";

    private static void InPool(Connection connection, Action<Libvirt.StoragePool> probe)
    {
        // The daemon may be somebody else.
        var folder = Directory.CreateTempSubdirectory("probe");
        File.SetUnixFileMode(folder.FullName, (UnixFileMode)0x1ff);
        using var pool = connection.CreateStoragePool(Pool.Replace("/probe", folder.FullName, StringComparison.Ordinal));
        try
        {
            probe(pool);
        }
        finally
        {
            pool.Destroy();
            folder.Delete(recursive: true);
        }
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Xen.Cim.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run outside the repository");
        return folder;
    }
}
