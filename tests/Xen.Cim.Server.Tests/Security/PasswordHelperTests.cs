using System.Net.Sockets;
using System.Text;
using Xen.Cim.Server.Security;

namespace Xen.Cim.Server.Tests.Security;

/// <summary>PAM itself with a service of the test's own, and the helper between it and the server.</summary>
public sealed class PasswordHelperTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _log = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void PamIsGivenUserPasswordAndAddress()
    {
        var pam = Service("auth required pam_exec.so expose_authtok quiet " + Script("""
            IFS= read -r -d '' password || true
            [ "$PAM_USER" = alice ] && [ "$password" = 'sécret: "x"' ] && [ "$PAM_RHOST" = 192.0.2.7 ] && [ "$PAM_SERVICE" = xen-cim ]
            """), "account required pam_permit.so");
        Assert.Null(pam.Check("alice", "sécret: \"x\"", "192.0.2.7"));
        Assert.NotNull(pam.Check("alice", "wrong", "192.0.2.7"));
        Assert.NotNull(pam.Check("fred", "sécret: \"x\"", "192.0.2.7"));
    }

    [Fact]
    public void AnAccountThatIsLockedIsRefusedWithTheRightPassword()
    {
        Assert.Null(Service("auth required pam_permit.so", "account required pam_permit.so").Check("root", "x", "::1"));
        Assert.NotNull(Service("auth required pam_permit.so", "account required pam_deny.so").Check("root", "x", "::1"));
        Assert.NotNull(Service("auth required pam_deny.so", "account required pam_permit.so").Check("root", "x", "::1"));
    }

    [Fact]
    public void AWrongPasswordIsAnsweredAtOnce()
    {
        // pam_unix asks for two seconds, which our own server spends elsewhere.
        var pam = Service("auth optional pam_faildelay.so delay=60000000", "auth required pam_deny.so", "account required pam_permit.so");
        var started = TimeProvider.System.GetTimestamp();
        Assert.NotNull(pam.Check("root", "x", "::1"));
        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void AMissingServiceLetsNobodyIn()
    {
        Assert.NotNull(new PamLibrary("no-such-service", _folder.Path).Check("root", "x", "::1"));
        Assert.NotNull(new PamLibrary("no-such-service", _folder["nowhere"]).Check("root", "x", "::1"));
    }

    [Fact]
    public async Task TheServerAsksTheHelper()
    {
        using var listening = PasswordHelper.Listen(_folder["sock"]);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder["sock"]));
        var helper = Helper((user, password, address) => (user, password, address) == ("alice", "p:ä", "192.0.2.7") ? null : "Authentication\nfailure");
        using var end = new CancellationTokenSource();
        var running = helper.RunAsync(listening, Patience.Longest, end.Token);
        var passwords = new SystemPasswords(_folder["sock"]);

        Assert.True(await passwords.CheckAsync("alice", "p:ä", "192.0.2.7", TestContext.Current.CancellationToken));
        Assert.False(await passwords.CheckAsync("alice", "p", "192.0.2.7", TestContext.Current.CancellationToken));
        var all = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => passwords.CheckAsync(i % 2 == 0 ? "alice" : "fred", "p:ä", "192.0.2.7", TestContext.Current.CancellationToken)));
        Assert.Equal(20, all.Count(a => a));
        await Assert.ThrowsAsync<IOException>(() => passwords.CheckAsync("alice", new string('x', 5000), "192.0.2.7", TestContext.Current.CancellationToken));

        await end.CancelAsync();
        await running.WaitAsync(Patience.Longest, TestContext.Current.CancellationToken);
        Assert.Contains("alice from 192.0.2.7: Authentication?failure", _log);
    }

    [Theory]
    [InlineData("")]
    [InlineData("alice")]
    [InlineData("alice\0p\0")]
    [InlineData("\0p\0::1\0")]
    [InlineData("alice\0p\0::1\0more\0")]
    public async Task WhatIsNoQuestionIsNotAnswered(string bytes)
    {
        using var listening = PasswordHelper.Listen(_folder["sock"]);
        using var end = new CancellationTokenSource();
        var running = Helper((_, _, _) => null).RunAsync(listening, Patience.Longest, end.Token);
        using var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await connection.ConnectAsync(new UnixDomainSocketEndPoint(_folder["sock"]), TestContext.Current.CancellationToken);
        await connection.SendAsync(Encoding.UTF8.GetBytes(bytes), TestContext.Current.CancellationToken);
        connection.Shutdown(SocketShutdown.Send);
        Assert.Equal("", await PasswordQuestion.ReadAsync(connection, TestContext.Current.CancellationToken));
        await end.CancelAsync();
        await running.WaitAsync(Patience.Longest, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task WithoutAHelperTheSystemsUsersHaveNoPassword()
    {
        Assert.False(await new SystemPasswords(_folder["none"]).CheckAsync("root", "x", "::1", TestContext.Current.CancellationToken));
        PasswordHelper.Listen(_folder["dead"]).Dispose();
        if (File.Exists(_folder["dead"]))
            await Assert.ThrowsAsync<IOException>(() => new SystemPasswords(_folder["dead"]).CheckAsync("root", "x", "::1", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task AHelperThatAnswersNothingIsNoRefusal()
    {
        using var listening = PasswordHelper.Listen(_folder["sock"]);
        using var end = new CancellationTokenSource();
        var running = Helper((_, _, _) => throw new DllNotFoundException("libpam.so.0")).RunAsync(listening, Patience.Longest, end.Token);
        await Assert.ThrowsAsync<IOException>(() => new SystemPasswords(_folder["sock"]).CheckAsync("root", "x", "::1", TestContext.Current.CancellationToken));
        await end.CancelAsync();
        await running.WaitAsync(Patience.Longest, TestContext.Current.CancellationToken);
        Assert.Contains(_log, l => l.Contains("libpam.so.0", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AHelperThatNobodyAsksEnds()
    {
        using var listening = PasswordHelper.Listen(_folder["sock"]);
        await Helper((_, _, _) => null).RunAsync(listening, TimeSpan.FromSeconds(0.2), TestContext.Current.CancellationToken).WaitAsync(Patience.Longest, TestContext.Current.CancellationToken);
        Assert.Empty(_log);
    }

    private PasswordHelper Helper(Func<string, string, string, string?> check) => new(check, [SystemUser.Effective], line =>
    {
        lock (_log)
            _log.Add(line);
    });

    private PamLibrary Service(params string[] lines)
    {
        Assert.SkipUnless(File.Exists("/lib/x86_64-linux-gnu/security/pam_exec.so") || File.Exists("/lib64/security/pam_exec.so") || File.Exists("/usr/lib64/security/pam_exec.so"), "PAM is not installed");
        File.WriteAllLines(_folder["xen-cim"], lines);
        return new PamLibrary(Folder: _folder.Path);
    }

    private string Script(string text)
    {
        File.WriteAllText(_folder["check"], $"#!/bin/bash\n{text}\n");
        File.SetUnixFileMode(_folder["check"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return _folder["check"];
    }
}
