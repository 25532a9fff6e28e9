using System.Diagnostics;
using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.Packages;

/// <summary>The Debian packages on a clean system: they install, the server answers from outside, and purging leaves nothing.</summary>
public sealed class DebianPackageTests(DebianPackages packages) : IClassFixture<DebianPackages>
{
    private const string Configuration = "/etc/xen-cim/xen-cim.conf";
    private const string Password = "/var/lib/xen-cim-server/password";
    private const string Simulated = "connection = test:///usr/lib/xen-cim/server/SimulatedHost/host.xml\n";
    private const string Guests = "root/virt:Xen_ComputerSystem";

    private static readonly string[] s_names = ["xen-cim-server", "xen-cim", "xen-cim-runtime"];

    [Fact]
    public void Lintian_finds_nothing()
    {
        _ = packages.OrSkip();
        Assert.SkipUnless(Command.Exists("lintian"), "lintian is not installed");
        // The project has no address to write to yet.
        var result = Command.Run("lintian", "--fail-on", "error,warning", "--allow-root", "--suppress-tags", "bogus-mail-host,bogus-mail-host-in-debian-changelog", packages.Changes);
        Assert.True(result.ExitCode == 0 && result.Output.Length == 0, result.ToString());
    }

    [Fact]
    public void Installed_they_answer_and_purged_they_leave_nothing()
    {
        Wbemcli.RequireOrSkip();
        var built = packages.OrSkip();
        using var root = PackageRoot.OrSkip();
        var before = root.Files();
        Install(root, built);

        root.Run("systemd-analyze", "verify", "--man=no", "xen-cim-server.service");
        Assert.Contains("libvirt", root.Run("id", "--groups", "--name", "xencim").Output, StringComparison.Ordinal);
        Assert.Contains("Listening on http://", Serve(root, Simulated, address =>
            Assert.Equal(5, new Wbemcli(address).Names("Xen_ComputerSystem").Count)), StringComparison.Ordinal);
        Assert.False(File.Exists(root.At(Password)));

        // A host without libvirt: the server runs all the same, and says what is missing to those who know the password.
        Serve(root, "", address =>
        {
            var password = File.ReadAllText(root.At(Password)).Trim();
            Assert.Equal(32, password.Length);
            var error = Wbemcli.Refused("ein", new Wbemcli(address, $"xencim:{password}@").Url("Xen_ComputerSystem"));
            Assert.Equal(1, error.Status);
            Assert.Contains("xen:///system", error.Message, StringComparison.Ordinal);
            Assert.Equal(16, Wbemcli.Run("ein", new Wbemcli(address, "xencim:wrong@").Url("Xen_ComputerSystem")).ExitCode);
        });

        root.Run("dpkg", ["--purge", .. s_names]);
        Assert.Empty(root.Files().Except(before).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("xencim", File.ReadAllText(root.At("/etc/passwd")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_hardened_service_starts_with_the_installation_serves_and_ends_with_it()
    {
        Wbemcli.RequireOrSkip();
        var built = packages.OrSkip();
        using var root = PackageRoot.OrSkip();
        root.BootOrSkip();
        Install(root, built);

        Assert.Equal("active", root.Run("systemctl", "is-active", "xen-cim-server").Output.Trim());
        var password = File.ReadAllText(root.At(Password)).Trim();
        var unanswered = root.RunBeside("wbemcli", "ein", $"http://xencim:{password}@127.0.0.1:5988/{Guests}");
        Assert.Contains("Cannot connect to xen:///system", unanswered.Errors, StringComparison.Ordinal);

        // A user of the system, whose password the service asks root's helper about; it cannot look itself.
        CommandResult Alice(string given) => root.RunBeside("wbemcli", "-noverify", "ein", $"https://alice:{given}@127.0.0.1:5989/{Guests}");
        root.Run("useradd", "alice");
        root.Run("sh", "-c", "echo alice:s3cret | chpasswd");
        Assert.Contains("HTTP response code said error", Alice("s3cret").Errors, StringComparison.Ordinal);
        root.Run("usermod", "--append", "--groups", "xen-cim-read", "alice");
        root.Run("systemctl", "restart", "xen-cim-server");
        Assert.Contains("Cannot connect to xen:///system", Alice("s3cret").Errors, StringComparison.Ordinal);
        Assert.Contains("Invalid username/password", Alice("wrong").Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", root.Run("journalctl", "--no-pager", "--output=cat").Output, StringComparison.Ordinal);
        Assert.DoesNotContain(password, root.Run("journalctl", "--no-pager", "--output=cat").Output, StringComparison.Ordinal);

        File.AppendAllText(root.At(Configuration), Simulated);
        root.Run("systemctl", "restart", "xen-cim-server");
        var answered = root.RunBeside("wbemcli", "ein", $"http://127.0.0.1:5988/{Guests}");
        Assert.True(answered.ExitCode == 0 && answered.Lines.Count == 5, answered.ToString());

        // It comes again when it dies.
        root.Run("systemctl", "kill", "--signal=KILL", "xen-cim-server");
        Eventually.True(() => root.RunBeside("wbemcli", "ein", $"http://127.0.0.1:5988/{Guests}").ExitCode == 0, "the service is back");

        root.Run("dpkg", ["--purge", .. s_names]);
        Assert.NotEqual(0, root.RunBeside("wbemcli", "ein", $"http://127.0.0.1:5988/{Guests}").ExitCode);
        Assert.False(Directory.Exists(root.At(Path.GetDirectoryName(Password)!)));
    }

    private static void Install(PackageRoot root, IReadOnlyList<string> built)
    {
        // Not /tmp, which is another one in a booted system.
        var folder = Directory.CreateDirectory(root.At("/mnt/packages")).FullName;
        foreach (var package in built)
            File.Copy(package, Path.Combine(folder, Path.GetFileName(package)));
        root.Run("dpkg", ["--install", .. built.Select(p => "/mnt/packages/" + Path.GetFileName(p))]);
    }

    /// <summary>Runs the server as the unit does, on a free port; gives its log.</summary>
    private static string Serve(PackageRoot root, string configuration, Action<string> use)
    {
        var unit = File.ReadLines(root.At("/lib/systemd/system/xen-cim-server.service")).ToList();
        string Setting(string name) => unit.Single(l => l.StartsWith(name + "=", StringComparison.Ordinal))[(name.Length + 1)..];
        var user = Setting("User");
        var state = "/var/lib/" + Setting("StateDirectory");
        root.Run("install", "-d", "-m", Setting("StateDirectoryMode"), "-o", user, "-g", user, state);
        File.WriteAllText(root.At(Configuration), configuration + "listen = 127.0.0.1:0\n");
        using var server = root.Start(["setpriv", "--reuid", user, "--regid", user, "--init-groups", "--no-new-privs", "--bounding-set=-all",
            "env", "-i", "PATH=/usr/sbin:/usr/bin", $"STATE_DIRECTORY={state}", .. Setting("Environment").Split(' '), .. Setting("ExecStart").Split(' ')]);
        var log = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var address = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Hear(object _, DataReceivedEventArgs line)
        {
            log.Enqueue(line.Data ?? "");
            if (line.Data?.Split("Listening on http://") is [_, var rest])
                address.TrySetResult(rest.Split('/')[0]);
        }
        server.OutputDataReceived += Hear;
        server.ErrorDataReceived += Hear;
        server.BeginOutputReadLine();
        server.BeginErrorReadLine();
        try
        {
            Assert.True(Task.WaitAny([address.Task, server.WaitForExitAsync()], TimeSpan.FromSeconds(60)) == 0, $"the server did not start:\n{string.Join('\n', log)}");
            use(address.Task.Result);
            server.Send(Signals.Terminate);
            Assert.True(server.WaitForExit(TimeSpan.FromSeconds(20)), "the server did not end");
            Assert.Equal(0, server.ExitCode);
            return string.Join('\n', log);
        }
        finally
        {
            if (!server.HasExited)
                server.Kill();
        }
    }
}
