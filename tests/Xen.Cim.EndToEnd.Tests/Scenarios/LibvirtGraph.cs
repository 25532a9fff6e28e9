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
        "GenericDevice/idecontroller", "GenericDevice/scsicontroller", "GenericDevice/storagecontroller", "GenericDevice/controller", "GenericDevice/otherdevice",
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

    public static IEnumerable<string> List(string uri, params IEnumerable<string> arguments) => Lines(Virsh(uri, arguments));

    private static IEnumerable<string> Lines(string printed) => printed.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>What virsh prints to each of some commands, all over one connection: to make one is what takes the time.</summary>
    private string[] Answers(params IReadOnlyCollection<string> commands)
    {
        const string Next = "--- and then ---";
        var answers = commands.Count == 0 ? [] : Virsh(uri, string.Join($"; echo {Next}; ", commands)).Split(Next);
        Assert.Equal(commands.Count, answers.Length);
        return answers;
    }

    private void Read()
    {
        List<string>[] names = [.. Answers("pool-list --all --name", "net-list --all --name", "list --all --persistent --uuid", "list --all --uuid").Select(a => Lines(a).ToList())];
        var (persistent, guests) = (names[2].ToHashSet(), names[3]);
        var pools = Answers([.. names[0].Select(name => $"pool-dumpxml {name}")]).Select(XElement.Parse)
            .Select(x => (Uuid: x.Element("uuid")!.Value, Path: x.Element("target")?.Element("path")?.Value ?? "?")).ToList();
        var networks = names[1].Zip(Answers([.. names[1].Select(name => $"net-uuid {name}")])).ToDictionary(n => n.First, n => n.Second.Trim());
        // Of each guest its state, what runs, and what the next start uses.
        var described = Answers([.. guests.SelectMany(g => (string[])[$"domstate {g}", $"dumpxml {g}", persistent.Contains(g) ? $"dumpxml --inactive {g}" : $"domuuid {g}"])]);
        foreach (var pool in pools.Select(p => "Disk/" + p.Uuid).Concat(networks.Values.Select(n => "Network/" + n))
            .Concat(s_pools))
        {
            _facts.Add($"pool {pool}");
            _facts.Add($"host has pool {pool}");
        }
        foreach (var (uuid, answers) in guests.Zip(described.Chunk(3)))
        {
            var running = answers[0].Trim();
            _facts.Add($"guest {uuid} {(running switch { "running" => "2", "paused" => "9", "shut off" => "3", _ => running })}");
            _facts.Add($"host carries {uuid}");
            _facts.Add($"guest conforms {uuid}");
            var now = Configuration(uuid, "state", XElement.Parse(answers[1]));
            if (!persistent.Contains(uuid))
                continue;
            // What the next start has in the place of what runs, what it adds and what it takes; it is current where it says the same.
            var next = Configuration(uuid, "defined", XElement.Parse(answers[2]));
            foreach (var setting in now.Keys.Except(next.Keys))
                _facts.Add($"next {uuid} takes{setting} IsDefault=2 IsNext=2 IsCurrent=1");
            foreach (var (setting, wish) in next)
            {
                var isThere = now.TryGetValue(setting, out var said);
                _facts.Add($"next {uuid}{(isThere ? "" : " adds")}{setting} {Next(isThere && said == wish)}");
            }
        }

        // By the name of each setting what it says; the configuration as a whole has none.
        Dictionary<string, string> Configuration(string uuid, string kind, XElement xml)
        {
            var settings = new Dictionary<string, string> { [""] = $"{xml.Element("title")?.Value}\n{xml.Element("description")?.Value}" };
            var processors = int.Parse(xml.Element("vcpu")!.Attribute("current")?.Value ?? xml.Element("vcpu")!.Value, CultureInfo.InvariantCulture);
            _facts.Add($"settings {uuid}/{kind}");
            Setting("Memory", "memory", Primordial, xml.Element("currentMemory")!.Value, ["memory"], [xml.Element("memory")!, xml.Element("currentMemory")!]);
            Setting("Processor", "processor", Primordial, processors.ToString(CultureInfo.InvariantCulture), Enumerable.Range(0, processors).Select(n => $"processor-{n}"), [xml.Element("vcpu")!]);
            foreach (var disk in xml.Descendants("disk"))
            {
                var source = (string?)disk.Element("source")?.Attribute("file") ?? "";
                var pool = pools.Where(p => source.StartsWith(p.Path + "/", StringComparison.Ordinal)).Select(p => p.Uuid).FirstOrDefault(Primordial);
                var target = (string)disk.Element("target")!.Attribute("dev")!;
                Setting("Disk", target, pool, source, [target], [disk]);
            }
            foreach (var nic in xml.Descendants("interface"))
            {
                var mac = ((string)nic.Element("mac")!.Attribute("address")!).Replace(':', '-');
                var pool = networks.GetValueOrDefault((string?)nic.Element("source")?.Attribute("network") ?? "", Primordial);
                Setting("Network", mac, pool, mac, [mac], [nic]);
            }
            foreach (var screen in xml.Descendants("graphics"))
            {
                var type = (string)screen.Attribute("type")!;
                Setting("Graphics", $"graphics-{type}", "graphics", type, [], [screen]);
            }
            // libvirt shows the first serial port again as a console.
            foreach (var port in xml.Descendants("serial").Concat(xml.Descendants("console").Where(c => (string?)c.Element("target")?.Attribute("type") is "xen" or "virtio")))
            {
                var target = port.Element("target")!;
                var id = port.Name == "serial" ? $"serial-{(string)target.Attribute("port")!}" : $"console-{(string)target.Attribute("type")!}-{(string)target.Attribute("port")!}";
                Setting("Console", id, "console", (string)port.Attribute("type")!, [id], [port]);
            }
            foreach (var input in xml.Descendants("input"))
            {
                var bus = (string)input.Attribute("bus")!;
                var id = $"input-{(string)input.Attribute("type")!}-{bus}";
                Setting("Input", id, "input", bus, [id], [input]);
            }
            foreach (var controller in xml.Descendants("controller").Where(c => (string?)c.Attribute("type") == "usb" && (string?)c.Attribute("model") != "none"))
            {
                var number = (string)controller.Attribute("index")!;
                var id = string.Join('-', ((string?[])["controller-usb", (string?)controller.Attribute("model"), number]).OfType<string>());
                Setting("UsbController", id, "usbcontroller", number, [id], [controller]);
            }
            foreach (var device in xml.Descendants("hostdev"))
            {
                var address = AddressOf(device.Element("source")!);
                // Keys are without colons.
                Setting("HostDevice", ((string?)device.Attribute("type") == "usb" ? "hostdev-usb-" : "hostdev-") + address.Replace(':', '-'), "hostdevice", address, [], [device]);
            }
            return settings;

            void Setting(string resource, string id, string pool, string value, IEnumerable<string> devices, IEnumerable<XElement> said)
            {
                var from = resource is "Memory" or "Processor" or "Disk" or "Network" ? $"{resource}/{pool}" : $"GenericDevice/{pool}";
                settings.Add($" {resource} {id}", string.Concat(said.Select(Lasting)));
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

    /// <summary>Xen_ElementSettingData of a defined setting: it is the default and the next one always.</summary>
    public static string Next(bool isCurrent) => $"IsDefault=1 IsNext=1 IsCurrent={(isCurrent ? 1 : 2)}";

    // A device of the host as lspci -D and lsusb write it.
    private static string AddressOf(XElement source)
    {
        int Number(string element, string attribute) => Convert.ToInt32((string)source.Element(element)!.Attribute(attribute)!, 16);
        return source.Element("vendor") is null
            ? $"{Number("address", "domain"):x4}:{Number("address", "bus"):x2}:{Number("address", "slot"):x2}.{Number("address", "function"):x}"
            : $"{Number("vendor", "id"):x4}:{Number("product", "id"):x4}";
    }

    // An element without what libvirt adds while the guest runs.
    private static string Lasting(XElement element)
    {
        var copy = new XElement(element);
        copy.Descendants("alias").Remove();
        return copy.ToString(SaveOptions.DisableFormatting);
    }
}
