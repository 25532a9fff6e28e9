using Libvirt;
using Microsoft.Extensions.Logging;

namespace Xen.Cim.Hypervisor.Connections;

/// <summary>
/// Connections for one purpose, opened when they are needed and opened again after they broke. Each serves one call at
/// a time: libvirt's client (seen with 9.0) writes to a stack that is gone, and takes the process down, when several
/// threads wait on one connection that keepalive ends. And so a call that hangs holds up nobody else.
/// </summary>
/// <param name="role">What the connections are for, in a word for the log.</param>
/// <param name="target">The URI, for the log and for errors.</param>
/// <param name="maximum">How many connections there may be; 0 means one that all calls share, for drivers inside this process.</param>
/// <param name="logger">Hears of connections that were lost and came back.</param>
/// <param name="open">Opens a connection, told whether it is to hear the events: one of the pool does.</param>
internal sealed class ConnectionPool(string role, string target, int maximum, ILogger logger, Func<bool, OpenedConnection> open) : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan IdleLife = TimeSpan.FromSeconds(60);

    private readonly object _gate = new();
    private readonly List<Member> _members = [];
    private bool _opening;
    private bool _listens;
    private bool _lost;
    private bool _disposed;
    private TimeSpan _pause = FirstPause;
    private Deadline _retryAt;
    private HypervisorException? _refusal;

    /// <summary>Whether the connection that hears the events is open and the far side there, as far as is known.</summary>
    public bool HasLife
    {
        get
        {
            lock (_gate)
                return _members.Find(m => m.HearsEvents) is { } listening && IsAlive(listening.Connection);
        }
    }

    /// <summary>Connections that are open, for tests.</summary>
    internal int Count
    {
        get
        {
            lock (_gate)
                return _members.Count;
        }
    }

    /// <summary>
    /// Does the work on a connection.
    /// </summary>
    /// <param name="what">The call in words that follow "Cannot".</param>
    /// <param name="again">Whether it may be done a second time when the connection broke: for what only reads.</param>
    /// <param name="deadline">How long to wait for a connection.</param>
    /// <param name="work">What to do.</param>
    public T Use<T>(string what, bool again, Deadline deadline, Func<Connection, T> work)
    {
        for (; ; again = false)
        {
            var member = Acquire(what, deadline);
            string? broken = null;
            try
            {
                return work(member.Connection);
            }
            catch (LibvirtException e) when (LibvirtErrors.MeansBroken(member.Connection, e))
            {
                broken = e.Message;
                if (!again || deadline.HasPassed)
                    throw LibvirtErrors.Translate(what, e, HypervisorError.Disconnected);
            }
            catch (LibvirtException e)
            {
                throw LibvirtErrors.Translate(what, e);
            }
            catch (ObjectDisposedException e)
            {
                // Only a shared connection can be closed under a call's feet.
                if (!again || deadline.HasPassed)
                    throw new HypervisorException(HypervisorError.Disconnected, $"Cannot {what}: the connection to {target} was closed", e);
            }
            finally
            {
                Release(member, broken);
            }
        }
    }

    /// <summary>Opens the connection that hears events, where there is none that lives.</summary>
    /// <returns>Whether it had to be opened.</returns>
    public bool Listen(string what, Deadline deadline)
    {
        lock (_gate)
        {
            while (true)
            {
                if (_disposed)
                    throw new HypervisorException(HypervisorError.Disconnected, $"Cannot {what}: the connection to {target} was closed");
                var listening = _members.Find(m => m.HearsEvents);
                // While a call uses it keepalive looks after it; asking would get in that call's way.
                if (listening is not null && ((listening.Users > 0 && !IsShared) || IsAlive(listening.Connection)))
                    return false;
                if (listening is not null)
                {
                    Remove(listening, "the far side closed it");
                    if (listening.Users == 0)
                        listening.Connection.Dispose();
                    else
                        listening.Retired = true;
                }
                if (!_opening)
                    break;
                if (deadline.Remaining is var remaining && remaining == TimeSpan.Zero)
                    throw new HypervisorException(HypervisorError.Disconnected, $"Cannot {what}: {target} did not answer to being connected within {deadline.Length.TotalSeconds:0.###} s");
                Monitor.Wait(_gate, remaining);
            }
            if (_refusal is not null && !_retryAt.HasPassed)
                throw new HypervisorException(HypervisorError.Disconnected, _refusal.Message, _refusal.InnerException) { Libvirt = _refusal.Libvirt };
            _opening = true;
        }
        Release(Open(first: true, deadline), null);
        return true;
    }

    /// <summary>
    /// A caller has given up. Where nothing asks the far side for signs of life its connection may hang for good: it is
    /// replaced, and closed if ever its call comes back.
    /// </summary>
    public void GiveUpHanging()
    {
        lock (_gate)
        {
            foreach (var member in _members.Where(m => m.Users > 0 && !m.HasKeepAlive && m.Deadline.HasPassed).ToList())
            {
                _members.Remove(member);
                member.Retired = true;
                _lost = true;
                logger.LogWarning("Gave up a hanging {Role} connection to {Target}", role, target);
            }
            Monitor.PulseAll(_gate);
        }
    }

    private bool IsShared => maximum == 0;

    private Member Acquire(string what, Deadline deadline)
    {
        bool first, replaces;
        lock (_gate)
        {
            while (true)
            {
                if (_disposed)
                    throw new HypervisorException(HypervisorError.Disconnected, $"Cannot {what}: the connection to {target} was closed");
                // The one that hears the events comes before all others: without it nothing that was read is known to hold.
                replaces = _listens && !_opening && !_members.Exists(m => m.HearsEvents) && (_refusal is null || _retryAt.HasPassed);
                if (replaces)
                    break;
                if (Take(deadline) is { } member)
                    return member;
                if (!_opening && _members.Count < Math.Max(maximum, 1))
                    break;
                var remaining = deadline.Remaining;
                if (remaining == TimeSpan.Zero)
                {
                    throw _members.Count == 0
                        ? new HypervisorException(HypervisorError.Disconnected, $"Cannot {what}: {target} did not answer to being connected within {deadline.Length.TotalSeconds:0.###} s")
                        : new HypervisorException(HypervisorError.Busy, $"Cannot {what}: all {_members.Count} connections to {target} were busy for {deadline.Length.TotalSeconds:0.###} s");
                }
                Monitor.Wait(_gate, remaining);
            }
            if (_refusal is not null && !_retryAt.HasPassed)
                throw new HypervisorException(HypervisorError.Disconnected, _refusal.Message, _refusal.InnerException) { Libvirt = _refusal.Libvirt };
            _opening = true;
            first = !_members.Exists(m => m.HearsEvents);
        }
        try
        {
            return Open(first, deadline);
        }
        catch (HypervisorException) when (replaces)
        {
            lock (_gate)
            {
                if (Take(deadline) is { } other)
                    return other;
            }
            throw;
        }
    }

    /// <summary>A free connection that lives. Those that died while nobody used them are closed.</summary>
    private Member? Take(Deadline deadline)
    {
        for (var i = 0; i < _members.Count; i++)
        {
            var member = _members[i];
            if (member.Users > 0 && !IsShared)
                continue;
            if (!IsShared && !IsAlive(member.Connection))
            {
                Remove(member, "the far side closed it");
                // Its subscriptions end without talking to the far side, as the client knows that it is closed.
                member.Connection.Dispose();
                i--;
                continue;
            }
            member.Users++;
            member.Deadline = deadline;
            return member;
        }
        return null;
    }

    private void Release(Member member, string? broken)
    {
        List<Member> surplus = [];
        lock (_gate)
        {
            member.Users--;
            member.Idle = new Deadline(IdleLife);
            if (broken is not null)
                Remove(member, broken);
            if (member.Users == 0 && (broken is not null || member.Retired || _disposed))
                surplus.Add(member);
            // The one that hears the events stays, or else the first.
            var kept = _members.Find(m => m.HearsEvents) ?? _members.FirstOrDefault();
            foreach (var idle in _members.Where(m => m != kept && m.Users == 0 && m.Idle.HasPassed).ToList())
            {
                _members.Remove(idle);
                surplus.Add(idle);
            }
            Monitor.PulseAll(_gate);
        }
        foreach (var closed in surplus)
            closed.Connection.Dispose();
    }

    private void Remove(Member member, string reason)
    {
        if (!_members.Remove(member))
            return;
        if (!_lost)
            logger.LogWarning("Lost the {Role} connection to {Target}: {Reason}", role, target, reason);
        _lost = true;
    }

    private Member Open(bool first, Deadline deadline)
    {
        OpenedConnection? opened = null;
        HypervisorException? refusal = null;
        try
        {
            opened = open(first);
        }
        catch (LibvirtException e)
        {
            refusal = LibvirtErrors.Translate($"connect to {target}", e, HypervisorError.Disconnected);
        }
        catch (Exception e)
        {
            refusal = new HypervisorException(HypervisorError.Disconnected, $"Cannot connect to {target}: {e.Message}", e);
        }

        lock (_gate)
        {
            _opening = false;
            Monitor.PulseAll(_gate);
            if (refusal is not null)
            {
                if (_refusal is null)
                    logger.LogWarning("No {Role} connection: {Reason}", role, refusal.Message);
                _refusal = refusal;
                _retryAt = new Deadline(_pause);
                _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
                throw refusal;
            }
            if (!_disposed)
            {
                if (_lost || _refusal is not null)
                    logger.LogInformation("The {Role} connection to {Target} is there again", role, target);
                _refusal = null;
                _lost = false;
                _pause = FirstPause;
                var member = new Member(opened!.Value.Connection, opened.Value.HasKeepAlive, opened.Value.HearsEvents) { Users = 1, Deadline = deadline };
                _listens |= member.HearsEvents;
                _members.Add(member);
                return member;
            }
        }
        opened!.Value.Connection.Dispose();
        throw new HypervisorException(HypervisorError.Disconnected, $"The connection to {target} was closed");
    }

    private static bool IsAlive(Connection connection)
    {
        try
        {
            return connection.IsAlive;
        }
        catch (LibvirtException)
        {
            return false;
        }
    }

    /// <summary>Closes the connections; those in use follow when their calls end.</summary>
    public void Dispose()
    {
        List<Member> idle;
        lock (_gate)
        {
            _disposed = true;
            idle = _members.Where(m => m.Users == 0).ToList();
            _members.Clear();
            Monitor.PulseAll(_gate);
        }
        foreach (var member in idle)
            member.Connection.Dispose();
    }

    private sealed class Member(Connection connection, bool hasKeepAlive, bool hearsEvents)
    {
        public Connection Connection { get; } = connection;

        public bool HasKeepAlive { get; } = hasKeepAlive;

        public bool HearsEvents { get; } = hearsEvents;

        public int Users { get; set; }

        /// <summary>Of the call that uses it.</summary>
        public Deadline Deadline { get; set; }

        /// <summary>When it has not been used for long.</summary>
        public Deadline Idle { get; set; }

        public bool Retired { get; set; }
    }
}

/// <summary>A connection, whether keepalive ends calls on it that hang, and whether it hears events.</summary>
internal readonly record struct OpenedConnection(Connection Connection, bool HasKeepAlive, bool HearsEvents);
