using System.Collections.Concurrent;
using System.Diagnostics;

namespace Libvirt.Tests;

public class DaemonTests
{
    [Fact]
    public void Changes_of_another_client_are_heard()
    {
        using var daemon = Daemon.StartOrSkip();
        using var watcher = Connection.Open(daemon.Uri);
        using var actor = Connection.Open(daemon.Uri);
        var seen = new ConcurrentQueue<DomainLifecycleEvent>();
        var metadata = new ConcurrentQueue<DomainMetadataChangeEvent>();
        using var s1 = watcher.OnDomainLifecycle(seen.Enqueue);
        using var s2 = watcher.OnDomainMetadataChange(metadata.Enqueue);
        using var d = actor.LookupDomain("test");
        d.Suspend();
        d.Resume();
        d.SetMetadata(DomainMetadataType.Title, "heard");
        Eventually.True(() => seen.Count == 2 && metadata.Count == 1, "events of the other client");
        Assert.Equal([DomainEventType.Suspended, DomainEventType.Resumed], seen.Select(e => e.Type));
        Assert.Equal((DomainMetadataType.Title, "test"), (metadata.Single().Type, metadata.Single().Domain.Name));
        Assert.False(watcher.IsEncrypted);
        Assert.True(watcher.IsSecure);
    }

    [Fact]
    public void Killed_daemon_ends_the_connection_with_a_notice()
    {
        using var daemon = Daemon.StartOrSkip();
        var c = Connection.Open(daemon.Uri);
        var reasons = new ConcurrentQueue<ConnectionCloseReason>();
        using var subscription = c.OnClosed(reasons.Enqueue);
        Assert.Throws<LibvirtException>(() => c.OnClosed(_ => { }));
        using var lifecycle = c.OnDomainLifecycle(_ => { });
        Assert.True(c.IsAlive);
        daemon.Kill();
        Eventually.True(() => !reasons.IsEmpty, "the close notice");
        Assert.Equal([ConnectionCloseReason.Eof], reasons);
        Assert.False(c.IsAlive);
        var e = Assert.Throws<LibvirtException>(() => c.ListAllDomains());
        Assert.Equal(ErrorDomain.Rpc, e.Domain);
        Assert.Equal(0, c.Close());
    }

    [Fact]
    public void Keepalive_ends_a_call_to_a_daemon_that_hangs()
    {
        using var daemon = Daemon.StartOrSkip();
        using var c = Connection.Open(daemon.Uri);
        Assert.True(c.SetKeepAlive(1, 2));
        using var closed = new ManualResetEventSlim();
        var reason = ConnectionCloseReason.Client;
        using var subscription = c.OnClosed(r =>
        {
            reason = r;
            closed.Set();
        });
        daemon.Freeze();
        var clock = Stopwatch.StartNew();
        Assert.Throws<LibvirtException>(() => c.Hostname);
        Assert.InRange(clock.Elapsed.TotalSeconds, 1, 8);
        Assert.True(closed.Wait(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken));
        Assert.Equal(ConnectionCloseReason.Keepalive, reason);
    }

    [Fact]
    public void Socket_that_is_not_there_is_named()
    {
        var e = Assert.Throws<LibvirtException>(() => Connection.Open("test+unix:///default?socket=/nowhere/libvirt-sock"));
        Assert.Equal(ErrorCode.SystemError, e.Code);
        Assert.Contains("/nowhere/libvirt-sock", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_threads_share_a_connection()
    {
        using var daemon = Daemon.StartOrSkip();
        var c = Connection.Open(daemon.Uri);
        var names = new ConcurrentBag<string>();
        Parallel.For(0, 500, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = TestContext.Current.CancellationToken }, _ =>
        {
            foreach (var domain in c.ListAllDomains())
            {
                using (domain)
                {
                    if (domain.GetState().State == DomainState.Running && domain.GetXml().Length > 0)
                        names.Add(domain.Name);
                }
            }
        });
        Assert.Equal(500, names.Count(n => n == "test"));
        Assert.Equal(0, c.Close());
    }
}
