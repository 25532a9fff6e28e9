using System.Runtime.InteropServices;
using System.Text;

namespace Xen.Cim.Server.Cmpi;

/// <summary>Characters between the provider's memory and ours.</summary>
internal static unsafe class Utf8Text
{
    /// <summary>NUL-terminated UTF-8 as text; broken sequences become U+FFFD, NULL becomes null.</summary>
    public static string? Read(byte* chars) =>
        chars is null ? null : Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(chars));

    /// <summary>A name that must be there.</summary>
    public static string Required(byte* chars, string what) =>
        Read(chars) ?? throw CmpiException.InvalidParameter($"{what} is NULL.");

    /// <summary>A NULL-terminated list of strings, as property lists come; null when there is none.</summary>
    public static HashSet<string>? ReadList(byte** names)
    {
        if (names is null)
            return null;
        var set = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (; *names is not null; names++)
            set.Add(Read(*names)!);
        return set;
    }

    /// <summary>Text as NUL-terminated UTF-8 in memory of <see cref="NativeMemory"/>; text ends at an embedded NUL.</summary>
    public static byte* Allocate(string text)
    {
        var size = Encoding.UTF8.GetByteCount(text);
        var chars = (byte*)NativeMemory.Alloc((nuint)size + 1);
        Encoding.UTF8.GetBytes(text, new Span<byte>(chars, size));
        chars[size] = 0;
        return chars;
    }

    public static byte* Copy(byte* text)
    {
        var source = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text);
        var chars = (byte*)NativeMemory.Alloc((nuint)source.Length + 1);
        source.CopyTo(new Span<byte>(chars, source.Length));
        chars[source.Length] = 0;
        return chars;
    }
}
