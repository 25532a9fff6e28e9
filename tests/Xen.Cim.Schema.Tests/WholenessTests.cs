using Xen.Cim.Model;
using Xunit;

namespace Xen.Cim.Schema.Tests;

/// <summary>What a CIM server's compiler refuses, and what a reader misses: names that lead nowhere, elements without a word.</summary>
public sealed class WholenessTests(Schema schema) : IClassFixture<Schema>
{
    [Fact]
    public void Every_superclass_is_there_and_comes_first()
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var missing = new List<string>();
        foreach (var c in schema.InOrder)
        {
            if (c.SuperclassName is { } super && !seen.Contains(super))
                missing.Add($"{c.Name} : {super}");
            seen.Add(c.Name);
        }

        Assert.Empty(missing);
        Assert.Equal(schema.InOrder.Count, seen.Count);
    }

    [Fact]
    public void Every_reference_and_embedded_instance_names_a_class()
    {
        var names = schema.InOrder.SelectMany(c => Elements(c).SelectMany(e => ReferredClasses(e.Element).Select(n => (e.Path, Name: n)))).ToList();

        Assert.NotEmpty(names);
        Assert.DoesNotContain(names, n => !schema.Classes.ContainsKey(n.Name));
    }

    [Fact]
    public void Every_qualifier_is_declared_with_its_type_and_scope()
    {
        var wrong = new List<string>();
        foreach (var c in schema.InOrder)
        {
            foreach (var (path, element) in Elements(c))
            {
                foreach (var q in element.Qualifiers)
                {
                    var declared = schema.Qualifiers[q.Name];
                    if (declared.IsArray != q.IsArray || (q.Value is true && declared.Type != CimType.Boolean))
                        wrong.Add($"{path}: {q.Name} is not of its declared type");
                    else if ((declared.Scope & ScopeOf(c, element)) == 0)
                        wrong.Add($"{path}: {q.Name} does not belong on a {ScopeOf(c, element)}");
                    else if (declared.Name != q.Name)
                        wrong.Add($"{path}: {q.Name} is spelled {declared.Name}");
                }
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_override_has_the_type_of_what_it_overrides()
    {
        var wrong = new List<string>();
        var count = 0;
        foreach (var c in schema.InOrder)
        {
            var ancestors = schema.Chain(c.Name).Skip(1).ToList();
            foreach (var p in c.Properties.Where(p => p.Qualifier("Override") is not null))
            {
                count++;
                var overridden = ancestors.Select(a => a.Property((string)p.Qualifier("Override")!.Value!)).FirstOrDefault(o => o is not null);
                if (overridden is null || overridden.Name != p.Name || overridden.Type != p.Type || overridden.IsArray != p.IsArray)
                    wrong.Add($"{c.Name}.{p.Name}");
            }
            foreach (var p in c.Properties.Where(p => p.Qualifier("Override") is null))
            {
                if (ancestors.Any(a => a.Property(p.Name) is not null))
                    wrong.Add($"{c.Name}.{p.Name} hides an inherited property");
            }
        }

        Assert.True(count > 100, $"only {count} overrides were found");
        Assert.Empty(wrong);
    }

    [Fact]
    public void Values_match_their_value_map()
    {
        var wrong = schema.InOrder.SelectMany(Elements)
            .Where(e => e.Element.Qualifier("ValueMap") is not null && e.Element.Qualifier("Values") is not null)
            .Where(e => Schema.Strings(e.Element, "ValueMap").Count != Schema.Strings(e.Element, "Values").Count)
            .Select(e => e.Path);

        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_class_that_can_have_instances_has_keys()
    {
        // Indications and errors are never addressed.
        var wrong = schema.InOrder
            .Where(c => !c.Is("Abstract") && !schema.Chain(c.Name).Any(a => a.Is("Indication") || a.Is("Exception")))
            .Where(c => schema.Keys(c.Name).Count == 0)
            .Select(c => c.Name);

        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_element_is_described()
    {
        var elements = schema.InOrder.SelectMany(Elements).ToList();

        Assert.True(elements.Count > 1000, $"only {elements.Count} elements were found");
        Assert.Empty(elements.Where(e => e.Element.Qualifier("Description")?.Value is not string { Length: > 5 }).Select(e => e.Path));
    }

    [Fact]
    public void Every_Xen_class_derives_from_the_standard_and_has_a_version()
    {
        var xen = schema.InOrder.Where(c => c.Name.StartsWith("Xen_", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(xen);
        Assert.All(xen, c => Assert.StartsWith("CIM_", c.SuperclassName, StringComparison.Ordinal));
        Assert.All(xen, c => Assert.Equal("0.1.0", c.Qualifier("Version")?.Value));
        // OpenPegasus and SFCB are told about providers by registration; the qualifier would contradict it.
        Assert.All(xen, c => Assert.Null(c.Qualifier("Provider")));
    }

    [Fact]
    public void Associations_stay_associations()
    {
        var wrong = schema.InOrder
            .Where(c => c.Is("Association") != schema.Chain(c.Name).Last().Is("Association"))
            .Select(c => c.Name);

        Assert.Empty(wrong);
        Assert.All(
            schema.InOrder.Where(c => c.Is("Association")),
            c => Assert.True(schema.Chain(c.Name).SelectMany(a => a.Properties).Count(p => p.Type == CimType.Reference) >= 2, c.Name));
    }

    private static IEnumerable<(string Path, CimElement Element)> Elements(CimClass c)
    {
        yield return (c.Name, c);
        foreach (var p in c.Properties)
            yield return ($"{c.Name}.{p.Name}", p);
        foreach (var m in c.Methods)
        {
            yield return ($"{c.Name}.{m.Name}()", m);
            foreach (var p in m.Parameters)
                yield return ($"{c.Name}.{m.Name}({p.Name})", p);
        }
    }

    private static IEnumerable<string> ReferredClasses(CimElement element)
    {
        if (element.Qualifier("EmbeddedInstance")?.Value is string embedded)
            yield return embedded;
        if (element is CimPropertyDeclaration { ReferenceClass: { } property })
            yield return property;
        if (element is CimParameterDeclaration { ReferenceClass: { } parameter })
            yield return parameter;
    }

    private static CimScope ScopeOf(CimClass c, CimElement element) => element switch
    {
        CimPropertyDeclaration { Type: CimType.Reference } => CimScope.Reference,
        CimPropertyDeclaration => CimScope.Property,
        CimMethodDeclaration => CimScope.Method,
        CimParameterDeclaration => CimScope.Parameter,
        _ => c.Is("Association") ? CimScope.Association : c.Is("Indication") ? CimScope.Indication : CimScope.Class,
    };
}
