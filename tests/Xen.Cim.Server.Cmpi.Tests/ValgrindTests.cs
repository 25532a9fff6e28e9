using System.Text.RegularExpressions;
using Moq;
using Xen.Cim.Model;
using Xunit;

namespace Xen.Cim.Server.Cmpi.Tests;

/// <summary>
/// The providers in C in agents under valgrind: what they get from the broker they can read and write, and what they lose is
/// not lost in their own code. What valgrind says of .NET itself does not count.
/// </summary>
public sealed partial class ValgrindTests(NativeLibraries libraries) : IDisposable
{
    private static readonly string[] s_ownWork =
    [
        "Strings", "Arrays", "DateTimes", "Paths", "Instances", "Arguments", "Context", "Messages", "Errors", "Kinds", "Memory", "Extensions", "Codepages",
        "PropertyLists", "StrangeThread", "ReleaseEverything", "Keep", "Stale", "Leak", "AttachedThread",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("xen-cim-valgrind-").FullName;

    private string Log => Path.Combine(_folder, "log");

    [Fact]
    public void The_exercising_provider_reads_and_writes_only_what_is_its_own()
    {
        using var broker = Start();
        broker.Server.Setup(s => s.GetInstance(It.IsAny<CimRequest>(), It.IsAny<CimObjectPath>())).Returns(new CimInstance("Test_Everything"));
        foreach (var method in s_ownWork)
            Assert.Equal("", broker.Invoke(method));
        var found = new List<CimInstance>();
        broker.Exercise.EnumerateInstances(broker.Request, TestClasses.Class("Test_Everything"), found.Add);
        Assert.Single(found);
        // Its last look around is valgrind's report of what was lost.
        Assert.Throws<CimException>(() => broker.Invoke("Exit"));

        Assert.Empty(Findings("libExercise.so"));
    }

    [Fact]
    public void Of_what_the_misbehaving_provider_may_do_only_its_own_loss_costs_memory()
    {
        using var broker = Start();
        object? Invoke(string method) => broker.Loader.Load("Misbehave", "Misbehave").InvokeMethod(broker.Request, TestClasses.Path(1), method, new(), new());
        foreach (var method in (string[])["NullResults", "WrongTypes", "DoneTwice", "ManyResults", "Print", "Lose"])
            Invoke(method);
        Assert.Throws<CimException>(() => Invoke("StrangePointers"));
        Assert.Throws<CimException>(() => Invoke("Exit"));

        Assert.Contains("100 bytes in 1 blocks are definitely lost", Assert.Single(Findings("libMisbehave.so")));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private BrokerFixture Start()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/valgrind"), "valgrind is not installed");
        var program = Path.Combine(_folder, "agent");
        // The runtime's heap would need more addresses than valgrind has.
        File.WriteAllText(program, $"""
            #!/bin/sh
            DOTNET_GCHeapHardLimit=0x10000000 DOTNET_TieredCompilation=0 exec valgrind --quiet --leak-check=full --smc-check=all-non-file --fair-sched=yes \
                --num-callers=25 --log-file='{Log}' "$(command -v dotnet)" '{Path.Combine(AppContext.BaseDirectory, "Xen.Cim.Server.dll")}' "$@"
            """);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return new(libraries, o => o with { Executable = program, Start = TimeSpan.FromMinutes(3) });
    }

    // The reports whose first function, but for malloc and its like, is in the library.
    private List<string> Findings(string library)
    {
        var log = File.ReadAllText(Log);
        return [.. Gap().Split(log).Where(report => report.Split('\n').FirstOrDefault(line => Frame().IsMatch(line) && !line.Contains("vgpreload", StringComparison.Ordinal))
            ?.Contains(library, StringComparison.Ordinal) == true)];
    }

    [GeneratedRegex(@"\n==\d+== \n")]
    private static partial Regex Gap();

    [GeneratedRegex(@"==\d+==    (at|by) 0x")]
    private static partial Regex Frame();
}
