using System.Runtime.InteropServices;
using System.Text;

namespace Libvirt.Native;

/// <summary>Typed parameters in both directions.</summary>
internal static unsafe class Parameters
{
    /// <summary>VIR_TYPED_PARAM_STRING_OKAY: text values may come back. Without it libvirt leaves them out.</summary>
    public const uint StringOkay = 1 << 2;

    /// <summary>Fills an array of the caller's: the number that is there comes back in count.</summary>
    public delegate int Getter(VirTypedParameter* parameters, int* count);

    public delegate int Setter(VirTypedParameter* parameters, int count);

    /// <summary>Asks for the number first, then for that many.</summary>
    public static TypedParameters Get(Getter getter)
    {
        var count = 0;
        Answers.Checked(getter(null, &count));
        return Get(count, getter);
    }

    /// <summary>The number is known.</summary>
    public static TypedParameters Get(int count, Getter getter)
    {
        if (count <= 0)
            return new TypedParameters([]);
        var array = (VirTypedParameter*)NativeMemory.AllocZeroed((nuint)count, (nuint)sizeof(VirTypedParameter));
        var filled = 0;
        try
        {
            filled = count;
            Answers.Checked(getter(array, &filled));
            return Read(array, Math.Min(filled, count));
        }
        finally
        {
            // Zeroed entries have no text, so clearing all of them is safe whatever happened.
            NativeMethods.virTypedParamsClear(array, count);
            NativeMemory.Free(array);
        }
    }

    /// <summary>An array that libvirt made and the caller frees.</summary>
    public static TypedParameters Owned(VirTypedParameter* array, int count)
    {
        try
        {
            return Read(array, count);
        }
        finally
        {
            NativeMethods.virTypedParamsFree(array, count);
        }
    }

    /// <summary>An array that stays libvirt's.</summary>
    public static TypedParameters Read(VirTypedParameter* array, int count)
    {
        if (count <= 0)
            return new TypedParameters([]);
        var items = new TypedParameter[count];
        for (var i = 0; i < count; i++)
        {
            var p = array + i;
            var name = Answers.Text(p->Field, VirTypedParameter.FieldLength);
            items[i] = (TypedParameterType)p->Type switch
            {
                TypedParameterType.Int => TypedParameter.Int(name, p->Value.Int),
                TypedParameterType.Uint => TypedParameter.UInt(name, p->Value.UInt),
                TypedParameterType.Llong => TypedParameter.Int64(name, p->Value.Int64),
                TypedParameterType.Ullong => TypedParameter.UInt64(name, p->Value.UInt64),
                TypedParameterType.Double => TypedParameter.Double(name, p->Value.Double),
                TypedParameterType.Boolean => TypedParameter.Boolean(name, p->Value.Boolean != 0),
                TypedParameterType.String => TypedParameter.String(name, Answers.Text(p->Value.Text) ?? ""),
                // A later libvirt's type: 64 bits are all there can be.
                _ => TypedParameter.UInt64(name, p->Value.UInt64),
            };
        }
        return new TypedParameters(items);
    }

    /// <summary>Hands parameters to libvirt for the time of a call.</summary>
    public static int Set(IReadOnlyCollection<TypedParameter> parameters, Setter setter)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var count = parameters.Count;
        var array = (VirTypedParameter*)NativeMemory.AllocZeroed((nuint)Math.Max(count, 1), (nuint)sizeof(VirTypedParameter));
        try
        {
            var i = 0;
            foreach (var parameter in parameters)
            {
                Write(array + i++, parameter);
            }
            return Answers.Checked(setter(array, count));
        }
        finally
        {
            for (var i = 0; i < count; i++)
            {
                if (array[i].Type == (int)TypedParameterType.String)
                    NativeMemory.Free(array[i].Value.Text);
            }
            NativeMemory.Free(array);
        }
    }

    private static void Write(VirTypedParameter* target, in TypedParameter parameter)
    {
        Utf8Text.Require(parameter.Name);
        if (!Encoding.UTF8.TryGetBytes(parameter.Name, new Span<byte>(target->Field, VirTypedParameter.FieldLength - 1), out _))
            throw new ArgumentException($"The parameter name {parameter.Name} is longer than {VirTypedParameter.FieldLength - 1} bytes.");
        switch (parameter.Type)
        {
            case TypedParameterType.Int: target->Value.Int = (int)parameter.AsInt64(); break;
            case TypedParameterType.Uint: target->Value.UInt = (uint)parameter.AsUInt64(); break;
            case TypedParameterType.Llong: target->Value.Int64 = parameter.AsInt64(); break;
            case TypedParameterType.Ullong: target->Value.UInt64 = parameter.AsUInt64(); break;
            case TypedParameterType.Double: target->Value.Double = parameter.AsDouble(); break;
            case TypedParameterType.Boolean: target->Value.Boolean = parameter.AsBoolean() ? (byte)1 : (byte)0; break;
            case TypedParameterType.String:
                var value = parameter.AsString();
                Utf8Text.Require(value);
                var length = Encoding.UTF8.GetByteCount(value);
                target->Value.Text = (byte*)NativeMemory.AllocZeroed((nuint)length + 1);
                Encoding.UTF8.GetBytes(value, new Span<byte>(target->Value.Text, length));
                break;
            default:
                throw new ArgumentException($"The parameter {parameter.Name} has no value (type {parameter.Type}).");
        }
        target->Type = (int)parameter.Type;
    }
}
