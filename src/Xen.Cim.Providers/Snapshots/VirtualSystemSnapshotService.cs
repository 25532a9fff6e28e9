using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;
using Result = Xen.Cim.Schema.Xen_VirtualSystemSnapshotService.CreateSnapshotMethod.ReturnValue;
using Service = Xen.Cim.Schema.Xen_VirtualSystemSnapshotService;

namespace Xen.Cim.Providers;

/// <summary>
/// Xen_VirtualSystemSnapshotService: takes, applies and destroys snapshots of guests (DSP1042). What takes longer than a
/// second goes on as a job; libvirt cannot give it up.
/// </summary>
public sealed class VirtualSystemSnapshotService : HostService<Service>
{
    private readonly IHypervisor _hypervisor;
    private readonly ComputerSystem _systems;
    private readonly SnapshotSettingData _snapshots;
    private readonly VirtualSystemSnapshotCapabilities _capabilities;
    private readonly JobStore _jobs;
    private readonly ProviderOptions _options;

    internal VirtualSystemSnapshotService(IHypervisor hypervisor, HostComputerSystem host, ComputerSystem systems, SnapshotSettingData snapshots,
        VirtualSystemSnapshotCapabilities capabilities, JobStore jobs, ProviderOptions options)
        : base(Service.Layout, host)
    {
        (_hypervisor, _systems, _snapshots, _capabilities, _jobs, _options) = (hypervisor, systems, snapshots, capabilities, jobs, options);
        Methods[Service.CreateSnapshotMethod.Name] = Create;
        Methods[Service.ApplySnapshotMethod.Name] = Apply;
        Methods[Service.DestroySnapshotMethod.Name] = Destroy;
    }

    private protected override string Title => "Virtual system snapshots";

    private protected override string Description => CanServe ? $"Takes snapshots of the guests of {_hypervisor.Uri}" : $"The hypervisor of {_hypervisor.Uri} has no snapshots";

    private protected override bool CanServe => _hypervisor.Supports(HypervisorOperation.Snapshot);

    private object? Create(CimRequest request, CimObjectPath path, CimArguments input, CimArguments output)
    {
        Require(path);
        var call = new Service.CreateSnapshotMethod(input, output);
        if (!CanServe)
            return (uint)Result.Not_Supported;
        var guest = _systems.Resolve(call.AffectedSystem ?? throw Missing("AffectedSystem", "the guest to take a snapshot of"));
        ComputerSystem.RefuseControlDomain(guest, "taken a snapshot of");
        if (call.SnapshotType is { } type && type != Service.CreateSnapshotMethod.SnapshotTypeValue.Full_Snapshot)
            throw MethodRefusal.Of(Result.Invalid_Type, CimStatus.InvalidParameter, $"SnapshotType {(ushort)type} cannot be taken here: expected 2 (Full Snapshot).");
        var wish = SnapshotSettingData.Read(EmbeddedSettings.ReadOne(call.SnapshotSettings));
        if (_capabilities.WhyNot(guest) is { } reason)
            throw CimException.NotSupported($"No snapshot can be taken of {guest.Name}: {reason}.");
        if (IsTakenForANumber(wish.Name))
        {
            throw CimException.InvalidParameter($"ElementName \"{wish.Name}\" is a number, and QEMU numbers the snapshots of a disk itself: it would bring back the one of that number, "
                + "whatever it is called. Give a name with a letter in it.");
        }
        if (_snapshots.Of(guest).Any(s => s.Name == wish.Name))
            throw new CimException(CimStatus.AlreadyExists, $"{guest.Name} has a snapshot {wish.Name} already.");
        var result = Run($"Take the snapshot {wish.Name} of {guest.Name}", guest, wish.Name,
            () => _hypervisor.CreateSnapshot(guest.Uuid, wish.Name, wish.Description), job => call.Job = job, creates: true);
        if (result == Result.Completed_with_No_Error)
            call.ResultingSnapshot = _snapshots.PathOf(new(guest.Uuid, wish.Name));
        return (uint)result;
    }

    private object? Apply(CimRequest request, CimObjectPath path, CimArguments input, CimArguments output)
    {
        Require(path);
        var call = new Service.ApplySnapshotMethod(input, output);
        return Change(call.Snapshot ?? throw Missing("Snapshot", "the snapshot to take its guest back to"), "Apply the snapshot {0} to {1}",
            snapshot =>
            {
                if (IsTakenForANumber(snapshot.Name))
                    throw new HypervisorException(HypervisorError.Failed, $"The snapshot {snapshot.Name} cannot be applied: its name is a number, and QEMU would bring back the one that has this number in the disks");
                _hypervisor.ApplySnapshot(snapshot.Guest, snapshot.Name);
            }, job => call.Job = job);
    }

    // Each snapshot in a qcow2 disk has a number, and QEMU looks for that before it looks for a name (qcow2_snapshot_goto).
    private bool IsTakenForANumber(string name) => _hypervisor.Driver == HypervisorDriver.Qemu && name.All(char.IsAsciiDigit);

    private object? Destroy(CimRequest request, CimObjectPath path, CimArguments input, CimArguments output)
    {
        Require(path);
        var call = new Service.DestroySnapshotMethod(input, output);
        return Change(call.AffectedSnapshot ?? throw Missing("AffectedSnapshot", "the snapshot to destroy"), "Destroy the snapshot {0} of {1}",
            snapshot => _hypervisor.DestroySnapshot(snapshot.Guest, snapshot.Name), job => call.Job = job);
    }

    // The three methods share their return values.
    private object Change(CimObjectPath path, string what, Action<GuestSnapshot> change, Action<CimObjectPath> started)
    {
        if (!CanServe)
            return (uint)Result.Not_Supported;
        if (!path.ClassName.Equals(Xen_SnapshotSettingData.CimName, StringComparison.OrdinalIgnoreCase))
            throw CimException.InvalidParameter($"{path} is not a snapshot: expected {Xen_SnapshotSettingData.CimName}.");
        var snapshot = _snapshots.Require(path);
        var guest = _systems.Of(snapshot.Guest).FirstOrDefault() ?? throw CimException.NotFound(path);
        return (uint)Run(string.Format(System.Globalization.CultureInfo.InvariantCulture, what, snapshot.Name, guest.Name), guest, snapshot.Name, () => change(snapshot), started);
    }

    private Result Run(string name, Guest guest, string snapshot, Action act, Action<CimObjectPath> started, bool creates = false)
    {
        try
        {
            var job = _jobs.Run(new JobPlan(name, guest)
            {
                Owner = JobOwner.Snapshots,
                Snapshot = SnapshotSettingData.IdOf(guest.Uuid, snapshot),
                Creates = creates,
                First = act,
                Percent = () => _hypervisor.ReadJobPercent(guest.Uuid),
            }, _options.InCallWait);
            if (job is null)
                return Result.Completed_with_No_Error;
            started(job);
            return Result.Method_Parameters_Checked___Job_Started;
        }
        catch (HypervisorException error) when (error.Error is HypervisorError.InvalidState)
        {
            throw MethodRefusal.Of(Result.Invalid_State, CimStatus.Failed, $"{error.Message}.");
        }
    }
}
