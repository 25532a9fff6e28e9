using System.Globalization;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>
/// Processors of the host in CIM_ResourceAllocationSettingData.HostResource: read as numbers (<c>2</c>), ranges
/// (<c>0-3</c>) or paths of processors whose DeviceID ends with the number; written as paths of Xen_HostProcessor without a
/// namespace, one an entry: the property holds URIs, and the namespace is the server's to choose.
/// </summary>
internal static class HostProcessors
{
    public static string[] Write(ProcessorSet processors, string host) =>
        [.. processors.Numbers.Select(n => HostDevicePath.Of(Xen_HostProcessor.CimName, host, n.ToString(CultureInfo.InvariantCulture)))];

    /// <returns>Null: any processor, which is what none and all of them mean.</returns>
    /// <exception cref="CimException">INVALID_PARAMETER: something else, or a processor that the host does not have.</exception>
    public static ProcessorSet? Read(IEnumerable<string?> resources, uint processors)
    {
        var numbers = new List<uint>();
        foreach (var resource in resources)
        {
            var text = resource?.Trim() ?? "";
            if (text.Length == 0)
                continue;
            var named = ProcessorSet.Parse(text.Contains('=', StringComparison.Ordinal) ? NumberOf(text) : text)
                ?? throw CimException.InvalidParameter($"HostResource \"{(text.Length > 100 ? text[..100] + "..." : text)}\" is no processor of the host: expected a number such as 2, a range such as 0-3, or the path of a processor.");
            if (named.Numbers[^1] >= processors)
                throw CimException.InvalidParameter($"HostResource \"{text}\": the host has the processors 0 to {processors - 1}.");
            numbers.AddRange(named.Numbers);
        }
        return ProcessorSet.Of(numbers) is { } set && !set.CoversHostOf(processors) ? set : null;
    }

    /// <summary>The number at the end of the path's DeviceID.</summary>
    private static string? NumberOf(string path)
    {
        try
        {
            var id = CimObjectPath.Parse(path).GetString("DeviceID");
            return id?[(id.AsSpan().LastIndexOfAnyExceptInRange('0', '9') + 1)..];
        }
        catch (CimException)
        {
            return null;
        }
    }
}
