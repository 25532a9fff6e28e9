using Xen.Cim.Model;
using Xen.Cim.Server.CimXml;
using Xen.Cim.Server.Enumerations;
using Xen.Cim.Server.Queries;

namespace Xen.Cim.Server.Dispatch;

/// <summary>The operations that open an enumeration (DSP0200 5.3.2.24.2 to 8).</summary>
internal static class OpenOperations
{
    public static void EnumerateInstances(OperationContext context)
    {
        var cimClass = context.Class("ClassName");
        var ns = context.Namespace;
        var filter = Filter(context, cimClass);
        var wanted = context.PropertyList();
        var selections = InstanceOperations.Selections(context, cimClass, deep: context.Flag("DeepInheritance", true), wanted);
        Open(context, EnumerationKind.InstancesWithPath, (operations, request, add) => operations.EnumerateInstances(
            request with { PropertyList = With(wanted, filter) }, new CimObjectPath(cimClass.Name, ns.Name), instance =>
            {
                if (filter?.Matches(instance, ns.IsA) == false)
                    return;
                var path = ns.PathOf(instance).WithHost(context.Response.Host);
                add(w => w.InstanceWithPath(path, instance, selections(instance.ClassName)));
            }));
    }

    public static void EnumerateInstancePaths(OperationContext context)
    {
        var cimClass = context.Class("ClassName");
        var ns = context.Namespace;
        var filter = Filter(context, cimClass);
        var classPath = new CimObjectPath(cimClass.Name, ns.Name);
        Open(context, EnumerationKind.InstancePaths, (operations, request, add) =>
        {
            void Add(CimObjectPath path) => add(w => w.InstancePath(path.WithNamespace(ns.Name).WithHost(context.Response.Host)));
            if (filter is null)
                operations.EnumerateInstanceNames(request, classPath, Add);
            else
                operations.EnumerateInstances(request with { PropertyList = filter.Properties }, classPath, Matching(filter, ns, i => Add(ns.PathOf(i))));
        });
    }

    public static void AssociatorInstances(OperationContext context) => Traverse(context, true, AssociationOperations.AssociatorFilter(context),
        (operations, request, source, classes, result) => operations.Associators(request, source, classes, result));

    public static void ReferenceInstances(OperationContext context) => Traverse(context, false, AssociationOperations.ReferenceFilter(context),
        (operations, request, source, classes, result) => operations.References(request, source, classes, result));

    public static void AssociatorInstancePaths(OperationContext context) => TraversePaths(context, true, AssociationOperations.AssociatorFilter(context),
        (operations, request, source, classes, result) => operations.AssociatorNames(request, source, classes, result),
        (operations, request, source, classes, result) => operations.Associators(request, source, classes, result));

    public static void ReferenceInstancePaths(OperationContext context) => TraversePaths(context, false, AssociationOperations.ReferenceFilter(context),
        (operations, request, source, classes, result) => operations.ReferenceNames(request, source, classes, result),
        (operations, request, source, classes, result) => operations.References(request, source, classes, result));

    public static void QueryInstances(OperationContext context)
    {
        var query = Query.Parse(context.RequiredText("FilterQueryLanguage"), context.RequiredText("FilterQuery"));
        var cimClass = context.Operations.Check(context.Request, query);
        if (context.Flag("ReturnQueryResultClass", false))
        {
            var result = QueryResultClass.Of(query, context.Namespace, cimClass);
            context.Response.AddOutput("QueryResultClass", w => w.Class(result, new ClassSelection()));
        }
        Open(context, EnumerationKind.Instances, (operations, request, add) =>
            operations.ExecQuery(request, query, instance => add(w => w.Instance(instance, null, context.Namespace.Name))));
    }

    private delegate void Traversal<T>(ServerOperations operations, CimRequest request, CimObjectPath source, AssociationFilter classes, Action<T> result);

    private static void Traverse(OperationContext context, bool ends, AssociationFilter classes, Traversal<CimInstance> traverse)
    {
        var source = Source(context, ends, classes);
        var ns = context.Namespace;
        var filter = Filter(context, null);
        var wanted = context.PropertyList();
        var selection = new InstanceSelection(wanted, InstanceOperations.Origins(context));
        Open(context, EnumerationKind.InstancesWithPath, (operations, request, add) =>
            traverse(operations, request with { PropertyList = With(wanted, filter) }, source, classes, Matching(filter, ns, instance =>
            {
                var path = AssociationOperations.PathOf(context, instance);
                add(w => w.InstanceWithPath(path, instance, selection));
            })));
    }

    private static void TraversePaths(OperationContext context, bool ends, AssociationFilter classes, Traversal<CimObjectPath> traverse, Traversal<CimInstance> instances)
    {
        var source = Source(context, ends, classes);
        var filter = Filter(context, null);
        Open(context, EnumerationKind.InstancePaths, (operations, request, add) =>
        {
            void Add(CimObjectPath path) => add(w => w.InstancePath(path.WithNamespace(path.Namespace ?? context.Namespace.Name).WithHost(context.Response.Host)));
            if (filter is null)
                traverse(operations, request, source, classes, Add);
            else
                instances(operations, request with { PropertyList = filter.Properties }, source, classes, Matching(filter, context.Namespace, i => Add(AssociationOperations.PathOf(context, i))));
        });
    }

    // The classes are looked up now, so that the client that opens hears what is wrong with them.
    private static CimObjectPath Source(OperationContext context, bool ends, AssociationFilter classes)
    {
        var source = context.InstanceName("InstanceName", CimStatus.InvalidParameter);
        AssociationClasses.Check(context.Namespace, source.ClassName, classes, ends);
        return source;
    }

    private static Action<CimInstance> Matching(Query? filter, Repository.RepositoryNamespace ns, Action<CimInstance> result) => instance =>
    {
        if (filter?.Matches(instance, ns.IsA) != false)
            result(instance);
    };

    // A filter's properties have to come from the provider even when the client does not want to see them.
    private static IReadOnlySet<string>? With(HashSet<string>? wanted, Query? filter) => wanted is null || filter?.Properties is not { } more ? wanted
        : new HashSet<string>(wanted.Concat(more), StringComparer.OrdinalIgnoreCase);

    private static Query? Filter(OperationContext context, CimClass? cimClass)
    {
        var language = context.Text("FilterQueryLanguage");
        var text = context.Text("FilterQuery");
        if (string.IsNullOrEmpty(language) && string.IsNullOrEmpty(text))
            return null;
        if (string.IsNullOrEmpty(language) || string.IsNullOrEmpty(text))
            throw context.Missing(string.IsNullOrEmpty(language) ? "FilterQueryLanguage" : "FilterQuery");
        if (QueryLanguage.Named(language) != QueryLanguage.Fql)
            throw new CimException(CimStatus.QueryLanguageNotSupported, $"Filters of {context.Call.Name} are written in {QueryLanguage.Fql.Name}, not in {language}.");
        var filter = Query.Parse(QueryLanguage.Fql, text);
        if (cimClass is not null)
            filter.Check(context.Namespace, cimClass);
        return filter;
    }

    private static void Open(OperationContext context, EnumerationKind kind, Action<ServerOperations, CimRequest, Action<Action<CimXmlWriter>>> produce)
    {
        var timeout = context.Number("OperationTimeout");
        var most = context.Number("MaxObjectCount") ?? 0;
        var (id, enumeration) = context.Enumerations.Open(kind, context.Request, timeout, context.Flag("ContinueOnError", false), (opened, add) => produce(
            opened.ContinueOnError ? context.Operations.Continuing(opened.AddError) : context.Operations,
            context.Request with { Cancellation = opened.End }, add));
        PullOperations.Pull(context, id, kind, most);
    }
}
