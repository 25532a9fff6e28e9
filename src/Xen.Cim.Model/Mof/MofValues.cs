using Xen.Cim.Model.Mof.Syntax;

namespace Xen.Cim.Model.Mof;

/// <summary>Values of the syntax tree as CIM values.</summary>
internal static class MofValues
{
    /// <summary>
    /// A value of a known type.
    /// </summary>
    /// <param name="isArray">Whether an array is due; a scalar then becomes its only element.</param>
    /// <param name="resolveAlias">The path that an alias stands for.</param>
    /// <exception cref="MofException">The value does not fit the type.</exception>
    public static object? Bind(MofValue value, CimType type, bool isArray, string name, Func<MofAlias, CimObjectPath> resolveAlias)
    {
        switch (value)
        {
            case MofNull:
                return null;
            case MofArray array:
                return isArray
                    ? CimValue.ToArray(type, array.Elements.Select(e => BindScalar(e, type, name, resolveAlias)).ToArray())
                    : throw new MofException(value.Location, $"{name} takes one {CimValue.Name(type)}, not an array");
            default:
                var scalar = BindScalar(value, type, name, resolveAlias);
                return isArray ? CimValue.ToArray(type, [scalar]) : scalar;
        }
    }

    /// <summary>A value whose type is not known: integers come as ulong, negative ones as long.</summary>
    /// <exception cref="MofException">An array holds values of different types.</exception>
    public static (CimType Type, bool IsArray, object? Value) BindUntyped(MofValue value, string name, Func<MofAlias, CimObjectPath> resolveAlias)
    {
        if (value is not MofArray array)
            return (TypeOf(value) ?? CimType.String, false, value is MofNull ? null : BindScalar(value, TypeOf(value)!.Value, name, resolveAlias));
        CimType? common = null;
        foreach (var element in array.Elements)
        {
            var type = TypeOf(element);
            common = (common, type) switch
            {
                (_, null) => common,
                (null, _) => type,
                ({ } a, { } b) when a == b => a,
                (CimType.UInt64 or CimType.SInt64, CimType.UInt64 or CimType.SInt64) => CimType.SInt64,
                _ => throw new MofException(element.Location, $"{name} mixes {CimValue.Name(common!.Value)} and {CimValue.Name(type.Value)} in one array"),
            };
        }
        var result = common ?? CimType.String;
        return (result, true, Bind(array, result, true, name, resolveAlias));
    }

    private static CimType? TypeOf(MofValue value) => value switch
    {
        MofBoolean => CimType.Boolean,
        MofInteger { IsNegative: true } => CimType.SInt64,
        MofInteger => CimType.UInt64,
        MofReal => CimType.Real64,
        MofChar => CimType.Char16,
        MofString => CimType.String,
        MofAlias => CimType.Reference,
        _ => null,
    };

    private static object? BindScalar(MofValue value, CimType type, string name, Func<MofAlias, CimObjectPath> resolveAlias)
    {
        object? bound = value switch
        {
            MofNull => null,
            MofBoolean b => type == CimType.Boolean ? b.Value : Wrong(value, type, name),
            MofChar c => type == CimType.Char16 ? c.Value : Wrong(value, type, name),
            MofReal r => type switch
            {
                CimType.Real64 => r.Value,
                CimType.Real32 when !float.IsInfinity((float)r.Value) || double.IsInfinity(r.Value) => (float)r.Value,
                _ => Wrong(value, type, name),
            },
            MofInteger i => BindInteger(i, type) ?? Wrong(value, type, name),
            MofString s => BindString(s, type, name),
            MofAlias a => type == CimType.Reference ? resolveAlias(a) : Wrong(value, type, name),
            _ => Wrong(value, type, name),
        };
        return bound;
    }

    private static object? BindInteger(MofInteger value, CimType type) => type switch
    {
        CimType.Real32 => value.IsNegative ? -(float)value.Magnitude : (float)value.Magnitude,
        CimType.Real64 => value.IsNegative ? -(double)value.Magnitude : (double)value.Magnitude,
        CimType.Char16 => !value.IsNegative && value.Magnitude <= char.MaxValue ? (char)value.Magnitude : null,
        _ when CimValue.IsInteger(type) => CimValue.TryConvert(type, value.IsNegative ? unchecked(-(long)value.Magnitude) : value.Magnitude),
        _ => null,
    };

    private static object BindString(MofString value, CimType type, string name)
    {
        switch (type)
        {
            case CimType.String:
                return value.Value;
            case CimType.DateTime:
                return CimDateTime.TryParse(value.Value, out var time) ? time : Wrong(value, type, name);
            case CimType.Reference:
                try
                {
                    return CimObjectPath.Parse(value.Value);
                }
                catch (CimException error)
                {
                    throw new MofException(value.Location, $"{name}: {error.Message.TrimEnd('.')}");
                }
            default:
                return Wrong(value, type, name);
        }
    }

    private static object Wrong(MofValue value, CimType type, string name) =>
        throw new MofException(value.Location, $"{name} is of type {CimValue.Name(type)}; {Describe(value)} is not");

    private static string Describe(MofValue value) => value switch
    {
        MofBoolean b => b.Value ? "TRUE" : "FALSE",
        MofInteger i => (i.IsNegative ? "-" : "") + CimValue.Format(i.Magnitude),
        MofReal r => CimValue.Format(r.Value),
        MofChar c => $"'{c.Value}'",
        MofString s => $"\"{CimValue.Shorten(s.Value)}\"",
        MofAlias a => $"${a.Name}",
        MofArray => "an array",
        _ => "NULL",
    };
}
