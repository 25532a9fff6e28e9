namespace Xen.Cim.Hypervisor;

/// <summary>How a guest gets to its new host.</summary>
public enum MigrationKind
{
    /// <summary>It goes on running while its memory is copied (VIR_MIGRATE_LIVE).</summary>
    Live,
    /// <summary>It stands still while its memory is copied, and goes on at the new host.</summary>
    Resume,
    /// <summary>It is shut down here and started there; a guest that is off only changes its host.</summary>
    Restart,
}

/// <summary>What carries the conversation with the new host: the transport of a libvirt URI.</summary>
public enum MigrationTransport
{
    /// <summary>That of the configured template, and without one SSH.</summary>
    Default,
    Ssh,
    LibSsh,
    LibSsh2,
    Tls,
    /// <summary>Encrypted, without asking who the other one is.</summary>
    TlsUnverified,
    Tcp,
    /// <summary>A socket on this machine; only a configured template can say which.</summary>
    Ipc,
}

/// <summary>A wish to move a guest.</summary>
/// <param name="Guest">The guest's UUID.</param>
/// <param name="Destination">The new host: its name, IPv4 or IPv6 address, each with or without ":port", or a libvirt URI.</param>
public sealed record MigrationRequest(Guid Guest, string Destination)
{
    /// <summary>Null: live where the guest can, otherwise resumed; a guest that is off changes its host.</summary>
    public MigrationKind? Kind { get; init; }

    public MigrationTransport Transport { get; init; }

    /// <summary>MiB/s at most; null for no limit.</summary>
    public ulong? BandwidthMiBps { get; init; }

    /// <summary>What it is to be otherwise there; null for nothing.</summary>
    public MigrationChanges? Changes { get; init; }

    /// <summary>How long the guest may take to shut down for <see cref="MigrationKind.Restart"/>.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromMinutes(10);
}

public enum MigrationObstacleKind
{
    /// <summary>The guest's state does not allow it.</summary>
    State,
    /// <summary>The guest or the driver cannot be moved in the way that was asked for.</summary>
    Settings,
    /// <summary>The new host cannot be reached, or cannot take the guest.</summary>
    Destination,
}

/// <summary>Why a guest cannot be moved; the reason is a sentence without its full stop.</summary>
public sealed record MigrationObstacle(MigrationObstacleKind Kind, string Reason);

/// <summary>How far a migration is.</summary>
/// <param name="Elapsed">Since it began.</param>
/// <param name="Percent">0 to 99; null when the driver does not tell (Xen's tells the time only).</param>
public readonly record struct MigrationProgress(TimeSpan Elapsed, int? Percent);
