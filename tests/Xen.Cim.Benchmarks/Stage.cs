using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Xen.Cim.Benchmarks;

/// <summary>The built tree (<c>artifacts/stage</c>), and the processes that are started from it.</summary>
internal sealed class Stage(string folder, string work)
{
    public string Library => Path.Combine(folder, "providers", "libXenCim.so");

    /// <summary>The host that comes with the server, with a few guests.</summary>
    public string SmallHost => "test://" + Path.Combine(folder, "server", "SimulatedHost", "host.xml");

    /// <summary>The folder of the sources, which this program was built from.</summary>
    public static string Root()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Xen.Cim.sln")))
                return folder;
        }
        throw new InvalidOperationException("Run this from its own source tree: Xen.Cim.sln is in no folder above the program.");
    }

    /// <summary>Lays the tree out as run.sh does: release build, ReadyToRun.</summary>
    public static void Build(string root) => Run("bash", ["-c", ". .ci/common.sh; build"], workingDirectory: root);

    /// <summary>Starts the CIM server and waits until it listens.</summary>
    /// <param name="processor">The only processor that it may use; null for all.</param>
    /// <param name="configuration">Lines of the configuration file.</param>
    public Process StartServer(int port, string uri, int canned, int? processor = null, string configuration = "")
    {
        // Who is there already would be measured in its place.
        using (var probe = new TcpListener(IPAddress.Loopback, port))
            probe.Start();
        // One for each server: it is read when the provider is first asked.
        var file = Path.Combine(work, $"xen-cim-{port}.conf");
        File.WriteAllText(file, configuration);
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList =
            {
                Path.Combine(folder, "server", "Xen.Cim.Server.dll"), "--listen", $"127.0.0.1:{port}", "--connect", uri, "--no-auth",
                "--schema", Path.Combine(folder, "schema"), "--schema", Path.Combine(folder, "mof"),
                "--registration", Path.Combine(folder, "registration", "XenCim.pegasus.mof"),
                "--providers", Path.Combine(folder, "providers"), "--canned", canned.ToString(CultureInfo.InvariantCulture), "--log-level", "Warning",
            },
        };
        start.Environment["XEN_CIM_CONF"] = file;
        if (processor is { } only)
        {
            start.ArgumentList.Insert(0, start.FileName);
            start.ArgumentList.Insert(0, only.ToString(CultureInfo.InvariantCulture));
            start.ArgumentList.Insert(0, "-c");
            start.FileName = "taskset";
        }
        var server = Process.Start(start)!;
        server.OutputDataReceived += (_, _) => { };
        server.ErrorDataReceived += (_, e) => Console.Error.Write(e.Data is null ? "" : e.Data + "\n");
        server.BeginOutputReadLine();
        server.BeginErrorReadLine();
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        for (var patience = Stopwatch.StartNew(); patience.Elapsed < TimeSpan.FromSeconds(60); Thread.Sleep(20))
        {
            if (server.HasExited)
                throw new InvalidOperationException($"The CIM server ended with {server.ExitCode}.");
            try
            {
                client.GetAsync("/").GetAwaiter().GetResult().Dispose();
                return server;
            }
            catch (HttpRequestException)
            {
                // Not yet.
            }
        }
        throw new InvalidOperationException("The CIM server did not listen within 60 s.");
    }

    /// <summary>Compiles the process that measures the library all by itself.</summary>
    public string CompileHost(string root)
    {
        var program = Path.Combine(work, "host");
        Run("cc", ["-std=gnu11", "-O2", "-o", program, Path.Combine(root, "tests", "Xen.Cim.Benchmarks", "native", "host.c"), "-ldl"]);
        return program;
    }

    /// <summary>Runs a program that has to succeed, and gives what it printed.</summary>
    public static string Run(string program, IEnumerable<string> arguments, string? workingDirectory = null, string? connect = null, string? configuration = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, WorkingDirectory = workingDirectory ?? "" };
        if (connect is not null)
            start.Environment["XEN_CIM_CONNECT"] = connect;
        if (configuration is not null)
            start.Environment["XEN_CIM_CONF"] = configuration;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} ended with {process.ExitCode}.\n{output}");
    }
}
