using Libvirt;
using Microsoft.Extensions.Logging;

namespace Xen.Cim.Hypervisor.Connections;

/// <summary>
/// A place for one connection: opened by the first call that needs it and opened again by the first one after it broke.
/// libvirtd serves five requests of a client at once, so that long operations get a slot of their own.
/// </summary>
/// <param name="role">What the connection is for, in a word for the log.</param>
/// <param name="target">The URI, for the log and for errors.</param>
/// <param name="open">Opens the connection and prepares it; disposes it when that fails.</param>
internal sealed class ConnectionSlot(string role, string target, ILogger logger, Func<ConnectionSlot, Connection> open) : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly object _gate = new();
    private Connection? _connection;
    private bool _opening;
    private bool _lost;
    private bool _closedByPeer;
    private bool _disposed;
    private TimeSpan _pause = FirstPause;
    private Deadline _retryAt;
    private HypervisorException? _refusal;

    /// <summary>Whether the daemon is asked for signs of life, so that a call that hangs ends by itself.</summary>
    public bool HasKeepAlive { get; set; }

    /// <summary>
    /// Does the work on the connection.
    /// </summary>
    /// <param name="what">The call in words that follow "Cannot".</param>
    /// <param name="again">Whether it may be done a second time when the connection broke: for what only reads.</param>
    /// <param name="deadline">How long to wait while somebody else opens the connection.</param>
    /// <param name="work">What to do.</param>
    public T Use<T>(string what, bool again, Deadline deadline, Func<Connection, T> work)
    {
        for (; ; again = false)
        {
            var connection = Acquire(what, deadline);
            if (ClosedByPeer(connection))
            {
                Drop(connection, "closed by the far side");
                connection = Acquire(what, deadline);
            }
            try
            {
                return work(connection);
            }
            catch (LibvirtException e) when (LibvirtErrors.MeansBroken(connection, e))
            {
                Drop(connection, e.Message);
                if (!again || deadline.HasPassed)
                    throw LibvirtErrors.Translate(what, e, HypervisorError.Disconnected);
            }
            catch (LibvirtException e)
            {
                throw LibvirtErrors.Translate(what, e);
            }
            catch (ObjectDisposedException e)
            {
                // Another thread found it broken and closed it under this call's feet.
                if (!again || deadline.HasPassed)
                    throw new HypervisorException(HypervisorError.Disconnected, $"Cannot {what}: the connection to the hypervisor was lost", e);
            }
        }
    }

    /// <summary>The peer has gone, or a call on the connection hangs for good: the next call opens a new one.</summary>
    public void Drop(Connection connection, string reason)
    {
        lock (_gate)
        {
            if (_connection != connection)
                return;
            _connection = null;
            _closedByPeer = false;
            _lost = true;
        }
        logger.LogWarning("Lost the {Role} connection to {Uri}: {Reason}", role, target, reason);
        connection.Dispose();
    }

    /// <summary>Gives up the connection that there is now, when nothing else would ever end its hanging calls.</summary>
    public void DropHanging(string reason)
    {
        Connection? connection;
        lock (_gate)
            connection = HasKeepAlive ? null : _connection;
        // Closing it talks to the far side, which does not answer.
        if (connection is not null)
            new Thread(() => Drop(connection, reason)) { IsBackground = true, Name = "libvirt close" }.Start();
    }

    /// <summary>
    /// The connection was closed by the far side. Only noted, as libvirt holds its locks while it tells: the next call
    /// closes this side of it.
    /// </summary>
    public void NoteClosed(Connection connection)
    {
        lock (_gate)
        {
            if (_connection == connection)
                _closedByPeer = true;
        }
    }

    private bool ClosedByPeer(Connection connection)
    {
        lock (_gate)
            return _closedByPeer && _connection == connection;
    }

    private Connection Acquire(string what, Deadline deadline)
    {
        lock (_gate)
        {
            while (true)
            {
                if (_disposed)
                    throw new HypervisorException(HypervisorError.Disconnected, $"Cannot {what}: the connection to the hypervisor was closed");
                if (_connection is not null)
                    return _connection;
                if (!_opening)
                    break;
                if (deadline.Remaining is var remaining && (remaining == TimeSpan.Zero || !Monitor.Wait(_gate, remaining)))
                    throw new HypervisorException(HypervisorError.Disconnected, $"Cannot {what}: the connection to {target} is still being opened");
            }
            if (_refusal is not null && !_retryAt.HasPassed)
                throw new HypervisorException(HypervisorError.Disconnected, _refusal.Message, _refusal.InnerException) { Libvirt = _refusal.Libvirt };
            _opening = true;
        }
        return Open();
    }

    private Connection Open()
    {
        Connection? connection = null;
        HypervisorException? refusal = null;
        try
        {
            connection = open(this);
        }
        catch (LibvirtException e)
        {
            refusal = LibvirtErrors.Translate($"connect to {target}", e, HypervisorError.Disconnected);
        }
        catch (Exception e)
        {
            refusal = new HypervisorException(HypervisorError.Disconnected, $"Cannot connect to {target}: {e.Message}", e);
        }
        return Settle(connection, refusal);
    }

    private Connection Settle(Connection? connection, HypervisorException? refusal)
    {
        bool again;
        bool first;
        lock (_gate)
        {
            _opening = false;
            Monitor.PulseAll(_gate);
            if (_disposed)
            {
                connection?.Dispose();
                throw new HypervisorException(HypervisorError.Disconnected, "The connection to the hypervisor was closed");
            }
            again = refusal is null && (_lost || _refusal is not null);
            first = refusal is not null && _refusal is null;
            _refusal = refusal;
            if (refusal is null)
            {
                _connection = connection;
                _closedByPeer = false;
                _lost = false;
                _pause = FirstPause;
            }
            else
            {
                _retryAt = new Deadline(_pause);
                _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
            }
        }
        if (first)
            logger.LogWarning("No {Role} connection: {Reason}", role, refusal!.Message);
        if (again)
            logger.LogInformation("The {Role} connection to {Uri} is there again", role, target);
        return connection is not null && refusal is null ? connection : throw refusal!;
    }

    public void Dispose()
    {
        Connection? connection;
        lock (_gate)
        {
            _disposed = true;
            connection = _connection;
            _connection = null;
            Monitor.PulseAll(_gate);
        }
        connection?.Dispose();
    }
}
