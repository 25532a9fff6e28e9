using System.Globalization;
using System.Text;

namespace Xen.Cim.Model.Mof;

/// <summary>Writes classes, instances and qualifier types as MOF (DSP0004 Annex A).</summary>
public static class MofWriter
{
    private const string Indent = "    ";

    /// <summary>A class with what it declares itself; inherited elements are left out unless asked for.</summary>
    /// <param name="declarations">Finds qualifier types; a qualifier's flavors are written where they differ from its type's.</param>
    public static string Write(CimClass value, bool includeInherited = false, Func<string, CimQualifierDeclaration?>? declarations = null)
    {
        var text = new StringBuilder();
        Qualifiers(text, value.Qualifiers, "", includeInherited, declarations);
        text.Append("class ").Append(value.Name);
        if (value.SuperclassName is not null)
            text.Append(" : ").Append(value.SuperclassName);
        text.Append("\n{\n");
        var separator = "";
        foreach (var property in value.Properties)
        {
            if (property.IsPropagated && !includeInherited)
                continue;
            text.Append(separator);
            separator = "\n";
            Qualifiers(text, property.Qualifiers, Indent, includeInherited, declarations);
            text.Append(Indent);
            Declaration(text, property.Name, property.Type, property.ReferenceClass, property.IsArray, property.ArraySize);
            if (property.DefaultValue is not null)
                Value(text.Append(" = "), property.DefaultValue);
            text.Append(";\n");
        }
        foreach (var method in value.Methods)
        {
            if (method.IsPropagated && !includeInherited)
                continue;
            text.Append(separator);
            separator = "\n";
            Qualifiers(text, method.Qualifiers, Indent, includeInherited, declarations);
            text.Append(Indent).Append(CimValue.Name(method.ReturnType)).Append(' ').Append(method.Name).Append('(');
            for (var i = 0; i < method.Parameters.Count; i++)
            {
                var parameter = method.Parameters[i];
                text.Append(i == 0 ? "\n" : ",\n");
                Qualifiers(text, parameter.Qualifiers, Indent + Indent, includeInherited, declarations);
                text.Append(Indent).Append(Indent);
                Declaration(text, parameter.Name, parameter.Type, parameter.ReferenceClass, parameter.IsArray, parameter.ArraySize);
            }
            text.Append(");\n");
        }
        return text.Append("};\n").ToString();
    }

    /// <summary>An instance with the properties that were set.</summary>
    public static string Write(CimInstance value)
    {
        var text = new StringBuilder();
        Instance(text, value, "\n", Indent);
        return text.Append('\n').ToString();
    }

    public static string Write(CimQualifierDeclaration value)
    {
        var text = new StringBuilder();
        text.Append("Qualifier ").Append(value.Name).Append(" : ").Append(CimValue.Name(value.Type));
        ArraySuffix(text, value.IsArray, value.ArraySize);
        if (value.DefaultValue is not null)
            Value(text.Append(" = "), value.DefaultValue);
        text.Append(",\n").Append(Indent).Append("Scope(").Append(ScopesText(value.Scope)).Append("),\n").Append(Indent).Append("Flavor(");
        text.AppendJoin(", ", Flavors(value.Flavor)).Append(");\n");
        return text.ToString();
    }

    internal static string ScopesText(CimScope scope)
    {
        if (scope == CimScope.Any)
            return "any";
        var names = Enum.GetValues<CimScope>().Where(s => s is not (CimScope.None or CimScope.Any) && (scope & s) != 0);
        return string.Join(", ", names.Select(s => s.ToString().ToLowerInvariant()));
    }

    private static IEnumerable<string> Flavors(CimFlavor flavor)
    {
        yield return (flavor & CimFlavor.Overridable) != 0 ? "EnableOverride" : "DisableOverride";
        yield return (flavor & CimFlavor.ToSubclass) != 0 ? "ToSubclass" : "Restricted";
        if ((flavor & CimFlavor.ToInstance) != 0)
            yield return "ToInstance";
        if ((flavor & CimFlavor.Translatable) != 0)
            yield return "Translatable";
    }

    private static void Qualifiers(StringBuilder text, IReadOnlyList<CimQualifier> qualifiers, string indent, bool includeInherited,
        Func<string, CimQualifierDeclaration?>? declarations)
    {
        var separator = "[";
        foreach (var qualifier in qualifiers)
        {
            if (qualifier.IsPropagated && !includeInherited)
                continue;
            text.Append(separator == "[" ? indent : "").Append(separator).Append(qualifier.Name);
            separator = $",\n{indent} ";
            switch (qualifier)
            {
                case { Value: true }:
                    break;
                case { IsArray: true, Value: Array }:
                    Value(text.Append(' '), qualifier.Value);
                    break;
                default:
                    Value(text.Append(" ( "), qualifier.Value);
                    text.Append(" )");
                    break;
            }
            if (qualifier.Flavor != (declarations?.Invoke(qualifier.Name)?.Flavor ?? CimFlavor.Default))
                text.Append(" : ").AppendJoin(' ', Flavors(qualifier.Flavor));
        }
        if (separator != "[")
            text.Append("]\n");
    }

    private static void Declaration(StringBuilder text, string name, CimType type, string? referenceClass, bool isArray, int? size)
    {
        text.Append(type == CimType.Reference ? $"{referenceClass} REF" : CimValue.Name(type)).Append(' ').Append(name);
        ArraySuffix(text, isArray, size);
    }

    private static void ArraySuffix(StringBuilder text, bool isArray, int? size)
    {
        if (isArray)
            text.Append('[').Append(size is { } n ? n.ToString(CultureInfo.InvariantCulture) : "").Append(']');
    }

    private static void Value(StringBuilder text, object? value)
    {
        switch (value)
        {
            case null:
                text.Append("NULL");
                break;
            case Array array:
                text.Append('{');
                var separator = " ";
                foreach (var element in CimValue.Elements(array))
                {
                    text.Append(separator);
                    Value(text, element);
                    separator = ", ";
                }
                text.Append(array.Length == 0 ? "}" : " }");
                break;
            case bool b:
                text.Append(b ? "TRUE" : "FALSE");
                break;
            case char c:
                Character(text.Append('\''), c, '\'');
                text.Append('\'');
                break;
            case float or double:
                text.Append(Real(value));
                break;
            case CimInstance instance:
                // On one line, which is easier to read than one with \n in it.
                var embedded = new StringBuilder();
                Instance(embedded, instance, " ", "");
                Quoted(text, embedded.ToString());
                break;
            case CimClass cimClass:
                Quoted(text, Write(cimClass, includeInherited: true));
                break;
            case string or CimDateTime or CimObjectPath:
                Quoted(text, CimValue.Format(value));
                break;
            default:
                text.Append(CimValue.Format(value));
                break;
        }
    }

    private static void Instance(StringBuilder text, CimInstance value, string lineEnd, string indent)
    {
        text.Append("instance of ").Append(value.ClassName).Append(lineEnd).Append('{').Append(lineEnd);
        foreach (var property in value.Properties)
        {
            text.Append(indent).Append(property.Name).Append(" = ");
            Value(text, property.Value);
            text.Append(';').Append(lineEnd);
        }
        text.Append("};");
    }

    // MOF wants a point and a digit behind it in every real.
    private static string Real(object value)
    {
        var formatted = CimValue.Format(value);
        var exponent = formatted.IndexOf('E', StringComparison.Ordinal);
        return exponent > 0 && !formatted.Contains('.', StringComparison.Ordinal) ? formatted.Insert(exponent, ".0") : formatted;
    }

    private static void Quoted(StringBuilder text, string value)
    {
        text.Append('"');
        for (var i = 0; i < value.Length; i++)
        {
            if (char.IsHighSurrogate(value[i]) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1]))
                text.Append(value[i]).Append(value[++i]);
            else
                Character(text, value[i], '"');
        }
        text.Append('"');
    }

    private static void Character(StringBuilder text, char c, char quote)
    {
        var escape = c switch
        {
            _ when c == quote => $"\\{c}",
            '\\' => "\\\\",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            '\b' => "\\b",
            '\f' => "\\f",
            _ when char.IsControl(c) || char.IsSurrogate(c) => $"\\x{(int)c:X4}",
            _ => null,
        };
        _ = escape is null ? text.Append(c) : text.Append(escape);
    }
}
