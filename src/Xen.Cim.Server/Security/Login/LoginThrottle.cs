using System.Net;
using System.Net.Sockets;

namespace Xen.Cim.Server.Security;

/// <summary>
/// Slows down who guesses passwords. Attempts from one address come one after the other, with a pause that doubles for
/// each one that failed; a user whose password is guessed from many addresses waits a moment too, but is never shut out.
/// </summary>
/// <remarks>What is remembered is bounded: the oldest is forgotten first.</remarks>
public sealed class LoginThrottle(TimeProvider time)
{
    internal const int MaxRemembered = 4096;
    private const int FreeAttempts = 2;
    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(0.25);
    private static readonly TimeSpan s_longestForAddress = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan s_longestForUser = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_memory = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Record> _records = new(StringComparer.Ordinal);

    /// <summary>Entries in memory, for tests.</summary>
    internal int Remembered
    {
        get
        {
            lock (_gate)
                return _records.Count;
        }
    }

    /// <summary>How long an attempt has to wait, which counts as failed until <see cref="Succeeded"/>.</summary>
    /// <returns>Null: too many are waiting already, and this one is refused.</returns>
    public TimeSpan? Begin(string address, string user)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            var (place, person) = (Find(PlaceOf(address), now), Find("user " + user, now));
            var wait = place.Next > now ? place.Next - now : TimeSpan.Zero;
            if (wait > s_patience)
                return null;
            if (Pause(person.Failures, s_longestForUser) is var pause && pause > wait)
                wait = pause;
            place.Failures++;
            person.Failures++;
            place.Last = person.Last = now;
            place.Next = now + wait + Pause(place.Failures, s_longestForAddress);
            return wait;
        }
    }

    /// <summary>The attempt was a good one; nothing is held against the address and the user any more.</summary>
    public void Succeeded(string address, string user)
    {
        lock (_gate)
        {
            _records.Remove(PlaceOf(address));
            _records.Remove("user " + user);
        }
    }

    /// <summary>Attempts of an address in a row that failed.</summary>
    public int Failures(string address)
    {
        lock (_gate)
            return _records.TryGetValue(PlaceOf(address), out var record) ? record.Failures : 0;
    }

    private static TimeSpan Pause(int failures, TimeSpan longest) => failures < FreeAttempts ? TimeSpan.Zero
        : s_first * Math.Pow(2, Math.Min(failures - FreeAttempts, 16)) is var pause && pause < longest ? pause : longest;

    private Record Find(string key, DateTimeOffset now)
    {
        if (_records.TryGetValue(key, out var record) && now - record.Last < s_memory)
            return record;
        if (_records.Count >= MaxRemembered)
        {
            foreach (var (old, _) in _records.OrderBy(r => r.Value.Last).Take(MaxRemembered / 4).ToList())
                _records.Remove(old);
        }
        return _records[key] = new() { Last = now };
    }

    // A host has a whole /64 of IPv6 for itself.
    private static string PlaceOf(string address)
    {
        if (!IPAddress.TryParse(address, out var ip))
            return address;
        if (ip.IsIPv4MappedToIPv6)
            return ip.MapToIPv4().ToString();
        return ip.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexString(ip.GetAddressBytes().AsSpan(0, 8)) : ip.ToString();
    }

    private sealed class Record
    {
        public int Failures { get; set; }

        public DateTimeOffset Next { get; set; }

        public DateTimeOffset Last { get; set; }
    }
}
