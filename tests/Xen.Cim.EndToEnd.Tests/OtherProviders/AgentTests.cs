using System.Globalization;
using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.OtherProviders;

/// <summary>
/// A provider in C that is none of ours (foreign.c), registered as an administrator does it: it runs in an agent of the staged
/// server, and whatever happens to its process is told to its caller and noticed by nobody else.
/// </summary>
public sealed class AgentTests : IDisposable
{
    private const string Namespace = "root/foreign";

    private readonly string _folder = Directory.CreateTempSubdirectory("xen-cim-foreign-").FullName;

    private string Waits => Path.Combine(_folder, "waits");

    public AgentTests()
    {
        Assert.SkipUnless(Command.Exists("cc"), "cc is not installed");
        var source = Path.Combine(AppContext.BaseDirectory, "OtherProviders");
        var compiled = Command.Run("cc", "-shared", "-fPIC", "-Wall", "-Werror", "-o", Path.Combine(_folder, "libForeign.so"), Path.Combine(source, "foreign.c"));
        Assert.True(compiled.ExitCode == 0, compiled.ToString());
        File.WriteAllText(Path.Combine(_folder, "foreign.mof"), """
            class Test_Foreign { [Key] string Name; uint32 Process; };
            [Indication] class Test_ForeignIndication : CIM_ProcessIndication { uint32 Process; };
            """);
        File.WriteAllText(Path.Combine(_folder, "foreign.reg"), """
            [Test_Foreign]
               provider: Foreign
               location: Foreign
               type: instance
               namespace: root/foreign
            [Test_ForeignIndication]
               provider: Foreign
               location: Foreign
               type: indication
               namespace: root/foreign
            """);
    }

    [Fact]
    public async Task A_process_that_is_killed_fails_its_call_and_nobody_else_notices()
    {
        using var server = Start();
        using var xml = new CimXml(server.Address);
        Assert.Empty(Agents(server));
        var process = ProcessOf(Get(xml, "any"));
        Assert.Equal([process], Agents(server));

        var others = Others(server);
        var waiting = Task.Run(() => Get(xml, "wait"), TestContext.Current.CancellationToken);
        Eventually.True(() => File.Exists(Waits), "the provider is in the call");
        Signals.Send(process, Signals.Kill);
        var failed = await waiting;

        Assert.Equal(1, failed.Status);
        Assert.Contains("Foreign", failed.Message, StringComparison.Ordinal);
        Assert.Contains("signal 9 (SIGKILL)", failed.Message, StringComparison.Ordinal);
        var next = ProcessOf(Get(xml, "any"));
        Assert.NotEqual(process, next);
        Assert.Equal([next], Agents(server));
        Assert.Empty(await others());
    }

    [Fact]
    public void Subscriptions_follow_the_provider_into_its_next_process()
    {
        using var server = Start();
        using var listener = new IndicationListener();
        using var xml = new CimXml(server.Address);
        Assert.Contains("nobody has subscribed", Get(xml, "raise").Message, StringComparison.Ordinal);
        Subscriptions.Make(server.Address, "Test_ForeignIndication", listener.Url, source: Namespace);
        var process = ProcessOf(Get(xml, "raise"));
        Assert.Equal(process, Raised(listener));

        Signals.Send(process, Signals.Kill);

        // Nobody has to ask for it.
        Eventually.True(() => Agents(server) is [var other] && other != process, "another process");
        var next = 0;
        Eventually.True(() => Get(xml, "raise") is { Status: 0 } answer && (next = ProcessOf(answer)) != process, "the provider is subscribed again");
        Assert.Equal(next, Raised(listener));
    }

    [Fact]
    public void A_process_without_work_ends_and_comes_back()
    {
        using var server = Start("agent_idle = 1\n");
        using var xml = new CimXml(server.Address);
        var process = ProcessOf(Get(xml, "any"));

        Eventually.True(() => Agents(server).Count == 0, "the end of the idle process");

        Assert.NotEqual(process, ProcessOf(Get(xml, "any")));
    }

    [Fact]
    public async Task A_call_that_hangs_is_answered_at_its_deadline_and_its_process_replaced()
    {
        using var server = Start("request_deadline = 5\n");
        using var xml = new CimXml(server.Address);
        var process = ProcessOf(Get(xml, "any"));

        var others = Others(server);
        var late = Get(xml, "wait");

        Assert.Equal(1, late.Status);
        Assert.Contains("was not done within 5 s", late.Message, StringComparison.Ordinal);
        Eventually.True(() => !Agents(server).Contains(process), "the end of the process that hangs");
        Assert.NotEqual(process, ProcessOf(Get(xml, "any")));
        Assert.Empty(await others());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private CimServerProcess Start(string configuration = "") => CimServerProcess.Start(
        environment: new Dictionary<string, string> { ["FOREIGN_WAITS"] = Waits },
        configuration: $"other_providers = {_folder}\nother_libraries = {_folder}\n{configuration}");

    private static CimXmlAnswer Get(CimXml xml, string name) =>
        xml.Call(Namespace, "GetInstance", [CimXml.InstanceParameter(CimXml.Instance("Test_Foreign", ("Name", name)))]);

    private static int ProcessOf(CimXmlAnswer answer)
    {
        Assert.True(answer.Status == 0, answer.ToString());
        return int.Parse(answer.Document!.Descendants("PROPERTY").Single(p => (string?)p.Attribute("NAME") == "Process").Value, CultureInfo.InvariantCulture);
    }

    private static int Raised(IndicationListener listener) => int.Parse(listener.Next("Test_ForeignIndication")["Process"]!, CultureInfo.InvariantCulture);

    // Asks for guests until the answer is called for; gives what went wrong.
    private static Func<Task<List<string>>> Others(CimServerProcess server)
    {
        var isEnough = false;
        var asking = Task.Run(() =>
        {
            var wrong = new List<string>();
            using var xml = new CimXml(server.Address);
            while (!Volatile.Read(ref isEnough))
            {
                var answer = xml.Call("EnumerateInstanceNames", CimXml.ClassName("Xen_ComputerSystem"));
                if (answer.Status != 0 || !answer.Document!.Descendants("INSTANCENAME").Any())
                    wrong.Add(answer.ToString());
                Thread.Sleep(20);
            }
            return wrong;
        });
        return () =>
        {
            Volatile.Write(ref isEnough, true);
            return asking;
        };
    }

    // The server's children that are agents.
    private static List<int> Agents(CimServerProcess server)
    {
        var agents = new List<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                continue;
            try
            {
                if (File.ReadLines(Path.Combine(folder, "status")).Contains($"PPid:\t{server.ProcessId}") && File.ReadAllText(Path.Combine(folder, "cmdline")).Split('\0').Contains("agent"))
                    agents.Add(id);
            }
            catch (IOException)
            {
                // It has ended.
            }
        }
        return agents;
    }
}
