namespace Xen.Cim.Model;

/// <summary>Gives a class declaration everything that it inherits (DSP0004 5.1.2.8, 5.6.3).</summary>
public static class ClassResolver
{
    /// <param name="declared">The class as written.</param>
    /// <param name="super">Its superclass, resolved; null when it has none.</param>
    /// <returns>Inherited properties and methods first, in the superclass's order, overrides in their place.</returns>
    public static CimClass Resolve(CimClass declared, CimClass? super) => declared with
    {
        Qualifiers = Inherit(declared.Qualifiers, super?.Qualifiers),
        Properties = Merge(declared.Properties, super?.Properties ?? [], p => p.Name,
            own => own with { ClassOrigin = declared.Name, IsPropagated = false },
            inherited => inherited with { IsPropagated = true, Qualifiers = Inherit([], inherited.Qualifiers) },
            (own, inherited) => own with
            {
                ClassOrigin = declared.Name,
                IsPropagated = false,
                DefaultValue = own.DefaultValue ?? inherited.DefaultValue,
                Qualifiers = Inherit(own.Qualifiers, inherited.Qualifiers),
            }),
        Methods = Merge(declared.Methods, super?.Methods ?? [], m => m.Name,
            own => own with { ClassOrigin = declared.Name, IsPropagated = false },
            inherited => inherited with
            {
                IsPropagated = true,
                Qualifiers = Inherit([], inherited.Qualifiers),
                Parameters = inherited.Parameters.Select(p => p with { Qualifiers = Inherit([], p.Qualifiers) }).ToArray(),
            },
            (own, inherited) => own with
            {
                ClassOrigin = declared.Name,
                IsPropagated = false,
                Qualifiers = Inherit(own.Qualifiers, inherited.Qualifiers),
                Parameters = own.Parameters.Select(p => p with { Qualifiers = Inherit(p.Qualifiers, inherited.Parameter(p.Name)?.Qualifiers) }).ToArray(),
            }),
    };

    private static List<T> Merge<T>(IReadOnlyList<T> own, IReadOnlyList<T> inherited, Func<T, string> name,
        Func<T, T> declare, Func<T, T> propagate, Func<T, T, T> overrideInherited)
    {
        var merged = new List<T>(inherited.Count + own.Count);
        foreach (var element in inherited)
        {
            var index = IndexOf(own, name, name(element));
            merged.Add(index < 0 ? propagate(element) : overrideInherited(own[index], element));
        }
        foreach (var element in own)
        {
            if (IndexOf(inherited, name, name(element)) < 0)
                merged.Add(declare(element));
        }
        return merged;
    }

    private static int IndexOf<T>(IReadOnlyList<T> list, Func<T, string> name, string wanted)
    {
        for (var i = 0; i < list.Count; i++)
        {
            if (name(list[i]).Equals(wanted, StringComparison.OrdinalIgnoreCase))
                return i;
        }
        return -1;
    }

    private static IReadOnlyList<CimQualifier> Inherit(IReadOnlyList<CimQualifier> own, IReadOnlyList<CimQualifier>? inherited)
    {
        if (inherited is null || inherited.Count == 0)
            return own;
        var merged = new List<CimQualifier>(own);
        foreach (var qualifier in inherited)
        {
            if ((qualifier.Flavor & CimFlavor.ToSubclass) != 0 && IndexOf(own, q => q.Name, qualifier.Name) < 0)
                merged.Add(qualifier.IsPropagated ? qualifier : qualifier with { IsPropagated = true });
        }
        return merged;
    }
}
