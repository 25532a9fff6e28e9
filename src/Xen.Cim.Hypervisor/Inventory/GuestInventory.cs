using System.Diagnostics;

namespace Xen.Cim.Hypervisor.Inventory;

/// <summary>
/// What was read of the guests, for as long as it holds: until the daemon writes a guest's file or tells of the guest.
/// Notices are hints: a guest that one names is read again, with each request, until it was read once after a moment
/// without notices, because a daemon may write before it is done.
/// </summary>
/// <param name="staysTrue">Whether the files tell of every change to this configuration of this guest.</param>
internal sealed class GuestInventory(Func<GuestFacts, ConfigurationKind, bool> staysTrue) : IDisposable
{
    private static readonly TimeSpan Unrest = TimeSpan.FromMilliseconds(300);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, Entry> _byUuid = [];
    // Names of guests that may differ from what is known, and when they were last heard of.
    private readonly Dictionary<string, long> _stale = new(StringComparer.Ordinal);
    private readonly HashSet<string> _noticed = new(StringComparer.Ordinal);
    private DaemonFiles? _files;
    private bool _complete;
    private long _generation;

    /// <summary>How many guests and definitions had to be read, for tests.</summary>
    internal long Reads { get; private set; }

    /// <summary>What tells of changes; null when nothing does.</summary>
    internal DaemonFiles? Files
    {
        get
        {
            lock (_gate)
                return _files;
        }
    }

    /// <summary>What was known does not count any more.</summary>
    /// <param name="files">What tells of changes from now on; null when nothing does, and nothing is kept.</param>
    public void Begin(DaemonFiles? files)
    {
        lock (_gate)
        {
            _files?.Dispose();
            _files = files;
            _complete = false;
            _generation++;
            _byName.Clear();
            _byUuid.Clear();
            _stale.Clear();
        }
    }

    /// <summary>libvirt told of a guest.</summary>
    public void Heard(string name)
    {
        lock (_gate)
        {
            if (_files is not null)
                _stale[name] = Stopwatch.GetTimestamp();
        }
    }

    /// <summary>All guests; null when some have to be read first.</summary>
    public IReadOnlyList<GuestFacts>? All()
    {
        lock (_gate)
            return IsComplete() && _stale.Count == 0 ? Everybody() : null;
    }

    /// <summary>Finds a guest, or that there is none; false when something has to be read first.</summary>
    public bool TryFind(Guid uuid, out GuestFacts? facts) => TryFind(_byUuid, uuid, out facts);

    /// <inheritdoc cref="TryFind(Guid, out GuestFacts?)"/>
    public bool TryFind(string name, out GuestFacts? facts) => TryFind(_byName, name, out facts);

    /// <summary>Reads what has to be read, and keeps it.</summary>
    /// <param name="readAll">Reads all guests.</param>
    /// <param name="read">Reads one by its name; null when there is none.</param>
    /// <returns>All guests; null when nothing is kept, or what was is gone, and all have to be read.</returns>
    public IReadOnlyList<GuestFacts>? Refresh(Func<IReadOnlyList<GuestFacts>> readAll, Func<string, GuestFacts?> read)
    {
        List<string> stale;
        long generation, now;
        bool all;
        lock (_gate)
        {
            if (_files is null)
                return null;
            // What happens while it is read is heard of afterwards.
            all = !IsComplete();
            (stale, generation, now) = ([.. _stale.Keys], _generation, Stopwatch.GetTimestamp());
        }
        var known = all ? [.. readAll()] : stale.Select(read).OfType<GuestFacts>().ToList();
        lock (_gate)
        {
            Reads += known.Count;
            // What was known before another connection is gone.
            if (generation != _generation)
                return all ? known : null;
            Keep(known, all ? [.. _byName.Keys] : stale);
            _complete |= all;
            foreach (var (name, since) in _stale.Where(s => Stopwatch.GetElapsedTime(s.Value, now) > Unrest).ToList())
                _stale.Remove(name);
            return Everybody();
        }
    }

    /// <summary>A guest's configuration, when it was kept and holds; null of a kind that the guest has not.</summary>
    public bool TryGetDefinition(Guid uuid, ConfigurationKind kind, out DomainDefinition? definition)
    {
        lock (_gate)
        {
            definition = null;
            return Holding(uuid) is { } entry && staysTrue(entry.Facts, kind) && entry.TryGet(kind, out definition);
        }
    }

    /// <summary>The same of many at once: those that were kept and hold, each in its place.</summary>
    /// <returns>The others.</returns>
    public List<MissingDefinition> GetDefinitions(IReadOnlyList<ConfigurationKey> wanted, DefinitionReading[] known)
    {
        var missing = new List<MissingDefinition>();
        lock (_gate)
        {
            var complete = IsComplete();
            for (var i = 0; i < wanted.Count; i++)
            {
                var entry = complete && _byUuid.TryGetValue(wanted[i].Uuid, out var found) && !_stale.ContainsKey(found.Facts.Name) ? found : null;
                if (entry is not null && staysTrue(entry.Facts, wanted[i].Kind) && entry.TryGet(wanted[i].Kind, out var definition))
                    known[i] = new(definition, null);
                else
                    missing.Add(new(wanted[i], i, entry));
            }
        }
        return missing;
    }

    /// <summary>To be asked before a definition is read, and given back with it.</summary>
    public object? BeforeReading(Guid uuid)
    {
        lock (_gate)
            return Holding(uuid);
    }

    /// <summary>Keeps what was read, unless the guest has changed meanwhile.</summary>
    public void Keep(Guid uuid, object? before, ConfigurationKind kind, DomainDefinition? definition)
    {
        lock (_gate)
        {
            Reads++;
            if (before is Entry entry && Holding(uuid) == entry && staysTrue(entry.Facts, kind))
                entry.Keep(kind, definition);
        }
    }

    public void Dispose() => Begin(null);

    private bool TryFind<TKey>(Dictionary<TKey, Entry> index, TKey key, out GuestFacts? facts)
        where TKey : notnull
    {
        lock (_gate)
        {
            facts = null;
            if (!IsComplete())
                return false;
            if (!index.TryGetValue(key, out var entry))
                return _stale.Count == 0;
            facts = entry.Facts;
            return !_stale.ContainsKey(facts.Name);
        }
    }

    /// <summary>Takes in the notices. Whether every guest is known, or known to be stale.</summary>
    private bool IsComplete()
    {
        if (_files is null)
            return false;
        _complete &= _files.Drain(_noticed);
        foreach (var name in _noticed)
            _stale[name] = Stopwatch.GetTimestamp();
        _noticed.Clear();
        return _complete;
    }

    private Entry? Holding(Guid uuid) => IsComplete() && _byUuid.TryGetValue(uuid, out var entry) && !_stale.ContainsKey(entry.Facts.Name) ? entry : null;

    private List<GuestFacts> Everybody() => [.. _byName.Values.Select(e => e.Facts)];

    private void Keep(List<GuestFacts> known, IEnumerable<string> before)
    {
        foreach (var name in before)
        {
            if (_byName.Remove(name, out var old) && _byUuid.GetValueOrDefault(old.Facts.Uuid) == old)
                _byUuid.Remove(old.Facts.Uuid);
        }
        foreach (var facts in known)
            _byName[facts.Name] = _byUuid[facts.Uuid] = new Entry(facts);
    }

    private sealed class Entry(GuestFacts facts)
    {
        public GuestFacts Facts { get; } = facts;

        private readonly DomainDefinition?[] _definitions = new DomainDefinition?[2];
        private readonly bool[] _kept = new bool[2];

        public bool TryGet(ConfigurationKind kind, out DomainDefinition? definition)
        {
            definition = _definitions[(int)kind];
            return _kept[(int)kind];
        }

        public void Keep(ConfigurationKind kind, DomainDefinition? definition) => (_definitions[(int)kind], _kept[(int)kind]) = (definition, true);
    }
}
