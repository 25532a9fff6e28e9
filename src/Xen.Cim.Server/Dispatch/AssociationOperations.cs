using Xen.Cim.Model;
using Xen.Cim.Server.CimXml;

namespace Xen.Cim.Server.Dispatch;

/// <summary>The association operations, on instances and on classes (DSP0200 5.3.2.18 to 21).</summary>
internal static class AssociationOperations
{
    public static void Associators(OperationContext context)
    {
        if (Source(context) is not { } source)
        {
            foreach (var cimClass in FarClasses(context))
                context.Response.Add(w => w.ClassWithPath(context.Response.Host, context.Namespace.Name, cimClass, ClassSelectionOf(context)));
            return;
        }
        var wanted = context.PropertyList();
        context.Operations.Associators(context.Request with { PropertyList = wanted }, source, AssociatorFilter(context), AddObject(context, wanted));
    }

    public static void AssociatorNames(OperationContext context)
    {
        if (Source(context) is not { } source)
        {
            foreach (var cimClass in FarClasses(context))
                context.Response.Add(w => w.ObjectPathOfClass(context.Response.Host, context.Namespace.Name, cimClass.Name));
            return;
        }
        context.Operations.AssociatorNames(context.Request, source, AssociatorFilter(context), AddPath(context));
    }

    public static void References(OperationContext context)
    {
        if (Source(context) is not { } source)
        {
            foreach (var cimClass in AssociationsOfClass(context, ReferenceFilter(context), ends: false))
                context.Response.Add(w => w.ClassWithPath(context.Response.Host, context.Namespace.Name, cimClass, ClassSelectionOf(context)));
            return;
        }
        var wanted = context.PropertyList();
        context.Operations.References(context.Request with { PropertyList = wanted }, source, ReferenceFilter(context), AddObject(context, wanted));
    }

    public static void ReferenceNames(OperationContext context)
    {
        if (Source(context) is not { } source)
        {
            foreach (var cimClass in AssociationsOfClass(context, ReferenceFilter(context), ends: false))
                context.Response.Add(w => w.ObjectPathOfClass(context.Response.Host, context.Namespace.Name, cimClass.Name));
            return;
        }
        context.Operations.ReferenceNames(context.Request, source, ReferenceFilter(context), AddPath(context));
    }

    /// <summary>The source instance, or null when the source is a class.</summary>
    private static CimObjectPath? Source(OperationContext context)
    {
        switch (context.Parameter("ObjectName"))
        {
            case CimObjectPath path:
                return context.Restore(path, CimStatus.InvalidParameter);
            case XmlClassPath path:
                context.Known(path.Path.ClassName, CimStatus.InvalidParameter);
                return null;
            case null:
                throw context.Missing("ObjectName");
            case var other:
                throw context.Wrong("ObjectName", "an INSTANCENAME or a CLASSNAME", other);
        }
    }

    public static AssociationFilter AssociatorFilter(OperationContext context) => new(context.ClassName("AssocClass"), context.ClassName("ResultClass"),
        Role(context, "Role"), Role(context, "ResultRole"));

    // For References the result class is the association's.
    public static AssociationFilter ReferenceFilter(OperationContext context) => new(context.ClassName("ResultClass"), Role: Role(context, "Role"));

    private static string? Role(OperationContext context, string name) => context.Text(name) is { Length: > 0 } role ? role : null;

    private static Action<CimInstance> AddObject(OperationContext context, HashSet<string>? wanted)
    {
        var selection = new InstanceSelection(wanted, InstanceOperations.Origins(context));
        return instance =>
        {
            var path = PathOf(context, instance);
            context.Response.Add(w => w.ObjectWithPath(path, instance, selection));
        };
    }

    /// <summary>The whole path; an object of another namespace keeps that.</summary>
    public static CimObjectPath PathOf(OperationContext context, CimInstance instance) =>
        (instance.Path is { Namespace: not null, Keys.Count: > 0 } own ? own : context.Namespace.PathOf(instance)).WithHost(context.Response.Host);

    private static Action<CimObjectPath> AddPath(OperationContext context) => path =>
        context.Response.Add(w => w.ObjectPath(path.WithNamespace(path.Namespace ?? context.Namespace.Name).WithHost(context.Response.Host)));

    private static ClassSelection ClassSelectionOf(OperationContext context) => new()
    {
        IncludeQualifiers = context.Flag("IncludeQualifiers", false),
        IncludeClassOrigin = context.Flag("IncludeClassOrigin", false),
        Properties = context.PropertyList(),
    };

    private static IEnumerable<CimClass> AssociationsOfClass(OperationContext context, AssociationFilter filter, bool ends)
    {
        var ns = context.Namespace;
        var source = ((XmlClassPath)context.Parameter("ObjectName")!).Path.ClassName;
        return ns.Subclasses(null, deep: true).Where(c => c.IsAssociation
            && (filter.AssociationClass is null || ns.IsA(c.Name, filter.AssociationClass)) && AssociationClasses.Reaches(ns, c, source, filter, ends));
    }

    private static IEnumerable<CimClass> FarClasses(OperationContext context)
    {
        var ns = context.Namespace;
        var filter = AssociatorFilter(context);
        var source = ((XmlClassPath)context.Parameter("ObjectName")!).Path.ClassName;
        return AssociationsOfClass(context, filter, ends: true)
            .SelectMany(a => a.Properties.Where(far => far.Type == CimType.Reference && far.ReferenceClass is not null
                && (filter.ResultRole is null || far.Name.Equals(filter.ResultRole, StringComparison.OrdinalIgnoreCase))
                && (filter.ResultClass is null || ns.IsA(far.ReferenceClass, filter.ResultClass))
                && a.Properties.Any(near => near != far && near.Type == CimType.Reference && near.ReferenceClass is not null
                    && (filter.Role is null || near.Name.Equals(filter.Role, StringComparison.OrdinalIgnoreCase)) && ns.IsA(source, near.ReferenceClass))))
            .Select(far => far.ReferenceClass!)
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .Select(ns.FindClass)
            .OfType<CimClass>();
    }
}
