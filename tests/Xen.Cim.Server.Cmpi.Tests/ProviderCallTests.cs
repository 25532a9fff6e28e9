using System.Runtime.InteropServices;
using Moq;
using Xen.Cim.Model;
using Xen.Cim.Server.Providers;
using Xunit;

namespace Xen.Cim.Server.Cmpi.Tests;

public sealed partial class ProviderCallsInTheServer(NativeLibraries libraries) : ProviderCallTests(new(libraries))
{
    [Fact]
    public void An_interface_is_made_once_for_all_threads()
    {
        Parallel.For(0, 8, i => Exercise.GetInstance(Request, TestClasses.Path((uint)i)));

        var first = Assert.IsType<uint>(Broker.Invoke("Factories"));
        using var other = new BrokerFixture(libraries);
        Parallel.For(0, 8, i => other.Exercise.GetInstance(Request, TestClasses.Path((uint)i)));

        Assert.Equal(first + 1, Assert.IsType<uint>(other.Invoke("Factories")));
    }

    [Fact]
    public void Ending_the_loader_cleans_up_every_interface_that_was_made()
    {
        var file = Path.Combine(libraries.Directory, "cleanup");
        Broker.Invoke("Strings");
        Exercise.GetInstance(Request, TestClasses.Path(1));
        SetEnvironment("EXERCISE_CLEANUP", file);
        Broker.Dispose();
        SetEnvironment("EXERCISE_CLEANUP", "/dev/null");

        Assert.Contains("instance terminating", File.ReadAllLines(file));
        Assert.Contains("method", File.ReadAllLines(file));
    }

    // getenv() of a provider does not see .NET's copy of the environment.
    private static void SetEnvironment(string name, string value) => Assert.Equal(0, SetEnv(name, value, 1));

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnv(string name, string value, int overwrite);
}

public sealed class ProviderCallsInAnAgent(NativeLibraries libraries) : ProviderCallTests(new(libraries, o => o))
{
}

/// <summary>The provider's calls as the dispatcher makes them.</summary>
public abstract class ProviderCallTests(BrokerFixture broker) : IDisposable
{
    private readonly BrokerFixture _broker = broker;

    protected BrokerFixture Broker => _broker;

    protected IProvider Exercise => _broker.Exercise;

    protected CimRequest Request => _broker.Request;

    [Fact]
    public void Every_type_arrives_from_the_provider()
    {
        var found = new List<CimInstance>();
        Exercise.EnumerateInstances(Request, TestClasses.Class("Test_Everything"), found.Add);

        var instance = Assert.Single(found);
        Assert.Equal(TestClasses.Path(1), instance.Path);
        Assert.Equal(1u, instance["Id"]);
        Assert.Equal(true, instance["Boolean"]);
        Assert.Equal(byte.MaxValue, instance["U8"]);
        Assert.Equal(sbyte.MinValue, instance["S8"]);
        Assert.Equal(ushort.MaxValue, instance["U16"]);
        Assert.Equal(short.MinValue, instance["S16"]);
        Assert.Equal(uint.MaxValue, instance["U32"]);
        Assert.Equal(int.MinValue, instance["S32"]);
        Assert.Equal(ulong.MaxValue, instance["U64"]);
        Assert.Equal(long.MinValue, instance["S64"]);
        Assert.Equal(0.5f, instance["R32"]);
        Assert.Equal(-1e300, instance["R64"]);
        Assert.Equal('€', instance["C16"]);
        Assert.Equal("Grüße", instance["Text"]);
        Assert.Equal(CimDateTime.Parse("20200101000000.000000+000"), instance["When"]);
        Assert.Equal(TestClasses.Path(77), instance["Ref"]);
        Assert.Equal(new[] { "first", null, "" }, Assert.IsType<string[]>(instance["Texts"]));
        Assert.Equal(88u, Assert.IsType<CimInstance>(instance["Embedded"])["Id"]);
        Assert.Equal(88u, Assert.Single(Assert.IsType<CimInstance[]>(instance["Embeddeds"]))["Id"]);
        Assert.Equal((ushort)5, instance["WithDefault"]);
    }

    public static TheoryData<CimType, bool, object?> Values => new()
    {
        { CimType.Boolean, false, true },
        { CimType.UInt8, false, byte.MaxValue },
        { CimType.SInt8, false, sbyte.MinValue },
        { CimType.UInt16, false, ushort.MaxValue },
        { CimType.SInt16, false, short.MinValue },
        { CimType.UInt32, false, uint.MaxValue },
        { CimType.SInt32, false, int.MinValue },
        { CimType.UInt64, false, ulong.MaxValue },
        { CimType.SInt64, false, long.MinValue },
        { CimType.Real32, false, float.NaN },
        { CimType.Real64, false, double.NegativeInfinity },
        { CimType.Char16, false, '€' },
        { CimType.String, false, "Grüße 👋" },
        { CimType.String, false, "" },
        { CimType.String, false, null },
        { CimType.UInt64, true, null },
        { CimType.DateTime, false, CimDateTime.Parse("2020********00.000000+000") },
        { CimType.DateTime, true, new[] { CimDateTime.Parse("00000001000000.000000:000") } },
        { CimType.Reference, false, TestClasses.Path(5).WithHost("host") },
        { CimType.Reference, true, new[] { TestClasses.Path(5), TestClasses.Path(6) } },
        { CimType.Boolean, true, new[] { true, false } },
        { CimType.UInt8, true, new byte[] { 0, 255 } },
        { CimType.UInt16, true, new ushort?[] { 1, null } },
        { CimType.SInt64, true, new[] { long.MinValue, long.MaxValue } },
        { CimType.Real64, true, new[] { 0.1, -0.0 } },
        { CimType.Char16, true, new[] { 'a' } },
        { CimType.String, true, new[] { "", "ä", null } },
        { CimType.String, true, Array.Empty<string>() },
    };

    [Theory]
    [MemberData(nameof(Values), DisableDiscoveryEnumeration = true)]
    public void A_value_goes_through_the_provider_and_back(CimType type, bool isArray, object? value)
    {
        var input = new CimArguments();
        input.Set("Value", type, isArray, value);
        var output = new CimArguments();

        Assert.Equal(1u, _broker.Invoke("Echo", input, output));

        var argument = Assert.Single(output.List);
        Assert.Equal(("Value", type, isArray), (argument.Name, argument.Type, argument.IsArray));
        Assert.True(CimValue.AreEqual(value, argument.Value), $"{value} became {argument.Value}");
        Assert.Equal(value?.GetType(), argument.Value?.GetType());
    }

    [Fact]
    public void Embedded_instances_go_through_the_provider_and_back()
    {
        var embedded = new CimInstance("Test_Base");
        embedded.Set("Text", CimType.String, false, "inside");
        var input = new CimArguments();
        input.Set("One", CimType.String, false, embedded);
        input.Set("Many", CimType.String, true, new[] { embedded, embedded });
        var output = new CimArguments();

        Assert.Equal(2u, _broker.Invoke("Echo", input, output));

        Assert.Equal("inside", Assert.IsType<CimInstance>(output["One"]!.Value)["Text"]);
        Assert.Equal(2, Assert.IsType<CimInstance[]>(output["Many"]!.Value).Length);
    }

    [Fact]
    public void Names_are_returned_one_by_one()
    {
        var found = new List<CimObjectPath>();
        Exercise.EnumerateInstanceNames(Request, TestClasses.Class("Test_Everything"), found.Add);

        Assert.Equal([TestClasses.Path(0), TestClasses.Path(1), TestClasses.Path(2)], found);
    }

    [Fact]
    public void GetInstance_tells_what_the_provider_says()
    {
        Assert.Equal(7u, Exercise.GetInstance(Request, TestClasses.Path(7))["Id"]);

        var missing = Assert.Throws<CimException>(() => Exercise.GetInstance(Request, TestClasses.Path(404)));
        Assert.Equal((CimStatus.NotFound, "no such thing: 404"), (missing.Status, missing.Message));
        // A provider that returns nothing and says OK.
        Assert.Equal(CimStatus.NotFound, Assert.Throws<CimException>(() => Exercise.GetInstance(Request, TestClasses.Path(405))).Status);
    }

    [Fact]
    public void A_change_by_the_provider_stays_in_the_provider()
    {
        var instance = new CimInstance("Test_Everything");
        instance.Set("Text", CimType.String, false, "new");

        Assert.Equal(TestClasses.Path(123), Exercise.CreateInstance(Request, TestClasses.Class("Test_Everything"), instance));

        Assert.Equal("new", instance["Text"]);
    }

    [Fact]
    public void ModifyInstance_passes_the_property_list()
    {
        var instance = new CimInstance("Test_Everything");
        Exercise.ModifyInstance(Request with { PropertyList = new HashSet<string> { "Text" } }, TestClasses.Path(1), instance);

        var refused = Assert.Throws<CimException>(() => Exercise.ModifyInstance(Request, TestClasses.Path(1), instance));
        Assert.Equal((CimStatus.NotSupported, "only Text"), (refused.Status, refused.Message));
    }

    [Fact]
    public void A_status_becomes_an_exception_with_its_message()
    {
        var refused = Assert.Throws<CimException>(() => Exercise.DeleteInstance(Request, TestClasses.Path(1)));
        Assert.Equal((CimStatus.AccessDenied, "nobody may delete this"), (refused.Status, refused.Message));
        Assert.Equal(CimStatus.AlreadyExists, Assert.Throws<CimException>(() => _broker.Invoke("NullMessage")).Status);
        Assert.Equal(CimStatus.MethodNotFound, Assert.Throws<CimException>(() => _broker.Invoke("NoSuchMethod")).Status);
        var strange = Assert.Throws<CimException>(() => _broker.Invoke("StrangeStatus"));
        Assert.Equal((CimStatus.Failed, "a status of its own"), (strange.Status, strange.Message));
        Assert.Contains("ID42: it broke", Assert.Throws<CimException>(() => _broker.Invoke("ErrorObject")).Message);
    }

    [Fact]
    public void An_operation_without_a_function_is_not_supported() =>
        Assert.Equal(CimStatus.NotSupported, Assert.Throws<CimException>(() =>
            Exercise.ExecQuery(Request, TestClasses.Class("Test_Everything"), "WQL", "select * from Test_Everything", _ => { })).Status);

    [Fact]
    public void Association_filters_reach_the_provider()
    {
        var found = new List<CimInstance>();
        Exercise.Associators(Request, TestClasses.Path(1), new("A", "R", "r", "rr"), found.Add);
        Exercise.Associators(Request, TestClasses.Path(1), AssociationFilter.None, found.Add);
        Exercise.References(Request, TestClasses.Path(1), new("A", null, "r"), found.Add);
        Assert.Equal(["A R r rr", "- - - -", "A r"], found.Select(i => i["Text"]));

        var names = new List<CimObjectPath>();
        Exercise.AssociatorNames(Request, TestClasses.Path(1), AssociationFilter.None, names.Add);
        Exercise.ReferenceNames(Request, TestClasses.Path(1), AssociationFilter.None, names.Add);
        Assert.Equal([TestClasses.Path(31), TestClasses.Path(32)], names);
    }

    [Fact]
    public void A_callback_that_throws_ends_the_results_and_nothing_else()
    {
        var taken = 0;
        var thrown = Assert.Throws<InvalidOperationException>(() =>
            Exercise.EnumerateInstances(Request, TestClasses.Class("Test_Plain"), _ =>
            {
                taken++;
                throw new InvalidOperationException("the client has gone");
            }));

        Assert.Equal("the client has gone", thrown.Message);
        Assert.Equal(1, taken);
        Assert.Equal(7u, Exercise.GetInstance(Request, TestClasses.Path(7))["Id"]);
    }

    [Fact]
    public void A_request_that_was_given_up_gets_no_more_results()
    {
        using var source = new CancellationTokenSource();
        var taken = 0;
        Assert.Throws<OperationCanceledException>(() =>
            Exercise.EnumerateInstances(Request with { Cancellation = source.Token }, TestClasses.Class("Test_Plain"), _ =>
            {
                taken++;
                source.Cancel();
            }));

        Assert.Equal(1, taken);
    }

    [Fact]
    public void A_result_after_done_is_refused() => Assert.Null(_broker.Invoke("AfterDone"));

    [Fact]
    public void Property_lists_filter_what_the_provider_sets()
    {
        var found = new List<CimInstance>();
        Exercise.EnumerateInstances(Request with { PropertyList = new HashSet<string> { "State0" } }, TestClasses.Class("Test_Plain"), found.Add);

        Assert.Equal(3, found.Count);
        Assert.All(found, i => Assert.Equal(["Id", "State0"], i.Properties.Select(p => p.Name)));
    }

    [Fact]
    public void Any_other_name_is_made_by_the_generic_factory()
    {
        var generic = _broker.Loader.Load("Exercise", "Whatever");

        Assert.Equal("", generic.InvokeMethod(Request, TestClasses.Path(1), "Strings", new(), new()));
        var refused = Assert.Throws<CimException>(() =>
            _broker.Loader.Load("Exercise", "Refused").InvokeMethod(Request, TestClasses.Path(1), "Strings", new(), new()));
        Assert.Contains("refused by the factory", refused.Message);
        Assert.Equal(CimStatus.NotSupported, Assert.Throws<CimException>(() => generic.GetInstance(Request, TestClasses.Path(1))).Status);
    }

    [Fact]
    public void A_library_that_is_not_there_is_named()
    {
        var missing = Assert.Throws<CimException>(() => _broker.Loader.Load("Missing", "Exercise"));
        Assert.Equal(CimStatus.Failed, missing.Status);
        Assert.Contains("libMissing.so", missing.Message);
        Assert.Throws<CimException>(() => _broker.Loader.Load("../Exercise", "Exercise"));
    }

    [Fact]
    public void Indications_come_only_while_they_are_enabled()
    {
        var indications = (ICmpiIndications)Exercise;
        var source = TestClasses.Class("Test_Everything");
        const string query = "SELECT * FROM CIM_Indication";
        var refused = Assert.Throws<CimException>(() => indications.AuthorizeFilter(Request, query, "WQL", "CIM_Indication", source, "guest"));
        Assert.Equal(CimStatus.AccessDenied, refused.Status);
        indications.AuthorizeFilter(Request, query, "WQL", "CIM_Indication", source, "root");
        Assert.False(indications.MustPoll(Request, query, "WQL", "CIM_Indication", source));
        indications.ActivateFilter(Request, query, "WQL", "CIM_Indication", source, first: true);

        indications.EnableIndications();
        _broker.Services.Verify(s => s.DeliverIndication(TestClasses.Namespace, It.Is<CimInstance>(i => "delivered".Equals(i["Text"]))), Times.Once);

        indications.DeactivateFilter(Request, query, "WQL", "CIM_Indication", source, last: true);
        indications.DisableIndications();
    }

    [Theory]
    [InlineData("Asked", false)]
    [InlineData("Polled", true)]
    [InlineData("Exercise", false)]
    public void Only_who_says_so_in_the_result_wants_to_be_polled(string provider, bool polled) => Assert.Equal(polled,
        ((ICmpiIndications)_broker.Loader.Load("Exercise", provider)).MustPoll(Request, "SELECT * FROM CIM_Indication", "WQL", "CIM_Indication", TestClasses.Class("Test_Everything")));

    public void Dispose()
    {
        _broker.Dispose();
        GC.SuppressFinalize(this);
    }
}
