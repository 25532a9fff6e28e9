using System.Diagnostics.CodeAnalysis;

namespace Xen.Cim.Providers;

/// <summary>InstanceIDs of what belongs to a guest: <c>Xen:uuid/part</c>.</summary>
internal static class GuestPart
{
    private const string Prefix = "Xen:";

    public static string IdOf(Guid guest, string part) => $"{Prefix}{guest:D}/{part}";

    /// <summary>Takes an InstanceID apart. A UUID in another spelling is another key, and nobody's.</summary>
    public static bool TryParse(string id, out Guid guest, [NotNullWhen(true)] out string? part)
    {
        (guest, part) = (default, null);
        if (!id.StartsWith(Prefix, StringComparison.Ordinal))
            return false;
        var slash = id.IndexOf('/', Prefix.Length);
        if (slash < 0 || id[Prefix.Length..slash] is var uuid && (!Guid.TryParseExact(uuid, "D", out guest) || uuid != guest.ToString("D")))
            return false;
        part = id[(slash + 1)..];
        return true;
    }
}
