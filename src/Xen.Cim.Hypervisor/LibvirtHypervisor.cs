using System.Collections.Concurrent;
using Libvirt;
using Microsoft.Extensions.Logging;
using Xen.Cim.Hypervisor.Connections;
using Xen.Cim.Hypervisor.Guests;
using Xen.Cim.Hypervisor.Hosts;
using Xen.Cim.Hypervisor.Inventory;

namespace Xen.Cim.Hypervisor;

/// <summary>
/// The hypervisor behind a libvirt URI. Nothing is connected before the first call, and a connection that breaks is
/// opened again by the next one: a query is then done once more, a change is not, as nobody knows how far it came.
/// </summary>
/// <remarks>
/// Calls wait inside libvirt on threads of their own (<see cref="CallThreads"/>). Queries and events have connections of
/// their own, and changes others, because libvirtd serves five requests of a client at once; libvirt's in-process test
/// driver, where each connection may be another host, has one connection for everything. Queries, quick changes, slow ones
/// and those that may last for hours each have threads and connections of their own (<see cref="Lane"/>), so that many of
/// one kind keep nobody from asking, changing something else, or giving them up.
/// </remarks>
public sealed partial class LibvirtHypervisor : IHypervisor, IDefinitionReader, IMoments
{
    private readonly HypervisorOptions _options;
    private readonly ILogger _logger;
    private readonly ConnectionUri _uri;
    private readonly CallThreads _threads;
    private readonly ConnectionPool _inventory;
    private readonly Lane _queries;
    private readonly Lane _quick;
    private readonly Lane _slow;
    private readonly Lane _lengthy;
    private readonly GuestLocks _locks = new();
    private readonly GuestStates _states;
    private readonly DefinitionCache _definitions;
    private readonly GuestNotifier _notifier;
    private readonly ConcurrentDictionary<HypervisorOperation, bool> _refused = [];
    private readonly Lock _loopGate = new();
    private readonly AutoResetEvent _closed = new(false);
    private EventLoop? _loop;
    private bool _loopTurns;
    private volatile HostIdentity? _identity;
    private int _disposed;

    private sealed record Lane(ConnectionPool Connections, CallThreads Threads);

    private LibvirtHypervisor(HypervisorOptions options, ILoggerFactory loggers)
    {
        _options = options;
        _logger = loggers.CreateLogger<LibvirtHypervisor>();
        _uri = ConnectionUri.Parse(options.Uri);
        _threads = new CallThreads(options.MaxThreads);
        _states = new GuestStates(options.RebootWindow, TimeProvider.System);
        _known = new GuestInventory(StaysTrue);
        _definitions = new DefinitionCache(options.DefinitionCacheCharacters);
        _notifier = new GuestNotifier(Deliver, _logger);
        var target = options.Uri.Length == 0 ? "libvirt's default hypervisor" : options.Uri;
        if (_uri.LivesInProcess)
        {
            _inventory = new ConnectionPool("only", target, 0, _logger, Open);
            _queries = _quick = _slow = _lengthy = new(_inventory, _threads);
        }
        else
        {
            _inventory = new ConnectionPool("inventory", target, options.MaxConnections, _logger, Open);
            _queries = new(_inventory, _threads);
            _quick = Changes("operations", options.MaxConnections);
            _slow = Changes("slow operations", options.MaxSlow);
            _lengthy = Changes("lengthy operations", options.MaxSlow);
        }

        Lane Changes(string role, int atOnce) =>
            new(new(role, target, atOnce, _logger, _ => Open(forEvents: false)), new CallThreads(options.MaxThreads));
    }

    /// <summary>Makes the hypervisor without connecting: it neither fails nor waits.</summary>
    public static LibvirtHypervisor Create(HypervisorOptions options, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(loggers);
        return new LibvirtHypervisor(options, loggers);
    }

    public string Uri => _options.Uri;

    /// <summary>By the connection once there is one, until then by the URI.</summary>
    public HypervisorDriver Driver => _identity?.Driver ?? _uri.Driver;

    public bool Supports(HypervisorOperation operation) => !_refused.ContainsKey(operation) && DriverTable.Has(Driver, operation);

    /// <summary>Threads inside libvirt or ready for it, for tests.</summary>
    internal CallThreads Threads => _threads;

    /// <summary>Open connections, for tests.</summary>
    internal int Connections => Lanes.Sum(l => l.Connections.Count);

    private IEnumerable<Lane> Lanes => new[] { _lengthy, _slow, _quick, _queries }.Distinct();

    internal GuestLocks Locks => _locks;

    internal DefinitionCache DefinitionCache => _definitions;

    internal GuestStates States => _states;

    /// <summary>A read: on the inventory's connection, and once more when that broke.</summary>
    private T Query<T>(string what, Func<Connection, T> read) => Run(_queries, what, _options.CallTimeout, again: true, read);

    /// <summary>A read that goes on while its caller does something else.</summary>
    /// <returns>Waits for it, to be called once.</returns>
    private Func<T> BeginQuery<T>(string what, Func<Connection, T> read) => Begin(_queries, what, _options.CallTimeout, again: true, read);

    /// <summary>A quick change: not done again when the connection broke.</summary>
    private T Change<T>(string what, Func<Connection, T> change, GuestLocks.Held? held = null) =>
        Run(_quick, what, _options.CallTimeout, again: false, change, held);

    /// <summary>A change that may take long.</summary>
    private T ChangeSlowly<T>(string what, Func<Connection, T> change, GuestLocks.Held? held = null) =>
        Run(_slow, what, _options.LongCallTimeout, again: false, change, held);

    /// <summary>A change that may take hours.</summary>
    private T ChangeAtLength<T>(string what, TimeSpan timeout, Func<Connection, T> change) => Run(_lengthy, what, timeout, again: false, change);

    private T Run<T>(Lane lane, string what, TimeSpan timeout, bool again, Func<Connection, T> work, GuestLocks.Held? held = null) =>
        Begin(lane, what, timeout, again, work, held)();

    private Func<T> Begin<T>(Lane lane, string what, TimeSpan timeout, bool again, Func<Connection, T> work, GuestLocks.Held? held = null)
    {
        var deadline = new Deadline(timeout);
        // The call keeps the guest's lock, even when its caller has given up.
        held?.Share();
        var end = lane.Threads.Begin(what, deadline, () => lane.Connections.Use(what, again, deadline, work), held is null ? null : held.Dispose);
        return () =>
        {
            try
            {
                return end();
            }
            catch (HypervisorException e) when (e.Error == HypervisorError.Timeout && e.Libvirt is null && !_uri.LivesInProcess)
            {
                lane.Connections.GiveUpHanging();
                throw;
            }
        };
    }

    private HostIdentity Identity(Connection connection) => _identity ??= HostIdentity.Read(connection, _uri, _options.StateDirectory, () => _host.Capabilities(connection));

    private OpenedConnection Open(bool forEvents)
    {
        var turns = EventsTurn();
        var connection = Connection.Open(_options.Uri.Length == 0 ? null : _options.Uri);
        try
        {
            var keepAlive = turns && _options.KeepAliveInterval > 0 && connection.SetKeepAlive(_options.KeepAliveInterval, _options.KeepAliveCount);
            Identity(connection);
            _tellsNoSchedulers = false;
            if (turns && forEvents)
                Listen(connection);
            if (forEvents)
                BeginInventory();
            return new(connection, keepAlive, forEvents);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void Optional(string what, Func<Subscription> subscribe)
    {
        try
        {
            subscribe();
        }
        catch (LibvirtException e)
        {
            _logger.LogDebug("{Uri} gives no {What}: {Reason}", _options.Uri, what, e.Message);
        }
    }

    /// <summary>Starts libvirt's event loop, or finds out whether the one that somebody else registered turns.</summary>
    private bool EventsTurn()
    {
        lock (_loopGate)
        {
            if (_loop is null && _disposed == 0)
            {
                _loop = EventLoop.Start();
                _loopTurns = _loop.RunsHere || EventLoop.Turns(TimeSpan.FromSeconds(1));
                if (!_loopTurns)
                    _logger.LogWarning("libvirt's event loop belongs to somebody else in this process who does not run it: no events, no keepalive");
            }
            return _loopTurns;
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        foreach (var lane in Lanes)
            lane.Threads.Dispose();
        _notifier.Dispose();
        // Closing says goodbye to the far side, which may hang.
        var closing = new Thread(Close) { IsBackground = true, Name = "libvirt close" };
        closing.Start();
        closing.Join(TimeSpan.FromSeconds(2));
    }

    private void Close()
    {
        ThreadSignals.LeaveToOthers();
        foreach (var lane in Lanes)
            lane.Connections.Dispose();
        _known.Dispose();
        lock (_loopGate)
            _loop?.Dispose();
    }
}
