using System.Collections.Generic;
using Microsoft.CodeAnalysis.CSharp;
using Xen.Cim.Generator.Schema;

namespace Xen.Cim.Generator.Emit;

/// <summary>Names that generated code has.</summary>
internal static class Names
{
    public const string Namespace = "Xen.Cim.Schema";
    public const string Model = "global::Xen.Cim.Model.";

    // Members of CimInstance and of every generated class, which a property of that name must not hide.
    private static readonly HashSet<string> s_members =
    [
        "Layout", "ClassName", "Path", "Properties", "Has", "Set", "SetAt", "ValueAt", "HasAt", "Remove", "MakePath", "As", "Value",
        "Convert", "Equals", "GetHashCode", "GetType", "ToString", "MemberwiseClone", "ReferenceEquals", "Finalize", "CimName", "Names",
    ];

    private static readonly HashSet<string> s_methodMembers =
    [
        "Name", "ReturnValue", "input", "output", "Equals", "GetHashCode", "GetType", "ToString", "MemberwiseClone", "ReferenceEquals", "Finalize",
    ];

    /// <summary>The C# property of a CIM property: its name, with "Property" behind when the name is taken.</summary>
    public static string Property(SchemaClass owner, string name) =>
        s_members.Contains(name) || name == owner.Name ? name + "Property" : Identifiers.FromName(name);

    /// <summary>The C# property of a parameter: its name, with "Parameter" behind when the name is taken.</summary>
    public static string Parameter(SchemaMethod method, string name) =>
        s_methodMembers.Contains(name) || name == MethodClass(method) ? name + "Parameter" : Identifiers.FromName(name);

    public static string MethodClass(SchemaMethod method) => method.Name + "Method";

    /// <summary>The enum or the class of constants of a value map.</summary>
    public static string MapType(string element) => element + "Value";

    public static string Literal(string text) => SymbolDisplay.FormatLiteral(text, quote: true);

    /// <summary>The .NET type that is stored: "ushort", "CimInstance" and so on.</summary>
    public static string Stored(SchemaValue value) =>
        value.IsEmbeddedInstance ? Model + "CimInstance"
        : value.IsEmbeddedObject ? "object"
        : value.Type.Clr.StartsWith("Cim", System.StringComparison.Ordinal) ? Model + value.Type.Clr
        : value.Type.Clr;

    public static string CimType(SchemaValue value) => $"{Model}CimType.{value.Type.Cim}";

    public static string Bool(bool value) => value ? "true" : "false";
}
