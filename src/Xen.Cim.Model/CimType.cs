namespace Xen.Cim.Model;

/// <summary>The 15 CIM data types (DSP0004 5.2, DSP0201 CIMType).</summary>
/// <remarks>
/// An embedded instance or class is a <see cref="String"/> whose value is a <see cref="CimInstance"/> or a
/// <see cref="CimClass"/> (DSP0004 Annex: EmbeddedObject, EmbeddedInstance).
/// </remarks>
public enum CimType : byte
{
    Boolean,
    UInt8,
    SInt8,
    UInt16,
    SInt16,
    UInt32,
    SInt32,
    UInt64,
    SInt64,
    Real32,
    Real64,
    Char16,
    String,
    DateTime,
    Reference,
}
