using System.Text;
using Xen.Cim.Model;
using Xen.Cim.Server.CimXml;
using Xen.Cim.Server.Enumerations;

namespace Xen.Cim.Server.Tests.Enumerations;

/// <summary>What bounds open enumerations, and what becomes of providers that fail in them.</summary>
public sealed class EnumerationContextsTests : IDisposable
{
    private readonly EnumerationContexts _contexts = new(new() { Contexts = 2, Bytes = 1000 }, TimeProvider.System);
    private readonly CimRequest _request = new() { Namespace = "root/virt", Principal = "ann", Cancellation = TestContext.Current.CancellationToken };

    public void Dispose() => _contexts.Dispose();

    [Fact]
    public void NoMoreAreOpenThanTheLimitSays()
    {
        var first = Open(Results(1));
        Open(Results(1));

        Assert.Equal(CimStatus.ServerLimitsExceeded, Assert.Throws<CimException>(() => Open(Results(1))).Status);
        _contexts.Close(first, _request);
        Open(Results(1));
        Assert.Equal(2, _contexts.Count);
    }

    [Fact]
    public void AProviderThatHasMoreThanThereIsRoomForWaits()
    {
        var produced = 0;
        var id = Open((_, add) =>
        {
            for (; produced < 1000; produced++)
                add(w => w.ClassName(new string('x', 100)));
        });

        var all = 0;
        for (var end = false; !end; all += Pull(id, 100_000, out end).Count)
            Assert.True(Volatile.Read(ref produced) <= all + 12, $"{produced} were produced when {all} had been pulled");
        Assert.Equal(1000, all);
        Assert.Equal(0, _contexts.Count);
    }

    [Fact]
    public void AFailureComesAfterTheResultsBeforeItAndEndsTheEnumeration()
    {
        var id = Open((_, add) =>
        {
            add(w => w.ClassName("a"));
            throw new CimException(CimStatus.AccessDenied, "not that");
        });

        Assert.Single(Pull(id, 10, out var end));
        Assert.False(end);
        Assert.Equal(CimStatus.AccessDenied, Assert.Throws<CimException>(() => Pull(id, 10, out _)).Status);
        Assert.Equal(CimStatus.InvalidEnumerationContext, Assert.Throws<CimException>(() => Pull(id, 10, out _)).Status);
    }

    [Fact]
    public void WhoAsksToContinueGetsTheResultsAfterAFailureToo()
    {
        var id = Open((enumeration, add) =>
        {
            enumeration.AddError(new(CimStatus.AccessDenied, "not that"));
            add(w => w.ClassName("b"));
        }, continueOnError: true);

        Assert.Equal(CimStatus.AccessDenied, Assert.Throws<CimException>(() => Pull(id, 10, out _)).Status);
        Assert.Contains("\"b\"", Encoding.UTF8.GetString(Assert.Single(Pull(id, 10, out var end))), StringComparison.Ordinal);
        Assert.True(end);
    }

    [Fact]
    public void NobodyElseMayPull()
    {
        var id = Open(Results(3));

        Assert.Equal(CimStatus.InvalidEnumerationContext,
            Assert.Throws<CimException>(() => _contexts.Pull(id, EnumerationKind.InstancePaths, _request with { Principal = "bob" }, 1, _ => { })).Status);
        Assert.Equal(3, Pull(id, 10, out _).Count);
    }

    [Fact]
    public async Task APullThatWaitsEndsWhenTheEnumerationIsClosedAndSoDoesTheProvider()
    {
        var stopped = new TaskCompletionSource();
        var id = Open((enumeration, _) =>
        {
            enumeration.End.WaitHandle.WaitOne();
            stopped.SetResult();
        });
        var pull = Task.Run(() => Assert.Throws<CimException>(() => Pull(id, 1, out _)).Status, TestContext.Current.CancellationToken);
        await Task.Delay(50, TestContext.Current.CancellationToken);
        _contexts.Close(id, _request);

        // A pull that came after the close finds no enumeration at all.
        Assert.Contains(await pull, new[] { CimStatus.PullHasBeenAbandoned, CimStatus.InvalidEnumerationContext });
        await stopped.Task.WaitAsync(Patience.Longest, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void APullOfAProviderThatHangsEndsWithItsDeadline()
    {
        var id = Open((enumeration, _) => enumeration.End.WaitHandle.WaitOne());
        using var deadline = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));

        Assert.Throws<OperationCanceledException>(() => _contexts.Pull(id, EnumerationKind.InstancePaths, _request with { Cancellation = deadline.Token }, 1, _ => { }));
        Assert.Equal(0, _contexts.Count);
    }

    [Fact]
    public void APullOfNothingBeginsTheTimeAnew()
    {
        var clock = new Clock();
        using var contexts = new EnumerationContexts(new(), clock);
        var id = contexts.Open(EnumerationKind.InstancePaths, _request, timeout: 10, continueOnError: false, Results(3)).Id;

        clock.Advance(TimeSpan.FromSeconds(9));
        Assert.False(contexts.Pull(id, EnumerationKind.InstancePaths, _request, 0, _ => { }));
        clock.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(1, contexts.Count);
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(0, contexts.Count);
    }

    [Fact]
    public void AtTheEndNothingIsOpened()
    {
        Open(Results(1));
        _contexts.Dispose();

        Assert.Equal(0, _contexts.Count);
        Assert.Equal(CimStatus.ServerIsShuttingDown, Assert.Throws<CimException>(() => Open(Results(1))).Status);
    }

    private static Action<Enumeration, Action<Action<CimXmlWriter>>> Results(int count) => (_, add) =>
    {
        for (var i = 0; i < count; i++)
            add(w => w.ClassName("c"));
    };

    private string Open(Action<Enumeration, Action<Action<CimXmlWriter>>> produce, bool continueOnError = false) =>
        _contexts.Open(EnumerationKind.InstancePaths, _request, timeout: null, continueOnError, produce).Id;

    private List<byte[]> Pull(string id, uint most, out bool end)
    {
        var results = new List<byte[]>();
        end = _contexts.Pull(id, EnumerationKind.InstancePaths, _request, most, results.Add);
        return results;
    }

    // Stands still until it is moved.
    private sealed class Clock : TimeProvider
    {
        private readonly List<Alarm> _alarms = [];
        private TimeSpan _now;

        public void Advance(TimeSpan time)
        {
            _now += time;
            foreach (var due in _alarms.Where(a => a.At <= _now).ToList())
                due.Ring();
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var alarm = new Alarm(this, () => callback(state));
            alarm.Change(dueTime, period);
            _alarms.Add(alarm);
            return alarm;
        }

        private sealed class Alarm(Clock clock, Action ring) : ITimer
        {
            public TimeSpan At { get; private set; } = TimeSpan.MaxValue;

            public void Ring()
            {
                At = TimeSpan.MaxValue;
                ring();
            }

            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                At = dueTime == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : clock._now + dueTime;
                return true;
            }

            public void Dispose() => At = TimeSpan.MaxValue;

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }
}
