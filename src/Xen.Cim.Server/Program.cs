using System.CommandLine;
using Xen.Cim.Model;
using Xen.Cim.Model.Mof.Syntax;
using Xen.Cim.Server;
using Xen.Cim.Server.Agents;

// The server starts itself a second time, for providers that do not run in its own process.
if (args is ["agent", .. var agent])
    return AgentProgram.Run(agent);
// The host ends itself on INT and TERM.
var code = await CommandLine.Create(RunAsync, Environment.GetEnvironmentVariable).Parse(args)
    .InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null }).ConfigureAwait(false);
ProcessEnd.Leave(code);
return code;

static async Task<int> RunAsync(ServerOptions options, CancellationToken cancellation)
{
    try
    {
        if (Environment.GetEnvironmentVariable(ServerOptions.PasswordVariable) is { Length: > 0 } password)
            options = options with { Password = password };
        // Providers and their children have no use for it.
        Environment.SetEnvironmentVariable(ServerOptions.PasswordVariable, null);
        using var manager = new ServiceManager(Environment.GetEnvironmentVariable);
        var server = await CimServer.StartAsync(options, cancellation).ConfigureAwait(false);
        ProcessEnd.Bound(CimServer.LongestEnd,
            () => Console.Error.WriteLine($"xen-cim-server: not everything had ended {CimServer.LongestEnd.TotalSeconds:0} s after the server was told to; it leaves"),
            server.Stopping);
        await using (server.ConfigureAwait(false))
        {
            if (server.Gate is { } gate && options.Password is null)
            {
                await Console.Out.WriteLineAsync(options.PasswordFile is { } file ? $"User {gate.User}, password in {file}"
                    : $"User {gate.User}, password {gate.Password} (made for this start)").ConfigureAwait(false);
                await Console.Out.FlushAsync(cancellation).ConfigureAwait(false);
            }
            manager.Ready($"Managing {options.Connect} on http://{server.EndPoint}{(server.TlsEndPoint is { } tls ? $" and https://{tls}" : "")}");
            await server.WaitAsync().ConfigureAwait(false);
            manager.Stopping();
        }
        return 0;
    }
    catch (Exception e) when (e is MofException or CimException or FormatException or IOException or UnauthorizedAccessException)
    {
        await Console.Error.WriteLineAsync($"xen-cim-server: {e.Message}").ConfigureAwait(false);
        return 1;
    }
}
