using Xen.Cim.Model;

namespace Xen.Cim.Providers;

/// <summary>
/// Embedded instances as clients really send them: as instances, as MOF text or as CIM-XML text, one or several in one
/// value, an array or a single value where an array is due.
/// </summary>
internal static class EmbeddedSettings
{
    /// <summary>More settings than this in one call are a mistake, not a guest.</summary>
    public const int MaxSettings = 1024;

    /// <summary>All instances of an argument; none when it is missing, NULL or empty.</summary>
    /// <exception cref="CimException">INVALID_PARAMETER, saying what could not be read.</exception>
    public static IReadOnlyList<CimInstance> Read(CimArgument? argument)
    {
        var found = new List<CimInstance>();
        if (argument?.Value is not { } value)
            return found;
        foreach (var element in value is Array array ? CimValue.Elements(array) : [value])
        {
            switch (element)
            {
                case null:
                    break;
                case CimInstance instance:
                    found.Add(instance);
                    break;
                case string text:
                    found.AddRange(Parse(argument.Name, text));
                    break;
                default:
                    throw CimException.InvalidParameter($"{argument.Name} holds a {element.GetType().Name}; expected instances, or their MOF or CIM-XML text.");
            }
            if (found.Count > MaxSettings)
                throw CimException.InvalidParameter($"{argument.Name} has more than {MaxSettings} instances, the most that one call takes.");
        }
        return found;
    }

    /// <summary>The argument's only instance, or null when there is none.</summary>
    public static CimInstance? ReadOne(CimArgument? argument) => Read(argument) switch
    {
        [] => null,
        [var only] => only,
        var several => throw CimException.InvalidParameter($"{argument!.Name} takes one instance, not {several.Count}."),
    };

    /// <summary>Whether a class is <paramref name="layout"/>'s or one of its superclasses down from <paramref name="top"/>.</summary>
    public static bool IsBetween(string className, CimLayout layout, string top)
    {
        for (var candidate = layout; candidate is not null && candidate.IsA(top); candidate = candidate.Super)
        {
            if (candidate.ClassName.Equals(className, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }

    /// <summary>The settings with their types.</summary>
    /// <exception cref="CimException">TYPE_MISMATCH, or INVALID_PARAMETER for a property that the class does not have: a slip of the pen must not be silent.</exception>
    public static T Typed<T>(CimInstance instance)
        where T : CimInstance, new()
    {
        var typed = instance.As<T>();
        foreach (var property in instance.Properties)
        {
            if (typed.Layout.OrdinalOf(property.Name) < 0)
                throw CimException.InvalidParameter($"{typed.ClassName} has no property {property.Name}.");
        }
        return typed;
    }

    private static IReadOnlyList<CimInstance> Parse(string parameter, string text)
    {
        var trimmed = text.AsSpan().Trim();
        if (trimmed.IsEmpty)
            return [];
        try
        {
            return trimmed[0] == '<' ? CimXmlInstanceReader.Parse(text) : MofInstanceReader.Parse(text);
        }
        catch (CimException error)
        {
            throw new CimException(CimStatus.InvalidParameter, $"{parameter} cannot be read: {error.Message}", error);
        }
    }
}
