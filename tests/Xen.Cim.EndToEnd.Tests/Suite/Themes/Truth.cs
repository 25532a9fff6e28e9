using System.Globalization;
using System.Xml.Linq;
using Xen.Cim.EndToEnd.Tests.Running;
using Xen.Cim.EndToEnd.Tests.Suite.Hosts;

namespace Xen.Cim.EndToEnd.Tests.Suite.Themes;

/// <summary>Whatever others do to guests, the next answer tells, and nothing but what libvirt says at that moment.</summary>
public abstract class Truth(HostUnderTest host, GuestKind kind) : GuestTests(host, kind)
{
    private const int Changes = 30;

    [GuestFact]
    public void The_next_answer_tells_what_virsh_did()
    {
        Assert.SkipUnless(Host.VirshSeesIt, "virsh does not see the host that the provider sees");
        var seed = Environment.TickCount;
        var random = new Random(seed);
        using var first = Define("truth", processors: 1, maximumProcessors: 2);
        using var second = Define("truth", processors: 1, maximumProcessors: 2);
        // Over one connection: to make one is what takes the time.
        using var virsh = new VirshShell(Host.Uri, first.Uuid);
        var done = new List<string>();
        for (var i = 0; i < Changes; i++)
        {
            var guest = random.Next(2) == 0 ? first : second;
            string[] command = random.Next(10) switch
            {
                0 or 1 => ["start", guest.Uuid],
                2 => ["destroy", guest.Uuid],
                3 => ["suspend", guest.Uuid],
                4 => ["resume", guest.Uuid],
                5 => ["managedsave", guest.Uuid],
                6 => ["managedsave-remove", guest.Uuid],
                7 => ["autostart", guest.Uuid, .. random.Next(2) == 0 ? ["--disable"] : Array.Empty<string>()],
                8 => ["setmem", guest.Uuid, (MemoryKiB - (random.Next(1, 32) * 1024)).ToString(CultureInfo.InvariantCulture) + "KiB", "--config"],
                _ => ["setvcpus", guest.Uuid, random.Next(1, 3).ToString(CultureInfo.InvariantCulture), "--config"],
            };
            // Such as starting what runs: nothing changes, which has to be seen too.
            var refused = Host.TryVirsh(command).ExitCode != 0;
            done.Add($"{(refused ? "refused: " : "")}{string.Join(' ', command)}");
            foreach (var each in (SuiteGuest[])[first, second])
                Compare(virsh, each, $"seed {seed}: {string.Join("; ", done.TakeLast(4))}");
        }
        Assert.Contains(done, d => !d.StartsWith("refused", StringComparison.Ordinal));

        // One more guest, which is gone again.
        var definition = first.Inactive;
        definition.Element("uuid")!.Remove();
        definition.Element("name")!.Value = first.Name + "-copy";
        definition.Descendants("mac").Remove();
        var uuid = Guid.NewGuid().ToString("D");
        definition.AddFirst(new XElement("uuid", uuid));
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, definition.ToString());
            Host.Virsh("define", file);
            Assert.Equal(first.Name + "-copy", Wbemcli.Guest(uuid)["ElementName"]);
        }
        finally
        {
            File.Delete(file);
            Host.TryVirsh("undefine", uuid);
        }
        Assert.DoesNotContain(Wbemcli.Names("Xen_ComputerSystem"), n => n.Contains(uuid, StringComparison.Ordinal));
    }

    // A guest may go on changing by itself; what counts is what libvirt says both before and after.
    private static void Compare(VirshShell virsh, SuiteGuest guest, string said)
    {
        for (var before = ByVirsh(virsh, guest); ;)
        {
            var told = ByServer(guest);
            var after = ByVirsh(virsh, guest);
            if (before == after)
            {
                Assert.True(after == told, $"{said}\nlibvirt says {after}\nthe server {told}");
                return;
            }
            before = after;
        }
    }

    private sealed record Facts(string State, string Autostart, string Memory, string Processors, string Running);

    private static Facts ByVirsh(VirshShell virsh, SuiteGuest guest)
    {
        const string Line = "--- and then ---";
        var said = virsh.Ask($"dominfo {guest.Uuid}; echo {Line}; dumpxml --inactive {guest.Uuid}; echo {Line}; dumpxml {guest.Uuid}").Split(Line);
        var info = SuiteGuest.Table(said[0], ':');
        var (defined, state) = (XElement.Parse(said[1]), XElement.Parse(said[2]));
        var saved = info["State"] == "shut off" && info["Managed save"] == "yes";
        return new(saved ? "saved" : info["State"], info["Autostart"], Memory(defined), Processors(defined), Processors(state));
    }

    private static Facts ByServer(SuiteGuest guest)
    {
        var settings = guest.Setting("Xen_VirtualSystemSettingData", "defined");
        var words = guest.Read()["StatusDescriptions"];
        return new(words switch { "Running" => "running", "Paused" => "paused", "Shut off" => "shut off", "Suspended to disk" => "saved", _ => words },
            settings["AutomaticStartupAction"] == "4" ? "enable" : "disable",
            guest.Setting("Xen_MemoryRASD", "defined/memory")["VirtualQuantity"],
            guest.Setting("Xen_ProcessorRASD", "defined/processor")["VirtualQuantity"],
            guest.Setting("Xen_ProcessorRASD", "state/processor")["VirtualQuantity"]);
    }

    private static string Memory(XElement domain) => (domain.Element("currentMemory") ?? domain.Element("memory"))!.Value;

    private static string Processors(XElement domain) => domain.Element("vcpu")!.Attribute("current")?.Value ?? domain.Element("vcpu")!.Value;
}
