using System.Runtime.InteropServices;
using System.Text;

namespace Xen.Cim.Server.Cmpi;

/// <summary>
/// Remembers what the names that a provider passes mean. A provider passes the same literal again and again, so the
/// address finds the entry; the bytes confirm it, because an address may be used for another name later.
/// </summary>
/// <param name="meaning">What a name that was not met yet means.</param>
/// <param name="bits">The table has 2^bits places; names that fall on the same place displace each other.</param>
internal sealed unsafe class Utf8Names<T>(Func<string, T> meaning, int bits = 8)
{
    private readonly Entry?[] _entries = new Entry?[1 << bits];

    public T this[byte* name]
    {
        get
        {
            ref var place = ref _entries[(int)(((ulong)name * 0x9E3779B97F4A7C15) >> (64 - bits))];
            if (place is { } known && known.Address == name && known.IsAt(name))
                return known.Meaning;
            var bytes = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name);
            var entry = new Entry(name, bytes.ToArray(), meaning(Encoding.UTF8.GetString(bytes)));
            place = entry;
            return entry.Meaning;
        }
    }

    private sealed class Entry(byte* address, byte[] bytes, T meaning)
    {
        public byte* Address { get; } = address;

        public T Meaning { get; } = meaning;

        public bool IsAt(byte* name)
        {
            // Byte by byte: nothing behind the terminator may be read.
            for (var i = 0; i < bytes.Length; i++)
            {
                if (name[i] != bytes[i])
                    return false;
            }
            return name[bytes.Length] == 0;
        }
    }
}
