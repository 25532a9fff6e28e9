using Xen.Cim.Model.Mof.Syntax;

namespace Xen.Cim.Model.Mof;

/// <summary>Binds qualifier types and the qualifiers of elements (DSP0004 5.6).</summary>
internal sealed class QualifierBinder(IReadOnlyDictionary<string, CimQualifierDeclaration> declarations)
{
    public static CimQualifierDeclaration Declaration(MofQualifierType syntax)
    {
        var type = TypeOf(syntax.Type);
        var value = syntax.Default is null ? null : MofValues.Bind(syntax.Default, type, syntax.Type.IsArray, syntax.Name, NoAlias);
        return new(syntax.Name, type, syntax.Type.IsArray, value, ScopesOf(syntax.Scopes), ApplyFlavors(CimFlavor.Default, syntax.Flavors))
        {
            ArraySize = syntax.Type.ArraySize,
        };
    }

    public static CimType TypeOf(MofType syntax) => CimValue.TryParseTypeName(syntax.Name, out var type)
        ? type
        : throw new MofException(syntax.Location, $"\"{syntax.Name}\" is not a CIM type");

    /// <param name="scope">What the element is.</param>
    /// <param name="element">The element's name for messages.</param>
    public CimQualifier[] Bind(IReadOnlyList<MofQualifier> qualifiers, CimScope scope, string element)
    {
        if (qualifiers.Count == 0)
            return [];
        var bound = new CimQualifier[qualifiers.Count];
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < bound.Length; i++)
        {
            var qualifier = qualifiers[i];
            if (!names.Add(qualifier.Name))
                throw new MofException(qualifier.Location, $"{element} has the qualifier {qualifier.Name} twice");
            bound[i] = Bind(qualifier, scope, element);
        }
        return bound;
    }

    /// <summary>Checks that no qualifier changes an inherited one that may not be overridden.</summary>
    public static void CheckOverrides(IReadOnlyList<MofQualifier> syntax, IReadOnlyList<CimQualifier> own, IReadOnlyList<CimQualifier>? inherited, string element)
    {
        if (inherited is null)
            return;
        for (var i = 0; i < own.Count; i++)
        {
            var above = inherited.FirstOrDefault(q => q.Name.Equals(own[i].Name, StringComparison.OrdinalIgnoreCase));
            if (above is { } && (above.Flavor & (CimFlavor.ToSubclass | CimFlavor.Overridable)) == CimFlavor.ToSubclass
                && !CimValue.AreEqual(above.Value, own[i].Value))
            {
                throw new MofException(syntax[i].Location, $"{element} may not change the qualifier {own[i].Name}, which is inherited as DisableOverride");
            }
        }
    }

    public static CimObjectPath NoAlias(MofAlias alias) =>
        throw new MofException(alias.Location, $"the alias ${alias.Name} cannot stand here; only a property of an instance may refer to one");

    private CimQualifier Bind(MofQualifier qualifier, CimScope scope, string element)
    {
        if (!declarations.TryGetValue(qualifier.Name, out var declaration))
            throw new MofException(qualifier.Location, $"the qualifier {qualifier.Name} is not declared");
        if (!IsInScope(declaration.Scope, scope))
        {
            throw new MofException(qualifier.Location,
                $"the qualifier {declaration.Name} is not for {element}: its scope is {MofWriter.ScopesText(declaration.Scope)}");
        }
        var value = qualifier.Value switch
        {
            null when declaration is { Type: CimType.Boolean, IsArray: false } => true,
            null => declaration.DefaultValue,
            { } written => MofValues.Bind(written, declaration.Type, declaration.IsArray, declaration.Name, NoAlias),
        };
        return new(declaration.Name, declaration.Type, declaration.IsArray, value, ApplyFlavors(declaration.Flavor, qualifier.Flavors));
    }

    // Associations and indications are classes as well, and references are properties.
    private static bool IsInScope(CimScope declared, CimScope element) => (declared & element) != 0
        || ((element & (CimScope.Association | CimScope.Indication)) != 0 && (declared & CimScope.Class) != 0);

    private static CimScope ScopesOf(IReadOnlyList<string> names)
    {
        var scopes = CimScope.None;
        foreach (var name in names)
        {
            scopes |= name switch
            {
                "class" => CimScope.Class,
                "association" => CimScope.Association,
                "indication" => CimScope.Indication,
                "property" => CimScope.Property,
                "reference" => CimScope.Reference,
                "method" => CimScope.Method,
                "parameter" => CimScope.Parameter,
                "any" => CimScope.Any,
                // "schema" and "qualifier": no element of a MOF text is one.
                _ => CimScope.None,
            };
        }
        return scopes;
    }

    private static CimFlavor ApplyFlavors(CimFlavor flavor, IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            flavor = name switch
            {
                "enableoverride" => flavor | CimFlavor.Overridable,
                "disableoverride" => flavor & ~CimFlavor.Overridable,
                "tosubclass" => flavor | CimFlavor.ToSubclass,
                "restricted" => flavor & ~CimFlavor.ToSubclass,
                "toinstance" => flavor | CimFlavor.ToInstance,
                _ => flavor | CimFlavor.Translatable,
            };
        }
        return flavor;
    }
}
