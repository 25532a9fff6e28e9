namespace Xen.Cim.Model;

// What a provider offers to the layer that connects it to a CIM server. All calls are synchronous, may run on many
// threads at once, and report failure as a CimException. Sequences are lazy: the caller hands each element on as it comes.

/// <summary>Serves instances of classes (DSP0200 instance operations).</summary>
public interface IInstanceProvider
{
    IEnumerable<CimObjectPath> EnumerateInstanceNames(CimRequest request, CimObjectPath classPath);

    /// <summary>Instances of exactly the class asked for, each with its <see cref="CimInstance.Path"/>.</summary>
    IEnumerable<CimInstance> EnumerateInstances(CimRequest request, CimObjectPath classPath);

    /// <exception cref="CimException">NOT_FOUND: no such instance.</exception>
    CimInstance GetInstance(CimRequest request, CimObjectPath path);

    CimObjectPath CreateInstance(CimRequest request, CimObjectPath classPath, CimInstance instance);

    /// <summary>Changes the properties of <see cref="CimRequest.PropertyList"/>, or all that the instance carries.</summary>
    void ModifyInstance(CimRequest request, CimObjectPath path, CimInstance instance);

    void DeleteInstance(CimRequest request, CimObjectPath path);
}

/// <summary>Serves association requests on instances.</summary>
public interface IAssociationProvider
{
    IEnumerable<CimInstance> Associators(CimRequest request, CimObjectPath source, AssociationFilter filter);

    IEnumerable<CimObjectPath> AssociatorNames(CimRequest request, CimObjectPath source, AssociationFilter filter);

    IEnumerable<CimInstance> References(CimRequest request, CimObjectPath source, AssociationFilter filter);

    IEnumerable<CimObjectPath> ReferenceNames(CimRequest request, CimObjectPath source, AssociationFilter filter);
}

/// <summary>Serves extrinsic methods.</summary>
public interface IMethodProvider
{
    /// <returns>The method's return value, a scalar as in <see cref="CimValue"/>.</returns>
    /// <exception cref="CimException">METHOD_NOT_FOUND: the class has no such method.</exception>
    object? InvokeMethod(CimRequest request, CimObjectPath path, string methodName, CimArguments input, CimArguments output);
}

/// <summary>Serves indications of the classes that it declares.</summary>
public interface IIndicationProvider
{
    /// <summary>Called when the first filter that needs the class comes, and again for each further one.</summary>
    void ActivateFilter(CimRequest request, string filter, string indicationClass, CimObjectPath? sourceClass, bool first);

    void DeactivateFilter(CimRequest request, string filter, string indicationClass, CimObjectPath? sourceClass, bool last);

    /// <summary>From now on indications may be handed to <paramref name="deliver"/>, on any thread.</summary>
    void EnableIndications(Action<CimInstance> deliver);

    void DisableIndications();
}

[Flags]
public enum ProviderKinds
{
    None = 0,
    Instance = 1,
    Association = 2,
    Method = 4,
    Indication = 8,
}

/// <summary>A class that the provider serves: what the registration for every CIM server is generated from.</summary>
/// <param name="Namespace">The class's home, by which the provider itself knows it; it may be registered elsewhere.</param>
/// <param name="SecondNamespace">Another home: that of the far end of an association between two namespaces.</param>
public sealed record ProvidedClass(string ClassName, string Namespace, ProviderKinds Kinds, string? SecondNamespace = null)
{
    public IReadOnlyList<string> Namespaces => SecondNamespace is null ? [Namespace] : [Namespace, SecondNamespace];
}

/// <summary>A whole provider library behind one door.</summary>
public interface ICimProvider : IInstanceProvider, IAssociationProvider, IMethodProvider, IIndicationProvider, IDisposable
{
    IReadOnlyList<ProvidedClass> Classes { get; }

    /// <summary>Whether the provider can end now and be made again later without losing anything, such as a job under way.</summary>
    bool IsIdle => true;
}
