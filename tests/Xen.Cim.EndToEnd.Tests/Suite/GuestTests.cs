using Xen.Cim.EndToEnd.Tests.Running;
using Xen.Cim.EndToEnd.Tests.Suite.Hosts;

namespace Xen.Cim.EndToEnd.Tests.Suite;

/// <summary>
/// What the tests of every theme share. A theme is written once, in Themes; for each host and kind of guest a class that
/// adds nothing inherits it (On*.cs).
/// </summary>
public abstract class GuestTests(HostUnderTest host, GuestKind kind)
{
    protected HostUnderTest Host => host;

    protected GuestKind Kind => kind;

    protected Wbemcli Wbemcli => host.Wbemcli;

    /// <summary>The guest's memory while it starts, and the most that it may have, in KiB.</summary>
    protected const uint MemoryKiB = 160 * 1024;
    protected const uint MaximumKiB = 192 * 1024;

    /// <summary>DMTF's name for a kind.</summary>
    protected static string TypeOf(GuestKind kind) => $"DMTF:XEN:{kind}";

    /// <summary>A disk target on the bus that the guest's kernel knows best.</summary>
    protected string Disk(char letter) => host.DiskPrefix + letter;

    /// <summary>A guest that boots Linux, which says on its console what it sees. Nothing else is in it.</summary>
    protected SuiteGuest Define(string name, string moreOfSystem = "", string moreResources = "", uint processors = 1, uint? maximumProcessors = null) =>
        DefineAs(kind, name, moreOfSystem, moreResources, processors, maximumProcessors);

    /// <summary>What the guest's kernel is told: not to talk either, which over an emulated serial line takes minutes.</summary>
    protected string CommandLineOf(GuestKind asKind) => $"console={Host.ConsoleOf(asKind)} mitigations=off random.trust_cpu=on net.ifnames=0 quiet";

    /// <summary>The same of another kind.</summary>
    protected SuiteGuest DefineAs(GuestKind asKind, string name, string moreOfSystem = "", string moreResources = "", uint processors = 1, uint? maximumProcessors = null)
    {
        // Nobody else's guests are in the way, not even those of an earlier run.
        name = $"suite-{name}-{Guid.NewGuid():N}"[..Math.Min(40, name.Length + 15)];
        var uuid = Wbemcli.Define(
            $$"""
            instance of Xen_VirtualSystemSettingData {
                ElementName = "{{name}}"; VirtualSystemType = "{{TypeOf(asKind)}}";
                Kernel = "{{Host.KernelOf(asKind)}}"; RAMDisk = "{{Host.Boot.Initrd}}"; CommandLine = "{{CommandLineOf(asKind)}}"; {{moreOfSystem}}
            };
            """,
            $$"""
            instance of Xen_MemoryRASD { VirtualQuantity = {{MemoryKiB}}; Limit = {{MaximumKiB}}; };
            instance of Xen_ProcessorRASD { VirtualQuantity = {{processors}}; MaximumProcessors = {{maximumProcessors ?? processors}}; };
            {{moreResources}}
            """);
        return new SuiteGuest(host, uuid, name);
    }

    /// <summary>A running guest, heard on its console where it can speak.</summary>
    protected SuiteGuest Run(string name, uint processors = 1, uint? maximumProcessors = null) =>
        Host.GuestsAreMute is null ? Boot(name, processors, maximumProcessors) : Start(name, processors, maximumProcessors);

    /// <summary>A running guest that can be suspended to disk.</summary>
    protected SuiteGuest RunToSuspend(string name) => Host.SuspendsWhateverRuns ? Start(name) : Run(name);

    /// <summary>A guest that was started, whatever it does by now.</summary>
    protected SuiteGuest Start(string name, uint processors = 1, uint? maximumProcessors = null)
    {
        var guest = Define(name, processors: processors, maximumProcessors: maximumProcessors);
        try
        {
            guest.Start();
            return guest;
        }
        catch
        {
            guest.Dispose();
            throw;
        }
    }

    /// <summary>A running guest that was heard on its console.</summary>
    protected SuiteGuest Boot(string name, uint processors = 1, uint? maximumProcessors = null)
    {
        Host.RequireTalkingGuests();
        var guest = Start(name, processors, maximumProcessors);
        try
        {
            guest.Console.Next();
            return guest;
        }
        catch
        {
            guest.Dispose();
            throw;
        }
    }
}
