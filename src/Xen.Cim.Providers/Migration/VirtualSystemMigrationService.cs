using Microsoft.Extensions.Logging;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;
using Service = Xen.Cim.Schema.Xen_VirtualSystemMigrationService;

namespace Xen.Cim.Providers;

/// <summary>
/// Xen_VirtualSystemMigrationService: moves guests to other hosts (DSP1081). A migration is always a job; what can be told
/// without asking the new host is told at once, all else by the job. The checks never start one.
/// </summary>
public sealed class VirtualSystemMigrationService : HostService<Service>
{
    private readonly IHypervisor _hypervisor;
    private readonly ComputerSystem _systems;
    private readonly NewSettings _newSettings;
    private readonly MigrationJobs _jobs;
    private readonly ILogger _logger;

    internal VirtualSystemMigrationService(IHypervisor hypervisor, HostComputerSystem host, ComputerSystem systems, NewSettings newSettings, MigrationJobs jobs, ILogger logger)
        : base(Service.Layout, host)
    {
        (_hypervisor, _systems, _newSettings, _jobs, _logger) = (hypervisor, systems, newSettings, jobs, logger);
        Methods[Service.MigrateVirtualSystemToHostMethod.Name] = MigrateToHost;
        Methods[Service.MigrateVirtualSystemToSystemMethod.Name] = MigrateToSystem;
        Methods[Service.CheckVirtualSystemIsMigratableToHostMethod.Name] = CheckToHost;
        Methods[Service.CheckVirtualSystemIsMigratableToSystemMethod.Name] = CheckToSystem;
    }

    private protected override string Title => "Virtual system migration";

    private protected override string Description => CanServe ? $"Moves guests of {_hypervisor.Uri} to other hosts" : $"The hypervisor of {_hypervisor.Uri} cannot move guests";

    private protected override bool CanServe => _hypervisor.Supports(HypervisorOperation.Migrate);

    private object? MigrateToHost(CimRequest request, CimObjectPath path, CimArguments input, CimArguments output)
    {
        Require(path);
        var call = new Service.MigrateVirtualSystemToHostMethod(input, output);
        return Migrate(call.ComputerSystem, () => Host(call.DestinationHost), call.MigrationSettingData, call.NewSystemSettingData, call.NewResourceSettingData, job => call.Job = job);
    }

    private object? MigrateToSystem(CimRequest request, CimObjectPath path, CimArguments input, CimArguments output)
    {
        Require(path);
        var call = new Service.MigrateVirtualSystemToSystemMethod(input, output);
        return Migrate(call.ComputerSystem, () => Host(call.DestinationSystem), call.MigrationSettingData, call.NewSystemSettingData, call.NewResourceSettingData, job => call.Job = job);
    }

    private object? CheckToHost(CimRequest request, CimObjectPath path, CimArguments input, CimArguments output)
    {
        Require(path);
        var call = new Service.CheckVirtualSystemIsMigratableToHostMethod(input, output);
        return Check(call.ComputerSystem, () => Host(call.DestinationHost), call.MigrationSettingData, call.NewSystemSettingData, call.NewResourceSettingData, can => call.IsMigratable = can);
    }

    private object? CheckToSystem(CimRequest request, CimObjectPath path, CimArguments input, CimArguments output)
    {
        Require(path);
        var call = new Service.CheckVirtualSystemIsMigratableToSystemMethod(input, output);
        return Check(call.ComputerSystem, () => Host(call.DestinationSystem), call.MigrationSettingData, call.NewSystemSettingData, call.NewResourceSettingData, can => call.IsMigratable = can);
    }

    // The four methods share their return values.
    private object Migrate(CimObjectPath? system, Func<string> destination, CimArgument? settings, CimArgument? newSystem, CimArgument? newResources, Action<CimObjectPath> started)
    {
        if (!CanServe)
            return (uint)Service.MigrateVirtualSystemToHostMethod.ReturnValue.Not_Supported;
        var (guest, wish) = Wish(system, destination, settings, newSystem, newResources);
        // The new host is asked by the job: a host that is silent for a while is no reason to keep the client waiting.
        var obstacles = _hypervisor.FindMigrationObstacles(wish, askDestination: false);
        if (_jobs.IsUnderWay(guest.Uuid))
            obstacles = [new(MigrationObstacleKind.State, $"{guest.Name} is being migrated already")];
        if (obstacles.Count == 0)
        {
            started(_jobs.Start(guest, wish));
            return (uint)Service.MigrateVirtualSystemToHostMethod.ReturnValue.Method_Parameters_Checked___Job_Started;
        }
        var why = $"{guest.Name} cannot be migrated to {wish.Destination}: {string.Join("; ", obstacles.Select(o => o.Reason))}.";
        throw obstacles.Any(o => o.Kind == MigrationObstacleKind.State)
            ? MethodRefusal.Of(Service.MigrateVirtualSystemToHostMethod.ReturnValue.Invalid_State, CimStatus.Failed, why)
            : MethodRefusal.Of(Service.MigrateVirtualSystemToHostMethod.ReturnValue.Incompatible_Parameters, CimStatus.InvalidParameter, why);
    }

    private object Check(CimObjectPath? system, Func<string> destination, CimArgument? settings, CimArgument? newSystem, CimArgument? newResources, Action<bool> answer)
    {
        if (!CanServe)
            return (uint)Service.CheckVirtualSystemIsMigratableToHostMethod.ReturnValue.Not_Supported;
        var (guest, wish) = Wish(system, destination, settings, newSystem, newResources);
        var obstacles = _hypervisor.FindMigrationObstacles(wish, askDestination: true);
        Log(guest, wish, obstacles);
        answer(obstacles.Count == 0);
        return (uint)Service.CheckVirtualSystemIsMigratableToHostMethod.ReturnValue.Completed_with_No_Error;
    }

    private (Guest Guest, MigrationRequest Wish) Wish(CimObjectPath? system, Func<string> destination, CimArgument? settings, CimArgument? newSystem, CimArgument? newResources)
    {
        var guest = _systems.Resolve(system ?? throw Missing("ComputerSystem", "the guest to migrate"));
        var wish = VirtualSystemMigrationSettingData.Apply(new MigrationRequest(guest.Uuid, destination()), EmbeddedSettings.ReadOne(settings));
        return (guest, wish with { Changes = _newSettings.Read(guest, EmbeddedSettings.ReadOne(newSystem), EmbeddedSettings.Read(newResources)) });
    }

    private static string Host(string? name) =>
        name is { Length: > 0 } ? name : throw Missing("DestinationHost", "the name or address of the host to migrate to");

    // The name of a host system is its host name, here and there.
    private static string Host(CimObjectPath? system) =>
        (system ?? throw Missing("DestinationSystem", "the host to migrate to")).GetString(Xen_HostComputerSystem.Names.Name) is { Length: > 0 } name ? name
            : throw CimException.InvalidParameter($"{system} has no key Name; it is the host name to migrate to.");

    // A check has no parameter for the reason; MigrateVirtualSystemToHost, or its job, tells it.
    private void Log(Guest guest, MigrationRequest wish, IReadOnlyList<MigrationObstacle> obstacles)
    {
        foreach (var obstacle in obstacles)
            _logger.LogWarning("{Guest} cannot be migrated to {Destination}: {Reason}", guest.Name, wish.Destination, obstacle.Reason);
    }
}
