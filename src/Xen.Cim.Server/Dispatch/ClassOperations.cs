using Xen.Cim.Model;
using Xen.Cim.Server.CimXml;

namespace Xen.Cim.Server.Dispatch;

/// <summary>The operations on classes and qualifier declarations, answered by the repository.</summary>
internal static class ClassOperations
{
    public static void GetClass(OperationContext context)
    {
        var cimClass = context.Class("ClassName", CimStatus.NotFound);
        var selection = Selection(context) with { Properties = context.PropertyList() };
        context.Response.Add(w => w.Class(cimClass, selection));
    }

    public static void EnumerateClasses(OperationContext context)
    {
        var selection = Selection(context);
        foreach (var cimClass in Subclasses(context))
            context.Response.Add(w => w.Class(cimClass, selection));
    }

    public static void EnumerateClassNames(OperationContext context)
    {
        foreach (var cimClass in Subclasses(context))
            context.Response.Add(w => w.ClassName(cimClass.Name));
    }

    public static void GetQualifier(OperationContext context)
    {
        var name = context.RequiredText("QualifierName");
        var declaration = context.Namespace.FindQualifier(name)
            ?? throw new CimException(CimStatus.NotFound, $"There is no qualifier {CimXmlText.Shorten(name)} in the namespace {context.Namespace.Name}.");
        context.Response.Add(w => w.QualifierDeclaration(declaration));
    }

    public static void EnumerateQualifiers(OperationContext context)
    {
        foreach (var declaration in context.Namespace.Qualifiers)
            context.Response.Add(w => w.QualifierDeclaration(declaration));
    }

    private static IEnumerable<CimClass> Subclasses(OperationContext context)
    {
        var ns = context.Namespace;
        var top = context.ClassName("ClassName");
        return ns.Subclasses(top is null ? null : ns.GetClass(top).Name, context.Flag("DeepInheritance", false));
    }

    private static ClassSelection Selection(OperationContext context) => new()
    {
        LocalOnly = context.Flag("LocalOnly", true),
        IncludeQualifiers = context.Flag("IncludeQualifiers", true),
        IncludeClassOrigin = context.Flag("IncludeClassOrigin", false),
    };
}
