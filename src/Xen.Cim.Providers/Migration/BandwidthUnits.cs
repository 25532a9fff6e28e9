using System.Globalization;
using System.Numerics;
using Xen.Cim.Model;

namespace Xen.Cim.Providers;

/// <summary>Programmatic units of bandwidth (DSP0004 Annex C): <c>byte / second * 2^20</c>, <c>bit / second * 10^6</c> and so on.</summary>
internal static class BandwidthUnits
{
    private const string MiBps = "byte / second * 2^20";

    /// <summary>In whole MiB/s, as libvirt counts; less than one is one.</summary>
    /// <exception cref="CimException">INVALID_PARAMETER: not a unit of bandwidth.</exception>
    public static ulong ToMiBps(ushort quantity, string? units)
    {
        var text = (units is { Length: > 0 } ? units : MiBps).Replace(" ", "", StringComparison.Ordinal);
        var factors = text.Split('*');
        BigInteger amount = quantity;
        BigInteger divisor = factors[0].ToUpperInvariant() switch
        {
            "BYTE/SECOND" => 1 << 20,
            "BIT/SECOND" => 8 << 20,
            _ => throw Unknown(units),
        };
        if (text.Length > 64)
            throw Unknown(units);
        foreach (var factor in factors.Skip(1))
        {
            var power = factor.Split('^');
            var exponent = 1u;
            if (power.Length > 2 || !uint.TryParse(power[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                || (power.Length == 2 && (!uint.TryParse(power[1], NumberStyles.None, CultureInfo.InvariantCulture, out exponent) || exponent > 64)))
            {
                throw Unknown(units);
            }
            amount *= BigInteger.Pow(number, (int)exponent);
        }
        var whole = (amount + divisor - 1) / divisor;
        return whole <= uint.MaxValue ? (ulong)whole : throw CimException.InvalidParameter($"Bandwidth {quantity} {units} is more than any network has.");
    }

    private static CimException Unknown(string? units) => CimException.InvalidParameter(
        $"BandwidthUnit \"{units?[..Math.Min(64, units.Length)]}\" is not a unit of bandwidth; expected a programmatic unit such as \"{MiBps}\" (MiB/s) or \"bit / second * 10^6\" (Mbit/s).");
}
