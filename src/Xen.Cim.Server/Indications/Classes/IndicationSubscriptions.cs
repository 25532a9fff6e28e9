using Xen.Cim.Model;

namespace Xen.Cim.Server.Indications.Classes;

/// <summary>A subscription that somebody holds.</summary>
internal sealed record Subscription(CimInstance Instance, Filter Filter, Destination Destination, string Owner)
{
    public CimObjectPath Path => Instance.Path!;

    public bool IsEnabled => Instance["SubscriptionState"] is null or IndicationSubscriptions.Enabled;

    /// <summary>When it ends; null for never.</summary>
    public DateTimeOffset? Ends => Instance["SubscriptionDuration"] is ulong and < uint.MaxValue and var seconds
        && ((CimDateTime)Instance["SubscriptionStartTime"]!).ToDateTimeOffset() is { } start ? start.AddSeconds(seconds) : null;
}

/// <summary>CIM_IndicationSubscription: a filter and the listener that gets what passes it (DSP1054).</summary>
internal sealed class IndicationSubscriptions(
    Interop interop, ObjectStore store, IndicationOptions options, Lock gate, IndicationServiceClass service, ProviderFilters providers, ILogger logger)
    : KeptClass<Subscription>(interop, ClassName, store, options.MaxSubscriptions, gate)
{
    public const string ClassName = "CIM_IndicationSubscription";

    // SubscriptionState.
    public const ushort Enabled = 2, Disabled = 4;

    // OnFatalErrorPolicy.
    private const ushort DisablePolicy = 3, RemovePolicy = 4;

    private static readonly string[] s_writable = ["SubscriptionState", "SubscriptionDuration", "SubscriptionInfo", "OnFatalErrorPolicy", "FailureTriggerTimeInterval"];

    private volatile Subscription[] _active = [];

    public required Func<CimObjectPath, Filter?> FindFilter { private get; init; }

    public required Func<CimObjectPath, Destination?> FindDestination { private get; init; }

    /// <summary>What indications are matched with.</summary>
    public IReadOnlyList<Subscription> Active => _active;

    /// <summary>Whether a filter or a destination has a subscription.</summary>
    public bool IsUsed(CimObjectPath end) => Objects().Any(s => s.Filter.Path.Equals(end) || s.Destination.Path.Equals(end));

    public override CimObjectPath Create(CimRequest request, CimInstance instance)
    {
        var kept = Interop.Complete(instance);
        SetDefaults(kept);
        var subscription = Read(kept, request.Principal);
        CheckNew(subscription.Path);
        if (subscription.IsEnabled)
            providers.Activate(subscription.Path, subscription.Filter, request.Principal);
        try
        {
            lock (Gate)
            {
                // Either may have been deleted while the provider was asked.
                subscription = Read(kept, request.Principal);
                Add(kept, subscription);
                Publish();
            }
        }
        catch
        {
            if (Find(subscription.Path) is null)
                providers.Deactivate(subscription.Path);
            throw;
        }
        return subscription.Path;
    }

    public override void Modify(CimRequest request, CimObjectPath path, CimInstance instance)
    {
        var before = Require(path);
        var changed = Changed(request, before.Instance, instance, s_writable);
        if (changed["SubscriptionState"] is not (Enabled or Disabled))
            throw CimException.InvalidParameter("SubscriptionState is 2 (Enabled) or 4 (Disabled).");
        var stateChanges = !CimValue.AreEqual(changed["SubscriptionState"], before.Instance["SubscriptionState"]);
        if (stateChanges)
            Interop.Set(changed, Interop.Class(ClassName), "TimeOfLastStateChange", Now);
        Check(changed);
        var after = before with { Instance = changed };
        if (stateChanges && after.IsEnabled)
            providers.Activate(path, after.Filter, request.Principal);
        lock (Gate)
        {
            Require(path);
            Replace(changed, after);
            Publish();
        }
        if (stateChanges && !after.IsEnabled)
            providers.Deactivate(path);
    }

    public override void Delete(CimRequest request, CimObjectPath path)
    {
        lock (Gate)
        {
            Require(path);
            Drop(path);
            Publish();
        }
        providers.Deactivate(path);
    }

    public void Restore(CimInstance kept)
    {
        var subscription = Read(kept, "");
        Restored(subscription.Path, subscription);
        Publish();
    }

    /// <summary>Applies the policy for listeners that cannot be reached (OnFatalErrorPolicy, else the service's own).</summary>
    /// <param name="failing">For how long the listener has been failing.</param>
    public void GivenUp(CimObjectPath path, TimeSpan failing)
    {
        if (Find(path) is not { } subscription)
            return;
        var (remove, disable, after) = subscription.Instance["OnFatalErrorPolicy"] is ushort policy
            ? (policy == RemovePolicy, policy == DisablePolicy, TimeSpan.FromSeconds(Math.Min((ulong)(subscription.Instance["FailureTriggerTimeInterval"] ?? 0ul), uint.MaxValue)))
            : (service.Removal.Action == IndicationServiceClass.Remove, service.Removal.Action == IndicationServiceClass.Disable, service.Removal.After);
        if (failing < after || (!remove && !disable))
            return;
        logger.LogWarning("{Subscription} is {What}: its listener has not been reached for {Seconds:0} s", path, remove ? "removed" : "disabled", failing.TotalSeconds);
        Quietly(() =>
        {
            if (remove)
            {
                Delete(Broker, path);
                return;
            }
            var change = new CimInstance(ClassName);
            change.Set("SubscriptionState", CimType.UInt16, false, Disabled);
            Modify(Broker, path, change);
        });
    }

    /// <summary>Removes what has lasted its time, and asks the providers again that could not be asked before.</summary>
    public void Sweep()
    {
        foreach (var subscription in Objects())
        {
            if (subscription.Ends is { } end && end <= DateTimeOffset.UtcNow)
            {
                logger.LogInformation("{Subscription} has lasted its time and is removed", subscription.Path);
                Quietly(() => Delete(Broker, subscription.Path));
            }
            else if (subscription.IsEnabled && !providers.IsActive(subscription.Path))
            {
                Quietly(() =>
                {
                    providers.Activate(subscription.Path, subscription.Filter, subscription.Owner);
                    // Deleted meanwhile: nobody else would take it back.
                    if (Find(subscription.Path) is not { IsEnabled: true })
                        providers.Deactivate(subscription.Path);
                });
            }
        }
    }

    protected override CimInstance InstanceOf(Subscription item)
    {
        if (item.Ends is not { } end)
            return item.Instance;
        var shown = item.Instance.Copy();
        Interop.Set(shown, Interop.Class(ClassName), "SubscriptionTimeRemaining", (ulong)Math.Max(0, (end - DateTimeOffset.UtcNow).TotalSeconds));
        return shown;
    }

    private static CimRequest Broker { get; } = new() { Namespace = Repository.CimRepository.Interop };

    private static CimDateTime Now => CimDateTime.FromDateTimeOffset(DateTimeOffset.Now);

    private void SetDefaults(CimInstance instance)
    {
        var cimClass = Interop.Class(ClassName);
        Interop.Set(instance, cimClass, "SubscriptionStartTime", Now);
        Interop.Set(instance, cimClass, "TimeOfLastStateChange", Now);
        foreach (var (name, value) in ((string, ushort)[])[("SubscriptionState", Enabled), ("RepeatNotificationPolicy", NoRepeatPolicy)])
        {
            if (instance[name] is null)
                Interop.Set(instance, cimClass, name, value);
        }
        Check(instance);
    }

    private const ushort NoRepeatPolicy = 2;

    private static void Check(CimInstance instance)
    {
        if (instance["SubscriptionState"] is not (Enabled or Disabled))
            throw CimException.InvalidParameter("SubscriptionState is 2 (Enabled) or 4 (Disabled).");
        if (instance["RepeatNotificationPolicy"] is not NoRepeatPolicy)
            throw CimException.NotSupported("RepeatNotificationPolicy is 2 (None): this server delivers every indication.");
        if (instance["OnFatalErrorPolicy"] is ushort and not (>= 1 and <= RemovePolicy))
            throw CimException.InvalidParameter("OnFatalErrorPolicy is 2 (Ignore), 3 (Disable) or 4 (Remove).");
        if (instance["SubscriptionDuration"] is 0ul)
            throw CimException.InvalidParameter("SubscriptionDuration is seconds, 1 or more; NULL lasts for ever.");
    }

    private Subscription Read(CimInstance instance, string owner)
    {
        var filter = End(instance, "Filter", FindFilter);
        var destination = End(instance, "Handler", FindDestination);
        var cimClass = Interop.Class(ClassName);
        Interop.Set(instance, cimClass, "Filter", filter.Path);
        Interop.Set(instance, cimClass, "Handler", destination.Path);
        instance.Path = new CimObjectPath(ClassName, Interop.Namespace.Name, new("Filter", filter.Path), new("Handler", destination.Path));
        return new(instance, filter, destination, owner);
    }

    private T End<T>(CimInstance instance, string role, Func<CimObjectPath, T?> find)
        where T : class => instance[role] is CimObjectPath path
            ? find(Interop.Normal(path)) ?? throw CimException.InvalidParameter($"{ClassName}.{role}: there is no {path}.")
            : throw CimException.InvalidParameter($"{ClassName}.{role} is missing.");

    private void Publish() => _active = [.. Objects().Where(s => s.IsEnabled)];

    private void Quietly(Action change)
    {
        try
        {
            change();
        }
        catch (CimException e)
        {
            logger.LogDebug("{Reason}", e.Message);
        }
    }
}
