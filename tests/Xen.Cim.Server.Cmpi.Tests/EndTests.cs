using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Xunit;

namespace Xen.Cim.Server.Cmpi.Tests;

/// <summary>
/// A server that is told to end is gone soon after, whoever would keep it: a provider in its process, a client, or a log
/// that nobody reads.
/// </summary>
public sealed partial class EndTests : IDisposable
{
    private const int Interrupt = 2, Terminate = 15;

    // What the server promises, and time for a busy machine to get there.
    private static readonly TimeSpan s_most = CimServer.LongestEnd + TimeSpan.FromSeconds(20);

    private readonly string _folder = Directory.CreateTempSubdirectory("xen-cim-end-").FullName;

    public EndTests(NativeLibraries libraries)
    {
        libraries.Build("stays.c", "Stays");
        File.WriteAllText(Path.Combine(_folder, "stays.mof"), """
            Qualifier Key : boolean = false, Scope(property, reference), Flavor(DisableOverride, ToSubclass);
            class Test_Stays { [Key] string Name; };
            """);
        File.WriteAllText(Path.Combine(_folder, "stays.reg"), """
            [Test_Stays]
               provider: Stays
               location: Stays
               type: instance
               namespace: root/virt
            """);
        File.WriteAllText(Path.Combine(_folder, "xen-cim.conf"), $"""
            state_directory = {_folder}/state
            listen_tls = none
            other_providers = {_folder}
            other_libraries = {libraries.Directory}
            in_process = Stays
            """);
    }

    [Theory]
    [InlineData(Terminate)]
    [InlineData(Interrupt)]
    public async Task NeitherAProviderNorAClientKeepsTheServer(int signal)
    {
        using var server = Start(out var lines);
        var port = await PortAsync(lines);
        // One that has been answered, one whose answer never comes, and one that goes on sending.
        using TcpClient idle = await SendAsync(port, "EnumerateInstanceNames"), waiting = await SendAsync(port, "GetInstance"), sending = await SendAsync(port, "GetInstance", cut: 20);
        Assert.Contains("200", await new StreamReader(idle.GetStream()).ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);

        await EndAsync(server, signal);

        var rest = await lines.ReadToEndAsync(TestContext.Current.CancellationToken);
        // In order; or, on a machine that is too busy for that, not.
        Assert.True(rest.Contains("Stopped; a provider that does not end is left", StringComparison.Ordinal) || rest.Contains("it leaves", StringComparison.Ordinal), rest);
    }

    [Fact]
    public async Task ALogThatNobodyReadsDoesNotKeepTheServer()
    {
        var pipe = Path.Combine(_folder, "log");
        Run("mkfifo", pipe);
        using var server = Start(out _, pipe);
        using var lines = new StreamReader(new FileStream(pipe, FileMode.Open, FileAccess.Read));
        await PortAsync(lines);
        // From here on it is full, and nobody reads.
        var written = 0;
        var filling = new Thread(() =>
        {
            try
            {
                using var end = new FileStream(pipe, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
                for (var page = new byte[4096]; ; Interlocked.Add(ref written, page.Length))
                    end.Write(page);
            }
            catch (IOException)
            {
                // The pipe has lost its reader.
            }
        })
        { IsBackground = true };
        filling.Start();
        for (int before = -1, now = 0; now == 0 || now != before; now = Volatile.Read(ref written))
        {
            before = now;
            await Task.Delay(500, TestContext.Current.CancellationToken);
        }

        await EndAsync(server, Terminate);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Process Start(out StreamReader lines, string? log = null)
    {
        string[] command =
        [
            "dotnet", Path.Combine(AppContext.BaseDirectory, "Xen.Cim.Server.dll"), "--listen", "127.0.0.1:0", "--connect", "test:///default", "--no-auth",
            "--config", Path.Combine(_folder, "xen-cim.conf"), "--schema", Directory.CreateDirectory(Path.Combine(_folder, "schema")).FullName,
            "--providers", Directory.CreateDirectory(Path.Combine(_folder, "providers")).FullName,
        ];
        // A shell opens a pipe by its name. What a shell runs in the background ignores SIGINT, and so would all that it starts.
        var start = new ProcessStartInfo("sh", ["-c", $"exec env --default-signal=INT \"$@\"{(log is null ? "" : $" >{log} 2>&1")}", "sh", .. command]) { RedirectStandardOutput = log is null, WorkingDirectory = _folder };
        var process = Process.Start(start)!;
        lines = log is null ? process.StandardOutput : StreamReader.Null;
        return process;
    }

    private static async Task<int> PortAsync(StreamReader lines)
    {
        const string listening = "Listening on http://127.0.0.1:";
        var all = new StringBuilder();
        while (await lines.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            all.AppendLine(line);
            if (line.IndexOf(listening, StringComparison.Ordinal) is >= 0 and var at)
                return int.Parse(line[(at + listening.Length)..].Split('/')[0], System.Globalization.CultureInfo.InvariantCulture);
        }
        throw new InvalidOperationException($"The server does not start: {all}");
    }

    private static async Task EndAsync(Process server, int signal)
    {
        using var most = new CancellationTokenSource(s_most);
        try
        {
            Assert.Equal(0, Kill(server.Id, signal));
            await server.WaitForExitAsync(most.Token);
        }
        finally
        {
            if (!server.HasExited)
                server.Kill();
        }
        Assert.Equal(0, server.ExitCode);
    }

    // What of a request goes out: all of it, or all but some bytes.
    private static async Task<TcpClient> SendAsync(int port, string operation, int cut = 0)
    {
        var parameter = operation == "GetInstance"
            ? "<IPARAMVALUE NAME=\"InstanceName\"><INSTANCENAME CLASSNAME=\"Test_Stays\"><KEYBINDING NAME=\"Name\"><KEYVALUE>x</KEYVALUE></KEYBINDING></INSTANCENAME></IPARAMVALUE>"
            : "<IPARAMVALUE NAME=\"ClassName\"><CLASSNAME NAME=\"Test_Stays\"/></IPARAMVALUE>";
        var body = "<CIM CIMVERSION=\"2.0\" DTDVERSION=\"2.0\"><MESSAGE ID=\"1\" PROTOCOLVERSION=\"1.0\"><SIMPLEREQ>"
            + $"<IMETHODCALL NAME=\"{operation}\"><LOCALNAMESPACEPATH><NAMESPACE NAME=\"root\"/><NAMESPACE NAME=\"virt\"/></LOCALNAMESPACEPATH>{parameter}</IMETHODCALL></SIMPLEREQ></MESSAGE></CIM>";
        var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port, TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"POST /cimom HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/xml; charset=\"utf-8\"\r\nContent-Length: {body.Length}\r\n"
            + $"CIMOperation: MethodCall\r\nCIMMethod: {operation}\r\nCIMObject: root%2Fvirt\r\n\r\n{body[..^cut]}"), TestContext.Current.CancellationToken);
        return client;
    }

    private static void Run(string command, params string[] arguments)
    {
        using var process = Process.Start(command, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
