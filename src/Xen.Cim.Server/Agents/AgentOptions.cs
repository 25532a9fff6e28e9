namespace Xen.Cim.Server.Agents;

/// <summary>How agents are run.</summary>
public sealed record AgentOptions
{
    /// <summary>The folders with provider libraries, searched in this order.</summary>
    public required IReadOnlyList<string> Directories { get; init; }

    /// <summary>The program that becomes an agent when its first argument is <c>agent</c>.</summary>
    public string Executable { get; init; } = Path.Combine(AppContext.BaseDirectory, "Xen.Cim.Server");

    /// <summary>An agent without work ends after this time, unless a provider of it objects.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a provider may go on with a call that was given up before its process is replaced.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// A process that crashes within a minute, like the one before it, is followed by one that gets the subscriptions after
    /// this pause; each further time after twice as long, up to a minute.
    /// </summary>
    public TimeSpan CrashPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a library may take to load.</summary>
    public TimeSpan Start { get; init; } = TimeSpan.FromSeconds(30);
}
