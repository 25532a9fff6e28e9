using System.Globalization;
using Xen.Cim.Model;

namespace Xen.Cim.Providers;

/// <summary>Programmatic units of memory (DSP0004 Annex C): <c>byte</c>, <c>byte * 2^20</c>, <c>byte*1024</c> and so on.</summary>
internal static class MemoryUnits
{
    public const string KiB = "byte * 2^10";

    /// <exception cref="CimException">INVALID_PARAMETER: not a unit of memory, or out of range.</exception>
    public static ulong ToKiB(ulong quantity, string units, string property)
    {
        var bytes = new System.Numerics.BigInteger(quantity) * Factor(units);
        var kib = bytes / 1024;
        return kib <= ulong.MaxValue / 1024 ? (ulong)kib
            : throw CimException.InvalidParameter($"{property} {quantity} {units} is more memory than there can be.");
    }

    /// <exception cref="CimException">INVALID_PARAMETER: not a unit of bytes, or out of range.</exception>
    public static ulong ToBytes(ulong quantity, string units, string property)
    {
        var bytes = new System.Numerics.BigInteger(quantity) * Factor(units);
        // libvirt writes sizes into signed numbers.
        return bytes <= long.MaxValue ? (ulong)bytes : throw CimException.InvalidParameter($"{property} {quantity} {units} is more than there can be.");
    }

    private static System.Numerics.BigInteger Factor(string units)
    {
        if (units.Length > 64)
            throw Unknown(units[..64]);
        System.Numerics.BigInteger factor = 1;
        var parts = units.Split('*', StringSplitOptions.TrimEntries);
        if (!parts[0].Equals("byte", StringComparison.OrdinalIgnoreCase))
            throw Unknown(units);
        foreach (var part in parts.Skip(1))
        {
            var power = part.Split('^', StringSplitOptions.TrimEntries);
            if (power.Length > 2 || !uint.TryParse(power[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                throw Unknown(units);
            var exponent = 1u;
            if (power.Length == 2 && (!uint.TryParse(power[1], NumberStyles.None, CultureInfo.InvariantCulture, out exponent) || exponent > 64))
                throw Unknown(units);
            factor *= System.Numerics.BigInteger.Pow(number, (int)exponent);
        }
        return factor;
    }

    private static CimException Unknown(string units) =>
        CimException.InvalidParameter($"AllocationUnits \"{units}\" is not a unit of memory; expected a programmatic unit such as \"{KiB}\" (KiB) or \"byte * 2^20\" (MiB).");
}
