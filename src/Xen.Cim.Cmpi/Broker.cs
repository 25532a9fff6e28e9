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
            result = broker->eft->newString(broker, p, null);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        return result is null ? throw Refused("a string") : result;
    }

    public CMPIStatus Status(CimStatus status, string? message) =>
        new() { rc = (CMPIrc)status, msg = string.IsNullOrEmpty(message) ? null : NewString(message) };

    public CMPIObjectPath* NewPath(CimObjectPath path)
    {
        CMPIObjectPath* result;
        fixed (byte* ns = Utf8.Of(path.Namespace ?? ""), name = Utf8.Of(path.ClassName))
            result = broker->eft->newObjectPath(broker, ns, name, null);
        if (result is null)
            throw Refused($"a path of {path.ClassName}");
        if (path.Host is { } host)
        {
            fixed (byte* p = Utf8.Of(host))
                result->ft->setHostname(result, p);
        }
        foreach (var key in path.Keys)
        {
            fixed (byte* name = Utf8.Of(key.Name))
                AddKey(result, name, key.Value);
        }
        return result;
    }

    /// <param name="properties">What the client asked for, or null; keys are always there.</param>
    public CMPIInstance* NewInstance(CimInstance instance, CimObjectPath path, IReadOnlySet<string>? properties)
    {
        CMPIStatus status = default;
        var op = NewPath(path);
        var result = broker->eft->newInstance(broker, op, &status);
        if (result is null)
            throw new CimException(status.rc == 0 ? CimStatus.Failed : (CimStatus)status.rc, $"The CIM server cannot make an instance of {instance.ClassName}: {Read(status.msg)}");
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
                fixed (byte* name = Utf8.Of(info.Name))
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
                arguments->ft->addArg(arguments, name, null, type);
                return;
            }
            value = ToValue(argument.Type, argument.Value, out type);
            Check(arguments->ft->addArg(arguments, name, &value, type), argument.Name);
        }
    }

    /// <summary>A value as CMPI carries it, with its CMPI type.</summary>
    public CMPIValue ToValue(CimType cimType, object value, out CMPIType type)
    {
        CMPIValue result = default;
        type = Types.Of(cimType, value is Array);
        switch (value)
        {
            case bool v: result.boolean = v ? (byte)1 : (byte)0; break;
            case byte v: result.uint8 = v; break;
            case sbyte v: result.sint8 = v; break;
            case ushort v: result.uint16 = v; break;
            case short v: result.sint16 = v; break;
            case uint v: result.uint32 = v; break;
            case int v: result.sint32 = v; break;
            case ulong v: result.uint64 = v; break;
            case long v: result.sint64 = v; break;
            case float v: result.real32 = v; break;
            case double v: result.real64 = v; break;
            case char v: result.char16 = v; break;
            case string v: result.@string = NewString(v); break;
            case CimDateTime v: result.dateTime = NewDateTime(v); break;
            case CimObjectPath v: result.@ref = NewPath(v); break;
            case CimInstance v:
                result.inst = NewInstance(v, v.Path ?? new CimObjectPath(v.ClassName), null);
                type = CMPIType.CMPI_instance;
                break;
            case Array v:
                if (v.Length > 0 && CimValue.Elements(v).Any(e => e is CimInstance))
                    type = CMPIType.CMPI_instanceA;
                result.array = NewArray(cimType, v, type & ~CMPIType.CMPI_ARRAY);
                break;
            default:
                throw new CimException(CimStatus.Failed, $"A {value.GetType().Name} has no place in CMPI.");
        }
        return result;
    }

    private CMPIArray* NewArray(CimType cimType, Array elements, CMPIType type)
    {
        var array = broker->eft->newArray(broker, (uint)elements.Length, type, null);
        if (array is null)
            throw Refused($"an array of {elements.Length}");
        var index = 0u;
        foreach (var element in elements)
        {
            // An element that is not set is NULL.
            if (element is not null)
            {
                var value = ToValue(cimType, element, out _);
                Check(array->ft->setElementAt(array, index, &value, type), "an array element");
            }
            index++;
        }
        return array;
    }

    private CMPIDateTime* NewDateTime(CimDateTime value)
    {
        fixed (byte* text = Utf8.Of(value.Text))
        {
            var result = broker->eft->newDateTimeFromChars(broker, text, null);
            return result is null ? throw Refused($"the datetime {value}") : result;
        }
    }

    private void AddKey(CMPIObjectPath* path, byte* name, object value)
    {
        if (value is string text)
        {
            // For CMPI_chars the value is the text itself, not a CMPIValue.
            fixed (byte* p = Utf8.Of(text))
                Check(path->ft->addKey(path, name, (CMPIValue*)p, CMPIType.CMPI_chars), "a key");
            return;
        }
        var v = ToValue(Types.OfValue(value), value, out var type);
        Check(path->ft->addKey(path, name, &v, type), "a key");
    }

    private void SetProperty(CMPIInstance* instance, byte* name, CimPropertyInfo info, object? value)
    {
        CMPIStatus status;
        switch (value)
        {
            case null:
                status = instance->ft->setProperty(instance, name, null, Types.Of(info.Type, info.IsArray));
                break;
            case string text:
                status = SetText(instance, name, text);
                break;
            default:
                var v = ToValue(info.Type, value, out var type);
                status = instance->ft->setProperty(instance, name, &v, type);
                break;
        }
        // A server whose class lacks the property leaves it out; that is its answer to give.
        if (status.rc is not (CMPIrc.CMPI_RC_OK or CMPIrc.CMPI_RC_ERR_NO_SUCH_PROPERTY))
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
            status = instance->ft->setProperty(instance, name, (CMPIValue*)p, CMPIType.CMPI_chars);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        return status;
    }

    private static void Terminate(string text, Span<byte> buffer) => buffer[Encoding.UTF8.GetBytes(text, buffer)] = 0;

    private static void Check(CMPIStatus status, string what)
    {
        if (status.rc != CMPIrc.CMPI_RC_OK)
            throw new CimException(CimStatus.Failed, $"The CIM server refused {what}: CMPI code {(int)status.rc} {Read(status.msg)}");
    }

    private static CimException Refused(string what) => new(CimStatus.Failed, $"The CIM server cannot make {what}.");
}
