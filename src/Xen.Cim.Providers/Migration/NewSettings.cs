using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>
/// NewSystemSettingData and NewResourceSettingData (DSP1081): what a guest is to be otherwise on its new host. What the
/// guest itself does not see can change on the way; all else is refused by name, and can change before or after. What is
/// named there belongs to the new host, which is asked whether it has it.
/// </summary>
internal sealed class NewSettings(IHypervisor hypervisor, VirtualSystemSettingData configurations, IReadOnlyList<IAllocationSetting> allocations)
{
    private static readonly string[] s_ofSystem = [Xen_VirtualSystemSettingData.Names.ElementName, Xen_VirtualSystemSettingData.Names.Caption, Xen_VirtualSystemSettingData.Names.Notes];

    private static readonly Dictionary<string, string[]> s_ofResources = new(StringComparer.OrdinalIgnoreCase)
    {
        [Xen_DiskRASD.CimName] = [Xen_DiskRASD.Names.Address, Xen_DiskRASD.Names.HostExtentName, Xen_DiskRASD.Names.HostResource],
        [Xen_NetworkRASD.CimName] = [Xen_NetworkRASD.Names.Connection, Xen_NetworkRASD.Names.NetworkType, Xen_NetworkRASD.Names.NetworkName, Xen_NetworkRASD.Names.Bridge],
        [Xen_GraphicsRASD.CimName] = [Xen_GraphicsRASD.Names.ListenAddress, Xen_GraphicsRASD.Names.Port],
    };

    /// <returns>Null when nothing is to change.</returns>
    /// <exception cref="CimException">INVALID_PARAMETER; NOT_FOUND: the guest has no such setting; NOT_SUPPORTED: it cannot change on the way.</exception>
    public MigrationChanges? Read(Guest guest, CimInstance? system, IReadOnlyList<CimInstance> resources)
    {
        var words = system is null ? new Xen_VirtualSystemSettingData() : Changed(guest, DefineSystem.SystemSettings(system));
        var (disks, adapters, screens) = (new Dictionary<string, MigratedSource>(), new Dictionary<string, MigratedSource>(), new Dictionary<string, MigratedScreen>());
        foreach (var resource in resources)
        {
            var (device, wanted) = Changed(guest, resource);
            if (!wanted.Properties.Any())
                continue;
            if (wanted is Xen_DiskRASD disk)
                disks[device] = Medium(device, disk);
            else if (wanted is Xen_NetworkRASD adapter)
                adapters[device] = Plug(device, adapter);
            else if (wanted is Xen_GraphicsRASD screen)
                screens[device] = new(screen.ListenAddress, screen.Port is { } port ? port == 0 ? -1 : port : null);
        }
        return !words.Properties.Any() && disks.Count + adapters.Count + screens.Count == 0 ? null : new()
        {
            Name = words.ElementName is { } name ? ObjectName.Checked("a guest", name) : null,
            Title = words.Caption,
            Description = words.Notes is { } notes ? string.Join('\n', notes) : null,
            Disks = disks,
            Interfaces = adapters,
            Screens = screens,
        };
    }

    private Xen_VirtualSystemSettingData Changed(Guest guest, Xen_VirtualSystemSettingData settings)
    {
        var configuration = ConfigurationOf(guest, settings.InstanceID, out var device);
        if (device is not null)
            throw CimException.InvalidParameter($"NewSystemSettingData has the InstanceID \"{settings.InstanceID}\", which is that of a resource: expected {configuration.Id}.");
        var now = configurations.InstanceOf(configuration, new CimRequest { Namespace = configurations.Namespace });
        return Changed(settings, now, s_ofSystem, $"of {guest.Name}");
    }

    private (string Device, CimInstance Wanted) Changed(Guest guest, CimInstance settings)
    {
        var @class = DefineSystem.ClassOf(allocations, settings);
        var id = settings["InstanceID"] as string ?? throw CimException.InvalidParameter(
            $"A {settings.ClassName} has no InstanceID; it says which setting of {guest.Name} is to be another there, such as {Configuration.IdOf(guest.Uuid, ConfigurationKind.State)}/xvda. Resources cannot be added on the way.");
        var configuration = ConfigurationOf(guest, id, out var device);
        var now = @class.InstancesOf(configuration, new CimRequest { Namespace = configurations.Namespace }).FirstOrDefault(s => s["InstanceID"] as string == id)
            ?? throw new CimException(CimStatus.NotFound, $"{guest.Name} has no {@class.Layout.ClassName} \"{id}\".");
        var can = s_ofResources.GetValueOrDefault(@class.Layout.ClassName, []);
        return (device!, now switch
        {
            Xen_DiskRASD => Changed(EmbeddedSettings.Typed<Xen_DiskRASD>(settings), now, can, id),
            Xen_NetworkRASD => Changed(EmbeddedSettings.Typed<Xen_NetworkRASD>(settings), now, can, id),
            Xen_GraphicsRASD => Changed(EmbeddedSettings.Typed<Xen_GraphicsRASD>(settings), now, can, id),
            _ => Changed(settings, now, can, id),
        });
    }

    /// <summary>What a client wants otherwise; what repeats what is there came along with a whole instance.</summary>
    private static T Changed<T>(T settings, CimInstance now, string[] can, string what)
        where T : CimInstance
    {
        foreach (var property in settings.Properties.ToList())
        {
            var there = now[property.Name];
            if (property.Value is not { } value || property.Name == CIM_SettingData.Names.InstanceID || CimValue.AreEqual(value, there) || (value is "" && there is null))
                settings.Remove(property.Name);
            else if (!can.Contains(property.Name))
                throw CimException.NotSupported($"{property.Name} {what} is {(there is null ? "NULL" : CimValue.Format(there))} and cannot become {CimValue.Format(value)} on the way to another host; "
                    + $"{(can.Length == 0 ? "nothing of it can" : $"{string.Join(", ", can)} can")}. Change it before or after.");
        }
        return settings;
    }

    private Configuration ConfigurationOf(Guest guest, string? id, out string? device)
    {
        var (uuid, kind) = (guest.Uuid, ConfigurationKind.State);
        device = null;
        if (id is not null && (!Configuration.TryParseId(id, out uuid, out kind, out device) || uuid != guest.Uuid))
            throw CimException.InvalidParameter($"InstanceID \"{id}\" is no setting of {guest.Name}: expected one that begins with {Configuration.IdOf(guest.Uuid, ConfigurationKind.State)} or {Configuration.IdOf(guest.Uuid, ConfigurationKind.Defined)}.");
        return configurations.Find(uuid, kind) ?? throw new CimException(CimStatus.NotFound, $"{guest.Name} has no configuration \"{id}\".");
    }

    private MigratedSource Medium(string device, Xen_DiskRASD settings)
    {
        const string FileScheme = "file://";
        var named = new[] { settings.Address, settings.HostExtentName }.Concat(settings.HostResource ?? []).OfType<string>()
            .Select(s => s.StartsWith(FileScheme, StringComparison.OrdinalIgnoreCase) ? Uri.UnescapeDataString(s[FileScheme.Length..]) : s).Distinct().ToList();
        return named switch
        {
            [""] => new(null, null),
            [['/', ..] path] => new(path.StartsWith("/dev/", StringComparison.Ordinal) ? "block" : "file", path),
            // libvirt's Xen driver cannot start a guest with a disk of that type.
            [var volume] when hypervisor.Driver != HypervisorDriver.Xen && volume.Split('/') is [{ Length: > 0 }, { Length: > 0 }] => new("volume", volume),
            [var other] => throw CimException.InvalidParameter($"\"{other}\" is no medium for the disk {device} on another host: expected an absolute path there{(hypervisor.Driver == HypervisorDriver.Xen ? "" : ", or pool/volume")}."),
            _ => throw CimException.InvalidParameter($"Address, HostExtentName and HostResource name different media for the disk {device}: {string.Join(", ", named)}."),
        };
    }

    private static MigratedSource Plug(string device, Xen_NetworkRASD settings)
    {
        var named = new[] { settings.NetworkName, settings.Bridge }.Concat(settings.Connection ?? []).OfType<string>().Distinct().ToList();
        if (named is not [{ Length: > 0 } source])
            throw CimException.InvalidParameter($"What is the adapter {device} to be plugged into on the other host? Give one NetworkName, Bridge or Connection{(named.Count > 1 ? $", not {string.Join(", ", named)}" : "")}.");
        var type = settings.NetworkName is not null ? "network" : settings.Bridge is not null ? "bridge" : null;
        return type is null || settings.NetworkType is not { } said || said == type ? new(type ?? settings.NetworkType, source)
            : throw CimException.InvalidParameter($"NetworkType {said} and {source}, which is a {type}: give one of them.");
    }
}
