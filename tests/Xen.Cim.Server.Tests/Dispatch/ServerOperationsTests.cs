using Moq;
using Xen.Cim.Model;
using Xen.Cim.Server.Dispatch;
using Xen.Cim.Server.Providers;
using Xen.Cim.Server.Repository;

namespace Xen.Cim.Server.Tests.Dispatch;

/// <summary>Which providers an operation reaches, and what becomes of their answers.</summary>
public class ServerOperationsTests
{
    private static readonly CimQualifier s_key = new("Key", CimType.Boolean, false, true, CimFlavor.ToSubclass);
    private static readonly CimQualifier s_association = new("Association", CimType.Boolean, false, true, CimFlavor.ToSubclass);

    private readonly CimRepository _repository = new();
    private readonly ProviderDirectory _providers = new(new ProviderRegistry());
    private readonly ServerOperations _operations;
    private readonly CimRequest _request = new() { Namespace = "root/virt" };

    public ServerOperationsTests()
    {
        _operations = new(_repository, _providers);
        RepositoryLoader.AddClasses(_repository,
        [
            new("CIM_Element", null) { Properties = [new("Id", CimType.String) { Qualifiers = [s_key] }] },
            new("Xen_A", "CIM_Element") { Methods = [new("Count", CimType.UInt32)] }, new("Xen_B", "CIM_Element"), new("Xen_BSub", "Xen_B"), new("Xen_Other", null),
            new("CIM_Link", null) { Qualifiers = [s_association], Properties = [Ref("Left", "CIM_Element"), Ref("Right", "CIM_Element")] },
            new("Xen_LinkAB", "CIM_Link") { Properties = [Ref("Left", "Xen_A"), Ref("Right", "Xen_B")] },
            new("Xen_LinkBB", "CIM_Link") { Properties = [Ref("Left", "Xen_B"), Ref("Right", "Xen_B")] },
        ]);
    }

    [Fact]
    public void ASuperclassReachesEverySubclassesProviderWithItsOwnClass()
    {
        var a = Serve("Xen_A", ProviderKinds.Instance);
        var b = Serve("Xen_B", ProviderKinds.Instance);
        var sub = Serve("Xen_BSub", ProviderKinds.Instance);
        foreach (var (provider, name) in ((Mock<IProvider>, string)[])[(a, "Xen_A"), (b, "Xen_B"), (sub, "Xen_BSub")])
            Names(provider, name, Path(name, "1"));

        var found = new List<string>();
        _operations.EnumerateInstanceNames(_request, new("cim_element"), p => found.Add(p.ClassName));

        Assert.Equal(["Xen_A", "Xen_B", "Xen_BSub"], found);
    }

    [Fact]
    public void ASubclassThatCannotListDoesNotHideTheOthersButAFailureDoes()
    {
        var a = Serve("Xen_A", ProviderKinds.Instance);
        var b = Serve("Xen_B", ProviderKinds.Instance);
        Names(a, "Xen_A", Path("Xen_A", "1"));
        b.Setup(p => p.EnumerateInstanceNames(_request, It.IsAny<CimObjectPath>(), It.IsAny<Action<CimObjectPath>>())).Throws(CimException.NotSupported("no list"));

        var found = new List<CimObjectPath>();
        _operations.EnumerateInstanceNames(_request, new("CIM_Element"), found.Add);
        Assert.Single(found);
        Assert.Equal(CimStatus.NotSupported, Assert.Throws<CimException>(() => _operations.EnumerateInstanceNames(_request, new("Xen_B"), found.Add)).Status);

        b.Setup(p => p.EnumerateInstanceNames(_request, It.IsAny<CimObjectPath>(), It.IsAny<Action<CimObjectPath>>())).Throws(new CimException(CimStatus.Failed, "broken"));
        Assert.Equal("broken", Assert.Throws<CimException>(() => _operations.EnumerateInstanceNames(_request, new("CIM_Element"), found.Add)).Message);
    }

    [Fact]
    public void TheRepositoryServesItsOwnInstances()
    {
        var ns = _repository.Get("root/virt");
        var instance = new CimInstance("Xen_A");
        instance.Set("Id", CimType.String, isArray: false, "static");
        ns.AddInstance(instance);

        var found = new List<CimInstance>();
        _operations.EnumerateInstances(_request, new("CIM_Element"), found.Add);

        Assert.Same(instance, Assert.Single(found));
        Assert.Same(instance, _operations.GetInstance(_request, Path("Xen_A", "static")));
        Assert.Equal(CimStatus.NotFound, Assert.Throws<CimException>(() => _operations.GetInstance(_request, Path("Xen_A", "other"))).Status);
        Assert.Equal(CimStatus.NotSupported, Assert.Throws<CimException>(() => _operations.DeleteInstance(_request, Path("Xen_A", "static"))).Status);
    }

    [Theory]
    [InlineData("Xen_A", null, null, null, null, "Xen_LinkAB")]
    [InlineData("Xen_B", null, null, null, null, "Xen_LinkAB,Xen_LinkBB")]
    [InlineData("Xen_BSub", null, null, null, null, "Xen_LinkAB,Xen_LinkBB")]
    [InlineData("Xen_B", "CIM_Link", null, null, null, "Xen_LinkAB,Xen_LinkBB")]
    [InlineData("Xen_B", "Xen_LinkBB", null, null, null, "Xen_LinkBB")]
    [InlineData("Xen_B", null, "Xen_A", null, null, "Xen_LinkAB")]
    [InlineData("Xen_B", null, "CIM_Element", null, null, "Xen_LinkAB,Xen_LinkBB")]
    [InlineData("Xen_B", null, "Xen_Other", null, null, "")]
    [InlineData("Xen_B", null, null, "left", null, "Xen_LinkBB")]
    [InlineData("Xen_B", null, null, null, "LEFT", "Xen_LinkAB,Xen_LinkBB")]
    [InlineData("Xen_A", null, null, null, "Left", "")]
    [InlineData("Xen_Other", null, null, null, null, "")]
    public void AnAssociationRequestReachesTheClassesThatCanAnswerIt(string source, string? association, string? result, string? role, string? resultRole, string reached)
    {
        foreach (var name in (string[])["Xen_LinkBB", "Xen_LinkAB"])
            Serve(name, ProviderKinds.Association);

        var classes = AssociationClasses.For(_providers.Registry, _repository.Get("root/virt"), source, new(association, result, role, resultRole), ends: true);

        Assert.Equal(reached, string.Join(',', classes.Select(c => c.ClassName)));
    }

    [Fact]
    public void AnAssociatedObjectComesOnceAndTheFilterNamesTheAssociation()
    {
        var ab = Serve("Xen_LinkAB", ProviderKinds.Association);
        var bb = Serve("Xen_LinkBB", ProviderKinds.Association);
        var source = Path("Xen_B", "1");
        foreach (var (provider, name, far) in ((Mock<IProvider>, string, CimObjectPath[])[])
            [(ab, "Xen_LinkAB", [Path("Xen_A", "1")]), (bb, "Xen_LinkBB", [Path("Xen_A", "1"), Path("Xen_B", "2")])])
        {
            provider.Setup(p => p.AssociatorNames(_request, source, It.Is<AssociationFilter>(f => f.AssociationClass == name && f.Role == null), It.IsAny<Action<CimObjectPath>>()))
                .Callback((CimRequest _, CimObjectPath _, AssociationFilter _, Action<CimObjectPath> result) => Array.ForEach(far, result));
        }

        var found = new List<CimObjectPath>();
        _operations.AssociatorNames(_request, source, AssociationFilter.None, found.Add);

        Assert.Equal([Path("Xen_A", "1"), Path("Xen_B", "2")], found);
    }

    [Fact]
    public void TheRepositoryLeadsAlongItsOwnAssociations()
    {
        var ns = _repository.Get("root/virt");
        foreach (var (name, id) in ((string, string)[])[("Xen_A", "1"), ("Xen_B", "1"), ("Xen_BSub", "2")])
        {
            var instance = new CimInstance(name);
            instance.Set("Id", CimType.String, isArray: false, id);
            ns.AddInstance(instance);
        }
        foreach (var (name, left, right) in ((string, CimObjectPath, CimObjectPath)[])
            [("Xen_LinkAB", Path("Xen_A", "1"), Path("Xen_B", "1")), ("Xen_LinkAB", Path("Xen_A", "1"), Path("Xen_BSub", "2")), ("Xen_LinkAB", Path("Xen_A", "1"), Path("Xen_B", "gone"))])
        {
            var link = new CimInstance(name);
            link.Set("Left", CimType.Reference, isArray: false, left.WithNamespace(null));
            link.Set("Right", CimType.Reference, isArray: false, right);
            ns.AddInstance(link);
        }
        List<CimObjectPath> Names(AssociationFilter filter, string source = "Xen_A")
        {
            var found = new List<CimObjectPath>();
            _operations.AssociatorNames(_request, Path(source, "1"), filter, found.Add);
            return found;
        }

        Assert.Equal([Path("Xen_B", "1"), Path("Xen_BSub", "2"), Path("Xen_B", "gone")], Names(AssociationFilter.None));
        Assert.Equal([Path("Xen_BSub", "2")], Names(new(ResultClass: "Xen_BSub")));
        Assert.Empty(Names(new(Role: "Right")));
        Assert.Equal([Path("Xen_A", "1")], Names(new("CIM_Link", Role: "right", ResultRole: "LEFT"), "Xen_B"));
        var instances = new List<CimInstance>();
        _operations.Associators(_request, Path("Xen_A", "1"), AssociationFilter.None, instances.Add);
        Assert.Equal(["1", "2"], instances.Select(i => i["Id"]));
        var links = new List<CimObjectPath>();
        _operations.ReferenceNames(_request, Path("Xen_A", "1"), new(Role: "Left"), links.Add);
        Assert.Equal(3, links.Count);
        Assert.All(links, l => Assert.Equal("Xen_LinkAB", l.ClassName));
    }

    [Fact]
    public void AMethodWithoutAProviderIsNotAvailable()
    {
        var status = Assert.Throws<CimException>(() => _operations.InvokeMethod(_request, Path("Xen_A", "1"), "Do", new(), new())).Status;

        Assert.Equal(CimStatus.MethodNotAvailable, status);
    }

    [Fact]
    public void ALibraryThatCannotBeLoadedIsTriedAgain()
    {
        var provider = new Mock<IProvider>();
        var loader = new Mock<IProviderLoader>();
        loader.SetupSequence(l => l.Load("Lib", "P")).Throws(new CimException(CimStatus.Failed, "not there")).Returns(provider.Object);
        _providers.Use(loader.Object);
        _providers.Registry.Add(new("Lib", "P", "root/virt", "Xen_A", ProviderKinds.Instance));

        Assert.Equal("not there", Assert.Throws<CimException>(() => _providers.Find("root/virt", "Xen_A", ProviderKinds.Instance)).Message);
        Assert.Same(provider.Object, _providers.Find("root/virt", "Xen_A", ProviderKinds.Instance));
        Assert.Same(provider.Object, _providers.Find("root/virt", "Xen_A", ProviderKinds.Instance));
    }

    [Fact]
    public void KeysGetTheTypesThatTheirClassDeclares()
    {
        var ns = _repository.Get("root/virt");
        ns.AddClass(new("Xen_Keys", null)
        {
            Properties =
            [
                new("Number", CimType.UInt16) { Qualifiers = [s_key] }, new("Text", CimType.String) { Qualifiers = [s_key] }, new("Ref", CimType.Reference) { ReferenceClass = "Xen_A", Qualifiers = [s_key] },
            ],
        });
        var sent = new CimObjectPath("xen_keys", null, new CimKey("number", 5UL), new("TEXT", 17UL), new("Ref", new CimObjectPath("xen_a", null, new CimKey("", "x"))));

        var path = TypeRestoration.Path(_repository, ns, sent, complete: true);

        Assert.Equal("Xen_Keys", path.ClassName);
        Assert.Equal([("Number", (object)(ushort)5), ("Text", "17"), ("Ref", Path("Xen_A", "x"))], path.Keys.Select(k => (k.Name, k.Value)));
        Assert.Contains("Number", Assert.Throws<CimException>(() =>
            TypeRestoration.Path(_repository, ns, sent.WithKeys([new("Number", "many"), new("Text", "a"), new("Ref", Path("Xen_A", "x"))]), complete: true)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AProviderThatListsNothingIsAskedTheQueryItself()
    {
        const string text = "SELECT Id FROM CIM_Element WHERE Id LIKE 'a%'";
        CimObjectPath classA = new("Xen_A", "root/virt"), classB = new("Xen_B", "root/virt");
        var a = Serve("Xen_A", ProviderKinds.Instance);
        a.Setup(p => p.EnumerateInstances(It.IsAny<CimRequest>(), It.IsAny<CimObjectPath>(), It.IsAny<Action<CimInstance>>())).Throws(CimException.NotSupported("no list"));
        a.Setup(p => p.ExecQuery(It.IsAny<CimRequest>(), classA, "WQL", text, It.IsAny<Action<CimInstance>>()))
            .Callback((CimRequest _, CimObjectPath _, string _, string _, Action<CimInstance> result) =>
            {
                // What passes it decides itself: with the selected properties alone nobody else could.
                foreach (var id in (string[])["ab", "ba"])
                    result(Instance("Xen_A", id));
            });
        var b = Serve("Xen_B", ProviderKinds.Instance);
        b.Setup(p => p.EnumerateInstances(It.IsAny<CimRequest>(), classB, It.IsAny<Action<CimInstance>>()))
            .Callback((CimRequest _, CimObjectPath _, Action<CimInstance> result) => Array.ForEach(["ac", "bc"], id => result(Instance("Xen_B", id))));

        var found = new List<object?>();
        _operations.ExecQuery(_request, new("CIM_Element"), "WQL", text, i => found.Add(i["Id"]));

        Assert.Equal(["ab", "ba", "ac"], found);
    }

    [Fact]
    public void AnInstanceThatIsMadeHasItsWholePathEvenWhenTheProviderNamesOnlyTheClass()
    {
        var a = Serve("Xen_A", ProviderKinds.Instance);
        a.Setup(p => p.CreateInstance(It.IsAny<CimRequest>(), It.IsAny<CimObjectPath>(), It.IsAny<CimInstance>())).Returns(new CimObjectPath("Xen_A", "root/virt"));

        Assert.Equal(Path("Xen_A", "1"), _operations.CreateInstance(_request, new("Xen_A"), Instance("Xen_A", "1")));
        // Which one it is the provider alone could tell.
        Assert.Equal(new CimObjectPath("Xen_A", "root/virt"), _operations.CreateInstance(_request, new("Xen_A"), new CimInstance("Xen_A")));
    }

    [Theory]
    [InlineData((byte)7, 7u)]
    [InlineData(7u, 7u)]
    [InlineData(null, null)]
    [InlineData("seven", null)]
    [InlineData(-7, null)]
    public void WhatAMethodReturnsIsOfItsType(object? returned, uint? expected)
    {
        var a = Serve("Xen_A", ProviderKinds.Method);
        a.Setup(p => p.InvokeMethod(It.IsAny<CimRequest>(), It.IsAny<CimObjectPath>(), "Count", It.IsAny<CimArguments>(), It.IsAny<CimArguments>())).Returns(returned);
        object? Invoke() => _operations.InvokeMethod(_request, Path("Xen_A", "1"), "Count", new(), new());

        if (returned is null || expected is not null)
            Assert.Equal(expected, Invoke());
        else
            Assert.Contains("Count", Assert.Throws<CimException>(Invoke).Message, StringComparison.Ordinal);
    }

    private static CimInstance Instance(string className, string id)
    {
        var instance = new CimInstance(className);
        instance.Set("Id", CimType.String, false, id, CimPropertyFlags.Key);
        return instance;
    }

    private Mock<IProvider> Serve(string className, ProviderKinds kinds)
    {
        var provider = new Mock<IProvider>();
        _providers.Registry.Add(new("Test", className, "root/virt", className, kinds));
        _providers.AddBuiltIn("Test", className, provider.Object);
        return provider;
    }

    private void Names(Mock<IProvider> provider, string className, params CimObjectPath[] names)
    {
        var classPath = new CimObjectPath(className, "root/virt");
        provider.Setup(p => p.EnumerateInstanceNames(_request, classPath, It.IsAny<Action<CimObjectPath>>()))
            .Callback((CimRequest _, CimObjectPath _, Action<CimObjectPath> result) => Array.ForEach(names, result));
    }

    private static CimObjectPath Path(string className, string id) => new(className, "root/virt", new CimKey("Id", id));

    private static CimPropertyDeclaration Ref(string name, string className) => new(name, CimType.Reference) { ReferenceClass = className, Qualifiers = [s_key] };
}
