using System.Runtime.InteropServices;
using Xen.Cim.Model;

namespace Xen.Cim.Server.Agents;

/// <summary>Reads what <see cref="WireWriter"/> wrote. The other end runs other people's code: nothing that comes is trusted.</summary>
/// <exception cref="InvalidDataException">The frame is not one of ours.</exception>
internal sealed class WireReader
{
    // An instance in an instance in an instance …
    private const int MaxDepth = 32;

    private readonly List<CimLayout> _layouts = [];
    private ReadOnlyMemory<byte> _rest;
    private int _depth;

    public WireReader(ReadOnlyMemory<byte> frame) => _rest = frame;

    public ReadOnlyMemory<byte> Rest => _rest;

    public bool IsAtEnd => _rest.IsEmpty;

    /// <summary>Goes on with another frame of the same call.</summary>
    public void Continue(ReadOnlyMemory<byte> frame) => _rest = frame;

    public byte Byte() => Take(1)[0];

    public bool Flag() => Byte() != 0;

    public int Number()
    {
        var result = 0u;
        for (var shift = 0; shift < 35; shift += 7)
        {
            var next = Byte();
            result |= (uint)(next & 0x7f) << shift;
            if ((next & 0x80) == 0)
                return result <= int.MaxValue ? (int)result : throw Broken();
        }
        throw Broken();
    }

    public string? Text()
    {
        var length = Number() - 1;
        return length < 0 ? null : length <= _rest.Length / 2 ? new string(MemoryMarshal.Cast<byte, char>(Take(length * 2))) : throw Broken();
    }

    public string Required() => Text() ?? throw Broken();

    public CimRequest Request() => new()
    {
        Namespace = Required(),
        Principal = Required(),
        InvocationFlags = (uint)Number(),
        AcceptLanguage = Required(),
        PropertyList = Texts()?.ToHashSet(StringComparer.OrdinalIgnoreCase),
    };

    public AssociationFilter Filter() => new(Text(), Text(), Text(), Text());

    public CimObjectPath Path()
    {
        var host = Text();
        var ns = Text();
        var className = Required();
        var keys = new CimKey[Count()];
        for (var i = 0; i < keys.Length; i++)
            keys[i] = new(Required(), Value() ?? throw Broken());
        return new CimObjectPath(className, ns, keys).WithHost(host);
    }

    public CimInstance Instance()
    {
        if (++_depth > MaxDepth)
            throw Broken();
        var instance = new CimInstance(Layout());
        if (Flag())
            instance.Path = Path();
        var count = instance.Layout.Properties.Count;
        for (var i = 0; i < count; i++)
        {
            if (Flag())
                instance.SetAt(i, Value());
        }
        _depth--;
        return instance;
    }

    public CimArguments Arguments()
    {
        var arguments = new CimArguments();
        for (var left = Count(); left > 0; left--)
            arguments.Set(Required(), Type(), Flag(), Value());
        return arguments;
    }

    public CimClass Class()
    {
        if (++_depth > MaxDepth)
            throw Broken();
        string name = Required();
        var super = Text();
        var qualifiers = Qualifiers();
        var properties = new CimPropertyDeclaration[Count()];
        for (var i = 0; i < properties.Length; i++)
        {
            properties[i] = new CimPropertyDeclaration(Required(), Type(), Flag())
            {
                ReferenceClass = Text(),
                ArraySize = Size(),
                Qualifiers = Qualifiers(),
                DefaultValue = Value(),
                ClassOrigin = Text(),
                IsPropagated = Flag(),
            };
        }
        var methods = new CimMethodDeclaration[Count()];
        for (var i = 0; i < methods.Length; i++)
            methods[i] = Method();
        _depth--;
        return new CimClass(name, super) { Qualifiers = qualifiers, Properties = properties, Methods = methods };
    }

    public object? Value()
    {
        var tag = Byte();
        switch (tag)
        {
            case WireTag.Null:
                return null;
            case WireTag.Instance:
                return Instance();
            case WireTag.Class:
                return Class();
            case WireTag.Array:
                var type = Type();
                var elements = new object?[Count()];
                if (++_depth > MaxDepth)
                    throw Broken();
                for (var i = 0; i < elements.Length; i++)
                {
                    elements[i] = Value();
                    if (elements[i] is Array)
                        throw Broken();
                }
                _depth--;
                return Array(type, elements);
            default:
                return Scalar((CimType)tag);
        }
    }

    private static Array Array(CimType type, object?[] elements)
    {
        try
        {
            return CimValue.ToArray(type, elements);
        }
        catch (InvalidCastException)
        {
            throw Broken();
        }
    }

    private object Scalar(CimType type) => type switch
    {
        CimType.Boolean => Flag(),
        CimType.UInt8 => Byte(),
        CimType.SInt8 => (sbyte)Byte(),
        CimType.UInt16 => MemoryMarshal.Read<ushort>(Take(2)),
        CimType.SInt16 => MemoryMarshal.Read<short>(Take(2)),
        CimType.UInt32 => MemoryMarshal.Read<uint>(Take(4)),
        CimType.SInt32 => MemoryMarshal.Read<int>(Take(4)),
        CimType.UInt64 => MemoryMarshal.Read<ulong>(Take(8)),
        CimType.SInt64 => MemoryMarshal.Read<long>(Take(8)),
        CimType.Real32 => MemoryMarshal.Read<float>(Take(4)),
        CimType.Real64 => MemoryMarshal.Read<double>(Take(8)),
        CimType.Char16 => (char)MemoryMarshal.Read<ushort>(Take(2)),
        CimType.String => Required(),
        CimType.DateTime => CimDateTime.TryParse(Required(), out var value) ? value : throw Broken(),
        CimType.Reference => Reference(),
        _ => throw Broken(),
    };

    private CimObjectPath Reference()
    {
        if (++_depth > MaxDepth)
            throw Broken();
        var path = Path();
        _depth--;
        return path;
    }

    private CimMethodDeclaration Method()
    {
        var method = new CimMethodDeclaration(Required(), Type()) { Qualifiers = Qualifiers(), ClassOrigin = Text(), IsPropagated = Flag() };
        var parameters = new CimParameterDeclaration[Count()];
        for (var i = 0; i < parameters.Length; i++)
            parameters[i] = new CimParameterDeclaration(Required(), Type(), Flag()) { ReferenceClass = Text(), ArraySize = Size(), Qualifiers = Qualifiers() };
        return method with { Parameters = parameters };
    }

    private CimQualifier[] Qualifiers()
    {
        var qualifiers = new CimQualifier[Count()];
        for (var i = 0; i < qualifiers.Length; i++)
        {
            string name = Required();
            var type = Type();
            var isArray = Flag();
            var flavor = (CimFlavor)Byte();
            var propagated = Flag();
            qualifiers[i] = new(name, type, isArray, Value(), flavor) { IsPropagated = propagated };
        }
        return qualifiers;
    }

    private CimLayout Layout()
    {
        var known = Number();
        if (known != 0)
            return known <= _layouts.Count ? _layouts[known - 1] : throw Broken();
        string className = Required();
        var isAssociation = Flag();
        CimLayout? super = null;
        foreach (var name in Enumerable.Reverse(Texts() ?? []))
            super = new(name, super, isAssociation: false);
        var properties = new CimPropertyInfo[Count()];
        for (var i = 0; i < properties.Length; i++)
            properties[i] = new(Required(), Type(), Flag(), (CimPropertyFlags)Byte());
        // Two properties of one name would share an ordinal.
        if (properties.DistinctBy(p => p.Name, StringComparer.OrdinalIgnoreCase).Count() != properties.Length)
            throw Broken();
        var layout = new CimLayout(className, super, isAssociation, properties);
        if (_layouts.Count < WireTag.MaxLayouts)
            _layouts.Add(layout);
        return layout;
    }

    private List<string>? Texts()
    {
        var count = Count() - 1;
        if (count < 0)
            return null;
        var texts = new List<string>(count);
        for (; count > 0; count--)
            texts.Add(Required());
        return texts;
    }

    private int? Size() => Number() is > 0 and var size ? size : null;

    // Everything that is counted takes at least a byte, so that a wrong count cannot ask for more than was sent.
    private int Count() => Number() is var count && count <= _rest.Length + 1 ? count : throw Broken();

    private CimType Type() => (CimType)Byte() is var type && Enum.IsDefined(type) ? type : throw Broken();

    private ReadOnlySpan<byte> Take(int size)
    {
        if (size > _rest.Length)
            throw Broken();
        var taken = _rest[..size];
        _rest = _rest[size..];
        return taken.Span;
    }

    private static InvalidDataException Broken() => new("A message between the server and an agent is broken.");
}
