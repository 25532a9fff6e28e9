namespace Xen.Cim.EndToEnd.Tests.Running;

/// <summary>A test about a guest is tried again when the emulator lost one, with everything that belongs to a test made anew.</summary>
public sealed class GuestFactTests(GuestFactTests.Host host) : IClassFixture<GuestFactTests.Host>, IDisposable
{
    private readonly int _attempt = ++host.Attempts;

    [GuestFact]
    public void Is_tried_again_when_the_emulator_lost_a_guest()
    {
        if (_attempt == 1)
            host.LostGuests++;
        Assert.Equal(2, _attempt);
        Assert.Equal(1, host.Ended);
        Assert.Contains("Expected: 2", Assert.Single(host.Told), StringComparison.Ordinal);
    }

    public void Dispose() => host.Ended++;

    public sealed class Host : IEmulatedHost
    {
        public int LostGuests { get; set; }

        public int Attempts { get; set; }

        public int Ended { get; set; }

        public List<string> Told { get; } = [];

        public void TellRepeat(string line) => Told.Add(line);
    }
}
