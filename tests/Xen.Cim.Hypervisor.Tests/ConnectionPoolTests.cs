using Libvirt;
using Microsoft.Extensions.Logging.Abstractions;
using Xen.Cim.Hypervisor.Connections;
using Xunit;

namespace Xen.Cim.Hypervisor.Tests;

/// <summary>One connection of a pool hears the events, for as long as there is one.</summary>
public sealed class ConnectionPoolTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly List<bool> _opened = [];
    private readonly ConnectionPool _pool;
    private bool _refuses;

    public ConnectionPoolTests() => _pool = new("test", "test:///default", 4, NullLogger.Instance, Open);

    public void Dispose() => _pool.Dispose();

    [Fact]
    public void Another_one_hears_the_events_when_the_one_that_did_is_lost_and_others_live()
    {
        LoseTheListener();
        Assert.False(_pool.HasLife);
        Assert.Equal([true, false], _opened);
        Ask();
        Assert.True(_pool.HasLife);
        Assert.Equal([true, false, true], _opened);
        // And no more of them.
        Ask();
        Assert.Equal(3, _opened.Count);
    }

    [Fact]
    public void What_lives_is_used_while_no_other_can_be_opened()
    {
        LoseTheListener();
        _refuses = true;
        Ask();
        Assert.False(_pool.HasLife);
        Assert.Equal(1, _pool.Count);
        _refuses = false;
        Assert.True(SpinWait.SpinUntil(() =>
        {
            Ask();
            return _pool.HasLife;
        }, s_patience));
    }

    private OpenedConnection Open(bool hearsEvents)
    {
        if (_refuses)
            throw new LibvirtException(ErrorCode.SystemError, "too many clients");
        _opened.Add(hearsEvents);
        return new(Connection.Open("test:///default"), HasKeepAlive: false, hearsEvents);
    }

    private void Ask() => Assert.True(_pool.Use("ask", again: true, new Deadline(s_patience), c => c.IsAlive));

    // While it is in use another one is opened; then its call breaks it.
    private void LoseTheListener() => Assert.Throws<HypervisorException>(() => _pool.Use<bool>("break", again: false, new Deadline(s_patience), _ =>
    {
        Task.Run(Ask, TestContext.Current.CancellationToken).Wait(TestContext.Current.CancellationToken);
        throw new LibvirtException(ErrorCode.InvalidConn, "gone");
    }));
}
