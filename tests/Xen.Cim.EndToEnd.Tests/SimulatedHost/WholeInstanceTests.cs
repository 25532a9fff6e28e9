using System.Xml.Linq;
using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.SimulatedHost;

/// <summary>
/// Instances that are got, changed in one property and sent back whole with ModifyInstance, as clients do whose language has
/// objects for them (pywbem and its like): nothing else may change in what libvirt has.
/// </summary>
public sealed class WholeInstanceTests : IClassFixture<WholeInstanceTests.Host>, IDisposable
{
    private const string Uuid = "5d2b1c7e-90a4-4c1e-8f00-0000000000a1";
    private const string Running = "5d2b1c7e-90a4-4c1e-8f00-0000000000a2";

    private static readonly string[] s_classes =
    [
        "Xen_ProcessorRASD", "Xen_MemoryRASD", "Xen_DiskRASD", "Xen_NetworkRASD", "Xen_GraphicsRASD", "Xen_ConsoleRASD", "Xen_InputRASD", "Xen_HostDeviceRASD",
        "Xen_UsbControllerRASD", "Xen_StorageControllerRASD", "Xen_ControllerRASD", "Xen_OtherDeviceRASD", "Xen_VirtualSystemSettingData", "Xen_ComputerSystem",
    ];

    private readonly Host _host;
    private readonly CimXml _xml;

    public WholeInstanceTests(Host host)
    {
        _host = host;
        _xml = new CimXml(host.Server.Address);
        foreach (var (name, uuid) in ((string, string)[])[("whole", Uuid), ("whole-running", Running)])
        {
            var file = Path.GetTempFileName();
            File.WriteAllText(file, Definition(name, uuid));
            try
            {
                Virsh("define", file);
            }
            finally
            {
                File.Delete(file);
            }
        }
        Virsh("start", Running);
    }

    /// <summary>A host that only these tests have; each finds its two guests in it as they are defined below.</summary>
    public sealed class Host : IDisposable
    {
        private readonly Libvirtd _libvirtd = Libvirtd.StartOrSkip();
        private readonly VirshShell _keeper;

        public Host()
        {
            // The simulated host lives as long as somebody is connected to it.
            _keeper = new VirshShell(Uri, "test");
            Server = CimServerProcess.Start(Uri);
        }

        public string Uri => _libvirtd.SimulatedUri;

        internal CimServerProcess Server { get; }

        public void Dispose()
        {
            Server?.Dispose();
            _keeper?.Dispose();
            _libvirtd.Dispose();
        }
    }

    [Fact]
    public void What_is_sent_back_as_it_was_got_changes_nothing()
    {
        var wrong = new List<string>();
        foreach (var uuid in (string[])[Uuid, Running])
        {
            var instances = s_classes.SelectMany(c => Of(c, uuid)).ToList();
            Assert.Equal(s_classes.Order(StringComparer.Ordinal), instances.Select(i => (string)i.Attribute("CLASSNAME")!).Distinct().Order(StringComparer.Ordinal));
            var before = Dumps(uuid);
            foreach (var (name, instance) in instances.Select(i => (i, Get(i))))
            {
                var all = instance.Elements().Select(p => (string)p.Attribute("NAME")!).ToList();
                (string Way, Func<XElement> Sent, IEnumerable<string>? List)[] ways =
                [
                    ("whole", () => Named(name, instance), null),
                    ("with a list of all", () => Named(name, instance), all),
                    ("with a list of one", () => Named(name, instance), all.TakeLast(1)),
                    ("with a list of none", () => Named(name, instance), []),
                    ("with its whole path", () => WithPath(name, instance), null),
                    ("without what is NULL", () => Named(name, new XElement("INSTANCE", instance.Attributes(), instance.Elements().Where(p => p.HasElements))), null),
                ];
                foreach (var (way, sent, list) in ways)
                {
                    var answer = Modify(sent(), list);
                    if (answer.Status != 0 || answer.Http != System.Net.HttpStatusCode.OK)
                        wrong.Add($"{name} {way}: {answer.Status} {answer.Message}");
                    var after = Dumps(uuid);
                    if (before != after)
                        wrong.Add($"{name} {way}: {string.Join(" ", Differences(before, after))}");
                    before = after;
                }
            }
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Theory]
    [InlineData("Xen_VirtualSystemSettingData", "defined", "Caption", "A title", "+<title>A title</title>")]
    [InlineData("Xen_VirtualSystemSettingData", "defined", "OnCrash", "restart", "-<on_crash>preserve</on_crash>|+<on_crash>restart</on_crash>")]
    [InlineData("Xen_ComputerSystem", "", "ElementName", "renamed", "-<name>whole</name>|+<name>renamed</name>")]
    [InlineData("Xen_ProcessorRASD", "defined/processor", "Weight", "300", "-<shares>200</shares>|+<shares>300</shares>")]
    [InlineData("Xen_MemoryRASD", "defined/memory", "VirtualQuantity", "65536", "-<currentMemory unit='KiB'>131072</currentMemory>|+<currentMemory unit='KiB'>65536</currentMemory>")]
    [InlineData("Xen_DiskRASD", "defined/vda", "Access", "1", "+<readonly/>")]
    [InlineData("Xen_NetworkRASD", "defined/52-54-00-00-aa-01", "Model", "e1000", "-<model type='rtl8139'/>|+<model type='e1000'/>")]
    [InlineData("Xen_GraphicsRASD", "defined/graphics-vnc", "KeyMap", "de", "-<graphics type='vnc' port='5999' autoport='no' listen='127.0.0.1' passwd='s3cret'>|+<graphics type='vnc' port='5999' autoport='no' listen='127.0.0.1' keymap='de' passwd='s3cret'>")]
    [InlineData("Xen_HostDeviceRASD", "defined/hostdev-0000-03-00.0", "Managed", "FALSE", "-<hostdev mode='subsystem' type='pci' managed='yes'>|+<hostdev mode='subsystem' type='pci' managed='no'>")]
    [InlineData("Xen_UsbControllerRASD", "defined/controller-usb-piix3-uhci-0", "Ports", "4", "-<controller type='usb' index='0' model='piix3-uhci' ports='6'/>|+<controller type='usb' index='0' model='piix3-uhci' ports='4'/>")]
    [InlineData("Xen_OtherDeviceRASD", "defined/watchdog", "WatchdogAction", "none", "-<watchdog model='i6300esb' action='pause'/>|+<watchdog model='i6300esb' action='none'/>")]
    public void One_property_that_is_changed_in_it_changes_that(string @class, string id, string property, string value, string expected)
    {
        foreach (var way in (string[])["whole", "listed", "named"])
        {
            var name = @class == "Xen_ComputerSystem" ? CimXml.Guest(Uuid) : CimXml.Instance(@class, ("InstanceID", $"Xen:{Uuid}/{id}"));
            var (instance, before) = (Get(name), Dumps(Uuid));
            var place = Assert.Single(instance.Elements(), p => (string?)p.Attribute("NAME") == property);
            var old = new XElement(place);
            place.ReplaceNodes(new XElement("VALUE", value));
            var answer = Modify(Named(name, instance), way switch
            {
                "listed" => instance.Elements().Select(p => (string)p.Attribute("NAME")!),
                "named" => [property],
                _ => null,
            });
            Assert.True(answer.Status == 0, answer.ToString());
            Assert.Equal(expected.Split('|').Order(StringComparer.Ordinal), Differences(before, Dumps(Uuid)).Distinct().Order(StringComparer.Ordinal));
            // What it was, for the next way; an empty text takes away what there was not.
            place.ReplaceNodes(old.HasElements ? old.Elements() : new XElement("VALUE", ""));
            Assert.Equal(0, Modify(Named(name, instance), [property]).Status);
            Assert.Equal(before, Dumps(Uuid));
        }
    }

    [Theory]
    [InlineData("Xen_InputRASD", "defined/input-tablet-usb", "ResourceSubType", "mouse")]
    [InlineData("Xen_StorageControllerRASD", "defined/controller-scsi-virtio-scsi-0", "ResourceSubType", "lsilogic")]
    [InlineData("Xen_DiskRASD", "defined/vda", "PoolID", "Xen:DiskPool/elsewhere")]
    [InlineData("Xen_ComputerSystem", "", "EnabledState", "9")]
    public void One_that_cannot_be_changed_is_refused_by_its_name(string @class, string id, string property, string value)
    {
        var name = @class == "Xen_ComputerSystem" ? CimXml.Guest(Uuid) : CimXml.Instance(@class, ("InstanceID", $"Xen:{Uuid}/{id}"));
        var (instance, before) = (Get(name), Dumps(Uuid));
        Assert.Single(instance.Elements(), p => (string?)p.Attribute("NAME") == property).ReplaceNodes(new XElement("VALUE", value));
        var answer = Modify(Named(name, instance), null);
        Assert.Equal(7, answer.Status);
        Assert.Contains(property, answer.Message, StringComparison.Ordinal);
        Assert.Equal(before, Dumps(Uuid));
    }

    [Fact]
    public void A_number_where_the_class_has_a_text_is_refused_by_its_name()
    {
        var name = CimXml.Instance("Xen_VirtualSystemSettingData", ("InstanceID", $"Xen:{Uuid}/defined"));
        var before = Dumps(Uuid);
        var number = new XElement("INSTANCE", new XAttribute("CLASSNAME", "Xen_VirtualSystemSettingData"),
            new XElement("PROPERTY", new XAttribute("NAME", "ElementName"), new XAttribute("TYPE", "uint32"), new XElement("VALUE", "5")));
        var answer = Modify(Named(name, number), null);
        Assert.Equal(13, answer.Status);
        Assert.Contains("ElementName", answer.Message, StringComparison.Ordinal);
        Assert.Equal(before, Dumps(Uuid));
    }

    private static XElement Named(XElement name, XElement instance) => new("VALUE.NAMEDINSTANCE", name, instance);

    private static XElement WithPath(XElement name, XElement instance) => new("VALUE.INSTANCEWITHPATH",
        new XElement("INSTANCEPATH", new XElement("NAMESPACEPATH", new XElement("HOST", "some.example"), CimXml.LocalNamespace(Wbemcli.Namespace)), name), instance);

    private CimXmlAnswer Modify(XElement sent, IEnumerable<string>? list)
    {
        List<XElement> parameters =
        [
            new("IPARAMVALUE", new XAttribute("NAME", "ModifiedInstance"), sent),
            new("IPARAMVALUE", new XAttribute("NAME", "IncludeQualifiers"), new XElement("VALUE", "FALSE")),
        ];
        if (list is not null)
            parameters.Add(new("IPARAMVALUE", new XAttribute("NAME", "PropertyList"), new XElement("VALUE.ARRAY", list.Select(p => new XElement("VALUE", p)))));
        return _xml.Call("ModifyInstance", parameters);
    }

    private IEnumerable<XElement> Of(string @class, string uuid) => _xml.Call("EnumerateInstanceNames", CimXml.ClassName(@class)).Document!.Descendants("INSTANCENAME")
        .Where(n => n.Descendants("KEYVALUE").Any(v => v.Value.Contains(uuid, StringComparison.Ordinal)));

    private XElement Get(XElement name)
    {
        var answer = _xml.Call("GetInstance", CimXml.InstanceParameter(name));
        Assert.True(answer.Status == 0, answer.ToString());
        return answer.Document!.Descendants("INSTANCE").Single();
    }

    private string Dumps(string uuid) => Virsh("dumpxml", "--inactive", "--security-info", uuid) + Virsh("dumpxml", "--security-info", uuid);

    private string Virsh(params IEnumerable<string> arguments)
    {
        var result = Command.Run("virsh", ["-q", "-c", _host.Uri, .. arguments]);
        Assert.True(result.ExitCode == 0, result.ToString());
        return result.Output;
    }

    // The line breaks and indentation of virsh tell nothing.
    private static IEnumerable<string> Differences(string before, string after)
    {
        static List<string> Lines(string xml) => [.. xml.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
        var (old, @new) = (Lines(before), Lines(after));
        foreach (var same in old.ToList())
        {
            if (@new.Remove(same))
                old.Remove(same);
        }
        return [.. old.Select(o => "-" + o), .. @new.Select(n => "+" + n)];
    }

    private static string Definition(string name, string uuid) => $"""
        <domain type='test'>
          <name>{name}</name>
          <uuid>{uuid}</uuid>
          <description>Two lines.
        And what is &lt;odd&gt;.</description>
          <metadata><app:owner xmlns:app='urn:example:app' level='3'>accounts</app:owner></metadata>
          <memory unit='KiB'>262144</memory>
          <currentMemory unit='KiB'>131072</currentMemory>
          <vcpu placement='static' cpuset='0-1' current='2'>4</vcpu>
          <cputune><shares>200</shares><vcpupin vcpu='0' cpuset='1'/></cputune>
          <os><type arch='i686'>hvm</type><boot dev='cdrom'/><boot dev='hd'/></os>
          <features><acpi/><pae/></features>
          <clock offset='variable' adjustment='-60' basis='utc'/>
          <on_crash>preserve</on_crash>
          <devices>
            <disk type='file' device='disk'><driver name='qemu' type='qcow2' cache='none' io='native'/><source file='/srv/{name}.qcow2'/><target dev='vda' bus='virtio'/><serial>WD-1</serial></disk>
            <disk type='file' device='cdrom'><target dev='hdc' bus='ide'/><readonly/></disk>
            <controller type='scsi' index='0' model='virtio-scsi'/>
            <controller type='usb' index='0' model='piix3-uhci' ports='6'/>
            <controller type='virtio-serial' index='0' ports='8'/>
            <interface type='network'><mac address='52:54:00:00:{(uuid == Uuid ? "aa" : "bb")}:01'/><source network='default'/><model type='rtl8139'/><bandwidth><inbound average='100'/></bandwidth></interface>
            <interface type='bridge'><mac address='52:54:00:00:{(uuid == Uuid ? "aa" : "bb")}:02'/><source bridge='br9'/><link state='down'/></interface>
            <serial type='unix'><source mode='bind' path='/run/{name}.sock'/><target port='0'/></serial>
            <console type='unix'><source mode='bind' path='/run/{name}.sock'/><target type='serial' port='0'/></console>
            <input type='tablet' bus='usb'/>
            <graphics type='vnc' port='5999' autoport='no' listen='127.0.0.1' passwd='s3cret'/>
            <video><model type='cirrus' vram='16384' heads='1'/></video>
            <hostdev mode='subsystem' type='pci' managed='yes'><source><address domain='0x0000' bus='0x03' slot='0x00' function='0x0'/></source></hostdev>
            <watchdog model='i6300esb' action='pause'/>
            <memballoon model='virtio'><stats period='10'/></memballoon>
            <rng model='virtio'><rate bytes='1024' period='1000'/><backend model='random'>/dev/urandom</backend></rng>
          </devices>
        </domain>
        """;

    public void Dispose()
    {
        _xml.Dispose();
        Virsh("destroy", Running);
        Virsh("undefine", Running);
        Virsh("undefine", Uuid);
    }
}
