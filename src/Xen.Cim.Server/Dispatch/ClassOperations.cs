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

    public static void CreateClass(OperationContext context) => context.Changes.CreateClass(context.Namespace, Sent<CimClass>(context, "NewClass", "a CLASS"));

    public static void ModifyClass(OperationContext context) => context.Changes.ModifyClass(context.Namespace, Sent<CimClass>(context, "ModifiedClass", "a CLASS"));

    public static void DeleteClass(OperationContext context) =>
        context.Changes.DeleteClass(context.Namespace, context.ClassName("ClassName") ?? throw context.Missing("ClassName"));

    public static void SetQualifier(OperationContext context) =>
        context.Changes.SetQualifier(context.Namespace, Sent<CimQualifierDeclaration>(context, "QualifierDeclaration", "a QUALIFIER.DECLARATION"));

    public static void DeleteQualifier(OperationContext context) => context.Changes.DeleteQualifier(context.Namespace, context.RequiredText("QualifierName"));

    private static T Sent<T>(OperationContext context, string parameter, string expected)
        where T : class => context.Parameter(parameter) switch
        {
            null => throw context.Missing(parameter),
            T sent => sent,
            var other => throw context.Wrong(parameter, expected, other),
        };

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
