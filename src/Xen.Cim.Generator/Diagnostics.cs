using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using Xen.Cim.Model.Mof.Syntax;

namespace Xen.Cim.Generator;

/// <summary>What can be wrong in a MOF file, as compiler diagnostics.</summary>
internal static class Diagnostics
{
    private const string Category = "MOF";

    public static readonly DiagnosticDescriptor Syntax = Error("MOF001", "MOF syntax error");
    public static readonly DiagnosticDescriptor UnknownSuperclass = Error("MOF002", "Unknown superclass");
    public static readonly DiagnosticDescriptor WrongOverride = Error("MOF003", "Wrong override");
    public static readonly DiagnosticDescriptor Duplicate = Error("MOF004", "Declared twice");
    public static readonly DiagnosticDescriptor Cycle = Error("MOF005", "Inheritance goes in a circle");
    public static readonly DiagnosticDescriptor WrongValueMap = Error("MOF006", "Wrong value map");
    public static readonly DiagnosticDescriptor UnknownReferenceClass = Error("MOF007", "Reference to an unknown class");

    public static Diagnostic At(this DiagnosticDescriptor descriptor, MofLocation location, string problem)
    {
        var position = new LinePosition(location.Line - 1, location.Column - 1);
        return Diagnostic.Create(descriptor, Location.Create(location.File, default, new(position, position)), problem);
    }

    private static DiagnosticDescriptor Error(string id, string title) =>
        new(id, title, "{0}", Category, DiagnosticSeverity.Error, isEnabledByDefault: true);
}
