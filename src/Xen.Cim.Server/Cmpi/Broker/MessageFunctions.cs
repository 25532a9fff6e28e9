using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Xen.Cim.Cmpi.Abi;
using Xen.Cim.Model;
using Xen.Cim.Server.Cmpi.Objects;
using unsafe MessageFunction = delegate* unmanaged<
    Xen.Cim.Cmpi.Abi.CMPIBroker*, byte*, byte*, Xen.Cim.Cmpi.Abi.CMPIStatus*, uint,
    nint, nint, nint, nint, nint, nint, nint, nint, nint, nint, nint, nint, nint, nint, nint, nint, nint, nint, nint, nint,
    double, double, double, double, double, double, double, double, Xen.Cim.Cmpi.Abi.CMPIString*>;
using unsafe MessageFunction2 = delegate* unmanaged<
    Xen.Cim.Cmpi.Abi.CMPIBroker*, byte*, void*, byte*, Xen.Cim.Cmpi.Abi.CMPIStatus*, uint,
    nint, nint, nint, nint, nint, nint, nint, nint, nint, nint, nint, nint, nint, nint, nint, nint, nint, nint, nint, nint,
    double, double, double, double, double, double, double, double, Xen.Cim.Cmpi.Abi.CMPIString*>;

namespace Xen.Cim.Server.Cmpi.Broker;

/// <summary>getMessage and getMessage2: the provider's default message with its arguments put in for $0, $1 ….</summary>
/// <remarks>
/// Both are variadic in C. In the calling conventions of x86-64 and AArch64 Linux a variadic argument travels like any
/// other one, so words and reals are declared separately: words fill the registers and then the stack, reals the vector
/// registers. What the caller did not pass is garbage that the count keeps from being read.
/// </remarks>
internal static unsafe class MessageFunctions
{
    private const int MaxArguments = 10;

    public static void Fill(CMPIBrokerEncFT* table)
    {
        MessageFunction getMessage = &GetMessage;
        MessageFunction2 getMessage2 = &GetMessage2;
        *(void**)&table->GetMessage = getMessage;
        *(void**)&table->GetMessage2 = getMessage2;
    }

    [UnmanagedCallersOnly]
    private static CMPIString* GetMessage(
        CMPIBroker* broker, byte* id, byte* text, CMPIStatus* rc, uint count,
        nint w0, nint w1, nint w2, nint w3, nint w4, nint w5, nint w6, nint w7, nint w8, nint w9,
        nint w10, nint w11, nint w12, nint w13, nint w14, nint w15, nint w16, nint w17, nint w18, nint w19,
        double r0, double r1, double r2, double r3, double r4, double r5, double r6, double r7) =>
        Format(text, rc, count, [w0, w1, w2, w3, w4, w5, w6, w7, w8, w9, w10, w11, w12, w13, w14, w15, w16, w17, w18, w19], [r0, r1, r2, r3, r4, r5, r6, r7]);

    [UnmanagedCallersOnly]
    private static CMPIString* GetMessage2(
        CMPIBroker* broker, byte* id, void* file, byte* text, CMPIStatus* rc, uint count,
        nint w0, nint w1, nint w2, nint w3, nint w4, nint w5, nint w6, nint w7, nint w8, nint w9,
        nint w10, nint w11, nint w12, nint w13, nint w14, nint w15, nint w16, nint w17, nint w18, nint w19,
        double r0, double r1, double r2, double r3, double r4, double r5, double r6, double r7) =>
        Format(text, rc, count, [w0, w1, w2, w3, w4, w5, w6, w7, w8, w9, w10, w11, w12, w13, w14, w15, w16, w17, w18, w19], [r0, r1, r2, r3, r4, r5, r6, r7]);

    private static CMPIString* Format(byte* text, CMPIStatus* rc, uint count, ReadOnlySpan<nint> words, ReadOnlySpan<double> reals)
    {
        try
        {
            Status.Set(rc, CMPIrc.Ok);
            var arguments = new List<string>();
            int word = 0, real = 0;
            for (var i = 0; i < Math.Min(count, MaxArguments) && word < words.Length; i++)
            {
                var type = (CMPIType)(ushort)words[word++];
                if (type is CMPIType.Real32 or CMPIType.Real64)
                {
                    if (real == reals.Length)
                        break;
                    arguments.Add(CimValue.Format(reals[real++]));
                    continue;
                }
                if (word == words.Length)
                    break;
                var value = words[word++];
                arguments.Add(type switch
                {
                    CMPIType.Chars => Utf8Text.Read((byte*)value) ?? "",
                    CMPIType.String => CmpiObject.From<StringObject>((void*)value)?.Text ?? "",
                    CMPIType.Boolean => (int)value != 0 ? "true" : "false",
                    CMPIType.UInt32 => ((uint)value).ToString(CultureInfo.InvariantCulture),
                    CMPIType.SInt32 => ((int)value).ToString(CultureInfo.InvariantCulture),
                    CMPIType.UInt64 => ((ulong)value).ToString(CultureInfo.InvariantCulture),
                    _ => ((long)value).ToString(CultureInfo.InvariantCulture),
                });
            }
            return StringObject.New(Arena.Current, Replace(Utf8Text.Read(text) ?? "", arguments));
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return null;
        }
    }

    private static string Replace(string text, List<string> arguments)
    {
        var result = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            var digit = text[i] == '$' && i + 1 < text.Length ? text[i + 1] - '0' : -1;
            if (digit is < 0 or > 9 || digit >= arguments.Count)
            {
                result.Append(text[i]);
                continue;
            }
            result.Append(arguments[digit]);
            i++;
        }
        return result.ToString();
    }
}
