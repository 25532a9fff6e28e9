using System.Collections.Concurrent;
using System.Text.Json;

namespace Xen.Cim.Providers;

/// <summary>
/// The last state that was requested of each guest (CIM_EnabledLogicalElement.RequestedState), kept over restarts when
/// there is a folder to keep it in.
/// </summary>
internal sealed class RequestedStates
{
    private readonly ConcurrentDictionary<Guid, ushort> _states = new();
    private readonly string? _file;
    private readonly Lock _writing = new();

    public RequestedStates(string? directory)
    {
        if (directory is null)
            return;
        _file = Path.Combine(directory, "requested-states.json");
        if (File.Exists(_file))
            Read(_file);
    }

    // Apart, so that a host of which nothing was kept need not load what reads it.
    private void Read(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            using var document = JsonDocument.Parse(stream);
            foreach (var entry in document.RootElement.EnumerateObject())
            {
                if (Guid.TryParse(entry.Name, out var uuid) && entry.Value.TryGetUInt16(out var state))
                    _states[uuid] = state;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            // Nothing was kept yet, or it cannot be read: every guest starts at "No Change".
        }
    }

    public ushort? Of(Guid uuid) => _states.TryGetValue(uuid, out var state) ? state : null;

    public void Set(Guid uuid, ushort state)
    {
        _states[uuid] = state;
        Write();
    }

    public void Forget(Guid uuid)
    {
        if (_states.TryRemove(uuid, out _))
            Write();
    }

    private void Write()
    {
        if (_file is null)
            return;
        lock (_writing)
        {
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
                using (var stream = File.Create(_file + ".new"))
                using (var writer = new Utf8JsonWriter(stream))
                {
                    writer.WriteStartObject();
                    foreach (var (uuid, state) in _states)
                        writer.WriteNumber(uuid.ToString("D"), state);
                    writer.WriteEndObject();
                }
                File.Move(_file + ".new", _file, overwrite: true);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // A request that succeeded does not fail because its note could not be kept.
            }
        }
    }
}
