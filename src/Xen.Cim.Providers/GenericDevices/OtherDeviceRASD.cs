using System.Globalization;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>Xen_OtherDeviceRASD: a device without a class of its own (DSP1059): watchdog, TPM, random numbers, sound card, memory balloon, ...</summary>
public sealed class OtherDeviceRASD(IHypervisor hypervisor, VirtualSystemSettingData configurations)
    : GenericDeviceSetting<OtherDevice, Xen_OtherDeviceRASD>(Xen_OtherDeviceRASD.Layout, hypervisor, configurations, GenericDevicePool.Other)
{
    private const string Balloon = "memballoon";
    private const string Sound = "sound";
    private const string XenBalloon = "xen";
    private const string PeriodParameter = "stats/@period";

    private static readonly string[] s_kinds =
    [
        "watchdog", "tpm", "rng", "sound", Balloon, "channel", "panic", "vsock", "filesystem", "smartcard", "redirdev", "redirfilter", "hub", "shmem",
        "memory", "iommu", "parallel", "audio", "crypto", "nvram", "lease",
    ];

    // libvirt takes all of them, and its Xen driver drops the others without a word.
    private static readonly string[] s_onXen = [Sound, Balloon, "channel"];

    // Where each property is in libvirt's element.
    private static readonly Place[] s_places =
    [
        new(Xen_OtherDeviceRASD.Names.WatchdogAction, "watchdog", "@action"),
        new(Xen_OtherDeviceRASD.Names.Backend, "tpm", "backend/@type"),
        new(Xen_OtherDeviceRASD.Names.Backend, "rng", "backend/@model"),
        new(Xen_OtherDeviceRASD.Names.TPMVersion, "tpm", "backend/@version"),
        new(Xen_OtherDeviceRASD.Names.HostDevice, "tpm", "backend/device/@path"),
        new(Xen_OtherDeviceRASD.Names.HostDevice, "rng", "backend"),
        new(Xen_OtherDeviceRASD.Names.RateBytes, "rng", "rate/@bytes"),
        new(Xen_OtherDeviceRASD.Names.RatePeriod, "rng", "rate/@period"),
        new(Xen_OtherDeviceRASD.Names.AutomaticDeflation, Balloon, "@autodeflate"),
        new(Xen_OtherDeviceRASD.Names.FreePageReporting, Balloon, "@freePageReporting"),
        new(Xen_OtherDeviceRASD.Names.StatisticsPeriod, Balloon, PeriodParameter),
    ];

    // What a new device is unless somebody says otherwise.
    private static readonly (string Kind, string Parameter, string Value)[] s_usual =
    [
        ("watchdog", "@model", "i6300esb"), ("watchdog", "@action", "reset"), ("tpm", "@model", "tpm-crb"), ("tpm", "backend/@type", "emulator"),
        ("rng", "@model", "virtio"), ("rng", "backend/@model", "random"), ("sound", "@model", "ich6"), (Balloon, "@model", "virtio"),
    ];

    /// <summary>A kind that every guest of the driver can be given, on Xen every fully virtual one; and what it is unless somebody says otherwise.</summary>
    internal static (string Kind, string Model) Usual(HypervisorDriver driver)
    {
        var kind = driver == HypervisorDriver.Xen ? Sound : "rng";
        return (kind, s_usual.First(u => u.Kind == kind && u.Parameter == "@model").Value);
    }

    protected override IEnumerable<OtherDevice> Of(DomainDefinition definition) => definition.OtherDevices;

    // Controllers have the same ResourceType.
    private protected override bool IsMeantBy(CimInstance settings) => settings["OtherResourceType"] is not "controller"
        && (settings["PoolID"] is not string pool || pool is "" || pool == GenericDevicePool.Other.PoolId);

    internal override string? OtherTypeOf(OtherDevice device) => device.ElementName;

    protected override Xen_OtherDeviceRASD DescribeDevice(DomainDefinition definition, OtherDevice device)
    {
        var instance = new Xen_OtherDeviceRASD
        {
            ResourceSubType = device.Model,
            Parent = ParentOf(definition, device),
            AddressOnParent = device.GuestAddress,
            Parameters = NamedValues.Write(device.Parameters),
        };
        foreach (var (property, _, parameter) in PlacesOf(device))
        {
            var place = Xen_OtherDeviceRASD.Layout.OrdinalOf(property);
            instance.SetAt(place, Typed(Xen_OtherDeviceRASD.Layout.Properties[place].Type, device.GetParameter(parameter)));
        }
        return instance;
    }

    private protected override IReadOnlySet<string> Writable { get; } = Set(
    [
        Xen_OtherDeviceRASD.Names.OtherResourceType, Xen_OtherDeviceRASD.Names.ResourceSubType, Xen_OtherDeviceRASD.Names.Parameters, .. s_places.Select(p => p.Property).Distinct(),
    ]);

    private protected override string Add(DomainDefinition definition, Xen_OtherDeviceRASD settings)
    {
        if (settings.OtherResourceType is not { Length: > 0 } kind || !s_kinds.Contains(kind))
            throw CimException.InvalidParameter($"OtherResourceType is {(settings.OtherResourceType is { } odd ? $"\"{odd}\"" : "NULL")}; it is the kind of device: expected one of {string.Join(", ", s_kinds)}. Devices of other kinds have classes of their own.");
        if (Hypervisor.Driver == HypervisorDriver.Xen && !s_onXen.Contains(kind))
            throw CimException.NotSupported($"OtherResourceType \"{kind}\": libvirt gives a guest of Xen no such device; it has {string.Join(", ", s_onXen)}.");
        if (Hypervisor.Driver == HypervisorDriver.Xen && kind == Sound)
            RefuseSoundNotOnXen(definition);
        if (kind == Balloon && definition.OtherDevices.FirstOrDefault(d => d.ElementName == kind) is { } there)
            throw new CimException(CimStatus.AlreadyExists, $"{definition.Name} has a memory balloon already, and no guest has two; change {there.DeviceId} with ModifyResourceSettings.");
        var device = new OtherDevice(kind);
        Write(device, settings);
        if (Hypervisor.Driver == HypervisorDriver.Xen)
            WriteForXen(device, new OtherDevice(kind));
        foreach (var (_, parameter, value) in s_usual.Where(u => u.Kind == kind && device.GetParameter(u.Parameter) is null))
            device.SetParameter(parameter, value);
        return definition.Add(device).DeviceId;
    }

    private protected override void Modify(DomainDefinition definition, string deviceId, Xen_OtherDeviceRASD settings)
    {
        var device = Require(definition, deviceId);
        RefuseChange(Xen_OtherDeviceRASD.Names.OtherResourceType, settings.OtherResourceType, device.ElementName);
        var before = (OtherDevice)device.Clone();
        Write(device, settings);
        if (Hypervisor.Driver == HypervisorDriver.Xen)
            WriteForXen(device, before);
    }

    // The guest would be started without it.
    private static void RefuseSoundNotOnXen(DomainDefinition definition)
    {
        if (!definition.HasDeviceModel)
            throw CimException.NotSupported($"OtherResourceType \"{Sound}\": a {VirtualSystemSettingData.TypeOf(definition)} has no device model to be a sound card; a {VirtualSystemSettingData.FullyVirtual} has.");
        if (definition.OtherDevices.FirstOrDefault(d => d.ElementName == Sound) is { } there)
            throw CimException.NotSupported($"OtherResourceType \"{Sound}\": {definition.Name} has its sound card {there.DeviceId}, and libvirt gives a guest of Xen no second one.");
    }

    // Of both libvirt hands the model on and nothing else, and of balloons there is one.
    private static void WriteForXen(OtherDevice device, OtherDevice before)
    {
        if (device.ElementName is not (Balloon or Sound))
            return;
        if (device.ElementName == Balloon && device.Model is null && before.Model is { } model)
            throw CimException.InvalidParameter($"ResourceSubType \"\": the memory balloon is of the model {model}, and libvirt gives a guest of Xen no other.");
        if (device.ElementName == Balloon)
            device.Model ??= XenBalloon;
        if (device is { ElementName: Balloon, Model: not XenBalloon })
            throw CimException.NotSupported($"ResourceSubType {device.Model}: the memory balloon of a guest of Xen is Xen's own ({XenBalloon}).");
        if (device.Parameters.FirstOrDefault(p => p.Key != "@model" && p.Value != before.GetParameter(p.Key)) is { Key: { } parameter, Value: var value })
            throw CimException.NotSupported($"{PlacesOf(device).FirstOrDefault(p => p.Parameter == parameter)?.Property ?? Xen_OtherDeviceRASD.Names.Parameters} {parameter}={value}: libvirt hands no more of a {device.ElementName} on to Xen than its model.");
    }

    private protected override void Remove(DomainDefinition definition, string deviceId)
    {
        // libvirt would put it back without a word.
        if (Require(definition, deviceId) is { ElementName: Balloon })
            throw CimException.NotSupported(Hypervisor.Driver == HypervisorDriver.Xen ? $"{definition.Name} cannot be without its memory balloon, which is Xen's own."
                : $"{definition.Name} cannot be without the word about its memory balloon; change ResourceSubType of {deviceId} to none, and it has no balloon.");
        base.Remove(definition, deviceId);
    }

    // How often a balloon is asked has a call of its own.
    private protected override Change Update(Guest guest, OtherDevice old, OtherDevice changed)
    {
        if (changed.ElementName != Balloon || PeriodOf(old) == PeriodOf(changed))
            return base.Update(guest, old, changed);
        var rest = (OtherDevice)changed.Clone();
        rest.SetParameter(PeriodParameter, old.GetParameter(PeriodParameter));
        var steps = rest.ContentEquals(old) ? new Change() : base.Update(guest, old, rest);
        return steps.Then(() => Hypervisor.SetStatisticsPeriod(guest.Uuid, PeriodOf(changed)), () => Hypervisor.SetStatisticsPeriod(guest.Uuid, PeriodOf(old)));
    }

    private static uint PeriodOf(OtherDevice balloon) => uint.TryParse(balloon.GetParameter(PeriodParameter), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : 0;

    private static IEnumerable<Place> PlacesOf(OtherDevice device) => s_places.Where(p => p.Kind == device.ElementName);

    private void Write(OtherDevice device, Xen_OtherDeviceRASD settings)
    {
        var before = device.Clone();
        if (settings.ResourceSubType is { } model && model != (device.Model ?? ""))
            device.Model = model.Length == 0 ? null : model;
        foreach (var property in s_places.Select(p => p.Property).Distinct())
        {
            if (settings[property] is not { } wanted)
                continue;
            var place = PlacesOf(device).FirstOrDefault(p => p.Property == property)?.Parameter
                ?? throw CimException.InvalidParameter($"{property} {CimValue.Format(wanted)}: a {device.ElementName} has none; it is for {string.Join(" and ", s_places.Where(p => p.Property == property).Select(p => p.Kind))}.");
            if (CimValue.AreEqual(wanted, Typed(CimTypeOf(property), device.GetParameter(place))))
                continue;
            // libvirt finds out when the guest starts.
            if (property == Xen_OtherDeviceRASD.Names.HostDevice && wanted is string and ['/', ..] path)
                HostFile.RefuseMissing(Hypervisor, path, $"to be the {property} of a {device.ElementName}");
            device.SetParameter(place, Text(wanted));
        }
        // What another back-end was told means nothing to this one.
        if (before.GetParameter(BackendOf(device)) is { } backend && backend != device.GetParameter(BackendOf(device)))
        {
            foreach (var (_, _, parameter) in PlacesOf(device).Where(p => p.Property is Xen_OtherDeviceRASD.Names.TPMVersion or Xen_OtherDeviceRASD.Names.HostDevice))
            {
                if (device.GetParameter(parameter) == before.GetParameter(parameter))
                    device.SetParameter(parameter, null);
            }
        }
        DeviceParameterSettings.Write(device, Xen_OtherDeviceRASD.Names.Parameters, settings.Parameters, [], before);
        if (device.ElementName != "rng" || device.GetParameter("rate/@bytes") is not null)
            return;
        // libvirt takes no period of nothing.
        if (settings.RatePeriod is > 0 and var period && settings.RateBytes is null)
            throw CimException.InvalidParameter($"RatePeriod {period}: it is how long RateBytes last, and the device has no such limit; give that too.");
        device.SetParameter("rate/@period", null);
    }

    private static string BackendOf(OtherDevice device) => device.ElementName == "rng" ? "backend/@model" : "backend/@type";

    private static CimType CimTypeOf(string property) => Xen_OtherDeviceRASD.Layout.Properties[Xen_OtherDeviceRASD.Layout.OrdinalOf(property)].Type;

    // What is no value of the type is shown in Parameters only.
    private static object? Typed(CimType type, string? text) => type switch
    {
        CimType.Boolean => text switch
        {
            "on" or "yes" => true,
            "off" or "no" => false,
            _ => null,
        },
        CimType.String => text,
        _ => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? CimValue.TryConvert(type, number) : null,
    };

    // Nothing, and 0 where that stands for it, takes the parameter away.
    private static string? Text(object wanted) => wanted switch
    {
        bool on => on ? "on" : "off",
        "" => null,
        string text => text,
        _ => Convert.ToUInt64(wanted, CultureInfo.InvariantCulture) is > 0 and var number ? number.ToString(CultureInfo.InvariantCulture) : null,
    };

    private sealed record Place(string Property, string Kind, string Parameter);
}
