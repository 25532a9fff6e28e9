using Xen.Cim.Model;
using Xen.Cim.Server.CimXml;

namespace Xen.Cim.Server.Dispatch;

/// <summary>The operations on instances and their properties (DSP0200 5.3.2).</summary>
internal static class InstanceOperations
{
    public static void EnumerateInstances(OperationContext context)
    {
        var cimClass = context.Class("ClassName");
        var ns = context.Namespace;
        var wanted = context.PropertyList();
        var selections = Selections(context, cimClass, deep: context.Flag("DeepInheritance", true), wanted);
        context.Operations.EnumerateInstances(context.Request with { PropertyList = wanted }, new CimObjectPath(cimClass.Name, ns.Name), instance =>
        {
            context.Response.Add(w => w.NamedInstance(ns.PathOf(instance), instance, selections(instance.ClassName)));
        });
    }

    public static void EnumerateInstanceNames(OperationContext context)
    {
        var cimClass = context.Class("ClassName");
        context.Operations.EnumerateInstanceNames(context.Request, new CimObjectPath(cimClass.Name, context.Namespace.Name),
            path => context.Response.Add(w => w.InstanceName(path)));
    }

    public static void GetInstance(OperationContext context)
    {
        var path = context.InstanceName("InstanceName");
        var wanted = context.PropertyList();
        var instance = context.Operations.GetInstance(context.Request with { PropertyList = wanted }, path);
        var selections = Selections(context, context.Namespace.GetClass(path.ClassName), deep: true, wanted);
        context.Response.Add(w => w.Instance(instance, selections(instance.ClassName), context.Namespace.Name));
    }

    public static void CreateInstance(OperationContext context)
    {
        if (context.Parameter("NewInstance") is not CimInstance sent)
            throw context.Parameter("NewInstance") is { } other ? context.Wrong("NewInstance", "an INSTANCE", other) : context.Missing("NewInstance");
        var ns = context.Namespace;
        var cimClass = ns.GetClass(sent.ClassName);
        if (cimClass.Is("Abstract"))
            throw CimException.NotSupported($"{cimClass.Name} is abstract and has no instances of its own.");
        var instance = TypeRestoration.Instance(context.Repository, ns, cimClass, sent, CimStatus.InvalidParameter);
        var path = context.Operations.CreateInstance(context.Request, new CimObjectPath(cimClass.Name, ns.Name), instance);
        context.Response.Add(w => w.InstanceName(path));
    }

    public static void ModifyInstance(OperationContext context)
    {
        if (context.Parameter("ModifiedInstance") is not CimInstance { Path: { } sentPath } sent)
        {
            throw context.Parameter("ModifiedInstance") is { } other
                ? context.Wrong("ModifiedInstance", "a VALUE.NAMEDINSTANCE", other) : context.Missing("ModifiedInstance");
        }
        var path = context.Restore(sentPath);
        var ns = context.Namespace;
        if (!sent.ClassName.Equals(path.ClassName, StringComparison.OrdinalIgnoreCase))
            throw CimException.InvalidParameter($"The path names the class {path.ClassName}, the instance {sent.ClassName}.");
        var cimClass = ns.GetClass(path.ClassName);
        var wanted = context.PropertyList();
        if (wanted?.FirstOrDefault(p => cimClass.Property(p) is null) is { } unknown)
            throw new CimException(CimStatus.NoSuchProperty, $"{cimClass.Name} has no property \"{CimXmlText.Shorten(unknown)}\".");
        var instance = TypeRestoration.Instance(context.Repository, ns, cimClass, sent, CimStatus.NoSuchProperty);
        foreach (var key in path.Keys)
        {
            if (instance[key.Name] is { } value && !CimValue.AreEqual(value, key.Value) && value is not CimObjectPath)
                throw CimException.InvalidParameter($"The key {cimClass.Name}.{key.Name} cannot be changed.");
        }
        instance.Path = path;
        context.Operations.ModifyInstance(context.Request with { PropertyList = wanted }, path, instance);
    }

    public static void DeleteInstance(OperationContext context) =>
        context.Operations.DeleteInstance(context.Request, context.InstanceName("InstanceName"));

    public static void GetProperty(OperationContext context)
    {
        var path = context.InstanceName("InstanceName");
        var property = Property(context, path);
        var request = context.Request with { PropertyList = new HashSet<string>([property.Name], StringComparer.OrdinalIgnoreCase) };
        var value = context.Operations.GetInstance(request, path)[property.Name];
        context.Response.Add(w => w.Value(property.Type, value, context.Namespace.Name));
    }

    public static void SetProperty(OperationContext context)
    {
        var path = context.InstanceName("InstanceName");
        var property = Property(context, path);
        var ns = context.Namespace;
        var cimClass = ns.GetClass(path.ClassName);
        if (property.IsKey)
            throw CimException.InvalidParameter($"The key {cimClass.Name}.{property.Name} cannot be changed.");
        var value = TypeRestoration.Property(context.Repository, ns, cimClass, property, context.Parameter("NewValue"));
        var instance = new CimInstance(cimClass.Name) { Path = path };
        foreach (var key in path.Keys)
            instance.Set(key.Name, CimXmlWriter.CimTypeOf(key.Value), isArray: false, key.Value, CimPropertyFlags.Key);
        instance.Set(property.Name, property.Type, property.IsArray, value, TypeRestoration.FlagsOf(property));
        var request = context.Request with { PropertyList = new HashSet<string>([property.Name], StringComparer.OrdinalIgnoreCase) };
        context.Operations.ModifyInstance(request, path, instance);
    }

    /// <summary>CLASSORIGIN, when the client asks for it.</summary>
    public static Func<string, CimClass?>? Origins(OperationContext context) =>
        context.Flag("IncludeClassOrigin", false) ? context.Namespace.FindClass : null;

    /// <summary>What instances of a class and its subclasses show, by their own class; for one thread.</summary>
    public static Func<string, InstanceSelection> Selections(OperationContext context, CimClass cimClass, bool deep, HashSet<string>? wanted)
    {
        var visible = VisibleProperties(context, cimClass, deep, wanted);
        var origins = Origins(context);
        var selections = new Dictionary<string, InstanceSelection>(StringComparer.OrdinalIgnoreCase);
        return className => selections.TryGetValue(className, out var known) ? known : selections[className] = new(visible(className), origins);
    }

    private static CimPropertyDeclaration Property(OperationContext context, CimObjectPath path)
    {
        var name = context.RequiredText("PropertyName");
        return context.Namespace.GetClass(path.ClassName).Property(name)
            ?? throw new CimException(CimStatus.NoSuchProperty, $"{path.ClassName} has no property \"{CimXmlText.Shorten(name)}\".");
    }

    /// <summary>
    /// The properties that an instance of a class shows: those of PropertyList, of the class alone (LocalOnly), and of its
    /// subclasses (DeepInheritance). A client that says nothing of LocalOnly gets inherited properties too, as servers that
    /// treat the deprecated parameter do.
    /// </summary>
    /// <returns>For an instance's class: the names, or null for all.</returns>
    private static Func<string, IReadOnlySet<string>?> VisibleProperties(OperationContext context, CimClass cimClass, bool deep, HashSet<string>? wanted)
    {
        var local = context.Flag("LocalOnly", false);
        if (deep && !local)
            return _ => wanted;
        var own = cimClass.Properties.Where(p => !local || !p.IsPropagated).Select(p => p.Name).ToList();
        return className =>
        {
            var names = new HashSet<string>(own, StringComparer.OrdinalIgnoreCase);
            if (deep && context.Namespace.FindClass(className) is { } actual)
                names.UnionWith(actual.Properties.Where(p => cimClass.Property(p.Name) is null).Select(p => p.Name));
            if (wanted is not null)
                names.IntersectWith(wanted);
            return names;
        };
    }
}
