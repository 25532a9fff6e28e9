using Moq;
using Xen.Cim.Model;
using Xen.Cim.Server.Providers;
using Xunit;

namespace Xen.Cim.Server.Cmpi.Tests;

public sealed class BrokerFunctionsInTheServer(NativeLibraries libraries) : BrokerFunctionTests(new(libraries))
{
}

public sealed class BrokerFunctionsInAnAgent(NativeLibraries libraries) : BrokerFunctionTests(new(libraries, o => o))
{
}

/// <summary>What the provider in C checks for itself; it answers with the first check that failed.</summary>
public abstract class BrokerFunctionTests(BrokerFixture broker) : IDisposable
{
    private readonly BrokerFixture _broker = broker;

    [Theory]
    [InlineData("Strings")]
    [InlineData("Arrays")]
    [InlineData("DateTimes")]
    [InlineData("Paths")]
    [InlineData("Instances")]
    [InlineData("Arguments")]
    [InlineData("Context")]
    [InlineData("Errors")]
    [InlineData("Kinds")]
    [InlineData("Memory")]
    [InlineData("Extensions")]
    [InlineData("Codepages")]
    [InlineData("PropertyLists")]
    [InlineData("StrangeThread")]
    [InlineData("ReleaseEverything")]
    public void Every_function_behaves(string method) => Assert.Equal("", _broker.Invoke(method));

    [Fact]
    public void Messages_are_formatted_and_lines_reach_the_log()
    {
        Assert.Equal("", _broker.Invoke("Messages"));

        Assert.Contains("Warning: Exercise id: logged text", _broker.Log.Lines);
        Assert.Contains("Error: Exercise id: string", _broker.Log.Lines);
        Assert.Contains("Debug: Exercise component: traced", _broker.Log.Lines);
    }

    [Fact]
    public void Pointers_kept_from_an_earlier_call_are_invalid_and_clones_are_not()
    {
        Assert.Equal("", _broker.Invoke("Keep"));
        Assert.Equal("", _broker.Invoke("Stale"));
    }

    [Fact]
    public void A_provider_calls_the_server()
    {
        var instance = new CimInstance("Test_Everything") { Path = TestClasses.Path(1) };
        instance.Set("Id", CimType.UInt32, false, 1u);
        instance.Set("Text", CimType.String, false, "from the server");
        var server = _broker.Server;
        server.Setup(s => s.EnumerateInstanceNames(It.IsAny<CimRequest>(), It.IsAny<CimObjectPath>(), It.IsAny<Action<CimObjectPath>>()))
            .Callback((CimRequest _, CimObjectPath _, Action<CimObjectPath> result) => { result(TestClasses.Path(1)); result(TestClasses.Path(2)); });
        server.Setup(s => s.EnumerateInstances(It.Is<CimRequest>(r => r.PropertyList!.SetEquals(new[] { "Text" })), It.IsAny<CimObjectPath>(), It.IsAny<Action<CimInstance>>()))
            .Callback((CimRequest _, CimObjectPath _, Action<CimInstance> result) => { result(instance); result(instance); });
        server.Setup(s => s.GetInstance(It.IsAny<CimRequest>(), It.IsAny<CimObjectPath>())).Returns(instance);
        server.Setup(s => s.GetInstance(It.IsAny<CimRequest>(), TestClasses.Path(99))).Throws(CimException.NotFound(TestClasses.Path(99)));
        server.Setup(s => s.CreateInstance(It.IsAny<CimRequest>(), It.IsAny<CimObjectPath>(), It.IsAny<CimInstance>()))
            .Returns((CimRequest _, CimObjectPath _, CimInstance created) => created.Path!);
        Action<CimRequest, CimObjectPath, AssociationFilter, Action<CimInstance>> instances = (_, _, _, result) => result(instance);
        Action<CimRequest, CimObjectPath, AssociationFilter, Action<CimObjectPath>> paths = (_, _, _, result) => result(TestClasses.Path(3));
        server.Setup(s => s.Associators(It.IsAny<CimRequest>(), TestClasses.Path(1), new("A", "R", "r", "rr"), It.IsAny<Action<CimInstance>>())).Callback(instances);
        server.Setup(s => s.AssociatorNames(It.IsAny<CimRequest>(), TestClasses.Path(1), new("A", "R", "r", "rr"), It.IsAny<Action<CimObjectPath>>())).Callback(paths);
        server.Setup(s => s.References(It.IsAny<CimRequest>(), TestClasses.Path(1), new("A", null, "r", null), It.IsAny<Action<CimInstance>>())).Callback(instances);
        server.Setup(s => s.ReferenceNames(It.IsAny<CimRequest>(), TestClasses.Path(1), new("A", null, "r", null), It.IsAny<Action<CimObjectPath>>())).Callback(paths);
        server.Setup(s => s.ExecQuery(It.IsAny<CimRequest>(), It.IsAny<CimObjectPath>(), "WQL", "select * from Test_Everything", It.IsAny<Action<CimInstance>>()))
            .Callback((CimRequest _, CimObjectPath _, string _, string _, Action<CimInstance> result) => result(instance));
        server.Setup(s => s.InvokeMethod(It.IsAny<CimRequest>(), TestClasses.Path(1), "Answer", It.IsAny<CimArguments>(), It.IsAny<CimArguments>()))
            .Returns((CimRequest _, CimObjectPath _, string _, CimArguments input, CimArguments output) =>
            {
                output.Set("Output", CimType.String, false, input["Input"]!.Value + " back");
                return 42u;
            });

        Assert.Equal("", _broker.Invoke("UpCalls"));

        server.Verify(s => s.DeleteInstance(It.Is<CimRequest>(r => r.Principal == "tester" && r.Namespace == TestClasses.Namespace), TestClasses.Path(1)));
        server.Verify(s => s.ModifyInstance(It.Is<CimRequest>(r => r.PropertyList!.SetEquals(new[] { "Text" })), TestClasses.Path(1), It.Is<CimInstance>(i => "set".Equals(i["Text"]))));
    }

    [Fact]
    public void A_provider_evaluates_queries_and_takes_them_apart()
    {
        var server = _broker.Server;
        server.Setup(s => s.EnumerateInstances(It.IsAny<CimRequest>(), It.IsAny<CimObjectPath>(), It.IsAny<Action<CimInstance>>()))
            .Callback((CimRequest _, CimObjectPath _, Action<CimInstance> result) => Array.ForEach(Two(), result));
        Action<CimRequest, CimObjectPath, AssociationFilter, Action<CimInstance>> both = (_, _, _, result) => Array.ForEach(Two(), result);
        server.Setup(s => s.Associators(It.IsAny<CimRequest>(), TestClasses.Path(1), It.IsAny<AssociationFilter>(), It.IsAny<Action<CimInstance>>())).Callback(both);
        server.Setup(s => s.References(It.IsAny<CimRequest>(), TestClasses.Path(1), It.IsAny<AssociationFilter>(), It.IsAny<Action<CimInstance>>())).Callback(both);

        Assert.Equal("", _broker.Invoke("Queries"));

        static CimInstance[] Two() => Array.ConvertAll(new[] { 1u, 2u }, id =>
        {
            var instance = new CimInstance("Test_Everything") { Path = TestClasses.Path(id) };
            instance.Set("Id", CimType.UInt32, false, id, CimPropertyFlags.Key);
            instance.Set("R64", CimType.Real64, false, 0.5);
            return instance;
        });
    }

    [Fact]
    public void An_attached_thread_has_objects_of_its_own_until_it_detaches()
    {
        _broker.Server.Setup(s => s.GetInstance(It.IsAny<CimRequest>(), It.IsAny<CimObjectPath>())).Returns(new CimInstance("Test_Everything"));

        Assert.Equal("", _broker.Invoke("AttachedThread"));

        _broker.Server.Verify(s => s.GetInstance(It.Is<CimRequest>(r => r.Principal == "tester"), TestClasses.Path(1)));
    }

    public void Dispose()
    {
        _broker.Dispose();
        GC.SuppressFinalize(this);
    }
}
