namespace Xen.Cim.Model;

/// <summary>What a qualifier does to subclasses and overrides (DSP0004 5.6.3.4; the names are those of CIM-XML).</summary>
[Flags]
public enum CimFlavor : byte
{
    None = 0,
    Overridable = 1,
    ToSubclass = 2,
    ToInstance = 4,
    Translatable = 8,
    Default = Overridable | ToSubclass,
}

[Flags]
public enum CimScope : ushort
{
    None = 0,
    Class = 1,
    Association = 2,
    Indication = 4,
    Property = 8,
    Reference = 16,
    Method = 32,
    Parameter = 64,
    Any = 127,
}

public sealed record CimQualifier(string Name, CimType Type, bool IsArray, object? Value, CimFlavor Flavor = CimFlavor.Default)
{
    /// <summary>Inherited, not written at this element.</summary>
    public bool IsPropagated { get; init; }
}

public sealed record CimQualifierDeclaration(string Name, CimType Type, bool IsArray, object? DefaultValue, CimScope Scope, CimFlavor Flavor)
{
    public int? ArraySize { get; init; }
}

/// <summary>A qualified element: class, property, method or parameter.</summary>
public abstract record CimElement(string Name)
{
    public IReadOnlyList<CimQualifier> Qualifiers { get; init; } = [];

    public CimQualifier? Qualifier(string name) =>
        Qualifiers.FirstOrDefault(q => q.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a boolean qualifier is there and true.</summary>
    public bool Is(string qualifier) => Qualifier(qualifier) is { Value: true };
}

/// <summary>A property declaration. A reference has type <see cref="CimType.Reference"/>.</summary>
public sealed record CimPropertyDeclaration(string Name, CimType Type, bool IsArray = false) : CimElement(Name)
{
    public object? DefaultValue { get; init; }

    public string? ReferenceClass { get; init; }

    public int? ArraySize { get; init; }

    /// <summary>The class that declares (or last overrides) it.</summary>
    public string? ClassOrigin { get; init; }

    /// <summary>Inherited unchanged.</summary>
    public bool IsPropagated { get; init; }

    public bool IsKey => Is("Key");
}

public sealed record CimParameterDeclaration(string Name, CimType Type, bool IsArray = false) : CimElement(Name)
{
    public string? ReferenceClass { get; init; }

    public int? ArraySize { get; init; }

    /// <summary>A parameter is an input unless the In qualifier is false (DSP0004 5.6.3: In defaults to true).</summary>
    public bool IsIn => Qualifier("In") is not { Value: false };

    public bool IsOut => Is("Out");
}

public sealed record CimMethodDeclaration(string Name, CimType ReturnType) : CimElement(Name)
{
    public IReadOnlyList<CimParameterDeclaration> Parameters { get; init; } = [];

    public string? ClassOrigin { get; init; }

    public bool IsPropagated { get; init; }

    public CimParameterDeclaration? Parameter(string name) =>
        Parameters.FirstOrDefault(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}

/// <summary>A class declaration, either as written or with everything that it inherits.</summary>
public sealed record CimClass(string Name, string? SuperclassName) : CimElement(Name)
{
    public IReadOnlyList<CimPropertyDeclaration> Properties { get; init; } = [];

    public IReadOnlyList<CimMethodDeclaration> Methods { get; init; } = [];

    public bool IsAssociation => Is("Association");

    public CimPropertyDeclaration? Property(string name) =>
        Properties.FirstOrDefault(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    public CimMethodDeclaration? Method(string name) =>
        Methods.FirstOrDefault(m => m.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
