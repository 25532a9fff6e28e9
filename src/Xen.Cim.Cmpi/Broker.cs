using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using Xen.Cim.Cmpi.Abi;
using Xen.Cim.Model;

namespace Xen.Cim.Cmpi;

/// <summary>The CIM server's broker: makes its objects from ours. They belong to the server and live until the call ends.</summary>
internal readonly unsafe partial struct Broker(CMPIBroker* broker)
{
    // Most texts fit; longer ones borrow from the pool.
    private const int StackBytes = 512;

    public CMPIBroker* Pointer => broker;

    public CMPIString* NewString(string text)
    {
        var size = Encoding.UTF8.GetMaxByteCount(text.Length) + 1;
        byte[]? rented = null;
        var buffer = size <= StackBytes ? stackalloc byte[StackBytes] : (rented = ArrayPool<byte>.Shared.Rent(size));
        Terminate(text, buffer);
        CMPIString* result;
        fixed (byte* p = buffer)
            result = broker->Encapsulation->NewString(broker, p, null);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        return result is null ? throw Refused("a string") : result;
    }

    public CMPIStatus Status(CimStatus status, string? message) =>
        new() { Rc = (CMPIrc)status, Message = string.IsNullOrEmpty(message) ? null : NewString(message) };

    public CMPIObjectPath* NewPath(CimObjectPath path)
    {
        CMPIObjectPath* result;
        fixed (byte* ns = Utf8.Name(path.Namespace ?? ""), name = Utf8.Name(path.ClassName))
            result = broker->Encapsulation->NewObjectPath(broker, ns, name, null);
        if (result is null)
            throw Refused($"a path of {path.ClassName}");
        if (path.Host is { } host)
        {
            fixed (byte* p = Utf8.Of(host))
                result->Ft->SetHostname(result, p);
        }
        foreach (var key in path.Keys)
        {
            fixed (byte* name = Utf8.Name(key.Name))
                AddKey(result, name, key.Value);
        }
        return result;
    }

    /// <summary>A path of an answer, with a namespace in any case.</summary>
    public CMPIObjectPath* NewPath(CimObjectPath path, string? @namespace) =>
        NewPath(path.Namespace is null ? path.WithNamespace(@namespace) : path);

    /// <summary>An instance of an answer.</summary>
    /// <param name="list">The list of properties as the server gave it, or null.</param>
    public CMPIInstance* NewInstance(CimInstance instance, CimRequest request, byte** list)
    {
        var path = instance.Path ?? instance.MakePath(request.Namespace);
        return NewInstance(instance, path.Namespace is null ? path.WithNamespace(request.Namespace) : path, request.PropertyList, list);
    }

    /// <param name="properties">
    /// What the client asked for, or null; keys are always there. The rest is left out here, because some brokers' own
    /// filter (setPropertyFilter) lets through what is set after it.
    /// </param>
    /// <param name="list">
    /// The same for the broker's filter: some brokers make an instance with all properties of its class in it, NULL or with
    /// their defaults, and take out only by that filter what nobody asked for.
    /// </param>
    private CMPIInstance* NewInstance(CimInstance instance, CimObjectPath path, IReadOnlySet<string>? properties = null, byte** list = null)
    {
        CMPIStatus status = default;
        var op = NewPath(path);
        var result = broker->Encapsulation->NewInstance(broker, op, &status);
        if (result is null)
            throw new CimException(status.Rc == 0 ? CimStatus.Failed : (CimStatus)status.Rc, $"The CIM server cannot make an instance of {instance.ClassName}: {Read(status.Message)}");
        if (list is not null && result->Ft->SetPropertyFilter is not null)
            result->Ft->SetPropertyFilter(result, list, null);
        foreach (var property in instance.Properties)
        {
            var info = property.Info;
            if (properties is not null && !info.IsKey && !properties.Contains(info.Name))
                continue;
            if (info.Utf8 != 0)
            {
                SetProperty(result, (byte*)info.Utf8, info, property.Value);
            }
            else
            {
                fixed (byte* name = Utf8.Name(info.Name))
                    SetProperty(result, name, info, property.Value);
            }
        }
        return result;
    }

    public void AddArgument(CMPIArgs* arguments, CimArgument argument)
    {
        CMPIType type;
        CMPIValue value;
        fixed (byte* name = Utf8.Of(argument.Name))
        {
            if (argument.Value is null)
            {
                type = Types.Of(argument.Type, argument.IsArray);
                arguments->Ft->AddArg(arguments, name, null, type);
                return;
            }
            value = ToValue(argument.Type, argument.Value, out type);
            Check(arguments->Ft->AddArg(arguments, name, &value, type), argument.Name);
        }
    }

    /// <summary>A value as CMPI carries it, with its CMPI type.</summary>
    public CMPIValue ToValue(CimType cimType, object value, out CMPIType type)
    {
        CMPIValue result = default;
        type = Types.Of(cimType, value is Array);
        switch (value)
        {
            case bool v: result.Boolean = v ? (byte)1 : (byte)0; break;
            case byte v: result.UInt8 = v; break;
            case sbyte v: result.SInt8 = v; break;
            case ushort v: result.UInt16 = v; break;
            case short v: result.SInt16 = v; break;
            case uint v: result.UInt32 = v; break;
            case int v: result.SInt32 = v; break;
            case ulong v: result.UInt64 = v; break;
            case long v: result.SInt64 = v; break;
            case float v: result.Real32 = v; break;
            case double v: result.Real64 = v; break;
            case char v: result.Char16 = v; break;
            case string v: result.String = NewString(v); break;
            case CimDateTime v: result.DateTime = NewDateTime(v); break;
            case CimObjectPath v: result.Ref = NewPath(v); break;
            case CimInstance v:
                result.Instance = NewInstance(v, v.Path ?? new CimObjectPath(v.ClassName));
                type = CMPIType.Instance;
                break;
            case Array v:
                if (v.Length > 0 && !v.GetType().GetElementType()!.IsValueType && v is not string[] && CimValue.Elements(v).Any(e => e is CimInstance))
                    type = CMPIType.Instance | CMPIType.Array;
                result.Array = NewArray(cimType, v, type & ~CMPIType.Array);
                break;
            default:
                throw new CimException(CimStatus.Failed, $"A {value.GetType().Name} has no place in CMPI.");
        }
        return result;
    }

    private CMPIArray* NewArray(CimType cimType, Array elements, CMPIType type)
    {
        var array = broker->Encapsulation->NewArray(broker, (uint)elements.Length, type, null);
        if (array is null)
            throw Refused($"an array of {elements.Length}");
        var index = 0u;
        foreach (var element in elements)
        {
            // An element that is not set is NULL.
            if (element is not null)
            {
                var value = ToValue(cimType, element, out _);
                Check(array->Ft->SetElementAt(array, index, &value, type), "an array element");
            }
            index++;
        }
        return array;
    }

    private CMPIDateTime* NewDateTime(CimDateTime value)
    {
        fixed (byte* text = Utf8.Of(value.Text))
        {
            var result = broker->Encapsulation->NewDateTimeFromChars(broker, text, null);
            return result is null ? throw Refused($"the datetime {value}") : result;
        }
    }

    private void AddKey(CMPIObjectPath* path, byte* name, object value)
    {
        if (value is string text)
        {
            Check(AddText(path, name, text), "a key");
            return;
        }
        var v = ToValue(Types.OfValue(value), value, out var type);
        Check(path->Ft->AddKey(path, name, &v, type), "a key");
    }

    private void SetProperty(CMPIInstance* instance, byte* name, CimPropertyInfo info, object? value)
    {
        CMPIStatus status;
        switch (value)
        {
            case null:
                status = instance->Ft->SetProperty(instance, name, null, Types.Of(info.Type, info.IsArray));
                break;
            case string text:
                status = SetText(instance, name, text);
                break;
            default:
                var v = ToValue(info.Type, value, out var type);
                status = instance->Ft->SetProperty(instance, name, &v, type);
                break;
        }
        // A server whose class lacks the property leaves it out; that is its answer to give.
        if (status.Rc is not (CMPIrc.Ok or CMPIrc.NoSuchProperty))
            Check(status, info.Name);
    }

    [SkipLocalsInit]
    private static CMPIStatus SetText(CMPIInstance* instance, byte* name, string text)
    {
        var size = Encoding.UTF8.GetMaxByteCount(text.Length) + 1;
        byte[]? rented = null;
        var buffer = size <= StackBytes ? stackalloc byte[StackBytes] : (rented = ArrayPool<byte>.Shared.Rent(size));
        Terminate(text, buffer);
        CMPIStatus status;
        fixed (byte* p = buffer)
            status = instance->Ft->SetProperty(instance, name, (CMPIValue*)p, CMPIType.Chars);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        return status;
    }

    [SkipLocalsInit]
    private static CMPIStatus AddText(CMPIObjectPath* path, byte* name, string text)
    {
        var size = Encoding.UTF8.GetMaxByteCount(text.Length) + 1;
        byte[]? rented = null;
        var buffer = size <= StackBytes ? stackalloc byte[StackBytes] : (rented = ArrayPool<byte>.Shared.Rent(size));
        Terminate(text, buffer);
        CMPIStatus status;
        // For CMPI_chars the value is the text itself, not a CMPIValue.
        fixed (byte* p = buffer)
            status = path->Ft->AddKey(path, name, (CMPIValue*)p, CMPIType.Chars);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        return status;
    }

    private static void Terminate(string text, Span<byte> buffer) => buffer[Encoding.UTF8.GetBytes(text, buffer)] = 0;

    private static void Check(CMPIStatus status, string what)
    {
        if (status.Rc != CMPIrc.Ok)
            throw new CimException(CimStatus.Failed, $"The CIM server refused {what}: CMPI code {(int)status.Rc} {Read(status.Message)}");
    }

    private static CimException Refused(string what) => new(CimStatus.Failed, $"The CIM server cannot make {what}.");
}
