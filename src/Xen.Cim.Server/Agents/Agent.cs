using System.Diagnostics;
using Xen.Cim.Model;
using Xen.Cim.Server.Providers;

namespace Xen.Cim.Server.Agents;

/// <summary>The server's side of one agent process: answers what its providers ask for, and tells how it ended.</summary>
internal sealed class Agent : IDisposable
{
    private static readonly TimeSpan s_dying = TimeSpan.FromSeconds(1);

    private readonly AgentProcess _process;
    private readonly AgentChannel _channel;
    private readonly IBrokerServices _services;
    private readonly ILogger _logger;
    private readonly string _library;
    private readonly long _started = Stopwatch.GetTimestamp();
    private string? _killed;
    private long _used = Stopwatch.GetTimestamp();

    private Agent(AgentProcess process, string library, IBrokerServices services, ILogger logger, Action<Agent> ended)
    {
        _process = process;
        _library = library;
        _services = services;
        _logger = logger;
        _channel = new(process.Socket, Answer);
        new Thread(() =>
        {
            _channel.Run(Reason);
            ended(this);
        })
        { IsBackground = true, Name = $"CIM agent {process.Id}" }.Start();
    }

    public int ProcessId => _process.Id;

    public bool IsOpen => _channel.IsOpen;

    /// <summary>It gets no more calls, and ends with those that it has.</summary>
    public bool IsRetired { get; set; }

    public bool IsBusy => _channel.Unanswered != 0;

    /// <summary>None of its calls is one that anybody waits for.</summary>
    public bool OnlyHangs => _channel.Unanswered == _channel.Abandoned;

    /// <summary>For how long it has had nothing to do.</summary>
    public TimeSpan Idle => IsBusy ? TimeSpan.Zero : Stopwatch.GetElapsedTime(Volatile.Read(ref _used));

    /// <summary>For how long it has been there.</summary>
    public TimeSpan Age => Stopwatch.GetElapsedTime(_started);

    /// <summary>For how long a call has been running that was given up.</summary>
    public TimeSpan Hanging => _channel.OldestAbandoned is { } since ? Stopwatch.GetElapsedTime(since) : TimeSpan.Zero;

    /// <exception cref="CimException">FAILED: the agent's program cannot be started.</exception>
    public static Agent Start(AgentOptions options, string library, IBrokerServices services, ILogger logger, Action<Agent> ended)
    {
        try
        {
            var process = AgentProcess.Start(options.Executable, ["agent", library, .. options.Directories]);
            logger.LogInformation("Provider library {Library}: agent {Process} started", library, process.Id);
            return new Agent(process, library, services, logger, ended);
        }
        catch (IOException e)
        {
            throw new CimException(CimStatus.Failed, $"No agent for the provider library {library}: {e.Message}", e);
        }
    }

    public WireReader Call(AgentOperation operation, Action<WireWriter> arguments, CancellationToken cancellation, Action<WireReader>? item = null)
    {
        try
        {
            return _channel.Call(operation, arguments, cancellation, item);
        }
        finally
        {
            Volatile.Write(ref _used, Stopwatch.GetTimestamp());
        }
    }

    /// <summary>Ends the process now; calls under way fail with the reason.</summary>
    public void Kill(string why)
    {
        Volatile.Write(ref _killed, why);
        _process.Kill();
    }

    public void Dispose()
    {
        _process.Kill();
        _channel.Dispose();
    }

    // The channel is at its end, so the process is about to be; one that has only closed its channel is of no more use.
    private CimException Reason(Exception? broken)
    {
        string? how = null;
        for (var since = Stopwatch.GetTimestamp(); how is null && broken is null && Stopwatch.GetElapsedTime(since) < s_dying; Thread.Sleep(5))
            how = _process.Ended();
        how ??= _process.Kill();
        if (Volatile.Read(ref _killed) is { } why)
            how = why;
        else if (broken is InvalidDataException)
            how = broken.Message.TrimEnd('.');
        if (IsRetired && !IsBusy)
            _logger.LogInformation("Provider library {Library}: agent {Process} stopped", _library, ProcessId);
        else
            _logger.LogError("Provider library {Library}: agent {Process} ended: {How}", _library, ProcessId, how);
        return new(CimStatus.Failed, $"The process of the provider library {_library} ended: {how}. The next request starts it again.");
    }

    private void Answer(AgentChannel.IncomingCall call)
    {
        if (ProviderSkeleton.Run(_services.Operations, call))
            return;
        var arguments = call.Arguments;
        switch (call.Operation)
        {
            case AgentOperation.FindClass:
                var found = _services.FindClass(arguments.Required(), arguments.Required());
                call.Reply.Flag(found is not null);
                if (found is not null)
                    call.Reply.Class(found);
                break;
            case AgentOperation.IsA:
                call.Reply.Flag(_services.IsA(arguments.Required(), arguments.Required(), arguments.Required()));
                break;
            case AgentOperation.DeliverIndication:
                _services.DeliverIndication(arguments.Required(), arguments.Instance());
                break;
            case AgentOperation.Log:
                var level = (LogLevel)arguments.Byte();
                if (level is >= LogLevel.Trace and < LogLevel.None)
                    _logger.Log(level, "{Message}", arguments.Required());
                break;
            default:
                throw CimException.NotSupported($"An agent cannot ask for {call.Operation}.");
        }
    }
}
