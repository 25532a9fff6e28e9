using System.Globalization;

namespace Xen.Cim.Hypervisor;

/// <summary>Numbers as libvirt writes them. What is not a number, or too large for it, reads as null.</summary>
internal static class LibvirtNumber
{
    internal static uint? UInt32(string? text) =>
        uint.TryParse(text?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

    internal static int? Int32(string? text) =>
        int.TryParse(text?.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;

    internal static ulong? UInt64(string? text) =>
        ulong.TryParse(text?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>A memory size in KiB, rounded up as libvirt does (virDomainParseMemory).</summary>
    internal static ulong? Kibibytes(string? text, string? unit) =>
        Scaled(text, unit ?? "KiB") is { } bytes ? bytes / 1024 + (bytes % 1024 == 0 ? 0UL : 1UL) : null;

    /// <summary>A size in bytes (virScaleInteger).</summary>
    internal static ulong? Scaled(string? text, string? unit)
    {
        if (UInt64(text) is not { } value || Factor(unit) is not { } factor)
            return null;
        return value > ulong.MaxValue / factor ? null : value * factor;
    }

    internal static Guid? Uuid(string? text) => Guid.TryParse(text?.Trim(), out var value) ? value : null;

    internal static bool YesNo(string? text, bool otherwise) => YesNo(text) ?? otherwise;

    /// <returns>Null where it says neither.</returns>
    internal static bool? YesNo(string? text) => text switch
    {
        "yes" or "on" => true,
        "no" or "off" => false,
        _ => null,
    };

    private static ulong? Factor(string? unit)
    {
        if (string.IsNullOrEmpty(unit) || Is(unit, "b") || Is(unit, "byte") || Is(unit, "bytes"))
            return 1;
        var power = "KMGTPE".IndexOf(char.ToUpperInvariant(unit[0])) + 1;
        if (power == 0)
            return null;
        var suffix = unit.AsSpan(1);
        ulong step = suffix.Length == 0 || suffix.Equals("iB", StringComparison.OrdinalIgnoreCase) ? 1024UL
            : suffix.Equals("B", StringComparison.OrdinalIgnoreCase) ? 1000UL : 0UL;
        if (step == 0)
            return null;
        var factor = 1UL;
        for (var i = 0; i < power; i++)
            factor *= step;
        return factor;
    }

    private static bool Is(string unit, string name) => unit.Equals(name, StringComparison.OrdinalIgnoreCase);
}
