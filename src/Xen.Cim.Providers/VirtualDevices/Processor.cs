using System.Globalization;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>One of a guest's virtual processors, counted from 0.</summary>
public sealed record VirtualProcessor(uint Number);

/// <summary>Xen_Processor: a virtual processor that the guest has now (DSP1044). All of a guest's share one setting.</summary>
public sealed class Processor(IHypervisor hypervisor, VirtualSystemSettingData configurations)
    : VirtualDevice<VirtualProcessor>(Xen_Processor.Layout, configurations)
{
    protected override IEnumerable<(string Id, VirtualProcessor Device)> Devices(DomainDefinition definition)
    {
        var count = definition.CurrentProcessors ?? definition.Processors ?? 1;
        for (var number = 0u; number < count; number++)
            yield return ($"{ProcessorRASD.DeviceId}-{number.ToString(CultureInfo.InvariantCulture)}", new VirtualProcessor(number));
    }

    protected override CIM_LogicalDevice DescribeDevice(DeviceSetting<VirtualProcessor> device, CimRequest request) => new Xen_Processor
    {
        ElementName = $"{device.Configuration.Guest.Name} processor {device.Device.Number}",
        Role = "Virtual processor",
        Family = CIM_Processor.FamilyValue.Unknown,
        CPUStatus = device.Configuration.Guest.IsActive ? CIM_Processor.CPUStatusValue.CPU_Enabled : CIM_Processor.CPUStatusValue.Unknown,
        NumberOfEnabledCores = 1,
        MaxClockSpeed = request.Wants(CIM_Processor.Names.MaxClockSpeed) && hypervisor.GetHost().ProcessorMhz is > 0 and var mhz ? mhz : null,
    };
}
