using System.Globalization;
using Xen.Cim.Hypervisor;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>One of the host's processors, counted from 0.</summary>
public sealed record PhysicalProcessor(uint Number);

/// <summary>Xen_HostProcessor: a processor of the host as the hypervisor schedules on it (DSP1044).</summary>
public sealed class HostProcessor(IHypervisor hypervisor) : HostDevice<PhysicalProcessor>(Xen_HostProcessor.Layout, hypervisor)
{
    public override IEnumerable<PhysicalProcessor> Enumerate()
    {
        var count = Hypervisor.GetHost().Processors;
        for (var number = 0u; number < count; number++)
            yield return new PhysicalProcessor(number);
    }

    protected override string IdOf(PhysicalProcessor device) => device.Number.ToString(CultureInfo.InvariantCulture);

    protected override CIM_LogicalDevice DescribeDevice(PhysicalProcessor device) => new Xen_HostProcessor
    {
        ElementName = $"Processor {IdOf(device)}",
        Role = "Central processor",
        Family = CIM_Processor.FamilyValue.Unknown,
        CPUStatus = CIM_Processor.CPUStatusValue.CPU_Enabled,
        NumberOfEnabledCores = 1,
        CurrentClockSpeed = Hypervisor.GetHost().ProcessorMhz is > 0 and var mhz ? mhz : null,
        OperationalStatus = [CIM_ManagedSystemElement.OperationalStatusValue.OK],
    };
}
