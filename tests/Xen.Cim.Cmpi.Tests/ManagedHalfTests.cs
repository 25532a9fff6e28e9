using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Xen.Cim.Cmpi.Abi;
using Xen.Cim.Model;

namespace Xen.Cim.Cmpi.Tests;

/// <summary>Xen.Cim.Cmpi between a strict broker and a provider: what goes in comes out, with the types that CMPI wants.</summary>
[Collection(RuntimeCollection.Name)]
public sealed unsafe class ManagedHalfTests : IDisposable
{
    private const string Namespace = "root/virt";
    private readonly TestProvider _provider = new();
    private readonly Changes _changes = new(new Operators("*", "nowhere", new SystemAccounts(TimeSpan.FromSeconds(5)), TimeProvider.System), _ => { });
    private readonly KeptResult _result = new();
    private readonly KeptContext _context = new()
    {
        Entries = new() { ["CMPIPrincipal"] = new(CMPIType.String, "fred"), ["CMPIInvocationFlags"] = new(CMPIType.UInt32, 0u) },
    };

    public ManagedHalfTests() => EntryPoint.Runtime.Start(_provider, TimeSpan.FromSeconds(30), _changes);

    public void Dispose()
    {
        if (!_provider.Disposed)
            EntryPoint.Runtime.Release(must: true);
    }

    public static TheoryData<string, CimType, object?, CMPIType, object?> Scalars => new()
    {
        { "true", CimType.Boolean, true, CMPIType.Boolean, true },
        { "uint8", CimType.UInt8, byte.MaxValue, CMPIType.UInt8, byte.MaxValue },
        { "sint8", CimType.SInt8, sbyte.MinValue, CMPIType.SInt8, sbyte.MinValue },
        { "uint16", CimType.UInt16, ushort.MaxValue, CMPIType.UInt16, ushort.MaxValue },
        { "sint16", CimType.SInt16, short.MinValue, CMPIType.SInt16, short.MinValue },
        { "uint32", CimType.UInt32, uint.MaxValue, CMPIType.UInt32, uint.MaxValue },
        { "sint32", CimType.SInt32, int.MinValue, CMPIType.SInt32, int.MinValue },
        { "uint64", CimType.UInt64, ulong.MaxValue, CMPIType.UInt64, ulong.MaxValue },
        { "sint64", CimType.SInt64, long.MinValue, CMPIType.SInt64, long.MinValue },
        { "real32", CimType.Real32, 1.5f, CMPIType.Real32, 1.5f },
        { "real64", CimType.Real64, double.NegativeInfinity, CMPIType.Real64, double.NegativeInfinity },
        { "char16", CimType.Char16, 'ß', CMPIType.Char16, 'ß' },
        { "string", CimType.String, "Grüße, 世界", CMPIType.String, "Grüße, 世界" },
        { "empty string", CimType.String, "", CMPIType.String, "" },
        { "long string", CimType.String, new string('ä', 100_000), CMPIType.String, new string('ä', 100_000) },
        { "datetime", CimType.DateTime, "20261121030000.******+060", CMPIType.DateTime, "20261121030000.******+060" },
        { "NULL", CimType.UInt32, null, CMPIType.UInt32, null },
        { "NULL string", CimType.String, null, CMPIType.String, null },
    };

    [Theory]
    [MemberData(nameof(Scalars), DisableDiscoveryEnumeration = true)]
    public void A_property_keeps_type_and_value(string what, CimType type, object? value, CMPIType expectedType, object? expected)
    {
        Assert.NotEmpty(what);
        var instance = Named("one");
        instance.Set("P", type, false, type == CimType.DateTime ? CimDateTime.Parse((string)value!) : value);
        _provider.Instances = () => [instance];

        var kept = Assert.Single(Enumerate())["P"];

        Assert.Equal(new Kept(expectedType, expected), kept);
    }

    [Theory]
    [MemberData(nameof(Scalars), DisableDiscoveryEnumeration = true)]
    public void An_argument_comes_in_and_goes_out_unchanged(string what, CimType type, object? value, CMPIType cmpiType, object? expected)
    {
        Assert.NotEmpty(what);
        _provider.Method = (input, output) =>
        {
            output.Set("Out", type, false, input["In"]!.Value);
            return 4096u;
        };

        var (status, output) = Invoke(("In", new Kept(cmpiType, value)));

        Assert.Equal(CMPIrc.Ok, status.Rc);
        Assert.Equal(new Kept(cmpiType, expected), output.Arguments.Single().Value);
        Assert.Equal(new Kept(CMPIType.UInt32, 4096u), Assert.Single(_result.Returned));
        Assert.True(_result.Done);
    }

    [Fact]
    public void Arrays_keep_their_NULL_elements()
    {
        var instance = Named("one");
        instance.Set("A", CimType.UInt16, true, new ushort?[] { 2, null, 3 });
        instance.Set("S", CimType.String, true, new[] { "a", null, "" });
        instance.Set("E", CimType.UInt8, true, Array.Empty<byte>());
        instance.Set("N", CimType.UInt64, true, null);
        _provider.Instances = () => [instance];

        var kept = Assert.Single(Enumerate());

        var numbers = Assert.IsType<KeptArray>(kept["A"]!.Value);
        Assert.Equal(CMPIType.UInt16A, kept["A"]!.Type);
        Assert.Equal([(ushort)2, null, (ushort)3], numbers.Elements);
        Assert.Equal(["a", null, ""], Assert.IsType<KeptArray>(kept["S"]!.Value).Elements);
        Assert.Empty(Assert.IsType<KeptArray>(kept["E"]!.Value).Elements);
        Assert.Equal(new Kept(CMPIType.UInt64A, null), kept["N"]);
    }

    [Fact]
    public void Arrays_come_in_with_their_NULL_elements()
    {
        var array = new KeptArray(CMPIType.UInt32, 3);
        (array.Elements[0], array.Elements[2]) = (7u, 9u);
        object? seen = null;
        _provider.Method = (input, _) => seen = input["In"]!.Value;

        Invoke(("In", new Kept(CMPIType.UInt32A, array)));

        Assert.Equal(new uint?[] { 7, null, 9 }, Assert.IsType<uint?[]>(seen));
    }

    [Fact]
    public void Embedded_instances_go_both_ways_and_text_stays_text()
    {
        var embedded = new KeptInstance { Path = new KeptPath { ClassName = "Xen_MemoryRASD", Namespace = Namespace } };
        embedded.Properties.Add(new("VirtualQuantity", new(CMPIType.UInt64, 512ul)));
        var list = new KeptArray(CMPIType.Instance, 1);
        list.Elements[0] = embedded;
        CimArguments? seen = null;
        _provider.Method = (input, output) =>
        {
            seen = input;
            output.Set("Resulting", CimType.String, true, input["List"]!.Value);
            output.Set("One", CimType.String, false, input["One"]!.Value);
            return 0u;
        };

        var (status, output) = Invoke(("One", new(CMPIType.Instance, embedded)), ("List", new(CMPIType.InstanceA, list)),
            ("Text", new(CMPIType.String, "instance of Xen_MemoryRASD {};")));

        Assert.Equal(CMPIrc.Ok, status.Rc);
        var one = Assert.IsType<CimInstance>(seen!["One"]!.Value);
        Assert.Equal(("Xen_MemoryRASD", (object?)512ul), (one.ClassName, one["VirtualQuantity"]));
        Assert.Equal("instance of Xen_MemoryRASD {};", seen["text"]!.Value);
        var back = Assert.IsType<KeptArray>(output.Arguments.Single(a => a.Key == "Resulting").Value.Value);
        Assert.Equal(512ul, Assert.IsType<KeptInstance>(back.Elements[0])["VirtualQuantity"]!.Value);
        Assert.Equal(CMPIType.Instance, output.Arguments.Single(a => a.Key == "One").Value.Type);
    }

    [Fact]
    public void Paths_go_both_ways_with_host_namespace_and_every_kind_of_key()
    {
        var inner = new KeptPath { ClassName = "Xen_Inner", Namespace = "root/other" };
        inner.Keys.Add(new("Name", new(CMPIType.String, "x\"y\\z")));
        var path = new KeptPath { ClassName = "Xen_Outer", Namespace = Namespace, Host = "server" };
        path.Keys.AddRange([new("R", new(CMPIType.Ref, inner)), new("N", new(CMPIType.UInt64, 5ul)), new("B", new(CMPIType.Boolean, true)), new("S", new(CMPIType.String, "s"))]);
        _provider.Instances = () => [new CimInstance("Xen_Outer") { Path = _provider.Path }];

        var mi = (CMPIInstanceMI*)EntryPoint.Make(0, StrictBroker.Broker);
        var status = mi->Ft->GetInstance(mi, StrictBroker.Native(_context), StrictBroker.Native(_result), StrictBroker.Native(path), null);

        Assert.Equal(CMPIrc.Ok, status.Rc);
        var seen = _provider.Path!;
        Assert.Equal(("server", Namespace, "Xen_Outer"), (seen.Host, seen.Namespace, seen.ClassName));
        Assert.Equal("x\"y\\z", Assert.IsType<CimObjectPath>(seen["R"])["Name"]);
        Assert.Equal((5ul, true, "s"), (seen["N"], seen["B"], seen["S"]));
        var back = Assert.IsType<KeptInstance>(Assert.Single(_result.Returned)).Path;
        Assert.Equal(("server", Namespace), (back.Host, back.Namespace));
        Assert.Equal(["R", "N", "B", "S"], back.Keys.Select(k => k.Key));
        Assert.Equal("root/other", Assert.IsType<KeptPath>(back.Keys[0].Value.Value).Namespace);
    }

    [Fact]
    public void Only_the_properties_asked_for_and_the_keys_are_returned()
    {
        var instance = Named("one");
        instance.Set("Wanted", CimType.UInt32, false, 1u);
        instance.Set("Other", CimType.UInt32, false, 2u);
        _provider.Instances = () => [instance];

        var kept = Assert.Single(Enumerate("wanted", "NoSuchProperty"));

        Assert.Equal(["Name", "Wanted"], kept.Properties.Select(p => p.Key));
        Assert.True(_provider.Request!.Wants("WANTED"));
        Assert.False(_provider.Request.Wants("Other"));
    }

    [Fact]
    public void A_property_that_the_server_does_not_know_is_the_servers_to_ignore()
    {
        var instance = Named("one");
        instance.Set("Unknown", CimType.UInt32, false, 1u);
        _provider.Instances = () => [instance];

        Assert.Equal(["Name"], Assert.Single(Enumerate()).Properties.Select(p => p.Key));
    }

    [Fact]
    public void A_property_that_the_server_refuses_is_named()
    {
        var instance = Named("one");
        instance.Set("Width16", CimType.UInt32, false, 1u);
        _provider.Instances = () => [instance];

        var status = EnumerateStatus();

        Assert.Equal(CMPIrc.Failed, status.Rc);
        Assert.Contains("Width16", StrictBroker.Text(status.Message), StringComparison.Ordinal);
        Assert.Contains("61", StrictBroker.Text(status.Message), StringComparison.Ordinal);
    }

    [Fact]
    public void The_request_carries_namespace_user_and_a_deadline()
    {
        Enumerate();

        var request = _provider.Request!;
        Assert.Equal((Namespace, "fred"), (request.Namespace, request.Principal));
        Assert.Null(request.PropertyList);
        Assert.True(request.Cancellation.CanBeCanceled);
    }

    [Fact]
    public void A_CIM_error_becomes_its_status_and_message()
    {
        _provider.Instances = () => throw new CimException(CimStatus.AccessDenied, "Not for you.");

        var status = EnumerateStatus();

        Assert.Equal((CMPIrc.AccessDenied, "Not for you."), (status.Rc, StrictBroker.Text(status.Message)));
        Assert.False(_result.Done);
    }

    [Fact]
    public void Any_other_exception_becomes_FAILED_with_its_text()
    {
        _provider.Instances = () => throw new InvalidOperationException("A bug.");

        var status = EnumerateStatus();

        Assert.Equal(CMPIrc.Failed, status.Rc);
        Assert.Contains("A bug.", StrictBroker.Text(status.Message), StringComparison.Ordinal);
    }

    [Fact]
    public void Elements_are_handed_on_as_they_come()
    {
        IEnumerable<CimInstance> Sequence()
        {
            yield return Named("one");
            Assert.Single(_result.Returned);
            yield return Named("two");
            throw new CimException(CimStatus.Failed, "The connection broke.");
        }
        _provider.Instances = Sequence;

        var status = EnumerateStatus();

        Assert.Equal(CMPIrc.Failed, status.Rc);
        Assert.Equal(2, _result.Returned.Count);
    }

    [Fact]
    public void Association_requests_carry_their_filters()
    {
        _provider.Instances = () => [Named("far")];
        var mi = (CMPIAssociationMI*)EntryPoint.Make(1, StrictBroker.Broker);
        CMPIStatus all, references;
        fixed (byte* assoc = "CIM_HostedDependency\0"u8, result = "CIM_System\0"u8, role = "Antecedent\0"u8, resultRole = "Dependent\0"u8)
        {
            all = mi->Ft->AssociatorNames(mi, StrictBroker.Native(_context), StrictBroker.Native(_result), ClassPath(), assoc, result, role, resultRole);
            Assert.Equal(new AssociationFilter("CIM_HostedDependency", "CIM_System", "Antecedent", "Dependent"), _provider.Filter);
            references = mi->Ft->References(mi, StrictBroker.Native(_context), StrictBroker.Native(new KeptResult()), ClassPath(), assoc, role, null);
        }

        Assert.Equal((CMPIrc.Ok, CMPIrc.Ok), (all.Rc, references.Rc));
        Assert.Equal(new AssociationFilter("CIM_HostedDependency", null, "Antecedent"), _provider.Filter);
        Assert.Equal("far", Assert.IsType<KeptPath>(Assert.Single(_result.Returned)).Keys.Single().Value.Value);
    }

    [Fact]
    public void Instances_are_created_modified_and_deleted()
    {
        var instance = new KeptInstance { Path = new KeptPath { ClassName = "Xen_Test", Namespace = Namespace } };
        instance.Properties.Add(new("Weight", new(CMPIType.UInt32, 256u)));
        var mi = (CMPIInstanceMI*)EntryPoint.Make(0, StrictBroker.Broker);
        var context = StrictBroker.Native(_context);

        var created = mi->Ft->CreateInstance(mi, context, StrictBroker.Native(_result), ClassPath(), StrictBroker.Native(instance));
        Assert.Equal(256u, _provider.Instance!["Weight"]);
        CMPIStatus modified;
        fixed (byte* name = "Weight\0"u8)
        {
            var names = stackalloc byte*[] { name, null };
            modified = mi->Ft->ModifyInstance(mi, context, StrictBroker.Native(new KeptResult()), ClassPath(), StrictBroker.Native(instance), names);
            Assert.Equal(["Weight"], _provider.Request!.PropertyList);
        }
        var deleted = mi->Ft->DeleteInstance(mi, context, StrictBroker.Native(new KeptResult()), ClassPath());

        Assert.Equal((CMPIrc.Ok, CMPIrc.Ok, CMPIrc.Ok), (created.Rc, modified.Rc, deleted.Rc));
        // A path without a namespace is in the request's.
        Assert.Equal(Namespace, Assert.IsType<KeptPath>(Assert.Single(_result.Returned)).Namespace);
    }

    [Fact]
    public void One_property_is_read_and_written()
    {
        var instance = Named("one");
        instance.Set("Weight", CimType.UInt16, false, (ushort)512);
        _provider.Instances = () => [instance];
        var mi = (CMPIPropertyMI*)EntryPoint.Make(3, StrictBroker.Broker);
        var context = StrictBroker.Native(_context);
        CMPIStatus read, written, unknown;
        fixed (byte* name = "Weight\0"u8, wrong = "Wight\0"u8)
        {
            read = mi->Ft->GetProperty(mi, context, StrictBroker.Native(_result), ClassPath(), name);
            written = mi->Ft->SetProperty(mi, context, StrictBroker.Native(new KeptResult()), ClassPath(), name, StrictBroker.Data(new(CMPIType.UInt16, (ushort)7)));
            unknown = mi->Ft->GetProperty(mi, context, StrictBroker.Native(new KeptResult()), ClassPath(), wrong);
        }

        Assert.Equal((CMPIrc.Ok, CMPIrc.Ok, CMPIrc.NoSuchProperty), (read.Rc, written.Rc, unknown.Rc));
        Assert.Equal(new Kept(CMPIType.UInt16, (ushort)512), Assert.Single(_result.Returned));
        Assert.Equal((ushort)7, _provider.Instance!["Weight"]);
    }

    [Fact]
    public void Indications_are_delivered_in_order_on_an_attached_thread_whose_context_is_never_used_after_it_is_freed()
    {
        var mi = (CMPIIndicationMI*)EntryPoint.Make(4, StrictBroker.Broker);
        StrictBroker.Delivered.Clear();

        var enabled = mi->Ft->EnableIndications(mi, StrictBroker.Native(_context));
        for (var i = 0; i < 200; i++)
        {
            var indication = new CimInstance("Xen_Test");
            indication.Set("N", CimType.UInt32, false, (uint)i);
            _provider.Deliver!(indication);
        }
        SpinWait.SpinUntil(() => { lock (StrictBroker.Delivered) return StrictBroker.Delivered.Count == 200; }, TimeSpan.FromSeconds(30));
        var disabled = mi->Ft->DisableIndications(mi, StrictBroker.Native(_context));

        Assert.Equal((CMPIrc.Ok, CMPIrc.Ok), (enabled.Rc, disabled.Rc));
        Assert.Equal(Enumerable.Range(0, 200).Select(i => (object?)(uint)i), StrictBroker.Delivered.Select(d => d.Indication["N"]!.Value));
        Assert.All(StrictBroker.Delivered, d => Assert.Equal(Namespace, d.Namespace));
        // What the broker makes on an attached thread is freed only when the context is given back.
        Assert.True(StrictBroker.Delivered.Select(d => d.Context).Distinct().Count() > 1);
        Assert.Null(_provider.Deliver);
    }

    [Fact]
    public void What_a_broker_makes_for_indications_is_freed_at_marks_when_it_has_them()
    {
        var mi = (CMPIIndicationMI*)EntryPoint.Make(4, StrictBroker.WithMarks);
        StrictBroker.Delivered.Clear();
        var before = StrictBroker.Freed;

        mi->Ft->EnableIndications(mi, StrictBroker.Native(_context));
        for (var i = 0; i < 200; i++)
            _provider.Deliver!(new CimInstance("Xen_Test"));
        SpinWait.SpinUntil(() => StrictBroker.Freed - before == 200, TimeSpan.FromSeconds(30));

        Assert.Equal(200, StrictBroker.Freed - before);
        mi->Ft->DisableIndications(mi, StrictBroker.Native(_context));
    }

    [Fact]
    public void What_a_broker_filled_in_and_nobody_asked_for_is_taken_out()
    {
        var instance = new CimInstance(StrictBroker.FilledClass);
        instance.Set("Name", CimType.String, false, "one");
        instance.Set("Weight", CimType.UInt16, false, (ushort)512);
        _provider.Instances = () => [instance];

        var some = Assert.Single(Enumerate("Weight"));

        Assert.Equal(["Weight"], some.Properties.Select(p => p.Key));
        Assert.Equal(new Kept(CMPIType.UInt16, (ushort)512), some["Weight"]);
    }

    [Fact]
    public void Nobody_polls()
    {
        var mi = (CMPIIndicationMI*)EntryPoint.Make(4, StrictBroker.Broker);

        Assert.Equal(CMPIrc.NotSupported, mi->Ft->MustPoll(mi, StrictBroker.Native(_context), null, null, null).Rc);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void The_provider_ends_with_the_last_table(byte terminating)
    {
        var mi = (CMPIInstanceMI*)EntryPoint.Make(0, StrictBroker.Broker);

        Assert.Equal(CMPIrc.Ok, mi->Ft->Cleanup(mi, StrictBroker.Native(_context), terminating).Rc);

        Assert.True(_provider.Disposed);
        Assert.Equal(CMPIrc.Failed, EnumerateStatus().Rc);
    }

    [Fact]
    public void A_provider_with_work_under_way_stays_until_the_server_ends()
    {
        var mi = (CMPIInstanceMI*)EntryPoint.Make(0, StrictBroker.Broker);
        _provider.IsIdle = false;

        Assert.Equal(CMPIrc.DoNotUnload, mi->Ft->Cleanup(mi, StrictBroker.Native(_context), 0).Rc);
        Assert.False(_provider.Disposed);
        Assert.Equal(CMPIrc.Ok, EnumerateStatus().Rc);
        Assert.Equal(CMPIrc.Ok, mi->Ft->Cleanup(mi, StrictBroker.Native(_context), 1).Rc);
        Assert.True(_provider.Disposed);
    }

    [Fact]
    public void A_provider_that_somebody_listens_to_stays()
    {
        var mi = (CMPIIndicationMI*)EntryPoint.Make(4, StrictBroker.Broker);
        mi->Ft->EnableIndications(mi, StrictBroker.Native(_context));

        Assert.Equal(CMPIrc.DoNotUnload, mi->Ft->Cleanup(mi, StrictBroker.Native(_context), 0).Rc);
        mi->Ft->DisableIndications(mi, StrictBroker.Native(_context));
        Assert.Equal(CMPIrc.Ok, mi->Ft->Cleanup(mi, StrictBroker.Native(_context), 0).Rc);
        Assert.True(_provider.Disposed);
    }

    [Fact]
    public void A_table_that_was_cleaned_up_is_used_again_and_what_comes_too_late_does_no_harm()
    {
        EntryPoint.Runtime.Start();
        var mi = (CMPIInstanceMI*)EntryPoint.Make(0, StrictBroker.Broker);

        Assert.Equal(CMPIrc.Ok, mi->Ft->Cleanup(mi, StrictBroker.Native(_context), 0).Rc);
        Assert.Equal(CMPIrc.Ok, mi->Ft->Cleanup(mi, StrictBroker.Native(_context), 0).Rc);
        Assert.Equal(CMPIrc.Failed, mi->Ft->DeleteInstance(mi, StrictBroker.Native(_context), StrictBroker.Native(_result), ClassPath()).Rc);
        Assert.False(_provider.Disposed);
        Assert.Equal((nint)mi, (nint)EntryPoint.Make(0, StrictBroker.Broker));
    }

    [Fact]
    public void What_is_logged_while_a_request_runs_goes_to_the_servers_log_too()
    {
        _provider.Instances = () =>
        {
            new SystemLog(LogLevel.Debug).CreateLogger("Xen.Cim.Test").LogWarning("Careful with {Guest}", "web");
            new SystemLog(LogLevel.Debug).CreateLogger("Xen.Cim.Test").LogDebug("By the way");
            new Thread(() => new SystemLog(LogLevel.Debug).CreateLogger("Xen.Cim.Test").LogError("From a thread that the broker does not know")).Start();
            return [];
        };

        Assert.Empty(Enumerate());

        Assert.Equal([(CMPISeverity.Warning, "Xen.Cim.Test: Careful with web"), (default, "Xen.Cim.Test: By the way")],
            StrictBroker.Logged.Where(l => l.Text.StartsWith("Xen.Cim.Test", StringComparison.Ordinal)));
    }

    [Fact]
    public void Too_small_a_stack_moves_the_work_to_an_attached_thread_of_our_own()
    {
        _provider.Instances = () =>
        {
            System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
            return [Named("one")];
        };
        CMPIStatus status = default;
        var thread = new Thread(() => status = EnumerateStatus(), 128 * 1024);
        thread.Start();
        thread.Join();

        Assert.Equal((CMPIrc.Ok, null), (status.Rc, StrictBroker.Text(status.Message)));
        Assert.Single(_result.Returned);
    }

    private static CMPIObjectPath* ClassPath() => StrictBroker.Native(new KeptPath { ClassName = "Xen_Test", Namespace = Namespace });

    private static CimInstance Named(string name)
    {
        var instance = new CimInstance("Xen_Test") { Path = new CimObjectPath("Xen_Test", null, new CimKey("Name", name)) };
        instance.Set("Name", CimType.String, false, name, CimPropertyFlags.Key);
        return instance;
    }

    private CMPIStatus EnumerateStatus(params string[] properties)
    {
        var mi = (CMPIInstanceMI*)EntryPoint.Make(0, StrictBroker.Broker);
        var names = stackalloc byte*[properties.Length + 1];
        for (var i = 0; i < properties.Length; i++)
            names[i] = (byte*)Marshal.StringToCoTaskMemUTF8(properties[i]);
        names[properties.Length] = null;
        return mi->Ft->EnumerateInstances(mi, StrictBroker.Native(_context), StrictBroker.Native(_result), ClassPath(), properties.Length == 0 ? null : names);
    }

    private IEnumerable<KeptInstance> Enumerate(params string[] properties)
    {
        var status = EnumerateStatus(properties);
        Assert.Equal((CMPIrc.Ok, null), (status.Rc, StrictBroker.Text(status.Message)));
        Assert.True(_result.Done);
        return _result.Returned.Cast<KeptInstance>();
    }

    private (CMPIStatus Status, KeptArgs Output) Invoke(params (string Name, Kept Value)[] arguments)
    {
        var input = new KeptArgs();
        input.Arguments.AddRange(arguments.Select(a => KeyValuePair.Create(a.Name, a.Value)));
        var output = new KeptArgs();
        var mi = (CMPIMethodMI*)EntryPoint.Make(2, StrictBroker.Broker);
        fixed (byte* method = "Do\0"u8)
        {
            var status = mi->Ft->InvokeMethod(mi, StrictBroker.Native(_context), StrictBroker.Native(_result), ClassPath(), method,
                StrictBroker.Native(input), StrictBroker.Native(output));
            return (status, output);
        }
    }
}
