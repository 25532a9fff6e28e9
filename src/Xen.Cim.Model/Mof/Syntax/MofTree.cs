using System.Collections.Generic;

namespace Xen.Cim.Model.Mof.Syntax;

// The syntax tree of a MOF text as DSP0004 Annex A has it: names and literals as written, nothing looked up.

public abstract record MofNode(MofLocation Location);

/// <summary>One text with its top-level productions in their order.</summary>
public sealed record MofFile(string Path, IReadOnlyList<MofProduction> Productions);

/// <summary>A top-level production.</summary>
public abstract record MofProduction(MofLocation Location) : MofNode(Location);

/// <summary><c>#pragma name ("argument")</c></summary>
public sealed record MofPragma(MofLocation Location, string Name, string Argument) : MofProduction(Location);

/// <summary>A type as declared: an intrinsic one in lower case ("uint16"), or a reference to a class.</summary>
/// <param name="Name">Name of the intrinsic type, or "reference".</param>
/// <param name="ReferenceClass">The class that is referred to; null for an intrinsic type.</param>
/// <param name="ArraySize">Number of elements of a fixed-size array.</param>
public sealed record MofType(MofLocation Location, string Name, string? ReferenceClass = null, bool IsArray = false, int? ArraySize = null)
    : MofNode(Location)
{
    public const string Reference = "reference";
}

/// <summary><c>Qualifier Name : type = default, Scope(...), Flavor(...);</c></summary>
/// <param name="Default">The default value; null when none is written.</param>
/// <param name="Scopes">Lower-case meta elements.</param>
/// <param name="Flavors">Lower-case flavors.</param>
public sealed record MofQualifierType(
    MofLocation Location, string Name, MofType Type, MofValue? Default, IReadOnlyList<string> Scopes, IReadOnlyList<string> Flavors)
    : MofProduction(Location);

/// <summary>A qualifier at an element.</summary>
/// <param name="Value">The value; null when none is written, which means true for a boolean and the default for others.</param>
/// <param name="Flavors">Lower-case flavors that this use changes.</param>
public sealed record MofQualifier(MofLocation Location, string Name, MofValue? Value, IReadOnlyList<string> Flavors) : MofNode(Location);

/// <summary>A class, association or indication.</summary>
public sealed record MofClass(
    MofLocation Location,
    IReadOnlyList<MofQualifier> Qualifiers,
    string Name,
    string? Alias,
    string? Superclass,
    MofLocation SuperclassLocation,
    IReadOnlyList<MofProperty> Properties,
    IReadOnlyList<MofMethod> Methods)
    : MofProduction(Location);

/// <summary>A property or reference.</summary>
public sealed record MofProperty(MofLocation Location, IReadOnlyList<MofQualifier> Qualifiers, MofType Type, string Name, MofValue? Default)
    : MofNode(Location);

public sealed record MofMethod(
    MofLocation Location, IReadOnlyList<MofQualifier> Qualifiers, MofType ReturnType, string Name, IReadOnlyList<MofParameter> Parameters)
    : MofNode(Location);

public sealed record MofParameter(MofLocation Location, IReadOnlyList<MofQualifier> Qualifiers, MofType Type, string Name)
    : MofNode(Location);

/// <summary><c>instance of Class as $Alias { ... };</c></summary>
/// <param name="Alias">The alias without its dollar sign.</param>
public sealed record MofInstance(
    MofLocation Location, IReadOnlyList<MofQualifier> Qualifiers, string ClassName, string? Alias, IReadOnlyList<MofPropertyValue> Values)
    : MofProduction(Location);

public sealed record MofPropertyValue(MofLocation Location, IReadOnlyList<MofQualifier> Qualifiers, string Name, MofValue Value)
    : MofNode(Location);

/// <summary>A value as written.</summary>
public abstract record MofValue(MofLocation Location) : MofNode(Location);

public sealed record MofNull(MofLocation Location) : MofValue(Location);

public sealed record MofBoolean(MofLocation Location, bool Value) : MofValue(Location);

/// <summary>A decimal, hexadecimal, octal or binary integer of up to 64 bits.</summary>
public sealed record MofInteger(MofLocation Location, bool IsNegative, ulong Magnitude) : MofValue(Location);

public sealed record MofReal(MofLocation Location, double Value) : MofValue(Location);

public sealed record MofChar(MofLocation Location, char Value) : MofValue(Location);

/// <summary>A string with its escapes resolved and its pieces joined; also a datetime or an object path.</summary>
public sealed record MofString(MofLocation Location, string Value) : MofValue(Location);

/// <summary><c>$Name</c></summary>
public sealed record MofAlias(MofLocation Location, string Name) : MofValue(Location);

public sealed record MofArray(MofLocation Location, IReadOnlyList<MofValue> Elements) : MofValue(Location);
