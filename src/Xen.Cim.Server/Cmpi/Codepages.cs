using System.Runtime.InteropServices;
using System.Text;
using Xen.Cim.Cmpi.Abi;

namespace Xen.Cim.Server.Cmpi;

/// <summary>Text in the codepages of CMPI 2.1 (newStringCP, newCharsCP).</summary>
internal static unsafe class Codepages
{
    /// <summary>Reads text up to its terminating zero: one byte, in UTF-16 two.</summary>
    /// <exception cref="CmpiException">INVALID_PARAMETER; NOT_IN_CODEPAGE: the bytes are no text in that codepage.</exception>
    public static string Read(byte* chars, CMPICodepage codepage)
    {
        if (chars is null)
            throw CmpiException.InvalidParameter("The characters are NULL.");
        var bytes = codepage == CMPICodepage.Utf16
            ? MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpanFromNullTerminated((char*)chars))
            : MemoryMarshal.CreateReadOnlySpanFromNullTerminated(chars);
        try
        {
            return EncodingOf(codepage).GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw NotIn(codepage, e);
        }
    }

    /// <summary>Text with its terminating zero, in memory of <see cref="NativeMemory"/>.</summary>
    /// <exception cref="CmpiException">INVALID_PARAMETER; NOT_IN_CODEPAGE.</exception>
    public static byte* Allocate(string text, CMPICodepage codepage)
    {
        byte[] bytes;
        try
        {
            bytes = EncodingOf(codepage).GetBytes(text + '\0');
        }
        catch (EncoderFallbackException e)
        {
            throw NotIn(codepage, e);
        }
        var chars = (byte*)NativeMemory.Alloc((nuint)bytes.Length);
        bytes.CopyTo(new Span<byte>(chars, bytes.Length));
        return chars;
    }

    private static Encoding EncodingOf(CMPICodepage codepage) => codepage switch
    {
        CMPICodepage.System => new UTF8Encoding(false, throwOnInvalidBytes: true),
        CMPICodepage.UsAscii => Encoding.GetEncoding("us-ascii", EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback),
        CMPICodepage.Utf16 => new UnicodeEncoding(!BitConverter.IsLittleEndian, byteOrderMark: false, throwOnInvalidBytes: true),
        _ => throw CmpiException.InvalidParameter($"There is no codepage {(int)codepage}; 1 is the system's, 2 US-ASCII, 3 UTF-16."),
    };

    private static CmpiException NotIn(CMPICodepage codepage, Exception e) =>
        new(CMPIrc.NotInCodepage, $"The text is not in the codepage {codepage}: {e.Message}");
}
