using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.Scenarios;

/// <summary>Makes one change after the other to a host, as other programs on it would.</summary>
internal sealed class RandomChanges(string uri, Random random)
{
    private int _made;

    public List<string> Done { get; } = [];

    /// <summary>Makes a change and says what it was.</summary>
    public string Next()
    {
        while (true)
        {
            var change = random.Next(15) switch
            {
                0 or 1 => Define(null),
                2 => OneOf(List("list", "--all", "--uuid")) is { } guest ? Define(guest) : null,
                3 or 4 => Run("start", OneOf(List("list", "--inactive", "--uuid"))),
                5 => Run("destroy", OneOf(List("list", "--uuid"))),
                6 => Run("suspend", OneOf(List("list", "--state-running", "--uuid"))),
                7 => Run("resume", OneOf(List("list", "--state-paused", "--uuid"))),
                8 => Run("undefine", OneOf(List("list", "--all", "--uuid"))),
                9 => Run("setmem", OneOf(List("list", "--uuid")), (random.Next(1, 3) * 65536).ToString(System.Globalization.CultureInfo.InvariantCulture), "--live"),
                10 => DefineNetwork(),
                11 => random.Next(2) == 0 ? Run("net-start", OneOf(List("net-list", "--inactive", "--name"))) : Run("net-destroy", OneOf(List("net-list", "--name"))),
                12 => Pool(),
                13 => Run("desc", OneOf(List("list", "--all", "--persistent", "--uuid")), "--config", $"words {_made++}"),
                _ => random.Next(2) == 0 ? Run("net-undefine", OneOf(List("net-list", "--inactive", "--name"))) : Run("pool-undefine", OneOf(List("pool-list", "--inactive", "--name"))),
            };
            if (change is not null)
            {
                Done.Add(change);
                return change;
            }
        }
    }

    // A new guest, or another definition of one that there is: disks and interfaces come and go with the next start.
    private string Define(string? uuid)
    {
        var name = uuid is null ? $"guest-{_made++}" : LibvirtGraph.Virsh(uri, "domname", uuid);
        uuid ??= $"8f1c2d3e-4b5a-4c6d-9e7f-{_made:000000000000}";
        var memory = random.Next(2, 6) * 65536;
        var networks = List("net-list", "--all", "--name");
        var pools = List("pool-list", "--all", "--name");
        var disks = Enumerable.Range(0, random.Next(4)).Select(n => $"<disk type='file' device='disk'><source file='{(random.Next(3) == 0 || pools.Count == 0 ? "/elsewhere" : $"/pools/{OneOf(pools)}")}/{name}-{n}.img'/><target dev='xvd{(char)('a' + n)}' bus='xen'/></disk>");
        var nics = Enumerable.Range(0, random.Next(3)).Select(n => $"<interface type='network'><mac address='00:16:3e:00:{_made:x2}:{n:x2}'/><source network='{OneOf(networks) ?? "none"}'/></interface>");
        string[] others =
        [
            "<graphics type='vnc' port='-1' autoport='yes'/>", "<graphics type='sdl' display=':0'/>", "<serial type='null'><target port='0'/></serial>",
            "<console type='pty'><target type='xen' port='0'/></console>", "<input type='tablet' bus='usb'/>", "<input type='keyboard' bus='usb'/>",
            $"<controller type='usb' index='0' model='qemu-xhci' ports='{random.Next(4, 8)}'/>", "<controller type='usb' index='1' model='qusb2'/>",
            $"<hostdev mode='subsystem' type='pci' managed='{(random.Next(2) == 0 ? "yes" : "no")}'><source><address domain='0' bus='3' slot='0' function='{random.Next(3)}'/></source></hostdev>",
            $"<hostdev mode='subsystem' type='usb'><source><vendor id='0x046d'/><product id='0xc31{random.Next(3)}'/></source></hostdev>",
        ];
        return WithFile("define", $"""
            <domain type='test'><name>{name}</name><uuid>{uuid}</uuid><memory>{memory}</memory><currentMemory>{memory / 2}</currentMemory><vcpu>{random.Next(1, 5)}</vcpu>
            <os><type>hvm</type></os><devices>{string.Concat(disks)}{string.Concat(nics)}{string.Concat(others.Where(_ => random.Next(3) == 0))}</devices></domain>
            """);
    }

    private string DefineNetwork() => WithFile("net-define", $"<network><name>net-{_made}</name><bridge name='virbr{_made++}'/><ip address='192.168.200.1' netmask='255.255.255.0'/></network>");

    private string? Pool()
    {
        switch (random.Next(3))
        {
            case 0:
                var name = $"pool-{_made++}";
                return WithFile("pool-define", $"<pool type='dir'><name>{name}</name><target><path>/pools/{name}</path></target></pool>");
            case 1:
                return Run("pool-start", OneOf(List("pool-list", "--inactive", "--name")));
            default:
                return Run("pool-destroy", OneOf(List("pool-list", "--name")));
        }
    }

    private string? Run(string command, string? on, params string[] more)
    {
        if (on is null)
            return null;
        LibvirtGraph.Virsh(uri, [command, on, .. more]);
        return string.Join(' ', [command, on, .. more]);
    }

    private string WithFile(string command, string xml)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, xml);
            LibvirtGraph.Virsh(uri, command, file);
        }
        finally
        {
            File.Delete(file);
        }
        return $"{command} {xml.ReplaceLineEndings(" ")}";
    }

    private List<string> List(params string[] arguments) => [.. LibvirtGraph.List(uri, arguments)];

    private string? OneOf(List<string> items) => items.Count == 0 ? null : items[random.Next(items.Count)];
}
