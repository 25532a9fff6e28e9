using Xen.Cim.Cmpi.Abi;
using Xen.Cim.Model;

namespace Xen.Cim.Cmpi;

/// <summary>CIM types and CMPI types.</summary>
internal static class Types
{
    // In the order of CimType.
    private static readonly CMPIType[] s_types =
    [
        CMPIType.CMPI_boolean, CMPIType.CMPI_uint8, CMPIType.CMPI_sint8, CMPIType.CMPI_uint16, CMPIType.CMPI_sint16,
        CMPIType.CMPI_uint32, CMPIType.CMPI_sint32, CMPIType.CMPI_uint64, CMPIType.CMPI_sint64, CMPIType.CMPI_real32,
        CMPIType.CMPI_real64, CMPIType.CMPI_char16, CMPIType.CMPI_string, CMPIType.CMPI_dateTime, CMPIType.CMPI_ref,
    ];

    public static CMPIType Of(CimType type, bool isArray) => s_types[(int)type] | (isArray ? CMPIType.CMPI_ARRAY : 0);

    public static bool IsArray(CMPIType type) => (type & CMPIType.CMPI_ARRAY) != 0;

    /// <summary>The CIM type of a CMPI type; embedded instances, and what CMPI cannot say, are strings.</summary>
    public static CimType CimTypeOf(CMPIType type) =>
        Array.IndexOf(s_types, type & ~CMPIType.CMPI_ARRAY) is >= 0 and var index ? (CimType)index : CimType.String;

    public static CimType OfValue(object value)
    {
        for (var type = CimType.Boolean; type <= CimType.Reference; type++)
        {
            if (CimValue.ClrType(type) == value.GetType())
                return type;
        }
        return CimType.String;
    }
}
