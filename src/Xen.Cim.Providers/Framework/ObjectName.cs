using System.Text;
using Xen.Cim.Model;

namespace Xen.Cim.Providers;

/// <summary>Names of guests, storage pools and networks: libvirt keeps each in a file of its name.</summary>
internal static class ObjectName
{
    /// <summary>In bytes of UTF-8: with .xml.new, which libvirt writes first, it is 255, the most that Linux takes.</summary>
    public const int MaxLength = 247;

    /// <param name="kind">What is to have the name, with its article.</param>
    /// <exception cref="CimException">INVALID_PARAMETER, saying what a name is made of.</exception>
    public static string Checked(string kind, string name)
    {
        var bytes = Encoding.UTF8.GetByteCount(name);
        return bytes is > 0 and <= MaxLength && !name.Contains('/', StringComparison.Ordinal) && name is not ("." or "..")
            && !name.Any(char.IsControl) && name.Trim() == name
            ? name
            : throw CimException.InvalidParameter($"\"{(name.Length > 40 ? name[..40] + "..." : name)}\" ({bytes} bytes) is no name for {kind}: "
                + $"at most {MaxLength} bytes of UTF-8 without '/', control characters, or spaces at its ends.");
    }
}
