using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.Scenarios;

/// <summary>The same lines as <see cref="LibvirtGraph"/>, read from the classes and associations.</summary>
internal static class ModelGraph
{
    // The settings of a kind of resource, their devices, and the property of the setting that tells what it is.
    private static readonly (string Resource, string[] Devices, string Value)[] s_resources =
    [
        ("Memory", ["Xen_Memory"], "VirtualQuantity"), ("Processor", ["Xen_Processor"], "VirtualQuantity"),
        ("Disk", ["Xen_LogicalDisk"], "Address"), ("Network", ["Xen_NetworkPort"], "InstanceID"),
        // A screen's device is its graphics adapter, of which there may be none.
        ("Graphics", [], "ResourceSubType"), ("Console", ["Xen_SerialPort"], "SourceType"), ("Input", ["Xen_PointingDevice", "Xen_Keyboard"], "BusType"),
        // A device of the host is the guest's own to see; there is none of ours for it.
        ("UsbController", ["Xen_UsbController"], "BusNumber"), ("HostDevice", [], "Address"),
    ];

    private static readonly string[] s_pools = ["Xen_MemoryPool", "Xen_ProcessorPool", "Xen_DiskPool", "Xen_NetworkPool", "Xen_GenericDevicePool"];

    public static IReadOnlyCollection<string> Of(Wbemcli wbemcli)
    {
        var facts = new SortedSet<string>(StringComparer.Ordinal);
        void Add(string fact) => Assert.True(facts.Add(fact), $"twice: {fact}");

        foreach (var guest in wbemcli.Instances("Xen_ComputerSystem"))
            Add($"guest {guest["Name"]} {guest["EnabledState"]}");
        foreach (var settings in wbemcli.Instances("Xen_VirtualSystemSettingData"))
            Add($"settings {Id(settings["InstanceID"])}");
        foreach (var pool in s_pools.SelectMany(wbemcli.Names))
            Add($"pool {PoolId(pool)}");
        foreach (var (resource, devices, property) in s_resources)
        {
            foreach (var setting in wbemcli.Instances($"Xen_{resource}RASD"))
                Add($"setting {resource} {Id(setting["InstanceID"])} = {(property == "InstanceID" ? setting["InstanceID"].Split('/')[^1] : setting.Optional(property))}");
            foreach (var name in devices.SelectMany(wbemcli.Names))
                Add($"device {resource} {DeviceId(name)}");
        }

        Links("Xen_HostedResourcePool", "PartComponent", "", link => s_pools.Contains(PrintedPath.ClassOf(link.Part)) ? $"host has pool {PoolId(link.Part)}" : null);
        Links("Xen_HostedDependency", "Dependent", "", link => PrintedPath.ClassOf(link.Part) == "Xen_ComputerSystem" ? $"host carries {Guests.UuidOf(link.Part)}" : null);
        Links("Xen_ElementConformsToProfile", "ManagedElement", "", link => PrintedPath.ClassOf(link.Part) == "Xen_ComputerSystem" ? $"guest conforms {Guests.UuidOf(link.Part)}" : null);
        Links("Xen_VirtualSystemSettingDataComponent", "PartComponent", "GroupComponent", link => ResourceOf(link.Part) is { } resource
            ? $"configuration {Id(KeyOf(link.Whole))} has {resource} {KeyOf(link.Part).Split('/')[^1]}" : null);
        Links("Xen_ResourceAllocationFromPool", "Dependent", "Antecedent", link => ResourceOf(link.Part) is { } resource ? $"{resource} {Id(KeyOf(link.Part))} from {PoolId(link.Whole)}" : null);
        Links("Xen_SystemDevice", "PartComponent", "GroupComponent", link => ResourceOf(link.Part) is { } resource ? $"{Guests.UuidOf(link.Whole)} owns {resource} {DeviceId(link.Part).Split('/')[1]}" : null);
        Links("Xen_ElementAllocatedFromPool", "Dependent", "Antecedent", link => ResourceOf(link.Part) is { } resource ? $"device {resource} {DeviceId(link.Part)} from {PoolId(link.Whole)}" : null);
        Links("Xen_SettingsDefineState", "ManagedElement", "SettingData", link => ResourceOf(link.Part) is { } resource ? $"device {resource} {DeviceId(link.Part)} set by {KeyOf(link.Whole).Split('/')[^1]}" : null);
        foreach (var link in wbemcli.Instances("Xen_ElementSettingData"))
        {
            var (now, next) = (link.Properties["ManagedElement"], link.Properties["SettingData"]);
            // Settings of a kind that is not compared.
            if (ResourceOf(next) is null && PrintedPath.ClassOf(next) != "Xen_VirtualSystemSettingData")
                continue;
            var (guest, setting) = (Id(KeyOf(now)).Split('/')[0], ResourceOf(next) is { } resource ? $" {resource} {KeyOf(next).Split('/')[^1]}" : "");
            // A resource that only one of the configurations has is tied to the guest's.
            var lone = setting.Length == 0 || ResourceOf(now) is not null ? "" : Id(KeyOf(next)).Split('/')[1] == "state" ? " takes" : " adds";
            Add($"next {guest}{lone}{setting} IsDefault={link["IsDefault"]} IsNext={link["IsNext"]} IsCurrent={link["IsCurrent"]}");
        }
        return facts;

        void Links(string association, string part, string whole, Func<(string Part, string Whole), string?> say)
        {
            foreach (var link in wbemcli.Instances(association))
            {
                if (say((link.Properties[part], whole.Length > 0 ? link.Properties[whole] : "")) is { } fact)
                    Add(fact);
            }
        }
    }

    private static string? ResourceOf(string path) => PrintedPath.ClassOf(path) is var name
        ? s_resources.Where(r => r.Devices.Contains(name) || $"Xen_{r.Resource}RASD" == name).Select(r => r.Resource).FirstOrDefault() : null;

    private static string KeyOf(string path) => path.Split('"')[^2];

    // Xen:<uuid>/<kind>/…
    private static string Id(string instanceId) => instanceId["Xen:".Length..];

    // Xen:DiskPool/<name>
    private static string PoolId(string path) => KeyOf(path)["Xen:".Length..].Replace("Pool/", "/", StringComparison.Ordinal);

    private static string DeviceId(string path)
    {
        string Key(string name) => path.Split($"{name}=\"")[1].Split('"')[0];
        return $"{Key("SystemName")}/{Key("DeviceID")}";
    }
}
