namespace Xen.Cim.Cmpi.Tests;

/// <summary>
/// libXenCim.so under valgrind, which cannot look through .NET: in its place is a library that the shim takes for it
/// (native/hostfxr.c), so that whatever is found is the shim's own.
/// </summary>
public sealed class MemoryTests(NativeHost host) : IClassFixture<NativeHost>
{
    [Theory]
    [InlineData("", null)]
    [InlineData("meddle", null)]
    [InlineData("initialize", "It is said in two lines: initialize")]
    [InlineData("delegate", "It is said in two lines: delegate")]
    [InlineData("load", "could not load the provider's assembly")]
    [InlineData("old", "is too old")]
    [InlineData("none", "DOTNET_ROOT names /nowhere")]
    public void The_library_loses_no_memory_and_uses_none_that_is_not_its_own(string fault, string? message)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/valgrind"), "valgrind is not installed");
        var folder = Path.Combine(host.Folder, $"checked-{fault}");
        if (fault != "none")
            NativeHost.CompileLibrary("hostfxr", Path.Combine(folder, "xen-cim/dotnet/host/fxr/10.0.0/libhostfxr.so"), fault == "old" ? ["-DOLD"] : []);
        Directory.CreateDirectory(Path.Combine(folder, "xen-cim"));
        File.Copy(NativeHost.Library, Path.Combine(folder, "libXenCim.so"));
        foreach (var file in (string[])["Xen.Cim.Cmpi.dll", "Xen.Cim.Cmpi.runtimeconfig.json"])
            File.WriteAllText(Path.Combine(folder, "xen-cim", file), "");

        var run = host.Check("memory", [Path.Combine(folder, "libXenCim.so")], ("HOSTFXR", fault), ("DOTNET_ROOT", "/nowhere"));

        Assert.True(run.ExitCode == 0, run.Output);
        // The forked process was looked at too.
        Assert.Equal("3", run["child"]);
        Assert.Equal(message is null ? "40" : "0", run["names"]);
        if (message is not null)
            Assert.Contains(run.All("message"), m => m.Contains(message, StringComparison.Ordinal));
    }
}
