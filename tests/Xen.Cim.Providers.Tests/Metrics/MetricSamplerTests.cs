using Microsoft.Extensions.Logging.Abstractions;
using Moq;
using Xen.Cim.Hypervisor;

namespace Xen.Cim.Providers.Tests.Metrics;

/// <summary>What is compared with what, whoever asks at the same time and whatever became of the guests in between.</summary>
public sealed class MetricSamplerTests : IDisposable
{
    private const int Askers = 16;

    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(20);

    private readonly Mock<IHypervisor> _host = new();
    private readonly PretendedTime _time = new();
    private readonly MetricSampler _sampler;
    private readonly Guest[] _guests = [.. Enumerable.Range(1, 100).Select(n => Guest(n))];

    public MetricSamplerTests()
    {
        _sampler = new(_host.Object, _time, NullLogger.Instance);
        AnswerAll(() => Read(Now));
        _host.Setup(h => h.ReadStatistics(It.IsAny<Guid>())).Returns((Guid uuid) => Read(_guests.Single(g => g.Uuid == uuid), Now));
        _host.Setup(h => h.GetHost()).Returns(new PretendedHost().Host);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private double Now => _time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;

    public void Dispose() => _sampler.Dispose();

    [Fact]
    public async Task Many_who_ask_while_all_are_being_read_get_that_reading_with_all_rates()
    {
        _sampler.All(overTime: false);
        _time.Advance(TimeSpan.FromSeconds(5));
        using var counted = new ManualResetEventSlim();
        using var arrive = new ManualResetEventSlim();
        var calls = 0;
        // As on a host that is read guest by guest: what began first has counted the first sixty, and counts the others late.
        AnswerAll(() =>
        {
            if (Interlocked.Increment(ref calls) > 1)
                return Read(Now + 0.2);
            var first = Read(Now);
            counted.Set();
            Assert.True(arrive.Wait(s_long, Stop));
            return [.. first.Take(60), .. Read(Now + 0.4).Skip(60)];
        });

        var slow = Task.Run(() => _sampler.All(overTime: true));
        Assert.True(counted.Wait(s_long, Stop));
        var others = Enumerable.Range(1, Askers - 1).Select(_ => Task.Run(() => _sampler.All(overTime: true))).ToArray();
        // Nobody has what nobody has read yet.
        await Task.WhenAny(Task.WhenAll(others), Task.Delay(300, Stop));
        arrive.Set();
        var answers = await Task.WhenAll([slow, .. others]).WaitAsync(s_long, Stop);

        Assert.All(answers, a => AssertComplete(a));
        AssertComplete(_sampler.All(overTime: true));
        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task A_reading_that_took_long_takes_nothing_from_one_that_was_made_meanwhile()
    {
        _sampler.All(overTime: false);
        _time.Advance(TimeSpan.FromSeconds(5));
        using var counted = new ManualResetEventSlim();
        using var arrive = new ManualResetEventSlim();
        AnswerAll(() =>
        {
            var early = Read(Now);
            counted.Set();
            Assert.True(arrive.Wait(s_long, Stop));
            return early;
        });

        var all = Task.Run(() => _sampler.All(overTime: true));
        Assert.True(counted.Wait(s_long, Stop));
        _time.Advance(TimeSpan.FromSeconds(2));
        var one = _sampler.Of(_guests[7], overTime: true);
        arrive.Set();

        Assert.Equal(7, one!.Interval.TotalSeconds);
        AssertComplete(await all.WaitAsync(s_long, Stop));
        Assert.Equal(one, _sampler.Of(_guests[7], overTime: true));
    }

    [Fact]
    public async Task What_was_read_first_and_came_last_is_something_to_compare_with()
    {
        using var counted = new ManualResetEventSlim();
        using var arrive = new ManualResetEventSlim();
        AnswerAll(() =>
        {
            var early = Read(Now);
            counted.Set();
            Assert.True(arrive.Wait(s_long, Stop));
            return early;
        });
        var all = Task.Run(() => _sampler.All(overTime: true));
        Assert.True(counted.Wait(s_long, Stop));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Null(_sampler.Of(_guests[7], overTime: true)!.Before);
        arrive.Set();

        var answer = await all.WaitAsync(s_long, Stop);

        Assert.Equal(2, answer[_guests[7].Uuid].Interval.TotalSeconds);
        Assert.Equal(0.5, MetricTable.GuestUtilization(answer[_guests[7].Uuid]));
        Assert.Null(answer[_guests[8].Uuid].Before);
    }

    [Fact]
    public async Task Who_asks_together_hears_the_same_error_and_who_asks_next_tries_again()
    {
        using var began = new ManualResetEventSlim();
        using var fail = new ManualResetEventSlim();
        AnswerAll(() =>
        {
            began.Set();
            Assert.True(fail.Wait(s_long, Stop));
            throw new HypervisorException(HypervisorError.Timeout, "it did not answer");
        });
        var first = Task.Run(() => _sampler.All(overTime: true));
        Assert.True(began.Wait(s_long, Stop));
        var second = Task.Run(() => _sampler.All(overTime: true));
        fail.Set();

        foreach (var asker in new[] { first, second })
            Assert.Equal(HypervisorError.Timeout, (await Assert.ThrowsAsync<HypervisorException>(() => asker.WaitAsync(s_long, Stop))).Error);
        AnswerAll(() => Read(Now));
        Assert.Equal(100, _sampler.All(overTime: true).Count);
    }

    [Fact]
    public void Readings_that_come_too_soon_after_each_other_lose_nothing_to_compare_with()
    {
        using var restless = new MetricSampler(_host.Object, _time, NullLogger.Instance) { Fresh = TimeSpan.FromTicks(-1) };
        restless.All(overTime: false);
        for (var i = 0; i < 10; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(0.2));
            var answer = restless.All(overTime: false);

            // From the third on half a second lies behind the first.
            Assert.All(answer.Values, r => Assert.Equal(i >= 2, r.Before is not null));
            Assert.All(answer.Values, r => Assert.InRange(r.Interval.TotalSeconds, 0, 1));
        }
    }

    [Fact]
    public void After_a_quiet_time_nothing_is_compared_with_what_was_before_it()
    {
        _sampler.All(overTime: true);
        _time.Advance(TimeSpan.FromSeconds(5));
        AssertComplete(_sampler.All(overTime: true));

        _time.Advance(TimeSpan.FromMinutes(11));

        Assert.All(_sampler.All(overTime: true).Values, r => Assert.Null(r.Before));
        _time.Advance(TimeSpan.FromSeconds(0.5));
        AssertComplete(_sampler.All(overTime: true));
    }

    [Fact]
    public void One_reading_that_fails_takes_nothing_from_the_next()
    {
        _sampler.Of(_guests[0], overTime: false);
        _time.Advance(TimeSpan.FromSeconds(3));
        _host.Setup(h => h.ReadStatistics(_guests[0].Uuid)).Throws(new HypervisorException(HypervisorError.Failed, "it is busy with something else"));
        Assert.Null(_sampler.Of(_guests[0], overTime: true));

        AssertComplete(_sampler.All(overTime: true).Where(r => r.Key == _guests[0].Uuid).ToDictionary(), 1);
    }

    [Fact]
    public void Many_guests_that_were_started_within_the_same_second_are_all_read()
    {
        var late = Enumerable.Range(200, 10).Select(n => Guest(n)).ToArray();
        _sampler.All(overTime: true);
        AnswerAll(() => [.. Read(Now), .. late.Select(g => Read(g, Now))]);
        _host.Setup(h => h.ReadStatistics(It.Is<Guid>(u => late.Any(g => g.Uuid == u)))).Returns((Guid uuid) => Read(late.Single(g => g.Uuid == uuid), Now));

        Assert.All(late, g => Assert.NotNull(_sampler.Of(g, overTime: true)));

        _host.Verify(h => h.ReadStatistics(), Times.Exactly(2));
    }

    public static TheoryData<string, double?> Restarts => new()
    {
        { "goes on", 0.5 },
        { "another number", null },
        { "counts anew", null },
        { "same number, younger than the last reading", null },
        { "heard of a while after its start", 0.5 },
        { "was paused", 0 },
        { "was paused for half of the time", 0.25 },
        { "got two processors more", 0.25 },
        { "lost one of two processors", 0.5 },
        { "the host's clock was set back", 0.5 },
    };

    [Theory]
    [MemberData(nameof(Restarts))]
    public void Utilization_is_of_one_run_of_a_guest(string what, double? expected)
    {
        var guest = _guests[0];
        var first = Read(guest, Now);
        _host.Setup(h => h.ReadStatistics(guest.Uuid)).Returns(first);
        _sampler.Of(guest, overTime: true);
        var second = Read(guest, Now + 4);
        second = what switch
        {
            "another number" => second with { Id = guest.Id!.Value + 1 },
            "counts anew" => second with { ProcessorTime = 1 },
            "same number, younger than the last reading" => second with { Uptime = TimeSpan.FromSeconds(1) },
            "heard of a while after its start" => second with { Uptime = TimeSpan.FromSeconds(3.5) },
            "was paused" => second with { ProcessorTime = first.ProcessorTime },
            "was paused for half of the time" => second with { ProcessorTime = first.ProcessorTime + 2_000_000_000 },
            "got two processors more" => second with { Processors = 4 },
            "lost one of two processors" => second with { Processors = 1 },
            "the host's clock was set back" => second with { TakenAt = first.TakenAt.AddHours(-1) },
            _ => second,
        };
        _host.Setup(h => h.ReadStatistics(guest.Uuid)).Returns(second);
        _time.Advance(TimeSpan.FromSeconds(4));

        var reading = _sampler.Of(guest with { Id = second.Id }, overTime: true)!;

        Assert.Equal(second, reading.Now);
        Assert.Equal(expected, reading.Before is null ? null : MetricTable.GuestUtilization(reading));
    }

    [Fact]
    public void A_late_word_of_a_former_run_is_no_news_of_the_present_one()
    {
        var guest = _guests[0] with { Id = 77 };
        _host.Setup(h => h.ReadStatistics(guest.Uuid)).Returns(Read(guest, Now + 1));
        var read = _sampler.Of(guest, overTime: true);
        Assert.NotNull(read);

        _sampler.All(overTime: true);

        Assert.Equal(read, _sampler.Of(guest, overTime: true));
    }

    [Fact]
    public void How_busy_the_host_is_shows_however_often_it_is_asked()
    {
        using var restless = new MetricSampler(_host.Object, _time, NullLogger.Instance) { Fresh = TimeSpan.FromTicks(-1) };
        _host.Setup(h => h.ReadHostStatistics()).Returns(() => new HostStatistics
        {
            TakenAt = _time.GetUtcNow(),
            Clock = TimeSpan.FromSeconds(Now),
            BusyTime = (ulong)(Now * 1e9),
            WholeTime = (ulong)(Now * 4e9),
        });
        restless.Host(overTime: false);

        for (var i = 0; i < 6; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(0.3));
            var reading = restless.Host(overTime: true);

            Assert.Equal(0.25, reading.Now.Utilization!.Value, 6);
            if (i > 0)
                Assert.InRange(reading.Interval.TotalSeconds, 0.45, 1);
        }
    }

    private static Guest Guest(int n) => new() { Uuid = new Guid(n, 0, 0, new byte[8]), Name = $"g{n}", Id = n, State = GuestState.Running };

    /// <summary>Two processors, each half busy since the beginning of time.</summary>
    private static GuestStatistics Read(Guest guest, double at) => new()
    {
        Uuid = guest.Uuid,
        Id = guest.Id!.Value,
        TakenAt = DateTimeOffset.UnixEpoch.AddSeconds(at),
        Clock = TimeSpan.FromSeconds(at),
        Processors = 2,
        ProcessorTime = (ulong)Math.Round(at * 1e9),
    };

    private GuestStatistics[] Read(double at) => [.. _guests.Select(g => Read(g, at))];

    private void AnswerAll(Func<IReadOnlyList<GuestStatistics>> read) => _host.Setup(h => h.ReadStatistics()).Returns(read);

    private static void AssertComplete(IReadOnlyDictionary<Guid, Reading<GuestStatistics>> answer, int guests = 100)
    {
        Assert.Equal(guests, answer.Count);
        Assert.DoesNotContain(answer.Values, r => r.Before is null);
        Assert.All(answer.Values, r => Assert.Equal(0.5, MetricTable.GuestUtilization(r)!.Value, 6));
    }
}
