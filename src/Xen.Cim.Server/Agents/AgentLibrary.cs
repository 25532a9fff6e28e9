using Xen.Cim.Model;
using Xen.Cim.Server.Providers;

namespace Xen.Cim.Server.Agents;

/// <summary>One provider library and the agent process that it runs in: started on demand, replaced when it crashed or hangs, stopped when idle.</summary>
internal sealed class AgentLibrary(string library, AgentOptions options, IBrokerServices services, ILogger logger) : IDisposable
{
    // Who may crash because of the subscriptions is not given them again and again.
    private static readonly TimeSpan s_shortLife = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly List<Agent> _agents = [];
    private readonly Dictionary<string, AgentProvider> _providers = new(StringComparer.Ordinal);
    private Agent? _current;
    private TimeSpan _pause;
    private bool _isDisposed;

    /// <summary>The agent's process, when there is one.</summary>
    public int? ProcessId => _current?.ProcessId;

    /// <exception cref="CimException">FAILED: the library cannot be loaded.</exception>
    public AgentProvider Load(string provider)
    {
        lock (_gate)
        {
            if (_providers.TryGetValue(provider, out var loaded))
                return loaded;
        }
        using var start = new CancellationTokenSource(options.Start);
        Call(AgentOperation.Load, provider, _ => { }, start.Token);
        lock (_gate)
        {
            if (!_providers.TryGetValue(provider, out var made))
                _providers.Add(provider, made = new AgentProvider(this, provider));
            return made;
        }
    }

    /// <summary>Calls a provider, in a new agent when there is none.</summary>
    public WireReader Call(AgentOperation operation, string provider, Action<WireWriter> arguments, CancellationToken cancellation, Action<WireReader>? item = null)
    {
        try
        {
            return Current().Call(operation, w =>
            {
                w.Text(provider);
                arguments(w);
            }, cancellation, item);
        }
        catch (OperationCanceledException) when (operation == AgentOperation.Load)
        {
            throw new CimException(CimStatus.Failed, $"The provider library {library} was not loaded within {options.Start.TotalSeconds:0.#} s.");
        }
    }

    /// <summary>Looks after the processes: called again and again.</summary>
    public void Watch()
    {
        Agent? idle = null;
        lock (_gate)
        {
            foreach (var agent in _agents.ToArray())
            {
                if (agent.Hanging >= options.Grace && !agent.IsRetired)
                {
                    logger.LogError("Provider library {Library}: a call to agent {Process} does not return; it is replaced", library, agent.ProcessId);
                    Retire(agent);
                }
                // What others wait for in a process with a call that hangs may still come.
                if (agent.IsRetired && agent.OnlyHangs)
                    agent.Kill("a call did not return in time, so it was stopped");
            }
            if (_current is { } current && current.Idle >= options.Idle && !_providers.Values.Any(p => p.HasSubscriptions))
            {
                idle = current;
                _current = null;
            }
        }
        if (idle is not null)
            Stop(idle);
    }

    public void Dispose()
    {
        Agent[] agents;
        lock (_gate)
        {
            _isDisposed = true;
            agents = [.. _agents];
            _current = null;
        }
        foreach (var agent in agents)
        {
            agent.IsRetired = true;
            try
            {
                if (agent.IsOpen && !agent.IsBusy)
                    agent.Call(AgentOperation.Unload, w => { w.Text(null); w.Flag(true); }, new CancellationTokenSource(TimeSpan.FromSeconds(0.5)).Token);
            }
            catch (Exception e) when (e is CimException or OperationCanceledException)
            {
                // It ends now, one way or the other.
            }
            agent.Dispose();
        }
    }

    private Agent Current()
    {
        Agent started;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_current is { IsOpen: true } running)
                return running;
            _current = started = Agent.Start(options, library, services, logger, Ended);
            _agents.Add(started);
        }
        return started;
    }

    private void Retire(Agent agent)
    {
        agent.IsRetired = true;
        if (_current == agent)
            _current = null;
        Resubscribe(agent);
    }

    // A provider that says "not now" keeps its process.
    private void Stop(Agent idle)
    {
        try
        {
            if (idle.Call(AgentOperation.Unload, w => { w.Text(null); w.Flag(false); }, new CancellationTokenSource(options.Grace).Token).Flag())
            {
                idle.IsRetired = true;
                idle.Dispose();
                return;
            }
        }
        catch (Exception e) when (e is CimException or OperationCanceledException)
        {
            logger.LogWarning("Provider library {Library}: agent {Process} does not end by itself: {Reason}", library, idle.ProcessId, e.Message);
            idle.Kill("it did not end by itself");
            return;
        }
        lock (_gate)
        {
            if (_current is null && !_isDisposed)
                _current = idle;
            else
                Retire(idle);
        }
    }

    private void Ended(Agent agent)
    {
        lock (_gate)
        {
            _agents.Remove(agent);
            if (_current == agent)
                _current = null;
            if (!agent.IsRetired)
                Resubscribe(agent);
        }
        agent.Dispose();
    }

    // A new process knows nothing of the subscriptions that the old one had.
    private void Resubscribe(Agent old)
    {
        var pause = old.Age < s_shortLife ? _pause : TimeSpan.Zero;
        _pause = pause == TimeSpan.Zero ? options.CrashPause : pause * 2 < s_longestPause ? pause * 2 : s_longestPause;
        foreach (var provider in _providers.Values.Where(p => p.HasSubscriptions))
            _ = Task.Delay(pause).ContinueWith(_ => Resubscribe(provider), TaskScheduler.Default);
    }

    private void Resubscribe(AgentProvider provider)
    {
        lock (_gate)
        {
            if (_isDisposed)
                return;
        }
        provider.Resubscribe(logger);
    }
}
