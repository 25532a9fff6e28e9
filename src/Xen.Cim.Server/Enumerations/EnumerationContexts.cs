using System.Collections.Concurrent;
using System.Security.Cryptography;
using Xen.Cim.Model;
using Xen.Cim.Server.CimXml;
using Xen.Cim.Server.Dispatch;

namespace Xen.Cim.Server.Enumerations;

/// <summary>The enumerations that clients have opened (DSP0200 5.3.2.24). They are bounded in number, life and memory.</summary>
public sealed class EnumerationContexts(EnumerationLimits limits, TimeProvider time) : IDisposable
{
    // Threads of their own: an enumeration whose client takes its time holds up nobody else's request.
    private readonly WorkerPool _producers = new(limits.Contexts, limits.Contexts);
    private readonly ConcurrentDictionary<string, Entry> _open = new(StringComparer.Ordinal);
    private int _count;
    private volatile bool _ended;

    public int Count => _open.Count;

    /// <summary>Opens an enumeration and starts to produce its results.</summary>
    /// <param name="timeout">Seconds that the client asks for; null leaves it to the server.</param>
    /// <param name="produce">Calls the providers until the enumeration's end; its argument takes each result.</param>
    /// <exception cref="CimException">INVALID_OPERATION_TIMEOUT; SERVER_LIMITS_EXCEEDED; SERVER_IS_SHUTTING_DOWN.</exception>
    public (string Id, Enumeration Enumeration) Open(EnumerationKind kind, CimRequest request, uint? timeout, bool continueOnError,
        Action<Enumeration, Action<Action<CimXmlWriter>>> produce)
    {
        var life = timeout is { } seconds ? TimeSpan.FromSeconds(seconds) : limits.DefaultTimeout < limits.MaxTimeout ? limits.DefaultTimeout : limits.MaxTimeout;
        if (life <= TimeSpan.Zero || life > limits.MaxTimeout)
        {
            throw new CimException(CimStatus.InvalidOperationTimeout,
                $"OperationTimeout is {timeout} s; this server keeps an enumeration open for 1 to {limits.MaxTimeout.TotalSeconds:0} s between two pulls.");
        }
        if (_ended)
            throw new CimException(CimStatus.ServerIsShuttingDown, "The server is shutting down.");
        if (Interlocked.Increment(ref _count) > limits.Contexts)
        {
            Interlocked.Decrement(ref _count);
            throw new CimException(CimStatus.ServerLimitsExceeded,
                $"{limits.Contexts} enumerations are open, and no more may be; pull them to their end or close them.");
        }
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var enumeration = new Enumeration(kind, request.Namespace, request.Principal, limits.Bytes, continueOnError);
        var entry = new Entry(enumeration, life);
        _open[id] = entry;
        entry.Timer = time.CreateTimer(_ => Close(id), null, life, Timeout.InfiniteTimeSpan);
        _ = _producers.RunAsync(() => enumeration.Produce(add => produce(enumeration, add)), CancellationToken.None);
        return (id, enumeration);
    }

    /// <summary>Hands out results; at its end, or after an error that ends it, the enumeration is closed.</summary>
    /// <returns>Whether it is at its end.</returns>
    /// <exception cref="CimException">INVALID_ENUMERATION_CONTEXT, and what <see cref="Enumeration.Pull"/> says.</exception>
    public bool Pull(string id, EnumerationKind kind, CimRequest request, uint most, Action<byte[]> result)
    {
        var entry = Find(id, request);
        if (entry.Enumeration.Kind != kind)
        {
            throw new CimException(CimStatus.InvalidEnumerationContext,
                $"The results of this enumeration are fetched with Pull{entry.Enumeration.Kind}, not with Pull{kind}.");
        }
        entry.Timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var stays = false;
        try
        {
            var end = entry.Enumeration.Pull(most, result, request.Cancellation);
            stays = !end;
            return end;
        }
        catch (CimException) when (entry.Enumeration.ContinueOnError)
        {
            stays = true;
            throw;
        }
        finally
        {
            if (!stays || !Restart(entry))
                Close(id);
        }
    }

    /// <exception cref="CimException">INVALID_ENUMERATION_CONTEXT.</exception>
    public void Close(string id, CimRequest request)
    {
        Find(id, request);
        Close(id);
    }

    /// <inheritdoc cref="Enumeration.Count"/>
    /// <exception cref="CimException">INVALID_ENUMERATION_CONTEXT.</exception>
    public ulong? CountOf(string id, CimRequest request) => Find(id, request).Enumeration.Count;

    public void Dispose()
    {
        _ended = true;
        foreach (var id in _open.Keys)
            Close(id);
        _producers.Dispose();
    }

    private Entry Find(string id, CimRequest request) => _open.TryGetValue(id, out var entry)
        && entry.Enumeration.Namespace.Equals(request.Namespace, StringComparison.OrdinalIgnoreCase) && entry.Enumeration.Principal == request.Principal
        ? entry : throw new CimException(CimStatus.InvalidEnumerationContext,
            $"No enumeration {CimXmlText.Shorten(id)} is open in {request.Namespace}: it was closed, or nobody pulled for longer than its OperationTimeout.");

    private static bool Restart(Entry entry) => entry.Timer?.Change(entry.Life, Timeout.InfiniteTimeSpan) != false;

    private void Close(string id)
    {
        if (!_open.TryRemove(id, out var entry))
            return;
        Interlocked.Decrement(ref _count);
        entry.Timer?.Dispose();
        entry.Enumeration.Dispose();
    }

    private sealed record Entry(Enumeration Enumeration, TimeSpan Life)
    {
        public ITimer? Timer { get; set; }
    }
}
