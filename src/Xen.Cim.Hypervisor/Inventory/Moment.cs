using System.Collections.Concurrent;
using Libvirt;

namespace Xen.Cim.Hypervisor.Inventory;

/// <summary>
/// What one answer has read of the host. It reads nothing twice, so it costs no more than what it tells of, and all of it
/// agrees: a guest does not change between its name and its state. Several threads may read for the same answer.
/// </summary>
public sealed class Moment
{
    private readonly ConcurrentDictionary<Question, Lazy<object?>> _read = new();
    private readonly Dictionary<ConfigurationKey, DefinitionReading> _definitions = [];
    private readonly Lock _reading = new();
    private readonly ConcurrentDictionary<Question, DomainListing> _listings = new();

    /// <summary>What was read before, or is read now; a failure is kept like a value.</summary>
    internal T Once<T>(string what, object? of, Func<T> read) =>
        (T)_read.GetOrAdd(new(what, of), static (_, read) => new Lazy<object?>(() => read()), read).Value!;

    /// <summary>Whether something was read before.</summary>
    internal bool Has(string what, object? of) => _read.TryGetValue(new(what, of), out var read) && read.IsValueCreated;

    /// <summary>Definitions, those that are not known yet read together. Who comes meanwhile waits: most want the same ones.</summary>
    internal IReadOnlyList<DefinitionReading> Definitions(IReadOnlyList<ConfigurationKey> wanted,
        Func<IReadOnlyList<ConfigurationKey>, IReadOnlyList<DefinitionReading>> read)
    {
        lock (_reading)
        {
            var missing = wanted.Where(w => !_definitions.ContainsKey(w)).Distinct().ToList();
            if (missing.Count > 0)
            {
                var readings = read(missing);
                for (var i = 0; i < missing.Count; i++)
                    _definitions[missing[i]] = readings[i];
            }
            var found = new DefinitionReading[wanted.Count];
            for (var i = 0; i < found.Length; i++)
                found[i] = _definitions[wanted[i]];
            return found;
        }
    }

    /// <summary>What is left of a listing that this answer made before for the same; null when there is none of this connection.</summary>
    internal DomainListing? TakeListing(string purpose, Connection connection) => _listings.TryRemove(new(purpose, connection), out var listing) ? listing : null;

    internal void GiveListing(string purpose, DomainListing listing)
    {
        if (!_listings.TryAdd(new(purpose, listing.Connection), listing))
            listing.Dispose();
    }

    private sealed record Question(string What, object? Of);
}
