using System.CommandLine;
using System.Net.Sockets;
using Xen.Cim.Model;

namespace Xen.Cim.Server.Security;

/// <summary><c>xen-cim-server check-passwords</c>: the helper, as systemd starts it.</summary>
internal static class PasswordHelperCommand
{
    public static Command Create(Func<string, string?> environment)
    {
        var socket = new Option<string>("--socket") { Description = "Socket to listen on where systemd hands none over.", HelpName = "PATH" };
        var allow = new Option<string[]>("--allow") { Description = $"User who may ask, besides root [default: {ServerOptions.DefaultUser}].", HelpName = "USER" };
        var service = new Option<string>("--service") { Description = $"PAM service [default: {PamLibrary.DefaultService}].", HelpName = "NAME", DefaultValueFactory = _ => PamLibrary.DefaultService };
        var folder = new Option<string>("--pam-directory") { Description = "Where the service's file is, for tests.", HelpName = "DIR", Hidden = true };
        var idle = new Option<double>("--idle") { Description = "Seconds after which it ends when nobody asks [default: 60].", HelpName = "SECONDS", DefaultValueFactory = _ => 60 };
        var command = new Command("check-passwords", "Tell the server over a Unix socket whether a user's password is right, as PAM sees it. Runs as root.")
        {
            socket, allow, service, folder, idle,
        };
        command.SetAction(async (result, cancellation) =>
        {
            var errors = result.InvocationConfiguration.Error;
            try
            {
                using var listening = PasswordHelper.Inherited(environment) ?? (result.GetValue(socket) is { } path ? PasswordHelper.Listen(Path.GetFullPath(path))
                    : throw new IOException("there is no socket: systemd hands none over, and --socket is not given."));
                var accounts = new SystemAccounts(TimeSpan.FromSeconds(5));
                var allowed = (result.GetValue(allow) is { Length: > 0 } users ? users : [ServerOptions.DefaultUser]).Select(accounts.FindUser).OfType<Account>().Select(a => a.Id).ToList();
                var pam = new PamLibrary(result.GetValue(service)!, result.GetValue(folder));
                await new PasswordHelper(pam.Check, allowed, errors.WriteLine).RunAsync(listening, TimeSpan.FromSeconds(result.GetValue(idle)), cancellation).ConfigureAwait(false);
                return 0;
            }
            catch (Exception error) when (error is IOException or SocketException or UnauthorizedAccessException or TimeoutException)
            {
                await errors.WriteLineAsync($"xen-cim-server check-passwords: {error.Message}").ConfigureAwait(false);
                return 1;
            }
        });
        return command;
    }
}
