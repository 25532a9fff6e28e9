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
        var source = Path.Combine(AppContext.BaseDirectory, "native", "exercise.c");
        Compile("-shared", "-fPIC", "-Wall", "-Werror", "-pthread", "-o", Path.Combine(Directory, "libExercise.so"), source);
    }

    /// <summary>Where the libraries are.</summary>
    public string Directory { get; }

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
