using System.Collections.Concurrent;
using System.Text;

namespace Xen.Cim.Cmpi;

/// <summary>NUL-terminated UTF-8.</summary>
internal static unsafe class Utf8
{
    // More than our classes have. Names that a client made up may take the rest of the places, but no more.
    private const int MaxNames = 4096;

    private static readonly ConcurrentDictionary<string, byte[]> s_names = new(StringComparer.Ordinal);

    /// <summary>
    /// The name of a class, namespace, property, key or parameter. It is made once and does not move, by which a server
    /// may know it again.
    /// </summary>
    public static byte[] Name(string name)
    {
        if (s_names.TryGetValue(name, out var known))
            return known;
        var bytes = Of(name);
        if (s_names.Count >= MaxNames)
            return bytes;
        var unmoving = GC.AllocateUninitializedArray<byte>(bytes.Length, pinned: true);
        bytes.CopyTo(unmoving, 0);
        return s_names.GetOrAdd(name, unmoving);
    }

    public static byte[] Of(string text)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(text) + 1];
        Encoding.UTF8.GetBytes(text, bytes);
        return bytes;
    }
}
