using System.Runtime.InteropServices;
using System.Text;

namespace Libvirt.Native;

/// <summary>
/// Turns libvirt's answers into values, and its failure values into exceptions. The error record belongs to the thread
/// and to the latest call, so it is read before anything else happens.
/// </summary>
internal static unsafe class Answers
{
    /// <summary>A number that is negative on failure.</summary>
    public static int Checked(int result) => result >= 0 ? result : throw LibvirtException.TakeLast();

    /// <summary>1, 0, or negative on failure.</summary>
    public static bool Truth(int result) => Checked(result) != 0;

    /// <summary>An object that is null on failure.</summary>
    public static T Checked<T>(T handle) where T : LibvirtHandle => handle.IsInvalid ? throw LibvirtException.TakeLast() : handle;

    /// <summary>A text of ours to free; null is a failure.</summary>
    public static string Owned(byte* text)
    {
        if (text is null)
            throw LibvirtException.TakeLast();
        var result = Text(text)!;
        NativeMemory.Free(text);
        return result;
    }

    /// <summary>A text that stays libvirt's; null is a failure. The caller keeps its owner alive.</summary>
    public static string Borrowed(byte* text) => Text(text) ?? throw LibvirtException.TakeLast();

    /// <summary>A text that stays libvirt's and may be null.</summary>
    public static string? Text(byte* text) => Marshal.PtrToStringUTF8((nint)text);

    /// <summary>The text in a fixed buffer that may lack its NUL.</summary>
    public static string Text(byte* buffer, int length)
    {
        var span = new ReadOnlySpan<byte>(buffer, length);
        var end = span.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? span : span[..end]);
    }

    /// <summary>
    /// A counted array of objects: each becomes a handle of ours, the array itself is freed. Everything that is not
    /// wrapped yet when memory runs out would leak, so wrapping does nothing but allocate.
    /// </summary>
    public static TItem[] Owned<THandle, TItem>(int count, nint* array, Func<THandle, TItem> wrap)
        where THandle : LibvirtHandle, new()
    {
        Checked(count);
        try
        {
            var items = new TItem[count];
            for (var i = 0; i < count; i++)
            {
                items[i] = wrap(Handle<THandle>(array[i]));
            }
            return items;
        }
        finally
        {
            NativeMemory.Free(array);
        }
    }

    /// <summary>A handle for a reference that the caller owns.</summary>
    public static THandle Handle<THandle>(nint pointer) where THandle : LibvirtHandle, new()
    {
        var handle = new THandle();
        Marshal.InitHandle(handle, pointer);
        return handle;
    }

    /// <summary>libvirt's sixteen bytes are in the order of the text form.</summary>
    public static Guid Uuid(ReadOnlySpan<byte> bytes) => new(bytes, bigEndian: true);

    public static byte[] Uuid(Guid value) => value.ToByteArray(bigEndian: true);
}
