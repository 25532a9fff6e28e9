using System.Text.Json;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;

namespace Xen.Cim.Providers;

/// <summary>
/// Jobs that clients were told of, a file for each in the state directory: those of this process for when it is gone, and
/// those of others, which may still work on theirs or were ended while they did.
/// </summary>
internal sealed class KeptJobs(StateDirectory directory, TimeSpan retention)
{
    private const string Folder = "jobs";
    private const string Suffix = ".json";

    /// <summary>Of more than this the oldest that are over go first.</summary>
    private const int MaxFiles = 1024;

    private const int MaxTextLength = 4096;

    private static readonly ProcessMark s_self = ProcessMark.OfThis();

    private readonly Lock _gate = new();
    private IReadOnlyList<Entry> _read = [];
    private DateTime _seen;

    private sealed record Entry(Job Job, ProcessMark Owner);

    /// <summary>Keeps what is known of a job now.</summary>
    public void Keep(Job job) => Write(job, s_self);

    public void Forget(Job job) => directory.Delete(FileOf(job.Id));

    /// <summary>The jobs of other processes: under way, over, or ended together with their process.</summary>
    /// <param name="own">Those that this process has itself.</param>
    public IReadOnlyList<Job> Others(Func<Guid, bool> own)
    {
        lock (_gate)
        {
            if (directory.HasChanged(Folder, ref _seen))
                _read = ReadAll(own);
            List<Job> others = [];
            foreach (var entry in _read)
            {
                if (own(entry.Job.Id))
                    continue;
                if (entry.Job.State.IsOver(retention))
                    Forget(entry.Job);
                else
                    others.Add(entry.Job.IsFinished || entry.Owner.IsAlive ? entry.Job : Interrupted(entry));
            }
            return others;
        }
    }

    /// <summary>Its process is gone and writes no more, so what it wrote last is final.</summary>
    private Job Interrupted(Entry entry)
    {
        if (Read(FileOf(entry.Job.Id)) is { Job: { IsFinished: true } finished })
            return finished;
        var job = entry.Job.Interrupted();
        Write(job, entry.Owner);
        return job;
    }

    private List<Entry> ReadAll(Func<Guid, bool> own)
    {
        var entries = directory.Files(Folder)
            .Where(f => Guid.TryParseExact(Path.GetFileNameWithoutExtension(f), "D", out var id) && !own(id))
            .Select(Read).OfType<Entry>().ToList();
        foreach (var surplus in entries.Where(e => e.Job.IsFinished).OrderBy(e => e.Job.State.Ended).Take(entries.Count - MaxFiles).ToList())
        {
            Forget(surplus.Job);
            entries.Remove(surplus);
        }
        return entries;
    }

    private static string FileOf(Guid id) => Path.Combine(Folder, id.ToString("D") + Suffix);

    private void Write(Job job, ProcessMark owner) => directory.Write(FileOf(job.Id), writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("id", job.Id);
        writer.WriteString("name", job.Plan.Name);
        if (job.Plan.Guest is { } guest)
        {
            writer.WriteString("guest", guest.Uuid);
            writer.WriteString("guestName", guest.Name);
        }
        if (job.Plan.Pool is { } pool)
            writer.WriteString("pool", pool);
        if (job.Plan.Snapshot is { } snapshot)
            writer.WriteString("snapshot", snapshot);
        if (job.Plan.Creates)
            writer.WriteBoolean("creates", true);
        writer.WriteString("owner", job.Plan.Owner.ToString());
        if (job.Plan.TransitioningTo is { } state)
            writer.WriteNumber("transitioningTo", state);
        writer.WriteString("submitted", job.Submitted);
        WriteState(writer, job.State);
        writer.WriteNumber("process", owner.Id);
        writer.WriteString("processStart", owner.Start);
        writer.WriteEndObject();
    });

    private Entry? Read(string file) => directory.Read(file, job =>
    {
        var guest = job.TryGetProperty("guest", out var uuid)
            ? new Guest { Uuid = uuid.GetGuid(), Name = job.GetProperty("guestName").GetString()!, State = GuestState.Unknown } : null;
        var plan = JobPlan.Kept(job.GetProperty("name").GetString()!, guest, job.TryGetProperty("pool", out var pool) ? pool.GetString() : null,
            job.TryGetProperty("snapshot", out var snapshot) ? snapshot.GetString() : null, job.TryGetProperty("creates", out var creates) && creates.GetBoolean(),
            Enum.Parse<JobOwner>(job.GetProperty("owner").GetString()!), job.TryGetProperty("transitioningTo", out var state) ? state.GetUInt16() : null);
        return new Entry(
            Job.Kept(plan, job.GetProperty("id").GetGuid(), job.GetProperty("submitted").GetDateTimeOffset(), ReadState(job)),
            new ProcessMark(job.GetProperty("process").GetInt32(), job.GetProperty("processStart").GetString()!));
    });

    private static void WriteState(Utf8JsonWriter writer, JobState state)
    {
        writer.WriteString("phase", state.Phase.ToString());
        if (state.Ended is { } ended)
            writer.WriteString("ended", ended);
        if (state.Retention is { } retention)
            writer.WriteNumber("retentionSeconds", retention.TotalSeconds);
        if (!state.DeleteOnCompletion)
            writer.WriteBoolean("deleteOnCompletion", false);
        if (state.Error is not { } error)
            return;
        writer.WriteString("error", error.Message.Length > MaxTextLength ? error.Message[..MaxTextLength] : error.Message);
        writer.WriteNumber("errorStatus", (int)error.Status);
        if (error.LibvirtDomain is { } domain && error.LibvirtCode is { } code)
        {
            writer.WriteNumber("libvirtDomain", domain);
            writer.WriteNumber("libvirtCode", code);
        }
    }

    private static JobState ReadState(JsonElement job) => new(Enum.Parse<JobPhase>(job.GetProperty("phase").GetString()!))
    {
        Ended = job.TryGetProperty("ended", out var ended) ? ended.GetDateTimeOffset() : null,
        Retention = job.TryGetProperty("retentionSeconds", out var retention) ? TimeSpan.FromSeconds(Math.Clamp(retention.GetDouble(), 0, int.MaxValue)) : null,
        DeleteOnCompletion = !job.TryGetProperty("deleteOnCompletion", out var delete) || delete.GetBoolean(),
        Error = !job.TryGetProperty("error", out var error) ? null
            : new((CimStatus)(job.TryGetProperty("errorStatus", out var status) ? status.GetInt32() : (int)CimStatus.Failed), error.GetString()!)
            {
                LibvirtDomain = job.TryGetProperty("libvirtDomain", out var domain) ? domain.GetInt32() : null,
                LibvirtCode = job.TryGetProperty("libvirtCode", out var code) ? code.GetInt32() : null,
            },
    };
}
