using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Xen.Cim.Model;
using Xen.Cim.Server.Security;

namespace Xen.Cim.Server.Tests.Security;

public class AuthenticatorTests
{
    private readonly ManualTime _time = new();
    private readonly Passwords _system = new() { Known = { ["alice"] = "a:secret", ["fred"] = "f", ["nobody"] = "n", ["ümlaut"] = "pässword" } };
    private readonly LoginThrottle _throttle;
    private readonly Authenticator _authenticator;

    public AuthenticatorTests()
    {
        _throttle = new(_time);
        _authenticator = new([new PasswordGate("xencim", "own"), _system], new Operators("fred ümlaut", "", new NoAccounts(), _time),
            new Operators("alice", "", new NoAccounts(), _time), _throttle, _time, NullLogger.Instance);
    }

    [Theory]
    [InlineData("xencim:own", 200, true)]
    [InlineData("xencim:f", 401, false)]
    [InlineData("alice:a:secret", 200, false)]
    [InlineData("ümlaut:pässword", 200, false)]
    [InlineData("fred:f", 200, false)]
    [InlineData("fred:", 401, false)]
    [InlineData("nobody:n", 403, false)]
    [InlineData("unknown:n", 401, false)]
    [InlineData(":own", 401, false)]
    [InlineData("xencim", 401, false)]
    [InlineData("fred:f\0", 401, false)]
    public async Task PasswordsAndRolesDecide(string credentials, int status, bool mayChange)
    {
        var admission = await AskAsync(credentials);
        Assert.Equal(status, admission.Status);
        Assert.Equal(status == 200 ? credentials.Split(':')[0] : null, admission.Caller?.Name);
        Assert.Equal(mayChange, admission.Caller?.MayChange ?? false);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Basic")]
    [InlineData("Basic !!!")]
    [InlineData("Bearer eGVuY2ltOm93bg==")]
    public async Task OtherHeadersAreNoLogin(string? header)
    {
        var http = Request("203.0.113.1");
        http.Request.Headers.Authorization = header;
        Assert.Equal(401, (await _authenticator.AdmitAsync(http)).Status);
        Assert.Equal(0, _throttle.Failures("203.0.113.1"));
    }

    [Fact]
    public async Task ARightPasswordIsAskedForOnceInAMinute()
    {
        for (var i = 0; i < 10; i++)
            Assert.Equal(200, (await AskAsync("fred:f")).Status);
        Assert.Equal(1, _system.Asked);
        _time.Advance(TimeSpan.FromSeconds(61));
        _system.Known["fred"] = "changed";
        Assert.Equal(401, (await AskAsync("fred:f")).Status);
        Assert.Equal(2, _system.Asked);
    }

    [Fact]
    public async Task RequestsThatComeAtOnceAreOneLogin()
    {
        _system.Gate = new TaskCompletionSource();
        var all = Enumerable.Range(0, 16).Select(_ => AskAsync("fred:f")).ToList();
        _system.Gate.SetResult();
        Assert.All(await Task.WhenAll(all), a => Assert.Equal(200, a.Status));
        Assert.Equal(1, _system.Asked);
        Assert.Empty(_time.Waits);
    }

    [Fact]
    public async Task WhoGuessesWaitsLongerAndLonger()
    {
        for (var i = 0; i < 7; i++)
            Assert.Equal(401, (await AskAsync($"fred:{i}")).Status);
        Assert.Equal([0.25, 0.5, 1, 2, 4], _time.Waits.Select(w => w.TotalSeconds));
        Assert.Equal(7, _throttle.Failures("127.0.0.1"));
    }

    [Fact]
    public async Task PasswordsOfTheSystemAreNotTakenInTheClear()
    {
        Assert.Equal(403, (await AskAsync("fred:f", "203.0.113.1")).Status);
        Assert.Equal(0, _system.Asked);
        Assert.Equal(200, (await AskAsync("fred:f", "203.0.113.2", https: true)).Status);
        Assert.Equal(200, (await AskAsync("xencim:own", "203.0.113.3")).Status);
    }

    [Fact]
    public async Task APasswordThatCannotBeCheckedIsNotWrong()
    {
        _system.Broken = true;
        Assert.Equal(503, (await AskAsync("fred:f")).Status);
        _system.Broken = false;
        Assert.Equal(200, (await AskAsync("fred:f")).Status);
    }

    [Fact]
    public async Task WithoutPasswordsEverybodyButAWebPageIsLetIn()
    {
        var open = new Authenticator([], new Operators("", "", new NoAccounts(), _time), new Operators("", "", new NoAccounts(), _time), _throttle, _time, NullLogger.Instance);
        var http = Request("127.0.0.1");
        Assert.Equal(new Caller("", "127.0.0.1", MayChange: true), (await open.AdmitAsync(http)).Caller);
        http.Request.Headers.Origin = "http://attacker.example";
        Assert.Equal(403, (await open.AdmitAsync(http)).Status);
    }

    private async Task<Admission> AskAsync(string credentials, string address = "127.0.0.1", bool https = false)
    {
        var http = Request(address);
        http.Request.Headers.Authorization = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials));
        http.Request.IsHttps = https;
        return await _authenticator.AdmitAsync(http);
    }

    private static DefaultHttpContext Request(string address)
    {
        var http = new DefaultHttpContext();
        http.Connection.RemoteIpAddress = IPAddress.Parse(address);
        return http;
    }

    private sealed class Passwords : IPasswordCheck
    {
        public Dictionary<string, string> Known { get; } = [];

        public int Asked { get; private set; }

        public bool Broken { get; set; }

        public TaskCompletionSource? Gate { get; set; }

        public bool IsOwn => false;

        public bool Knows(string user) => true;

        public async Task<bool> CheckAsync(string user, string password, string address, CancellationToken cancellation)
        {
            Asked++;
            if (Gate is not null)
                await Gate.Task;
            return Broken ? throw new IOException("no helper") : Known.GetValueOrDefault(user) == password;
        }
    }

    private sealed class NoAccounts : IAccounts
    {
        public string Machine => "xenhost";

        public Account? FindUser(string name) => null;

        public uint? FindGroup(string name) => null;
    }
}
