using System.Text;

namespace Xen.Cim.Hypervisor.Guests;

/// <summary>
/// Parsed definitions, so that a guest whose XML is the same as before is not parsed again. The XML itself is read
/// each time and compared. When it is full nothing is added: a walk over more guests than fit still finds
/// those that are in it.
/// </summary>
internal sealed class DefinitionCache(int maximumCharacters)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ConfigurationKey, Parsed> _parsed = [];
    private readonly SharedStrings _strings = new(4096);
    private long _characters;

    /// <summary>Of the XML that the kept definitions were parsed from.</summary>
    internal long Characters
    {
        get
        {
            lock (_gate)
                return _characters;
        }
    }

    internal int Count
    {
        get
        {
            lock (_gate)
                return _parsed.Values.Distinct().Count();
        }
    }

    public DomainDefinition Parse(Guid uuid, ConfigurationKind kind, string xml) => Parse(uuid, kind, xml, out _);

    /// <param name="kept">Whether it is kept here, as far as there is room.</param>
    public DomainDefinition Parse(Guid uuid, ConfigurationKind kind, string xml, out bool kept)
    {
        var parsed = Same(uuid, kind, xml) ?? new Parsed(xml, DomainDefinition.Parse(xml, _strings));
        kept = Keep(new(uuid, kind), parsed);
        return parsed.Definition;
    }

    /// <summary>Whether this XML need not be parsed, because it was before.</summary>
    public bool Has(Guid uuid, ConfigurationKind kind, string xml) => Same(uuid, kind, xml) is not null;

    public void Forget(Guid uuid)
    {
        lock (_gate)
        {
            Remove(new(uuid, ConfigurationKind.State));
            Remove(new(uuid, ConfigurationKind.Defined));
        }
    }

    /// <summary>Forgets all but these.</summary>
    public void Retain(HashSet<Guid> uuids)
    {
        lock (_gate)
        {
            foreach (var key in _parsed.Keys.Where(key => !uuids.Contains(key.Uuid)).ToList())
                Remove(key);
        }
    }

    private static ConfigurationKind OtherThan(ConfigurationKind kind) =>
        kind == ConfigurationKind.State ? ConfigurationKind.Defined : ConfigurationKind.State;

    private Parsed? Same(Guid uuid, ConfigurationKind kind, string xml)
    {
        lock (_gate)
        {
            // A guest that is off has the same XML twice, and needs it once.
            return _parsed.GetValueOrDefault(new(uuid, kind)) is { } mine && mine.IsOf(xml) ? mine
                : _parsed.GetValueOrDefault(new(uuid, OtherThan(kind))) is { } others && others.IsOf(xml) ? others : null;
        }
    }

    private bool Keep(ConfigurationKey key, Parsed parsed)
    {
        lock (_gate)
        {
            if (_parsed.GetValueOrDefault(key) == parsed)
                return true;
            Remove(key);
            if (parsed.Users == 0)
            {
                if (_characters + parsed.Length > maximumCharacters)
                    return false;
                _characters += parsed.Length;
            }
            _parsed.Add(key, parsed);
            parsed.Users++;
            return true;
        }
    }

    private void Remove(ConfigurationKey key)
    {
        if (_parsed.Remove(key, out var old) && --old.Users == 0)
            _characters -= old.Length;
    }

    private sealed class Parsed(string xml, DomainDefinition definition)
    {
        // What is plain ASCII, as nearly all is, takes half the room.
        private readonly byte[]? _ascii = Ascii.IsValid(xml) ? Encoding.ASCII.GetBytes(xml) : null;
        private readonly string? _text = Ascii.IsValid(xml) ? null : xml;

        public DomainDefinition Definition => definition;

        public int Length => _text?.Length ?? _ascii!.Length;

        /// <summary>How many configurations it is.</summary>
        public int Users { get; set; }

        public bool IsOf(string xml) => _text is null ? Ascii.Equals(_ascii, xml) : _text == xml;
    }
}
