using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using Xen.Cim.Model;
using Xen.Cim.Server.Security;

namespace Xen.Cim.Server;

/// <summary>The options of xen-cim-server.</summary>
internal static class CommandLine
{
    /// <param name="run">Gets the options and gives the exit code.</param>
    /// <param name="environment">Looks up an environment variable.</param>
    /// <param name="installed">The configuration file that is read when none is named, where it exists.</param>
    public static RootCommand Create(Func<ServerOptions, CancellationToken, Task<int>> run, Func<string, string?> environment, string installed = ConfigurationFile.Default)
    {
        var config = new Option<FileInfo>("--config")
        {
            Description = $"Configuration file; without it that of {ConfigurationFile.Variable}, or {ConfigurationFile.Default}. Options go before it.",
            HelpName = "FILE",
        }.AcceptExistingOnly();
        var listen = new Option<IPEndPoint>("--listen")
        {
            Description = "Address and port to listen on [default: 127.0.0.1:5988].",
            HelpName = "ADDRESS:PORT",
            CustomParser = ParseEndPoint,
        };
        var listenTls = new Option<IPEndPoint>("--listen-tls")
        {
            Description = "Address and port to listen on with TLS [default: none; port 5989 for an installed server whose other port is 5988].",
            HelpName = "ADDRESS:PORT",
            CustomParser = ParseEndPoint,
        };
        var schema = new Option<DirectoryInfo[]>("--schema")
        {
            Description = "Folder of MOF files with classes, subfolders included; may be given several times, superclasses first."
                + " Without --schema, --registration and --providers those of the installation are used.",
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
            Description = $"libvirt connection that is managed; without it that of {ConfigurationFile.ConnectVariable} [default: xen:///system].",
            HelpName = "URI",
        };
        var noAuth = new Option<bool>("--no-auth") { Description = "Let everyone in without a password; only on a loopback address." };
        var user = new Option<string>("--user")
        {
            Description = $"User name that goes with the password, which is that of {ServerOptions.PasswordVariable}, or of the password file [default: {ServerOptions.DefaultUser}].",
            HelpName = "NAME",
        };
        var passwordFile = new Option<string>("--password-file")
        {
            Description = "File with the password; made, with a random password, when it is missing"
                + $" [default: password in the state directory; without a configuration file one is made and printed at start].",
            HelpName = "FILE",
        };
        var logLevel = new Option<LogLevel>("--log-level") { Description = "Least level that is logged [default: Information]." };
        var maxRequest = new Option<int>("--max-request-mib") { Description = "Largest request in MiB [default: 64].", HelpName = "MIB" };
        var deadline = new Option<double>("--deadline")
        {
            Description = "Seconds after which an operation is answered with an error [default: 60].",
            HelpName = "SECONDS",
        };
        var canned = new Option<int?>("--canned") { Description = "Serve that many prepared instances of Test_Canned.", Hidden = true };
        maxRequest.Validators.Add(r => Range(r, r.GetValue(maxRequest), 1, 1024));
        user.Validators.Add(r =>
        {
            if (!ServerConfiguration.IsUser(r.GetValue(user) ?? ""))
                r.AddError("--user has to be a name without a colon.");
        });
        deadline.Validators.Add(r => Range(r, r.GetValue(deadline), 0.1, 86400));

        var command = new RootCommand("CIM server for Xen: CIM-XML over HTTP, with CMPI providers.")
        {
            config, listen, listenTls, schema, registration, providers, connect, noAuth, user, passwordFile, logLevel, maxRequest, deadline, canned,
        };
        command.SetAction(async (result, cancellation) =>
        {
            ServerOptions options;
            try
            {
                options = ServerConfiguration.Load(result.GetValue(config)?.FullName, environment, installed);
            }
            catch (Exception error) when (error is FormatException or IOException or UnauthorizedAccessException)
            {
                return await RefuseAsync(result, error.Message).ConfigureAwait(false);
            }
            options = ServerConfiguration.WithTree(ServerConfiguration.WithTls(options with
            {
                Listen = Given(result, listen, options.Listen),
                ListenTls = result.GetValue(listenTls) ?? options.ListenTls,
                Schema = result.GetValue(schema) is { Length: > 0 } folders ? Array.ConvertAll(folders, d => d.FullName) : options.Schema,
                Registration = result.GetValue(registration) is { Length: > 0 } files ? Array.ConvertAll(files, f => f.FullName) : options.Registration,
                Providers = result.GetValue(providers)?.FullName ?? options.Providers,
                Connect = result.GetValue(connect) is { Length: > 0 } uri ? uri : options.Connect,
                NoAuth = result.GetValue(noAuth),
                User = Given(result, user, options.User),
                PasswordFile = result.GetValue(passwordFile) is { Length: > 0 } file ? Path.GetFullPath(file) : options.PasswordFile,
                LogLevel = Given(result, logLevel, options.LogLevel),
                MaxRequestSize = result.GetResult(maxRequest) is null ? options.MaxRequestSize : result.GetValue(maxRequest) * 1024L * 1024,
                Deadline = result.GetResult(deadline) is null ? options.Deadline : TimeSpan.FromSeconds(result.GetValue(deadline)),
                Canned = result.GetValue(canned),
            }), AppContext.BaseDirectory);
            return options.NoAuth && options.ReachableFromElsewhere is { } address
                ? await RefuseAsync(result, $"--no-auth works only on a loopback address; {address} is reachable from elsewhere.").ConfigureAwait(false)
                : await run(options, cancellation).ConfigureAwait(false);
        });
        command.Subcommands.Add(PasswordHelperCommand.Create(environment));
        return command;
    }

    private static T Given<T>(ParseResult result, Option<T> option, T otherwise) => result.GetResult(option) is null ? otherwise : result.GetValue(option)!;

    private static async Task<int> RefuseAsync(ParseResult result, string message)
    {
        await result.InvocationConfiguration.Error.WriteLineAsync($"xen-cim-server: {message}").ConfigureAwait(false);
        return 1;
    }

    private static IPEndPoint? ParseEndPoint(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (ServerConfiguration.ParseEndPoint(text) is { } endPoint)
            return endPoint;
        result.AddError($"{((OptionResult)result.Parent!).Option.Name}: \"{text}\" is not ADDRESS:PORT, such as 127.0.0.1:5988 or [::1]:5988.");
        return null;
    }

    private static void Range(OptionResult result, double value, double least, double most)
    {
        if (value < least || value > most)
            result.AddError($"{result.Option.Name} has to be between {least} and {most}; it is {value}.");
    }
}
