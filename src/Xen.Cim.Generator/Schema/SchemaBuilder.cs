using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Xen.Cim.Model.Mof.Syntax;

namespace Xen.Cim.Generator.Schema;

/// <summary>Resolves inheritance between the classes of all MOF files and checks it (DSP0004 5.1.2, 5.6.3).</summary>
internal sealed class SchemaBuilder
{
    private readonly Dictionary<string, MofClass> _declarations = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, SchemaClass?> _classes = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _building = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<Diagnostic> _diagnostics = [];

    private SchemaBuilder(IEnumerable<MofFile> files)
    {
        foreach (var declaration in files.SelectMany(f => f.Productions).OfType<MofClass>())
        {
            if (_declarations.TryGetValue(declaration.Name, out var first))
                Report(Diagnostics.Duplicate, declaration.Location, $"Class {declaration.Name} is declared in {first.Location} already");
            else
                _declarations.Add(declaration.Name, declaration);
        }
    }

    /// <returns>The classes that are right, by name, and what is wrong with the others.</returns>
    public static (IReadOnlyList<SchemaClass> Classes, IReadOnlyList<Diagnostic> Diagnostics) Build(IEnumerable<MofFile> files)
    {
        var builder = new SchemaBuilder(files);
        var classes = builder._declarations.Values.Select(builder.Resolve).OfType<SchemaClass>()
            .OrderBy(c => c.Name, StringComparer.Ordinal).ToList();
        return (classes, builder._diagnostics);
    }

    private SchemaClass? Resolve(MofClass declaration)
    {
        if (_classes.TryGetValue(declaration.Name, out var known))
            return known;
        if (!_building.Add(declaration.Name))
        {
            Report(Diagnostics.Cycle, declaration.Location, $"Class {declaration.Name} is its own superclass");
            return null;
        }
        var resolved = BuildClass(declaration);
        _building.Remove(declaration.Name);
        return _classes[declaration.Name] = resolved;
    }

    private SchemaClass? BuildClass(MofClass declaration)
    {
        SchemaClass? super = null;
        if (declaration.Superclass is { } superName)
        {
            if (!_declarations.TryGetValue(superName, out var superDeclaration))
            {
                Report(Diagnostics.UnknownSuperclass, declaration.SuperclassLocation, $"Class {declaration.Name} derives from {superName}, which is not declared");
                return null;
            }
            super = Resolve(superDeclaration);
            if (super is null)
                return null;
        }

        var properties = new List<SchemaProperty>(super?.Properties ?? []);
        var own = new List<SchemaProperty>();
        foreach (var property in declaration.Properties)
        {
            if (own.Any(p => p.Name.Equals(property.Name, StringComparison.OrdinalIgnoreCase)))
            {
                Report(Diagnostics.Duplicate, property.Location, $"{declaration.Name}.{property.Name} is declared twice");
                continue;
            }
            var overridden = super?.Property(property.Name);
            if (!CheckType(property.Type) || !CheckOverride(declaration, property, overridden))
                continue;
            var built = BuildProperty(declaration, property, super, overridden, properties.Count);
            own.Add(built);
            if (overridden is null)
                properties.Add(built);
            else
                properties[built.Ordinal] = built;
        }

        var methods = new List<SchemaMethod>(super?.Methods ?? []);
        var ownMethods = new List<SchemaMethod>();
        foreach (var method in declaration.Methods)
        {
            if (ownMethods.Any(m => m.Name.Equals(method.Name, StringComparison.OrdinalIgnoreCase)))
            {
                Report(Diagnostics.Duplicate, method.Location, $"{declaration.Name}.{method.Name}() is declared twice");
                continue;
            }
            var overridden = super?.Method(method.Name);
            var built = BuildMethod(declaration, method, overridden);
            ownMethods.Add(built);
            if (overridden is null)
                methods.Add(built);
            else
                methods[methods.IndexOf(overridden)] = built;
        }

        return new(declaration.Name, super)
        {
            Description = Text(declaration.Qualifiers, "Description"),
            IsAssociation = super is { IsAssociation: true } || IsTrue(declaration.Qualifiers, "Association", inherited: false),
            OwnProperties = own,
            Properties = properties,
            OwnMethods = ownMethods,
            Methods = methods,
        };
    }

    private SchemaProperty BuildProperty(MofClass owner, MofProperty property, SchemaClass? super, SchemaProperty? overridden, int ordinal)
    {
        var type = ClrTypes.ByName[property.Type.Name];
        var map = ReadMap(type, property.Qualifiers, property.Location, $"{owner.Name}.{property.Name}", out var written);
        var changed = written && !(map?.Means(overridden?.Map) ?? overridden?.Map is null);
        return new(property.Name, type, property.Type.IsArray)
        {
            Description = Text(property.Qualifiers, "Description") ?? overridden?.Description,
            Map = changed ? map : overridden?.Map,
            MapClass = changed ? owner.Name : overridden?.MapClass,
            MapType = changed ? MapType(owner, property.Name, super) : overridden?.MapType,
            IsEmbeddedInstance = Text(property.Qualifiers, "EmbeddedInstance") is not null || overridden is { IsEmbeddedInstance: true },
            IsEmbeddedObject = IsTrue(property.Qualifiers, "EmbeddedObject", overridden is { IsEmbeddedObject: true }),
            IsKey = IsTrue(property.Qualifiers, "Key", overridden is { IsKey: true }),
            Ordinal = overridden?.Ordinal ?? ordinal,
            Overridden = overridden,
        };
    }

    private SchemaMethod BuildMethod(MofClass owner, MofMethod method, SchemaMethod? overridden)
    {
        var type = ClrTypes.ByName[method.ReturnType.Name];
        if (overridden is not null && overridden.Type != type)
        {
            Report(Diagnostics.WrongOverride, method.Location,
                $"{owner.Name}.{method.Name}() returns {method.ReturnType.Name}, but the method that it overrides returns {overridden.Type.Cim}");
        }
        var parameters = new List<SchemaParameter>();
        foreach (var parameter in method.Parameters)
        {
            if (parameters.Any(p => p.Name.Equals(parameter.Name, StringComparison.OrdinalIgnoreCase)))
                Report(Diagnostics.Duplicate, parameter.Location, $"Parameter {parameter.Name} of {owner.Name}.{method.Name}() is declared twice");
            else if (CheckType(parameter.Type))
                parameters.Add(BuildParameter(owner, method, parameter, overridden));
        }
        var map = ReadMap(type, method.Qualifiers, method.Location, $"{owner.Name}.{method.Name}()", out var written);
        return new(method.Name, type)
        {
            Description = Text(method.Qualifiers, "Description") ?? overridden?.Description,
            Map = written ? map : overridden?.Map,
            Parameters = parameters,
        };
    }

    private SchemaParameter BuildParameter(MofClass owner, MofMethod method, MofParameter parameter, SchemaMethod? overriddenMethod)
    {
        var overridden = overriddenMethod?.Parameters.FirstOrDefault(p => p.Name.Equals(parameter.Name, StringComparison.OrdinalIgnoreCase));
        var type = ClrTypes.ByName[parameter.Type.Name];
        var map = ReadMap(type, parameter.Qualifiers, parameter.Location, $"{owner.Name}.{method.Name}({parameter.Name})", out var written);
        return new(parameter.Name, type, parameter.Type.IsArray)
        {
            Description = Text(parameter.Qualifiers, "Description") ?? overridden?.Description,
            Map = written ? map : overridden?.Map,
            IsEmbeddedInstance = Text(parameter.Qualifiers, "EmbeddedInstance") is not null || overridden is { IsEmbeddedInstance: true },
            IsEmbeddedObject = IsTrue(parameter.Qualifiers, "EmbeddedObject", overridden is { IsEmbeddedObject: true }),
            // In is true unless it is written as false; Out the other way round (DSP0004 5.6.3).
            IsIn = IsTrue(parameter.Qualifiers, "In", overridden?.IsIn ?? true),
            IsOut = IsTrue(parameter.Qualifiers, "Out", overridden is { IsOut: true }),
        };
    }

    private bool CheckType(MofType type)
    {
        if (type.ReferenceClass is not { } name || _declarations.ContainsKey(name))
            return true;
        Report(Diagnostics.UnknownReferenceClass, type.Location, $"Class {name} is not declared");
        return false;
    }

    private bool CheckOverride(MofClass owner, MofProperty property, SchemaProperty? overridden)
    {
        var name = $"{owner.Name}.{property.Name}";
        var says = Find(property.Qualifiers, "Override");
        if (overridden is null)
        {
            if (says is null)
                return true;
            Report(Diagnostics.WrongOverride, says.Location, $"{name} has Override, but no superclass has a property {property.Name}");
            return false;
        }
        if (says is null)
        {
            Report(Diagnostics.WrongOverride, property.Location, $"{name} is inherited; to change it, qualify it with Override ( \"{overridden.Name}\" )");
            return false;
        }
        if (overridden.Type != ClrTypes.ByName[property.Type.Name] || overridden.IsArray != property.Type.IsArray)
        {
            Report(Diagnostics.WrongOverride, property.Location,
                $"{name} is {property.Type.Name}{(property.Type.IsArray ? "[]" : "")}, but the property that it overrides is {overridden.Type.Cim}{(overridden.IsArray ? "[]" : "")}");
            return false;
        }
        return true;
    }

    private ValueMap? ReadMap(ClrType type, IReadOnlyList<MofQualifier> qualifiers, MofLocation location, string element, out bool written)
    {
        var map = ValueMapReader.Strings(Find(qualifiers, "ValueMap"));
        var labels = ValueMapReader.Strings(Find(qualifiers, "Values"));
        written = map is not null || labels is not null;
        var result = ValueMapReader.Read(type, map, labels, out var problem);
        if (problem is not null)
            Report(Diagnostics.WrongValueMap, location, $"{element}: {problem}");
        return result;
    }

    // "Metric" with a value map would take the name of a property "MetricValue".
    private static string MapType(MofClass owner, string property, SchemaClass? super)
    {
        var name = property + "Value";
        return owner.Properties.Any(p => p.Name == name) || super?.Property(name) is not null ? name + "_" : name;
    }

    private void Report(DiagnosticDescriptor descriptor, MofLocation location, string problem) =>
        _diagnostics.Add(descriptor.At(location, problem));

    private static MofQualifier? Find(IReadOnlyList<MofQualifier> qualifiers, string name) =>
        qualifiers.FirstOrDefault(q => q.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static string? Text(IReadOnlyList<MofQualifier> qualifiers, string name) => (Find(qualifiers, name)?.Value as MofString)?.Value;

    private static bool IsTrue(IReadOnlyList<MofQualifier> qualifiers, string name, bool inherited) => Find(qualifiers, name) switch
    {
        null => inherited,
        { Value: MofBoolean value } => value.Value,
        _ => true,
    };
}
