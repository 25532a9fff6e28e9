using Xen.Cim.Model;
using Xen.Cim.Server.Cmpi;

namespace Xen.Cim.Server.Agents;

/// <summary>A provider in an agent. What it was told about subscriptions is told again to the process that follows a crashed one.</summary>
internal sealed class AgentProvider(AgentLibrary library, string provider)
    : ProviderStub((operation, arguments, cancellation, item) => library.Call(operation, provider, arguments, cancellation, item)), ICmpiIndications
{
    private static readonly CimRequest s_anonymous = new() { Namespace = "" };

    private readonly Lock _gate = new();
    private readonly List<Subscription> _filters = [];
    private bool _isEnabled;

    public bool HasSubscriptions
    {
        get
        {
            lock (_gate)
                return _filters.Count != 0 || _isEnabled;
        }
    }

    public void AuthorizeFilter(CimRequest request, string query, string language, string indicationClass, CimObjectPath source, string owner) =>
        Filter(AgentOperation.AuthorizeFilter, new(request, query, language, indicationClass, source), w => w.Text(owner));

    public bool MustPoll(CimRequest request, string query, string language, string indicationClass, CimObjectPath source) =>
        Filter(AgentOperation.MustPoll, new(request, query, language, indicationClass, source), _ => { }).Flag();

    public void ActivateFilter(CimRequest request, string query, string language, string indicationClass, CimObjectPath source, bool first)
    {
        var filter = new Subscription(request, query, language, indicationClass, source);
        Filter(AgentOperation.ActivateFilter, filter, w => w.Flag(first));
        lock (_gate)
            _filters.Add(filter with { Request = request with { Cancellation = default } });
    }

    public void DeactivateFilter(CimRequest request, string query, string language, string indicationClass, CimObjectPath source, bool last)
    {
        var filter = new Subscription(request, query, language, indicationClass, source);
        lock (_gate)
        {
            if (_filters.FindIndex(f => f.IsSame(filter)) is >= 0 and var at)
                _filters.RemoveAt(at);
        }
        Filter(AgentOperation.DeactivateFilter, filter, w => w.Flag(last));
    }

    public void EnableIndications()
    {
        Call(AgentOperation.EnableIndications, s_anonymous, new CimObjectPath(""));
        lock (_gate)
            _isEnabled = true;
    }

    public void DisableIndications()
    {
        lock (_gate)
            _isEnabled = false;
        Call(AgentOperation.DisableIndications, s_anonymous, new CimObjectPath(""));
    }

    /// <summary>Tells a new process what the one before it knew.</summary>
    public void Resubscribe(ILogger logger)
    {
        Subscription[] filters;
        bool isEnabled;
        lock (_gate)
        {
            filters = [.. _filters];
            isEnabled = _isEnabled;
        }
        try
        {
            var sources = new HashSet<CimObjectPath>();
            foreach (var filter in filters)
            {
                var first = sources.Add(filter.Source);
                Filter(AgentOperation.ActivateFilter, filter, w => w.Flag(first));
            }
            if (isEnabled)
                Call(AgentOperation.EnableIndications, s_anonymous, new CimObjectPath(""));
        }
        catch (CimException e)
        {
            logger.LogError("Provider {Provider} has not taken its subscriptions over: {Reason}", provider, e.Message);
        }
    }

    private WireReader Filter(AgentOperation operation, Subscription filter, Action<WireWriter> more) => Call(operation, filter.Request, filter.Source, w =>
    {
        w.Text(filter.Query);
        w.Text(filter.Language);
        w.Text(filter.IndicationClass);
        more(w);
    });

    private sealed record Subscription(CimRequest Request, string Query, string Language, string IndicationClass, CimObjectPath Source)
    {
        public bool IsSame(Subscription other) => Query == other.Query && Language == other.Language
            && IndicationClass.Equals(other.IndicationClass, StringComparison.OrdinalIgnoreCase) && Source.Equals(other.Source);
    }
}
