namespace Libvirt;

/// <summary>How a stream behaves (<c>virStreamFlags</c>).</summary>
[Flags]
public enum StreamFlags : uint
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary><c>VIR_STREAM_NONBLOCK</c></summary>
    Nonblock = 1,
}
