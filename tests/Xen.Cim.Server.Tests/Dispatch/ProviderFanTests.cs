using Moq;
using Xen.Cim.Model;
using Xen.Cim.Server.Dispatch;
using Xen.Cim.Server.Providers;

namespace Xen.Cim.Server.Tests.Dispatch;

/// <summary>Several providers at work on one operation: at the same time, and with their results in order.</summary>
public sealed class ProviderFanTests : IDisposable
{
    private readonly WorkerPool _pool = new(places: 4);
    private readonly IProvider _one = Mock.Of<IProvider>(), _two = Mock.Of<IProvider>(), _three = Mock.Of<IProvider>();
    private readonly List<string> _found = [];

    private static CancellationToken End => TestContext.Current.CancellationToken;

    public void Dispose() => _pool.Dispose();

    [Fact]
    public void ProvidersWorkAtTheSameTimeAndTheirResultsComeInOrder()
    {
        // Each waits for all others.
        using var all = new Barrier(3);
        void Run(IProvider provider, string name, List<ProviderCall<string>> calls) => calls.Add(Call(provider, take =>
        {
            take(name + "1");
            Assert.True(all.SignalAndWait(Patience.Longest, End));
            take(name + "2");
        }));
        List<ProviderCall<string>> calls = [];
        Run(_one, "a", calls);
        Run(_two, "b", calls);
        calls.Add(Call(null, take => take("own")));
        Run(_three, "c", calls);

        new ProviderFan(_pool).Run(calls, _found.Add, End);

        Assert.Equal(["a1", "a2", "b1", "b2", "own", "c1", "c2"], _found);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AProvidersCallsFollowEachOtherWhateverThreadsThereAre(bool threads)
    {
        // No place is free: all is done by the caller.
        using var busy = new WorkerPool(places: 1);
        using var release = new ManualResetEventSlim();
        Assert.True(busy.TryRun(release.Wait));
        var working = new int[2];
        var calls = Enumerable.Range(0, 40).Select(i => Call(i % 3 == 0 ? _one : _two, take =>
        {
            ref var mine = ref working[i % 3 == 0 ? 0 : 1];
            Assert.Equal(1, Interlocked.Increment(ref mine));
            for (var n = 0; n < 100; n++)
                take($"{i}.{n}");
            Interlocked.Decrement(ref mine);
        })).ToList();

        new ProviderFan(threads ? _pool : busy).Run(calls, _found.Add, End);

        Assert.Equal(Enumerable.Range(0, 40).SelectMany(i => Enumerable.Range(0, 100).Select(n => $"{i}.{n}")), _found);
        release.Set();
    }

    [Fact]
    public async Task WhoeverStopsTakingEndsAllProviders()
    {
        var ended = new TaskCompletionSource<Exception>();
        var endless = Call(_two, take =>
        {
            try
            {
                while (true)
                    take("more");
            }
            catch (Exception e)
            {
                ended.SetResult(e);
                throw;
            }
        });

        Assert.Throws<InvalidOperationException>(() => new ProviderFan(_pool).Run([Call(_one, take => take("first")), endless], _ => throw new InvalidOperationException("enough"), End));

        Assert.IsType<OperationCanceledException>(await ended.Task.WaitAsync(Patience.Longest, End));
    }

    [Fact]
    public void AProviderThatHangsHoldsTheOperationOnlyUntilItsDeadline()
    {
        using var release = new ManualResetEventSlim();
        using var deadline = new CancellationTokenSource();

        Assert.Throws<OperationCanceledException>(() => new ProviderFan(_pool).Run([Call(_one, take => take("first")), Call(_two, _ => release.Wait())], found =>
        {
            _found.Add(found);
            deadline.CancelAfter(100);
        }, deadline.Token));

        Assert.Equal(["first"], _found);
        release.Set();
    }

    [Fact]
    public void AFailureComesInItsPlaceAndIsExcusedOrNot()
    {
        List<ProviderCall<string>> calls =
        [
            Call(_one, take => take("first")),
            Call(_two, take =>
            {
                take("second");
                throw new CimException(CimStatus.Failed, "broken");
            }),
            Call(_one, take => take("third")),
        ];

        Assert.Equal("broken", Assert.Throws<CimException>(() => new ProviderFan(_pool).Run(calls, _found.Add, End)).Message);
        Assert.Equal(["first", "second"], _found);

        _found.Clear();
        new ProviderFan(_pool).Run(calls.ConvertAll(c => c with { Excuses = e => e.Message == "broken" }), _found.Add, End);
        Assert.Equal(["first", "second", "third"], _found);
    }

    private static ProviderCall<string> Call(IProvider? provider, Action<Action<string>> run) => new(provider, run, _ => false);
}
