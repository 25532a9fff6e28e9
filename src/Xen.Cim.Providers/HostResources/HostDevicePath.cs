using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>Devices of the host in CIM_ResourceAllocationSettingData.HostResource: as paths without a namespace, which is the server's to choose.</summary>
internal static class HostDevicePath
{
    /// <param name="className">The class of the device.</param>
    /// <param name="host">The host's name.</param>
    /// <param name="deviceId">Its DeviceID.</param>
    public static string Of(string className, string host, string deviceId) => new CimObjectPath(className, null,
        new CimKey(CIM_LogicalDevice.Names.SystemCreationClassName, Xen_HostComputerSystem.CimName),
        new CimKey(CIM_LogicalDevice.Names.SystemName, host),
        new CimKey(CIM_LogicalDevice.Names.CreationClassName, className),
        new CimKey(CIM_LogicalDevice.Names.DeviceID, deviceId)).ToString();

    /// <summary>The DeviceID in a path of this class; null for what is no such path.</summary>
    /// <exception cref="CimException">INVALID_PARAMETER: it begins like one and is none.</exception>
    public static string? DeviceIdIn(string resource, string className)
    {
        if (!resource.Contains(className + ".", StringComparison.OrdinalIgnoreCase))
            return null;
        try
        {
            return CimObjectPath.Parse(resource).GetString(CIM_LogicalDevice.Names.DeviceID)
                ?? throw CimException.InvalidParameter($"HostResource \"{resource}\" has no DeviceID.");
        }
        catch (CimException error)
        {
            throw new CimException(CimStatus.InvalidParameter, $"HostResource \"{resource}\" is no path of a {className}: {error.Message}", error);
        }
    }
}
