using System.Runtime.InteropServices;
using Xen.Cim.Cmpi.Abi;
using Xen.Cim.Model;

namespace Xen.Cim.Cmpi;

/// <summary>Reading the server's objects into ours.</summary>
internal readonly unsafe partial struct Broker
{
    public static string? Read(CMPIString* text) =>
        text is null ? null : Marshal.PtrToStringUTF8((nint)text->ft->getCharPtr(text, null));

    public static CimObjectPath ReadPath(CMPIObjectPath* path)
    {
        var count = path->ft->getKeyCount(path, null);
        var keys = new CimKey[count];
        for (var i = 0u; i < count; i++)
        {
            CMPIString* name = null;
            var data = path->ft->getKeyAt(path, i, &name, null);
            keys[i] = new CimKey(Read(name) ?? "", ReadValue(data) ?? "");
        }
        var ns = Read(path->ft->getNameSpace(path, null));
        var host = Read(path->ft->getHostname(path, null));
        var result = new CimObjectPath(Read(path->ft->getClassName(path, null)) ?? "", string.IsNullOrEmpty(ns) ? null : ns.Trim('/'), keys);
        return string.IsNullOrEmpty(host) ? result : result.WithHost(host);
    }

    public static CimInstance ReadInstance(CMPIInstance* instance)
    {
        var path = instance->ft->getObjectPath(instance, null);
        var where = path is null ? null : ReadPath(path);
        var result = new CimInstance(where?.ClassName ?? "") { Path = where is { IsClassPath: false } ? where : null };
        var count = instance->ft->getPropertyCount(instance, null);
        for (var i = 0u; i < count; i++)
        {
            CMPIString* name = null;
            var data = instance->ft->getPropertyAt(instance, i, &name, null);
            // Keys that came from the path are properties to CMPI; both say the same.
            if (Read(name) is { Length: > 0 } property)
                result.Set(property, Types.CimTypeOf(data.type), Types.IsArray(data.type), ReadValue(data));
        }
        return result;
    }

    public static CimArguments ReadArguments(CMPIArgs* arguments)
    {
        var result = new CimArguments();
        var count = arguments is null ? 0 : arguments->ft->getArgCount(arguments, null);
        for (var i = 0u; i < count; i++)
        {
            CMPIString* name = null;
            var data = arguments->ft->getArgAt(arguments, i, &name, null);
            result.Set(Read(name) ?? "", Types.CimTypeOf(data.type), Types.IsArray(data.type), ReadValue(data));
        }
        return result;
    }

    /// <summary>Null for NULL and for what CMPI could not give.</summary>
    public static object? ReadValue(CMPIData data)
    {
        if ((data.state & (CMPIValueState.CMPI_nullValue | CMPIValueState.CMPI_notFound | CMPIValueState.CMPI_badValue)) != 0)
            return null;
        if (Types.IsArray(data.type))
            return data.value.array is null ? null : ReadArray(data.value.array, Types.CimTypeOf(data.type));
        switch (data.type)
        {
            case CMPIType.CMPI_boolean: return data.value.boolean != 0;
            case CMPIType.CMPI_char16: return (char)data.value.char16;
            case CMPIType.CMPI_real32: return data.value.real32;
            case CMPIType.CMPI_real64: return data.value.real64;
            case CMPIType.CMPI_uint8: return data.value.uint8;
            case CMPIType.CMPI_uint16: return data.value.uint16;
            case CMPIType.CMPI_uint32: return data.value.uint32;
            case CMPIType.CMPI_uint64: return data.value.uint64;
            case CMPIType.CMPI_sint8: return data.value.sint8;
            case CMPIType.CMPI_sint16: return data.value.sint16;
            case CMPIType.CMPI_sint32: return data.value.sint32;
            case CMPIType.CMPI_sint64: return data.value.sint64;
            case CMPIType.CMPI_chars: return Marshal.PtrToStringUTF8((nint)data.value.chars);
            case CMPIType.CMPI_instance: return data.value.inst is null ? null : ReadInstance(data.value.inst);
            case CMPIType.CMPI_ref: return data.value.@ref is null ? null : ReadPath(data.value.@ref);
            case CMPIType.CMPI_dateTime:
                if (data.value.dateTime is null)
                    return null;
                var text = Read(data.value.dateTime->ft->getStringFormat(data.value.dateTime, null));
                return text is not null && CimDateTime.TryParse(text, out var value) ? value
                    : throw new CimException(CimStatus.InvalidParameter, $"\"{text}\" is not a CIM datetime.");
            default:
                // Strings, and the numeric and other strings that CMPI knows for keys.
                return (data.type & CMPIType.CMPI_string) == CMPIType.CMPI_string ? Read(data.value.@string) : null;
        }
    }

    /// <summary>A NULL-terminated list of property names; null when there is none, which means all.</summary>
    public static HashSet<string>? ReadNames(byte** names)
    {
        if (names is null)
            return null;
        var result = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (; *names is not null; names++)
            result.Add(Marshal.PtrToStringUTF8((nint)(*names))!);
        return result;
    }

    public static string? Text(byte* chars) => chars is null || *chars == 0 ? null : Marshal.PtrToStringUTF8((nint)chars);

    private static Array ReadArray(CMPIArray* array, CimType type)
    {
        var count = array->ft->getSize(array, null);
        var elements = new object?[count];
        for (var i = 0u; i < count; i++)
            elements[i] = ReadValue(array->ft->getElementAt(array, i, null));
        return CimValue.ToArray(type, elements);
    }
}
