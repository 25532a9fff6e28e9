using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Libvirt.Tests;

public class EventTests
{
    [Fact]
    public void Loop_is_shared_and_turns()
    {
        using var another = EventLoop.Start();
        Assert.True(another.RunsHere);
        Assert.True(EventLoop.Turns(TimeSpan.FromSeconds(5)));
        another.Dispose();
        another.Dispose();
        Assert.True(EventLoop.Turns(TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public void Lifecycle_is_told_in_order()
    {
        using var host = new Host();
        var seen = new ConcurrentQueue<DomainLifecycleEvent>();
        using var subscription = host.Connection.OnDomainLifecycle(seen.Enqueue);
        using var d = host.Connection.LookupDomain("stopped");
        d.Create();
        d.Suspend();
        d.Resume();
        d.Destroy();
        Eventually.True(() => seen.Count == 4, "four events");
        Assert.Equal([DomainEventType.Started, DomainEventType.Suspended, DomainEventType.Resumed, DomainEventType.Stopped], seen.Select(e => e.Type));
        Assert.All(seen, e => Assert.Equal("stopped", e.Domain.Name));
        Assert.All(seen, e => Assert.Equal(Guid.Parse(Host.StoppedUuid), e.Domain.Uuid));
        Assert.Equal((int)DomainEventStoppedDetail.Destroyed, seen.Last().Detail);
    }

    [Fact]
    public void Subscription_to_one_domain_hears_of_no_other()
    {
        using var host = new Host();
        using var guest = host.Connection.LookupDomain("guest");
        using var stopped = host.Connection.LookupDomain("stopped");
        var one = new ConcurrentQueue<string>();
        var all = new ConcurrentQueue<string>();
        using var subscriptionOne = host.Connection.OnDomainLifecycle(e => one.Enqueue(e.Domain.Name), guest);
        using var subscriptionAll = host.Connection.OnDomainLifecycle(e => all.Enqueue(e.Domain.Name));
        stopped.Create();
        guest.Suspend();
        Eventually.True(() => all.Count == 2 && !one.IsEmpty, "both events");
        Assert.Equal(["guest"], one);
    }

    [Fact]
    public void Disposed_subscription_hears_nothing()
    {
        using var host = new Host();
        using var d = host.Connection.LookupDomain("guest");
        var ended = 0;
        var open = 0;
        var first = host.Connection.OnDomainLifecycle(_ => Interlocked.Increment(ref ended));
        using var second = host.Connection.OnDomainLifecycle(_ => Interlocked.Increment(ref open));
        first.Dispose();
        first.Dispose();
        d.Suspend();
        Eventually.True(() => Volatile.Read(ref open) == 1, "the event");
        Assert.Equal(0, ended);
    }

    [Fact]
    public void Handler_may_end_its_own_subscription()
    {
        using var host = new Host();
        using var d = host.Connection.LookupDomain("guest");
        var count = 0;
        var other = 0;
        Subscription? subscription = null;
        subscription = host.Connection.OnDomainLifecycle(_ =>
        {
            Interlocked.Increment(ref count);
            subscription!.Dispose();
        });
        using var witness = host.Connection.OnDomainLifecycle(_ => Interlocked.Increment(ref other));
        d.Suspend();
        d.Resume();
        Eventually.True(() => Volatile.Read(ref other) == 2, "both events");
        Assert.Equal(1, count);
        // The reference that libvirt keeps for the registration goes with the next turn of the loop.
        Assert.True(EventLoop.Turns(TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public void Throwing_handler_is_reported_and_stops_nobody()
    {
        using var host = new Host();
        using var d = host.Connection.LookupDomain("guest");
        var failures = new ConcurrentQueue<Exception>();
        host.Connection.HandlerFailed += failures.Enqueue;
        host.Connection.HandlerFailed += _ => throw new InvalidOperationException("the listener throws too");
        var after = 0;
        using var bad = host.Connection.OnDomainLifecycle(_ => throw new FormatException("bad handler"));
        using var good = host.Connection.OnDomainLifecycle(_ => Interlocked.Increment(ref after));
        d.Suspend();
        d.Resume();
        Eventually.True(() => Volatile.Read(ref after) == 2 && failures.Count == 2, "two events and two failures");
        Assert.All(failures, e => Assert.IsType<FormatException>(e));
    }

    [Fact]
    public void Network_and_pool_events_are_told()
    {
        using var host = new Host();
        var networks = new ConcurrentQueue<NetworkLifecycleEvent>();
        var pools = new ConcurrentQueue<StoragePoolLifecycleEvent>();
        var refreshed = new ConcurrentQueue<StoragePoolRefreshEvent>();
        using var s1 = host.Connection.OnNetworkLifecycle(networks.Enqueue);
        using var s2 = host.Connection.OnStoragePoolLifecycle(pools.Enqueue);
        using var s3 = host.Connection.OnStoragePoolRefresh(refreshed.Enqueue);
        using var network = host.Connection.LookupNetwork("lan");
        network.Destroy();
        network.Create();
        using var pool = host.Connection.LookupStoragePool("images");
        pool.Refresh();
        pool.Destroy();
        Eventually.True(() => networks.Count == 2 && pools.Count == 1 && refreshed.Count == 1, "four events");
        Assert.Equal([NetworkEventType.Stopped, NetworkEventType.Started], networks.Select(e => e.Type));
        Assert.Equal(("lan", network.Uuid), (networks.First().Name, networks.First().Uuid));
        Assert.Equal(new StoragePoolLifecycleEvent("images", pool.Uuid, StoragePoolEventType.Stopped), pools.Single());
        Assert.Equal(new StoragePoolRefreshEvent("images", pool.Uuid), refreshed.Single());
    }

    [Fact]
    public void Node_device_events_are_told()
    {
        using var c = Connection.Open("test:///default");
        var seen = new ConcurrentQueue<NodeDeviceLifecycleEvent>();
        using (c.OnNodeDeviceLifecycle(seen.Enqueue))
        {
            using var made = c.CreateNodeDevice("""
                <device><name>vhba</name><parent>scsi_host2</parent><capability type='scsi_host'>
                <capability type='fc_host'><wwnn>2000000012341234</wwnn><wwpn>1000000012341234</wwpn></capability></capability></device>
                """);
            made.Destroy();
            Eventually.True(() => seen.Count == 2, "created and deleted");
            Assert.Equal([NodeDeviceEventType.Created, NodeDeviceEventType.Deleted], seen.Select(e => e.Type));
            Assert.All(seen, e => Assert.Equal(made.Name, e.Name));
        }
    }

    [Fact]
    public void Closing_ends_all_subscriptions_and_frees_the_handlers()
    {
        var handler = Subscribe(out var connection);
        Assert.Equal(0, connection.Close());
        Assert.Throws<ObjectDisposedException>(() => connection.OnDomainLifecycle(_ => { }));
        Eventually.True(() =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return !handler.IsAlive;
        }, "the handler is collected");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Subscribe(out Connection connection)
    {
        connection = Connection.Open("test:///default");
        var state = new object();
        connection.OnDomainLifecycle(_ => state.ToString());
        connection.OnDomainReboot(_ => state.ToString());
        connection.OnNetworkLifecycle(_ => state.ToString());
        connection.OnStoragePoolLifecycle(_ => state.ToString());
        connection.OnNodeDeviceLifecycle(_ => state.ToString());
        connection.OnClosed(_ => state.ToString());
        return new WeakReference(state);
    }
}
