using System.Text;
using Xen.Cim.Model.Mof;
using Xen.Cim.Model.Mof.Syntax;

namespace Xen.Cim.Model;

/// <summary>Reads embedded instances that come as MOF text, without knowing their classes.</summary>
/// <remarks>
/// Takes what people and <c>wbemcli</c> send: one or several instances, quotes with a backslash before each of them
/// (<c>ElementName = \"x\"</c>), missing last semicolons. Integers come as ulong (negative ones as long);
/// <see cref="CimInstance.As{T}"/> gives them the types of the class.
/// </remarks>
public static class MofInstanceReader
{
    /// <exception cref="CimException">INVALID_PARAMETER: where the text is wrong, what is there and what was expected.</exception>
    public static IReadOnlyList<CimInstance> Parse(string text)
    {
        try
        {
            var declarations = MofParser.ParseInstances(IsEscaped(text) ? Unescape(text) : text, "MOF");
            var instances = new List<CimInstance>(declarations.Count);
            CimLayout? last = null;
            foreach (var declaration in declarations)
            {
                var instance = Bind(declaration, last);
                instances.Add(instance);
                last = instance.Layout;
            }
            return instances;
        }
        catch (MofException error)
        {
            throw new CimException(CimStatus.InvalidParameter,
                $"The MOF text is wrong at line {error.Location.Line}, column {error.Location.Column}: {error.Problem}.", error);
        }
    }

    // Many instances of one shape share a layout.
    private static CimInstance Bind(MofInstance declaration, CimLayout? last)
    {
        var infos = new CimPropertyInfo[declaration.Values.Count];
        var values = new object?[infos.Length];
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < infos.Length; i++)
        {
            var property = declaration.Values[i];
            if (!names.Add(property.Name))
                throw new MofException(property.Location, $"{declaration.ClassName}.{property.Name} is set twice");
            (var type, var isArray, values[i]) = MofValues.BindUntyped(property.Value, property.Name, static alias =>
                throw new MofException(alias.Location, $"the alias ${alias.Name} means nothing in an embedded instance; write the object path as a string"));
            infos[i] = new(property.Name, type, isArray);
        }
        var layout = last is not null && last.ClassName == declaration.ClassName && last.Properties.SequenceEqual(infos)
            ? last
            : new CimLayout(declaration.ClassName, null, isAssociation: false, infos);
        var instance = new CimInstance(layout);
        for (var i = 0; i < values.Length; i++)
            instance.SetAt(i, values[i]);
        return instance;
    }

    // In MOF no quote that opens a string has a backslash before it.
    private static bool IsEscaped(string text)
    {
        var quote = text.IndexOf('"', StringComparison.Ordinal);
        return quote > 0 && text[quote - 1] == '\\';
    }

    // Takes one level of backslashes away, as a shell does between double quotes.
    private static string Unescape(string text)
    {
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] is '"' or '\\')
                i++;
            result.Append(text[i]);
        }
        return result.ToString();
    }
}
