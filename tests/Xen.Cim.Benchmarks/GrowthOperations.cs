using System.Globalization;
using System.Text.RegularExpressions;
using Xen.Cim.Model;
using Xen.Cim.Providers;
using Xen.Cim.Schema;

namespace Xen.Cim.Benchmarks;

/// <summary>What is measured on hosts of all sizes: an operation as bare libvirt calls, in the provider, as CIM-XML and for wbemcli.</summary>
/// <param name="Wbemcli">Its arguments, where it can be compared with canned instances; {0} is the namespace's URL.</param>
/// <param name="Reads">Whether it changes nothing, so that it has a first and a later time.</param>
internal sealed record GrowthOperation(
    string Name, Func<BareLibvirt, long> Libvirt, Func<XenCimProvider, long> Provider, Func<CimXmlClient, long> Http, string[]? Wbemcli, bool Reads);

internal static class GrowthOperations
{
    private static readonly CimRequest s_request = new() { Namespace = "root/virt" };

    public static IReadOnlyList<GrowthOperation> On(PopulatedHost host)
    {
        var guest = host.Running[0];
        var path = PathOf(guest);
        var url = "{0}" + $"Xen_ComputerSystem.CreationClassName=\"Xen_ComputerSystem\",Name=\"{guest:D}\"";
        return
        [
            Instances("Xen_ComputerSystem", l => l.GuestsWithHealth()),
            Instances("Xen_VirtualSystemSettingData", l => l.Configurations()),
            Instances("Xen_ProcessorRASD", l => l.Configurations(scheduler: true)),
            Instances("Xen_DiskRASD", l => l.Disks()),
            Instances("CIM_ResourceAllocationSettingData", l => l.Settings()),
            new("Associators of a guest", l => l.GuestWithConfigurations(guest), p => p.Associators(s_request, path, AssociationFilter.None).LongCount(),
                c => c.Send(CimXmlClient.OfGuest("Associators", "ObjectName", guest)), ["ai", url], Reads: true),
            new("GetInstance of a guest", l => l.Guest(guest), p => p.GetInstance(s_request, path) is null ? 0 : 1,
                c => c.Send(CimXmlClient.OfGuest("GetInstance", "InstanceName", guest)), ["gi", url], Reads: true),
            PauseOrResume(host.Running[0], host.Running[1], host.Running[2]),
            DefineAndDestroy(host),
        ];
    }

    private static GrowthOperation Instances(string className, Func<BareLibvirt, long> libvirt) =>
        new($"EnumerateInstances {className}", libvirt, p => p.EnumerateInstances(s_request, new(className, "root/virt")).LongCount(),
            c => c.Send(CimXmlClient.Enumerate(className, names: false)), ["ei", "{0}" + className], Reads: true);

    private static CimObjectPath PathOf(Guid guest) =>
        new("Xen_ComputerSystem", "root/virt", new CimKey("CreationClassName", "Xen_ComputerSystem"), new CimKey("Name", guest.ToString("D")));

    // Each has a guest of its own, which runs at first.
    private static GrowthOperation PauseOrResume(Guid bare, Guid provided, Guid served)
    {
        var (inProvider, overHttp) = (false, false);
        ushort Next(ref bool paused) => (paused = !paused) ? (ushort)Xen_ComputerSystem.RequestedStateValue.Quiesce : (ushort)Xen_ComputerSystem.RequestedStateValue.Enabled;
        return new("RequestStateChange: pause, or go on", l => l.PauseOrResume(bare), p =>
        {
            var input = new CimArguments();
            input.Set("RequestedState", CimType.UInt16, false, Next(ref inProvider));
            return Done(p.InvokeMethod(s_request, PathOf(provided), "RequestStateChange", input, new()));
        }, c => Done(c, CimXmlClient.Invoke(PathOf(served), "RequestStateChange", ("RequestedState", "uint16", Next(ref overHttp).ToString(CultureInfo.InvariantCulture)))), null, Reads: false);
    }

    private static GrowthOperation DefineAndDestroy(PopulatedHost host)
    {
        CimObjectPath? service = null;
        var number = 0;
        return new("DefineSystem and DestroySystem", l => l.DefineAndUndefine(host.NewXml()), p =>
        {
            service ??= p.EnumerateInstanceNames(s_request, new("Xen_VirtualSystemManagementService", "root/virt")).Single();
            var (input, output) = (new CimArguments(), new CimArguments());
            input.Set("SystemSettings", CimType.String, false, new Xen_VirtualSystemSettingData { ElementName = "measured" });
            Done(p.InvokeMethod(s_request, service, "DefineSystem", input, output));
            var destroyed = new CimArguments();
            destroyed.Set("AffectedSystem", CimType.Reference, false, output["ResultingSystem"]!.Value);
            return Done(p.InvokeMethod(s_request, service, "DestroySystem", destroyed, new()));
        }, c =>
        {
            var name = $"measured-{number++}";
            Done(c, CimXmlClient.Invoke(service!, "DefineSystem", ("SystemSettings", "string", $"instance of Xen_VirtualSystemSettingData {{ ElementName = \"{name}\"; }};")), out var answer);
            var uuid = Regex.Match(answer, "Name\"[^>]*>\\s*<KEYVALUE[^>]*>([0-9a-f-]{36})<").Groups[1].Value;
            return Done(c, CimXmlClient.Invoke(service!, "DestroySystem", ("AffectedSystem", "reference",
                $"<INSTANCENAME CLASSNAME=\"Xen_ComputerSystem\"><KEYBINDING NAME=\"CreationClassName\"><KEYVALUE VALUETYPE=\"string\">Xen_ComputerSystem</KEYVALUE></KEYBINDING><KEYBINDING NAME=\"Name\"><KEYVALUE VALUETYPE=\"string\">{uuid}</KEYVALUE></KEYBINDING></INSTANCENAME>")));
        }, null, Reads: false);
    }

    private static long Done(object? result) => result is 0u ? 1 : throw new InvalidOperationException($"The method answered {result}.");

    private static long Done(CimXmlClient client, CimXmlClient.Request request) => Done(client, request, out _);

    private static long Done(CimXmlClient client, CimXmlClient.Request request, out string answer)
    {
        client.Send(request, out answer);
        return Regex.IsMatch(answer, "<RETURNVALUE[^>]*>\\s*<VALUE>0</VALUE>") ? 1 : throw new InvalidOperationException($"{request.Method} answered:\n{answer}");
    }
}
