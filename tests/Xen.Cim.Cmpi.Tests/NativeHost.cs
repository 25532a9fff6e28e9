using System.Diagnostics;
using System.Reflection;

namespace Xen.Cim.Cmpi.Tests;

/// <summary>Programs that are no .NET programs and load libXenCim.so as a CIM server does: native/*.c, compiled once for all tests.</summary>
public sealed class NativeHost : IDisposable
{
    private readonly Lock _compiling = new();
    private readonly HashSet<string> _compiled = [];

    public NativeHost()
    {
        Folder = Directory.CreateTempSubdirectory("xen-cim-cmpi-").FullName;
        File.WriteAllText(Path.Combine(Folder, "host.xml"), """
            <node>
              <domain type='test'><name>one</name><uuid>6695eb01-f6a4-8304-79aa-97f2502e1931</uuid><memory>1048576</memory><vcpu>1</vcpu><os><type>hvm</type></os></domain>
            </node>
            """);
    }

    /// <summary>A folder of this fixture's own.</summary>
    public string Folder { get; }

    public static string Provider => Metadata("Provider");

    /// <summary>The library as it was built.</summary>
    public static string Library => Path.Combine(Provider, "libXenCim.so");

    /// <summary>Runs host.c on a library.</summary>
    public HostRun Run(string library, int stackKiB = 8192, bool fault = false, params (string Name, string? Value)[] environment)
    {
        var stack = stackKiB.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return Run("host", fault ? ["-s", stack, "-f", library] : ["-s", stack, library], environment);
    }

    /// <summary>Runs one of the programs; its output by name, in order.</summary>
    public HostRun Run(string program, string[] arguments, params (string Name, string? Value)[] environment)
    {
        var (code, output) = Execute(Compile(program), arguments,
            [("XEN_CIM_CONNECT", $"test://{Folder}/host.xml"), ("XEN_CIM_CONF", Path.Combine(Folder, "none.conf")), .. environment]);
        return new HostRun(code, output);
    }

    /// <summary>Runs one of the programs under valgrind: the exit code is <see cref="MemoryError"/> when memory is lost, or used that is nobody's.</summary>
    public HostRun Check(string program, string[] arguments, params (string Name, string? Value)[] environment)
    {
        var (code, output) = Execute("valgrind", ["--quiet", $"--error-exitcode={MemoryError}", "--leak-check=full", "--fair-sched=yes", Compile(program), .. arguments], environment);
        return new HostRun(code, output);
    }

    public const int MemoryError = 77;

    /// <summary>Compiles one of native/*.c as a library.</summary>
    public static void CompileLibrary(string name, string target, params string[] options)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        Compile(name, target, ["-shared", "-fPIC", .. options]);
    }

    private string Compile(string program)
    {
        var compiled = Path.Combine(Folder, program);
        lock (_compiling)
        {
            if (_compiled.Add(program))
                Compile(program, compiled, []);
            return compiled;
        }
    }

    private static void Compile(string name, string target, string[] options)
    {
        var source = Metadata("Source");
        var (code, output) = Execute("cc", ["-std=c11", "-Wall", "-Wextra", "-Werror", "-O1", "-g", "-I", Path.Combine(source, "src/native"), .. options,
            "-o", target, Path.Combine(source, $"tests/Xen.Cim.Cmpi.Tests/native/{name}.c"), "-lpthread", "-lm", "-ldl"], []);
        if (code != 0)
            throw new InvalidOperationException(output);
    }

    /// <summary>A copy of the provider's folder that a test may damage.</summary>
    public string Copy(string name)
    {
        var target = Path.Combine(Folder, name);
        foreach (var file in Directory.EnumerateFiles(Provider, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(Provider, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        return target;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static string Metadata(string key) =>
        typeof(NativeHost).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;

    private static (int Code, string Output) Execute(string program, IEnumerable<string> arguments, IEnumerable<(string Name, string? Value)> environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        // What the test run itself sets for .NET is not what a CIM server's environment has.
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("DOTNET_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        if (!process.WaitForExit(TimeSpan.FromMinutes(2)))
        {
            process.Kill();
            throw new TimeoutException($"{program} did not end: {output}");
        }
        return (process.ExitCode, output + error.Result);
    }
}

/// <summary>What a run of the host printed.</summary>
public sealed class HostRun(int exitCode, string output)
{
    private readonly ILookup<string, string> _values = output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split(' ', 2)).ToLookup(parts => parts[0], parts => parts.Length > 1 ? parts[1] : "");

    public int ExitCode { get; } = exitCode;

    public string Output { get; } = output;

    public string? this[string name] => _values[name].LastOrDefault();

    public IEnumerable<string> All(string name) => _values[name];

    public long Number(string name) => long.Parse(this[name] ?? throw new InvalidOperationException($"no {name} in: {Output}"), System.Globalization.CultureInfo.InvariantCulture);
}
