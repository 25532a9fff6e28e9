namespace Xen.Cim.Hypervisor;

/// <summary>How to reach and to treat the hypervisor.</summary>
public sealed record HypervisorOptions
{
    /// <summary>The libvirt URI, such as <c>xen:///system</c>; empty asks LIBVIRT_DEFAULT_URI and libvirt's client configuration.</summary>
    public string Uri { get; init; } = "";

    /// <summary>After how long a caller of a query or of a quick change gets <see cref="HypervisorError.Timeout"/>.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The same for what can take long: start, destroy, remove, attach and detach.</summary>
    public TimeSpan LongCallTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>The same for what writes or reads all of a guest's memory: save and snapshots.</summary>
    public TimeSpan SaveTimeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The same for making a volume, which may write all of it.</summary>
    public TimeSpan VolumeTimeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long a migration may take before it is cancelled, where the driver can cancel it.</summary>
    public TimeSpan MigrationTimeout { get; init; } = TimeSpan.FromHours(6);

    /// <summary>
    /// The libvirt URI of a guest's new host as this host's libvirt sees it, with <c>{host}</c> for what the client named;
    /// null makes it from the client's transport, and without one with SSH.
    /// </summary>
    public string? MigrationUri { get; init; }

    /// <summary>
    /// The same as this process sees it, for looking at the new host before a migration and putting things right after it;
    /// null when both see it alike.
    /// </summary>
    public string? MigrationCheckUri { get; init; }

    /// <summary>Seconds of silence before a sign of life is asked from the daemon (virConnectSetKeepAlive); 0 turns it off.</summary>
    public int KeepAliveInterval { get; init; } = 5;

    /// <summary>How many such questions may stay unanswered before the connection counts as broken.</summary>
    public int KeepAliveCount { get; init; } = 3;

    /// <summary>How many threads may be inside libvirt at once; a call that hangs holds one until it comes back.</summary>
    public int MaxThreads { get; init; } = 32;

    /// <summary>
    /// How many connections to a daemon there may be for queries, and how many for quick changes: that many of each run at
    /// the same time. All but the first are opened when they are needed and closed when they are not.
    /// </summary>
    public int MaxConnections { get; init; } = 4;

    /// <summary>
    /// How many slow changes are under way at the same time, and how many of those that may last for hours (saves,
    /// snapshots, new volumes), each with a connection; the others wait. libvirtd itself works on twenty calls of all its clients.
    /// </summary>
    public int MaxSlow { get; init; } = 6;

    /// <summary>For how long a guest that was told to reboot may read as shut off before that is taken as its end.</summary>
    public TimeSpan RebootWindow { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How many characters of XML are kept with the definitions parsed from it, which take some bytes for each. A guest's
    /// XML has two to six thousand characters; guests beyond the bound are read and parsed again whenever they are needed.
    /// </summary>
    public int DefinitionCacheCharacters { get; init; } = 16 * 1024 * 1024;

    /// <summary>
    /// Where the daemon keeps its guests' files, when it is on this machine but not where the URI says. Their changes tell
    /// what has to be read again; null goes by the URI.
    /// </summary>
    public DaemonFolders? DaemonFolders { get; init; }

    /// <summary>When something is lacking to watch those folders, how long to wait before that is tried again.</summary>
    internal TimeSpan WatchAgainAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Where a host that has neither a UUID of its own nor a machine id keeps the one that was made up for it; null
    /// derives it from the host's name.
    /// </summary>
    public string? StateDirectory { get; init; }
}
