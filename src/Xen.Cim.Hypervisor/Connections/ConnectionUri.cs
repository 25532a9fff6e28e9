namespace Xen.Cim.Hypervisor.Connections;

/// <summary>What a libvirt URI (driver[+transport]://[user@][host][:port]/[path][?options]) tells before it is opened.</summary>
internal sealed record ConnectionUri(string Text, string Scheme, string? Transport, bool HasHost)
{
    public static ConnectionUri Parse(string text)
    {
        var end = text.IndexOf("://", StringComparison.Ordinal);
        if (end < 0)
            return new(text, text.TrimEnd(':', '/'), null, false);
        var name = text[..end];
        var plus = name.IndexOf('+', StringComparison.Ordinal);
        var rest = text.AsSpan(end + 3);
        var host = rest[..(rest.IndexOfAny('/', '?') is >= 0 and var slash ? slash : rest.Length)];
        return new(text, plus < 0 ? name : name[..plus], plus < 0 ? null : name[(plus + 1)..], !host.IsEmpty);
    }

    /// <summary>By the scheme; the connection itself knows better, once there is one.</summary>
    public HypervisorDriver Driver => Named(Scheme);

    /// <summary>Whether what is asked is on this machine.</summary>
    public bool IsLocal => !HasHost && Transport is null or "unix";

    /// <summary>
    /// libvirt's test driver inside this process: each connection to a file is a host of its own, and all of them end
    /// with the last connection, so there must be one only.
    /// </summary>
    public bool LivesInProcess => Scheme == "test" && Transport is null && !HasHost;

    /// <param name="name">A scheme, or virConnectGetType's answer.</param>
    public static HypervisorDriver Named(string name) => name.ToUpperInvariant() switch
    {
        "XEN" => HypervisorDriver.Xen,
        "QEMU" => HypervisorDriver.Qemu,
        "TEST" => HypervisorDriver.Test,
        _ => HypervisorDriver.Other,
    };
}
