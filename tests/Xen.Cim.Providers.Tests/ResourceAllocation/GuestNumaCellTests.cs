using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers.Tests.ResourceAllocation;

/// <summary>The memory nodes that a guest sees: how much memory and which processors each has, and how far they are apart.</summary>
public sealed class GuestNumaCellTests : ProviderTest
{
    private static readonly Guid s_tower = new("7a1c3d52-0000-4000-8000-0000000000ab");

    private const string TowerXml = """
        <domain type='kvm'>
          <name>tower</name>
          <uuid>7a1c3d52-0000-4000-8000-0000000000ab</uuid>
          <memory unit='KiB'>393216</memory>
          <vcpu>4</vcpu>
          <os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type></os>
          <cpu mode='host-model'>
            <numa>
              <cell id='0' cpus='0-1' memory='262144' unit='KiB' memAccess='shared'>
                <distances><sibling id='0' value='10'/><sibling id='1' value='21'/></distances>
                <cache level='1' associativity='direct' policy='writeback'><size value='8' unit='KiB'/><line value='5' unit='B'/></cache>
              </cell>
              <cell id='1' cpus='2-3' memory='131072' unit='KiB' discard='yes'/>
            </numa>
          </cpu>
          <devices/>
        </domain>
        """;

    public GuestNumaCellTests()
    {
        Host.Host = Host.Host with { Driver = HypervisorDriver.Qemu };
        Host.Add(new Guest { Uuid = s_tower, Name = "tower", State = GuestState.Off }, TowerXml, null);
    }

    private DomainDefinition Defined => Host.Definition(s_tower);

    private Xen_MemoryRASD Read() => Setting<Xen_MemoryRASD>(s_tower, "defined", "memory");

    private void Modify(Xen_MemoryRASD settings)
    {
        settings.InstanceID = $"Xen:{s_tower}/defined/memory";
        Assert.Equal(0u, ModifyResources(settings).Return);
    }

    private string Refuse(CimStatus status, Xen_MemoryRASD settings)
    {
        settings.InstanceID = $"Xen:{s_tower}/defined/memory";
        var before = Host.Defined(s_tower);
        var message = Refused(status, () => ModifyResources(settings)).Message;
        Assert.Equal(before, Host.Defined(s_tower));
        return message;
    }

    [Fact]
    public void What_stands_at_the_same_place_is_of_the_same_node()
    {
        var memory = Read();
        Assert.Equal([262144ul, 131072ul], memory.NUMACellMemory!);
        Assert.Equal(["0-1", "2-3"], memory.NUMACellProcessors!);
        Assert.Equal(["shared", ""], memory.NUMACellMemoryAccess!);
        Assert.Equal(["", "yes"], memory.NUMACellDiscards!);
        Assert.Equal(["10,21", ""], memory.NUMACellDistances!);
        var plain = Setting<Xen_MemoryRASD>(Samples.Mail, "defined", "memory");
        Assert.Equal((null, null, null), (plain.NUMACellMemory, plain.NUMACellProcessors, plain.NUMACellDistances));
    }

    [Fact]
    public void One_thing_of_the_nodes_is_changed_and_the_rest_stays()
    {
        Modify(new() { NUMACellProcessors = ["0,2", "1,3"] });
        Modify(new() { NUMACellMemoryAccess = [] });
        Modify(new() { NUMACellDistances = ["10, 31", "31,10"] });
        Assert.Equal([new(262144) { Processors = "0,2", Distances = "10,31" }, new(131072) { Processors = "1,3", Discard = "yes", Distances = "31,10" }], Defined.NumaCells);
        Assert.Contains("associativity=\"direct\"", Host.Defined(s_tower).Replace('\'', '"'), StringComparison.Ordinal);
        // What was read and comes back whole changes nothing.
        var writes = Host.Redefinitions;
        var memory = Read();
        Provider.ModifyInstance(Request, memory.Path!, memory);
        Assert.Equal(writes, Host.Redefinitions);
    }

    [Fact]
    public void There_are_as_many_nodes_as_have_memory()
    {
        Modify(new() { AllocationUnits = "byte * 2^20", NUMACellMemory = [128, 128, 128] });
        Assert.Equal([new(131072) { Processors = "0-1", Access = "shared" }, new(131072) { Processors = "2-3", Discard = "yes" }, new(131072)], Defined.NumaCells);
        // With all else as it was read.
        var memory = Read();
        memory.NUMACellMemory = [393216];
        Provider.ModifyInstance(Request, memory.Path!, memory);
        Assert.Equal([new(393216) { Processors = "0-1", Access = "shared" }], Defined.NumaCells);
        Modify(new() { NUMACellMemory = [] });
        Assert.Empty(Defined.NumaCells);
        Assert.Equal("host-model", Defined.CpuMode);
        Modify(new() { NUMACellMemory = [196608, 196608], NUMACellProcessors = ["0-3", ""] });
        Assert.Equal([new(196608) { Processors = "0-3" }, new(196608)], Defined.NumaCells);
    }

    [Fact]
    public void The_nodes_have_all_of_the_guests_memory_and_no_more()
    {
        Assert.Contains("393216 KiB", Refuse(CimStatus.InvalidParameter, new() { NUMACellMemory = [262144, 262144] }), StringComparison.Ordinal);
        Assert.Contains("Limit", Refuse(CimStatus.InvalidParameter, new() { Limit = 524288 }), StringComparison.Ordinal);
        Refuse(CimStatus.InvalidParameter, new() { NUMACellMemory = [ulong.MaxValue / 2048, ulong.MaxValue / 2048] });
        Modify(new() { Limit = 524288, NUMACellMemory = [262144, 262144] });
        Assert.Equal((524288ul, 2), (Defined.MemoryKiB, Defined.NumaCells.Count));
        // The balloon is nobody's node.
        Modify(new() { VirtualQuantity = 262144 });
        // Modules that can be unplugged are besides.
        Host.Rewrite(s_tower, x => x.Replace("<devices", "<maxMemory slots='4' unit='KiB'>1048576</maxMemory><devices", StringComparison.Ordinal)
            .Replace("<devices/>", "<devices><memory model='dimm'><target><size unit='MiB'>128</size><node>0</node></target></memory></devices>", StringComparison.Ordinal)
            .Replace("<devices />", "<devices><memory model='dimm'><target><size unit='MiB'>128</size><node>0</node></target></memory></devices>", StringComparison.Ordinal));
        Assert.Contains("131072 KiB", Refuse(CimStatus.InvalidParameter, new() { NUMACellMemory = [524288] }), StringComparison.Ordinal);
        Modify(new() { NUMACellMemory = [393216] });
    }

    [Fact]
    public void Nodes_that_cannot_be_are_refused_with_what_can()
    {
        foreach (var (settings, expected) in ((Xen_MemoryRASD, string)[])
            [
                (new() { NUMACellProcessors = ["0-1"] }, "1 entries for 2"), (new() { NUMACellProcessors = ["0-2", "2-3"] }, "processor 2 is at node 0 and at node 1"), (new() { NUMACellProcessors = ["all", ""] }, "such as 0-3"),
                (new() { NUMACellMemoryAccess = ["shared", "public"] }, "shared or private"), (new() { NUMACellDiscards = ["true", ""] }, "yes or no"),
                (new() { NUMACellDistances = ["10,21", "21"] }, "for each of the 2 nodes"), (new() { NUMACellDistances = ["20,10", ""] }, "10,20"), (new() { NUMACellDistances = ["10,256", ""] }, "255"), (new() { NUMACellDistances = ["10,far", ""] }, "10,20"),
            ])
        {
            Assert.Contains(expected, Refuse(CimStatus.InvalidParameter, settings), StringComparison.Ordinal);
        }
        Assert.Contains("0 memory nodes", Refused(CimStatus.InvalidParameter, () => ModifyResources(new Xen_MemoryRASD { InstanceID = $"Xen:{Samples.Mail}/defined/memory", NUMACellProcessors = ["0"] })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Xen_has_nodes_and_no_pages_of_their_own()
    {
        Host.Host = Host.Host with { Driver = HypervisorDriver.Xen };
        var mail = $"Xen:{Samples.Mail}/defined/memory";
        var half = Host.Definition(Samples.Mail).MemoryKiB!.Value / 2;
        Assert.Equal(0u, ModifyResources(new Xen_MemoryRASD { InstanceID = mail, NUMACellMemory = [half, half], NUMACellProcessors = ["0", "1"], NUMACellDistances = ["10,21", "21,10"] }).Return);
        Assert.Equal([new(half) { Processors = "0", Distances = "10,21" }, new(half) { Processors = "1", Distances = "21,10" }], Host.Definition(Samples.Mail).NumaCells);
        Assert.Contains("NUMACellMemoryAccess", Refused(CimStatus.NotSupported, () => ModifyResources(new Xen_MemoryRASD { InstanceID = mail, NUMACellMemoryAccess = ["shared", ""] })).Message, StringComparison.Ordinal);
        Assert.Contains("NUMACellDiscards", Refused(CimStatus.NotSupported, () => ModifyResources(new Xen_MemoryRASD { InstanceID = mail, NUMACellDiscards = ["yes", "yes"] })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_running_guest_keeps_its_nodes()
    {
        Host.SetState(s_tower, GuestState.Running);
        Assert.Contains("next start", Refused(CimStatus.InvalidParameter, () => ModifyResources(new Xen_MemoryRASD { InstanceID = $"Xen:{s_tower}/state/memory", NUMACellMemory = [] })).Message, StringComparison.Ordinal);
        Modify(new() { NUMACellDiscards = [] });
        Assert.Equal((ushort)2, Provider.References(Request, SettingPath("Xen_MemoryRASD", s_tower, "state", "memory"), new AssociationFilter("Xen_ElementSettingData")).Single()["IsCurrent"]);
    }
}
