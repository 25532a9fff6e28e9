using Xen.Cim.Model;

namespace Xen.Cim.Cmpi.Tests;

/// <summary>A provider that answers what a test tells it to, and remembers what it was asked.</summary>
internal sealed class TestProvider : ICimProvider
{
    public Func<IEnumerable<CimInstance>> Instances { get; set; } = () => [];

    public Func<CimArguments, CimArguments, object?> Method { get; set; } = (_, _) => null;

    public CimRequest? Request { get; private set; }

    public CimObjectPath? Path { get; private set; }

    public AssociationFilter? Filter { get; private set; }

    public CimInstance? Instance { get; private set; }

    public string? MethodName { get; private set; }

    public Action<CimInstance>? Deliver { get; private set; }

    public (string Filter, string Class, bool First)? Activated { get; private set; }

    public bool Disposed { get; private set; }

    public IReadOnlyList<ProvidedClass> Classes => [];

    public bool IsIdle { get; set; } = true;

    public IEnumerable<CimObjectPath> EnumerateInstanceNames(CimRequest request, CimObjectPath classPath) => Asked(request, classPath).Select(i => i.Path!);

    public IEnumerable<CimInstance> EnumerateInstances(CimRequest request, CimObjectPath classPath) => Asked(request, classPath);

    public CimInstance GetInstance(CimRequest request, CimObjectPath path) =>
        Asked(request, path).FirstOrDefault() ?? throw CimException.NotFound(path);

    public CimObjectPath CreateInstance(CimRequest request, CimObjectPath classPath, CimInstance instance)
    {
        Asked(request, classPath);
        Instance = instance;
        return new CimObjectPath(classPath.ClassName, null, new CimKey("Name", "new"));
    }

    public void ModifyInstance(CimRequest request, CimObjectPath path, CimInstance instance)
    {
        Asked(request, path);
        Instance = instance;
    }

    public void DeleteInstance(CimRequest request, CimObjectPath path) => Asked(request, path);

    public IEnumerable<CimInstance> Associators(CimRequest request, CimObjectPath source, AssociationFilter filter) => Asked(request, source, filter);

    public IEnumerable<CimObjectPath> AssociatorNames(CimRequest request, CimObjectPath source, AssociationFilter filter) =>
        Asked(request, source, filter).Select(i => i.Path!);

    public IEnumerable<CimInstance> References(CimRequest request, CimObjectPath source, AssociationFilter filter) => Asked(request, source, filter);

    public IEnumerable<CimObjectPath> ReferenceNames(CimRequest request, CimObjectPath source, AssociationFilter filter) =>
        Asked(request, source, filter).Select(i => i.Path!);

    public object? InvokeMethod(CimRequest request, CimObjectPath path, string methodName, CimArguments input, CimArguments output)
    {
        Asked(request, path);
        MethodName = methodName;
        return Method(input, output);
    }

    public void ActivateFilter(CimRequest request, string filter, string indicationClass, CimObjectPath? sourceClass, bool first) =>
        Activated = (filter, indicationClass, first);

    public void DeactivateFilter(CimRequest request, string filter, string indicationClass, CimObjectPath? sourceClass, bool last) => Activated = null;

    public void EnableIndications(Action<CimInstance> deliver) => Deliver = deliver;

    public void DisableIndications() => Deliver = null;

    public void Dispose() => Disposed = true;

    private IEnumerable<CimInstance> Asked(CimRequest request, CimObjectPath path, AssociationFilter? filter = null)
    {
        (Request, Path, Filter) = (request, path, filter);
        return Instances();
    }
}
