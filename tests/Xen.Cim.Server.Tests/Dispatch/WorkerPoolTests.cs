using Xen.Cim.Model;
using Xen.Cim.Server.Dispatch;

namespace Xen.Cim.Server.Tests.Dispatch;

public class WorkerPoolTests
{
    [Fact]
    public async Task ACallsOutcomeIsTheRunsOutcome()
    {
        using var pool = new WorkerPool(1);
        var ran = false;

        await pool.RunAsync(() => ran = true, TestContext.Current.CancellationToken);
        var failure = await Assert.ThrowsAsync<CimException>(() => pool.RunAsync(() => throw CimException.NotSupported("no"), TestContext.Current.CancellationToken));

        Assert.True(ran);
        Assert.Equal("no", failure.Message);
    }

    [Fact]
    public async Task HungCallsLeaveTheirPlacesAndAreBounded()
    {
        using var pool = new WorkerPool(places: 2, maxAbandoned: 3);
        using var release = new ManualResetEventSlim();
        for (var i = 0; i < 3; i++)
        {
            using var deadline = new CancellationTokenSource();
            var begun = new TaskCompletionSource();
            var call = pool.RunAsync(() =>
            {
                begun.SetResult();
                release.Wait();
            }, deadline.Token);
            await begun.Task.WaitAsync(Patience.Longest, TestContext.Current.CancellationToken);
            await deadline.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        }
        Assert.Equal(3, pool.Abandoned);
        var refused = await Assert.ThrowsAsync<CimException>(() => pool.RunAsync(() => { }, TestContext.Current.CancellationToken));
        Assert.Equal(CimStatus.Failed, refused.Status);

        release.Set();
        await Patience.UntilAsync(() => pool.Abandoned == 0, "the calls that returned are still counted");
        var ran = 0;
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => pool.RunAsync(() => Interlocked.Increment(ref ran), TestContext.Current.CancellationToken)));
        Assert.Equal(20, ran);
    }
}
