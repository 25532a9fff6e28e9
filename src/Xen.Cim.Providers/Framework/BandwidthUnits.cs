using System.Globalization;
using System.Numerics;
using Xen.Cim.Model;

namespace Xen.Cim.Providers;

/// <summary>Programmatic units of bandwidth (DSP0004 Annex C): <c>byte / second * 2^20</c>, <c>bit / second * 10^6</c> and so on.</summary>
internal static class BandwidthUnits
{
    /// <summary>KiB/s, in which libvirt counts what interfaces carry.</summary>
    public const string KiBps = "byte / second * 2^10";

    private const string MiBps = "byte / second * 2^20";

    /// <summary>In whole MiB/s, as libvirt counts migrations; less than one is one.</summary>
    /// <exception cref="CimException">INVALID_PARAMETER: not a unit of bandwidth.</exception>
    public static ulong ToMiBps(ushort quantity, string? units) => To(20, quantity, units is { Length: > 0 } ? units : MiBps, "Bandwidth", "BandwidthUnit");

    /// <summary>In whole KiB/s; less than one is one, and nothing is nothing.</summary>
    /// <param name="property">What the quantity is called, for the error.</param>
    /// <exception cref="CimException">INVALID_PARAMETER: not a unit of bandwidth.</exception>
    public static ulong ToKiBps(ulong quantity, string? units, string property) => To(10, quantity, units is { Length: > 0 } ? units : KiBps, property, "AllocationUnits");

    private static ulong To(int power, ulong quantity, string units, string property, string unitsProperty)
    {
        var text = units.Replace(" ", "", StringComparison.Ordinal);
        if (text.Length > 64)
            throw Unknown(unitsProperty, units);
        var factors = text.Split('*');
        BigInteger amount = quantity;
        var divisor = (factors[0].ToUpperInvariant() switch
        {
            "BYTE/SECOND" => BigInteger.One,
            "BIT/SECOND" => 8,
            _ => throw Unknown(unitsProperty, units),
        }) << power;
        foreach (var factor in factors.Skip(1))
        {
            var raised = factor.Split('^');
            var exponent = 1u;
            if (raised.Length > 2 || !uint.TryParse(raised[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                || (raised.Length == 2 && (!uint.TryParse(raised[1], NumberStyles.None, CultureInfo.InvariantCulture, out exponent) || exponent > 64)))
            {
                throw Unknown(unitsProperty, units);
            }
            amount *= BigInteger.Pow(number, (int)exponent);
        }
        var whole = (amount + divisor - 1) / divisor;
        return whole <= uint.MaxValue ? (ulong)whole : throw CimException.InvalidParameter($"{property} {quantity} {units} is more than any network has.");
    }

    private static CimException Unknown(string property, string units) => CimException.InvalidParameter(
        $"{property} \"{units[..Math.Min(64, units.Length)]}\" is not a unit of bandwidth; expected a programmatic unit such as \"{MiBps}\" (MiB/s) or \"bit / second * 10^6\" (Mbit/s).");
}
