using System.Globalization;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>Xen_ConsoleRASD: a guest's serial port or text console, and what is at its other end (DSP1059).</summary>
public sealed class ConsoleRASD(IHypervisor hypervisor, VirtualSystemSettingData configurations)
    : GenericDeviceSetting<CharacterDevice, Xen_ConsoleRASD>(Xen_ConsoleRASD.Layout, hypervisor, configurations, GenericDevicePool.Console)
{
    /// <summary>Serial ports and consoles; libvirt shows the first serial port again as a console.</summary>
    internal static IEnumerable<CharacterDevice> In(DomainDefinition definition) =>
        [.. definition.Serials, .. definition.Consoles.Where(c => c.TargetType is "xen" or "virtio")];

    protected override IEnumerable<CharacterDevice> Of(DomainDefinition definition) => In(definition);

    protected override Xen_ConsoleRASD DescribeDevice(DomainDefinition definition, CharacterDevice port) => new()
    {
        ResourceSubType = KindOf(port),
        AddressOnParent = port.Port?.ToString(CultureInfo.InvariantCulture),
        Connection = port.Source is { } source ? [source] : null,
        SourceType = port.Type,
        Listens = port.Listens,
    };

    private protected override IReadOnlySet<string> Writable { get; } = Set(
        Xen_ConsoleRASD.Names.ResourceSubType, Xen_ConsoleRASD.Names.AddressOnParent, Xen_ConsoleRASD.Names.Connection, Xen_ConsoleRASD.Names.SourceType, Xen_ConsoleRASD.Names.Listens);

    private protected override string Add(DomainDefinition definition, Xen_ConsoleRASD settings)
    {
        var kind = OneOf(Xen_ConsoleRASD.Names.ResourceSubType, settings.ResourceSubType is { Length: > 0 } wanted ? wanted
            : definition.Kind is VirtualizationKind.Paravirtual or VirtualizationKind.ParavirtualHardware ? "xen" : "serial", "serial", "xen", "virtio");
        if (Hypervisor.Driver == HypervisorDriver.Xen)
            RefuseNotOnXen(definition, kind);
        var taken = In(definition).Where(d => KindOf(d) == kind).Select(d => d.Port ?? 0).ToHashSet();
        var number = 0u;
        if (settings.AddressOnParent is { Length: > 0 } given)
        {
            if (!uint.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out number) || number > byte.MaxValue)
                throw CimException.InvalidParameter($"AddressOnParent \"{given}\" is no number of a port: expected 0, 1, ...");
            if (taken.Contains(number))
                throw new CimException(CimStatus.AlreadyExists, $"{definition.Name} has a {kind} port {number} already.");
        }
        else
        {
            while (taken.Contains(number))
                number++;
        }
        CharacterDevice port = kind == "serial" ? new SerialDevice(number) : new ConsoleDevice(kind, number);
        Write(port, settings, listens: true);
        return definition.Add(port).DeviceId;
    }

    // libvirt takes them, and hands them on to nobody.
    private static void RefuseNotOnXen(DomainDefinition definition, string kind)
    {
        var type = VirtualSystemSettingData.TypeOf(definition);
        if (kind == "virtio")
            throw CimException.NotSupported("ResourceSubType \"virtio\": Xen has no ports of virtio; its guests have xen consoles, and fully virtual ones serial ports.");
        if (definition.Kind is not (VirtualizationKind.Paravirtual or VirtualizationKind.ParavirtualHardware))
            return;
        if (kind == "serial")
            throw CimException.NotSupported($"ResourceSubType \"serial\": a {type} has no serial ports, but a xen console.");
        if (In(definition).FirstOrDefault(c => KindOf(c) == "xen") is { } console)
            throw CimException.NotSupported($"{definition.Name} has its console {console.DeviceId}, and libvirt gives a {type} no second one.");
    }

    private protected override void Modify(DomainDefinition definition, string deviceId, Xen_ConsoleRASD settings)
    {
        var port = Require(definition, deviceId);
        RefuseChange(Xen_ConsoleRASD.Names.ResourceSubType, settings.ResourceSubType, KindOf(port));
        RefuseChange(Xen_ConsoleRASD.Names.AddressOnParent, settings.AddressOnParent, port.Port?.ToString(CultureInfo.InvariantCulture));
        var before = port.ToXml();
        Write(port, settings, port.Listens);
        // Else libvirt would find two that differ where it wants one shown twice.
        if (port is SerialDevice serial && port.ToXml() != before)
            definition.RemoveMirrorsOf(serial);
    }

    private protected override void Remove(DomainDefinition definition, string deviceId)
    {
        if (Require(definition, deviceId) is SerialDevice serial)
            definition.RemoveMirrorsOf(serial);
        base.Remove(definition, deviceId);
    }

    private static void Write(CharacterDevice port, Xen_ConsoleRASD settings, bool listens)
    {
        if (settings.Connection is { Length: > 1 } several)
            throw CimException.InvalidParameter($"Connection has {several.Length} entries; a port has one end on the host.");
        if (settings.SourceType is "" && port.Type is { } there)
            throw CimException.InvalidParameter($"SourceType \"\": the port's other end is a {there}; expected one of {string.Join(", ", CharacterDevice.HostEnds)}, or NULL to keep it.");
        if (settings is { Connection: [] or [null or ""], SourceType: null } && port is { Type: not ("pty" or "null"), Source: { } kept })
            throw CimException.InvalidParameter($"Connection is empty: a port of SourceType {port.Type} has an end on the host, and this one {kept}; give another, or SourceType pty where the hypervisor is to choose.");
        var given = settings.Connection is [{ Length: > 0 } end] ? end : null;
        var type = settings.SourceType is { Length: > 0 } wanted ? wanted : port.Type ?? "pty";
        // The hypervisor chooses the pseudo-terminal; one that was read may be sent back.
        if (type == port.Type && (given is null || given == port.Source) && (settings.Listens is null || settings.Listens == port.Listens))
            return;
        OneOf(Xen_ConsoleRASD.Names.SourceType, type, [.. CharacterDevice.HostEnds]);
        if (type is "pty" or "null" && given == port.Source)
            given = null;
        if (type is "pty" or "null" && given is not null && type == port.Type)
            throw CimException.InvalidParameter($"Connection \"{given}\": the other end of a port of SourceType {type} is the hypervisor's to choose; give a SourceType such as file, unix or tcp.");
        if (type is not ("unix" or "tcp") && settings.Listens == true && !port.Listens)
            throw CimException.InvalidParameter($"Listens: a port of SourceType {type} is no socket that could wait for connections; unix and tcp are.");
        port.SetHostEnd(type, type is "pty" or "null" ? given : given ?? (type == port.Type ? port.Source : null), settings.Listens ?? listens);
    }

    private static string? KindOf(CharacterDevice port) => port is SerialDevice ? "serial" : port.TargetType;
}
