using Xen.Cim.Model;
using Xen.Cim.Server.Dispatch;
using Xen.Cim.Server.Repository;

namespace Xen.Cim.Server.Indications;

/// <summary>The classes of the Interop namespace, for instances that the server makes itself.</summary>
internal sealed class Interop(CimRepository repository)
{
    /// <summary>SystemCreationClassName of what the server hosts.</summary>
    public const string SystemClass = "CIM_ComputerSystem";

    public RepositoryNamespace Namespace { get; } = repository.Get(CimRepository.Interop);

    /// <summary>SystemName of what the server hosts.</summary>
    public static string SystemName => Environment.MachineName;

    public CimClass Class(string name) => Namespace.GetClass(name);

    /// <summary>An instance with the types and key flags of its class; a null value is left out.</summary>
    public CimInstance New(string className, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        var cimClass = Class(className);
        var instance = new CimInstance(cimClass.Name);
        foreach (var (name, value) in values)
        {
            if (value is not null)
                Set(instance, cimClass, name, value);
        }
        instance.Path = Namespace.PathOf(instance, cimClass);
        return instance;
    }

    /// <summary>Sets a property to a value of its declared type.</summary>
    public void Set(CimInstance instance, CimClass cimClass, string name, object? value)
    {
        var property = cimClass.Property(name) ?? throw new CimException(CimStatus.NoSuchProperty, $"{cimClass.Name} has no property {name}.");
        instance.Set(property.Name, property.Type, property.IsArray,
            TypeRestoration.Property(repository, Namespace, cimClass, property, value), TypeRestoration.FlagsOf(property));
    }

    /// <summary>What a client or a file says, with the class's types, and the class's defaults where it says nothing.</summary>
    /// <exception cref="CimException">INVALID_PARAMETER, TYPE_MISMATCH.</exception>
    public CimInstance Complete(CimInstance sent)
    {
        var cimClass = Class(sent.ClassName);
        var instance = TypeRestoration.Instance(repository, Namespace, cimClass, sent, CimStatus.InvalidParameter);
        foreach (var property in cimClass.Properties)
        {
            if (property.DefaultValue is not null && !instance.Has(property.Name))
                instance.Set(property.Name, property.Type, property.IsArray, property.DefaultValue, TypeRestoration.FlagsOf(property));
        }
        return instance;
    }

    /// <summary>A path as a key: in this namespace, without a host, its keys with the class's types.</summary>
    /// <exception cref="CimException">INVALID_PARAMETER: it is no path of the class.</exception>
    public CimObjectPath Normal(CimObjectPath path)
    {
        var here = path.WithHost(null);
        here = here.WithKeys(here.Keys.Select(k => k.Value is CimObjectPath inner ? new CimKey(k.Name, Normal(inner)) : k));
        // wbemcli reads root/interop:Class as host and namespace.
        if (here.Namespace is null || $"{path.Host}/{path.Namespace}".Equals(Namespace.Name, StringComparison.OrdinalIgnoreCase))
            here = here.WithNamespace(Namespace.Name);
        return TypeRestoration.Path(repository, Namespace, here, complete: false);
    }

    public bool IsA(string @namespace, string className, string superclass) => repository.Find(@namespace)?.IsA(className, superclass) == true;

    public RepositoryNamespace? Other(string @namespace) => repository.Find(@namespace);
}
