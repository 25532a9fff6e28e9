using Xen.Cim.Model;
using Xen.Cim.Server.CimXml;

namespace Xen.Cim.Server.Enumerations;

/// <summary>What the results of an enumeration are, and so which pull operation fetches them.</summary>
public enum EnumerationKind
{
    /// <summary>PullInstancesWithPath.</summary>
    InstancesWithPath,

    /// <summary>PullInstancePaths.</summary>
    InstancePaths,

    /// <summary>PullInstances: instances of a query, which may have no paths.</summary>
    Instances,
}

/// <summary>
/// An enumeration that a client has opened and pulls from. Its results are produced on a thread of their own, as the XML
/// that goes out; when more wait than there is room for, so does the provider.
/// </summary>
/// <param name="principal">Who opened it; nobody else may pull.</param>
public sealed class Enumeration(EnumerationKind kind, string @namespace, string principal, int room, bool continueOnError) : IDisposable
{
    private readonly object _gate = new();
    private readonly Queue<(byte[]? Result, CimException? Error)> _waiting = new();
    private readonly CancellationTokenSource _end = new();
    private readonly Utf8Buffer _scratch = new();
    private int _bytes;
    private bool _produced;
    private bool _closed;
    private int _errors;
    private uint? _wanted;

    public EnumerationKind Kind => kind;

    public string Namespace => @namespace;

    public string Principal => principal;

    public bool ContinueOnError => continueOnError;

    /// <summary>Ends when the enumeration is closed or has outlived its timeout.</summary>
    public CancellationToken End => _end.Token;

    /// <summary>The results that wait, once the last one is produced; before that nobody knows.</summary>
    public ulong? Count
    {
        get
        {
            lock (_gate)
                return _produced ? (ulong)_waiting.Count(w => w.Result is not null) : null;
        }
    }

    /// <summary>Runs the providers; each result is added as they return it.</summary>
    public void Produce(Action<Action<Action<CimXmlWriter>>> produce)
    {
        CimException? failure = null;
        try
        {
            produce(Add);
        }
        catch (OperationCanceledException)
        {
            failure = new(CimStatus.Failed, "The enumeration was given up.");
        }
        catch (CimException e)
        {
            failure = e;
        }
        catch (Exception e)
        {
            failure = new(CimStatus.Failed, $"The enumeration failed: {e.Message}", e);
        }
        lock (_gate)
        {
            if (failure is not null)
                Enqueue(failure);
            _produced = true;
            _scratch.Dispose();
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>An error after which there may be more results (ContinueOnError).</summary>
    public void AddError(CimException error)
    {
        lock (_gate)
        {
            Enqueue(error);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Hands out results: so many, or fewer when there is no room for as many or nothing comes any more.</summary>
    /// <returns>Whether the enumeration is at its end.</returns>
    /// <exception cref="CimException">
    /// What a provider failed with, after the results before it; PULL_HAS_BEEN_ABANDONED; FAILED: another pull is under way.
    /// </exception>
    /// <exception cref="OperationCanceledException">The deadline has passed.</exception>
    public bool Pull(uint most, Action<byte[]> result, CancellationToken deadline)
    {
        using var wake = deadline.Register(() =>
        {
            lock (_gate)
                Monitor.PulseAll(_gate);
        });
        var taken = new List<byte[]>();
        bool end;
        lock (_gate)
        {
            if (_wanted is not null)
                throw new CimException(CimStatus.Failed, "Another pull of this enumeration is under way.");
            _wanted = most;
            try
            {
                while (!_closed && !_produced && _waiting.Count < most && _bytes < room && _errors == 0)
                {
                    deadline.ThrowIfCancellationRequested();
                    Monitor.Wait(_gate);
                }
            }
            finally
            {
                _wanted = null;
            }
            if (_closed)
                throw new CimException(CimStatus.PullHasBeenAbandoned, "The enumeration was closed while this pull waited.");
            Take(most, taken);
            end = _produced && _waiting.Count == 0;
            Monitor.PulseAll(_gate);
        }
        // Not under the lock: a client that reads slowly must not hold up who closes the enumeration.
        foreach (var xml in taken)
            result(xml);
        return end;
    }

    private void Take(uint most, List<byte[]> taken)
    {
        while (taken.Count < most && _waiting.TryPeek(out var next))
        {
            if (next.Error is { } error)
            {
                if (taken.Count > 0)
                    break;
                _waiting.Dequeue();
                _errors--;
                throw error;
            }
            _waiting.Dequeue();
            _bytes -= next.Result!.Length;
            taken.Add(next.Result);
        }
    }

    /// <summary>Closes it: whoever produces or pulls stops.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_closed)
                return;
            _closed = true;
            _waiting.Clear();
            Monitor.PulseAll(_gate);
        }
        // Not disposed: a provider that still runs looks at its token.
        _end.Cancel();
    }

    private void Add(Action<CimXmlWriter> write)
    {
        lock (_gate)
        {
            while (!_closed && _bytes >= room)
                Monitor.Wait(_gate);
            if (_closed)
                throw new OperationCanceledException("The enumeration is closed.");
            _scratch.Truncate(0);
            write(new CimXmlWriter(_scratch));
            var result = _scratch.Written.ToArray();
            _bytes += result.Length;
            _waiting.Enqueue((result, null));
            if (_waiting.Count >= _wanted || _bytes >= room)
                Monitor.PulseAll(_gate);
        }
    }

    private void Enqueue(CimException error)
    {
        _waiting.Enqueue((null, error));
        _errors++;
    }
}
