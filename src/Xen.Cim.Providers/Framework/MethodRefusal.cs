using System.Globalization;
using Xen.Cim.Model;

namespace Xen.Cim.Providers;

/// <summary>
/// What a method refuses and has a return value for. A response holds a return value or an error, not both (DSP0200), and
/// only an error has words for people: so it is an error, and names the return value that the class has for it.
/// </summary>
internal static class MethodRefusal
{
    /// <param name="code">The return value, by its name in the class.</param>
    /// <param name="status">What a client that knows only CIM's statuses is told.</param>
    /// <param name="why">One or more whole sentences.</param>
    public static CimException Of<TCode>(TCode code, CimStatus status, string why)
        where TCode : struct, Enum =>
        new(status, $"{why} ({code.ToString().Replace('_', ' ')}, {Convert.ToUInt32(code, CultureInfo.InvariantCulture)})");
}
