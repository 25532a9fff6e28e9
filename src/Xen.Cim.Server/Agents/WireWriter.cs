using System.Buffers;
using System.Runtime.InteropServices;
using Xen.Cim.Model;

namespace Xen.Cim.Server.Agents;

/// <summary>Writes CIM objects for the other end of an agent's channel. Both ends are the same build of the server.</summary>
internal sealed class WireWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly Dictionary<CimLayout, int> _layouts = new(ReferenceEqualityComparer.Instance);

    public int Length => _buffer.WrittenCount;

    public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    /// <summary>Starts another frame of the same call; what the reader knows of layouts stays known.</summary>
    public void Reset() => _buffer.ResetWrittenCount();

    public void Byte(byte value) => Raw(value);

    public void Flag(bool value) => Raw(value ? (byte)1 : (byte)0);

    /// <summary>Seven bits a byte, the lowest first; small numbers are the usual ones.</summary>
    public void Number(int value)
    {
        var rest = (uint)value;
        for (; rest > 0x7f; rest >>= 7)
            Raw((byte)(rest | 0x80));
        Raw((byte)rest);
    }

    // UTF-16: text that is no valid Unicode comes through as well.
    public void Text(string? value)
    {
        Number(value is null ? 0 : value.Length + 1);
        if (value is not null)
            _buffer.Write(MemoryMarshal.AsBytes(value.AsSpan()));
    }

    public void Request(CimRequest request)
    {
        Text(request.Namespace);
        Text(request.Principal);
        Number((int)request.InvocationFlags);
        Text(request.AcceptLanguage);
        Texts(request.PropertyList);
    }

    public void Filter(AssociationFilter filter)
    {
        Text(filter.AssociationClass);
        Text(filter.ResultClass);
        Text(filter.Role);
        Text(filter.ResultRole);
    }

    public void Path(CimObjectPath path)
    {
        Text(path.Host);
        Text(path.Namespace);
        Text(path.ClassName);
        Number(path.Keys.Count);
        foreach (var key in path.Keys)
        {
            Text(key.Name);
            Value(key.Value);
        }
    }

    public void Instance(CimInstance instance)
    {
        Layout(instance.Layout);
        Flag(instance.Path is not null);
        if (instance.Path is { } path)
            Path(path);
        var count = instance.Layout.Properties.Count;
        for (var i = 0; i < count; i++)
        {
            Flag(instance.HasAt(i));
            if (instance.HasAt(i))
                Value(instance.ValueAt(i));
        }
    }

    public void Arguments(CimArguments arguments)
    {
        Number(arguments.List.Count);
        foreach (var argument in arguments.List)
        {
            Text(argument.Name);
            Byte((byte)argument.Type);
            Flag(argument.IsArray);
            Value(argument.Value);
        }
    }

    public void Class(CimClass value)
    {
        Text(value.Name);
        Text(value.SuperclassName);
        Qualifiers(value);
        Number(value.Properties.Count);
        foreach (var property in value.Properties)
        {
            Declaration(property, property.Type, property.IsArray, property.ReferenceClass, property.ArraySize);
            Value(property.DefaultValue);
            Text(property.ClassOrigin);
            Flag(property.IsPropagated);
        }
        Number(value.Methods.Count);
        foreach (var method in value.Methods)
        {
            Text(method.Name);
            Byte((byte)method.ReturnType);
            Qualifiers(method);
            Text(method.ClassOrigin);
            Flag(method.IsPropagated);
            Number(method.Parameters.Count);
            foreach (var parameter in method.Parameters)
                Declaration(parameter, parameter.Type, parameter.IsArray, parameter.ReferenceClass, parameter.ArraySize);
        }
    }

    public void Value(object? value)
    {
        switch (value)
        {
            case null:
                Byte(WireTag.Null);
                break;
            case CimInstance instance:
                Byte(WireTag.Instance);
                Instance(instance);
                break;
            case CimClass embedded:
                Byte(WireTag.Class);
                Class(embedded);
                break;
            case Array array:
                Byte(WireTag.Array);
                Byte((byte)WireTag.ElementType(array));
                Number(array.Length);
                foreach (var element in array)
                    Value(element);
                break;
            default:
                Scalar(value);
                break;
        }
    }

    private void Scalar(object value)
    {
        var type = WireTag.TypeOf(value.GetType());
        Byte((byte)type);
        switch (value)
        {
            case bool v: Flag(v); break;
            case byte v: Raw(v); break;
            case sbyte v: Raw(v); break;
            case ushort v: Raw(v); break;
            case short v: Raw(v); break;
            case uint v: Raw(v); break;
            case int v: Raw(v); break;
            case ulong v: Raw(v); break;
            case long v: Raw(v); break;
            case float v: Raw(v); break;
            case double v: Raw(v); break;
            case char v: Raw((ushort)v); break;
            case string v: Text(v); break;
            case CimDateTime v: Text(v.Text); break;
            case CimObjectPath v: Path(v); break;
        }
    }

    private void Raw<T>(T value)
        where T : unmanaged => _buffer.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));

    private void Texts(IReadOnlyCollection<string>? texts)
    {
        Number(texts is null ? 0 : texts.Count + 1);
        foreach (var text in texts ?? [])
            Text(text);
    }

    // A layout is written once for all of a call's instances that share it.
    private void Layout(CimLayout layout)
    {
        if (_layouts.TryGetValue(layout, out var known))
        {
            Number(known);
            return;
        }
        Number(0);
        if (_layouts.Count < WireTag.MaxLayouts)
            _layouts.Add(layout, _layouts.Count + 1);
        Text(layout.ClassName);
        Flag(layout.IsAssociation);
        var supers = new List<string>();
        for (var super = layout.Super; super is not null; super = super.Super)
            supers.Add(super.ClassName);
        Texts(supers);
        Number(layout.Properties.Count);
        foreach (var property in layout.Properties)
        {
            Text(property.Name);
            Byte((byte)property.Type);
            Flag(property.IsArray);
            Byte((byte)property.Flags);
        }
    }

    private void Declaration(CimElement element, CimType type, bool isArray, string? reference, int? size)
    {
        Text(element.Name);
        Byte((byte)type);
        Flag(isArray);
        Text(reference);
        Number(size ?? 0);
        Qualifiers(element);
    }

    private void Qualifiers(CimElement element)
    {
        Number(element.Qualifiers.Count);
        foreach (var qualifier in element.Qualifiers)
        {
            Text(qualifier.Name);
            Byte((byte)qualifier.Type);
            Flag(qualifier.IsArray);
            Byte((byte)qualifier.Flavor);
            Flag(qualifier.IsPropagated);
            Value(qualifier.Value);
        }
    }
}

/// <summary>What stands in front of a value: a <see cref="CimType"/>, or one of these.</summary>
internal static class WireTag
{
    public const byte Null = 255;
    public const byte Array = 254;
    public const byte Instance = 253;
    public const byte Class = 252;

    /// <summary>Layouts that both ends remember for one call; an instance of no known class has one of its own.</summary>
    public const int MaxLayouts = 256;

    private static readonly Dictionary<Type, CimType> s_types = Enum.GetValues<CimType>().ToDictionary(CimValue.ClrType);

    /// <exception cref="CimException">FAILED: CIM has no such value.</exception>
    public static CimType TypeOf(Type type) => s_types.TryGetValue(type, out var found) ? found
        : throw new CimException(CimStatus.Failed, $"A value of the type {type.Name} is no CIM value.");

    /// <summary>An array of embedded objects is one of strings.</summary>
    public static CimType ElementType(Array array)
    {
        var type = array.GetType().GetElementType()!;
        return type == typeof(object) || type == typeof(CimClass) || typeof(CimInstance).IsAssignableFrom(type)
            ? CimType.String : TypeOf(Nullable.GetUnderlyingType(type) ?? type);
    }
}
