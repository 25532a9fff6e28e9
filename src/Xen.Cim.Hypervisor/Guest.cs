namespace Xen.Cim.Hypervisor;

/// <summary>What a guest is doing (virDomainState, with the saved and rebooting states that libvirt does not name).</summary>
public enum GuestState
{
    Unknown,
    Running,
    Paused,
    /// <summary>The guest was asked to shut down and is doing so.</summary>
    ShuttingDown,
    Off,
    /// <summary>Off, with its memory kept in a managed save image: the next start continues it.</summary>
    Saved,
    Crashed,
    /// <summary>The guest put itself to sleep (ACPI S3).</summary>
    Asleep,
    /// <summary>Between the end and the new beginning of a reboot, while libvirt says "shut off".</summary>
    Rebooting,
}

/// <summary>One guest as the listing calls and one state read tell it. Definitions are read apart.</summary>
public sealed record Guest
{
    /// <summary>
    /// libvirt's UUID; for the control domain, whose UUID is all zeros on every Xen host, one derived from the host's.
    /// </summary>
    public required Guid Uuid { get; init; }

    public required string Name { get; init; }

    /// <summary>The running domain's number, or null.</summary>
    public int? Id { get; init; }

    public required GuestState State { get; init; }

    /// <summary>libvirt's reason for the state (virDomainGetState); its meaning depends on the state.</summary>
    public int StateReason { get; init; }

    public bool IsPersistent { get; init; } = true;

    public bool Autostart { get; init; }

    /// <summary>Domain-0, which manages the host and must not be stopped, saved or destroyed.</summary>
    public bool IsControlDomain { get; init; }

    /// <summary>When the state last changed, as far as it was seen; null when it was not.</summary>
    public DateTimeOffset? StateChangedAt { get; init; }

    /// <summary>Why the guest cannot be read fully (libvirt's words), or null when all is well.</summary>
    public string? Fault { get; init; }

    /// <summary>Whether <see cref="Fault"/> tells of the configuration too, which is read apart.</summary>
    public bool IsExamined { get; init; }

    public bool IsActive => State is GuestState.Running or GuestState.Paused or GuestState.ShuttingDown or GuestState.Asleep
        or GuestState.Rebooting || (State == GuestState.Crashed && Id is not null);
}

/// <summary>Which of a guest's two configurations is meant.</summary>
public enum ConfigurationKind
{
    /// <summary>What runs now; for a guest that is off, what it was defined with.</summary>
    State,
    /// <summary>What the next start uses.</summary>
    Defined,
}
