using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;
using IoPath = System.IO.Path;
using State = Xen.Cim.Schema.Xen_ConcreteJob.JobStateValue;

namespace Xen.Cim.Providers.Tests.Jobs;

/// <summary>Jobs and requested states over the end of a process, and with several processes at once.</summary>
public sealed class KeptJobTests : ProviderTest
{
    private readonly string _folder = Directory.CreateTempSubdirectory("xen-cim-test").FullName;
    private readonly List<XenCimProvider> _providers = [];
    private readonly Warnings _warnings = new();

    internal override ProviderOptions Options => new() { InCallWait = TimeSpan.FromSeconds(10), StateDirectory = IoPath.Combine(_folder, "state") };

    private string JobFolder => IoPath.Combine(_folder, "state", "jobs");

    [Fact]
    public void A_job_whose_process_ended_is_an_exception_with_the_reason()
    {
        var path = ShutDown(Process(), Samples.Web);
        EndProcessOf(path);

        var later = Process();
        var job = Job(later, path);
        Assert.Equal((State.Exception, "Shut Down web"), (job.JobState, job.ElementName));
        Assert.Contains("process ended", job.ErrorDescription, StringComparison.Ordinal);
        Assert.NotEqual((ushort)0, job.ErrorCode);
        Assert.Equal([GuestPath(Samples.Web)], later.AssociatorNames(Request, path, new AssociationFilter("CIM_AffectedJobElement")));
        Assert.Equal(Xen_ComputerSystem.TransitioningToStateValue.No_Change, later.GetInstance(Request, GuestPath(Samples.Web)).As<Xen_ComputerSystem>().TransitioningToState);
        // It is over, and stays what it is for whoever comes next.
        Assert.Equal(job.ErrorDescription, Job(Process(), path).ErrorDescription);
        later.DeleteInstance(Request, path);
        Assert.Empty(Directory.GetFiles(JobFolder));
    }

    [Fact]
    public void A_job_of_another_process_is_seen_while_it_runs()
    {
        var path = ShutDown(Process(), Samples.Web);
        var other = Process();
        Assert.Equal(State.Running, Job(other, path).JobState);
        Assert.Equal(4, (ushort)other.GetInstance(Request, GuestPath(Samples.Web)).As<Xen_ComputerSystem>().TransitioningToState!);
        Refused(CimStatus.Failed, () =>
        {
            other.DeleteInstance(Request, path);
            return null;
        });
        Host.SetState(Samples.Web, GuestState.Off);
        Eventually(() => Job(other, path).JobState == State.Completed);
        Assert.Equal((ushort)100, Job(other, path).PercentComplete);
    }

    [Fact]
    public void A_provider_that_is_unloaded_says_so_itself()
    {
        var first = Process();
        var path = ShutDown(first, Samples.Web);
        first.Dispose();
        Assert.Equal(State.Exception, Job(Process(), path).JobState);
    }

    [Fact]
    public void A_finished_job_is_kept_until_its_time()
    {
        var keeps = new ProviderOptions { StateDirectory = Options.StateDirectory, JobRetention = TimeSpan.FromSeconds(2) };
        var first = Process(keeps);
        var path = ShutDown(first, Samples.Web);
        Host.SetState(Samples.Web, GuestState.Off);
        Eventually(() => Job(first, path).JobState == State.Completed);
        first.Dispose();
        var second = Process(keeps);
        Assert.Equal(State.Completed, Job(second, path).JobState);
        Eventually(() => !second.EnumerateInstances(Request, Class("Xen_ConcreteJob")).Any());
        Assert.Empty(Directory.GetFiles(JobFolder));
    }

    [Fact]
    public void Of_what_nobody_was_told_nothing_is_kept()
    {
        Ask(Process(), Samples.Web, 9);
        Assert.False(Directory.Exists(JobFolder));
    }

    [Fact]
    public void Two_processes_do_not_undo_each_others_notes()
    {
        var (first, second) = (Process(), Process());
        Ask(first, Samples.Web, 9);
        Ask(second, Samples.Mail, 2);
        Ask(first, Samples.Db, 2);
        foreach (var provider in (XenCimProvider[])[first, second, Process()])
            Assert.Equal((9, 2, 2), (Requested(provider, Samples.Web), Requested(provider, Samples.Mail), Requested(provider, Samples.Db)));
    }

    [Fact]
    public void Notes_of_many_at_once_are_all_kept()
    {
        var guests = Enumerable.Range(1, 24).Select(i => new Guid(i, 0, 0, new byte[8])).ToList();
        foreach (var guest in guests)
            Host.Add(new Guest { Uuid = guest, Name = $"guest{guest:N}", State = GuestState.Off }, Samples.SmallXml("guest", guest), null);
        var providers = Enumerable.Range(0, 3).Select(_ => Process()).ToList();
        Parallel.ForEach(guests.Select((guest, i) => (guest, i)), x => Ask(providers[x.i % providers.Count], x.guest, 2));
        var fresh = Process();
        Assert.All(guests, g => Assert.Equal(2, Requested(fresh, g)));
    }

    [Fact]
    public void A_note_that_somebody_kept_from_being_written_is_written_later()
    {
        var (asked, unloaded) = (Process(), Process());
        Ask(asked, Samples.Web, 9);
        using (new FileStream(IoPath.Combine(_folder, "state", "requested-states.json.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
        {
            Parallel.Invoke(() => Ask(asked, Samples.Mail, 2), () => Ask(unloaded, Samples.Db, 2));
            // It holds here at once.
            Assert.Equal(2, Requested(asked, Samples.Mail));
        }
        Assert.NotEqual(2, Requested(Process(), Samples.Mail));

        unloaded.Dispose();
        Eventually(() => Requested(asked, Samples.Mail) == 2 && Requested(Process(), Samples.Mail) == 2);
        Assert.Equal((9, 2), (Requested(Process(), Samples.Web), Requested(Process(), Samples.Db)));
    }

    [Fact]
    public async Task A_file_is_whole_at_any_moment()
    {
        var provider = Process();
        Ask(provider, Samples.Web, 9);
        var file = IoPath.Combine(_folder, "state", "requested-states.json");
        var asking = Task.Run(() =>
        {
            for (var i = 0; i < 50; i++)
            {
                Ask(provider, Samples.Web, 2);
                Ask(provider, Samples.Web, 9);
            }
        }, TestContext.Current.CancellationToken);
        do
        {
            using var content = JsonDocument.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
            Assert.Contains(content.RootElement.GetProperty(Samples.Web.ToString("D")).GetInt32(), (int[])[2, 9]);
        }
        while (!asking.IsCompleted);
        await asking;
        // Nothing is left of what was being written.
        Assert.DoesNotContain(Directory.GetFiles(IoPath.GetDirectoryName(file)!), f => f.EndsWith(".new", StringComparison.Ordinal));
    }

    [Fact]
    public void A_folder_that_cannot_be_used_is_complained_of_once_and_all_goes_on()
    {
        File.WriteAllText(IoPath.Combine(_folder, "state"), "not a folder");
        var provider = Process();
        Ask(provider, Samples.Db, 2);
        Ask(provider, Samples.Mail, 2);
        var path = ShutDown(provider, Samples.Web);
        Assert.Equal(State.Running, Job(provider, path).JobState);
        Assert.Equal((2, 2), (Requested(provider, Samples.Db), Requested(provider, Samples.Mail)));
        Assert.Contains("state directory", Assert.Single(_warnings.Lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"id\":\"x\"}")]
    [InlineData("{\"id\":1,\"phase\":\"Other\"}")]
    public void What_is_no_job_does_not_hide_the_others(string content)
    {
        var path = ShutDown(Process(), Samples.Web);
        File.WriteAllText(IoPath.Combine(JobFolder, $"{Guid.NewGuid()}.json"), content);
        File.WriteAllText(IoPath.Combine(JobFolder, "note.txt"), content);
        var draft = IoPath.Combine(JobFolder, "half.json.1.new");
        File.WriteAllText(draft, content);
        File.SetLastWriteTimeUtc(draft, DateTime.UtcNow.AddHours(-1));
        Assert.Equal([path], Process().EnumerateInstanceNames(Request, Class("Xen_ConcreteJob")));
        Assert.False(File.Exists(draft));
    }

    [Fact]
    public void Many_jobs_do_not_fill_the_folder()
    {
        var path = ShutDown(Process(), Samples.Web);
        EndProcessOf(path);
        Assert.Equal(State.Exception, Job(Process(), path).JobState);
        var file = Directory.GetFiles(JobFolder).Single();
        var text = File.ReadAllText(file);
        for (var i = 0; i < 1100; i++)
        {
            var id = Guid.NewGuid().ToString("D");
            File.WriteAllText(IoPath.Combine(JobFolder, id + ".json"), text.Replace(IoPath.GetFileNameWithoutExtension(file), id, StringComparison.Ordinal));
        }
        Assert.Equal(1024, Process().EnumerateInstanceNames(Request, Class("Xen_ConcreteJob")).Count());
        Assert.Equal(1024, Directory.GetFiles(JobFolder).Length);
    }

    protected override void Clean()
    {
        foreach (var provider in _providers)
            provider.Dispose();
        // A job may be writing its end.
        Eventually(() =>
        {
            try
            {
                Directory.Delete(_folder, recursive: true);
                return true;
            }
            catch (IOException)
            {
                return !Directory.Exists(_folder);
            }
        });
    }

    /// <summary>A provider as another process would have it.</summary>
    private XenCimProvider Process(ProviderOptions? options = null)
    {
        var provider = new XenCimProvider(Mock.Object, options ?? Options, _warnings);
        _providers.Add(provider);
        return provider;
    }

    private static void Ask(XenCimProvider provider, Guid guest, ushort state)
    {
        var input = new CimArguments();
        input.Set("RequestedState", CimType.UInt16, false, state);
        Assert.Equal(0u, provider.InvokeMethod(Request, GuestPath(guest), "RequestStateChange", input, new CimArguments()));
    }

    private static CimObjectPath ShutDown(XenCimProvider provider, Guid guest)
    {
        var (input, output) = (new CimArguments(), new CimArguments());
        input.Set("RequestedState", CimType.UInt16, false, (ushort)4);
        Assert.Equal(4096u, provider.InvokeMethod(Request, GuestPath(guest), "RequestStateChange", input, output));
        return Assert.IsType<CimObjectPath>(output["Job"]?.Value);
    }

    private static Xen_ConcreteJob Job(XenCimProvider provider, CimObjectPath path) => provider.GetInstance(Request, path).As<Xen_ConcreteJob>();

    private static int Requested(XenCimProvider provider, Guid guest) => (int)provider.GetInstance(Request, GuestPath(guest)).As<Xen_ComputerSystem>().RequestedState!;

    /// <summary>Writes into a job's file that a process has it which is gone.</summary>
    private void EndProcessOf(CimObjectPath job)
    {
        using var gone = System.Diagnostics.Process.Start(new ProcessStartInfo("/bin/true"))!;
        gone.WaitForExit();
        var file = IoPath.Combine(JobFolder, job.GetString("InstanceID")!["Xen:job/".Length..] + ".json");
        var text = Regex.Replace(File.ReadAllText(file), "\"process\":\\d+", $"\"process\":{gone.Id}");
        Assert.Contains($"{gone.Id}", text, StringComparison.Ordinal);
        // The provider that has it must not write it again.
        File.WriteAllText(file, text);
    }

    private sealed class Warnings : ILoggerFactory, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                Lines.Enqueue(formatter(state, exception));
        }

        public void Dispose()
        {
        }
    }
}
