using System;
using System.Collections.Generic;
using System.Linq;

namespace Xen.Cim.Generator.Schema;

/// <summary>What is common to properties, parameters and return values.</summary>
internal abstract record SchemaValue(string Name, ClrType Type, bool IsArray)
{
    public string? Description { get; init; }

    public ValueMap? Map { get; init; }

    /// <summary>EmbeddedInstance names a class.</summary>
    public bool IsEmbeddedInstance { get; init; }

    public bool IsEmbeddedObject { get; init; }

    public bool IsEmbedded => IsEmbeddedInstance || IsEmbeddedObject;

    /// <summary>Whether the value map becomes an enum; that of strings becomes constants.</summary>
    public bool HasEnum => Map is not null && Type.IsInteger;
}

/// <summary>A property with what it inherits from the one that it overrides.</summary>
internal sealed record SchemaProperty(string Name, ClrType Type, bool IsArray) : SchemaValue(Name, Type, IsArray)
{
    public int Ordinal { get; init; }

    public bool IsKey { get; init; }

    /// <summary>The property that this one overrides.</summary>
    public SchemaProperty? Overridden { get; init; }

    /// <summary>The class that the enum or the constants of the value map are written in.</summary>
    public string? MapClass { get; init; }

    /// <summary>The name of that enum or class of constants.</summary>
    public string? MapType { get; init; }

    /// <summary>Whether the C# property of the superclass will do.</summary>
    public bool LooksInherited => Overridden is { } o && o.IsEmbeddedInstance == IsEmbeddedInstance
        && o.IsEmbeddedObject == IsEmbeddedObject && (!(HasEnum || o.HasEnum) || o.MapClass == MapClass) && o.Name == Name;

    /// <summary>Whether the layout of the superclass tells the truth about it.</summary>
    public bool LaidOutAsInherited => Overridden is { } o && o.Name == Name && o.IsKey == IsKey
        && o.IsEmbeddedInstance == IsEmbeddedInstance && o.IsEmbeddedObject == IsEmbeddedObject;
}

internal sealed record SchemaParameter(string Name, ClrType Type, bool IsArray) : SchemaValue(Name, Type, IsArray)
{
    public bool IsIn { get; init; }

    public bool IsOut { get; init; }
}

/// <summary>A method; its own name, type and value map are those of the return value.</summary>
internal sealed record SchemaMethod(string Name, ClrType Type) : SchemaValue(Name, Type, false)
{
    public IReadOnlyList<SchemaParameter> Parameters { get; init; } = [];
}

/// <summary>A class with its inheritance resolved.</summary>
internal sealed record SchemaClass(string Name, SchemaClass? Super)
{
    public string? Description { get; init; }

    public bool IsAssociation { get; init; }

    /// <summary>Written in this class, new ones and overrides.</summary>
    public IReadOnlyList<SchemaProperty> OwnProperties { get; init; } = [];

    /// <summary>All, by ordinal; inherited ones first.</summary>
    public IReadOnlyList<SchemaProperty> Properties { get; init; } = [];

    /// <summary>Written in this class, new ones and overrides.</summary>
    public IReadOnlyList<SchemaMethod> OwnMethods { get; init; } = [];

    /// <summary>All; inherited ones first.</summary>
    public IReadOnlyList<SchemaMethod> Methods { get; init; } = [];

    public SchemaProperty? Property(string name) =>
        Properties.FirstOrDefault(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    public SchemaMethod? Method(string name) =>
        Methods.FirstOrDefault(m => m.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
