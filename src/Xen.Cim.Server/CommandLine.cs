using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;

namespace Xen.Cim.Server;

/// <summary>The options of xen-cim-server.</summary>
internal static class CommandLine
{
    /// <param name="run">Gets the options and gives the exit code.</param>
    /// <param name="connection">The connection that the environment names, if it does.</param>
    public static RootCommand Create(Func<ServerOptions, CancellationToken, Task<int>> run, string? connection)
    {
        var listen = new Option<IPEndPoint>("--listen")
        {
            Description = "Address and port to listen on.",
            HelpName = "ADDRESS:PORT",
            DefaultValueFactory = _ => new IPEndPoint(IPAddress.Loopback, 5988),
            CustomParser = ParseEndPoint,
        };
        var schema = new Option<DirectoryInfo[]>("--schema")
        {
            Description = "Folder of MOF files with classes, subfolders included; may be given several times, superclasses first.",
            HelpName = "DIR",
        }.AcceptExistingOnly();
        var registration = new Option<FileInfo[]>("--registration")
        {
            Description = "MOF file with PG_ProviderModule, PG_Provider and PG_ProviderCapabilities instances; may be given several times.",
            HelpName = "FILE",
        }.AcceptExistingOnly();
        var providers = new Option<DirectoryInfo>("--providers") { Description = "Folder of the provider libraries (lib<Location>.so).", HelpName = "DIR" }
            .AcceptExistingOnly();
        var connect = new Option<string>("--connect")
        {
            Description = $"libvirt connection that is managed, e.g. xen:///system; without it that of {ServerOptions.ConnectVariable}, or a simulated host.",
            HelpName = "URI",
        };
        var noAuth = new Option<bool>("--no-auth") { Description = "Let everyone in without a password; only on a loopback address." };
        var user = new Option<string>("--user")
        {
            Description = $"User name that goes with the password, which is that of {ServerOptions.PasswordVariable} or made and printed at start.",
            HelpName = "NAME",
            DefaultValueFactory = _ => ServerOptions.DefaultUser,
        };
        var logLevel = new Option<LogLevel>("--log-level") { Description = "Least level that is logged.", DefaultValueFactory = _ => LogLevel.Information };
        var maxRequest = new Option<int>("--max-request-mib") { Description = "Largest request in MiB.", HelpName = "MIB", DefaultValueFactory = _ => 64 };
        var deadline = new Option<double>("--deadline")
        {
            Description = "Seconds after which an operation is answered with an error.",
            HelpName = "SECONDS",
            DefaultValueFactory = _ => 60,
        };
        var canned = new Option<int?>("--canned") { Description = "Serve that many prepared instances of Test_Canned.", Hidden = true };
        maxRequest.Validators.Add(r => Range(r, r.GetValue(maxRequest), 1, 1024));
        user.Validators.Add(r =>
        {
            if (r.GetValue(user) is not { Length: > 0 } name || name.Contains(':', StringComparison.Ordinal))
                r.AddError("--user has to be a name without a colon.");
        });
        deadline.Validators.Add(r => Range(r, r.GetValue(deadline), 0.1, 86400));

        var command = new RootCommand("CIM server for Xen: CIM-XML over HTTP, with CMPI providers.")
        {
            listen, schema, registration, providers, connect, noAuth, user, logLevel, maxRequest, deadline, canned,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(noAuth) && result.GetValue(listen) is { } endPoint && !IPAddress.IsLoopback(endPoint.Address))
                result.AddError($"--no-auth works only on a loopback address; {endPoint.Address} is reachable from elsewhere.");
        });
        command.SetAction((result, cancellation) => run(new ServerOptions
        {
            Listen = result.GetValue(listen)!,
            Schema = Array.ConvertAll(result.GetValue(schema) ?? [], d => d.FullName),
            Registration = Array.ConvertAll(result.GetValue(registration) ?? [], f => f.FullName),
            Providers = result.GetValue(providers)?.FullName,
            Connect = result.GetValue(connect) is { Length: > 0 } uri ? uri
                : string.IsNullOrEmpty(connection) ? ServerOptions.SimulatedHost : connection,
            NoAuth = result.GetValue(noAuth),
            User = result.GetValue(user)!,
            LogLevel = result.GetValue(logLevel),
            MaxRequestSize = result.GetValue(maxRequest) * 1024L * 1024,
            Deadline = TimeSpan.FromSeconds(result.GetValue(deadline)),
            Canned = result.GetValue(canned),
        }, cancellation));
        return command;
    }

    private static IPEndPoint? ParseEndPoint(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        var normal = text.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase) ? "127.0.0.1" + text[9..] : text;
        if (normal.Contains(':', StringComparison.Ordinal) && IPEndPoint.TryParse(normal, out var endPoint))
            return endPoint;
        result.AddError($"--listen: \"{text}\" is not ADDRESS:PORT, such as 127.0.0.1:5988 or [::1]:5988.");
        return null;
    }

    private static void Range(OptionResult result, double value, double least, double most)
    {
        if (value < least || value > most)
            result.AddError($"{result.Option.Name} has to be between {least} and {most}; it is {value}.");
    }
}
