using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Xen.Cim.Cmpi.Abi;

namespace Xen.Cim.Cmpi.Tests;

/// <summary>libXenCim.so in a process that belongs to somebody else.</summary>
public sealed class ShimTests(NativeHost host) : IClassFixture<NativeHost>
{
    private static readonly string s_library = NativeHost.Library;

    [Fact]
    public void Exports_the_five_factories_and_nothing_else()
    {
        using var nm = Process.Start(new ProcessStartInfo("nm", ["-D", "--defined-only", s_library]) { RedirectStandardOutput = true })!;
        var symbols = nm.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ')[^1]);
        nm.WaitForExit();

        Assert.Equal(
            ["_Generic_Create_AssociationMI", "_Generic_Create_IndicationMI", "_Generic_Create_InstanceMI", "_Generic_Create_MethodMI", "_Generic_Create_PropertyMI"],
            symbols.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Answers_a_request()
    {
        var run = host.Run(s_library);

        Assert.Equal("0", run["rc"]);
        Assert.Equal("0", run["answerrc"]);
        Assert.True(int.Parse(run["names"]!, null) >= 1, run.Output);
        Assert.Equal("1", run["done"]);
    }

    [Fact]
    public void Hands_the_servers_own_faults_to_the_servers_handler() => Assert.Equal(42, host.Run(s_library, fault: true).ExitCode);

    [Fact]
    public void Stays_in_the_process_when_the_server_unloads_it()
    {
        var run = host.Run(s_library);

        Assert.Equal("0", run["unload"]);
        Assert.Equal("1", run["resident"]);
    }

    [Fact]
    public void Works_on_a_thread_with_a_stack_of_128_KiB()
    {
        var run = host.Run(s_library, stackKiB: 128);

        Assert.Equal("0", run["answerrc"]);
        Assert.True(int.Parse(run["names"]!, null) >= 1, run.Output);
        Assert.Equal("0", run["attached"]);
    }

    [Fact]
    public void Says_where_it_looked_for_a_runtime()
    {
        var run = host.Run(s_library, environment: ("DOTNET_ROOT", "/nowhere"));

        Assert.Equal("1", run["rc"]);
        Assert.Contains("DOTNET_ROOT names /nowhere", run["message"], StringComparison.Ordinal);
        Assert.Equal(0, run.ExitCode);
    }

    [Fact]
    public void Says_that_the_runtime_is_too_old()
    {
        var folder = host.Copy("future");
        var config = Path.Combine(folder, "xen-cim/Xen.Cim.Cmpi.runtimeconfig.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("\"10.0.0\"", "\"99.0.0\"", StringComparison.Ordinal));

        var run = host.Run(Path.Combine(folder, "libXenCim.so"));

        Assert.Equal("1", run["rc"]);
        Assert.Contains("version '99.0.0'", run["message"], StringComparison.Ordinal);
    }

    [Fact]
    public void Says_which_assembly_is_missing()
    {
        var folder = host.Copy("missing");
        File.Delete(Path.Combine(folder, "xen-cim/Xen.Cim.Cmpi.dll"));

        var run = host.Run(Path.Combine(folder, "libXenCim.so"));

        Assert.Equal("1", run["rc"]);
        Assert.Contains(Path.Combine(folder, "xen-cim/Xen.Cim.Cmpi.dll"), run["message"], StringComparison.Ordinal);
    }

    [Fact]
    public void Says_that_an_assembly_is_broken_and_the_process_lives()
    {
        var folder = host.Copy("broken");
        File.WriteAllText(Path.Combine(folder, "xen-cim/Xen.Cim.Cmpi.dll"), "this is no assembly");

        var run = host.Run(Path.Combine(folder, "libXenCim.so"));

        Assert.Equal("1", run["rc"]);
        Assert.Contains("could not load the provider's assembly", run["message"], StringComparison.Ordinal);
        Assert.Equal("1", run["terminated"]);
        Assert.Equal(0, run.ExitCode);
    }

    [Theory]
    [InlineData("400000")]
    [InlineData("250000")]
    public void Says_that_the_runtime_does_not_start_for_want_of_memory_and_the_process_lives(string kib)
    {
        var run = host.Run("host", ["-v", kib, s_library]);

        Assert.Equal((0, "1", "1"), (run.ExitCode, run["rc"], run["terminated"]));
        Assert.Contains(".NET did not start", run["message"], StringComparison.Ordinal);
    }

    [Fact]
    public void Says_that_the_runtimes_configuration_is_broken()
    {
        var folder = host.Copy("misconfigured");
        File.WriteAllText(Path.Combine(folder, "xen-cim/Xen.Cim.Cmpi.runtimeconfig.json"), "{ nonsense");

        var run = host.Run(Path.Combine(folder, "libXenCim.so"));

        Assert.Equal((0, "1", "1"), (run.ExitCode, run["rc"], run["terminated"]));
        Assert.Contains("Xen.Cim.Cmpi.runtimeconfig.json", run["message"], StringComparison.Ordinal);
    }

    [Fact]
    public void Prefers_the_runtime_beside_the_library()
    {
        var folder = host.Copy("private");
        Directory.CreateSymbolicLink(Path.Combine(folder, "xen-cim/dotnet"), DotnetRoot());

        var run = host.Run(Path.Combine(folder, "libXenCim.so"), environment: ("DOTNET_ROOT", "/nowhere"));

        Assert.Equal("0", run["rc"]);
        Assert.Equal("0", run["answerrc"]);
    }

    [Fact]
    public unsafe void Boots_once_in_a_process_that_runs_NET_already_whoever_asks_first()
    {
        var create = (delegate* unmanaged<CMPIBroker*, CMPIContext*, byte*, CMPIStatus*, CMPIInstanceMI*>)
            NativeLibrary.GetExport(NativeLibrary.Load(s_library), "_Generic_Create_InstanceMI");

        var made = new ConcurrentBag<(CMPIrc Rc, nint Provider)>();
        Parallel.For(0, 16, _ =>
        {
            CMPIStatus status;
            fixed (byte* name = "XenCim\0"u8)
            {
                var mi = (nint)create(StrictBroker.Broker, StrictBroker.Native(new KeptContext()), name, &status);
                made.Add((status.Rc, mi));
            }
        });

        Assert.All(made, m => Assert.Equal(CMPIrc.Ok, m.Rc));
        Assert.Equal(16, made.Select(m => m.Provider).Where(p => p != 0).Distinct().Count());
        foreach (var (_, provider) in made)
        {
            var mi = (CMPIInstanceMI*)provider;
            Assert.Equal(CMPIrc.Ok, mi->Ft->Cleanup(mi, null, 1).Rc);
        }
    }

    // The runtime that runs this test: ROOT/shared/Microsoft.NETCore.App/VERSION/System.Private.CoreLib.dll.
    private static string DotnetRoot() => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "../../.."));
}
