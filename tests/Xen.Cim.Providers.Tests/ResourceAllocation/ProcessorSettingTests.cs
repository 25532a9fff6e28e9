using Moq;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;
using Mapping = Xen.Cim.Schema.Xen_ProcessorRASD.MappingBehaviorValue;

namespace Xen.Cim.Providers.Tests.ResourceAllocation;

/// <summary>How many processors a guest has and may have, and where they run. The host has eight.</summary>
public sealed class ProcessorSettingTests : ProviderTest
{
    private static readonly string s_state = $"Xen:{Samples.Web}/state/processor";
    private static readonly string s_defined = $"Xen:{Samples.Web}/defined/processor";

    [Fact]
    public void A_running_guest_gets_as_many_processors_as_it_may_have()
    {
        var state = Setting<Xen_ProcessorRASD>(Samples.Web, "state", "processor");
        Assert.Equal((3ul, 4u), (state.VirtualQuantity, state.MaximumProcessors));
        Assert.Equal(0u, ModifyResources(new Xen_ProcessorRASD { InstanceID = s_state, VirtualQuantity = 4 }).Return);
        Mock.Verify(h => h.SetProcessors(Samples.Web, 4), Times.Once);
        foreach (var settings in (Xen_ProcessorRASD[])[
            new() { InstanceID = s_state, VirtualQuantity = 5 },
            new() { InstanceID = s_state, MaximumProcessors = 6 },
            new() { InstanceID = s_state, MaximumProcessors = 3 }])
        {
            Assert.Contains("at most 4 processors", Refused(CimStatus.InvalidParameter, () => ModifyResources(settings)).Message, StringComparison.Ordinal);
        }
        Mock.Verify(h => h.SetProcessors(It.IsAny<Guid>(), It.IsAny<uint>()), Times.Once);
        Mock.Verify(h => h.PinProcessors(It.IsAny<Guid>(), It.IsAny<IReadOnlyList<ProcessorSet?>>()), Times.Never);
    }

    // Number and maximum asked for, and those that the definition of 2 processors out of 4 has then.
    [Theory]
    [InlineData(null, 6u, 2u, 6u)]
    [InlineData(null, 1u, 1u, 1u)]
    [InlineData(3ul, null, 3u, 4u)]
    [InlineData(6ul, null, 6u, 6u)]
    [InlineData(1ul, 8u, 1u, 8u)]
    [InlineData(4ul, 4u, 4u, 4u)]
    public void Number_and_maximum_are_defined_one_by_one_or_together(ulong? count, uint? maximum, uint expectedCount, uint expectedMaximum)
    {
        Assert.Equal(0u, ModifyResources(new Xen_ProcessorRASD { InstanceID = s_defined, VirtualQuantity = count, MaximumProcessors = maximum }).Return);
        var definition = Host.Definition(Samples.Web);
        Assert.Equal((expectedCount, expectedMaximum), (definition.CurrentProcessors, definition.Processors));
    }

    [Theory]
    [InlineData(3ul, 2u)]
    [InlineData(0ul, null)]
    [InlineData(null, 0u)]
    [InlineData(129ul, null)]
    [InlineData(null, 129u)]
    [InlineData(ulong.MaxValue, null)]
    public void Numbers_that_cannot_be_are_refused(ulong? count, uint? maximum)
    {
        Refused(CimStatus.InvalidParameter, () => ModifyResources(new Xen_ProcessorRASD { InstanceID = s_defined, VirtualQuantity = count, MaximumProcessors = maximum }));
        Assert.Equal(0, Host.Redefinitions);
    }

    [Fact]
    public void A_new_guest_may_have_processors_in_reserve()
    {
        var uuid = Define(new Xen_VirtualSystemSettingData { ElementName = "reserve" }, new object[] { new Xen_ProcessorRASD { VirtualQuantity = 1, MaximumProcessors = 3, HostResource = ["4-5"] } });
        var definition = Host.Definition(uuid);
        Assert.Equal((1u, 3u, "4-5"), (definition.CurrentProcessors, definition.Processors, definition.CpuSet));
    }

    [Theory]
    [InlineData("2", "2")]
    [InlineData("1-3", "1-3")]
    [InlineData("5,1", "1,5")]
    [InlineData("root/virt:Xen_HostProcessor.CreationClassName=\"Xen_HostProcessor\",DeviceID=\"cpu3\"", "3")]
    [InlineData("Xen_HostProcessor.DeviceID=\"7\"", "7")]
    public void Processors_are_pinned_in_the_definition_and_read_back(string resource, string expected)
    {
        Assert.Equal(0u, ModifyResources(new Xen_ProcessorRASD { InstanceID = s_defined, HostResource = [resource], MappingBehavior = Mapping.Hard_Affinity }).Return);
        Assert.Equal(expected, Host.Definition(Samples.Web).CpuSet);
        var defined = Setting<Xen_ProcessorRASD>(Samples.Web, "defined", "processor");
        Assert.Equal(ProcessorSet.Parse(expected)!.Numbers.Select(n => $"{n}"), Numbers(defined));
        Assert.Equal(Mapping.Hard_Affinity, defined.MappingBehavior);
        Assert.Null(Setting<Xen_ProcessorRASD>(Samples.Web, "state", "processor").HostResource);

        // The same once more changes nothing, whoever wrote it.
        Assert.Equal(0u, ModifyResources(defined).Return);
        Assert.Equal(1, Host.Redefinitions);
        Mock.Verify(h => h.PinProcessors(It.IsAny<Guid>(), It.IsAny<IReadOnlyList<ProcessorSet?>>()), Times.Never);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0-7")]
    public void An_empty_list_or_all_processors_take_the_pins_away(string resource)
    {
        Pin(Samples.WebXml, "<vcpupin vcpu='0' cpuset='1'/><vcpupin vcpu='1' cpuset='3'/>");
        Assert.Equal(["1", "3"], Numbers(Setting<Xen_ProcessorRASD>(Samples.Web, "defined", "processor")));
        Assert.Equal(0u, ModifyResources(new Xen_ProcessorRASD { InstanceID = s_defined, HostResource = resource.Length == 0 ? [] : [resource] }).Return);
        Assert.DoesNotContain("vcpupin", Host.Defined(Samples.Web), StringComparison.Ordinal);
        Assert.Contains("<shares>512</shares>", Host.Defined(Samples.Web), StringComparison.Ordinal);
        var defined = Setting<Xen_ProcessorRASD>(Samples.Web, "defined", "processor");
        Assert.Equal((null, null), (defined.HostResource, defined.MappingBehavior));
    }

    [Fact]
    public void A_processor_that_runs_anywhere_reads_as_not_pinned()
    {
        Pin(Samples.WebXml, "<vcpupin vcpu='0' cpuset='1'/>");
        Assert.Null(Setting<Xen_ProcessorRASD>(Samples.Web, "defined", "processor").HostResource);
        Pin(Samples.WebXml, "<vcpupin vcpu='0' cpuset='0-7'/><vcpupin vcpu='1' cpuset='0-7'/>");
        Assert.Null(Setting<Xen_ProcessorRASD>(Samples.Web, "defined", "processor").MappingBehavior);
    }

    [Theory]
    [InlineData("8")]
    [InlineData("6-9")]
    [InlineData("3-1")]
    [InlineData("all")]
    [InlineData("-1")]
    [InlineData("4294967296")]
    [InlineData("Xen_HostProcessor.DeviceID=\"cpu\"")]
    [InlineData("Xen_HostProcessor.DeviceID=")]
    public void What_is_no_processor_of_the_host_is_refused(string resource)
    {
        var error = Refused(CimStatus.InvalidParameter, () => ModifyResources(new Xen_ProcessorRASD { InstanceID = s_defined, HostResource = [resource] }));
        Assert.Contains(resource, error.Message, StringComparison.Ordinal);
        Assert.Equal(0, Host.Redefinitions);
    }

    [Theory]
    [InlineData(Mapping.Dedicated)]
    [InlineData(Mapping.Soft_Affinity)]
    [InlineData(Mapping.Not_Supported)]
    public void Only_hard_affinity_can_be_had(Mapping mapping) =>
        Refused(CimStatus.InvalidParameter, () => ModifyResources(new Xen_ProcessorRASD { InstanceID = s_defined, HostResource = ["1"], MappingBehavior = mapping }));

    [Fact]
    public void Hard_affinity_needs_to_know_what_to() =>
        Refused(CimStatus.InvalidParameter, () => ModifyResources(new Xen_ProcessorRASD { InstanceID = s_defined, MappingBehavior = Mapping.Hard_Affinity }));

    [Fact]
    public void A_running_guest_is_pinned_and_set_free()
    {
        Assert.Equal(0u, ModifyResources(new Xen_ProcessorRASD { InstanceID = s_state, HostResource = ["2", "3"] }).Return);
        Pinned("2-3", "2-3", "2-3");
        Pin(Samples.WebXml, "", Samples.WebRunningXml, "<vcpupin vcpu='0' cpuset='2'/><vcpupin vcpu='1' cpuset='3'/><vcpupin vcpu='2' cpuset='3'/>");
        Assert.Equal(["2", "3"], Numbers(Setting<Xen_ProcessorRASD>(Samples.Web, "state", "processor")));
        Assert.Equal(0u, ModifyResources(new Xen_ProcessorRASD { InstanceID = s_state, HostResource = [] }).Return);
        Pinned(null, null, null);
        Assert.Equal(0, Host.Redefinitions);
    }

    [Fact]
    public void A_processor_that_is_added_is_pinned_where_the_others_are()
    {
        Pin(Samples.WebXml, "", Samples.WebRunningXml, "<vcpupin vcpu='0' cpuset='2'/><vcpupin vcpu='1' cpuset='3'/><vcpupin vcpu='2' cpuset='3'/>");
        Assert.Equal(0u, ModifyResources(new Xen_ProcessorRASD { InstanceID = s_state, VirtualQuantity = 4 }).Return);
        Mock.Verify(h => h.SetProcessors(Samples.Web, 4), Times.Once);
        Pinned("2", "3", "3", "2-3");
    }

    [Fact]
    public void A_pin_that_fails_takes_the_added_processor_back()
    {
        Mock.Setup(h => h.PinProcessors(Samples.Web, It.Is<IReadOnlyList<ProcessorSet?>>(p => p[0] != null))).Throws(new HypervisorException(HypervisorError.InvalidState, "cpu affinity is not supported"));
        var error = Refused(CimStatus.Failed, () => ModifyResources(new Xen_ProcessorRASD { InstanceID = s_state, VirtualQuantity = 4, HostResource = ["1"] }));
        Assert.Contains("cpu affinity", error.Message, StringComparison.Ordinal);
        Mock.Verify(h => h.SetProcessors(Samples.Web, 3), Times.Once);
    }

    private void Pinned(params string?[] sets) =>
        Mock.Verify(h => h.PinProcessors(Samples.Web, It.Is<IReadOnlyList<ProcessorSet?>>(p => p.Select(s => s == null ? null : s.ToString()).SequenceEqual(sets))), Times.Once);

    private void Pin(string defined, string definedPins, string? state = null, string statePins = "")
    {
        static string With(string xml, string pins) => xml.Replace("<shares>512</shares>", "<shares>512</shares>" + pins, StringComparison.Ordinal);
        Host.Add(Host.Guest(Samples.Web), With(defined, definedPins), With(state ?? Samples.WebRunningXml, statePins));
    }

    /// <summary>Each entry leads to a processor of the host.</summary>
    private IEnumerable<string> Numbers(Xen_ProcessorRASD setting) =>
        setting.HostResource!.Select(r => (string)Get(CimObjectPath.Parse(r!).WithNamespace("root/virt"))["DeviceID"]!);
}
