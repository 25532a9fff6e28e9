using System.Runtime.InteropServices.Marshalling;

namespace Libvirt.Native;

/// <summary>
/// Hands a string to libvirt as UTF-8. A NUL inside would silently cut the text (a lookup of "a\0b" would find "a"),
/// so it is refused.
/// </summary>
[CustomMarshaller(typeof(string), MarshalMode.ManagedToUnmanagedIn, typeof(In))]
internal static unsafe class Utf8Text
{
    internal ref struct In
    {
        private Utf8StringMarshaller.ManagedToUnmanagedIn inner;

        public static int BufferSize => Utf8StringMarshaller.ManagedToUnmanagedIn.BufferSize;

        public void FromManaged(string? managed, Span<byte> buffer)
        {
            Require(managed);
            inner.FromManaged(managed, buffer);
        }

        public byte* ToUnmanaged() => inner.ToUnmanaged();

        public void Free() => inner.Free();
    }

    internal static void Require(string? text)
    {
        if (text is not null && text.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException($"A text for libvirt cannot contain a NUL character (at index {text.IndexOf('\0', StringComparison.Ordinal)}).");
    }
}
