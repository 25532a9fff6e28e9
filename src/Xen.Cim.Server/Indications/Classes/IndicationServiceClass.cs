using Xen.Cim.Model;

namespace Xen.Cim.Server.Indications.Classes;

/// <summary>CIM_IndicationService: the one service, with the settings of delivery (DSP1054 central class).</summary>
internal sealed class IndicationServiceClass : InteropClass
{
    public const string ClassName = "CIM_IndicationService";

    // CIM_IndicationService.SubscriptionRemovalAction.
    public const ushort Remove = 2, Disable = 3, Ignore = 4;

    private static readonly string[] s_writable = ["DeliveryRetryAttempts", "DeliveryRetryInterval", "SubscriptionRemovalAction", "SubscriptionRemovalTimeInterval"];

    private readonly ObjectStore _store;
    private readonly Lock _gate = new();
    private volatile CimInstance _instance;

    public IndicationServiceClass(Interop interop, ObjectStore store, IndicationOptions options)
        : base(interop, ClassName)
    {
        _store = store;
        _instance = interop.New(ClassName,
            ("SystemCreationClassName", Interop.SystemClass), ("SystemName", Interop.SystemName), ("CreationClassName", ClassName), ("Name", "xen-cim-server"),
            ("ElementName", "Indications"), ("Caption", "Indication service"), ("Description", "Delivers indications to the listeners that subscribed."),
            ("EnabledState", 2), ("RequestedState", 12), ("EnabledDefault", 2), ("OperationalStatus", new ushort[] { 2 }), ("HealthState", 5), ("Started", true),
            ("FilterCreationEnabled", true), ("DeliveryRetryAttempts", options.RetryAttempts),
            ("DeliveryRetryInterval", (uint)options.RetryInterval.TotalSeconds), ("SubscriptionRemovalAction", Remove),
            ("SubscriptionRemovalTimeInterval", (uint)options.RemovalInterval.TotalSeconds));
        Retry = new(options.RetryAttempts, options.RetryInterval);
    }

    public CimObjectPath Path => _instance.Path!;

    public Delivery.RetryPolicy Retry { get; private set; }

    /// <summary>What happens to a subscription whose listener fails for so long, when it says nothing itself.</summary>
    public (ushort Action, TimeSpan After) Removal =>
        ((ushort)_instance["SubscriptionRemovalAction"]!, TimeSpan.FromSeconds((uint)_instance["SubscriptionRemovalTimeInterval"]!));

    public override IEnumerable<CimInstance> All() => [_instance];

    public override void Modify(CimRequest request, CimObjectPath path, CimInstance instance)
    {
        lock (_gate)
        {
            var changed = Changed(request, Get(path), instance, s_writable);
            if (changed["SubscriptionRemovalAction"] is not (Remove or Disable or Ignore))
                throw CimException.InvalidParameter("SubscriptionRemovalAction is 2 (Remove), 3 (Disable) or 4 (Ignore).");
            _store.Put(path, changed);
            Use(changed);
        }
    }

    /// <summary>Takes the settings of an earlier life.</summary>
    public void Restore(CimInstance kept)
    {
        var restored = _instance.Copy();
        foreach (var name in s_writable)
        {
            if (kept[name] is { } value)
                Interop.Set(restored, Interop.Class(ClassName), name, value);
        }
        Use(restored);
    }

    private void Use(CimInstance instance)
    {
        _instance = instance;
        Retry = new((ushort)(instance["DeliveryRetryAttempts"] ?? (ushort)0), TimeSpan.FromSeconds((uint)(instance["DeliveryRetryInterval"] ?? 0u)));
    }
}

/// <summary>CIM_IndicationServiceCapabilities: what of the service can be set, and its bounds.</summary>
internal sealed class IndicationServiceCapabilities : InteropClass
{
    public const string ClassName = "CIM_IndicationServiceCapabilities";

    private readonly CimInstance _instance;

    public IndicationServiceCapabilities(Interop interop, ObjectStore store, IndicationOptions options)
        : base(interop, ClassName) => _instance = interop.New(ClassName,
            ("InstanceID", "XenCim:IndicationService"), ("ElementName", "Indications"),
            ("FilterCreationEnabledIsSettable", false), ("DeliveryRetryAttemptsIsSettable", true), ("DeliveryRetryIntervalIsSettable", true),
            ("SubscriptionRemovalActionIsSettable", true), ("SubscriptionRemovalTimeIntervalIsSettable", true),
            ("MaxListenerDestinations", (uint)options.MaxSubscriptions), ("MaxActiveSubscriptions", (uint)options.MaxSubscriptions),
            ("SubscriptionsPersisted", store.IsDurable));

    public CimObjectPath Path => _instance.Path!;

    public override IEnumerable<CimInstance> All() => [_instance];
}
