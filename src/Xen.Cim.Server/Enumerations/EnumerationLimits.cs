namespace Xen.Cim.Server.Enumerations;

/// <summary>What open enumerations may take of the server.</summary>
public sealed record EnumerationLimits
{
    /// <summary>Enumerations open at once.</summary>
    public int Contexts { get; init; } = 128;

    /// <summary>Bytes of results that wait for one enumeration's client; a provider that has more waits too.</summary>
    public int Bytes { get; init; } = 2 * 1024 * 1024;

    /// <summary>How long an enumeration stays open without a pull when its client says nothing of it.</summary>
    public TimeSpan DefaultTimeout { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>The longest that a client may ask for.</summary>
    public TimeSpan MaxTimeout { get; init; } = TimeSpan.FromMinutes(15);
}
