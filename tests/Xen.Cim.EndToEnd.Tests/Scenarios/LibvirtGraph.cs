using System.Globalization;
using System.Xml.Linq;
using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.Scenarios;

/// <summary>
/// What the classes and associations have to be, computed from what virsh prints of a host: guests, devices, settings, pools,
/// and who is linked with whom, each as one line of text.
/// </summary>
internal sealed class LibvirtGraph(string uri)
{
    private const string Primordial = "primordial";

    // Those that every host has.
    private static readonly string[] s_pools =
    [
        "Disk/" + Primordial, "Network/" + Primordial, "Processor/" + Primordial, "Memory/" + Primordial,
        "GenericDevice/graphics", "GenericDevice/console", "GenericDevice/input", "GenericDevice/hostdevice", "GenericDevice/usbcontroller",
        "GenericDevice/idecontroller", "GenericDevice/scsicontroller", "GenericDevice/storagecontroller",
    ];

    private readonly SortedSet<string> _facts = new(StringComparer.Ordinal);

    public static IReadOnlyCollection<string> Of(string uri)
    {
        var graph = new LibvirtGraph(uri);
        graph.Read();
        return graph._facts;
    }

    public static string Virsh(string uri, params IEnumerable<string> arguments)
    {
        var result = Command.Run("virsh", ["-q", "-c", uri, .. arguments]);
        Assert.True(result.ExitCode == 0, $"virsh {string.Join(' ', arguments)}: {result}");
        return result.Output.Trim('\n');
    }

    public static IEnumerable<string> List(string uri, params IEnumerable<string> arguments) =>
        Virsh(uri, arguments).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private void Read()
    {
        var pools = List(uri, "pool-list", "--all", "--name").Select(name => XElement.Parse(Virsh(uri, "pool-dumpxml", name)))
            .Select(x => (Uuid: x.Element("uuid")!.Value, Path: x.Element("target")?.Element("path")?.Value ?? "?")).ToList();
        var networks = List(uri, "net-list", "--all", "--name").ToDictionary(name => name, name => Virsh(uri, "net-uuid", name));
        foreach (var pool in pools.Select(p => "Disk/" + p.Uuid).Concat(networks.Values.Select(n => "Network/" + n))
            .Concat(s_pools))
        {
            _facts.Add($"pool {pool}");
            _facts.Add($"host has pool {pool}");
        }
        var persistent = List(uri, "list", "--all", "--persistent", "--uuid").ToHashSet();
        foreach (var uuid in List(uri, "list", "--all", "--uuid"))
        {
            var running = Virsh(uri, "domstate", uuid);
            _facts.Add($"guest {uuid} {(running switch { "running" => "2", "paused" => "9", "shut off" => "3", _ => running })}");
            _facts.Add($"host carries {uuid}");
            _facts.Add($"guest conforms {uuid}");
            var now = Configuration(uuid, "state", XElement.Parse(Virsh(uri, "dumpxml", uuid)));
            if (!persistent.Contains(uuid))
                continue;
            // What the next start has in the place of what runs, and what it adds.
            _facts.Add($"next {uuid}");
            foreach (var setting in Configuration(uuid, "defined", XElement.Parse(Virsh(uri, "dumpxml", "--inactive", uuid))))
                _facts.Add($"next {uuid}{(now.Contains(setting) ? "" : " adds")} {setting}");
        }

        HashSet<string> Configuration(string uuid, string kind, XElement xml)
        {
            var settings = new HashSet<string>();
            var processors = int.Parse(xml.Element("vcpu")!.Attribute("current")?.Value ?? xml.Element("vcpu")!.Value, CultureInfo.InvariantCulture);
            _facts.Add($"settings {uuid}/{kind}");
            Setting("Memory", "memory", Primordial, xml.Element("currentMemory")!.Value, ["memory"]);
            Setting("Processor", "processor", Primordial, processors.ToString(CultureInfo.InvariantCulture), Enumerable.Range(0, processors).Select(n => $"processor-{n}"));
            foreach (var disk in xml.Descendants("disk"))
            {
                var source = (string?)disk.Element("source")?.Attribute("file") ?? "";
                var pool = pools.Where(p => source.StartsWith(p.Path + "/", StringComparison.Ordinal)).Select(p => p.Uuid).FirstOrDefault(Primordial);
                var target = (string)disk.Element("target")!.Attribute("dev")!;
                Setting("Disk", target, pool, source, [target]);
            }
            foreach (var nic in xml.Descendants("interface"))
            {
                var mac = ((string)nic.Element("mac")!.Attribute("address")!).Replace(':', '-');
                var pool = networks.GetValueOrDefault((string?)nic.Element("source")?.Attribute("network") ?? "", Primordial);
                Setting("Network", mac, pool, mac, [mac]);
            }
            foreach (var screen in xml.Descendants("graphics"))
            {
                var type = (string)screen.Attribute("type")!;
                Setting("Graphics", $"graphics-{type}", "graphics", type, []);
            }
            // libvirt shows the first serial port again as a console.
            foreach (var port in xml.Descendants("serial").Concat(xml.Descendants("console").Where(c => (string?)c.Element("target")?.Attribute("type") is "xen" or "virtio")))
            {
                var target = port.Element("target")!;
                var id = port.Name == "serial" ? $"serial-{(string)target.Attribute("port")!}" : $"console-{(string)target.Attribute("type")!}-{(string)target.Attribute("port")!}";
                Setting("Console", id, "console", (string)port.Attribute("type")!, [id]);
            }
            foreach (var input in xml.Descendants("input"))
            {
                var bus = (string)input.Attribute("bus")!;
                var id = $"input-{(string)input.Attribute("type")!}-{bus}";
                Setting("Input", id, "input", bus, [id]);
            }
            return settings;

            void Setting(string resource, string id, string pool, string value, IEnumerable<string> devices)
            {
                var from = resource is "Graphics" or "Console" or "Input" ? $"GenericDevice/{pool}" : $"{resource}/{pool}";
                settings.Add($"{resource} {id}");
                _facts.Add($"setting {resource} {uuid}/{kind}/{id} = {value}");
                _facts.Add($"configuration {uuid}/{kind} has {resource} {id}");
                _facts.Add($"{resource} {uuid}/{kind}/{id} from {from}");
                if (kind != "state")
                    return;
                foreach (var device in devices)
                {
                    _facts.Add($"device {resource} {uuid}/{device}");
                    _facts.Add($"{uuid} owns {resource} {device}");
                    _facts.Add($"device {resource} {uuid}/{device} from {from}");
                    _facts.Add($"device {resource} {uuid}/{device} set by {id}");
                }
            }
        }
    }
}
