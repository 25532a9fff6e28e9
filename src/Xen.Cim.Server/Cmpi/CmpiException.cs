using Xen.Cim.Cmpi.Abi;

namespace Xen.Cim.Server.Cmpi;

/// <summary>A broker function ends with a CMPI return code that CIM has no status for.</summary>
internal sealed class CmpiException(CMPIrc rc, string message) : Exception(message)
{
    public CMPIrc Rc { get; } = rc;

    public static CmpiException InvalidHandle(string what) =>
        new(CMPIrc.InvalidHandle, $"{what} is NULL, was already released, or is not of this broker.");

    public static CmpiException InvalidParameter(string what) => new(CMPIrc.InvalidParameter, what);

    public static CmpiException InvalidType(string what) => new(CMPIrc.InvalidDataType, what);
}
