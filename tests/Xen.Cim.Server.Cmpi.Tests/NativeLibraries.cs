using System.Diagnostics;
using Xunit;

[assembly: CollectionBehavior(DisableTestParallelization = true)]
[assembly: AssemblyFixture(typeof(Xen.Cim.Server.Cmpi.Tests.NativeLibraries))]

namespace Xen.Cim.Server.Cmpi.Tests;

/// <summary>The providers written in C, compiled once for all tests.</summary>
public sealed class NativeLibraries : IDisposable
{
    public NativeLibraries()
    {
        Directory = System.IO.Directory.CreateTempSubdirectory("xen-cim-cmpi-").FullName;
        Build("exercise.c", "Exercise");
        Build("misbehave.c", "Misbehave");
    }

    /// <summary>Where the libraries are.</summary>
    public string Directory { get; }

    /// <summary>Compiles a provider that only one test needs, when it is not there yet.</summary>
    public void Build(string source, string name)
    {
        var library = Path.Combine(Directory, $"lib{name}.so");
        if (!File.Exists(library))
            Compile("-shared", "-fPIC", "-Wall", "-Werror", "-pthread", "-o", library, Path.Combine(AppContext.BaseDirectory, "native", source));
    }

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);

    private static void Compile(params string[] arguments)
    {
        using var compiler = Process.Start(new ProcessStartInfo("cc", arguments) { RedirectStandardError = true })!;
        var errors = compiler.StandardError.ReadToEnd();
        compiler.WaitForExit();
        if (compiler.ExitCode != 0)
            throw new InvalidOperationException($"cc failed: {errors}");
    }
}
