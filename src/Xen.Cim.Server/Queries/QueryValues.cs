using System.Globalization;
using Xen.Cim.Model;
using Xen.Cim.Model.Mof;

namespace Xen.Cim.Server.Queries;

/// <summary>How values of the CIM types compare in a query.</summary>
internal static class QueryValues
{
    /// <summary>Below, equal or above; null when the two do not compare.</summary>
    /// <param name="ordered">False for what is only equal or not: booleans and references.</param>
    public static int? Compare(object left, object right, QueryLanguage language, out bool ordered)
    {
        ordered = true;
        switch (left, right)
        {
            case (bool a, bool b):
                ordered = false;
                return a.CompareTo(b);
            case (string a, string b):
                return string.CompareOrdinal(a, b);
            case (char a, _):
                return Compare(a.ToString(), right, language, out ordered);
            case (_, char b):
                return Compare(left, b.ToString(), language, out ordered);
            case (CimDateTime a, CimDateTime b):
                return Compare(a, b);
            case (CimDateTime a, string text):
                return CimDateTime.TryParse(text, out var time) ? Compare(a, time) : null;
            case (string, CimDateTime) or (string, CimObjectPath):
                return -Compare(right, left, language, out ordered);
            case (CimObjectPath a, CimObjectPath b):
                ordered = false;
                return Same(a, b) ? 0 : 1;
            case (CimInstance a, CimInstance b):
                ordered = false;
                return Same(a, b) ? 0 : 1;
            case (CimClass a, CimClass b):
                ordered = false;
                return MofWriter.Write(a, includeInherited: true) == MofWriter.Write(b, includeInherited: true) ? 0 : 1;
            case (CimInstance, CimClass) or (CimClass, CimInstance):
                ordered = false;
                return 1;
            case (CimObjectPath a, string text):
                ordered = false;
                return Parse(text) is { } path ? Same(a, path) ? 0 : 1 : null;
            case (float or double, _) when IsNumber(right):
            case (_, float or double) when IsNumber(left):
                double x = Convert.ToDouble(left, CultureInfo.InvariantCulture), y = Convert.ToDouble(right, CultureInfo.InvariantCulture);
                return double.IsNaN(x) || double.IsNaN(y) ? null : x.CompareTo(y);
            case (string text, _) when language.ConvertsText:
                return -Compare(right, text, language, out ordered);
            case (bool, string text) when language.ConvertsText && bool.TryParse(text, out var flag):
                return Compare(left, flag, language, out ordered);
            case (_, string text) when language.ConvertsText && IsNumber(left):
                return CimValue.TryConvert(CimType.Real64, text) is double number ? Convert.ToDouble(left, CultureInfo.InvariantCulture).CompareTo(number) : null;
            default:
                return IsNumber(left) && IsNumber(right) ? Whole(left).CompareTo(Whole(right)) : null;
        }
    }

    public static bool IsNumber(object value) => value is byte or sbyte or short or ushort or int or uint or long or ulong or float or double;

    private static Int128 Whole(object integer) => integer is ulong big ? big : Convert.ToInt64(integer, CultureInfo.InvariantCulture);

    // Digits that are not known count for nothing: the two are compared as far as both are known.
    private static int? Compare(CimDateTime left, CimDateTime right)
    {
        if (left.IsInterval != right.IsInterval)
            return null;
        if (left.ToDateTimeOffset() is { } a && right.ToDateTimeOffset() is { } b)
            return a.CompareTo(b);
        for (var i = 0; i < 21; i++)
        {
            if (left.Text[i] == '*' || right.Text[i] == '*')
                return 0;
            if (left.Text[i] != right.Text[i])
                return left.Text[i].CompareTo(right.Text[i]);
        }
        return 0;
    }

    private static CimObjectPath? Parse(string text)
    {
        try
        {
            return CimObjectPath.Parse(text);
        }
        catch (CimException)
        {
            return null;
        }
    }

    // Of the same class, with the same values; what is NULL need not be there.
    private static bool Same(CimInstance a, CimInstance b) => a.ClassName.Equals(b.ClassName, StringComparison.OrdinalIgnoreCase)
        && a.Properties.Concat(b.Properties).Select(p => p.Name).Distinct(StringComparer.OrdinalIgnoreCase).All(name => Same(a[name], b[name]));

    private static bool Same(object? a, object? b) => (a, b) switch
    {
        (CimInstance x, CimInstance y) => Same(x, y),
        (Array x, Array y) => x.Length == y.Length && CimValue.Elements(x).Zip(CimValue.Elements(y)).All(p => Same(p.First, p.Second)),
        _ => CimValue.AreEqual(a, b),
    };

    private static bool Same(CimObjectPath a, CimObjectPath b) =>
        a.Namespace is null || b.Namespace is null ? a.WithNamespace(null).Equals(b.WithNamespace(null)) : a.Equals(b);
}
