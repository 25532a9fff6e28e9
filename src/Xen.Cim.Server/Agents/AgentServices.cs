using System.Collections.Concurrent;
using System.Diagnostics;
using Xen.Cim.Model;
using Xen.Cim.Server.Cmpi.Objects;
using Xen.Cim.Server.Providers;
using Xen.Cim.Server.Queries;

namespace Xen.Cim.Server.Agents;

/// <summary>The server as an agent's providers see it: through the channel.</summary>
internal sealed class AgentServices(RemoteCall call) : IBrokerServices
{
    // A provider asks for its classes with each instance that it makes; that a class was changed is seen after this time.
    private static readonly TimeSpan s_fresh = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<(string Namespace, string Class), (long Asked, byte[] Wire, CimClass? Class)> _classes = new();
    private readonly ConcurrentDictionary<(string Namespace, string Class, string Super), (long Asked, bool Is)> _isA = new();

    public IProvider Operations { get; } = new ProviderStub(call);

    public CimClass? FindClass(string @namespace, string className)
    {
        var known = _classes.TryGetValue((@namespace, className), out var found);
        if (known && Stopwatch.GetElapsedTime(found.Asked) < s_fresh)
            return found.Class;
        var reply = Ask(AgentOperation.FindClass, @namespace, className);
        var wire = reply.Rest.ToArray();
        // The same class stays the same object: what was made from it stays valid.
        var cimClass = known && wire.AsSpan().SequenceEqual(found.Wire) ? found.Class : reply.Flag() ? reply.Class() : null;
        // Names that no class has may be any number.
        if (cimClass is not null)
            _classes[(@namespace, className)] = (Stopwatch.GetTimestamp(), wire, cimClass);
        return cimClass;
    }

    public bool IsA(string @namespace, string className, string superclass)
    {
        if (_isA.TryGetValue((@namespace, className, superclass), out var found) && Stopwatch.GetElapsedTime(found.Asked) < s_fresh)
            return found.Is;
        var answer = Ask(AgentOperation.IsA, @namespace, className, superclass).Flag();
        if (answer)
            _isA[(@namespace, className, superclass)] = (Stopwatch.GetTimestamp(), answer);
        return answer;
    }

    // Parsed here: the agent is the same program.
    public ICimQuery ParseQuery(string language, string query) => new ProviderQuery(
        Query.Parse(language, query).WithNamedValues(c => FindClass(Arena.CurrentOrNull?.Request?.Namespace ?? "", c)),
        (className, superclass) => className.Equals(superclass, StringComparison.OrdinalIgnoreCase)
            || IsA(Arena.CurrentOrNull?.Request?.Namespace ?? "", className, superclass));

    public void DeliverIndication(string @namespace, CimInstance indication) => call(AgentOperation.DeliverIndication, w =>
    {
        w.Text(@namespace);
        w.Instance(indication);
    }, CancellationToken.None, null);

    public void Log(LogLevel level, string message) => call(AgentOperation.Log, w =>
    {
        w.Byte((byte)level);
        w.Text(message);
    }, CancellationToken.None, null);

    private WireReader Ask(AgentOperation operation, params ReadOnlySpan<string> names)
    {
        var given = names.ToArray();
        return call(operation, w => Array.ForEach(given, w.Text), CancellationToken.None, null);
    }
}

/// <summary>An agent's log is the server's.</summary>
internal sealed class AgentLogger(AgentServices services) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        try
        {
            services.Log(logLevel, formatter(state, exception));
        }
        catch (CimException)
        {
            // The server is gone; nobody reads its log.
        }
    }
}
