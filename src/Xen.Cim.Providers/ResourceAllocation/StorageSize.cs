using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>The size that settings of storage ask for: VirtualQuantity in its units, or in blocks.</summary>
internal static class StorageSize
{
    private const string Quantity = CIM_StorageAllocationSettingData.Names.VirtualQuantity;

    /// <summary>In bytes; null when there is none.</summary>
    /// <exception cref="CimException">INVALID_PARAMETER: not a unit of bytes, or more than there can be.</exception>
    public static ulong? Of(CIM_StorageAllocationSettingData settings)
    {
        if (settings.VirtualQuantity is not { } quantity)
            return null;
        var units = settings.VirtualQuantityUnits;
        if (units is null or "" || IsCount(units))
        {
            if (settings.VirtualResourceBlockSize is { } block)
                return MemoryUnits.ToBytes(quantity, $"byte * {block}", Quantity);
            units = settings.AllocationUnits is { Length: > 0 } given && !IsCount(given) ? given : "byte";
        }
        return MemoryUnits.ToBytes(quantity, units, Quantity);
    }

    /// <summary>Whether a property is needed to know what the quantity means.</summary>
    public static bool IsMeantBy(CIM_StorageAllocationSettingData settings, string property) => settings.VirtualQuantity is not null && property switch
    {
        CIM_StorageAllocationSettingData.Names.VirtualQuantityUnits => true,
        CIM_StorageAllocationSettingData.Names.VirtualResourceBlockSize => settings.VirtualQuantityUnits is not { Length: > 0 } units || IsCount(units),
        CIM_StorageAllocationSettingData.Names.AllocationUnits => settings.VirtualResourceBlockSize is null && (settings.VirtualQuantityUnits is not { Length: > 0 } units || IsCount(units)),
        _ => false,
    };

    /// <summary>Whether the quantity counts whole disks, as the settings of capabilities do.</summary>
    public static bool IsNumberOfDisks(CIM_StorageAllocationSettingData settings) => settings is { VirtualQuantityUnits: { } units, VirtualResourceBlockSize: null }
        && IsCount(units) && (settings.AllocationUnits is not { Length: > 0 } allocation || IsCount(allocation));

    private static bool IsCount(string units) => units.StartsWith("count", StringComparison.OrdinalIgnoreCase);
}
