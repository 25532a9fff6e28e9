using Xen.Cim.Model;

namespace Xen.Cim.Server.CimXml;

// Classes and qualifiers.
public sealed partial class CimXmlWriter
{
    /// <summary>CLASS.</summary>
    public void Class(CimClass value, ClassSelection selection)
    {
        Open("<CLASS NAME=\""u8, value.Name);
        if (value.SuperclassName is { } superclass)
            Open(" SUPERCLASS=\""u8, superclass);
        _out.Raw(">\n"u8);
        Qualifiers(value, selection);
        foreach (var property in value.Properties)
        {
            if ((selection.LocalOnly && property.IsPropagated) || selection.Properties?.Contains(property.Name) == false)
                continue;
            PropertyDeclaration(property, selection);
        }
        foreach (var method in value.Methods)
        {
            if (!selection.LocalOnly || !method.IsPropagated)
                Method(method, selection);
        }
        _out.Raw("</CLASS>\n"u8);
    }

    /// <summary>QUALIFIER.DECLARATION.</summary>
    public void QualifierDeclaration(CimQualifierDeclaration declaration)
    {
        Open("<QUALIFIER.DECLARATION NAME=\""u8, declaration.Name);
        _out.Raw(s_typeAttributes[(int)declaration.Type]);
        if (declaration.IsArray)
            _out.Raw(" ISARRAY=\"true\""u8);
        ArraySize(declaration.ArraySize);
        Flavor(declaration.Flavor);
        _out.Raw(">\n<SCOPE"u8);
        foreach (var (scope, name) in s_scopes)
        {
            if ((declaration.Scope & scope) != 0)
                Open(name, "true");
        }
        _out.Raw("></SCOPE>\n"u8);
        Value(declaration.Type, declaration.DefaultValue);
        _out.Raw("</QUALIFIER.DECLARATION>\n"u8);
    }

    private static readonly (CimScope Scope, byte[] Name)[] s_scopes =
    [
        (CimScope.Class, " CLASS=\""u8.ToArray()),
        (CimScope.Association, " ASSOCIATION=\""u8.ToArray()),
        (CimScope.Reference, " REFERENCE=\""u8.ToArray()),
        (CimScope.Property, " PROPERTY=\""u8.ToArray()),
        (CimScope.Method, " METHOD=\""u8.ToArray()),
        (CimScope.Parameter, " PARAMETER=\""u8.ToArray()),
        (CimScope.Indication, " INDICATION=\""u8.ToArray()),
    ];

    private void PropertyDeclaration(CimPropertyDeclaration property, ClassSelection selection)
    {
        var reference = property.Type == CimType.Reference;
        Open(reference ? "<PROPERTY.REFERENCE NAME=\""u8 : property.IsArray ? "<PROPERTY.ARRAY NAME=\""u8 : "<PROPERTY NAME=\""u8, property.Name);
        if (reference)
            ReferenceClass(property.ReferenceClass);
        else
            _out.Raw(s_typeAttributes[(int)property.Type]);
        if (property.IsArray)
            ArraySize(property.ArraySize);
        Origin(property.ClassOrigin, property.IsPropagated, selection);
        if (Dialect == CimXmlDialect.Full && property.Type == CimType.String)
            _out.Raw(EmbeddedKind(null, Dispatch.TypeRestoration.FlagsOf(property)));
        _out.Raw(">\n"u8);
        Qualifiers(property, selection);
        Value(property.Type, property.DefaultValue);
        _out.Raw(reference ? "</PROPERTY.REFERENCE>\n"u8 : property.IsArray ? "</PROPERTY.ARRAY>\n"u8 : "</PROPERTY>\n"u8);
    }

    private void Method(CimMethodDeclaration method, ClassSelection selection)
    {
        Open("<METHOD NAME=\""u8, method.Name);
        _out.Raw(s_typeAttributes[(int)method.ReturnType]);
        Origin(method.ClassOrigin, method.IsPropagated, selection);
        _out.Raw(">\n"u8);
        Qualifiers(method, selection);
        foreach (var parameter in method.Parameters)
        {
            var (open, close) = (parameter.Type == CimType.Reference, parameter.IsArray) switch
            {
                (true, true) => ("<PARAMETER.REFARRAY NAME=\""u8.ToArray(), "</PARAMETER.REFARRAY>\n"u8.ToArray()),
                (true, false) => ("<PARAMETER.REFERENCE NAME=\""u8.ToArray(), "</PARAMETER.REFERENCE>\n"u8.ToArray()),
                (false, true) => ("<PARAMETER.ARRAY NAME=\""u8.ToArray(), "</PARAMETER.ARRAY>\n"u8.ToArray()),
                _ => ("<PARAMETER NAME=\""u8.ToArray(), "</PARAMETER>\n"u8.ToArray()),
            };
            Open(open, parameter.Name);
            if (parameter.Type == CimType.Reference)
                ReferenceClass(parameter.ReferenceClass);
            else
                _out.Raw(s_typeAttributes[(int)parameter.Type]);
            if (parameter.IsArray)
                ArraySize(parameter.ArraySize);
            _out.Raw(">\n"u8);
            Qualifiers(parameter, selection);
            _out.Raw(close);
        }
        _out.Raw("</METHOD>\n"u8);
    }

    private void Qualifiers(CimElement element, ClassSelection selection)
    {
        if (!selection.IncludeQualifiers)
            return;
        foreach (var qualifier in element.Qualifiers)
        {
            if (selection.LocalOnly && qualifier.IsPropagated)
                continue;
            Open("<QUALIFIER NAME=\""u8, qualifier.Name);
            _out.Raw(s_typeAttributes[(int)qualifier.Type]);
            if (qualifier.IsPropagated)
                _out.Raw(" PROPAGATED=\"true\""u8);
            Flavor(qualifier.Flavor);
            _out.Raw(">"u8);
            Value(qualifier.Type, qualifier.Value);
            _out.Raw("</QUALIFIER>\n"u8);
        }
    }

    // Only what differs from DSP0201's defaults.
    private void Flavor(CimFlavor flavor)
    {
        if ((flavor & CimFlavor.Overridable) == 0)
            _out.Raw(" OVERRIDABLE=\"false\""u8);
        if ((flavor & CimFlavor.ToSubclass) == 0)
            _out.Raw(" TOSUBCLASS=\"false\""u8);
        if ((flavor & CimFlavor.Translatable) != 0)
            _out.Raw(" TRANSLATABLE=\"true\""u8);
    }

    private void Origin(string? origin, bool propagated, ClassSelection selection)
    {
        if (selection.IncludeClassOrigin && origin is not null)
            Open(" CLASSORIGIN=\""u8, origin);
        if (propagated)
            _out.Raw(" PROPAGATED=\"true\""u8);
    }

    private void ReferenceClass(string? className)
    {
        if (className is not null)
            Open(" REFERENCECLASS=\""u8, className);
    }

    private void ArraySize(int? size)
    {
        if (size is { } count)
        {
            _out.Raw(" ARRAYSIZE=\""u8);
            _out.Number(count);
            _out.Raw("\""u8);
        }
    }
}
