using Libvirt;
using Microsoft.Extensions.Logging;
using Xen.Cim.Hypervisor.Connections;

namespace Xen.Cim.Hypervisor;

// What libvirt tells of by itself, and the connection that it tells it on.
public sealed partial class LibvirtHypervisor
{
    /// <summary>How soon a lost connection is tried again, where nothing tells that it was lost or is possible again.</summary>
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);

    public event Action<HostEvent>? HostChanged;

    public IDisposable Watch() => new EventWatch(this);

    /// <summary>Asks for every event that says something of what we show. Runs with each connection that hears events.</summary>
    private void Listen(Connection connection)
    {
        Optional("lifecycle events", () => connection.OnDomainLifecycle(Heard));
        Optional("reboot events", () => connection.OnDomainReboot(Heard));
        Optional("balloon events", () => connection.OnDomainBalloonChange(e => DevicesChanged(e.Domain)));
        Optional("device events", () => connection.OnDomainDeviceAdded(e => DevicesChanged(e.Domain)));
        Optional("device events", () => connection.OnDomainDeviceRemoved(e => DevicesChanged(e.Domain)));
        Optional("tray events", () => connection.OnDomainTrayChange(e => DevicesChanged(e.Domain)));
        Optional("metadata events", () => connection.OnDomainMetadataChange(e => DevicesChanged(e.Domain)));
        Optional("disk errors", () => connection.OnDomainIOError(HeardError));
        Optional("network events", () => connection.OnNetworkLifecycle(e => _notifier.Post(new PoolsEvent(e.Name))));
        Optional("storage events", () => connection.OnStoragePoolLifecycle(e => _notifier.Post(new PoolsEvent(e.Name))));
        Optional("storage events", () => connection.OnStoragePoolRefresh(e => _notifier.Post(new PoolsEvent(e.Name))));
        Optional("news of its end", () => connection.OnClosed(_ => _closed.Set()));
    }

    // These run on libvirt's event thread: no call to libvirt, no waiting.
    private void DevicesChanged(DomainIdentity domain)
    {
        _known.Heard(domain.Name);
        if (_identity is { } identity)
            _notifier.Post(new GuestDevicesEvent(PublicUuid(identity, domain), domain.Name));
    }

    private void HeardError(DomainIOErrorEvent error)
    {
        if (_identity is { } identity)
            _notifier.Post(new DiskErrorEvent(PublicUuid(identity, error.Domain), error.Domain.Name, error.DeviceAlias, error.Source, error.Reason));
    }

    private void Deliver(HostEvent news)
    {
        HostChanged?.Invoke(news);
        if (news is GuestEvent guest)
            GuestChanged?.Invoke(guest);
    }

    /// <summary>Keeps a connection open that hears events, and tells of its end and its return.</summary>
    private sealed class EventWatch : IDisposable
    {
        private readonly LibvirtHypervisor _owner;
        private readonly Thread _thread;
        private volatile bool _ended;

        public EventWatch(LibvirtHypervisor owner)
        {
            _owner = owner;
            _thread = new Thread(Run) { IsBackground = true, Name = "libvirt connection watch" };
            _thread.Start();
        }

        public void Dispose()
        {
            _ended = true;
            _owner._closed.Set();
        }

        private void Run()
        {
            var isThere = true;
            while (!_ended && _owner._disposed == 0)
            {
                try
                {
                    var deadline = new Deadline(_owner._options.CallTimeout);
                    var opened = _owner._threads.Run("hear events", deadline, () => _owner._inventory.Listen("hear events", deadline));
                    if (!isThere || opened)
                        _owner._notifier.Post(new ConnectionEvent(true, $"The connection to {_owner.Uri} is there"));
                    isThere = true;
                }
                catch (HypervisorException e)
                {
                    if (isThere)
                        _owner._notifier.Post(new ConnectionEvent(false, e.Message));
                    isThere = false;
                }
                catch (Exception e)
                {
                    _owner._logger.LogError(e, "Watching the connection to {Uri} failed", _owner.Uri);
                }
                _owner._closed.WaitOne(s_look);
            }
        }
    }
}
