namespace Xen.Cim.Server.Indications;

/// <summary>Bounds of the indication service, and what its settings are until a client changes them.</summary>
public sealed record IndicationOptions
{
    /// <summary>Filters, and as many destinations and subscriptions.</summary>
    public int MaxSubscriptions { get; init; } = 1024;

    /// <summary>Indications that wait for one listener. One more is lost, which shows in the sequence numbers.</summary>
    public int MaxWaiting { get; init; } = 16384;

    /// <summary>Indications that wait for all listeners together, besides those of <see cref="Reserved"/>.</summary>
    public int MaxWaitingForAll { get; init; } = 131072;

    /// <summary>Indications that may wait for one listener however many wait for others that do not take theirs.</summary>
    public int Reserved { get; init; } = 64;

    /// <summary>How long a listener may take for one indication.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>CIM_IndicationService.DeliveryRetryAttempts: tries after the first.</summary>
    public ushort RetryAttempts { get; init; } = 3;

    /// <summary>CIM_IndicationService.DeliveryRetryInterval.</summary>
    public TimeSpan RetryInterval { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>CIM_IndicationService.SubscriptionRemovalTimeInterval.</summary>
    public TimeSpan RemovalInterval { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How often what has expired is looked for, and a provider that refused a kept filter is asked again.</summary>
    public TimeSpan Sweep { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one call of a provider may hold up the next one.</summary>
    public TimeSpan ProviderWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>PEM certificates that HTTPS listeners are trusted by, besides the system's; null for none.</summary>
    public string? ListenerTrust { get; init; }
}
