using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers.Tests.VirtualSystem;

/// <summary>What runs now beside what the next start uses: which of it is pending is a query (DSP1057).</summary>
public sealed class TwoConfigurationsTests : ProviderTest
{
    [Fact]
    public void What_the_hypervisor_chose_at_the_start_is_no_pending_change()
    {
        Assert.Equal(1, Current("Xen_VirtualSystemSettingData", Samples.Web));
        // Its interface on the host has a name, its console a pseudo-terminal.
        Assert.Equal("vif3.0", Setting<Xen_NetworkRASD>(Samples.Web, "state", "00-16-3e-00-00-11").VirtualDevice);
        Assert.Equal(1, Current("Xen_NetworkRASD", Samples.Web, "/00-16-3e-00-00-11"));
        Assert.Equal(1, Current("Xen_ConsoleRASD", Samples.Web, "/console-xen-0"));
        Assert.Equal(1, Current("Xen_GraphicsRASD", Samples.Web, "/graphics-vnc"));
    }

    [Fact]
    public void The_schedulers_own_weight_is_no_pending_change_and_another_one_is()
    {
        Host.Schedulers[Samples.Db] = new("credit", 256, 0);
        Assert.Equal(256u, Setting<Xen_ProcessorRASD>(Samples.Db, "state", "processor").Weight);
        Assert.Equal(1, Current("Xen_ProcessorRASD", Samples.Db, "/processor"));
        Assert.Equal(0u, ModifyResources(new Xen_ProcessorRASD { InstanceID = $"Xen:{Samples.Db}/defined/processor", Weight = 512 }).Return);
        Assert.Equal(2, Current("Xen_ProcessorRASD", Samples.Db, "/processor"));
    }

    [Fact]
    public void The_bridge_that_a_network_gave_an_adapter_is_no_pending_change()
    {
        const string Defined = "<interface type='network'><mac address='00:16:3e:00:00:31'/><source network='lan'/></interface>";
        const string Running = "<interface type='bridge'><mac address='00:16:3e:00:00:31'/><source network='lan' portid='5d34adc6-31e1-42f4-a98c-f8460afbab88' bridge='xenbr0'/><target dev='vif5.0'/></interface>";
        static string With(string adapter) => Samples.SmallXml("db", Samples.Db).Replace("<devices>", "<devices>" + adapter, StringComparison.Ordinal);
        Host.Add(Host.Guest(Samples.Db), With(Defined), With(Running));
        Assert.Equal(1, Current("Xen_NetworkRASD", Samples.Db, "/00-16-3e-00-00-31"));
        var (state, defined) = (Setting<Xen_NetworkRASD>(Samples.Db, "state", "00-16-3e-00-00-31"), Setting<Xen_NetworkRASD>(Samples.Db, "defined", "00-16-3e-00-00-31"));
        Assert.Equal(("network", "lan", null), (state.NetworkType, state.NetworkName, state.Bridge));
        Assert.Equal((defined.PoolID, defined.Parent), (state.PoolID, state.Parent));

        Assert.Equal(0u, ModifyResources(new Xen_NetworkRASD { InstanceID = $"Xen:{Samples.Db}/defined/00-16-3e-00-00-31", Bridge = "xenbr0" }).Return);
        Assert.Equal(2, Current("Xen_NetworkRASD", Samples.Db, "/00-16-3e-00-00-31"));
    }

    [Fact]
    public void A_drive_without_a_medium_has_no_format_that_could_be_pending()
    {
        static string WithDrive(string driver) => Samples.SmallXml("db", Samples.Db).Replace("<devices>",
            $"<devices><disk type='file' device='cdrom'>{driver}<target dev='hdc' bus='ide'/><readonly/></disk>", StringComparison.Ordinal);
        Host.Add(Host.Guest(Samples.Db), WithDrive("<driver name='qemu' type='raw'/>"), WithDrive("<driver name='qemu'/>"));
        Assert.Equal("raw", Setting<Xen_DiskRASD>(Samples.Db, "defined", "hdc").DriverType);
        Assert.Equal(1, Current("Xen_DiskRASD", Samples.Db, "/hdc"));
    }

    [Fact]
    public void What_was_plugged_or_ballooned_differs_from_the_next_start()
    {
        Assert.Equal(2, Current("Xen_MemoryRASD", Samples.Web, "/memory"));
        Assert.Equal(2, Current("Xen_ProcessorRASD", Samples.Web, "/processor"));
        Assert.Equal(0u, ModifyResources(new Xen_MemoryRASD { InstanceID = $"Xen:{Samples.Web}/defined/memory", VirtualQuantity = 393216 }).Return);
        Assert.Equal(1, Current("Xen_MemoryRASD", Samples.Web, "/memory"));
    }

    [Fact]
    public void A_change_of_the_definition_is_pending_while_the_guest_runs()
    {
        Assert.Equal(0u, ModifyResources(new Xen_NetworkRASD { InstanceID = $"Xen:{Samples.Web}/defined/00-16-3e-00-00-11", Bridge = "xenbr1" },
            new Xen_GraphicsRASD { InstanceID = $"Xen:{Samples.Web}/defined/graphics-vnc", Port = 5907 }).Return);
        Assert.Equal(0u, ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = $"Xen:{Samples.Web}/defined", Kernel = "/boot/new" }).Return);
        Assert.Equal((2, 2, 2), (Current("Xen_NetworkRASD", Samples.Web, "/00-16-3e-00-00-11"), Current("Xen_GraphicsRASD", Samples.Web, "/graphics-vnc"), Current("Xen_VirtualSystemSettingData", Samples.Web)));
        // What the next start adds hangs on the configuration.
        Assert.Equal(0u, AddResources(ConfigurationPath(Samples.Web, "defined"), new Xen_UsbControllerRASD()).Return);
        var link = Assert.Single(Provider.References(Request, SettingPath("Xen_UsbControllerRASD", Samples.Web, "defined", "controller-usb-qusb2-0"), new AssociationFilter("Xen_ElementSettingData")));
        Assert.Equal((ConfigurationPath(Samples.Web, "state"), (ushort)2, (ushort)1, (ushort)1), (link["ManagedElement"], link["IsCurrent"], link["IsNext"], link["IsDefault"]));
        Refused(CimStatus.NotFound, () => Get(SettingPath("Xen_UsbControllerRASD", Samples.Web, "state", "controller-usb-qusb2-0")));
    }

    [Fact]
    public void All_that_the_next_start_changes_is_one_query_and_what_it_leaves_alone_is_not_in_it()
    {
        var guest = Guid.NewGuid();
        string With(string devices) => Samples.SmallXml("plugged", guest).Replace("<devices>", "<devices>" + devices, StringComparison.Ordinal);
        static string Disk(string target, string file) => $"<disk type='file' device='disk'><source file='{file}'/><target dev='{target}' bus='xen'/></disk>";
        static string Port(string last) => $"<interface type='bridge'><mac address='00:16:3e:00:01:{last}'/><source bridge='xenbr0'/></interface>";
        Host.Add(new Guest { Uuid = guest, Name = "plugged", Id = 32, State = GuestState.Running },
            With(Disk("xvda", "/srv/a.img") + Disk("xvdb", "/srv/new.img") + Disk("xvdc", "/srv/c.img") + Port("01")),
            With(Disk("xvda", "/srv/a.img") + Disk("xvdb", "/srv/old.img") + Disk("xvdd", "/srv/d.img") + Port("02")));
        var (defined, state) = ($"Xen:{guest}/defined", $"Xen:{guest}/state");
        Assert.Equal(
            [
                ($"{state}", $"{defined}/00-16-3e-00-01-01", "comes"),
                ($"{state}", $"{defined}/xvdc", "comes"),
                ($"{state}", $"{state}/00-16-3e-00-01-02", "goes"),
                ($"{state}", $"{state}/xvdd", "goes"),
                ($"{state}/xvdb", $"{defined}/xvdb", "changes"),
            ],
            All("Xen_ElementSettingData").Where(l => l["IsCurrent"]!.Equals((ushort)1) != l["IsNext"]!.Equals((ushort)1))
                .Select(l => (Now: Key(l, "ManagedElement"), Then: Key(l, "SettingData"), What: (l["IsCurrent"], l["IsNext"], l["IsDefault"]) switch
                {
                    ((ushort)1, (ushort)2, (ushort)2) => "goes",
                    ((ushort)2, (ushort)1, (ushort)1) => Key(l, "ManagedElement") == state ? "comes" : "changes",
                    var other => other.ToString(),
                }))
                .Where(l => l.Then.Contains($"{guest}", StringComparison.Ordinal)).Order());

        // What goes is there from each of its ends, and gone with the guest's next start.
        var disk = SettingPath("Xen_DiskRASD", guest, "state", "xvdd");
        Assert.Equal([ConfigurationPath(guest, "state")], Provider.AssociatorNames(Request, disk, new AssociationFilter("Xen_ElementSettingData")));
        Assert.Contains(disk, Provider.AssociatorNames(Request, ConfigurationPath(guest, "state"), new AssociationFilter("Xen_ElementSettingData", "Xen_DiskRASD")));
        Host.Add(new Guest { Uuid = guest, Name = "plugged", State = GuestState.Off }, With(Disk("xvda", "/srv/a.img")), null);
        Assert.DoesNotContain(All("Xen_ElementSettingData"), l => Key(l, "SettingData").Contains($"{guest}", StringComparison.Ordinal) && !((ushort)1).Equals(l["IsCurrent"]));

        static string Key(CimInstance link, string end) => ((CimObjectPath)link[end]!).GetString("InstanceID")!;
    }

    [Fact]
    public void A_format_that_the_definition_leaves_open_is_no_pending_change()
    {
        // As QEMU's driver has it: a volume's format is found out when the guest starts.
        var guest = Guid.NewGuid();
        string WithDisk(string driver) => Samples.SmallXml("open", guest).Replace("<devices>", $"<devices><disk type='file' device='disk'>{driver}<source file='/srv/mail.img'/><target dev='xvda' bus='xen'/></disk>", StringComparison.Ordinal);
        Host.Add(new Guest { Uuid = guest, Name = "open", Id = 31, State = GuestState.Running }, WithDisk(""), WithDisk("<driver name='qemu' type='raw'/>"));
        Assert.Equal(1, Current("Xen_DiskRASD", guest, "/xvda"));

        // Another one than that is.
        Assert.Equal(0u, ModifyResources(new Xen_DiskRASD { InstanceID = $"Xen:{guest}/defined/xvda", DriverType = "qcow2" }).Return);
        Assert.Equal(2, Current("Xen_DiskRASD", guest, "/xvda"));
    }

    [Fact]
    public void A_guest_that_is_off_has_nothing_pending()
    {
        Assert.Equal(0u, ModifyResources(new Xen_MemoryRASD { InstanceID = $"Xen:{Samples.Mail}/defined/memory", VirtualQuantity = 1048576 }).Return);
        var links = All("Xen_ElementSettingData").Where(l => ((CimObjectPath)l["SettingData"]!).GetString("InstanceID")!.Contains($"{Samples.Mail}", StringComparison.Ordinal)).ToList();
        Assert.True(links.Count > 10);
        Assert.All(links, l => Assert.Equal(((ushort)1, (ushort)1, (ushort)1), ((ushort)l["IsCurrent"]!, (ushort)l["IsNext"]!, (ushort)l["IsDefault"]!)));
    }

    [Theory]
    [InlineData(ConfigurationKind.Defined)]
    [InlineData(ConfigurationKind.State)]
    public void Beside_a_configuration_that_cannot_be_read_nothing_comes_and_nothing_goes(ConfigurationKind broken)
    {
        Mock.Setup(h => h.GetDefinition(Samples.Web, broken)).Throws(new HypervisorException(HypervisorError.Failed, "its XML is none"));
        Assert.DoesNotContain(All("Xen_ElementSettingData"), l => ((CimObjectPath)l["SettingData"]!).ClassName != "Xen_VirtualSystemSettingData" && l.Path!.ToString().Contains($"{Samples.Web}", StringComparison.Ordinal));
    }

    [Fact]
    public void A_transient_guest_has_no_next_start() =>
        Assert.DoesNotContain(All("Xen_ElementSettingData"), l => l.Path!.ToString().Contains($"{Samples.Passing}", StringComparison.Ordinal));

    private int Current(string @class, Guid uuid, string device = "")
    {
        var link = Assert.Single(Provider.References(Request, Path(@class, ("InstanceID", $"Xen:{uuid}/state{device}")), new AssociationFilter("Xen_ElementSettingData", null, "ManagedElement")),
            l => ((CimObjectPath)l["SettingData"]!).ClassName == @class);
        Assert.Equal($"Xen:{uuid}/defined{device}", ((CimObjectPath)link["SettingData"]!).GetString("InstanceID"));
        return (ushort)link["IsCurrent"]!;
    }
}
