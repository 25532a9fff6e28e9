using System.Diagnostics;
using Xen.Cim.Hypervisor.Connections;
using Xunit;

namespace Xen.Cim.Hypervisor.Tests;

public sealed class CallThreadsTests : IDisposable
{
    private readonly CallThreads _threads = new(3);
    private readonly ManualResetEventSlim _hang = new();

    public void Dispose()
    {
        _hang.Set();
        _threads.Dispose();
        Eventually.True(() => _threads.Count == 0, "the threads end");
        _hang.Dispose();
    }

    private static Deadline In(double seconds) => new(TimeSpan.FromSeconds(seconds));

    private HypervisorError Hang(double seconds, Action? settled = null, Action<int>? late = null) =>
        Assert.Throws<HypervisorException>(() => _threads.Run("hang", In(seconds), () =>
        {
            _hang.Wait();
            return 7;
        }, settled, late)).Error;

    [Fact]
    public void Work_is_done_on_a_thread_of_its_own_that_is_used_again()
    {
        var threads = Enumerable.Range(0, 50).Select(_ => _threads.Run("work", In(5), () => Environment.CurrentManagedThreadId)).ToHashSet();

        Assert.DoesNotContain(Environment.CurrentManagedThreadId, threads);
        Assert.InRange(threads.Count, 1, 3);
        Assert.False(_threads.Run("work", In(5), () => Thread.CurrentThread.IsThreadPoolThread));
    }

    [Fact]
    public void What_fails_fails_to_the_caller()
    {
        var error = Assert.Throws<InvalidOperationException>(() => _threads.Run<int>("work", In(5), () => throw new InvalidOperationException("mine")));

        Assert.Equal("mine", error.Message);
        Assert.Equal(1, _threads.Run("work", In(5), () => 1));
    }

    [Fact]
    public void A_caller_waits_no_longer_than_its_deadline()
    {
        var clock = Stopwatch.StartNew();

        var error = Assert.Throws<HypervisorException>(() => _threads.Run("wait for ever", In(0.2), () => _hang.Wait(-1, CancellationToken.None)));

        Assert.Equal(HypervisorError.Timeout, error.Error);
        Assert.Contains("wait for ever", error.Message, StringComparison.Ordinal);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0.1, 5);
    }

    [Fact]
    public void A_late_result_is_handed_to_who_cleans_up()
    {
        var (settled, late) = (0, 0);

        Assert.Equal(HypervisorError.Timeout, Hang(0.1, () => settled++, result => late = result));
        Assert.Equal((0, 0), (settled, late));
        Assert.Equal(1, _threads.Abandoned);
        _hang.Set();

        Eventually.True(() => _threads.Abandoned == 0, "the call ends");
        Assert.Equal((1, 7), (settled, late));
    }

    [Fact]
    public void When_all_threads_hang_the_next_caller_is_refused_at_once()
    {
        for (var i = 0; i < 3; i++)
            Assert.Equal(HypervisorError.Timeout, Hang(0.05));
        var clock = Stopwatch.StartNew();
        var settled = 0;

        Assert.Equal(HypervisorError.Busy, Hang(10, () => settled++));

        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 2);
        Assert.Equal(1, settled);
        Assert.Equal(3, _threads.Count);
        _hang.Set();
        Eventually.True(() => _threads.Abandoned == 0, "the calls end");
        Assert.Equal(1, _threads.Run("work", In(5), () => 1));
    }

    [Fact]
    public void A_call_that_found_no_thread_in_time_never_runs()
    {
        var waiting = Enumerable.Range(0, 3).Select(_ => new Thread(() => _threads.Run("hang", In(20), () => _hang.Wait(-1, CancellationToken.None)))).ToList();
        waiting.ForEach(thread => thread.Start());
        Eventually.True(() => _threads.Count == 3, "all threads are taken");
        var ran = false;
        var settled = 0;

        var error = Assert.Throws<HypervisorException>(() => _threads.Run("work", In(0.1), () => ran = true, () => settled++));

        Assert.Equal(HypervisorError.Busy, error.Error);
        _hang.Set();
        waiting.ForEach(thread => thread.Join());
        Assert.False(ran);
        Assert.Equal(1, settled);
    }

    [Fact]
    public void After_the_end_nothing_is_begun()
    {
        _threads.Dispose();

        Assert.Equal(HypervisorError.Disconnected, Assert.Throws<HypervisorException>(() => _threads.Run("work", In(1), () => 1)).Error);
    }

    [Fact]
    public void Many_callers_share_few_threads()
    {
        var sum = 0;
        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 20 }, i => Interlocked.Add(ref sum, _threads.Run("work", In(20), () => i)));

        Assert.Equal(400 * 399 / 2, sum);
        Assert.InRange(_threads.Count, 1, 3);
    }
}
