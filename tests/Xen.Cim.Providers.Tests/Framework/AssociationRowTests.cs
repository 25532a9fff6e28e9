using Moq;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;

namespace Xen.Cim.Providers.Tests.Framework;

/// <summary>Every row of the table of associations: the same links from both ends, with every combination of filters.</summary>
public sealed class AssociationRowTests : ProviderTest
{
    private static readonly CimObjectPath s_pools = Path("Xen_ResourcePoolConfigurationService", ("SystemCreationClassName", "Xen_HostComputerSystem"),
        ("SystemName", "xenhost.example"), ("CreationClassName", "Xen_ResourcePoolConfigurationService"), ("Name", "ResourcePoolConfigurationService"));

    private static readonly CimObjectPath s_migration = Path("Xen_VirtualSystemMigrationService", ("SystemCreationClassName", "Xen_HostComputerSystem"),
        ("SystemName", "xenhost.example"), ("CreationClassName", "Xen_VirtualSystemMigrationService"), ("Name", "VirtualSystemMigrationService"));

    private static readonly CimObjectPath s_snapshots = Path("Xen_VirtualSystemSnapshotService", ("SystemCreationClassName", "Xen_HostComputerSystem"),
        ("SystemName", "xenhost.example"), ("CreationClassName", "Xen_VirtualSystemSnapshotService"), ("Name", "VirtualSystemSnapshotService"));

    /// <summary>Of each kind a device that is there in both configurations, or in one of them: until the next start, or with it.</summary>
    private const string Devices = """
        <disk type='block' device='disk'><source dev='/dev/nvme0n1p2'/><target dev='xvda' bus='xen'/></disk>
        <interface type='network'><mac address='00:16:3e:00:00:91'/><source network='lan'/></interface>
        <controller type='scsi' index='0' model='lsilogic'/>
        <controller type='usb' index='0' model='piix3-uhci'/>
        <controller type='virtio-serial' index='0'/>
        <serial type='pty'><target port='0'/></serial>
        <watchdog model='i6300esb' action='reset'/>
        <rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>
        <input type='tablet' bus='usb'/>
        <graphics type='vnc' port='-1' autoport='yes'/>
        <hostdev mode='subsystem' type='pci' managed='yes'><source><address domain='0x0000' bus='0x05' slot='0x00' function='0x0'/></source></hostdev>
        """;

    private static readonly Guid s_pending = new("7a1c3d52-0000-4000-8000-000000000091");
    private static readonly Guid s_plugged = new("7a1c3d52-0000-4000-8000-000000000093");
    private static readonly Guid s_same = new("7a1c3d52-0000-4000-8000-000000000092");

    // Every guest has processors and memory in both configurations.
    private static readonly string[] s_neverNew = ["Xen_ProcessorRASD", "Xen_MemoryRASD"];

    private readonly ManualResetEventSlim _go = new();

    public AssociationRowTests()
    {
        Host.Add(new Guest { Uuid = s_pending, Name = "pending", Id = 21, State = GuestState.Running }, WithDevices("pending", s_pending), Samples.SmallXml("pending", s_pending));
        Host.Add(new Guest { Uuid = s_plugged, Name = "plugged", Id = 22, State = GuestState.Running }, Samples.SmallXml("plugged", s_plugged), WithDevices("plugged", s_plugged));
        Host.Add(new Guest { Uuid = s_same, Name = "same", State = GuestState.Off }, WithDevices("same", s_same), null);
        Host.Statistics.HostTells = true;
    }

    private static string WithDevices(string name, Guid uuid) => Samples.SmallXml(name, uuid).Replace("</devices>", Devices + "</devices>", StringComparison.Ordinal);

    private static bool CanHaveLinks(Association row) => row.Layout.ClassName != "Xen_ElementSettingData" || row.Left.Layout == row.Right.Layout || !s_neverNew.Contains(row.Right.Layout.ClassName);

    internal override ProviderOptions Options => base.Options with { InCallWait = TimeSpan.FromMilliseconds(20) };

    [Fact]
    public void Each_row_has_links_and_the_same_from_both_ends()
    {
        StartJobs();
        try
        {
            var faults = new List<string>();
            foreach (var row in Provider.Associations)
            {
                var all = Pairs(row.AllLinks());
                var fromLeft = Pairs(Names(row.Left).SelectMany(l => row.LinksOf(l, fromLeft: true)));
                var fromRight = Pairs(Names(row.Right).SelectMany(r => row.LinksOf(r, fromLeft: false)));
                if (all.Count == 0 && CanHaveLinks(row))
                    faults.Add($"{NameOf(row)}: no link");
                faults.AddRange(fromLeft.Except(all).Select(p => $"{NameOf(row)}: only from the left: {p}"));
                faults.AddRange(fromRight.Except(all).Select(p => $"{NameOf(row)}: only from the right: {p}"));
                faults.AddRange(all.Except(fromLeft).Select(p => $"{NameOf(row)}: not from the left: {p}"));
                faults.AddRange(all.Except(fromRight).Select(p => $"{NameOf(row)}: not from the right: {p}"));
            }
            Assert.True(faults.Count == 0, string.Join('\n', faults));
        }
        finally
        {
            _go.Set();
        }
    }

    [Fact]
    public void Each_row_is_found_with_every_combination_of_filters_that_fits_and_with_no_other()
    {
        StartJobs();
        try
        {
            foreach (var row in Provider.Associations.Where(CanHaveLinks))
            {
                var link = row.AllLinks().First();
                Check(row, link.Left, row.LeftRole, link.Right, row.RightRole, link.PathIn(row.Left.Namespace));
                Check(row, link.Right, row.RightRole, link.Left, row.LeftRole, link.PathIn(row.Right.Namespace));
            }
        }
        finally
        {
            _go.Set();
        }
    }

    private void Check(Association row, CimObjectPath near, string nearRole, CimObjectPath far, string farRole, CimObjectPath link)
    {
        var request = Request with { Namespace = near.Namespace! };
        for (var fits = 0; fits < 16; fits++)
        {
            var filter = new AssociationFilter((fits & 1) != 0 ? row.Layout.ClassName : null, (fits & 2) != 0 ? far.ClassName : null, (fits & 4) != 0 ? nearRole : null, (fits & 8) != 0 ? farRole : null);
            Assert.True(Provider.AssociatorNames(request, near, filter).Contains(far), $"{NameOf(row)}: {far} is not among the associators of {near} with {filter}.");
            Assert.True(Provider.Associators(request, near, filter).Any(i => far.Equals(i.Path)), $"{NameOf(row)}: the instance {far} is not among the associators of {near} with {filter}.");
        }
        for (var fits = 0; fits < 4; fits++)
        {
            var filter = new AssociationFilter((fits & 1) != 0 ? row.Layout.ClassName : null, null, (fits & 2) != 0 ? nearRole : null);
            Assert.Contains(link, Provider.ReferenceNames(request, near, filter));
            Assert.Contains(link, Provider.References(request, near, filter).Select(i => i.Path!));
        }
        // What is at both ends of a class has links of the other direction.
        var between = Provider.Associations.Where(r => r.Layout == row.Layout && r.Left.Layout == row.Right.Layout && r.Right.Layout == row.Left.Layout).ToList();
        if (between.Count == 0 || row.Left.Layout != row.Right.Layout)
            Assert.DoesNotContain(far, Provider.AssociatorNames(request, near, new AssociationFilter(row.Layout.ClassName, far.ClassName, farRole, nearRole)));
        Assert.Empty(Provider.AssociatorNames(request, near, new AssociationFilter(row.Layout.ClassName, null, "NoSuchRole")));
        Assert.Empty(Provider.AssociatorNames(request, near, new AssociationFilter(row.Layout.ClassName, null, null, "NoSuchRole")));
        Assert.DoesNotContain(far, Provider.AssociatorNames(request, near, new AssociationFilter(row.Layout.ClassName, "CIM_Indication")));
        Assert.DoesNotContain(far, Provider.AssociatorNames(request, near, new AssociationFilter("CIM_LogicalIdentity")));
        Assert.Equal(link, Provider.GetInstance(request, link).Path);
    }

    /// <summary>A job of each service, that goes on until it is let go.</summary>
    private void StartJobs()
    {
        Mock.Setup(h => h.Save(Samples.Web)).Callback(() => _go.Wait(TimeSpan.FromSeconds(60)));
        Mock.Setup(h => h.Remove(Samples.Old)).Callback(() => _go.Wait(TimeSpan.FromSeconds(60)));
        Mock.Setup(h => h.Migrate(It.IsAny<MigrationRequest>(), It.IsAny<Action<MigrationProgress>>(), It.IsAny<CancellationToken>())).Callback(() => _go.Wait(TimeSpan.FromSeconds(60))).Returns([]);
        Mock.Setup(h => h.ApplySnapshot(Samples.Mail, It.IsAny<string>())).Callback(() => _go.Wait(TimeSpan.FromSeconds(60)));
        Mock.Setup(h => h.CreateVolume("images", It.IsAny<NewVolume>())).Callback(() => _go.Wait(TimeSpan.FromSeconds(60)));
        Assert.Equal(4096u, Ask(GuestPath(Samples.Web), 6).Return);
        Assert.Equal(4096u, Call(Service, "DestroySystem", ("AffectedSystem", CimType.Reference, GuestPath(Samples.Old))).Return);
        Assert.Equal(4096u, Call(s_migration, "MigrateVirtualSystemToHost", ("ComputerSystem", CimType.Reference, GuestPath(Samples.Db)), ("DestinationHost", CimType.String, "other")).Return);
        Assert.Equal(4096u, Call(s_snapshots, "ApplySnapshot", ("Snapshot", CimType.Reference, Path("Xen_SnapshotSettingData", ("InstanceID", $"Xen:{Samples.Mail}/snapshot/before-upgrade")))).Return);
        Assert.Equal(4096u, Call(s_pools, "CreateResourceInPool", ("Pool", CimType.Reference, Path("Xen_DiskPool", ("InstanceID", $"Xen:DiskPool/{Samples.ImagesPool}"))),
            ("Settings", CimType.String, """instance of Xen_StorageVolumeRASD { ElementName = "slow"; VirtualQuantity = 1; };""")).Return);
    }

    private List<CimObjectPath> Names(ClassProvider provider)
    {
        var request = Request with { Namespace = provider.Namespace };
        return [.. Provider.EnumerateInstanceNames(request, new CimObjectPath(provider.Layout.ClassName, provider.Namespace))];
    }

    private static HashSet<(CimObjectPath Left, CimObjectPath Right)> Pairs(IEnumerable<Link> links) => [.. links.Select(l => (l.Left, l.Right))];

    private static string NameOf(Association row) => $"{row.Layout.ClassName} {row.Left.Layout.ClassName} {row.Right.Layout.ClassName}";
}
