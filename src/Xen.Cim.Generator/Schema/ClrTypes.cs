using System.Collections.Generic;

namespace Xen.Cim.Generator.Schema;

/// <summary>How a CIM type is written in C#.</summary>
/// <param name="Cim">Member of <c>Xen.Cim.Model.CimType</c>.</param>
/// <param name="Clr">The .NET type of a scalar.</param>
/// <param name="Min">Smallest value of an integer type.</param>
/// <param name="Max">Largest value of an integer type.</param>
internal sealed record ClrType(string Cim, string Clr, bool IsStruct, decimal Min = 0, decimal Max = 0)
{
    public bool IsInteger => Max != 0;
}

internal static class ClrTypes
{
    /// <summary>By the name that the MOF has, in lower case.</summary>
    public static readonly IReadOnlyDictionary<string, ClrType> ByName = new Dictionary<string, ClrType>
    {
        ["boolean"] = new("Boolean", "bool", true),
        ["uint8"] = new("UInt8", "byte", true, byte.MinValue, byte.MaxValue),
        ["sint8"] = new("SInt8", "sbyte", true, sbyte.MinValue, sbyte.MaxValue),
        ["uint16"] = new("UInt16", "ushort", true, ushort.MinValue, ushort.MaxValue),
        ["sint16"] = new("SInt16", "short", true, short.MinValue, short.MaxValue),
        ["uint32"] = new("UInt32", "uint", true, uint.MinValue, uint.MaxValue),
        ["sint32"] = new("SInt32", "int", true, int.MinValue, int.MaxValue),
        ["uint64"] = new("UInt64", "ulong", true, ulong.MinValue, ulong.MaxValue),
        ["sint64"] = new("SInt64", "long", true, long.MinValue, long.MaxValue),
        ["real32"] = new("Real32", "float", true),
        ["real64"] = new("Real64", "double", true),
        ["char16"] = new("Char16", "char", true),
        ["string"] = new("String", "string", false),
        ["datetime"] = new("DateTime", "CimDateTime", true),
        ["reference"] = new("Reference", "CimObjectPath", false),
    };
}
