using System.Security.Cryptography;

namespace Xen.Cim.Hypervisor;

/// <summary>Ethernet addresses of guests' interfaces.</summary>
public static class MacAddress
{
    /// <summary>A new address in the range that is assigned to Xen (00:16:3e), lower case with colons.</summary>
    public static string Random()
    {
        Span<byte> tail = stackalloc byte[3];
        RandomNumberGenerator.Fill(tail);
        // Xen's tools keep the upper half of the range for others.
        return $"00:16:3e:{tail[0] & 0x7f:x2}:{tail[1]:x2}:{tail[2]:x2}";
    }

    /// <summary>
    /// Lower case with colons, from six pairs of hexadecimal digits with colons, dashes or nothing between them
    /// (CIM writes twelve digits); null when it is not an address.
    /// </summary>
    public static string? Normalize(string? address)
    {
        var text = address?.Trim();
        if (text is null || text.Length is not (12 or 17))
            return null;
        Span<char> result = stackalloc char[17];
        var step = text.Length == 17 ? 3 : 2;
        for (var i = 0; i < 6; i++)
        {
            var (high, low) = (text[i * step], text[i * step + 1]);
            if (!char.IsAsciiHexDigit(high) || !char.IsAsciiHexDigit(low))
                return null;
            result[i * 3] = char.ToLowerInvariant(high);
            result[i * 3 + 1] = char.ToLowerInvariant(low);
            if (i == 5)
                break;
            if (step == 3 && text[i * 3 + 2] is not (':' or '-'))
                return null;
            result[i * 3 + 2] = ':';
        }
        return new string(result);
    }

    /// <summary>Whether the address is a group's (multicast), which libvirt refuses for an interface.</summary>
    public static bool IsMulticast(string address) =>
        Normalize(address) is { } normal && (Convert.ToByte(normal[..2], 16) & 1) != 0;
}
