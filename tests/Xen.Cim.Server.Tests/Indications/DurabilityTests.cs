using System.Collections.Concurrent;
using System.Xml.Linq;
using Xen.Cim.Server.Tests.Running;

namespace Xen.Cim.Server.Tests.Indications;

/// <summary>The server is killed in the middle of changes, again and again: what it had answered is there, and nothing is half there.</summary>
public sealed class DurabilityTests : IDisposable
{
    private const int Rounds = 6;
    private const int Clients = 4;

    private const string Destination = "CIM_ListenerDestinationCIMXML";
    private const string Filter = "CIM_IndicationFilter";
    private const string Subscription = "CIM_IndicationSubscription";
    private const string Query = "SELECT * FROM CIM_AlertIndication";

    // In the order in which they need each other.
    private static readonly string[] s_kinds = [Destination, Filter, Subscription];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("xen-cim-durability");

    /// <summary>What a client was told of a name; null while it waits for the answer.</summary>
    private readonly ConcurrentDictionary<string, bool?> _told = new();

    private int _answered;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task What_was_answered_survives_being_killed()
    {
        var random = new Random(20);
        var created = 0;
        for (var round = 0; round < Rounds; round++)
        {
            using (var server = await ServerProcess.StartAsync(_folder.FullName))
            {
                await CheckAsync(server);
                using var stop = new CancellationTokenSource();
                var clients = Enumerable.Range(0, Clients).Select(n => ChangeAsync(server, $"{round}-{n}", stop.Token)).ToArray();
                // In the middle of one of the next changes, however slow the machine.
                for (var until = Volatile.Read(ref _answered) + random.Next(10, 120); Volatile.Read(ref _answered) < until && !clients.Any(c => c.IsCompleted);)
                    await Task.Delay(1, TestContext.Current.CancellationToken);
                server.Kill();
                await stop.CancelAsync();
                created += (await Task.WhenAll(clients)).Sum();
            }
        }
        using var last = await ServerProcess.StartAsync(_folder.FullName);
        await CheckAsync(last);
        Assert.True(created > Rounds, $"only {created} objects were made");
    }

    // Makes a destination, a filter and a subscription of the two, and takes every third away again.
    private async Task<int> ChangeAsync(ServerProcess server, string prefix, CancellationToken stop)
    {
        var count = 0;
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var name = $"{prefix}-{i}";
            try
            {
                foreach (var kind in s_kinds)
                {
                    _told[$"{kind}/{name}"] = null;
                    await server.CallAsync("root/interop", "CreateInstance", Requests.Parameter("NewInstance", Instance(kind, name)));
                    _told[$"{kind}/{name}"] = true;
                    count++;
                    Interlocked.Increment(ref _answered);
                }
                if (i % 3 != 0)
                    continue;
                foreach (var kind in s_kinds.Reverse())
                {
                    _told[$"{kind}/{name}"] = null;
                    await server.CallAsync("root/interop", "DeleteInstance", Requests.Parameter("InstanceName", Path(kind, name)));
                    _told[$"{kind}/{name}"] = false;
                    Interlocked.Increment(ref _answered);
                }
            }
            catch (HttpRequestException)
            {
                return count;
            }
        }
        return count;
    }

    private async Task CheckAsync(ServerProcess server)
    {
        var there = new HashSet<string>();
        foreach (var kind in s_kinds)
        {
            var answer = await server.CallAsync("root/interop", "EnumerateInstances", Requests.ClassName(kind));
            foreach (var instance in answer.Descendants("VALUE.NAMEDINSTANCE").Select(n => n.Element("INSTANCE")!))
            {
                var name = Value(instance, "Name") ?? instance.Descendants("KEYBINDING").First(k => (string?)k.Attribute("NAME") == "Name").Value.Trim();
                Assert.True(there.Add($"{kind}/{name}"), $"{kind} {name} is there twice");
                Assert.True(_told.ContainsKey($"{kind}/{name}"), $"nobody made {kind} {name}");
                // Whole, with what it needs.
                if (kind == Destination)
                    Assert.Equal(Url(name), Value(instance, "Destination"));
                else if (kind == Filter)
                    Assert.Equal(Query, Value(instance, "Query"));
                else
                    Assert.All([$"{Filter}/{name}", $"{Destination}/{name}"], end => Assert.Contains(end, there));
            }
        }
        foreach (var (name, told) in _told)
        {
            if (told is { } expected)
                Assert.True(there.Contains(name) == expected, $"{name} is {(expected ? "lost" : "there again")}");
            else
                _told[name] = there.Contains(name);
        }
    }

    private static string Url(string name) => $"http://127.0.0.1:1/{name}";

    private static string Instance(string kind, string name)
    {
        var own = kind switch
        {
            Destination => Property("Name", name) + Property("SystemName", "host") + Property("Destination", Url(name)),
            Filter => Property("Name", name) + Property("SystemName", "host") + Property("Query", Query) + Property("QueryLanguage", "WQL") + Property("SourceNamespace", "root/interop"),
            // Disabled: nothing in this server raises indications.
            _ => Reference("Filter", name) + Reference("Handler", name) + Property("SubscriptionState", "4", "uint16"),
        };
        return $"<INSTANCE CLASSNAME=\"{kind}\">{own}</INSTANCE>";
    }

    private static string Property(string name, string value, string type = "string") => $"<PROPERTY NAME=\"{name}\" TYPE=\"{type}\"><VALUE>{value}</VALUE></PROPERTY>";

    private static string Reference(string role, string name) =>
        $"<PROPERTY.REFERENCE NAME=\"{role}\"><VALUE.REFERENCE>{Path(role == "Filter" ? Filter : Destination, name)}</VALUE.REFERENCE></PROPERTY.REFERENCE>";

    private static string Path(string kind, string name) => kind == Subscription
        ? $"<INSTANCENAME CLASSNAME=\"{kind}\">{KeyReference("Filter", name)}{KeyReference("Handler", name)}</INSTANCENAME>"
        : $"""
        <INSTANCENAME CLASSNAME="{kind}">{Key("SystemCreationClassName", "CIM_ComputerSystem")}{Key("SystemName", "host")}
        {Key("CreationClassName", kind)}{Key("Name", name)}</INSTANCENAME>
        """;

    private static string KeyReference(string role, string name) =>
        $"<KEYBINDING NAME=\"{role}\"><VALUE.REFERENCE>{Path(role == "Filter" ? Filter : Destination, name)}</VALUE.REFERENCE></KEYBINDING>";

    private static string Key(string name, string value) => $"<KEYBINDING NAME=\"{name}\"><KEYVALUE VALUETYPE=\"string\">{value}</KEYVALUE></KEYBINDING>";

    private static string? Value(XElement instance, string property) =>
        instance.Elements("PROPERTY").FirstOrDefault(p => (string?)p.Attribute("NAME") == property)?.Value.Trim();
}
