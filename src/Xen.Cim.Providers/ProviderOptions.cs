namespace Xen.Cim.Providers;

/// <summary>What an administrator may set about the provider.</summary>
public sealed record ProviderOptions
{
    /// <summary>How long a call waits for an operation before it hands out a job and returns.</summary>
    public TimeSpan InCallWait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a guest may take over a graceful shutdown or reboot when the client names no timeout.</summary>
    public TimeSpan GracefulTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a finished job can be read (CIM_ConcreteJob.TimeBeforeRemoval).</summary>
    public TimeSpan JobRetention { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How full a storage pool may become before an alert tells of it, in percent (1 to 100); null for no alert.</summary>
    public int? PoolThreshold { get; init; } = 90;

    /// <summary>Folder for what must outlive the process, or null to keep it in memory only.</summary>
    public string? StateDirectory { get; init; }

    /// <summary>
    /// What is there when the unit that starts and stops guests with the host is enabled: by default systemd's link to it. Without it
    /// nobody would act on the order, the delay and the shutdown action of a guest, so they are not offered.
    /// </summary>
    public string BootUnit { get; init; } = "/etc/systemd/system/multi-user.target.wants/xen-cim-guests.service";

    /// <summary>What time it is, for what is measured over time.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
