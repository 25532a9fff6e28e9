using System.Collections.Concurrent;
using System.Diagnostics;
using System.Xml.Linq;
using Xen.Cim.Server.Tests.Running;

namespace Xen.Cim.Server.Tests.Repository;

/// <summary>
/// The server is killed while clients make, change and take out classes, qualifiers, instances, filters and destinations:
/// what it had answered is there, and nothing is half there.
/// </summary>
public sealed class KilledRepositoryTests : IDisposable
{
    private const int Rounds = 6;
    private const string Virt = "root/virt", Interop = "root/interop";

    /// <summary>No more rounds after that, however slow the machine.</summary>
    private static readonly TimeSpan s_most = TimeSpan.FromMinutes(1);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("xen-cim-killed");

    /// <summary>By kind and name: what there may be. Two while an answer is due, null for nothing.</summary>
    private readonly ConcurrentDictionary<(Kind Kind, string Name), string?[]> _known = new();

    private int _answered;

    public void Dispose() => _folder.Delete(recursive: true);

    private enum Kind
    {
        Class,
        Qualifier,
        Instance,
        Filter,
        Destination,
    }

    [Fact]
    public async Task WhatWasAnsweredIsThereWheneverTheServerIsKilled()
    {
        using (var first = await ServerProcess.StartAsync(_folder.FullName))
        {
            await first.CallAsync(Virt, "CreateClass", Class("Test_Kept", null, Property("Id", Key) + Property("First") + Property("Second")));
            await first.CallAsync(Virt, "CreateClass", Class("Test_Base", null, ""));
        }
        var random = new Random(7);
        var elapsed = Stopwatch.StartNew();
        var rounds = 0;
        for (; rounds < Rounds && (rounds < 2 || elapsed.Elapsed < s_most); rounds++)
        {
            using var server = await ServerProcess.StartAsync(_folder.FullName);
            await CheckAsync(server);
            using var stop = new CancellationTokenSource();
            var clients = Enum.GetValues<Kind>().Select(kind => ChangeAsync(server, kind, rounds, stop.Token)).ToArray();
            // In the middle of one of the next changes.
            for (var until = Volatile.Read(ref _answered) + random.Next(20, 120); Volatile.Read(ref _answered) < until && !clients.Any(c => c.IsCompleted);)
                await Task.Delay(1, TestContext.Current.CancellationToken);
            await Task.Delay(random.Next(20), TestContext.Current.CancellationToken);
            server.Kill();
            await stop.CancelAsync();
            await Task.WhenAll(clients);
        }
        using var last = await ServerProcess.StartAsync(_folder.FullName);
        await CheckAsync(last);
        Assert.True(Directory.EnumerateFiles(Path.Combine(_folder.FullName, "state", "repository")).All(f => f.EndsWith(".xml", StringComparison.Ordinal)), "drafts are left behind");
    }

    // Makes something, changes it, and takes every second away again.
    private async Task ChangeAsync(ServerProcess server, Kind kind, int round, CancellationToken stop)
    {
        try
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                var name = $"R{round}N{i}";
                await DoAsync(name, "1", () => MakeAsync(server, kind, name));
                await DoAsync(name, "2", () => ModifyAsync(server, kind, name));
                if (i % 2 == 0)
                    await DoAsync(name, null, () => TakeAsync(server, kind, name));
            }
        }
        catch (HttpRequestException)
        {
            // Killed.
        }

        async Task DoAsync(string name, string? after, Func<Task> change)
        {
            var before = _known.TryGetValue((kind, name), out var states) ? states[0] : null;
            _known[(kind, name)] = [before, after];
            await change();
            _known[(kind, name)] = [after];
            Interlocked.Increment(ref _answered);
        }
    }

    private static Task MakeAsync(ServerProcess server, Kind kind, string name) => kind switch
    {
        Kind.Class => server.CallAsync(Virt, "CreateClass", Class($"Test_{name}", "Test_Base", Property("P1"))),
        Kind.Qualifier => server.CallAsync(Virt, "SetQualifier", Qualifier(name, "1")),
        Kind.Instance => server.CallAsync(Virt, "CreateInstance", Requests.Parameter("NewInstance", Kept(name, "1"))),
        _ => server.CallAsync(Interop, "CreateInstance", Requests.Parameter("NewInstance", OfInterop(kind, name, "1"))),
    };

    private static Task ModifyAsync(ServerProcess server, Kind kind, string name) => kind switch
    {
        Kind.Class => server.CallAsync(Virt, "ModifyClass", Class($"Test_{name}", "Test_Base", Property("P2")).Replace("NewClass", "ModifiedClass", StringComparison.Ordinal)),
        Kind.Qualifier => server.CallAsync(Virt, "SetQualifier", Qualifier(name, "2")),
        Kind.Instance => server.CallAsync(Virt, "ModifyInstance", Modified(Name("Test_Kept", ("Id", name)), Kept(name, "2"))),
        _ => server.CallAsync(Interop, "ModifyInstance", Modified(Named(s_interop[kind].Class, name), OfInterop(kind, name, "2"))),
    };

    private static Task TakeAsync(ServerProcess server, Kind kind, string name) => kind switch
    {
        Kind.Class => server.CallAsync(Virt, "DeleteClass", Requests.ClassName($"Test_{name}")),
        Kind.Qualifier => server.CallAsync(Virt, "DeleteQualifier", Requests.Parameter("QualifierName", $"<VALUE>{name}</VALUE>")),
        Kind.Instance => server.CallAsync(Virt, "DeleteInstance", Requests.Parameter("InstanceName", Name("Test_Kept", ("Id", name)))),
        _ => server.CallAsync(Interop, "DeleteInstance", Requests.Parameter("InstanceName", Named(s_interop[kind].Class, name))),
    };

    private async Task CheckAsync(ServerProcess server)
    {
        var there = new Dictionary<(Kind Kind, string Name), string>();
        foreach (var found in (await server.CallAsync(Virt, "EnumerateClasses", Requests.ClassName("Test_Base"))).Descendants("CLASS"))
            there.Add((Kind.Class, ((string)found.Attribute("NAME")!)["Test_".Length..]), ((string)found.Elements("PROPERTY").Single().Attribute("NAME")!)[1..]);
        foreach (var found in (await server.CallAsync(Virt, "EnumerateQualifiers")).Descendants("QUALIFIER.DECLARATION").Where(q => ((string)q.Attribute("NAME")!).StartsWith('R') && q.Element("VALUE") is { Value.Length: 1 }))
            there.Add((Kind.Qualifier, (string)found.Attribute("NAME")!), found.Element("VALUE")!.Value);
        foreach (var found in (await server.CallAsync(Virt, "EnumerateInstances", Requests.ClassName("Test_Kept"))).Descendants("INSTANCE"))
        {
            Assert.Equal(Value(found, "First"), Value(found, "Second"));
            there.Add((Kind.Instance, Value(found, "Id")), Value(found, "First"));
        }
        foreach (var (kind, (className, property, _)) in s_interop)
        {
            foreach (var found in (await server.CallAsync(Interop, "EnumerateInstances", Requests.ClassName(className))).Descendants("INSTANCE"))
                there.Add((kind, Value(found, "Name")), Value(found, property)[^1..]);
        }
        foreach (var (what, states) in _known)
        {
            var now = there.GetValueOrDefault(what);
            Assert.True(states.Contains(now), $"{what} is {now ?? "gone"} instead of {string.Join(" or ", states.Select(s => s ?? "gone"))}");
            _known[what] = [now];
        }
        Assert.All(there.Keys, what => Assert.True(_known.ContainsKey(what), $"nobody made {what}"));
    }

    private static string Class(string name, string? superclass, string content) =>
        Requests.Parameter("NewClass", $"<CLASS NAME=\"{name}\"{(superclass is null ? "" : $" SUPERCLASS=\"{superclass}\"")}>{content}</CLASS>");

    private const string Key = "<QUALIFIER NAME=\"Key\" TYPE=\"boolean\"><VALUE>TRUE</VALUE></QUALIFIER>";

    private static string Property(string name, string qualifiers = "") => $"<PROPERTY NAME=\"{name}\" TYPE=\"string\">{qualifiers}</PROPERTY>";

    private static string Qualifier(string name, string value) => Requests.Parameter("QualifierDeclaration",
        $"<QUALIFIER.DECLARATION NAME=\"{name}\" TYPE=\"string\"><SCOPE CLASS=\"true\"></SCOPE><VALUE>{value}</VALUE></QUALIFIER.DECLARATION>");

    private static string Kept(string name, string state) => $"<INSTANCE CLASSNAME=\"Test_Kept\">{Set("Id", name)}{Set("First", state)}{Set("Second", state)}</INSTANCE>";

    /// <summary>The classes of Interop that clients make instances of: the property that is changed, and what is in front of its state.</summary>
    private static readonly Dictionary<Kind, (string Class, string Property, string Value)> s_interop = new()
    {
        [Kind.Filter] = ("CIM_IndicationFilter", "Query", "SELECT * FROM CIM_InstModification WHERE IndicationTime IS NOT NULL AND PerceivedSeverity = "),
        [Kind.Destination] = ("CIM_ListenerDestinationCIMXML", "Destination", "http://127.0.0.1:1/"),
    };

    private static string OfInterop(Kind kind, string name, string state) =>
        $"<INSTANCE CLASSNAME=\"{s_interop[kind].Class}\">{Set("SystemName", "host")}{Set("Name", name)}{(kind == Kind.Filter ? Set("QueryLanguage", "DMTF:CQL") : "")}{Set(s_interop[kind].Property, s_interop[kind].Value + state)}</INSTANCE>";

    private static string Named(string className, string name) =>
        Name(className, ("SystemCreationClassName", "CIM_ComputerSystem"), ("SystemName", "host"), ("CreationClassName", className), ("Name", name));

    private static string Name(string className, params (string Name, string Value)[] keys) =>
        $"<INSTANCENAME CLASSNAME=\"{className}\">{string.Concat(keys.Select(k => $"<KEYBINDING NAME=\"{k.Name}\"><KEYVALUE VALUETYPE=\"string\">{k.Value}</KEYVALUE></KEYBINDING>"))}</INSTANCENAME>";

    private static string Modified(string name, string instance) => Requests.Parameter("ModifiedInstance", $"<VALUE.NAMEDINSTANCE>{name}{instance}</VALUE.NAMEDINSTANCE>");

    private static string Set(string name, string value) => $"<PROPERTY NAME=\"{name}\" TYPE=\"string\"><VALUE>{value}</VALUE></PROPERTY>";

    private static string Value(XElement instance, string property) =>
        instance.Elements("PROPERTY").Single(p => (string?)p.Attribute("NAME") == property).Value.Trim();
}
