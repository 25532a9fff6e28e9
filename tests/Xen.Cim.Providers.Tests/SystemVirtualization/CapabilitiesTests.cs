using Xen.Cim.Hypervisor;
using Xen.Cim.Schema;
using Method = Xen.Cim.Schema.Xen_VirtualSystemManagementCapabilities.SynchronousMethodsSupportedValue;

namespace Xen.Cim.Providers.Tests.SystemVirtualization;

/// <summary>No capability claims more than the driver has, or less.</summary>
public sealed class CapabilitiesTests : ProviderTest
{
    private Xen_VirtualSystemManagementCapabilities Management => All("Xen_VirtualSystemManagementCapabilities").Single().As<Xen_VirtualSystemManagementCapabilities>();

    private Xen_EnabledLogicalElementCapabilities States(string kind) =>
        Get<Xen_EnabledLogicalElementCapabilities>(Path("Xen_EnabledLogicalElementCapabilities", ("InstanceID", $"Xen:EnabledLogicalElementCapabilities/{kind}")));

    [Fact]
    public void A_driver_that_can_define_has_all_methods_and_destroying_may_be_a_job()
    {
        Assert.Equal([2, 3, 5, 6, 7, 10], Management.SynchronousMethodsSupported!.Select(m => (int)m).Order());
        Assert.Equal([Xen_VirtualSystemManagementCapabilities.AsynchronousMethodsSupportedValue.DestroySystemSupported], Management.AsynchronousMethodsSupported!);
        Assert.Equal(["DMTF:XEN:PV", "DMTF:XEN:PVH", "DMTF:XEN:HVM"], Management.VirtualSystemTypesSupported!);
        // Of jobs and of guests (Xen_ConcreteJobInstModification, Xen_ComputerSystemInstModification); devices have no state of their own.
        Assert.Equal([3, 4], Management.IndicationsSupported!.Select(i => (int)i));
    }

    [Theory]
    [InlineData(HypervisorOperation.Define, Method.DefineSystemSupported)]
    [InlineData(HypervisorOperation.Define, Method.AddResourcesSupported)]
    [InlineData(HypervisorOperation.Undefine, Method.DestroySystemSupported)]
    public void What_the_driver_has_not_is_not_claimed(HypervisorOperation missing, Method method)
    {
        Host.Missing.Add(missing);
        Assert.DoesNotContain(method, Management.SynchronousMethodsSupported!);
    }

    [Fact]
    public void Names_can_be_edited_where_the_driver_renames()
    {
        Assert.Equal((true, (ushort)247), (Management.ElementNameEditSupported, Management.MaxElementNameLen));
        Assert.Equal((true, (ushort)247), (States("guest").ElementNameEditSupported, States("guest").MaxElementNameLen));
        Assert.Equal((false, null, null), (States("control-domain").ElementNameEditSupported, States("control-domain").MaxElementNameLen, States("control-domain").ElementNameMask));
        Host.Missing.Add(HypervisorOperation.Rename);
        Assert.Equal((false, null), (Management.ElementNameEditSupported, Management.MaxElementNameLen));
        Assert.Equal((false, null), (States("guest").ElementNameEditSupported, States("guest").ElementNameMask));
    }

    [Theory]
    [InlineData(HypervisorDriver.Xen, new ushort[] { 2, 3, 4, 6, 9, 10 }, false)]
    [InlineData(HypervisorDriver.Qemu, new ushort[] { 2, 3, 4, 6, 9, 10, 11 }, true)]
    [InlineData(HypervisorDriver.Test, new ushort[] { 2, 3, 4, 6, 9, 10, 11 }, true)]
    public void Each_driver_offers_what_it_has(HypervisorDriver driver, ushort[] states, bool renames)
    {
        Mock.Setup(h => h.Supports(Moq.It.IsAny<HypervisorOperation>())).Returns((HypervisorOperation o) => DriverTable.Has(driver, o));
        Assert.Equal(states, States("guest").RequestedStatesSupported!.Select(s => (ushort)s));
        Assert.Empty(States("control-domain").RequestedStatesSupported!);
        Assert.Equal(renames, Management.ElementNameEditSupported);
    }
}
