using System.Xml.Linq;
using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.Indications;

/// <summary>A server that is killed while clients subscribe: what it had answered is there when it starts again, and works.</summary>
public sealed class KilledServerTests : IDisposable
{
    private const int Rounds = 3;
    private const string Interop = "root/interop";

    private readonly string _state = Directory.CreateTempSubdirectory("xen-cim-state").FullName;

    public void Dispose() => Directory.Delete(_state, recursive: true);

    [Fact]
    public void Subscriptions_that_were_answered_are_there_and_deliver()
    {
        using var listener = new IndicationListener();
        var random = new Random(3);
        // Name → whether it is there; null while its answer is due.
        var told = new Dictionary<string, bool?>();
        for (var round = 0; round < Rounds; round++)
        {
            using var server = CimServerProcess.Start(state: _state);
            using var xml = new CimXml(server.Address);
            Check(xml, told);
            using var killer = new Timer(_ => server.Kill());
            var last = random.Next(5, 40);
            try
            {
                for (var i = 0; ; i++)
                {
                    // In the middle of one of the next calls.
                    if (i == last)
                        killer.Change(random.Next(20), Timeout.Infinite);
                    var name = $"r{round}n{i}";
                    told[name] = null;
                    Done(xml.Call(Interop, "CreateInstance", [New(Instance("CIM_IndicationFilter", name, ("Query", "SELECT * FROM CIM_InstModification"), ("QueryLanguage", "WQL"), ("SourceNamespace", "root/virt")))]));
                    Done(xml.Call(Interop, "CreateInstance", [New(Instance("CIM_ListenerDestinationCIMXML", name, ("Destination", listener.Url)))]));
                    Done(xml.Call(Interop, "CreateInstance", [New(Subscription(name))]));
                    told[name] = true;
                    if (i % 2 == 0)
                        continue;
                    told[name] = null;
                    Done(xml.Call(Interop, "DeleteInstance", [new XElement("IPARAMVALUE", new XAttribute("NAME", "InstanceName"), new XElement("INSTANCENAME", new XAttribute("CLASSNAME", "CIM_IndicationSubscription"),
                        Key("Filter", Reference("CIM_IndicationFilter", name)), Key("Handler", Reference("CIM_ListenerDestinationCIMXML", name))))]));
                    told[name] = false;
                }
            }
            catch (HttpRequestException)
            {
                // Killed, as every round ends.
            }
            Assert.True(SpinWait.SpinUntil(() => !server.IsAlive, TimeSpan.FromSeconds(20)), "the server was not killed");
        }
        using var again = CimServerProcess.Start(state: _state);
        using var client = new CimXml(again.Address);
        var subscriptions = Check(client, told);
        Assert.NotEmpty(subscriptions);
        // Every one of them still has its provider behind it and its listener in front.
        new Wbemcli(again.Address).Call(Guests.Path(SimulatedGuests.Web), "RequestStateChange", "RequestedState=3");
        var heard = new HashSet<string>();
        while (heard.Count < subscriptions.Count)
            heard.Add(listener.Next("Xen_ComputerSystemInstModification")["IndicationFilterName"] ?? "");
        Assert.Equal(subscriptions, heard);
    }

    private static HashSet<string> Check(CimXml xml, Dictionary<string, bool?> told)
    {
        var filters = Names("CIM_IndicationFilter");
        var destinations = Names("CIM_ListenerDestinationCIMXML");
        var subscriptions = All("CIM_IndicationSubscription").Select(s => s.Descendants("KEYBINDING").First(k => (string?)k.Attribute("NAME") == "Name").Value.Trim()).ToHashSet();
        Assert.Subset(filters, subscriptions);
        Assert.Subset(destinations, subscriptions);
        foreach (var (name, expected) in told.ToList())
        {
            Assert.True((expected ?? subscriptions.Contains(name)) == subscriptions.Contains(name), $"{name} is {(expected == true ? "lost" : "there again")}");
            told[name] = subscriptions.Contains(name);
        }
        return subscriptions;

        HashSet<string> Names(string className) => All(className)
            .Select(i => i.Element("INSTANCE")!.Elements("PROPERTY").Single(p => (string?)p.Attribute("NAME") == "Name").Value.Trim()).ToHashSet();

        IEnumerable<XElement> All(string className)
        {
            var answer = xml.Call(Interop, "EnumerateInstances", [CimXml.ClassName(className)]);
            Assert.True(answer.Status == 0, answer.ToString());
            return answer.Document!.Descendants("VALUE.NAMEDINSTANCE");
        }
    }

    private static void Done(CimXmlAnswer answer) => Assert.True(answer.Status == 0 && answer.Document is not null, answer.ToString());

    private static XElement New(XElement instance) => new("IPARAMVALUE", new XAttribute("NAME", "NewInstance"), instance);

    private static XElement Instance(string className, string name, params (string Name, string Value)[] properties) => new("INSTANCE", new XAttribute("CLASSNAME", className),
        Keys(className, name).Concat(properties).Select(p => new XElement("PROPERTY", new XAttribute("NAME", p.Name), new XAttribute("TYPE", "string"), new XElement("VALUE", p.Value))));

    private static XElement Subscription(string name) => new("INSTANCE", new XAttribute("CLASSNAME", "CIM_IndicationSubscription"),
        new XElement("PROPERTY.REFERENCE", new XAttribute("NAME", "Filter"), Reference("CIM_IndicationFilter", name)),
        new XElement("PROPERTY.REFERENCE", new XAttribute("NAME", "Handler"), Reference("CIM_ListenerDestinationCIMXML", name)));

    private static XElement Reference(string className, string name) => new("VALUE.REFERENCE", new XElement("LOCALINSTANCEPATH", CimXml.LocalNamespace(Interop), CimXml.Instance(className, Keys(className, name))));

    private static XElement Key(string name, XElement reference) => new("KEYBINDING", new XAttribute("NAME", name), reference);

    private static (string Name, string Value)[] Keys(string className, string name) =>
        [("SystemCreationClassName", "CIM_ComputerSystem"), ("SystemName", Environment.MachineName), ("CreationClassName", className), ("Name", name)];
}
