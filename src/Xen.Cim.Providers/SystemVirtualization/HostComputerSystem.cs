using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>Xen_HostComputerSystem: the machine that runs Xen (DSP1042's host system, the central class of the profile).</summary>
public sealed class HostComputerSystem(IHypervisor hypervisor) : ClassProvider<Host>(Xen_HostComputerSystem.Layout)
{
    // A hypervisor that hangs is not waited for with each key of one answer.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private volatile string? _name;
    private volatile string? _guess;
    private long _failed;

    /// <summary>
    /// The host's name, which every hosted service repeats as SystemName; it stays while the hypervisor does not answer.
    /// Where it never did it is the machine's own.
    /// </summary>
    public string Name
    {
        get
        {
            if (_name is null && (_guess is null || Stopwatch.GetElapsedTime(Volatile.Read(ref _failed)) > s_patience))
                Outage();
            return _name ?? _guess!;
        }
    }

    /// <summary>Why the hypervisor does not answer; null when it does.</summary>
    public string? Outage()
    {
        try
        {
            _name = hypervisor.GetHost().Name;
            return null;
        }
        catch (HypervisorException e) when (e.Error is HypervisorError.Disconnected or HypervisorError.Timeout or HypervisorError.Busy)
        {
            _guess ??= OwnName();
            Volatile.Write(ref _failed, Stopwatch.GetTimestamp());
            return e.Message;
        }
    }

    private static string OwnName()
    {
        try
        {
            return Dns.GetHostEntry("").HostName;
        }
        catch (SocketException)
        {
            return Dns.GetHostName();
        }
    }

    public override IEnumerable<Host> Enumerate() => [hypervisor.GetHost()];

    public override Host? Find(CimObjectPath path)
    {
        var host = hypervisor.GetHost();
        return PathOf(host).Equals(path.WithNamespace(Namespace)) ? host : null;
    }

    public override CimObjectPath PathOf(Host host) => MakePath(
        new CimKey(Xen_HostComputerSystem.Names.CreationClassName, Xen_HostComputerSystem.CimName),
        new CimKey(Xen_HostComputerSystem.Names.Name, host.Name));

    protected override CimInstance Describe(Host host, CimRequest request) => new Xen_HostComputerSystem
    {
        CreationClassName = Xen_HostComputerSystem.CimName,
        Name = host.Name,
        NameFormat = "IP",
        ElementName = host.Name,
        Caption = "Virtualization host",
        Description = $"{host.Driver} host with {host.Processors} processors and {host.MemoryKiB} KiB of memory"
            + (host.HypervisorVersion is { } version ? $", hypervisor {version}" : "")
            + (host.LibvirtVersion is { } libvirt ? $", libvirt {libvirt}" : ""),
        OtherIdentifyingInfo = [host.Uuid.ToString("D")],
        IdentifyingDescriptions = ["CIM:GUID"],
        Roles = ["Virtualization host"],
        EnabledState = Xen_HostComputerSystem.EnabledStateValue.Enabled,
        RequestedState = Xen_HostComputerSystem.RequestedStateValue.Not_Applicable,
        EnabledDefault = Xen_HostComputerSystem.EnabledDefaultValue.Not_Applicable,
        OperationalStatus = [Xen_HostComputerSystem.OperationalStatusValue.OK],
        StatusDescriptions = ["Connected"],
        HealthState = Xen_HostComputerSystem.HealthStateValue.OK,
    };
}
