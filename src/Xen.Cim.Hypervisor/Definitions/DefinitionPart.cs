namespace Xen.Cim.Hypervisor;

/// <summary>
/// A domain's definition, or a device of it. One that is kept does not change any more, and carries what its users make
/// of it alone: made once, and gone with it.
/// </summary>
public abstract class DefinitionPart
{
    private bool _isKept;
    private object? _derived, _other;

    private protected DefinitionPart()
    {
    }

    private protected bool IsKept => _isKept;

    /// <summary>From now on the part does not change.</summary>
    internal void Keep() => _isKept = true;

    /// <summary>What somebody makes of the part and nothing else, one of each type; nobody may change it.</summary>
    /// <remarks>For several threads at once: the worst is that it is made twice.</remarks>
    public T Derive<TGiven, T>(TGiven given, Func<TGiven, T> make)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(make);
        if (_derived is T known || (known = (_other as T)!) is not null)
            return known;
        var made = make(given);
        if (!_isKept)
            return made;
        if (_derived is null)
            _derived = made;
        else
            _other = made;
        return made;
    }
}
