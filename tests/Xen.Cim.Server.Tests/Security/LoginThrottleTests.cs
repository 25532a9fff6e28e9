using System.Globalization;
using Xen.Cim.Server.Security;

namespace Xen.Cim.Server.Tests.Security;

public class LoginThrottleTests
{
    private readonly ManualTime _time = new();
    private readonly LoginThrottle _throttle;

    public LoginThrottleTests() => _throttle = new(_time);

    [Fact]
    public void EachFailureDoublesThePause()
    {
        Assert.Equal([0, 0, 0.25, 0.5, 1, 2], Enumerable.Range(0, 6).Select(_ =>
        {
            var wait = _throttle.Begin("192.0.2.1", "root")!.Value;
            _time.Advance(wait);
            return wait.TotalSeconds;
        }));
    }

    [Fact]
    public void AttemptsAtOnceStandInLineAndAreRefusedWhenItIsTooLong()
    {
        var waits = Enumerable.Range(0, 50).Select(_ => _throttle.Begin("192.0.2.1", "root")).ToList();
        Assert.Contains(waits, w => w is null);
        Assert.True(waits.Count(w => w is not null) < 12);
        // Who asks from elsewhere is not shut out, not even as the same user.
        Assert.True(_throttle.Begin("192.0.2.2", "root") <= TimeSpan.FromSeconds(2));
        Assert.Equal(TimeSpan.Zero, _throttle.Begin("192.0.2.3", "alice"));
    }

    [Fact]
    public void AUserWhoIsGuessedFromManyAddressesWaitsAMomentOnly()
    {
        for (var i = 0; i < 100; i++)
            _throttle.Begin($"192.0.2.{i}", "root");
        Assert.Equal(TimeSpan.FromSeconds(2), _throttle.Begin("198.51.100.1", "root"));
        Assert.Equal(TimeSpan.Zero, _throttle.Begin("198.51.100.2", "alice"));
    }

    [Fact]
    public void SuccessAndTimeForgive()
    {
        for (var i = 0; i < 5; i++)
            _throttle.Begin("192.0.2.1", "root");
        Assert.Equal(5, _throttle.Failures("192.0.2.1"));
        _throttle.Succeeded("192.0.2.1", "root");
        Assert.Equal(TimeSpan.Zero, _throttle.Begin("192.0.2.1", "root"));

        for (var i = 0; i < 5; i++)
            _throttle.Begin("192.0.2.9", "alice");
        _time.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(TimeSpan.Zero, _throttle.Begin("192.0.2.9", "alice"));
    }

    [Fact]
    public void AHostWithManyAddressesIsOneHost()
    {
        for (var i = 0; i < 5; i++)
            _throttle.Begin($"2001:db8::{i}", $"user{i}");
        Assert.Equal(5, _throttle.Failures("2001:db8::77"));
        Assert.Equal(0, _throttle.Failures("2001:db8:0:1::1"));
    }

    [Fact]
    public void ManyAddressesAndUsersTakeABoundedRoom()
    {
        for (var i = 0; i < 3 * LoginThrottle.MaxRemembered; i++)
            _throttle.Begin(string.Create(CultureInfo.InvariantCulture, $"10.{i >> 16}.{i >> 8 & 255}.{i & 255}"), $"user{i}");
        Assert.InRange(_throttle.Remembered, 1, LoginThrottle.MaxRemembered);
    }
}
