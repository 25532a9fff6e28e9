using System.Xml.Linq;
using Xen.Cim.EndToEnd.Tests.Running;
using Xen.Cim.EndToEnd.Tests.Suite.Hosts;

namespace Xen.Cim.EndToEnd.Tests.Suite;

/// <summary>A guest that a test of the suite defined, and that is gone after it whatever happened.</summary>
public sealed class SuiteGuest(HostUnderTest host, string uuid, string name) : IDisposable
{
    private readonly Lazy<GuestConsole> _console = new(() => new GuestConsole(host.Uri, uuid));

    public string Uuid => uuid;

    public string Name => name;

    /// <summary>The guest's own word.</summary>
    public GuestConsole Console => _console.Value;

    /// <summary>The definition that the next start uses, as libvirt has it.</summary>
    public XElement Inactive => XElement.Parse(host.Virsh("dumpxml", "--inactive", uuid));

    /// <summary>What runs, as libvirt has it.</summary>
    public XElement Live => XElement.Parse(host.Virsh("dumpxml", uuid));

    /// <summary>The client of the server that manages it.</summary>
    public Wbemcli Wbemcli => host.Wbemcli;

    /// <summary>An InstanceID of its settings.</summary>
    /// <param name="of">state or defined, and a device: defined/memory.</param>
    public string Id(string of) => $"Xen:{uuid}/{of}";

    public PrintedInstance Setting(string @class, string of) => Wbemcli.Get(Guests.SettingPath(@class, Id(of)));

    /// <summary>The settings of a class in one of its configurations.</summary>
    public IReadOnlyList<PrintedInstance> Settings(string @class, string of) =>
        [.. Wbemcli.Instances(@class).Where(s => s["InstanceID"].StartsWith(Id(of) + "/", StringComparison.Ordinal))];

    public PrintedInstance Read() => Wbemcli.Guest(uuid);

    public void Start() => Change(2, 2, "Running", "running");

    public void Stop() => Change(3, 3, "Shut off", "shut off");

    /// <summary>Asks for a state and waits for it; the server and virsh have to agree that it is reached.</summary>
    public void Change(int requested, int enabled, string words, string domstate)
    {
        Wbemcli.Change(uuid, requested, enabled, words);
        Confirm(domstate, "domstate");
    }

    /// <summary>virsh says of the guest what is expected, where virsh sees the host.</summary>
    public void Confirm(string expected, string command)
    {
        if (host.VirshSeesIt)
            Assert.Equal(expected, host.Virsh(command, uuid).Trim());
    }

    /// <summary>A line of virsh dominfo.</summary>
    public void ConfirmInfo(string expected, string line)
    {
        if (host.VirshSeesIt)
            Assert.Equal(expected, Table(host.Virsh("dominfo", uuid), ':')[line]);
    }

    /// <summary>Lines of "name: value" as virsh prints them.</summary>
    public static IReadOnlyDictionary<string, string> Table(string printed, char separator) => printed.Split('\n').Where(l => l.Contains(separator, StringComparison.Ordinal))
        .Select(l => l.Split(separator, 2)).ToDictionary(l => l[0].Trim(), l => l[1].Trim());

    /// <summary>Changes a resource; it has to be done within the call.</summary>
    /// <param name="of">state or defined, and the device.</param>
    /// <param name="properties">In MOF.</param>
    public void Modify(string @class, string of, string properties) =>
        Assert.Equal(Guests.Completed, Wbemcli.Modify($$"""instance of {{@class}} { InstanceID = "{{Id(of)}}"; {{properties}} };""").Return);

    /// <summary>Changes what is said of the guest as a whole; it has to be done within the call.</summary>
    /// <param name="configuration">state or defined.</param>
    /// <param name="properties">In MOF.</param>
    public void ModifySystem(string configuration, string properties) => Assert.Equal(Guests.Completed, Wbemcli.Call(Wbemcli.Service(), "ModifySystemSettings", "SystemSettings=" + Wbemcli.Mof(
        $$"""instance of Xen_VirtualSystemSettingData { InstanceID = "{{Id(configuration)}}"; {{properties}} };""")).Return);

    /// <summary>Adds a resource, and returns the id of its setting.</summary>
    public string Add(string @class, string configuration, string properties)
    {
        var answer = Wbemcli.Add(Id(configuration), $$"""instance of {{@class}} { {{properties}} };""");
        Assert.Equal(Guests.Completed, answer.Return);
        var id = Guests.UuidOf(answer.Output["ResultingResourceSettings"]);
        Assert.StartsWith(Id(configuration) + "/", id, StringComparison.Ordinal);
        return id;
    }

    /// <summary>Waits for the end of a job, which has to be a good one.</summary>
    public void Await(PrintedAnswer answer, double seconds = 120) => Wbemcli.Await(answer, seconds);

    /// <summary>Destroys it with the server, and where that is the very thing that fails, with virsh.</summary>
    public void Dispose()
    {
        if (_console.IsValueCreated)
            _console.Value.Dispose();
        if (Wbemcli.Run("gi", Wbemcli.Url(Guests.Path(uuid)), "Name").ExitCode != 0)
            return;
        var result = Wbemcli.Run("cm", Wbemcli.Url(Wbemcli.Service()), $"DestroySystem.AffectedSystem={Guests.Argument(Guests.Path(uuid))}");
        if (result.ExitCode != 0 && host.VirshSeesIt)
        {
            host.TryVirsh("destroy", uuid);
            host.TryVirsh("undefine", "--managed-save", uuid);
        }
    }
}
