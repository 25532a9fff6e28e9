using System.Runtime.InteropServices;
using Xen.Cim.Cmpi.Abi;
using Xen.Cim.Model;

namespace Xen.Cim.Cmpi;

/// <summary>Reading the server's objects into ours.</summary>
internal readonly unsafe partial struct Broker
{
    public static string? Read(CMPIString* text) =>
        text is null ? null : Marshal.PtrToStringUTF8((nint)text->Ft->GetCharPtr(text, null));

    public static CimObjectPath ReadPath(CMPIObjectPath* path)
    {
        var count = path->Ft->GetKeyCount(path, null);
        var keys = new CimKey[count];
        for (var i = 0u; i < count; i++)
        {
            CMPIString* name = null;
            var data = path->Ft->GetKeyAt(path, i, &name, null);
            keys[i] = new CimKey(Read(name) ?? "", ReadValue(data) ?? "");
        }
        var ns = Read(path->Ft->GetNameSpace(path, null));
        var host = Read(path->Ft->GetHostname(path, null));
        var result = new CimObjectPath(Read(path->Ft->GetClassName(path, null)) ?? "", string.IsNullOrEmpty(ns) ? null : ns.Trim('/'), keys);
        return string.IsNullOrEmpty(host) ? result : result.WithHost(host);
    }

    public static CimInstance ReadInstance(CMPIInstance* instance)
    {
        var path = instance->Ft->GetObjectPath(instance, null);
        var where = path is null ? null : ReadPath(path);
        var result = new CimInstance(where?.ClassName ?? "") { Path = where is { IsClassPath: false } ? where : null };
        var count = instance->Ft->GetPropertyCount(instance, null);
        for (var i = 0u; i < count; i++)
        {
            CMPIString* name = null;
            var data = instance->Ft->GetPropertyAt(instance, i, &name, null);
            // Keys that came from the path are properties to CMPI; both say the same.
            if (Read(name) is { Length: > 0 } property)
                result.Set(property, Types.CimTypeOf(data.Type), Types.IsArray(data.Type), ReadValue(data));
        }
        return result;
    }

    public static CimArguments ReadArguments(CMPIArgs* arguments)
    {
        var result = new CimArguments();
        var count = arguments is null ? 0 : arguments->Ft->GetArgCount(arguments, null);
        for (var i = 0u; i < count; i++)
        {
            CMPIString* name = null;
            var data = arguments->Ft->GetArgAt(arguments, i, &name, null);
            result.Set(Read(name) ?? "", Types.CimTypeOf(data.Type), Types.IsArray(data.Type), ReadValue(data));
        }
        return result;
    }

    /// <summary>Null for NULL and for what CMPI could not give.</summary>
    public static object? ReadValue(CMPIData data)
    {
        if ((data.State & (CMPIValueState.Null | CMPIValueState.NotFound | CMPIValueState.Bad)) != 0)
            return null;
        if (Types.IsArray(data.Type))
            return data.Value.Array is null ? null : ReadArray(data.Value.Array, Types.CimTypeOf(data.Type));
        switch (data.Type)
        {
            case CMPIType.Boolean: return data.Value.Boolean != 0;
            case CMPIType.Char16: return (char)data.Value.Char16;
            case CMPIType.Real32: return data.Value.Real32;
            case CMPIType.Real64: return data.Value.Real64;
            case CMPIType.UInt8: return data.Value.UInt8;
            case CMPIType.UInt16: return data.Value.UInt16;
            case CMPIType.UInt32: return data.Value.UInt32;
            case CMPIType.UInt64: return data.Value.UInt64;
            case CMPIType.SInt8: return data.Value.SInt8;
            case CMPIType.SInt16: return data.Value.SInt16;
            case CMPIType.SInt32: return data.Value.SInt32;
            case CMPIType.SInt64: return data.Value.SInt64;
            case CMPIType.Chars: return Marshal.PtrToStringUTF8((nint)data.Value.Chars);
            case CMPIType.Instance: return data.Value.Instance is null ? null : ReadInstance(data.Value.Instance);
            case CMPIType.Ref: return data.Value.Ref is null ? null : ReadPath(data.Value.Ref);
            case CMPIType.DateTime:
                if (data.Value.DateTime is null)
                    return null;
                var text = Read(data.Value.DateTime->Ft->GetStringFormat(data.Value.DateTime, null));
                return text is not null && CimDateTime.TryParse(text, out var value) ? value
                    : throw new CimException(CimStatus.InvalidParameter, $"\"{text}\" is not a CIM datetime.");
            default:
                // Strings, and the numeric and other strings that CMPI knows for keys.
                return (data.Type & CMPIType.String) == CMPIType.String ? Read(data.Value.String) : null;
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
        var count = array->Ft->GetSize(array, null);
        var elements = new object?[count];
        for (var i = 0u; i < count; i++)
            elements[i] = ReadValue(array->Ft->GetElementAt(array, i, null));
        return CimValue.ToArray(type, elements);
    }
}
