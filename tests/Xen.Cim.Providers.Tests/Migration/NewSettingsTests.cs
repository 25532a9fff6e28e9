using Moq;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;

namespace Xen.Cim.Providers.Tests.Migration;

/// <summary>DSP1081: what a guest is to be otherwise on its new host.</summary>
public sealed class NewSettingsTests : ProviderTest
{
    private MigrationRequest? _asked;

    private static CimObjectPath Migration => Path("Xen_VirtualSystemMigrationService",
        ("SystemCreationClassName", "Xen_HostComputerSystem"), ("SystemName", "xenhost.example"),
        ("CreationClassName", "Xen_VirtualSystemMigrationService"), ("Name", "VirtualSystemMigrationService"));

    public NewSettingsTests() =>
        Mock.Setup(h => h.FindMigrationObstacles(It.IsAny<MigrationRequest>(), true)).Callback((MigrationRequest r, bool _) => _asked = r).Returns([]);

    [Fact]
    public void Words_about_the_guest_change_on_the_way()
    {
        var changes = Asked(system: """instance of Xen_VirtualSystemSettingData { ElementName = "www"; Caption = "moved"; Notes = {"a", "b"}; };""")!;
        Assert.Equal(("www", "moved", "a\nb"), (changes.Name, changes.Title, changes.Description));
        Assert.Empty(changes.Disks.Keys.Concat(changes.Interfaces.Keys).Concat(changes.Screens.Keys));
    }

    [Theory]
    [InlineData("Address = \"/srv/there.img\"", "file", "/srv/there.img")]
    [InlineData("Address = \"/dev/vg1/web\"", "block", "/dev/vg1/web")]
    [InlineData("HostResource = {\"file:///srv/the%20re.img\"}", "file", "/srv/the re.img")]
    public void A_disk_lies_elsewhere_there_which_is_not_looked_for_here(string property, string type, string source)
    {
        Host.Files.Clear();
        Assert.Equal(new MigratedSource(type, source), Asked(resources: $"instance of Xen_DiskRASD {{ InstanceID = \"Xen:{Samples.Web}/state/xvda\"; {property}; }};")!.Disks["xvda"]);
        // By either of its configurations.
        Assert.Equal(new MigratedSource(type, source), Asked(resources: $"instance of Xen_DiskRASD {{ InstanceID = \"Xen:{Samples.Web}/defined/xvda\"; {property}; }};")!.Disks["xvda"]);
    }

    [Theory]
    [InlineData("NetworkName = \"lan-there\"", "network", "lan-there")]
    [InlineData("Bridge = \"br7\"", "bridge", "br7")]
    [InlineData("NetworkType = \"network\"; Connection = {\"lan7\"}", "network", "lan7")]
    [InlineData("Connection = {\"elsewhere\"}", null, "elsewhere")]
    public void An_adapter_is_plugged_into_something_else_there(string property, string? type, string source) =>
        Assert.Equal(new MigratedSource(type, source), Asked(resources: $"instance of Xen_NetworkRASD {{ InstanceID = \"Xen:{Samples.Web}/state/{Adapter}\"; {property}; }};")!.Interfaces[Adapter]);

    [Fact]
    public void What_repeats_what_is_there_changes_nothing()
    {
        var disk = Get(Path("Xen_DiskRASD", ("InstanceID", $"Xen:{Samples.Web}/state/xvda")));
        var system = Get(Path("Xen_VirtualSystemSettingData", ("InstanceID", $"Xen:{Samples.Web}/defined")));
        Assert.Equal(0u, Call(Migration, "CheckVirtualSystemIsMigratableToHost", ("ComputerSystem", CimType.Reference, GuestPath(Samples.Web)), ("DestinationHost", CimType.String, "other"),
            ("NewSystemSettingData", CimType.String, system), ("NewResourceSettingData", CimType.String, new[] { disk })).Return);
        Assert.Null(_asked!.Changes);
    }

    [Theory]
    [InlineData("instance of Xen_VirtualSystemSettingData { Kernel = \"/boot/other\"; };", null, CimStatus.NotSupported, "Kernel")]
    [InlineData("instance of Xen_VirtualSystemSettingData { AutomaticStartupAction = 2; };", null, CimStatus.NotSupported, "AutomaticStartupAction")]
    [InlineData("instance of Xen_VirtualSystemSettingData { ElementName = \"a/b\"; };", null, CimStatus.InvalidParameter, "a/b")]
    [InlineData("instance of Xen_VirtualSystemSettingData { InstanceID = \"Xen:7a1c3d52-0000-4000-8000-000000000002/state\"; };", null, CimStatus.InvalidParameter, "no setting of web")]
    [InlineData("instance of Xen_VirtualSystemSettingData { }; instance of Xen_VirtualSystemSettingData { };", null, CimStatus.InvalidParameter, "one instance")]
    [InlineData(null, "instance of Xen_MemoryRASD { InstanceID = \"WEB/memory\"; VirtualQuantity = 1; };", CimStatus.NotSupported, "VirtualQuantity")]
    [InlineData(null, "instance of Xen_DiskRASD { InstanceID = \"WEB/xvda\"; BusType = \"ide\"; };", CimStatus.NotSupported, "BusType")]
    [InlineData(null, "instance of Xen_DiskRASD { InstanceID = \"WEB/xvdq\"; Address = \"/a\"; };", CimStatus.NotFound, "xvdq")]
    [InlineData(null, "instance of Xen_DiskRASD { Address = \"/a\"; };", CimStatus.InvalidParameter, "cannot be added")]
    [InlineData(null, "instance of Xen_DiskRASD { InstanceID = \"WEB/xvda\"; Address = \"relative\"; };", CimStatus.InvalidParameter, "relative")]
    [InlineData(null, "instance of Xen_DiskRASD { InstanceID = \"WEB/xvda\"; Address = \"/a\"; HostExtentName = \"/b\"; };", CimStatus.InvalidParameter, "/a, /b")]
    public void What_cannot_change_on_the_way_is_refused_by_name(string? system, string? resources, CimStatus status, string hint)
    {
        var error = Refused(status, () => Asked(system, resources?.Replace("WEB", $"Xen:{Samples.Web}/state", StringComparison.Ordinal)));
        Assert.Contains(hint, error.Message, StringComparison.Ordinal);
        Assert.Null(_asked);
    }

    private string Adapter => Host.Definition(Samples.Web).Interfaces.First().DeviceId;

    private MigrationChanges? Asked(string? system = null, string? resources = null)
    {
        var (result, _) = Call(Migration, "CheckVirtualSystemIsMigratableToHost", ("ComputerSystem", CimType.Reference, GuestPath(Samples.Web)), ("DestinationHost", CimType.String, "other"),
            ("NewSystemSettingData", CimType.String, system), ("NewResourceSettingData", CimType.String, resources is null ? null : new[] { resources }));
        Assert.Equal(0u, result);
        return _asked!.Changes;
    }
}
