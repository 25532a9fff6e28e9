namespace Xen.Cim.Providers;

/// <summary>
/// A call that is not made twice at the same time: who asks while it is under way waits, and gets the same result or the
/// same error. It has to have a deadline of its own.
/// </summary>
internal sealed class SharedCall<T>(Func<T> call)
    where T : class
{
    private readonly Lock _gate = new();
    private Lazy<T>? _underWay;

    /// <param name="known">What a call that has just ended may have left, so that none is needed; null from it for nothing.</param>
    public T Make(Func<T?>? known = null)
    {
        Lazy<T> shared;
        lock (_gate)
        {
            if (known?.Invoke() is { } enough)
                return enough;
            shared = _underWay ??= new(call, LazyThreadSafetyMode.ExecutionAndPublication);
        }
        try
        {
            return shared.Value;
        }
        finally
        {
            lock (_gate)
            {
                if (_underWay == shared)
                    _underWay = null;
            }
        }
    }
}
