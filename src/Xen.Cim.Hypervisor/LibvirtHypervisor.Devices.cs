using System.Diagnostics;
using System.Globalization;
using Libvirt;
using Microsoft.Extensions.Logging;
using Xen.Cim.Hypervisor.Connections;
using Xen.Cim.Hypervisor.Guests;
using Xen.Cim.Hypervisor.Inventory;

namespace Xen.Cim.Hypervisor;

// Changes to the running guest: devices, memory, processors, scheduler.
public sealed partial class LibvirtHypervisor
{
    /// <summary>How long a guest has to let go of a device, beyond the five seconds that libvirt gives it.</summary>
    private static readonly TimeSpan s_release = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan s_releaseStep = TimeSpan.FromMilliseconds(200);

    public void AttachDevice(Guid uuid, DomainDevice device) =>
        Plug(uuid, HypervisorOperation.AttachDevice, "attach the {0} to", device, (domain, xml) => domain.AttachDevice(xml, DomainDeviceModifyFlags.Live));

    public void DetachDevice(Guid uuid, DomainDevice device) =>
        Plug(uuid, HypervisorOperation.DetachDevice, "detach the {0} from", device, (domain, xml) =>
        {
            domain.DetachDevice(xml, DomainDeviceModifyFlags.Live);
            AwaitRelease(uuid, domain, device);
        });

    // QEMU asks the guest's system to let go of a device. Where it does not answer libvirt reports success all the same (virDomainDetachDeviceFlags).
    private static void AwaitRelease(Guid uuid, Domain domain, DomainDevice device)
    {
        for (var began = Stopwatch.GetTimestamp(); domain.IsActive && HasDevice(domain, device); Thread.Sleep(s_releaseStep))
        {
            if (Stopwatch.GetElapsedTime(began) > s_release)
            {
                throw new HypervisorException(HypervisorError.Failed, $"Cannot detach the {device} from the guest {uuid}: it was asked to let go of it and did not; it may still do so. "
                    + "A guest in which no operating system runs never does; the device is gone when it has stopped");
            }
        }
    }

    // Disks and adapters have names. Of others all that is known of them counts: they are numbered, and the next one moves up.
    private static bool HasDevice(Domain domain, DomainDevice device) => DomainDefinition.Parse(ReadXml(domain, DomainXmlFlags.None)).Devices
        .Any(d => d.ElementName == device.ElementName && (device is DiskDevice or NetworkInterface ? d.DeviceId == device.DeviceId : d.ContentEquals(device)));

    public void UpdateDevice(Guid uuid, DomainDevice device) =>
        Plug(uuid, HypervisorOperation.UpdateDevice, "change the {0} of", device, (domain, xml) =>
        {
            var before = DeviceOf(domain, device);
            try
            {
                domain.UpdateDevice(xml, DomainDeviceModifyFlags.Live);
            }
            catch (LibvirtException) when (before is DiskDevice { Device: "cdrom" or "floppy", Source: not null } drive && domain.IsActive)
            {
                PutBack(domain, drive);
                throw;
            }
            if (before is null || DeviceOf(domain, device) is not { } after || DeviceUpdate.FindIgnored(before, device, after) is not { } ignored)
                return;
            if (!after.ContentEquals(before))
                domain.UpdateDevice(before.ToXml(), DomainDeviceModifyFlags.Live);
            throw new HypervisorException(HypervisorError.InvalidArgument,
                $"Cannot change the {device} of the guest {uuid}: libvirt leaves {ignored} while the guest runs; change the defined configuration, which applies at the next start");
        });

    // libxl and QEMU take the old medium out before they look for the new one, and libvirt goes on naming the old one.
    private void PutBack(Domain domain, DiskDevice drive)
    {
        try
        {
            // QEMU's driver does nothing about a medium that it takes to be in the drive.
            if (Driver == HypervisorDriver.Qemu)
            {
                var empty = (DiskDevice)drive.Clone();
                empty.Source = null;
                domain.UpdateDevice(empty.ToXml(), DomainDeviceModifyFlags.Live);
            }
            domain.UpdateDevice(drive.ToXml(), DomainDeviceModifyFlags.Live);
        }
        catch (LibvirtException e)
        {
            _logger.LogWarning("The {Drive} of the guest {Guest} may be empty: what was in it could not be put back: {Reason}", drive, domain.Name, e.Message);
        }
    }

    private static DomainDevice? DeviceOf(Domain domain, DomainDevice device) =>
        DomainDefinition.Parse(ReadXml(domain, DomainXmlFlags.None)).Devices.FirstOrDefault(d => d.ElementName == device.ElementName && d.DeviceId == device.DeviceId);

    public void LimitDisk(Guid uuid, DiskDevice disk)
    {
        ArgumentNullException.ThrowIfNull(disk);
        var limits = DiskDevice.Limits.Select(limit => (Name: limit, Value: disk.GetLimit(limit) ?? 0)).ToList();
        // The simulated host takes no limit without one for bursts, where for others none means no bursts.
        if (Driver == HypervisorDriver.Test)
            limits.AddRange(limits.Select(l => (l.Name + "_max", l.Value)).ToList());
        Act(uuid, HypervisorOperation.LimitDisksLive, $"limit the {disk} of", slow: false, (_, domain) => domain.SetBlockIoTune(disk.TargetDevice ?? "",
            [.. limits.Select(l => TypedParameter.UInt64(l.Name, l.Value))], DomainModificationImpact.Live), protectsControlDomain: false);
    }

    public void SetEnd(Guid uuid, GuestEnd end, string action)
    {
        var act = action switch
        {
            "destroy" => DomainLifecycleAction.Destroy,
            "restart" => DomainLifecycleAction.Restart,
            "rename-restart" => DomainLifecycleAction.RestartRename,
            "preserve" => DomainLifecycleAction.Preserve,
            "coredump-destroy" => DomainLifecycleAction.CoredumpDestroy,
            "coredump-restart" => DomainLifecycleAction.CoredumpRestart,
            _ => throw new HypervisorException(HypervisorError.InvalidArgument, $"Cannot say that {action} follows the {end.ToString().ToLowerInvariant()} of the guest {uuid}: expected destroy, restart, rename-restart, preserve, coredump-destroy or coredump-restart"),
        };
        Act(uuid, HypervisorOperation.SetEndLive, $"say that {action} follows the {end.ToString().ToLowerInvariant()} of", slow: false,
            (_, domain) => domain.SetLifecycleAction((DomainLifecycle)end, act, DomainModificationImpact.Live), protectsControlDomain: false);
    }

    private void Plug(Guid uuid, HypervisorOperation operation, string verb, DomainDevice device, Action<Domain, string> plug)
    {
        ArgumentNullException.ThrowIfNull(device);
        verb = string.Format(CultureInfo.InvariantCulture, verb, device);
        Act(uuid, operation, verb, slow: true, (_, domain) =>
        {
            try
            {
                plug(domain, device.ToXml());
            }
            catch (LibvirtException e) when (Driver == HypervisorDriver.Xen && e.Code is ErrorCode.InternalError or ErrorCode.ConfigUnsupported && domain.IsActive
                && XenHotPlug.Explain(operation, DomainDefinition.Parse(domain.GetXml()), device) is { } why)
            {
                throw LibvirtErrors.Translate($"{verb} the guest {uuid}", e, HypervisorError.InvalidArgument, why);
            }
        }, protectsControlDomain: false);
    }

    public void SetMemory(Guid uuid, ulong kib) => Act(uuid, HypervisorOperation.SetMemoryLive, $"give {kib} KiB of memory to", slow: false,
        (_, domain) => domain.SetMemory(kib, DomainMemoryModFlags.Live), protectsControlDomain: false);

    public void SetNumaNodes(Guid uuid, string? nodes) => Tune(uuid, HypervisorOperation.SetNumaNodesLive, $"put on {(nodes is null ? "all memory nodes" : $"the memory nodes {nodes}")} the memory of",
        (connection, domain) => domain.SetNumaParameters([TypedParameter.String("numa_nodeset", nodes ?? AllNodes(connection))], DomainModificationImpact.Live));

    private static string AllNodes(Connection connection) =>
        string.Join(',', CapabilitiesDefinition.Parse(connection.GetCapabilities()).Cells.Select(c => c.Id).DefaultIfEmpty(0));

    public void SetStatisticsPeriod(Guid uuid, uint seconds)
    {
        if (seconds > int.MaxValue)
            throw new HypervisorException(HypervisorError.InvalidArgument, $"Cannot ask the memory balloon of the guest {uuid} every {seconds} seconds: {int.MaxValue} is the most");
        Tune(uuid, HypervisorOperation.SetStatisticsPeriodLive, seconds == 0 ? "no longer ask the memory balloon of" : $"ask every {seconds} seconds the memory balloon of",
            (_, domain) => domain.SetMemoryStatsPeriod((int)seconds, DomainMemoryModFlags.Live));
    }

    // libvirt calls an invalid operation also what it can do with no guest like this one. One that is off has a wrong state.
    private void Tune(Guid uuid, HypervisorOperation operation, string verb, Action<Connection, Domain> tune) => Act(uuid, operation, verb, slow: false, (connection, domain) =>
    {
        try
        {
            tune(connection, domain);
        }
        catch (LibvirtException e) when (e.Code == ErrorCode.OperationInvalid && domain.IsActive)
        {
            throw LibvirtErrors.Translate($"{verb} the guest {uuid}", e, HypervisorError.NotSupported);
        }
    }, protectsControlDomain: false);

    public void SetProcessors(Guid uuid, uint count)
    {
        if (count is 0 or > int.MaxValue)
            throw new HypervisorException(HypervisorError.InvalidArgument, $"Cannot give {count} processors to the guest {uuid}: it needs at least one");
        Act(uuid, HypervisorOperation.SetProcessorsLive, $"give {count} processors to", slow: false,
            (_, domain) => domain.SetVcpuCount((int)count, DomainVcpuFlags.Live), protectsControlDomain: false);
    }

    public void PinProcessors(Guid uuid, IReadOnlyList<ProcessorSet?> pins)
    {
        ArgumentNullException.ThrowIfNull(pins);
        Act(uuid, HypervisorOperation.PinProcessorsLive, "pin the processors of", slow: false, (connection, domain) =>
        {
            var any = CpuMap.Of(Enumerable.Range(0, connection.GetNodeInfo().MaxCpus));
            // Not every driver has the call with flags; the one without means the running guest too.
            var before = domain.GetVcpuPins(DomainModificationImpact.Live);
            for (var i = 0; i < pins.Count; i++)
            {
                try
                {
                    domain.PinVcpu(i, pins[i] is { } set ? CpuMap.Of(set.Numbers.Select(n => (int)n)) : any);
                }
                catch (LibvirtException)
                {
                    while (--i >= 0)
                        domain.PinVcpu(i, i < before.Length ? before[i] : any);
                    throw;
                }
            }
        }, protectsControlDomain: false);
    }

    // Until another connection is opened, whose daemon may be another.
    private volatile bool _tellsNoSchedulers;

    private SchedulerSettings? ReadScheduler(Guid uuid) => Query($"read the scheduler settings of the guest {uuid}", connection =>
    {
        using var domain = Lookup(connection, uuid);
        return ReadScheduler(domain);
    });

    /// <summary>Of many that run, or ran a moment ago; one that cannot be read is left out.</summary>
    private Dictionary<Guid, SchedulerSettings?> ReadSchedulers(Moment moment, HashSet<Guid> uuids) => Query($"read the scheduler settings of {uuids.Count} guests", connection =>
    {
        var read = new Dictionary<Guid, SchedulerSettings?>();
        var listing = moment.TakeListing(nameof(ReadSchedulers), connection) ?? new(connection, connection.ListAllDomains(ListAllDomainsFlags.Active), []);
        try
        {
            foreach (var uuid in uuids)
            {
                using var domain = listing.Take(uuid)?.Domain;
                try
                {
                    if (domain is not null)
                        read[uuid] = ReadScheduler(domain);
                }
                catch (LibvirtException e) when (!LibvirtErrors.MeansBroken(connection, e))
                {
                    // Whoever asks for this one alone is told.
                }
            }
        }
        finally
        {
            moment.GiveListing(nameof(ReadSchedulers), listing);
        }
        return read;
    });

    private SchedulerSettings? ReadScheduler(Domain domain)
    {
        if (domain.Id is null)
            return null;
        try
        {
            var parameters = domain.GetSchedulerParameters(out var type);
            return SchedulerParameters.Read(type, parameters);
        }
        catch (LibvirtException e) when (e.Code is ErrorCode.NoSupport or ErrorCode.OperationUnsupported)
        {
            // The driver, or QEMU's for a user: no guest of it has one.
            _tellsNoSchedulers = true;
            return null;
        }
        catch (LibvirtException e) when (e.Code is ErrorCode.ConfigUnsupported or ErrorCode.OperationInvalid)
        {
            // Off by now; or QEMU without control groups, which says so in the same way.
            return null;
        }
    }

    public void SetScheduler(Guid uuid, uint? weight, uint? cap)
    {
        if (weight is null && cap is null)
            return;
        Act(uuid, HypervisorOperation.SetSchedulerLive, "set the scheduler of", slow: false, (_, domain) =>
        {
            // Not every driver knows the flag "live", and without it a guest that is off would be redefined.
            if (!domain.IsActive)
                throw new LibvirtException(ErrorCode.OperationInvalid, $"Requested operation is not valid: domain '{domain.Name}' is not running");
            var current = domain.GetSchedulerParameters();
            domain.SetSchedulerParameters(SchedulerParameters.Write(current, weight, cap, domain.Name));
        }, protectsControlDomain: false);
    }
}
