using Xen.Cim.Cmpi.Abi;
using Xen.Cim.Model;
using Xen.Cim.Server.Cmpi.Objects;

namespace Xen.Cim.Server.Cmpi;

/// <summary>A value as the model holds it, with the CMPI type that it has.</summary>
internal readonly record struct TypedValue(CMPIType Type, object? Value)
{
    public bool IsArray => (Type & CMPIType.Array) != 0;

    public CimType CimType => CmpiData.ToCimType(Type & ~CMPIType.Array);
}

/// <summary>CMPIData and CMPIValue in both directions.</summary>
internal static unsafe class CmpiData
{
    private static readonly CMPIType[] s_types =
    [
        CMPIType.Boolean, CMPIType.UInt8, CMPIType.SInt8, CMPIType.UInt16, CMPIType.SInt16,
        CMPIType.UInt32, CMPIType.SInt32, CMPIType.UInt64, CMPIType.SInt64, CMPIType.Real32,
        CMPIType.Real64, CMPIType.Char16, CMPIType.String, CMPIType.DateTime, CMPIType.Ref,
    ];

    /// <summary>What a getter returns when there is nothing to return.</summary>
    public static CMPIData Bad => new() { State = CMPIValueState.Bad };

    public static CMPIType ToCmpiType(CimType type, bool isArray = false) =>
        s_types[(int)type] | (isArray ? CMPIType.Array : 0);

    /// <summary>The CMPI type of a property: an embedded object is an instance.</summary>
    public static CMPIType TypeOf(CimPropertyInfo property) =>
        property.Type == CimType.String && (property.Flags & (CimPropertyFlags.EmbeddedInstance | CimPropertyFlags.EmbeddedObject)) != 0
            ? CMPIType.Instance | (property.IsArray ? CMPIType.Array : 0)
            : ToCmpiType(property.Type, property.IsArray);

    /// <summary>The CMPI type of a value whose declaration does not say whether it is embedded.</summary>
    public static CMPIType TypeOf(CimType type, bool isArray, object? value) =>
        type == CimType.String && value is CimInstance or CimInstance[] or (object[] and not string[])
        ? CMPIType.Instance | (isArray ? CMPIType.Array : 0)
        : ToCmpiType(type, isArray);

    /// <exception cref="CmpiException">The type is not one that CIM has.</exception>
    public static CimType ToCimType(CMPIType type) => type switch
    {
        CMPIType.Boolean => CimType.Boolean,
        CMPIType.Char16 => CimType.Char16,
        CMPIType.Real32 => CimType.Real32,
        CMPIType.Real64 => CimType.Real64,
        CMPIType.UInt8 => CimType.UInt8,
        CMPIType.UInt16 => CimType.UInt16,
        CMPIType.UInt32 => CimType.UInt32,
        CMPIType.UInt64 => CimType.UInt64,
        CMPIType.SInt8 => CimType.SInt8,
        CMPIType.SInt16 => CimType.SInt16,
        CMPIType.SInt32 => CimType.SInt32,
        CMPIType.SInt64 => CimType.SInt64,
        CMPIType.String or CMPIType.Chars or CMPIType.CharsPtr or CMPIType.Instance => CimType.String,
        CMPIType.DateTime => CimType.DateTime,
        CMPIType.Ref => CimType.Reference,
        _ => throw CmpiException.InvalidType($"CMPI type 0x{(int)type:x} is not a CIM type."),
    };

    /// <summary>The CIM type that a .NET scalar has by itself.</summary>
    public static CimType GuessType(object? value) => value is null or CimInstance or CimClass
        ? CimType.String
        : Enum.GetValues<CimType>().First(t => CimValue.ClrType(t) == value.GetType());

    /// <summary>The type under which a value is kept: every kind of character pointer is a string.</summary>
    public static CMPIType Normalize(CMPIType type) => (type & ~CMPIType.Array) is CMPIType.Chars or CMPIType.CharsPtr
        ? CMPIType.String | (type & CMPIType.Array)
        : type;

    /// <summary>A value for the provider; what it points to lives in the arena.</summary>
    public static CMPIData ToData(Arena arena, CMPIType type, object? value, CMPIValueState state = CMPIValueState.Good)
    {
        var data = new CMPIData { Type = type, State = state };
        if (value is null)
        {
            data.State = CMPIValueState.Null;
            return data;
        }
        if ((type & CMPIType.Array) != 0)
        {
            data.Value.Array = ArrayObject.New(arena, type & ~CMPIType.Array, value);
            return data;
        }
        switch (value)
        {
            case string text:
                data.Value.String = StringObject.New(arena, text);
                break;
            case bool b:
                data.Value.Boolean = b ? (byte)1 : (byte)0;
                break;
            case byte v:
                data.Value.UInt8 = v;
                break;
            case sbyte v:
                data.Value.SInt8 = v;
                break;
            case ushort v:
                data.Value.UInt16 = v;
                break;
            case short v:
                data.Value.SInt16 = v;
                break;
            case uint v:
                data.Value.UInt32 = v;
                break;
            case int v:
                data.Value.SInt32 = v;
                break;
            case ulong v:
                data.Value.UInt64 = v;
                break;
            case long v:
                data.Value.SInt64 = v;
                break;
            case float v:
                data.Value.Real32 = v;
                break;
            case double v:
                data.Value.Real64 = v;
                break;
            case char v:
                data.Value.Char16 = v;
                break;
            case CimDateTime v:
                data.Value.DateTime = DateTimeObject.New(arena, v);
                break;
            case CimObjectPath v:
                data.Value.Ref = ObjectPathObject.New(arena, v);
                break;
            case CimInstance v:
                data.Value.Instance = InstanceObject.New(arena, v);
                break;
            default:
                data.State = CMPIValueState.Bad;
                break;
        }
        return data;
    }

    /// <summary>
    /// Reads a value that a provider passes by address. For <c>CMPI_chars</c> the address is that of the characters.
    /// </summary>
    /// <exception cref="CmpiException">INVALID_DATA_TYPE: the type is not a CIM type or the object is of another kind.</exception>
    public static TypedValue FromValue(CMPIValue* value, CMPIType type)
    {
        if (type == CMPIType.Chars)
            return new(CMPIType.String, Utf8Text.Read((byte*)value));
        var normal = Normalize(type);
        if (value is null)
        {
            _ = ToCimType(normal & ~CMPIType.Array);
            return new(normal, null);
        }
        return new(normal, Read(value, type));
    }

    /// <summary>Reads a value that a provider passes as CMPIData.</summary>
    public static TypedValue FromData(CMPIData data)
    {
        var normal = Normalize(data.Type);
        if ((data.State & CMPIValueState.Null) != 0)
        {
            _ = ToCimType(normal & ~CMPIType.Array);
            return new(normal, null);
        }
        return new(normal, Read(&data.Value, data.Type));
    }

    private static object? Read(CMPIValue* value, CMPIType type)
    {
        if ((type & CMPIType.Array) != 0)
        {
            // The type first: with one that is none, what looks like a pointer may be anything.
            var element = Normalize(type & ~CMPIType.Array);
            _ = ToCimType(element);
            if (value->Array is null)
                return null;
            var array = CmpiObject.From<ArrayObject>(value->Array) ?? throw CmpiException.InvalidHandle("The array");
            return array.ElementType == element
                ? array.ToValue()
                : throw CmpiException.InvalidType($"The array holds CMPI type 0x{(int)array.ElementType:x}, not 0x{(int)element:x}.");
        }
        return type switch
        {
            CMPIType.Boolean => value->Boolean != 0,
            CMPIType.Char16 => (char)value->Char16,
            CMPIType.Real32 => value->Real32,
            CMPIType.Real64 => value->Real64,
            CMPIType.UInt8 => value->UInt8,
            CMPIType.UInt16 => value->UInt16,
            CMPIType.UInt32 => value->UInt32,
            CMPIType.UInt64 => value->UInt64,
            CMPIType.SInt8 => value->SInt8,
            CMPIType.SInt16 => value->SInt16,
            CMPIType.SInt32 => value->SInt32,
            CMPIType.SInt64 => value->SInt64,
            CMPIType.Chars or CMPIType.CharsPtr => Utf8Text.Read(value->Chars),
            CMPIType.String => value->String is null ? null
                : (CmpiObject.From<StringObject>(value->String) ?? throw CmpiException.InvalidHandle("The string")).Text,
            CMPIType.DateTime => value->DateTime is null ? null
                : (CmpiObject.From<DateTimeObject>(value->DateTime) ?? throw CmpiException.InvalidHandle("The datetime")).Value,
            CMPIType.Ref => value->Ref is null ? null
                : (CmpiObject.From<ObjectPathObject>(value->Ref) ?? throw CmpiException.InvalidHandle("The object path")).ToPath(),
            CMPIType.Instance => value->Instance is null ? null
                : (CmpiObject.From<InstanceObject>(value->Instance) ?? throw CmpiException.InvalidHandle("The instance")).Share(),
            _ => throw CmpiException.InvalidType($"CMPI type 0x{(int)type:x} is not a CIM type."),
        };
    }
}
