using Xen.Cim.Cmpi.Abi;
using Xen.Cim.Model;

namespace Xen.Cim.Cmpi;

/// <summary>CIM types and CMPI types.</summary>
internal static class Types
{
    // In the order of CimType.
    private static readonly CMPIType[] s_types =
    [
        CMPIType.Boolean, CMPIType.UInt8, CMPIType.SInt8, CMPIType.UInt16, CMPIType.SInt16,
        CMPIType.UInt32, CMPIType.SInt32, CMPIType.UInt64, CMPIType.SInt64, CMPIType.Real32,
        CMPIType.Real64, CMPIType.Char16, CMPIType.String, CMPIType.DateTime, CMPIType.Ref,
    ];

    public static CMPIType Of(CimType type, bool isArray) => s_types[(int)type] | (isArray ? CMPIType.Array : 0);

    public static bool IsArray(CMPIType type) => (type & CMPIType.Array) != 0;

    /// <summary>The CIM type of a CMPI type; embedded instances, and what CMPI cannot say, are strings.</summary>
    public static CimType CimTypeOf(CMPIType type) =>
        Array.IndexOf(s_types, type & ~CMPIType.Array) is >= 0 and var index ? (CimType)index : CimType.String;

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
