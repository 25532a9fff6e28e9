using Xen.Cim.Model;

namespace Xen.Cim.Server.Providers;

/// <summary>
/// A provider as the dispatcher sees it, whatever interface it was written for. Results are pushed one by one, as a CMPI
/// provider returns them; the call returns when the provider is done.
/// </summary>
/// <remarks>
/// Failure is a <see cref="CimException"/>. Calls come on any thread, several at once. A callback that throws ends the
/// results, not the provider's call.
/// </remarks>
public interface IProvider
{
    void EnumerateInstanceNames(CimRequest request, CimObjectPath classPath, Action<CimObjectPath> result);

    void EnumerateInstances(CimRequest request, CimObjectPath classPath, Action<CimInstance> result);

    CimInstance GetInstance(CimRequest request, CimObjectPath path);

    CimObjectPath CreateInstance(CimRequest request, CimObjectPath classPath, CimInstance instance);

    void ModifyInstance(CimRequest request, CimObjectPath path, CimInstance instance);

    void DeleteInstance(CimRequest request, CimObjectPath path);

    void ExecQuery(CimRequest request, CimObjectPath classPath, string language, string query, Action<CimInstance> result);

    void Associators(CimRequest request, CimObjectPath source, AssociationFilter filter, Action<CimInstance> result);

    void AssociatorNames(CimRequest request, CimObjectPath source, AssociationFilter filter, Action<CimObjectPath> result);

    void References(CimRequest request, CimObjectPath source, AssociationFilter filter, Action<CimInstance> result);

    void ReferenceNames(CimRequest request, CimObjectPath source, AssociationFilter filter, Action<CimObjectPath> result);

    object? InvokeMethod(CimRequest request, CimObjectPath path, string methodName, CimArguments input, CimArguments output);
}

/// <summary>Loads provider libraries (<c>lib&lt;location&gt;.so</c>); one object for each provider name.</summary>
public interface IProviderLoader
{
    /// <exception cref="CimException">FAILED, with the loader's own text, when the library or its entry points cannot be had.</exception>
    IProvider Load(string location, string providerName);
}

/// <summary>What a provider may ask the server for while it works: classes, and other providers' instances.</summary>
public interface IBrokerServices
{
    /// <summary>The class with everything that it inherits, or null.</summary>
    CimClass? FindClass(string @namespace, string className);

    /// <summary>Whether <paramref name="className"/> is <paramref name="superclass"/> or a subclass of it.</summary>
    bool IsA(string @namespace, string className, string superclass);

    /// <summary>The server as a client of itself (the CB… up-calls of CMPI).</summary>
    IProvider Operations { get; }

    /// <summary>A query or a filter of a provider.</summary>
    /// <exception cref="CimException">QUERY_LANGUAGE_NOT_SUPPORTED, INVALID_QUERY, QUERY_FEATURE_NOT_SUPPORTED.</exception>
    ICimQuery ParseQuery(string language, string query);

    /// <summary>An indication that a provider delivers.</summary>
    void DeliverIndication(string @namespace, CimInstance indication);
}
