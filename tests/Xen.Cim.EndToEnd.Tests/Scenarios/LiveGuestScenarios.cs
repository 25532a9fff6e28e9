using System.Xml.Linq;
using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.Scenarios;

/// <summary>The profiles' scenarios in which it matters that a guest really runs; virsh says what became of each step.</summary>
public sealed class LiveGuestScenarios(QemuHostFixture host) : IClassFixture<QemuHostFixture>
{
    private Libvirtd Libvirtd => host.Libvirtd;

    private Wbemcli Wbemcli => host.Wbemcli;

    [Fact]
    public void Modifying_it_live_and_for_the_next_start()
    {
        var (first, second, medium) = (Libvirtd.MakeImage("first.img"), Libvirtd.MakeImage("second.img"), Libvirtd.MakeImage("medium.iso"));
        var uuid = Define("modified", $$"""
            instance of Xen_DiskRASD { VirtualDevice = "vda"; Address = "{{first}}"; };
            instance of Xen_DiskRASD { VirtualDevice = "hdc"; ResourceType = 15; };
            """);
        Wbemcli.Reach(uuid, 2);

        // Plugged into what runs, and into nothing else.
        Assert.Equal(Guests.Completed, Wbemcli.Add($"Xen:{uuid}/state", $$"""instance of Xen_DiskRASD { VirtualDevice = "vdb"; Address = "{{second}}"; };""").Return);
        Assert.Equal((second, null), (Source(uuid, "vdb"), Source(uuid, "vdb", "--inactive")));
        Assert.Equal(new[] { "hdc", "vda", "vdb" }, Disks(uuid, "state"));
        Assert.Equal(new[] { "hdc", "vda" }, Disks(uuid, "defined"));

        // With the next start it goes, and nothing else of it changes.
        Assert.Equal(new[] { "vdb: IsCurrent=1 IsNext=2 IsDefault=2" }, NextStart(uuid));

        // The same of another medium.
        Assert.Equal(Guests.Completed, Wbemcli.Modify($$"""instance of Xen_DiskRASD { InstanceID = "Xen:{{uuid}}/state/hdc"; Address = "{{medium}}"; };""").Return);
        Assert.Equal((medium, null), (Source(uuid, "hdc"), Source(uuid, "hdc", "--inactive")));
        Assert.Equal("2", Pending("Xen_DiskRASD", uuid, "hdc"));

        // What the next start uses leaves alone what runs, and waits.
        Assert.Equal("1", Pending("Xen_MemoryRASD", uuid, "memory"));
        Assert.Equal(Guests.Completed, Wbemcli.Modify($$"""
            instance of Xen_MemoryRASD { InstanceID = "Xen:{{uuid}}/defined/memory"; VirtualQuantity = 81920; Limit = 81920; };
            instance of Xen_ProcessorRASD { InstanceID = "Xen:{{uuid}}/defined/processor"; VirtualQuantity = 2; };
            """).Return);
        Assert.Equal(("65536", "81920"), (Text(uuid, "memory"), Text(uuid, "memory", "--inactive")));
        Assert.Equal(("1", "2"), (Text(uuid, "vcpu"), Text(uuid, "vcpu", "--inactive")));
        Assert.Equal(("2", "2"), (Pending("Xen_MemoryRASD", uuid, "memory"), Pending("Xen_ProcessorRASD", uuid, "processor")));

        Assert.Equal(Guests.Completed, Wbemcli.Add($"Xen:{uuid}/defined", $$"""instance of Xen_DiskRASD { VirtualDevice = "vdd"; Address = "{{second}}"; };""").Return);
        Assert.Equal(new[]
        {
            "hdc: IsCurrent=2 IsNext=1 IsDefault=1", "memory: IsCurrent=2 IsNext=1 IsDefault=1", "processor: IsCurrent=2 IsNext=1 IsDefault=1",
            "vdb: IsCurrent=1 IsNext=2 IsDefault=2", "vdd: IsCurrent=2 IsNext=1 IsDefault=1",
        }, NextStart(uuid));

        Wbemcli.Reach(uuid, 3);
        Wbemcli.Reach(uuid, 2);
        Assert.Empty(NextStart(uuid));
        Assert.Equal(new[] { "hdc", "vda", "vdd" }, Disks(uuid, "state"));
        Assert.Equal(("81920", "2", null), (Text(uuid, "memory"), Text(uuid, "vcpu"), Source(uuid, "hdc")));
        Assert.Equal(("1", "1"), (Pending("Xen_DiskRASD", uuid, "hdc"), Pending("Xen_ProcessorRASD", uuid, "processor")));
        Wbemcli.Done(Wbemcli.Destroy(uuid));
        Assert.DoesNotContain(uuid, Libvirtd.Virsh("list", "--all", "--uuid"), StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_allocated_from_a_pool_and_by_whom()
    {
        var service = Assert.Single(Wbemcli.Follow(Wbemcli.Host(), "CIM_HostedService", "CIM_ResourcePoolConfigurationService"));
        var created = Wbemcli.Call(service, "CreateChildResourcePool", "ElementName=allocated,Settings="
            + Wbemcli.Mof($$"""instance of Xen_DiskPoolRASD { Path = "{{Path.Combine(Libvirtd.Images, "allocated")}}"; };"""));
        Assert.Equal(Guests.Completed, created.Return);
        var pool = created.Output["Pool"];
        Assert.Empty(Owners(pool));

        var (mine, theirs) = (Define("mine", Disk("vda", Volume(service, pool, "mine.img"))), Define("theirs", Disk("vda", Volume(service, pool, "theirs.img")) + Disk("vdb", Volume(service, pool, "more.img"))));
        var elsewhere = Define("elsewhere", Disk("vda", Libvirtd.MakeImage("elsewhere.img")));
        Wbemcli.Reach(mine, 2);

        Assert.Equal(new[] { (mine, 1), (theirs, 2) }.Order(), Owners(pool).CountBy(u => u).Select(o => (o.Key, o.Value)).Order());
        // One that runs has its devices in use; of the other's only the settings ask for them.
        var devices = Wbemcli.Read(pool, "CIM_ElementAllocatedFromPool", "CIM_LogicalDisk", "Antecedent", "Dependent");
        Assert.Equal(new[] { (mine, "2"), (theirs, "3"), (theirs, "3") }.Order(), devices.Select(d => (d["SystemName"], d["EnabledState"])).Order());
        Assert.All(devices, d => Assert.Equal("2048", d["NumberOfBlocks"]));
        Assert.DoesNotContain(elsewhere, Owners(pool));

        foreach (var uuid in (string[])[mine, theirs, elsewhere])
            Wbemcli.Done(Wbemcli.Destroy(uuid));
        Assert.Empty(Owners(pool));
    }

    [Fact]
    public void A_failing_disk_leads_to_the_guests_that_it_affects()
    {
        var disks = Wbemcli.Follow(Wbemcli.Host(), "CIM_SystemDevice", "CIM_LogicalDisk", "GroupComponent", "PartComponent").Select(d => Wbemcli.Get(d)).ToList();
        Assert.SkipWhen(disks.Count == 0, "libvirt's node devices have no disk of this machine (virsh nodedev-list --cap storage)");
        var disk = disks[0];

        // A pool that is said to be on the disk, which nobody touches: it is not started.
        var folder = Directory.CreateDirectory(Path.Combine(Libvirtd.Images, "on-disk")).FullName;
        var file = Path.Combine(Libvirtd.Images, "on-disk.xml");
        File.WriteAllText(file, $"<pool type='fs'><name>on-disk</name><source><device path='{disk["Name"]}'/></source><target><path>{folder}</path></target></pool>");
        Libvirtd.Virsh("pool-define", file);
        var running = Define("running", Disk("vda", Libvirtd.MakeImage("on-disk/running.img")));
        var off = Define("off", Disk("vda", Libvirtd.MakeImage("on-disk/off.img")));
        var safe = Define("safe", Disk("vda", Libvirtd.MakeImage("safe.img")));
        Wbemcli.Reach(running, 2);

        var affected = Wbemcli.Read(disk.Path, "CIM_Component", "CIM_ResourcePool", "PartComponent", "GroupComponent").Where(p => p["Primordial"] == "FALSE").SelectMany(p => Owners(p.Path)).ToList();
        Assert.Equal(new[] { running, off }.Order(), affected.Order());
        Assert.DoesNotContain(safe, affected);

        foreach (var uuid in (string[])[running, off, safe])
            Wbemcli.Done(Wbemcli.Destroy(uuid));
        Libvirtd.Virsh("pool-undefine", "on-disk");
    }

    private static string Disk(string target, string image) => $$"""instance of Xen_DiskRASD { VirtualDevice = "{{target}}"; Address = "{{image}}"; };""";

    private string Define(string name, string devices) => Wbemcli.Define($$"""instance of Xen_VirtualSystemSettingData { ElementName = "{{name}}"; };""",
        "instance of Xen_MemoryRASD { VirtualQuantity = 65536; };" + devices);

    /// <summary>The path of a new volume of a MiB.</summary>
    private string Volume(string service, string pool, string name)
    {
        var answer = Wbemcli.Call(service, "CreateResourceInPool",
            $"Pool={Guests.Argument(pool)},Settings={Wbemcli.Mof($$"""instance of Xen_StorageVolumeRASD { ElementName = "{{name}}"; VirtualQuantity = 1048576; Format = "raw"; };""")}");
        Wbemcli.Done(answer);
        return Wbemcli.Instances("Xen_StorageVolume").Single(v => v["ElementName"] == name)["Name"];
    }

    /// <summary>Whose disks are allocated from a pool, by devices; a guest for each disk.</summary>
    private List<string> Owners(string pool) => [.. Wbemcli.Follow(pool, "CIM_ElementAllocatedFromPool", "CIM_LogicalDisk", "Antecedent", "Dependent")
        .SelectMany(d => Wbemcli.Follow(d, "CIM_SystemDevice", "CIM_ComputerSystem", "PartComponent", "GroupComponent")).Select(Guests.UuidOf)];

    private IEnumerable<string> Disks(string uuid, string kind) =>
        Wbemcli.Read(Guests.SettingPath("Xen_VirtualSystemSettingData", $"Xen:{uuid}/{kind}"), "CIM_VirtualSystemSettingDataComponent", "CIM_StorageAllocationSettingData").Select(d => d["VirtualDevice"]).Order();

    /// <summary>IsCurrent of the defined setting: 1 as long as it says what is in force.</summary>
    private string Pending(string @class, string uuid, string device) =>
        Assert.Single(Wbemcli.Objects("ri", Wbemcli.Url(Guests.SettingPath(@class, $"Xen:{uuid}/state/{device}")), "-arc", "CIM_ElementSettingData", "-ar", "ManagedElement"))["IsCurrent"];

    /// <summary>All that the guest's next start changes, adds and takes: where the model says of a setting that it is current, or next, and not both.</summary>
    private IEnumerable<string> NextStart(string uuid) => Wbemcli.Instances("Xen_ElementSettingData")
        .Where(l => l["IsCurrent"] != l["IsNext"] && l.Properties["SettingData"].Contains(uuid, StringComparison.Ordinal))
        .Select(l => $"{l.Properties["SettingData"].Split('"')[^2].Split('/')[^1]}: IsCurrent={l["IsCurrent"]} IsNext={l["IsNext"]} IsDefault={l["IsDefault"]}").Order();

    private XElement Xml(string uuid, params IEnumerable<string> how) => XElement.Parse(Libvirtd.Virsh(["dumpxml", .. how, uuid]));

    private string Text(string uuid, string element, params IEnumerable<string> how) => Xml(uuid, how).Element(element)!.Value;

    private string? Source(string uuid, string target, params IEnumerable<string> how) =>
        (string?)Xml(uuid, how).Descendants("disk").SingleOrDefault(d => (string?)d.Element("target")?.Attribute("dev") == target)?.Element("source")?.Attribute("file");
}
