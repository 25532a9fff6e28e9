using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>One resource of one configuration: what a RASD instance stands for.</summary>
public sealed record DeviceSetting<TDevice>(Configuration Configuration, string DeviceId, TDevice Device)
{
    /// <summary>InstanceID.</summary>
    public string Id => Configuration.Id + "/" + DeviceId;
}

/// <summary>What the management service can do with the settings of one RASD class.</summary>
internal interface IAllocationSetting
{
    CimLayout Layout { get; }

    /// <summary>Whether an embedded instance is one of this class's, by class or (for the base classes) by ResourceType.</summary>
    bool Serves(CimInstance settings);

    /// <summary>Whether a class is this one, or one of the standard's that it is made from.</summary>
    bool IsCalled(string className);

    /// <summary>Whether a configuration that can be read has the setting.</summary>
    bool Has(Configuration configuration, string deviceId);

    CimObjectPath PathOf(Configuration configuration, string deviceId);

    /// <summary>The settings of one configuration; none when it cannot be read.</summary>
    IEnumerable<CimInstance> InstancesOf(Configuration configuration, CimRequest request);

    /// <summary>What has to be made before the resource can be added, or null.</summary>
    /// <param name="guest">The guest's name.</param>
    /// <param name="planned">What the call's other settings make.</param>
    PreparedSettings? Prepare(CimInstance settings, string guest, ISet<string> planned);

    /// <summary>Adds the resource to a definition.</summary>
    /// <returns>The new setting's device id.</returns>
    string Add(DomainDefinition definition, CimInstance settings);

    /// <returns>The setting's device id, which is another when what names the device was changed.</returns>
    string Modify(DomainDefinition definition, string deviceId, CimInstance settings);

    /// <summary>Refuses what a client wants otherwise and nobody can change; what repeats what is there came along with a whole instance.</summary>
    /// <exception cref="CimException">NOT_SUPPORTED, naming the property.</exception>
    void RefuseFixed(Configuration configuration, string deviceId, CimInstance settings);

    void Remove(DomainDefinition definition, string deviceId);

    /// <summary>A running guest's definition with what the hypervisor says is in force now, where its XML does not tell.</summary>
    DomainDefinition InForce(Guest guest, DomainDefinition definition);

    /// <summary>The step that makes the running guest follow from one state of its definition to another.</summary>
    /// <param name="deviceId">What is changed, added or removed.</param>
    /// <param name="resultingId">What it is called afterwards.</param>
    Change Live(Guest guest, DomainDefinition from, DomainDefinition to, string deviceId, string resultingId);
}

/// <summary>A RASD class: the settings of one kind of device in every configuration of every guest (DSP1041 9.x).</summary>
/// <typeparam name="TDevice">The view of the device in the definition.</typeparam>
/// <typeparam name="TSettings">The generated class.</typeparam>
public abstract class AllocationSetting<TDevice, TSettings> : InstanceIdProvider<DeviceSetting<TDevice>>, IAllocationSetting
    where TDevice : DefinitionPart
    where TSettings : CIM_ResourceAllocationSettingData, new()
{
    private const string Id = CIM_SettingData.Names.InstanceID;
    private const string QuantityUnits = CIM_ResourceAllocationSettingData.Names.VirtualQuantityUnits;

    private static readonly (string DeviceId, TDevice Device, TSettings Instance)[]?[] s_none = [[], []];

    private readonly VirtualSystemSettingData _configurations;
    private readonly ushort[] _resourceTypes;

    /// <param name="resourceTypes">The values of ResourceType that mean this class.</param>
    protected AllocationSetting(CimLayout layout, IHypervisor hypervisor, VirtualSystemSettingData configurations, params ushort[] resourceTypes)
        : base(layout)
    {
        (Hypervisor, _configurations, _resourceTypes) = (hypervisor, configurations, resourceTypes);
    }

    protected IHypervisor Hypervisor { get; }

    protected VirtualSystemSettingData Configurations => _configurations;

    public override IEnumerable<DeviceSetting<TDevice>> Enumerate()
    {
        // Most classes have nothing in most configurations: no enumerator for those.
        foreach (var configuration in _configurations.Enumerate())
            if (configuration.Definition is { } definition)
                foreach (var (id, device) in Devices(definition))
                    yield return new(configuration, id, device);
    }

    /// <summary>The settings of one configuration; none when it cannot be read.</summary>
    public IEnumerable<DeviceSetting<TDevice>> Of(Configuration configuration) =>
        configuration.Definition is { } definition ? Devices(definition).Select(d => new DeviceSetting<TDevice>(configuration, d.Id, d.Device)) : [];

    /// <summary>The setting of the same device in the guest's other configuration, if it is there.</summary>
    public IEnumerable<DeviceSetting<TDevice>> CounterpartOf(DeviceSetting<TDevice> setting) =>
        setting.Configuration.Counterpart is { } other ? Of(other).Where(s => s.DeviceId == setting.DeviceId) : [];

    /// <summary>What only one of a guest's two configurations has: the next start adds what is defined alone, and takes what only the state has.</summary>
    public IEnumerable<DeviceSetting<TDevice>> ComingAndGoing(Configuration configuration)
    {
        // Of one that cannot be read nobody knows.
        if (configuration is not { Definition: not null, Counterpart: { Definition: not null } other })
            return [];
        var (here, there) = (Of(configuration).ToList(), Of(other).ToList());
        return here.ExceptBy(there.Select(s => s.DeviceId), s => s.DeviceId).Concat(there.ExceptBy(here.Select(s => s.DeviceId), s => s.DeviceId));
    }

    public override string IdOf(DeviceSetting<TDevice> setting) => setting.Id;

    public override DeviceSetting<TDevice>? FindById(string instanceId) =>
        Configuration.TryParseId(instanceId, out var uuid, out var kind, out var device) && device is not null
        && _configurations.Find(uuid, kind) is { } configuration
            ? Of(configuration).FirstOrDefault(s => s.DeviceId == device) : null;

    public bool Serves(CimInstance settings)
    {
        if (settings.ClassName.Equals(Layout.ClassName, StringComparison.OrdinalIgnoreCase))
            return true;
        if (CapabilityRASD.IsTemplateOf(settings, _resourceTypes))
            return IsMeantBy(settings);
        // A console that knows only the standard sends the standard's class with a ResourceType.
        return IsCalled(settings.ClassName)
            && settings["ResourceType"] is { } type && CimValue.TryConvert(CimType.UInt16, type) is ushort number && _resourceTypes.Contains(number)
            && IsMeantBy(settings);
    }

    public bool IsCalled(string className) => EmbeddedSettings.IsBetween(className, Layout, CIM_ResourceAllocationSettingData.CimName)
        || className.Equals(OtherName, StringComparison.OrdinalIgnoreCase);

    /// <summary>A class of the standard's for the same resource that ours is not made from, or null.</summary>
    private protected virtual string? OtherName => null;

    public bool Has(Configuration configuration, string deviceId) => Of(configuration).Any(s => s.DeviceId == deviceId);

    public CimObjectPath PathOf(Configuration configuration, string deviceId) =>
        MakePath(new CimKey("InstanceID", $"{configuration.Id}/{deviceId}"));

    /// <summary>ModifyInstance does what ModifyResourceSettings does.</summary>
    public override void Modify(CimRequest request, CimObjectPath path, CimInstance instance)
    {
        var setting = Require(path);
        var settings = instance.As<TSettings>();
        foreach (var property in settings.Properties.Where(p => !request.Wants(p.Name)).ToList())
            settings.Remove(property.Name);
        SettingChanges.Of(Hypervisor, setting.Configuration, [new(this, setting.DeviceId, SettingAction.Modify, settings)]).Do();
    }

    /// <summary>DeleteInstance does what RemoveResourceSettings does.</summary>
    public override void Delete(CimRequest request, CimObjectPath path)
    {
        var setting = Require(path);
        SettingChanges.Of(Hypervisor, setting.Configuration, [new(this, setting.DeviceId, SettingAction.Remove, null)]).Do();
    }

    IEnumerable<CimInstance> IAllocationSetting.InstancesOf(Configuration configuration, CimRequest request) => Of(configuration).Select(s => InstanceOf(s, request));

    PreparedSettings? IAllocationSetting.Prepare(CimInstance settings, string guest, ISet<string> planned) => Prepare(Typed(settings), guest, planned);

    string IAllocationSetting.Add(DomainDefinition definition, CimInstance settings) => Add(definition, Typed(settings));

    string IAllocationSetting.Modify(DomainDefinition definition, string deviceId, CimInstance settings)
    {
        // What names the device may be what is changed.
        var place = Devices(definition).ToList().FindIndex(d => d.Id == deviceId);
        Modify(definition, deviceId, Typed(settings));
        return Devices(definition).ElementAtOrDefault(place).Id ?? deviceId;
    }

    void IAllocationSetting.RefuseFixed(Configuration configuration, string deviceId, CimInstance settings)
    {
        if (Of(configuration).FirstOrDefault(s => s.DeviceId == deviceId) is not { } setting)
            return;
        CimInstance? now = null;
        foreach (var property in Typed(settings).Properties)
        {
            if (property.Value is not { } value || Writable.Contains(property.Name) || property.Name == Id)
                continue;
            now ??= InstanceOf(setting, new CimRequest { Namespace = Namespace, PropertyList = settings.Properties.Select(p => p.Name).ToHashSet(StringComparer.OrdinalIgnoreCase) });
            var there = now[property.Name];
            // CIM's own default comes along with an instance that was made from its class.
            if (value is "" && there is null || CimValue.AreEqual(value, there) || (property.Name == QuantityUnits && value is string units && units.StartsWith("count", StringComparison.Ordinal)))
                continue;
            throw CimException.NotSupported($"{property.Name} of a {Layout.ClassName} is {(there is null ? "NULL" : CimValue.Format(there))} and cannot become {CimValue.Format(value)}; "
                + $"what can be changed is {string.Join(", ", Writable.Order(StringComparer.Ordinal))}.");
        }
    }

    void IAllocationSetting.Remove(DomainDefinition definition, string deviceId) => Remove(definition, deviceId);

    DomainDefinition IAllocationSetting.InForce(Guest guest, DomainDefinition definition) => InForce(guest, definition);

    Change IAllocationSetting.Live(Guest guest, DomainDefinition from, DomainDefinition to, string deviceId, string resultingId) => deviceId == resultingId
        ? Live(guest, from, to, deviceId)
        : throw CimException.NotSupported($"{deviceId} of {guest.Name} cannot become {resultingId} while the guest runs: no hypervisor gives a device of a running guest another name or place. "
            + $"Remove it and add another, or change {Configuration.IdOf(guest.Uuid, ConfigurationKind.Defined)}/{deviceId}, which applies at the next start.");

    protected abstract IEnumerable<(string Id, TDevice Device)> Devices(DomainDefinition definition);

    // Without a thing for each: of most settings nothing is asked but what is known.
    public sealed override IEnumerable<CimInstance> Instances(CimRequest request)
    {
        foreach (var configuration in _configurations.Enumerate())
        {
            var settings = Known(configuration);
            for (var i = 0; i < settings.Length; i++)
                yield return Complete(ref settings[i].Instance, configuration, settings[i].Device, request);
        }
    }

    // Of a few settings each has its own, which the caller may change.
    protected sealed override CimInstance Describe(DeviceSetting<TDevice> setting, CimRequest request)
    {
        var settings = Known(setting.Configuration);
        var instance = Complete(ref settings[Array.FindIndex(settings, s => s.DeviceId == setting.DeviceId)].Instance, setting.Configuration, setting.Device, request);
        return instance.IsFixed ? instance.Copy() : instance;
    }

    /// <summary>What a configuration's definition alone tells of its resources: made once for as long as the definition holds.</summary>
    private (string DeviceId, TDevice Device, TSettings Instance)[] Known(Configuration configuration)
    {
        if (configuration.Definition is not { } definition)
            return [];
        // What is off has one definition that is both: what the other configuration knows is the same but for its names.
        var known = definition.Derived<(string DeviceId, TDevice Device, TSettings Instance)[]?[]>(this) ?? definition.Derive(this, Devices(definition).Any() ? new (string, TDevice, TSettings)[]?[2] : s_none);
        return known[(int)configuration.Kind] ??= known[1 - (int)configuration.Kind] is { } other
            ? Array.ConvertAll(other, o => (o.DeviceId, o.Device, Name((TSettings)o.Instance.Copy(), o.Instance.ConfigurationName!.Length + 1, configuration, o.DeviceId)))
            : [.. Devices(definition).Select(d => (d.Id, d.Device, Name(Describe(definition, d.Device), 0, configuration, d.Id)))];
    }

    /// <param name="prefix">How long the name of another configuration before Parent is.</param>
    private TSettings Name(TSettings instance, int prefix, Configuration configuration, string deviceId)
    {
        instance.InstanceID = $"{configuration.Id}/{deviceId}";
        instance.ConfigurationName = configuration.Id;
        if (instance.Parent is { } parent)
            instance.Parent = $"{configuration.Id}/{parent[prefix..]}";
        instance.Path = PathOf(configuration, deviceId);
        instance.Fix();
        return instance;
    }

    /// <summary>
    /// What the definition alone tells of a resource, which holds as long as the definition does: nothing of the host, nor of
    /// what runs. Parent is the id of another device of it.
    /// </summary>
    private protected abstract TSettings Describe(DomainDefinition definition, TDevice device);

    /// <summary>What is known, or a copy with what the host and the running guest have to add.</summary>
    /// <param name="known">What the definition tells. A fixed copy may take its place, so that there is none to make as long as the host has the same to add.</param>
    private protected virtual TSettings Complete(ref TSettings known, Configuration configuration, TDevice device, CimRequest request) => known;

    /// <summary>The properties that mean something on input; all others follow from these.</summary>
    private protected abstract IReadOnlySet<string> Writable { get; }

    private protected static IReadOnlySet<string> Set(params string[] properties) => new HashSet<string>(properties, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether settings of another class with our ResourceType mean this class; false where they mean another with the same.</summary>
    private protected virtual bool IsMeantBy(CimInstance settings) => true;

    private protected virtual PreparedSettings? Prepare(TSettings settings, string guest, ISet<string> planned) => null;

    private protected abstract string Add(DomainDefinition definition, TSettings settings);

    private protected abstract void Modify(DomainDefinition definition, string deviceId, TSettings settings);

    private protected abstract void Remove(DomainDefinition definition, string deviceId);

    private protected virtual DomainDefinition InForce(Guest guest, DomainDefinition definition) => definition;

    private protected abstract Change Live(Guest guest, DomainDefinition from, DomainDefinition to, string deviceId);

    /// <exception cref="CimException">NOT_FOUND.</exception>
    private protected TDevice Require(DomainDefinition definition, string deviceId) =>
        Devices(definition).FirstOrDefault(d => d.Id == deviceId).Device
        ?? throw new CimException(CimStatus.NotFound, $"{definition.Name} has no {Layout.ClassName} \"{deviceId}\".");

    private static TSettings Typed(CimInstance settings) => EmbeddedSettings.Typed<TSettings>(settings);
}

/// <summary>A RASD class whose devices are devices to libvirt too, and can be plugged.</summary>
public abstract class PluggableSetting<TDevice, TSettings> : AllocationSetting<TDevice, TSettings>
    where TDevice : DomainDevice
    where TSettings : CIM_ResourceAllocationSettingData, new()
{
    protected PluggableSetting(CimLayout layout, IHypervisor hypervisor, VirtualSystemSettingData configurations, params ushort[] resourceTypes)
        : base(layout, hypervisor, configurations, resourceTypes)
    {
    }

    private protected override void Remove(DomainDefinition definition, string deviceId) =>
        definition.Remove(Require(definition, deviceId));

    /// <summary>The controller that a device hangs on, where the definition tells.</summary>
    private protected static string? ParentOf(DomainDefinition definition, TDevice device) => definition.ControllerOf(device)?.DeviceId;

    /// <summary>Refuses what the settings change besides the device itself, and nobody can change while the guest runs.</summary>
    /// <exception cref="CimException">INVALID_PARAMETER.</exception>
    private protected virtual void RefuseLive(Guest guest, DomainDefinition from, DomainDefinition to)
    {
    }

    private protected sealed override Change Live(Guest guest, DomainDefinition from, DomainDefinition to, string deviceId)
    {
        RefuseLive(guest, from, to);
        var before = Devices(from).FirstOrDefault(d => d.Id == deviceId).Device;
        var after = Devices(to).FirstOrDefault(d => d.Id == deviceId).Device;
        return (before, after) switch
        {
            (null, { } added) => new Change().Then(() => Hypervisor.AttachDevice(guest.Uuid, added), () => Hypervisor.DetachDevice(guest.Uuid, added)),
            ({ } removed, null) => new Change().Then(() => Hypervisor.DetachDevice(guest.Uuid, removed), () => Hypervisor.AttachDevice(guest.Uuid, removed)),
            ({ } old, { } changed) when !old.ContentEquals(changed) =>
                Update(guest, old, changed),
            _ => new Change(),
        };
    }

    /// <summary>The step that makes a device of the running guest another.</summary>
    private protected virtual Change Update(Guest guest, TDevice old, TDevice changed) =>
        new Change().Then(() => Hypervisor.UpdateDevice(guest.Uuid, changed), () => Hypervisor.UpdateDevice(guest.Uuid, old));
}
