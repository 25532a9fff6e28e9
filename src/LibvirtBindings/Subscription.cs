using Libvirt.Native;

namespace Libvirt;

/// <summary>
/// A handler that hears of an event. Disposing it ends the delivery; a call that is under way on the event thread may
/// still finish. It ends with its connection at the latest.
/// </summary>
public abstract class Subscription : IDisposable
{
    private int ended;

    private protected Subscription() { }

    private protected bool HasEnded => Volatile.Read(ref ended) != 0;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref ended, 1) == 0)
            End();
        GC.SuppressFinalize(this);
    }

    private protected abstract void End();
}

/// <summary>A handler of one kind of event, among others of the same registration.</summary>
internal sealed class Subscription<T>(Registration<T> registration, Action<T> handler) : Subscription
{
    /// <summary>Calls the handler; what it throws goes to <see cref="Connection.HandlerFailed"/>.</summary>
    public void Raise(T argument)
    {
        if (HasEnded)
            return;
        try
        {
            handler(argument);
        }
        catch (Exception e)
        {
            registration.Connection.ReportHandlerFailure(e);
        }
    }

    private protected override void End() => registration.Connection.End(registration, this);
}
