using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>A RASD class of DSP1059: each setting stands for one whole device, counted in the pool of its kind.</summary>
public abstract class GenericDeviceSetting<TDevice, TSettings> : PluggableSetting<TDevice, TSettings>
    where TDevice : DomainDevice
    where TSettings : CIM_ResourceAllocationSettingData, new()
{
    /// <param name="kinds">What the devices are counted as: in one pool, or each in that of <see cref="PooledAs"/>.</param>
    protected GenericDeviceSetting(CimLayout layout, IHypervisor hypervisor, VirtualSystemSettingData configurations, params GenericDeviceKind[] kinds)
        : base(layout, hypervisor, configurations, [.. (kinds ?? []).Select(k => k.ResourceType)])
    {
        ArgumentNullException.ThrowIfNull(kinds);
        Kinds = kinds;
    }

    internal IReadOnlyList<GenericDeviceKind> Kinds { get; }

    /// <summary>The kind of one of the devices.</summary>
    internal virtual GenericDeviceKind PooledAs(TDevice device) => Kinds[0];

    /// <summary>What a ResourceType of Other is; null for all others.</summary>
    internal virtual string? OtherTypeOf(TDevice device) => PooledAs(device).OtherType;

    private protected sealed override TSettings Describe(DomainDefinition definition, TDevice device)
    {
        var kind = PooledAs(device);
        var instance = DescribeDevice(definition, device);
        instance.ElementName = $"{definition.Name} {device.DeviceId}";
        instance.ResourceType = (CIM_ResourceAllocationSettingData.ResourceTypeValue)kind.ResourceType;
        instance.OtherResourceType = OtherTypeOf(device);
        instance.PoolID = kind.PoolId;
        instance.ConsumerVisibility ??= CIM_ResourceAllocationSettingData.ConsumerVisibilityValue.Virtualized;
        instance.VirtualQuantity = 1;
        instance.VirtualQuantityUnits = "count";
        instance.AllocationUnits = "count";
        instance.AutomaticAllocation = true;
        instance.AutomaticDeallocation = true;
        return instance;
    }

    protected sealed override IEnumerable<(string Id, TDevice Device)> Devices(DomainDefinition definition) => Of(definition).Select(d => (d.DeviceId, d));

    protected abstract IEnumerable<TDevice> Of(DomainDefinition definition);

    /// <summary>What is the class's own; what all have is set by the caller.</summary>
    protected abstract TSettings DescribeDevice(DomainDefinition definition, TDevice device);

    /// <summary>What names the device stays: another one takes its place by removing and adding.</summary>
    /// <exception cref="CimException">NOT_SUPPORTED.</exception>
    private protected static void RefuseChange(string property, string? given, string? there)
    {
        if (given is not null && given != (there ?? ""))
            throw CimException.NotSupported($"{property} is \"{there}\" and cannot become \"{given}\"; remove the resource and add another.");
    }

    /// <exception cref="CimException">INVALID_PARAMETER.</exception>
    private protected static string OneOf(string property, string value, params ReadOnlySpan<string> known) => known.Contains(value)
        ? value : throw CimException.InvalidParameter($"{property} \"{value}\" cannot be had; expected one of {string.Join(", ", known!)}.");
}
