using Xen.Cim.Model;

namespace Xen.Cim.Server.Queries;

/// <summary>One step from an instance to a value.</summary>
/// <param name="Scope">The class that the instance has to be of (<c>Class::Property</c>), or null.</param>
/// <param name="Index">Of an array's element, from 0; null for the whole value.</param>
public sealed record QueryStep(string? Scope, string Name, int? Index = null);

/// <summary>How to reach a value from the instance: the property, or through embedded instances to a property of theirs.</summary>
/// <param name="Steps">None for the instance itself.</param>
/// <param name="Position">Where it begins in the query, from 1.</param>
public sealed record QueryPath(IReadOnlyList<QueryStep> Steps, int Position)
{
    /// <summary>The class's name as if it were a property, as WQL has it.</summary>
    public const string ClassNameProperty = "__CLASS";

    /// <summary>The value; null when something on the way is NULL, absent or of another class.</summary>
    public object? Resolve(CimInstance instance, Func<string, string, bool> isA)
    {
        object? current = instance;
        foreach (var step in Steps)
        {
            // An embedded class has the defaults of its properties.
            var className = (current as CimInstance)?.ClassName ?? (current as CimClass)?.Name;
            if (className is null || (step.Scope is { } scope && !isA(className, scope)))
                return null;
            current = step.Name.Equals(ClassNameProperty, StringComparison.OrdinalIgnoreCase) ? className
                : current is CimInstance holder ? holder[step.Name] : ((CimClass)current!).Property(step.Name)?.DefaultValue;
            if (step.Index is { } index)
                current = current is Array array && index < array.Length ? array.GetValue(index) : null;
        }
        return current;
    }

    public override string ToString() => string.Join('.', Steps.Select(s =>
        (s.Scope is null ? "" : s.Scope + "::") + s.Name + (s.Index is { } index ? $"[{index}]" : "")));
}
