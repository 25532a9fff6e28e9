using Xen.Cim.Cmpi.Abi;
using Xen.Cim.Model;

namespace Xen.Cim.Cmpi.Tests;

/// <summary>Tests that share the process's one provider run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class RuntimeCollection
{
    public const string Name = "runtime";
}

/// <summary>Who may change things, and what is written down of it.</summary>
[Collection(RuntimeCollection.Name)]
public sealed unsafe class RightsTests : IDisposable
{
    private const string Namespace = "root/virt";
    private readonly TestProvider _provider = new() { Method = (_, _) => 4096u };
    private readonly PretendedAccounts _accounts = new();
    private readonly ManualTime _time = new();
    private readonly List<string> _audit = [];

    private sealed class ManualTime : TimeProvider
    {
        public long Now { get; set; }

        public override long GetTimestamp() => Now;

        public override long TimestampFrequency => 1;
    }

    private sealed class PretendedAccounts : IAccounts
    {
        public string Machine => "xenhost";

        public Dictionary<string, Account> Users { get; } = new() { ["root"] = new(0, [0]), ["toor"] = new(0, [0]), ["alice"] = new(1000, [1000, 108]), ["fred"] = new(1001, [1001]) };

        public int Asked { get; private set; }

        public bool Hangs { get; set; }

        public Account? FindUser(string name)
        {
            Asked++;
            return Hangs ? throw new TimeoutException("the system did not find it within 2 s.") : Users.GetValueOrDefault(name);
        }

        public uint? FindGroup(string name) => name == "libvirt" ? 108 : null;
    }

    public void Dispose() => EntryPoint.Runtime.Release(must: true);

    [Theory]
    [InlineData(Operators.Default, "root", true)]
    [InlineData(Operators.Default, "toor", true)]
    [InlineData(Operators.Default, "alice", true)]
    [InlineData(Operators.Default, "fred", false)]
    [InlineData(Operators.Default, "nobody-knows", false)]
    [InlineData(Operators.Default, "", true)]
    [InlineData("", "", true)]
    [InlineData("", "root", false)]
    [InlineData("fred", "fred", true)]
    [InlineData("fred", "Fred", false)]
    [InlineData("fred", "root", false)]
    [InlineData("alice, fred", "fred", true)]
    [InlineData("alice,fred", "fred", true)]
    [InlineData("*", "nobody-knows", true)]
    [InlineData("@nobody", "alice", false)]
    // A domain's fred is not ours, but that of the machine itself is.
    [InlineData("fred", "fred@example.org", false)]
    [InlineData("fred", "EXAMPLE\\fred", false)]
    [InlineData("fred", "fred@XENHOST", true)]
    [InlineData("fred", "xenhost\\fred", true)]
    [InlineData("@libvirt", "xenhost\\alice", true)]
    [InlineData("EXAMPLE\\fred", "EXAMPLE\\fred", true)]
    [InlineData("root", "root@example.org", false)]
    public void Users_groups_and_everybody_are_operators_as_they_are_listed(string operators, string principal, bool may)
    {
        Use(operators, principal);

        var error = Record.Exception(() => new Operators(operators, "the configuration", _accounts, _time).Demand(principal, "a change"));

        Assert.Equal(may, error is null);
        if (error is not null)
        {
            Assert.Equal(CimStatus.AccessDenied, Assert.IsType<CimException>(error).Status);
            Assert.All([principal, "a change", $"\"{operators}\"", "the configuration"], part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_user_of_a_directory_is_known_by_his_full_name()
    {
        _accounts.Users["fred@example.org"] = new(70001, [70000, 108]);

        new Operators("@libvirt", "", _accounts, _time).Demand("fred@example.org", "a change");

        Assert.Equal(1, _accounts.Asked);
        Use("*", "");
    }

    [Fact]
    public void The_system_is_asked_again_only_after_a_while()
    {
        var operators = new Operators("@libvirt", "", _accounts, _time);
        for (var i = 0; i < 100; i++)
            operators.Demand("alice", "a change");
        Assert.Equal(1, _accounts.Asked);

        _accounts.Users["alice"] = new(1000, [1000]);
        _time.Now += 31;

        Assert.Throws<CimException>(() => operators.Demand("alice", "a change"));
        Use("*", "");
    }

    [Fact]
    public void Who_cannot_be_looked_up_may_not_and_is_looked_up_again()
    {
        var operators = new Operators("@libvirt", "", _accounts, _time);
        _accounts.Hangs = true;

        var error = Assert.Throws<CimException>(() => operators.Demand("alice", "a change"));
        Assert.Equal(CimStatus.AccessDenied, error.Status);
        Assert.Contains("within 2 s", error.Message, StringComparison.Ordinal);

        _accounts.Hangs = false;
        operators.Demand("alice", "a change");
        Use("*", "");
    }

    [Fact]
    public void Every_change_by_somebody_else_is_refused_before_it_begins_and_written_down()
    {
        Use("@libvirt", "fred");

        Assert.All(Changes(), status =>
        {
            Assert.Equal(CMPIrc.AccessDenied, status.Rc);
            Assert.Contains("fred", StrictBroker.Text(status.Message), StringComparison.Ordinal);
        });

        Assert.Null(_provider.Request);
        Assert.Equal(["CreateInstance", "ModifyInstance", "DeleteInstance", "SetProperty Weight", "RequestStateChange"], _audit.Select(l => l.Split(": ")[1].Split(" on ")[0]));
        Assert.All(_audit, line =>
        {
            Assert.StartsWith("fred: ", line, StringComparison.Ordinal);
            Assert.Contains("root/virt:Xen_Test.Name=\"web\"", line, StringComparison.Ordinal);
            Assert.Contains("AccessDenied", line, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Every_change_by_an_operator_is_made_and_written_down_with_its_result()
    {
        Use("@libvirt", "alice");

        Assert.All(Changes(), status => Assert.Equal(CMPIrc.Ok, status.Rc));

        Assert.Equal(5, _audit.Count);
        Assert.All(_audit[..4], line => Assert.EndsWith(": done", line, StringComparison.Ordinal));
        Assert.Equal("alice: RequestStateChange on root/virt:Xen_Test.Name=\"web\": answered 4096", _audit[4]);
    }

    [Fact]
    public void A_change_that_fails_is_written_down_on_one_line()
    {
        Use("*", "alice");
        _provider.Method = (_, _) => throw new CimException(CimStatus.NotFound, "There is no\nsuch guest.");

        Assert.Equal(CMPIrc.NotFound, Invoke("RequestStateChange").Rc);

        Assert.Equal("alice: RequestStateChange on root/virt:Xen_Test.Name=\"web\": NotFound: There is no such guest.", Assert.Single(_audit));
    }

    [Theory]
    [InlineData("GetErrors")]
    [InlineData("geterror")]
    [InlineData("CheckVirtualSystemIsMigratableToHost")]
    public void Everybody_may_look(string method)
    {
        Use("root", "fred");

        Assert.Equal(CMPIrc.Ok, Invoke(method).Rc);
        var mi = (CMPIInstanceMI*)EntryPoint.Make(0, StrictBroker.Broker);
        Assert.Equal(CMPIrc.Ok, mi->Ft->EnumerateInstances(mi, Context("fred"), StrictBroker.Native(new KeptResult()), Path(), null).Rc);
        Assert.Empty(_audit);
    }

    [Fact]
    public void A_server_that_asks_nobody_who_he_is_decides_itself()
    {
        Use("root", "");

        Assert.All(Changes(), status => Assert.Equal(CMPIrc.Ok, status.Rc));
        Assert.All(_audit, line => Assert.StartsWith("(no user): ", line, StringComparison.Ordinal));
        var mi = (CMPIInstanceMI*)EntryPoint.Make(0, StrictBroker.Broker);
        Assert.Equal(CMPIrc.Ok, mi->Ft->DeleteInstance(mi, StrictBroker.Native(new KeptContext()), StrictBroker.Native(new KeptResult()), Path()).Rc);
        Assert.Equal(CMPIrc.Ok, mi->Ft->DeleteInstance(mi, null, StrictBroker.Native(new KeptResult()), Path()).Rc);
    }

    [Fact]
    public void The_systems_own_users_and_groups_are_found()
    {
        var accounts = new SystemAccounts(TimeSpan.FromSeconds(20));
        Use("*", "");

        var root = accounts.FindUser("root");

        Assert.Equal(0u, root!.Id);
        Assert.Contains(accounts.FindGroup("root")!.Value, root.Groups);
        Assert.Null(accounts.FindUser("no such user"));
        Assert.Null(accounts.FindGroup("no such group"));
        // Each user that the system lists in a group is in it.
        foreach (var entry in File.ReadLines("/etc/group").Select(l => l.Split(':')).Where(e => e.Length == 4 && e[3].Length > 0))
            Assert.All(entry[3].Split(','), user => Assert.Contains(uint.Parse(entry[2], null), accounts.FindUser(user)?.Groups ?? [uint.Parse(entry[2], null)]));
    }

    [Fact]
    public void A_system_that_does_not_answer_is_not_waited_for()
    {
        var accounts = new SystemAccounts(TimeSpan.FromMilliseconds(50));
        using var end = new ManualResetEventSlim();
        Use("*", "");

        for (var i = 0; i < 4; i++)
            Assert.Contains("the user slow", Assert.Throws<TimeoutException>(() => accounts.Ask("the user slow", () => end.Wait(TimeSpan.FromMinutes(1)))).Message, StringComparison.Ordinal);
        // Nor are threads piled up for it.
        Assert.Contains("4 questions", Assert.Throws<TimeoutException>(() => accounts.FindUser("root")).Message, StringComparison.Ordinal);
        end.Set();
        Assert.True(SpinWait.SpinUntil(() => Record.Exception(() => accounts.FindUser("root")) is null, TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public void The_file_lists_the_operators()
    {
        Use("*", "");
        var complaints = new List<string>();

        Assert.Equal(Operators.Default, ProviderConfiguration.Parse([], "f", complaints).Operators);
        Assert.Equal("alice, @xen", ProviderConfiguration.Parse(["operators = alice, @xen"], "f", complaints).Operators);
        Assert.Equal("", ProviderConfiguration.Parse(["operators ="], "f", complaints).Operators);
        Assert.Empty(complaints);
    }

    private static CMPIObjectPath* Path()
    {
        var path = new KeptPath { ClassName = "Xen_Test", Namespace = Namespace };
        path.Keys.Add(new("Name", new(CMPIType.String, "web")));
        return StrictBroker.Native(path);
    }

    private static CMPIContext* Context(string principal) =>
        StrictBroker.Native(new KeptContext { Entries = new() { ["CMPIPrincipal"] = new(CMPIType.String, principal) } });

    private string _principal = "";

    private void Use(string operators, string principal)
    {
        _principal = principal;
        EntryPoint.Runtime.Start(_provider, TimeSpan.FromSeconds(30), new Changes(new Operators(operators, "the configuration", _accounts, _time), _audit.Add));
    }

    private List<CMPIStatus> Changes()
    {
        var mi = (CMPIInstanceMI*)EntryPoint.Make(0, StrictBroker.Broker);
        var property = (CMPIPropertyMI*)EntryPoint.Make(3, StrictBroker.Broker);
        var instance = new KeptInstance { Path = new KeptPath { ClassName = "Xen_Test", Namespace = Namespace } };
        var context = Context(_principal);
        var statuses = new List<CMPIStatus>
        {
            mi->Ft->CreateInstance(mi, context, StrictBroker.Native(new KeptResult()), Path(), StrictBroker.Native(instance)),
            mi->Ft->ModifyInstance(mi, context, StrictBroker.Native(new KeptResult()), Path(), StrictBroker.Native(instance), null),
            mi->Ft->DeleteInstance(mi, context, StrictBroker.Native(new KeptResult()), Path()),
        };
        fixed (byte* name = "Weight\0"u8)
            statuses.Add(property->Ft->SetProperty(property, context, StrictBroker.Native(new KeptResult()), Path(), name, StrictBroker.Data(new(CMPIType.UInt16, (ushort)7))));
        statuses.Add(Invoke("RequestStateChange"));
        return statuses;
    }

    private CMPIStatus Invoke(string method)
    {
        var mi = (CMPIMethodMI*)EntryPoint.Make(2, StrictBroker.Broker);
        var name = (byte*)System.Runtime.InteropServices.Marshal.StringToCoTaskMemUTF8(method);
        return mi->Ft->InvokeMethod(mi, Context(_principal), StrictBroker.Native(new KeptResult()), Path(), name, StrictBroker.Native(new KeptArgs()), StrictBroker.Native(new KeptArgs()));
    }
}
