using System.Diagnostics;
using System.Globalization;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>Xen_AlertIndication: what a person may have to act on.</summary>
internal sealed class AlertIndications(HostComputerSystem host, ComputerSystem systems, DiskPool pools, PoolLevels levels) : IndicationSource(Xen_AlertIndication.Layout)
{
    // What fills up without an event is seen by looking.
    private static readonly TimeSpan s_look = TimeSpan.FromMinutes(1);

    // Only a connection that was lost comes back.
    private bool _isLost;

    // Without the hypervisor the host cannot be asked for its name any more.
    private CimObjectPath? _host;

    private bool _poolsMayDiffer;
    private long _looked;

    public override void Begin()
    {
        _isLost = false;
        // Whoever begins to listen hears of the pools that are too full by then.
        levels.Forget();
        _poolsMayDiffer = true;
        try
        {
            _host ??= host.PathOf(host.Enumerate().Single());
        }
        catch (HypervisorException)
        {
            // Alerts that name no host are better than none.
        }
    }

    public override void Compare(Action<CimInstance> deliver) => _poolsMayDiffer = true;

    public override void Take(HostEvent news, bool more, Action<CimInstance> deliver)
    {
        switch (news)
        {
            case GuestEvent { IsCrash: true } e:
                deliver(Alert("GuestCrashed", Guest(e.Uuid, e.Name), Xen_AlertIndication.AlertTypeValue.Processing_Error, Xen_AlertIndication.PerceivedSeverityValue.Critical,
                    Xen_AlertIndication.ProbableCauseValue.Software_Program_Abnormally_Terminated, $"The guest {e.Name} crashed.",
                    "Look at the guest's console and logs, then start it again.", e.Name));
                break;
            case GuestEvent { IsFailure: true } e:
                deliver(Alert("GuestFailed", Guest(e.Uuid, e.Name), Xen_AlertIndication.AlertTypeValue.Processing_Error, Xen_AlertIndication.PerceivedSeverityValue.Critical,
                    Xen_AlertIndication.ProbableCauseValue.Underlying_Resource_Unavailable, $"The guest {e.Name} stopped unexpectedly: the host could not go on running it.",
                    "Look at the hypervisor's logs on the host.", e.Name));
                break;
            case DiskErrorEvent e:
                deliver(Alert("DiskError", Guest(e.Uuid, e.Name), Xen_AlertIndication.AlertTypeValue.Device_Alert, Xen_AlertIndication.PerceivedSeverityValue.Major,
                    e.Reason == "enospc" ? Xen_AlertIndication.ProbableCauseValue.Storage_Capacity_Problem : Xen_AlertIndication.ProbableCauseValue.I_O_Device_Error,
                    $"The disk {e.Device} ({e.Source}) of the guest {e.Name} had an error{(e.Reason.Length > 0 ? $": {e.Reason}" : "")}.",
                    "Look at the storage behind the disk.", e.Name, e.Device, e.Source, e.Reason));
                break;
            case PoolsEvent:
                _poolsMayDiffer = true;
                break;
            case EventsLost e:
                deliver(Alert("EventsLost", null, Xen_AlertIndication.AlertTypeValue.Processing_Error, Xen_AlertIndication.PerceivedSeverityValue.Degraded_Warning,
                    Xen_AlertIndication.ProbableCauseValue.Queue_Size_Exceeded, "More happened on the host than could be told: what differs now is told, what came and went in between is not.",
                    "Read what must not be missed.", e.Count.ToString(CultureInfo.InvariantCulture)));
                break;
            case ConnectionEvent { IsThere: false } e when !_isLost:
                _isLost = true;
                deliver(Alert("ConnectionLost", null, Xen_AlertIndication.AlertTypeValue.Communications_Alert, Xen_AlertIndication.PerceivedSeverityValue.Critical,
                    Xen_AlertIndication.ProbableCauseValue.Connection_Establishment_Error, $"The connection to the hypervisor is lost: {e.Words}",
                    "See whether libvirtd runs on the host.", e.Words));
                break;
            case ConnectionEvent { IsThere: true } e when _isLost:
                _isLost = false;
                deliver(Alert("ConnectionBack", null, Xen_AlertIndication.AlertTypeValue.Communications_Alert, Xen_AlertIndication.PerceivedSeverityValue.Information,
                    Xen_AlertIndication.ProbableCauseValue.Previous_Alert_Cleared, "The connection to the hypervisor is there again.", null, e.Words));
                break;
        }
    }

    /// <summary>Looks at the storage pools after a burst of events that may be about them, and every minute.</summary>
    public override void Rest(Action<CimInstance> deliver)
    {
        if (_isLost || (!_poolsMayDiffer && Stopwatch.GetElapsedTime(_looked) < s_look))
            return;
        _poolsMayDiffer = false;
        _looked = Stopwatch.GetTimestamp();
        try
        {
            foreach (var (pool, isAbove) in levels.Crossed())
                deliver(Level(pool, isAbove));
        }
        catch (HypervisorException)
        {
            // Other alerts do not wait for a host that does not tell of its pools; it is asked again in a minute.
        }
    }

    public override void End() => _isLost = false;

    private CimInstance Level(StoragePool pool, bool isAbove)
    {
        var used = PoolLevels.Used(pool).ToString("0", CultureInfo.InvariantCulture);
        var alert = isAbove
            ? Alert("PoolAboveThreshold", null, Xen_AlertIndication.AlertTypeValue.Device_Alert, Xen_AlertIndication.PerceivedSeverityValue.Degraded_Warning,
                Xen_AlertIndication.ProbableCauseValue.Storage_Capacity_Problem, $"The storage pool {pool.Name} is {used} % full; the threshold is {levels.Threshold} %.",
                "Make room in the pool, or make it larger.", pool.Name, used)
            : Alert("PoolBelowThreshold", null, Xen_AlertIndication.AlertTypeValue.Device_Alert, Xen_AlertIndication.PerceivedSeverityValue.Information,
                Xen_AlertIndication.ProbableCauseValue.Previous_Alert_Cleared, $"The storage pool {pool.Name} is {used} % full, which is below the threshold again.",
                null, pool.Name, used);
        Set(alert, Xen_AlertIndication.Names.AlertingManagedElement, pools.PathOf(DiskPool.Entry(pool)).ToString());
        Set(alert, Xen_AlertIndication.Names.AlertingElementFormat, (ushort)Xen_AlertIndication.AlertingElementFormatValue.CIMObjectPath);
        Set(alert, Xen_AlertIndication.Names.Trending, (ushort)(isAbove ? Xen_AlertIndication.TrendingValue.Trending_Up : Xen_AlertIndication.TrendingValue.Trending_Down));
        return alert;
    }

    private (CimObjectPath? Path, string Name) Guest(Guid uuid, string name) =>
        (systems.PathOf(new Guest { Uuid = uuid, Name = name, State = GuestState.Unknown }), uuid.ToString("D"));

    private CimInstance Alert(string id, (CimObjectPath? Path, string Name)? guest, Xen_AlertIndication.AlertTypeValue type, Xen_AlertIndication.PerceivedSeverityValue severity,
        Xen_AlertIndication.ProbableCauseValue cause, string message, string? action, params string[] arguments)
    {
        var (path, name) = guest ?? (_host, _host?.GetString(Xen_HostComputerSystem.Names.Name) ?? Environment.MachineName);
        var alert = New(Xen_AlertIndication.Layout);
        var now = CimDateTime.FromDateTimeOffset(DateTimeOffset.Now);
        foreach (var (property, value) in ((string, object?)[])
        [
            (Xen_AlertIndication.Names.AlertingManagedElement, path?.ToString()),
            (Xen_AlertIndication.Names.AlertingElementFormat, (ushort)(path is null ? Xen_AlertIndication.AlertingElementFormatValue.Unknown : Xen_AlertIndication.AlertingElementFormatValue.CIMObjectPath)),
            (Xen_AlertIndication.Names.AlertType, (ushort)type),
            (Xen_AlertIndication.Names.PerceivedSeverity, (ushort)severity),
            (Xen_AlertIndication.Names.ProbableCause, (ushort)cause),
            (Xen_AlertIndication.Names.ProbableCauseDescription, message),
            (Xen_AlertIndication.Names.Description, message),
            (Xen_AlertIndication.Names.RecommendedActions, action is null ? null : (string[])[action]),
            (Xen_AlertIndication.Names.EventID, id),
            (Xen_AlertIndication.Names.EventTime, now),
            (Xen_AlertIndication.Names.SystemCreationClassName, path?.ClassName),
            (Xen_AlertIndication.Names.SystemName, name),
            (Xen_AlertIndication.Names.ProviderName, "XenCim"),
            (Xen_AlertIndication.Names.Message, message),
            (Xen_AlertIndication.Names.MessageArguments, arguments),
            (Xen_AlertIndication.Names.MessageID, id),
            (Xen_AlertIndication.Names.OwningEntity, "Xen.Cim"),
        ])
        {
            if (value is not null)
                Set(alert, property, value);
        }
        return alert;
    }
}
