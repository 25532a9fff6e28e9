using Moq;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers.Tests.ResourceAllocation;

/// <summary>The balloon of the control domain, which has 1 GiB and may have no more.</summary>
public sealed class ControlDomainMemoryTests : ProviderTest
{
    private static readonly string s_memory = $"Xen:{Samples.Dom0}/state/memory";

    [Fact]
    public void Its_memory_is_ballooned()
    {
        Assert.Equal(0u, ModifyResources(new Xen_MemoryRASD { InstanceID = s_memory, VirtualQuantity = 512, VirtualQuantityUnits = "byte * 2^20" }).Return);
        Mock.Verify(h => h.SetMemory(Samples.Dom0, 524288), Times.Once);
        Assert.Equal(0, Host.Redefinitions);
    }

    [Theory]
    [InlineData(262143, "at least")]
    [InlineData(1048577, "dom0_mem")]
    public void Limits_keep_the_host_alive(ulong kib, string reason)
    {
        var error = Refused(CimStatus.InvalidParameter, () => ModifyResources(new Xen_MemoryRASD { InstanceID = s_memory, VirtualQuantity = kib }));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Mock.Verify(h => h.SetMemory(It.IsAny<Guid>(), It.IsAny<ulong>()), Times.Never);
    }

    [Fact]
    public void It_gets_no_more_than_the_host_has_free()
    {
        Host.Add(Host.Guest(Samples.Dom0), Samples.Dom0Xml, Samples.Dom0Xml.Replace("<currentMemory unit='KiB'>1048576<", "<currentMemory unit='KiB'>524288<", StringComparison.Ordinal));
        Host.FreeMemoryKiB = 100_000;
        Assert.Contains("100000 KiB free", Refused(CimStatus.InvalidParameter, () => ModifyResources(new Xen_MemoryRASD { InstanceID = s_memory, VirtualQuantity = 1048576 })).Message, StringComparison.Ordinal);
        Assert.Equal(0u, ModifyResources(new Xen_MemoryRASD { InstanceID = s_memory, VirtualQuantity = 600_000 }).Return);
        Mock.Verify(h => h.SetMemory(Samples.Dom0, 600_000), Times.Once);
    }
}
