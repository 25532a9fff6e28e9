using Microsoft.Extensions.Logging;
using Xen.Cim.Model;
using Xen.Cim.Server.CimXml;
using Xen.Cim.Server.Security;

namespace Xen.Cim.Server.Tests.Security;

public class ChangeGuardTests
{
    [Theory]
    [InlineData("GetInstance", false)]
    [InlineData("EnumerateClassNames", false)]
    [InlineData("OpenAssociatorInstances", false)]
    [InlineData("PullInstancesWithPath", false)]
    [InlineData("closeenumeration", false)]
    [InlineData("EnumerationCount", false)]
    [InlineData("ExecQuery", false)]
    [InlineData("SetProperty", true)]
    [InlineData("CreateClass", true)]
    [InlineData("DeleteQualifier", true)]
    [InlineData("ModifyInstance", true)]
    [InlineData("SomethingOfTomorrow", true)]
    public void OperationsThatAreNotKnownToLookAreChanges(string operation, bool changes) =>
        Assert.Equal(changes, ChangeGuard.Changes(new IntrinsicCall(operation, "root/virt", [])));

    [Fact]
    public void AnAuditLineSaysWhoFromWhereWhatAndTheResult()
    {
        var log = new Lines();
        var guard = new ChangeGuard(new Operators("", "", new SystemAccounts(TimeSpan.FromSeconds(5)), TimeProvider.System), log);
        var path = new CimObjectPath("Xen_ComputerSystem", "root/virt", new CimKey("Name", "two\nlines"));
        var call = new IntrinsicCall("DeleteInstance", "root/virt", [new("InstanceName", path)]);

        guard.Tell(new Caller("alice", "192.0.2.7", false), call, "NotFound: there is none");

        var line = Assert.Single(log.All);
        Assert.All(["alice at 192.0.2.7: DeleteInstance ", "Xen_ComputerSystem", "in root/virt", ": NotFound: there is none"], part => Assert.Contains(part, line, StringComparison.Ordinal));
        Assert.DoesNotContain('\n', line);
    }

    [Fact]
    public void AnAuditLineNamesTheQualifierToo()
    {
        var log = new Lines();
        var guard = new ChangeGuard(new Operators("", "", new SystemAccounts(TimeSpan.FromSeconds(5)), TimeProvider.System), log);
        var caller = new Caller("alice", "192.0.2.7", false);
        guard.Tell(caller, new IntrinsicCall("SetQualifier", "root/virt", [new("QualifierDeclaration", new CimQualifierDeclaration("Units", CimType.String, false, null, CimScope.Any, CimFlavor.Default))]), "done");
        guard.Tell(caller, new IntrinsicCall("DeleteQualifier", "root/virt", [new("QualifierName", "Units")]), "done");

        Assert.Equal(["alice at 192.0.2.7: SetQualifier Units in root/virt: done", "alice at 192.0.2.7: DeleteQualifier Units in root/virt: done"], log.All);
    }

    [Fact]
    public void OnlyOperatorsChangeThings()
    {
        var guard = new ChangeGuard(new Operators("alice", "x.conf", new SystemAccounts(TimeSpan.FromSeconds(5)), TimeProvider.System), new Lines());
        var call = new ExtrinsicCall("RequestStateChange", "root/virt", new CimObjectPath("Xen_ComputerSystem", "root/virt"), true, []);
        guard.Demand(new Caller("alice", "::1", false), call);
        guard.Demand(new Caller("xencim", "::1", true), call);
        var error = Assert.Throws<CimException>(() => guard.Demand(new Caller("no-such-user", "::1", false), call));
        Assert.Equal(CimStatus.AccessDenied, error.Status);
        Assert.Contains("x.conf", error.Message, StringComparison.Ordinal);
    }

    private sealed class Lines : ILogger
    {
        public List<string> All { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => All.Add(formatter(state, exception));
    }
}
