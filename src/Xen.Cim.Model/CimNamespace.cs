using System.Text.RegularExpressions;

namespace Xen.Cim.Model;

/// <summary>Names of namespaces.</summary>
public static partial class CimNamespace
{
    /// <summary>Whether a text can be a namespace's name (DSP0004 8.2.5, with slashes as every server has them).</summary>
    public static bool IsName(string? text) => text is not null && Name().IsMatch(text);

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]*(/[A-Za-z_][A-Za-z0-9_]*)*\z")]
    private static partial Regex Name();
}
