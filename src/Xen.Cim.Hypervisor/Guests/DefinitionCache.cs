namespace Xen.Cim.Hypervisor.Guests;

/// <summary>
/// Parsed definitions, so that a guest whose XML is the same as before is not parsed again. The XML itself is read
/// each time and compared. When it is full nothing is added: a walk over more guests than fit still finds
/// those that are in it.
/// </summary>
internal sealed class DefinitionCache(int maximumCharacters)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(Guid, ConfigurationKind), Parsed> _parsed = [];
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
                return _parsed.Count;
        }
    }

    public DomainDefinition Parse(Guid uuid, ConfigurationKind kind, string xml)
    {
        lock (_gate)
        {
            // A guest that is off has the same XML twice.
            for (var other = ConfigurationKind.State; other <= ConfigurationKind.Defined; other++)
            {
                if (_parsed.TryGetValue((uuid, other), out var known) && known.Xml == xml)
                    return known.Definition;
            }
        }
        var definition = DomainDefinition.Parse(xml);
        lock (_gate)
        {
            Remove((uuid, kind));
            if (_characters + xml.Length <= maximumCharacters)
            {
                _parsed.Add((uuid, kind), new(xml, definition));
                _characters += xml.Length;
            }
        }
        return definition;
    }

    public void Forget(Guid uuid)
    {
        lock (_gate)
        {
            Remove((uuid, ConfigurationKind.State));
            Remove((uuid, ConfigurationKind.Defined));
        }
    }

    /// <summary>Forgets all but these.</summary>
    public void Retain(HashSet<Guid> uuids)
    {
        lock (_gate)
        {
            foreach (var key in _parsed.Keys.Where(key => !uuids.Contains(key.Item1)).ToList())
                Remove(key);
        }
    }

    private void Remove((Guid, ConfigurationKind) key)
    {
        if (_parsed.Remove(key, out var old))
            _characters -= old.Xml.Length;
    }

    private sealed record Parsed(string Xml, DomainDefinition Definition);
}
