using System.Collections.Concurrent;
using System.Xml.Linq;
using Xen.Cim.Server.Tests.Running;

namespace Xen.Cim.Server.Tests.Indications;

/// <summary>The server is killed in the middle of changes, again and again: what it had answered is there, and nothing is half there.</summary>
public sealed class DurabilityTests : IDisposable
{
    private const int Rounds = 6;
    private const int Clients = 4;

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
                // In the middle of one of the next changes: what a busy machine does in a time may be nothing at all.
                for (var until = Volatile.Read(ref _answered) + random.Next(Clients, 60); Volatile.Read(ref _answered) < until && !clients.Any(c => c.IsCompleted);)
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

    // Makes destinations, and takes every third away again.
    private async Task<int> ChangeAsync(ServerProcess server, string prefix, CancellationToken stop)
    {
        var count = 0;
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var name = $"{prefix}-{i}";
            try
            {
                _told[name] = null;
                await server.CallAsync("root/interop", "CreateInstance", Requests.Parameter("NewInstance", Instance(name)));
                _told[name] = true;
                count++;
                Interlocked.Increment(ref _answered);
                if (i % 3 != 0)
                    continue;
                _told[name] = null;
                await server.CallAsync("root/interop", "DeleteInstance", Requests.Parameter("InstanceName", Path(name)));
                _told[name] = false;
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
        var answer = await server.CallAsync("root/interop", "EnumerateInstances", Requests.ClassName("CIM_ListenerDestination"));
        var there = answer.Descendants("INSTANCE").ToDictionary(i => Value(i, "Name")!);
        foreach (var (name, told) in _told)
        {
            if (told is { } expected)
                Assert.True(there.ContainsKey(name) == expected, $"{name} is {(expected ? "lost" : "there again")}");
            else
                _told[name] = there.ContainsKey(name);
        }
        Assert.All(there, t => Assert.Equal(Url(t.Key), Value(t.Value, "Destination")));
        Assert.All(there.Keys, name => Assert.True(_told.ContainsKey(name)));
    }

    private static string Url(string name) => $"http://127.0.0.1:1/{name}";

    private static string Instance(string name) => $"""
        <INSTANCE CLASSNAME="CIM_ListenerDestinationCIMXML"><PROPERTY NAME="Name" TYPE="string"><VALUE>{name}</VALUE></PROPERTY>
        <PROPERTY NAME="SystemName" TYPE="string"><VALUE>host</VALUE></PROPERTY>
        <PROPERTY NAME="Destination" TYPE="string"><VALUE>{Url(name)}</VALUE></PROPERTY></INSTANCE>
        """;

    private static string Path(string name) => $"""
        <INSTANCENAME CLASSNAME="CIM_ListenerDestinationCIMXML">{Key("SystemCreationClassName", "CIM_ComputerSystem")}{Key("SystemName", "host")}
        {Key("CreationClassName", "CIM_ListenerDestinationCIMXML")}{Key("Name", name)}</INSTANCENAME>
        """;

    private static string Key(string name, string value) => $"<KEYBINDING NAME=\"{name}\"><KEYVALUE VALUETYPE=\"string\">{value}</KEYVALUE></KEYBINDING>";

    private static string? Value(XElement instance, string property) =>
        instance.Elements("PROPERTY").FirstOrDefault(p => (string?)p.Attribute("NAME") == property)?.Value.Trim();
}
