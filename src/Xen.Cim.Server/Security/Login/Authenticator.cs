using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Xen.Cim.Model;
using Xen.Cim.Server.CimXml;

namespace Xen.Cim.Server.Security;

/// <summary>What comes of asking who somebody is.</summary>
/// <param name="Caller">Null: he is not let in, for the reason that follows.</param>
/// <param name="Status">HTTP status of the refusal.</param>
public sealed record Admission(Caller? Caller, int Status = 200, string Reason = "");

/// <summary>
/// Tells who sends a request: a client certificate or HTTP Basic (RFC 7617), the server's own user or one of the system's.
/// A right password is remembered for a minute, because clients send it with each request; only a digest of it with a key
/// of this process stays in memory.
/// </summary>
public sealed class Authenticator
{
    private const int MaxRemembered = 256;
    private const int LongestHeader = 2048;
    private static readonly TimeSpan s_memory = TimeSpan.FromMinutes(1);

    private readonly IReadOnlyList<IPasswordCheck> _checks;
    private readonly Operators _readers;
    private readonly Operators _operators;
    private readonly LoginThrottle _throttle;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly ConcurrentDictionary<string, Login> _logins = new(StringComparer.Ordinal);

    /// <param name="checks">Who knows passwords; the first one that knows a user judges him. None lets everyone in.</param>
    /// <param name="readers">The system's users who may look; operators may too.</param>
    public Authenticator(IReadOnlyList<IPasswordCheck> checks, Operators readers, Operators operators, LoginThrottle throttle, TimeProvider time, ILogger logger) =>
        (_checks, _readers, _operators, _throttle, _time, _logger) = (checks, readers, operators, throttle, time, logger);

    /// <summary>Whether anybody is asked who he is.</summary>
    public bool Asks => _checks.Count > 0;

    public async ValueTask<Admission> AdmitAsync(HttpContext http)
    {
        var address = http.Connection.RemoteIpAddress is { } remote ? (remote.IsIPv4MappedToIPv6 ? remote.MapToIPv4() : remote).ToString() : "?";
        if (!Asks)
        {
            // A browser on this machine names the page that makes it ask; CIM clients do not.
            return http.Request.Headers.Origin.Count > 0 ? new(null, 403, "Requests of web pages are not answered without a password.")
                : new(new Caller("", address, MayChange: true));
        }
        if (http.Connection.ClientCertificate is { } certificate && CommonName(certificate) is { Length: > 0 } name)
            return await AllowAsync(name, address).ConfigureAwait(false);
        if (http.Request.Headers.Authorization.ToString() is not { Length: > 0 and < LongestHeader } header)
            return new(null, 401, "User and password are needed.");
        if (Credentials(header) is not var (user, password))
            return new(null, 401, "User and password are needed, as HTTP Basic has them.");
        var key = Convert.ToBase64String(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{address}\0{user}\0{password}")));
        if (_logins.TryGetValue(key, out var known) && _time.GetElapsedTime(known.At) < s_memory)
            return await known.Outcome.WaitAsync(http.RequestAborted).ConfigureAwait(false);
        return await LogInAsync(key, user, password, address, IsPrivate(http)).WaitAsync(http.RequestAborted).ConfigureAwait(false);
    }

    // Requests with the same password that come at once are one attempt.
    private Task<Admission> LogInAsync(string key, string user, string password, string address, bool isPrivate)
    {
        if (_logins.Count >= MaxRemembered)
        {
            foreach (var (old, login) in _logins)
            {
                if (login.Outcome.IsCompleted)
                    _logins.TryRemove(new(old, login));
            }
        }
        var mine = new Login(new TaskCompletionSource<Admission>(TaskCreationOptions.RunContinuationsAsynchronously), _time.GetTimestamp());
        var current = _logins.AddOrUpdate(key, mine, (_, other) => _time.GetElapsedTime(other.At) < s_memory ? other : mine);
        if (ReferenceEquals(current, mine))
            _ = FinishAsync(key, mine, () => CheckAsync(user, password, address, isPrivate));
        return current.Outcome;
    }

    private async Task FinishAsync(string key, Login login, Func<Task<Admission>> check)
    {
        Admission outcome;
        try
        {
            outcome = await check().ConfigureAwait(false);
        }
        catch (Exception error)
        {
            _logger.LogError("A password could not be checked: {Reason}", error.Message);
            outcome = new(null, 503, $"The password cannot be checked now: {error.Message}");
        }
        if (outcome.Caller is null)
            _logins.TryRemove(new(key, login));
        login.Source.SetResult(outcome);
    }

    private async Task<Admission> CheckAsync(string user, string password, string address, bool isPrivate)
    {
        if (_throttle.Begin(address, user) is not { } wait)
        {
            _logger.LogWarning("Login of {User} from {Address} refused: too many attempts", CimXmlText.OneLine(user), address);
            return new(null, 429, "Too many logins from this address have failed. Wait, and try again.");
        }
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, _time).ConfigureAwait(false);
        var check = _checks.FirstOrDefault(c => c.Knows(user));
        if (check is { IsOwn: false } && !isPrivate)
        {
            _logger.LogWarning("Login of {User} from {Address} refused: it was not encrypted", CimXmlText.OneLine(user), address);
            return new(null, 403, "Passwords of the system's users are taken from other machines only over https.");
        }
        if (check is null || !await check.CheckAsync(user, password, address, CancellationToken.None).ConfigureAwait(false))
        {
            _logger.LogWarning("Login of {User} from {Address} refused: wrong user or password ({Failures} in a row from there)", CimXmlText.OneLine(user), address, _throttle.Failures(address));
            return new(null, 401, "The user or the password is wrong.");
        }
        _throttle.Succeeded(address, user);
        return check.IsOwn ? new(new Caller(user, address, MayChange: true)) : await AllowAsync(user, address).ConfigureAwait(false);
    }

    // The system may have to ask a directory for the user's groups.
    private Task<Admission> AllowAsync(string user, string address) => Task.Run(() =>
    {
        try
        {
            if (_readers.Lists(user) || _operators.Lists(user))
                return new Admission(new Caller(user, address, MayChange: false));
            _logger.LogWarning("{User} at {Address} is neither reader nor operator", CimXmlText.OneLine(user), address);
            return new(null, 403, $"{user} is neither reader nor operator of this server.");
        }
        catch (TimeoutException error)
        {
            return new(null, 503, error.Message);
        }
    });

    /// <summary>Nobody between client and server can read along.</summary>
    private static bool IsPrivate(HttpContext http) => http.Request.IsHttps || (http.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address));

    private static string? CommonName(X509Certificate2 certificate) => certificate.SubjectName.EnumerateRelativeDistinguishedNames()
        .Where(n => !n.HasMultipleElements && n.GetSingleElementType().Value == "2.5.4.3").Select(n => n.GetSingleElementValue()).FirstOrDefault();

    private static (string User, string Password)? Credentials(string authorization)
    {
        if (!AuthenticationHeaderValue.TryParse(authorization, out var header) || header.Parameter is null
            || !header.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }
        var bytes = new byte[header.Parameter.Length];
        if (!Convert.TryFromBase64String(header.Parameter, bytes, out var length))
            return null;
        var text = Encoding.UTF8.GetString(bytes, 0, length);
        return text.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon && !text.Contains('\0', StringComparison.Ordinal) ? (text[..colon], text[(colon + 1)..]) : null;
    }

    private sealed record Login(TaskCompletionSource<Admission> Source, long At)
    {
        public Task<Admission> Outcome => Source.Task;
    }
}
