using System.Text;

namespace Xen.Cim.Cmpi;

/// <summary>NUL-terminated UTF-8.</summary>
internal static unsafe class Utf8
{
    public static byte[] Of(string text)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(text) + 1];
        Encoding.UTF8.GetBytes(text, bytes);
        return bytes;
    }
}
