using System.Collections.Concurrent;
using System.Diagnostics;

namespace Xen.Cim.Providers;

/// <summary>
/// The last state that was requested of each guest (CIM_EnabledLogicalElement.RequestedState), kept over restarts when
/// there is a folder to keep it in, and shared with other processes that use the same one.
/// </summary>
internal sealed class RequestedStates(StateDirectory? directory) : IDisposable
{
    private const string FileName = "requested-states.json";

    /// <summary>How often what could not be written is tried again.</summary>
    private static readonly TimeSpan s_again = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();

    // What is not in the file (yet, or because it cannot be written); null takes a guest out.
    private readonly ConcurrentDictionary<Guid, ushort?> _unwritten = new();
    private volatile ConcurrentDictionary<Guid, ushort> _states = new();
    private DateTime _seen;
    private long _tried;

    public ushort? Of(Guid uuid)
    {
        // Somebody else may have written since.
        if (directory is not null)
        {
            lock (_gate)
            {
                if (!_unwritten.IsEmpty && Stopwatch.GetElapsedTime(_tried) > s_again)
                    Write(directory, TimeSpan.Zero);
                if (_unwritten.IsEmpty && directory.HasChanged(FileName, ref _seen))
                    Read(directory);
            }
        }
        return _states.TryGetValue(uuid, out var state) ? state : null;
    }

    public void Set(Guid uuid, ushort state) => Change(uuid, state);

    public void Forget(Guid uuid)
    {
        if (Of(uuid) is not null)
            Change(uuid, null);
    }

    /// <summary>Writes what could not be written before.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (directory is not null && !_unwritten.IsEmpty)
                Write(directory, StateDirectory.LockWait);
        }
    }

    private void Change(Guid uuid, ushort? state)
    {
        // Noted before it is this thread's turn: whoever writes meanwhile writes this too, so that many at once take few writes.
        if (directory is not null)
            _unwritten[uuid] = state;
        lock (_gate)
        {
            if (directory is null)
                Apply(uuid, state);
            else if (_unwritten.ContainsKey(uuid))
                Write(directory, StateDirectory.LockWait);
        }
    }

    /// <summary>Under the lock. What cannot be written now holds here, and is written later.</summary>
    private void Write(StateDirectory to, TimeSpan wait)
    {
        using var others = to.Lock(FileName, wait);
        Read(to);
        var notes = _unwritten.ToArray();
        foreach (var (guest, wanted) in notes)
            Apply(guest, wanted);
        if (others is not null && to.Write(FileName, writer =>
        {
            writer.WriteStartObject();
            foreach (var (guest, wanted) in _states)
                writer.WriteNumber(guest.ToString("D"), wanted);
            writer.WriteEndObject();
        }))
        {
            // What came since is not in the file.
            foreach (var note in notes)
                _unwritten.TryRemove(note);
        }
        _tried = Stopwatch.GetTimestamp();
    }

    private void Apply(Guid uuid, ushort? state)
    {
        if (state is { } wanted)
            _states[uuid] = wanted;
        else
            _states.TryRemove(uuid, out _);
    }

    // What others wrote stays: it is read again right before it is written.
    private void Read(StateDirectory from)
    {
        // In a method of its own, so that a host of which nothing was kept need not load what reads it.
        if (File.Exists(from.PathOf(FileName)))
            _states = Parse(from) ?? new();
    }

    private static ConcurrentDictionary<Guid, ushort>? Parse(StateDirectory from) => from.Read(FileName, root =>
    {
        var states = new ConcurrentDictionary<Guid, ushort>();
        foreach (var entry in root.EnumerateObject())
        {
            if (Guid.TryParse(entry.Name, out var uuid) && entry.Value.TryGetUInt16(out var state))
                states[uuid] = state;
        }
        return states;
    });
}
