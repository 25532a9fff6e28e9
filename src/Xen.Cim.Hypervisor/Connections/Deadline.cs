using System.Diagnostics;

namespace Xen.Cim.Hypervisor.Connections;

/// <summary>The moment until which somebody is willing to wait, by a clock that nobody sets.</summary>
internal readonly struct Deadline(TimeSpan length)
{
    private readonly long _end = Stopwatch.GetTimestamp() + (long)(length.TotalSeconds * Stopwatch.Frequency);

    public TimeSpan Length => length;

    public bool HasPassed => Remaining == TimeSpan.Zero;

    /// <summary>How long ago it was; zero until then.</summary>
    public TimeSpan Past
    {
        get
        {
            var ticks = Stopwatch.GetTimestamp() - _end;
            return ticks <= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds((double)ticks / Stopwatch.Frequency);
        }
    }

    public TimeSpan Remaining
    {
        get
        {
            var ticks = _end - Stopwatch.GetTimestamp();
            return ticks <= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds((double)ticks / Stopwatch.Frequency);
        }
    }
}
