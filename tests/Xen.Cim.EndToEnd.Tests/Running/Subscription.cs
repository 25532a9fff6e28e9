using System.Xml.Linq;

namespace Xen.Cim.EndToEnd.Tests.Running;

/// <summary>A subscription with a filter and a destination of its own in any CIM server; they are gone when it is disposed.</summary>
public sealed class Subscription : IDisposable
{
    private const string Filter = "CIM_IndicationFilter", Destination = "CIM_ListenerDestinationCIMXML";

    private readonly CimXml _client;
    private readonly string _interop;

    // In the order in which they were made.
    private readonly Stack<XElement> _made = new();

    /// <param name="server">Knows the address.</param>
    /// <param name="indicationClass">All of its indications.</param>
    /// <param name="url">Where the listener is.</param>
    public Subscription(Wbemcli server, string indicationClass, string url)
    {
        _client = new(server.Address, server.Credentials);
        _interop = server.Interop();
        var name = $"suite-{Guid.NewGuid():N}";
        try
        {
            var filter = Make(Filter, Named(Filter, name), Property("Query", $"SELECT * FROM {indicationClass}"), Property("QueryLanguage", "WQL"), Property("SourceNamespace", Wbemcli.Namespace));
            var destination = Make(Destination, Named(Destination, name), Property("Destination", url), Property("PersistenceType", "2", "uint16"));
            Make("CIM_IndicationSubscription", [], Reference("Filter", Filter, filter), Reference("Handler", Destination, destination),
                Property("OnFatalErrorPolicy", "2", "uint16"), Property("RepeatNotificationPolicy", "2", "uint16"), Property("SubscriptionState", "2", "uint16"));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var path in _made)
            _client.Call(_interop, "DeleteInstance", [CimXml.InstanceParameter(path)]);
        _client.Dispose();
    }

    private XElement Make(string className, IEnumerable<XElement> keys, params IEnumerable<XElement> properties)
    {
        var answer = _client.Call(_interop, "CreateInstance", [new XElement("IPARAMVALUE", new XAttribute("NAME", "NewInstance"),
            new XElement("INSTANCE", new XAttribute("CLASSNAME", className), keys, properties))]);
        Assert.True(answer.Document is not null && answer.Status == 0, $"CreateInstance of {className} in {_interop}: {answer}");
        var path = new XElement(answer.Document.Descendants("INSTANCENAME").First());
        _made.Push(path);
        return path;
    }

    // Servers differ in which of the keys they supply.
    private static IEnumerable<XElement> Named(string className, string name) =>
        [Property("SystemCreationClassName", "CIM_ComputerSystem"), Property("SystemName", "localhost"), Property("CreationClassName", className), Property("Name", name)];

    private static XElement Property(string name, string value, string type = "string") =>
        new("PROPERTY", new XAttribute("NAME", name), new XAttribute("TYPE", type), new XElement("VALUE", value));

    private static XElement Reference(string name, string className, XElement path) => new("PROPERTY.REFERENCE",
        new XAttribute("NAME", name), new XAttribute("REFERENCECLASS", className), new XElement("VALUE.REFERENCE", path));
}
