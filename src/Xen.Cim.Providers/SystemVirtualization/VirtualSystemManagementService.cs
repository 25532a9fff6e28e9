using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;
using Service = Xen.Cim.Schema.Xen_VirtualSystemManagementService;

namespace Xen.Cim.Providers;

/// <summary>
/// Xen_VirtualSystemManagementService: defines, changes and destroys guests (DSP1042 8.2). Every method does all that it
/// was asked, or nothing.
/// </summary>
public sealed class VirtualSystemManagementService : HostService<Service>
{
    /// <summary>libvirt's VIR_ERR_NO_SUPPORT: its driver does not have the call.</summary>
    private const int NoSuchCall = 3;

    private readonly ComputerSystem _systems;
    private readonly VirtualSystemSettingData _configurations;
    private readonly IHypervisor _hypervisor;
    private readonly IReadOnlyList<IAllocationSetting> _allocations;
    private readonly DefineSystem _define;
    private readonly ComputerSystemSummary _summaries;
    private readonly JobStore _jobs;
    private readonly ProviderOptions _options;

    internal VirtualSystemManagementService(IHypervisor hypervisor, HostComputerSystem host, ComputerSystem systems,
        VirtualSystemSettingData configurations, StartWithHost start, IReadOnlyList<IAllocationSetting> allocations,
        ComputerSystemSummary summaries, JobStore jobs, ProviderOptions options)
        : base(Service.Layout, host)
    {
        (_hypervisor, _systems, _configurations, _allocations) = (hypervisor, systems, configurations, allocations);
        (_summaries, _jobs, _options) = (summaries, jobs, options);
        _define = new DefineSystem(hypervisor, configurations, start, allocations);
        Methods[Service.DefineSystemMethod.Name] = DefineSystem;
        Methods[Service.DestroySystemMethod.Name] = DestroySystem;
        Methods[Service.AddResourceSettingsMethod.Name] = AddResourceSettings;
        Methods[Service.ModifyResourceSettingsMethod.Name] = ModifyResourceSettings;
        Methods[Service.ModifySystemSettingsMethod.Name] = ModifySystemSettings;
        Methods[Service.RemoveResourceSettingsMethod.Name] = RemoveResourceSettings;
        Methods[Service.GetSummaryInformationMethod.Name] = GetSummaryInformation;
    }

    private protected override string Title => "Virtual system management";

    private protected override string Description => $"Manages the guests of {_hypervisor.Uri}";

    private object? DefineSystem(CimRequest request, CimObjectPath path, CimArguments input, CimArguments output)
    {
        Require(path);
        var call = new Service.DefineSystemMethod(input, output);
        var reference = call.ReferenceConfiguration is { } configuration ? _configurations.Resolve(configuration) : null;
        var guest = _define.Define(EmbeddedSettings.ReadOne(call.SystemSettings), EmbeddedSettings.Read(call.ResourceSettings), reference);
        call.ResultingSystem = _systems.PathOf(guest);
        return (uint)Service.DefineSystemMethod.ReturnValue.Completed_with_No_Error;
    }

    private object? DestroySystem(CimRequest request, CimObjectPath path, CimArguments input, CimArguments output)
    {
        Require(path);
        var call = new Service.DestroySystemMethod(input, output);
        var guest = _systems.Resolve(call.AffectedSystem ?? throw Missing("AffectedSystem", "the guest to destroy"));
        ComputerSystem.RefuseControlDomain(guest, "destroyed");
        var job = _jobs.Run(new JobPlan($"Destroy {guest.Name}", guest)
        {
            Owner = JobOwner.Management,
            First = () => _systems.Remove(guest),
        }, _options.InCallWait);
        if (job is null)
            return (uint)Service.DestroySystemMethod.ReturnValue.Completed_with_No_Error;
        call.Job = job;
        return (uint)Service.DestroySystemMethod.ReturnValue.Method_Parameters_Checked___Job_Started;
    }

    private object? AddResourceSettings(CimRequest request, CimObjectPath path, CimArguments input, CimArguments output)
    {
        Require(path);
        var call = new Service.AddResourceSettingsMethod(input, output);
        var configuration = _configurations.Resolve(call.AffectedConfiguration ?? throw Missing("AffectedConfiguration", "the configuration to add to"));
        var changes = Settings(call.ResourceSettings).Select(s => new SettingChange(ClassOf(s), null, SettingAction.Add, s)).ToList();
        if (!Carry(SettingChanges.Of(_hypervisor, configuration, changes)))
            return (uint)Service.AddResourceSettingsMethod.ReturnValue.Not_Supported;
        call.ResultingResourceSettings = changes.Select(c => c.Class.PathOf(configuration, c.ResultingId!)).ToArray();
        return (uint)Service.AddResourceSettingsMethod.ReturnValue.Completed_with_No_Error;
    }

    private object? ModifyResourceSettings(CimRequest request, CimObjectPath path, CimArguments input, CimArguments output)
    {
        Require(path);
        var call = new Service.ModifyResourceSettingsMethod(input, output);
        var changes = Settings(call.ResourceSettings)
            .Select(s => Modified(s, s["InstanceID"] as string ?? throw CimException.InvalidParameter(
                $"A {s.ClassName} has no InstanceID; it says which setting is to be modified, such as Xen:uuid/defined/memory.")))
            .ToList();
        if (!Carry(ByConfiguration(changes)))
            return (uint)Service.ModifyResourceSettingsMethod.ReturnValue.Not_Supported;
        call.ResultingResourceSettings = changes.Select(c => c.Change.Class.PathOf(c.Configuration, c.Change.ResultingId!)).ToArray();
        return (uint)Service.ModifyResourceSettingsMethod.ReturnValue.Completed_with_No_Error;
    }

    private object? ModifySystemSettings(CimRequest request, CimObjectPath path, CimArguments input, CimArguments output)
    {
        Require(path);
        var call = new Service.ModifySystemSettingsMethod(input, output);
        var settings = Providers.DefineSystem.SystemSettings(EmbeddedSettings.ReadOne(call.SystemSettings) ?? throw Missing("SystemSettings", "the settings to change"));
        var id = settings.InstanceID ?? throw CimException.InvalidParameter("SystemSettings has no InstanceID; it says which configuration is to be modified, such as Xen:uuid/defined.");
        var configuration = _configurations.FindById(id) ?? throw new CimException(CimStatus.NotFound, $"There is no configuration \"{id}\".");
        return (uint)(Carry(_configurations.ChangeOf(configuration, settings))
            ? Service.ModifySystemSettingsMethod.ReturnValue.Completed_with_No_Error
            : Service.ModifySystemSettingsMethod.ReturnValue.Not_Supported);
    }

    private object? RemoveResourceSettings(CimRequest request, CimObjectPath path, CimArguments input, CimArguments output)
    {
        Require(path);
        var call = new Service.RemoveResourceSettingsMethod(input, output);
        var references = call.ResourceSettings is { Length: > 0 } given ? given : throw Missing("ResourceSettings", "the settings to remove");
        var changes = references.Select(r => Target(
            _allocations.FirstOrDefault(a => a.Layout.ClassName.Equals(r.ClassName, StringComparison.OrdinalIgnoreCase))
                ?? throw CimException.InvalidParameter($"{r} is no resource setting; expected one of {Known}."),
            IsHere(r) ? r.GetString("InstanceID") ?? throw CimException.InvalidParameter($"{r} has no InstanceID.")
                : throw CimException.InvalidParameter($"{r} is in another namespace than {Namespace}."), SettingAction.Remove, null)).ToList();
        return (uint)(Carry(ByConfiguration(changes))
            ? Service.RemoveResourceSettingsMethod.ReturnValue.Completed_with_No_Error
            : Service.RemoveResourceSettingsMethod.ReturnValue.Not_Supported);
    }

    private object? GetSummaryInformation(CimRequest request, CimObjectPath path, CimArguments input, CimArguments output)
    {
        Require(path);
        var call = new Service.GetSummaryInformationMethod(input, output);
        IEnumerable<Configuration>? chosen = call.SettingData is { Length: > 0 } settings
            ? settings.Select(s => _configurations.StateOf(_configurations.Resolve(s).Guest)).ToList() : null;
        call.SummaryInformation = _summaries.Of(chosen, call.RequestedInformation).ToArray();
        return (uint)Service.GetSummaryInformationMethod.ReturnValue.Completed_with_No_Error;
    }

    private string Known => string.Join(", ", _allocations.Select(a => a.Layout.ClassName));

    private static IReadOnlyList<CimInstance> Settings(CimArgument? argument) =>
        EmbeddedSettings.Read(argument) is { Count: > 0 } settings ? settings : throw Missing("ResourceSettings", "the settings");


    private IAllocationSetting ClassOf(CimInstance settings) => Providers.DefineSystem.ClassOf(_allocations, settings);

    // Which setting is meant its InstanceID says: a class of the standard's need not say again with ResourceType what it is.
    private (Configuration Configuration, SettingChange Change) Modified(CimInstance settings, string id)
    {
        var named = _allocations.Where(a => a.IsCalled(settings.ClassName)).ToList();
        var (configuration, change) = Target(named.Count > 0 ? named[0] : ClassOf(settings), id, SettingAction.Modify, settings);
        if (named.Count == 0 || change.Class.Layout.ClassName.Equals(settings.ClassName, StringComparison.OrdinalIgnoreCase))
            return (configuration, change);
        if (configuration.Definition is null)
            throw new CimException(CimStatus.Failed, $"The configuration of {configuration.Guest.Name} cannot be read: {configuration.Fault}");
        var meant = _allocations.FirstOrDefault(a => a.Has(configuration, change.DeviceId!)) ?? throw new CimException(CimStatus.NotFound, $"There is no resource setting \"{id}\".");
        return named.Contains(meant) ? (configuration, change with { Class = meant })
            : throw CimException.InvalidParameter($"\"{id}\" is a {meant.Layout.ClassName}, which is no {settings.ClassName}.");
    }

    private (Configuration Configuration, SettingChange Change) Target(IAllocationSetting @class, string id, SettingAction action, CimInstance? settings)
    {
        if (!Configuration.TryParseId(id, out var uuid, out var kind, out var device) || device is null)
            throw new CimException(CimStatus.NotFound, $"\"{id}\" is no InstanceID of a resource setting: expected Xen:uuid/state/device or Xen:uuid/defined/device.");
        var configuration = _configurations.Find(uuid, kind)
            ?? throw new CimException(CimStatus.NotFound, $"There is no guest {uuid} with a {kind.ToString().ToLowerInvariant()} configuration.");
        return (configuration, new SettingChange(@class, device, action, settings));
    }

    private Change ByConfiguration(IEnumerable<(Configuration Configuration, SettingChange Change)> changes)
    {
        var steps = new Change();
        foreach (var group in changes.GroupBy(c => c.Configuration.Id))
            steps.Then(SettingChanges.Of(_hypervisor, group.First().Configuration, group.Select(c => c.Change).ToList()));
        return steps;
    }

    /// <summary>False when the hypervisor cannot do it at all: the method's own "Not Supported". What it says of this one change is an error, with its words.</summary>
    private static bool Carry(Change change)
    {
        try
        {
            change.Do();
            return true;
        }
        catch (HypervisorException error) when (error is { Error: HypervisorError.NotSupported, Libvirt: null or (_, NoSuchCall) })
        {
            return false;
        }
    }
}
