using Xen.Cim.Hypervisor;
using Xen.Cim.Model;

namespace Xen.Cim.Providers;

internal enum SettingAction
{
    Add,
    Modify,
    Remove,
}

/// <summary>One thing to do to one resource of a configuration. A device that is to be added has no id yet.</summary>
internal sealed record SettingChange(IAllocationSetting Class, string? DeviceId, SettingAction Action, CimInstance? Settings)
{
    /// <summary>The id of the device after the change was applied.</summary>
    public string? ResultingId { get; private set; } = DeviceId;

    public CimInstance? Settings { get; private set; } = Settings;

    /// <summary>The step that has to be taken before the change can be applied, or null.</summary>
    public Change? Prepare(string guest, ISet<string> planned)
    {
        if (Action != SettingAction.Add || Class.Prepare(Settings!, guest, planned) is not { } prepared)
            return null;
        Settings = prepared.Settings;
        return prepared.Before;
    }

    public void Apply(DomainDefinition definition)
    {
        switch (Action)
        {
            case SettingAction.Add:
                ResultingId = Class.Add(definition, Settings!);
                break;
            case SettingAction.Modify:
                ResultingId = Class.Modify(definition, DeviceId!, Settings!);
                break;
            default:
                Class.Remove(definition, DeviceId!);
                break;
        }
    }
}

/// <summary>Changes to the resources of one configuration as one step that succeeds whole or not at all.</summary>
internal static class SettingChanges
{
    public static Change Of(IHypervisor hypervisor, Configuration configuration, IReadOnlyList<SettingChange> changes)
    {
        foreach (var change in changes.Where(c => c.Action == SettingAction.Modify))
            change.Class.RefuseFixed(configuration, change.DeviceId!, change.Settings!);
        var planned = new HashSet<string>(StringComparer.Ordinal);
        var before = changes.Select(c => c.Prepare(configuration.Guest.Name, planned)).OfType<Change>().ToList();
        return before.Count == 0 ? Steps(hypervisor, configuration, changes)
            : before.Aggregate(new Change(), (all, step) => all.Then(step)).Then(Change.Later(() => Steps(hypervisor, configuration, changes)));
    }

    private static Change Steps(IHypervisor hypervisor, Configuration configuration, IReadOnlyList<SettingChange> changes)
    {
        // The state of a guest that is off is its definition.
        if (configuration.Kind == ConfigurationKind.Defined || !configuration.Guest.IsActive)
        {
            if (!configuration.Guest.IsPersistent)
                throw CimException.NotSupported($"{configuration.Guest.Name} is transient: it has no next start to configure.");
            return Change.OfDefinition(hypervisor, configuration.Guest, definition =>
            {
                foreach (var change in changes)
                    change.Apply(definition);
            });
        }
        var steps = new Change();
        var from = configuration.Definition
            ?? throw new CimException(CimStatus.Failed, $"The configuration of {configuration.Guest.Name} cannot be read: {configuration.Fault}");
        foreach (var change in changes)
        {
            from = change.Class.InForce(configuration.Guest, from);
            var to = from.Clone();
            change.Apply(to);
            steps.Then(change.Class.Live(configuration.Guest, from, to, change.DeviceId ?? change.ResultingId!, change.ResultingId!));
            from = to;
        }
        return steps;
    }
}
