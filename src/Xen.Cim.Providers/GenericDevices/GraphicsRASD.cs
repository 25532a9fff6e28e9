using System.Globalization;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>Xen_GraphicsRASD: a guest's screen, served by VNC or SPICE or shown in a window of the host (DSP1059).</summary>
public sealed class GraphicsRASD(IHypervisor hypervisor, VirtualSystemSettingData configurations)
    : GenericDeviceSetting<GraphicsDevice, Xen_GraphicsRASD>(Xen_GraphicsRASD.Layout, hypervisor, configurations, GenericDevicePool.Graphics)
{
    /// <summary>ResourceSubType of a screen that names none.</summary>
    internal const string UsualType = "vnc";

    private const string Local = "sdl";

    /// <summary>The protocol compares no more (RFC 6143 7.2.2).</summary>
    private const int MaxVncPassword = 8;

    private const string XenCard = "xen";

    // The cards of Xen's device model, and how much memory each needs at least (libxl).
    private static readonly (string Model, ulong KiB)[] s_cardsOnXen = [("cirrus", 8 * 1024), ("vga", 16 * 1024), (XenCard, 16 * 1024), ("qxl", 128 * 1024)];

    protected override IEnumerable<GraphicsDevice> Of(DomainDefinition definition) => definition.Graphics;

    protected override Xen_GraphicsRASD DescribeDevice(DomainDefinition definition, GraphicsDevice screen)
    {
        var port = PortOf(screen.Port);
        return new Xen_GraphicsRASD
        {
            ResourceSubType = screen.Type,
            Address = screen.Type == Local ? screen.Display
                : screen.Listen is { Length: > 0 } listen && port is { } number ? $"{(listen.Contains(':', StringComparison.Ordinal) ? $"[{listen}]" : listen)}:{number.ToString(CultureInfo.InvariantCulture)}" : null,
            ListenAddress = screen.Listen,
            Port = port,
            TLSPort = PortOf(screen.TlsPort),
            KeyMap = screen.Keymap,
            Display = screen.Display,
            PasswordRequired = screen.HasPassword,
            VideoModel = CardOf(definition)?.Model,
            VideoMemory = CardOf(definition)?.MemoryKiB,
        };
    }

    private protected override IReadOnlySet<string> Writable { get; } = Set(
        Xen_GraphicsRASD.Names.ResourceSubType, Xen_GraphicsRASD.Names.ListenAddress, Xen_GraphicsRASD.Names.Port, Xen_GraphicsRASD.Names.KeyMap, Xen_GraphicsRASD.Names.Display, Xen_GraphicsRASD.Names.Password,
        Xen_GraphicsRASD.Names.VideoModel, Xen_GraphicsRASD.Names.VideoMemory);

    private protected override string Add(DomainDefinition definition, Xen_GraphicsRASD settings)
    {
        var screen = new GraphicsDevice();
        var type = OneOf(Xen_GraphicsRASD.Names.ResourceSubType, settings.ResourceSubType is { Length: > 0 } wanted ? wanted : UsualType, UsualType, "spice", Local);
        if (definition.Graphics.Any(g => g.Type == type))
            throw new CimException(CimStatus.AlreadyExists, $"{definition.Name} has a screen of the type {type} already.");
        if (Hypervisor.Driver == HypervisorDriver.Xen)
            RefuseNotOnXen(definition, type);
        if (type == Local)
            screen.MakeLocal(type);
        else
            screen.Type = type;
        Write(screen, settings);
        WriteCard(definition, settings);
        return definition.Add(screen).DeviceId;
    }

    private protected override void Modify(DomainDefinition definition, string deviceId, Xen_GraphicsRASD settings)
    {
        var screen = Require(definition, deviceId);
        RefuseChange(Xen_GraphicsRASD.Names.ResourceSubType, settings.ResourceSubType, screen.Type);
        Write(screen, settings);
        WriteCard(definition, settings);
    }

    // libvirt takes them, and the guest is started without.
    private static void RefuseNotOnXen(DomainDefinition definition, string type)
    {
        if (definition.Graphics.FirstOrDefault() is { } screen)
            throw CimException.NotSupported($"ResourceSubType {type}: {definition.Name} has its screen {screen.DeviceId}, and libvirt gives a guest of Xen no second one; remove that first.");
        if (type == "spice" && !definition.HasDeviceModel)
            throw CimException.NotSupported($"ResourceSubType spice: the screen of a {VirtualSystemSettingData.TypeOf(definition)} is served by VNC (vnc) or shown in a window of the host ({Local}); SPICE takes a {VirtualSystemSettingData.FullyVirtual}.");
    }

    // Of a guest without a device model the card is the screen itself; the others find out when they start.
    private static void RefuseCardNotOnXen(DomainDefinition definition, Xen_GraphicsRASD settings, VideoDevice card)
    {
        if (!definition.HasDeviceModel)
        {
            if (card.Model != XenCard || settings.VideoMemory is > 0)
                throw CimException.NotSupported($"{(card.Model != XenCard ? $"VideoModel {card.Model}" : $"VideoMemory {settings.VideoMemory}")}: the screen of a {VirtualSystemSettingData.TypeOf(definition)} has no video card but Xen's own ({XenCard}), and that no memory to choose.");
            return;
        }
        if (s_cardsOnXen.FirstOrDefault(c => c.Model == card.Model) is not { Model: { } model, KiB: var least })
            throw CimException.NotSupported($"VideoModel {card.Model}: a {VirtualSystemSettingData.TypeOf(definition)} has one of {string.Join(", ", s_cardsOnXen.Select(c => c.Model))}.");
        if (card.MemoryKiB < least)
            throw CimException.InvalidParameter($"VideoMemory {card.MemoryKiB}: a {model} of Xen has at least {least} KiB, or 0 for as much as is usual.");
    }

    private protected override void RefuseLive(Guest guest, DomainDefinition from, DomainDefinition to)
    {
        if (CardOf(from)?.ToXml() != CardOf(to)?.ToXml())
            throw CimException.InvalidParameter($"The video card of {guest.Name} cannot be changed while it runs; change its defined configuration.");
    }

    /// <summary>What the screens of a guest show: its first card.</summary>
    private static VideoDevice? CardOf(DomainDefinition? definition) => definition?.Videos.FirstOrDefault();

    private void WriteCard(DomainDefinition definition, Xen_GraphicsRASD settings)
    {
        var card = CardOf(definition);
        if (settings.VideoModel is "" && card?.Model is { } shown)
            throw CimException.InvalidParameter($"VideoModel \"\": a screen shows what a video card draws, and {definition.Name} has a {shown}; name another model, or NULL to keep it.");
        if ((settings.VideoModel is not { Length: > 0 } model || model == card?.Model) && (settings.VideoMemory is not { } memory || memory == (card?.MemoryKiB ?? 0)))
            return;
        card ??= (VideoDevice)definition.Add(new VideoDevice());
        if (settings.VideoModel is { Length: > 0 } wanted && wanted != card.Model)
        {
            card.Model = wanted;
            // What another model had is nothing to this one.
            if (settings.VideoMemory is null)
                card.MemoryKiB = null;
        }
        if (card.Model is null)
            throw CimException.InvalidParameter($"VideoMemory {settings.VideoMemory}: {definition.Name} has no video card yet; say which with VideoModel.");
        if (settings.VideoMemory is { } kib && kib != (card.MemoryKiB ?? 0))
            card.MemoryKiB = kib == 0 ? null : kib;
        if (Hypervisor.Driver == HypervisorDriver.Xen)
            RefuseCardNotOnXen(definition, settings, card);
    }

    private static void Write(GraphicsDevice screen, Xen_GraphicsRASD settings)
    {
        if (screen.Type == Local)
        {
            if (settings is not { ListenAddress: null or "", Port: null or 0, KeyMap: null or "", Password: null or "" })
                throw CimException.InvalidParameter("An SDL window has no server: leave ListenAddress, Port, KeyMap and Password NULL.");
            if (settings.Display is { } display && display != (screen.Display ?? ""))
                screen.Display = display.Length == 0 ? null : display;
            return;
        }
        if (settings.Display is { Length: > 0 } x11)
            throw CimException.InvalidParameter($"Display \"{x11}\" is for SDL windows; a {screen.Type} server has ListenAddress and Port.");
        if (settings.ListenAddress is { } listen && listen != (screen.Listen ?? ""))
            screen.Listen = listen.Length == 0 ? null : listen;
        if (settings.Port is { } port && port != PortOf(screen.Port).GetValueOrDefault())
            (screen.AutoPort, screen.Port) = port == 0 ? (true, -1) : (false, port);
        if (settings.KeyMap is { } keys && keys != (screen.Keymap ?? ""))
            screen.Keymap = keys.Length == 0 ? null : keys;
        if (settings.Password is not { } password)
            return;
        if (screen.Type == "vnc" && password.Length > MaxVncPassword)
            throw CimException.InvalidParameter($"Password has {password.Length} characters; VNC compares no more than {MaxVncPassword}.");
        screen.SetPassword(password.Length == 0 ? null : password);
    }

    private static ushort? PortOf(int? port) => port is > 0 and <= ushort.MaxValue and var number ? (ushort)number : null;
}
