namespace Xen.Cim.Hypervisor;

/// <summary>
/// A domain's definition, or a device of it. One that is kept does not change any more, and carries what its users make
/// of it alone: made once, and gone with it.
/// </summary>
public abstract class DefinitionPart
{
    private bool _isKept;
    private (object User, object Made)[] _derived = [];

    private protected DefinitionPart()
    {
    }

    private protected bool IsKept => _isKept;

    /// <summary>From now on the part does not change.</summary>
    internal void Keep() => _isKept = true;

    /// <summary>What somebody has made of the part, or null.</summary>
    /// <param name="user">Who makes it, one thing of each part.</param>
    public T? Derived<T>(object user)
        where T : class
    {
        foreach (var (known, thing) in _derived)
        {
            if (known == user)
                return (T)thing;
        }
        return null;
    }

    /// <summary>Keeps what somebody has made of the part and nothing else.</summary>
    /// <remarks>For several threads at once: the worst is that it is made twice.</remarks>
    public T Derive<T>(object user, T made)
        where T : class
    {
        if (_isKept)
            _derived = [.. _derived, (user, made)];
        return made;
    }
}
