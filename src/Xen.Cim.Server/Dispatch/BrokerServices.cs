using Xen.Cim.Model;
using Xen.Cim.Server.Providers;
using Xen.Cim.Server.Queries;
using Xen.Cim.Server.Repository;

namespace Xen.Cim.Server.Dispatch;

/// <summary>The server's side of what providers may ask for.</summary>
public sealed class BrokerServices(CimRepository repository, ServerOperations operations, Action<string, CimInstance> deliver) : IBrokerServices
{
    public IProvider Operations => operations;

    public CimClass? FindClass(string @namespace, string className) => repository.Find(@namespace)?.FindClass(className);

    public bool IsA(string @namespace, string className, string superclass) => repository.Find(@namespace)?.IsA(className, superclass) == true;

    public ICimQuery ParseQuery(string language, string query) => new ProviderQuery(
        Query.Parse(language, query).WithNamedValues(c => repository.Namespaces.Select(n => n.FindClass(c)).FirstOrDefault(c => c is not null)),
        // A provider's query names no namespace; a class is the same wherever it is.
        (className, superclass) => repository.Namespaces.Any(n => n.IsA(className, superclass)));

    public void DeliverIndication(string @namespace, CimInstance indication) => deliver(@namespace, indication);
}
