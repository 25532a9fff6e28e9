using Xen.Cim.Model;
using Xen.Cim.Server.CimXml;

namespace Xen.Cim.Server.Repository;

/// <summary>What a class that a client declares has to be like (DSP0004 5.1.2, 5.6.3).</summary>
internal static class ClassRules
{
    /// <summary>The declaration as it is kept: what only repeats the superclass is not part of it, flavors are those of the qualifier's declaration.</summary>
    /// <exception cref="CimException">INVALID_SUPERCLASS, INVALID_PARAMETER.</exception>
    public static CimClass Normalize(RepositoryNamespace ns, CimClass sent)
    {
        if (!IsIdentifier(sent.Name))
            throw CimException.InvalidParameter($"\"{CimXmlText.Shorten(sent.Name)}\" is no class name: letters, digits and _, no digit first.");
        CimClass? super = null;
        if (sent.SuperclassName is { } superName)
        {
            super = ns.FindClass(superName) ?? throw new CimException(CimStatus.InvalidSuperclass, $"There is no class {CimXmlText.Shorten(superName)} in {ns.Name} to derive {sent.Name} from.");
            if (super.Name.Equals(sent.Name, StringComparison.OrdinalIgnoreCase))
                throw new CimException(CimStatus.InvalidSuperclass, $"{sent.Name} cannot be its own superclass.");
        }
        var scope = Has(sent, super, "Association") ? CimScope.Association : Has(sent, super, "Indication") ? CimScope.Indication : CimScope.Class;
        if (super is not null && super.IsAssociation != (scope == CimScope.Association))
            throw new CimException(CimStatus.InvalidSuperclass, $"{sent.Name} and its superclass {super.Name} have to be both associations or both not.");
        Unique(sent.Name, sent.Properties.Select(p => p.Name), "property");
        Unique(sent.Name, sent.Methods.Select(m => m.Name), "method");
        var properties = sent.Properties.Select(p => Property(ns, sent, super, scope == CimScope.Association, p)).OfType<CimPropertyDeclaration>().ToList();
        var methods = sent.Methods.Select(m => Method(ns, sent, super, m)).OfType<CimMethodDeclaration>().ToList();
        if (super?.Properties.FirstOrDefault(p => p.IsKey) is { } inherited && properties.Find(p => p.IsKey && super.Property(p.Name) is not { IsKey: true }) is { } added)
            throw CimException.InvalidParameter($"{sent.Name}.{added.Name} cannot be a key: {super.Name} has keys ({inherited.Name}), and its subclasses add none.");
        return sent with
        {
            SuperclassName = super?.Name,
            Qualifiers = Qualifiers(ns, sent.Name, sent.Qualifiers, super?.Qualifiers, scope == CimScope.Class ? CimScope.Class : CimScope.Class | scope),
            Properties = properties,
            Methods = methods,
        };
    }

    private static CimPropertyDeclaration? Property(RepositoryNamespace ns, CimClass sent, CimClass? super, bool association, CimPropertyDeclaration property)
    {
        var element = $"{sent.Name}.{property.Name}";
        if (!IsIdentifier(property.Name))
            throw CimException.InvalidParameter($"\"{CimXmlText.Shorten(property.Name)}\" is no property name.");
        if (property.Type == CimType.Reference)
            Reference(ns, sent, element, property.ReferenceClass);
        if (property.Type == CimType.Reference && !association)
            throw CimException.InvalidParameter($"{element} is a reference, but {sent.Name} is no association.");
        var inherited = super?.Property(property.Name);
        if (inherited is not null && (inherited.Type != property.Type || inherited.IsArray != property.IsArray))
            throw CimException.InvalidParameter($"{element} is a {TypeText(property.Type, property.IsArray)}, but in {super!.Name} a {TypeText(inherited.Type, inherited.IsArray)}.");
        var qualifiers = Qualifiers(ns, element, property.Qualifiers, inherited?.Qualifiers, property.Type == CimType.Reference ? CimScope.Reference | CimScope.Property : CimScope.Property);
        return inherited is not null && qualifiers.Count == 0 && CimValue.AreEqual(property.DefaultValue ?? inherited.DefaultValue, inherited.DefaultValue)
            && string.Equals(property.ReferenceClass ?? inherited.ReferenceClass, inherited.ReferenceClass, StringComparison.OrdinalIgnoreCase)
            ? null : property with { Qualifiers = qualifiers };
    }

    private static CimMethodDeclaration? Method(RepositoryNamespace ns, CimClass sent, CimClass? super, CimMethodDeclaration method)
    {
        var element = $"{sent.Name}.{method.Name}";
        if (!IsIdentifier(method.Name))
            throw CimException.InvalidParameter($"\"{CimXmlText.Shorten(method.Name)}\" is no method name.");
        Unique(element, method.Parameters.Select(p => p.Name), "parameter");
        var inherited = super?.Method(method.Name);
        if (inherited is not null && (inherited.ReturnType != method.ReturnType || inherited.Parameters.Count != method.Parameters.Count
            || method.Parameters.Any(p => inherited.Parameter(p.Name) is not { } other || other.Type != p.Type || other.IsArray != p.IsArray)))
        {
            throw CimException.InvalidParameter($"{element} has not the parameters and the type that it has in {super!.Name}.");
        }
        foreach (var parameter in method.Parameters.Where(p => p.Type == CimType.Reference && p.ReferenceClass is not null))
            Reference(ns, sent, $"{element}({parameter.Name})", parameter.ReferenceClass);
        var qualifiers = Qualifiers(ns, element, method.Qualifiers, inherited?.Qualifiers, CimScope.Method);
        var parameters = method.Parameters.Select(p => p with
        {
            Qualifiers = Qualifiers(ns, $"{element}({p.Name})", p.Qualifiers, inherited?.Parameter(p.Name)?.Qualifiers, CimScope.Parameter),
        }).ToList();
        return inherited is not null && qualifiers.Count == 0 && parameters.TrueForAll(p => p.Qualifiers.Count == 0) ? null
            : method with { Qualifiers = qualifiers, Parameters = parameters };
    }

    // Those that say something new, with the flavors of their declarations.
    private static List<CimQualifier> Qualifiers(RepositoryNamespace ns, string element, IReadOnlyList<CimQualifier> sent, IReadOnlyList<CimQualifier>? inherited, CimScope scope)
    {
        Unique(element, sent.Select(q => q.Name), "qualifier");
        var own = new List<CimQualifier>();
        foreach (var qualifier in sent)
        {
            var declaration = ns.FindQualifier(qualifier.Name)
                ?? throw CimException.InvalidParameter($"{element}: the qualifier {CimXmlText.Shorten(qualifier.Name)} is not declared in {ns.Name}.");
            if (declaration.Type != qualifier.Type || (declaration.IsArray != qualifier.IsArray && qualifier.Value is not null))
            {
                throw CimException.InvalidParameter($"{element}: the qualifier {declaration.Name} is a {TypeText(declaration.Type, declaration.IsArray)}, "
                    + $"not a {TypeText(qualifier.Type, qualifier.IsArray)}.");
            }
            if ((declaration.Scope & scope) == 0)
                throw CimException.InvalidParameter($"{element}: the qualifier {declaration.Name} is for {declaration.Scope}.");
            var above = inherited?.FirstOrDefault(q => q.Name.Equals(qualifier.Name, StringComparison.OrdinalIgnoreCase) && (q.Flavor & CimFlavor.ToSubclass) != 0);
            if (above is not null && CimValue.AreEqual(above.Value, qualifier.Value))
                continue;
            if (above is not null && (above.Flavor & CimFlavor.Overridable) == 0)
                throw CimException.InvalidParameter($"{element}: the qualifier {declaration.Name} cannot be overridden; it is {CimValue.Format(above.Value ?? "NULL")} in the superclass.");
            // A client that leaves the flavor out means the declaration's, one that gives it may only restrict.
            var flavor = qualifier.Flavor == CimFlavor.Default ? declaration.Flavor : qualifier.Flavor & (declaration.Flavor | CimFlavor.Translatable);
            own.Add(qualifier with { Name = declaration.Name, Flavor = flavor, IsArray = declaration.IsArray, IsPropagated = false });
        }
        return own;
    }

    private static void Reference(RepositoryNamespace ns, CimClass sent, string element, string? className)
    {
        if (className is null)
            throw CimException.InvalidParameter($"{element} is a reference and needs the class that it refers to (REFERENCECLASS).");
        if (!className.Equals(sent.Name, StringComparison.OrdinalIgnoreCase) && ns.FindClass(className) is null)
            throw CimException.InvalidParameter($"{element} refers to the class {CimXmlText.Shorten(className)}, which is not in {ns.Name}.");
    }

    private static bool Has(CimClass sent, CimClass? super, string qualifier) => sent.Is(qualifier) || super?.Is(qualifier) == true;

    private static void Unique(string element, IEnumerable<string> names, string what)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        if (names.FirstOrDefault(n => !seen.Add(n)) is { } twice)
            throw CimException.InvalidParameter($"{element} has the {what} {CimXmlText.Shorten(twice)} twice.");
    }

    private static bool IsIdentifier(string name) => name.Length is > 0 and <= 256 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_' || c >= 0x80);

    private static string TypeText(CimType type, bool isArray) => CimValue.Name(type) + (isArray ? "[]" : "");
}
