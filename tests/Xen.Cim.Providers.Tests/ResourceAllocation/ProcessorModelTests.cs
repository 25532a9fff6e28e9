using Moq;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers.Tests.ResourceAllocation;

/// <summary>Which processor a guest sees, what its memory is made of, and where on the host it is.</summary>
public sealed class ProcessorModelTests : ProviderTest
{
    private static readonly Guid s_tower = new("7a1c3d52-0000-4000-8000-0000000000ab");

    private const string TowerXml = """
        <domain type='kvm'>
          <name>tower</name>
          <uuid>7a1c3d52-0000-4000-8000-0000000000ab</uuid>
          <memory unit='KiB'>262144</memory>
          <memoryBacking><hugepages><page size='1048576' unit='KiB'/></hugepages><nosharepages/><locked/><allocation mode='ondemand' threads='4'/></memoryBacking>
          <vcpu>4</vcpu>
          <numatune><memory mode='interleave' nodeset='0-1'/><memnode cellid='0' mode='strict' nodeset='1'/></numatune>
          <os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type></os>
          <cpu mode='custom' match='exact' check='partial'>
            <model fallback='forbid'>Westmere</model>
            <vendor>Intel</vendor>
            <topology sockets='2' cores='2' threads='1'/>
            <cache mode='passthrough'/>
            <feature policy='disable' name='svm'/>
            <feature policy='require' name='vmx'/>
            <numa><cell id='0' cpus='0-3' memory='262144' unit='KiB'/></numa>
          </cpu>
          <devices/>
        </domain>
        """;

    public ProcessorModelTests()
    {
        Host.Host = Host.Host with { Driver = HypervisorDriver.Qemu };
        Host.Add(new Guest { Uuid = s_tower, Name = "tower", State = GuestState.Off }, TowerXml, null);
    }

    private const int OperationInvalid = 55;

    private static string Processor => $"Xen:{s_tower}/defined/processor";

    private static string Memory => $"Xen:{s_tower}/defined/memory";

    private DomainDefinition Defined => Host.Definition(s_tower);

    private Xen_ProcessorRASD Read() => Setting<Xen_ProcessorRASD>(s_tower, "defined", "processor");

    private void Modify(Xen_ProcessorRASD settings)
    {
        settings.InstanceID = Processor;
        Assert.Equal(0u, ModifyResources(settings).Return);
    }

    private string Refuse(CimStatus status, Xen_ProcessorRASD settings)
    {
        settings.InstanceID = Processor;
        var before = Host.Defined(s_tower);
        var message = Refused(status, () => ModifyResources(settings)).Message;
        Assert.Equal(before, Host.Defined(s_tower));
        return message;
    }

    [Fact]
    public void The_processor_reads_as_it_is_defined()
    {
        var processor = Read();
        Assert.Equal(("custom", "Westmere", "forbid", "exact", "partial", "Intel", null),
            (processor.CPUMode, processor.CPUModel, processor.CPUModelFallback, processor.CPUMatch, processor.CPUCheck, processor.CPUVendor, processor.CPUMigratable));
        Assert.Equal(["svm=disable", "vmx=require"], processor.CPUFeatures!);
        Assert.Equal((2u, 1u, 2u, 1u), (processor.Sockets, processor.DiesPerSocket, processor.CoresPerDie, processor.ThreadsPerCore));
        // One without a word about it has none.
        var other = Setting<Xen_ProcessorRASD>(Samples.Mail, "defined", "processor");
        Assert.Equal((null, null, null), (other.CPUMode, other.CPUFeatures, other.Sockets));
    }

    [Fact]
    public void Another_model_keeps_features_topology_and_what_nobody_asked_about()
    {
        var before = Defined.ToXml();
        Modify(new() { CPUModel = "Skylake-Server" });
        Assert.Equal(["-Westmere", "+Skylake-Server"], Differences(before, Host.Defined(s_tower)));
        Modify(new() { CPUFeatures = ["vmx=require", "pcid"] });
        Assert.Equal(["vmx=require", "pcid=require"], Read().CPUFeatures!);
        Assert.Contains("<cache mode=\"passthrough\"", Host.Defined(s_tower), StringComparison.Ordinal);
        Assert.Contains("<cell id=\"0\" cpus=\"0-3\"", Host.Defined(s_tower), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("host-passthrough")]
    [InlineData("host-model")]
    [InlineData("maximum")]
    public void A_mode_of_the_hosts_takes_the_model_along(string mode)
    {
        // Read, changed in one property, and sent back whole.
        var processor = Read();
        processor.CPUMode = mode;
        processor.CPUModelFallback = processor.CPUMatch = processor.CPUCheck = processor.CPUVendor = null;
        Provider.ModifyInstance(Request, processor.Path!, processor);
        processor = Read();
        Assert.Equal((mode, null, null, null), (processor.CPUMode, processor.CPUModel, processor.CPUMatch, processor.CPUVendor));
        Assert.Equal(["svm=disable", "vmx=require"], processor.CPUFeatures!);
        Assert.Equal(2u, processor.Sockets);
        Modify(new() { CPUModel = "qemu64" });
        Assert.Equal(("custom", "qemu64"), (Read().CPUMode, Read().CPUModel));
        Modify(new() { CPUMode = "" });
        Assert.Equal((null, null, null, 2u), (Read().CPUMode, Read().CPUModel, Read().CPUFeatures, Read().Sockets));
    }

    [Fact]
    public void Sockets_cores_and_threads_make_as_many_processors_as_there_are()
    {
        Assert.Contains("8 processors", Refuse(CimStatus.InvalidParameter, new() { Sockets = 4 }), StringComparison.Ordinal);
        Assert.Contains($"{ulong.MaxValue} processors", Refuse(CimStatus.InvalidParameter, new() { Sockets = uint.MaxValue, DiesPerSocket = uint.MaxValue, CoresPerDie = uint.MaxValue, ThreadsPerCore = uint.MaxValue }), StringComparison.Ordinal);
        Assert.Contains("MaximumProcessors", Refuse(CimStatus.InvalidParameter, new() { MaximumProcessors = 8 }), StringComparison.Ordinal);
        Modify(new() { MaximumProcessors = 8, VirtualQuantity = 2, Sockets = 1, CoresPerDie = 4, ThreadsPerCore = 2 });
        Assert.Equal((8u, 2u, new CpuTopology(1, 1, 4, 2)), (Defined.Processors, Defined.CurrentProcessors, Defined.CpuTopology));
        // The attribute is not there unless it says something.
        Assert.DoesNotContain("dies", Host.Defined(s_tower), StringComparison.Ordinal);
        Modify(new() { Sockets = 0 });
        Assert.Null(Defined.CpuTopology);
        Modify(new() { VirtualQuantity = 3 });
        Assert.Equal(3u, Defined.CurrentProcessors);
    }

    [Fact]
    public void What_is_no_processor_is_refused_by_name()
    {
        Assert.Contains("CPUMode", Refuse(CimStatus.InvalidParameter, new() { CPUMode = "fast" }), StringComparison.Ordinal);
        Assert.Contains("CPUModel", Refuse(CimStatus.InvalidParameter, new() { CPUMode = "host-model", CPUModel = "qemu64" }), StringComparison.Ordinal);
        Assert.Contains("policy", Refuse(CimStatus.InvalidParameter, new() { CPUFeatures = ["vmx=never"] }), StringComparison.Ordinal);
        Assert.Contains("2 times", Refuse(CimStatus.InvalidParameter, new() { CPUFeatures = ["vmx", "vmx=disable"] }), StringComparison.Ordinal);
        Assert.Contains("CPUModel", Refused(CimStatus.InvalidParameter, () => ModifyResources(new Xen_ProcessorRASD { InstanceID = $"Xen:{Samples.Mail}/defined/processor", CPUMode = "custom" })).Message, StringComparison.Ordinal);
        Refused(CimStatus.InvalidParameter, () => ModifyResources(new Xen_ProcessorRASD { InstanceID = $"Xen:{Samples.Mail}/defined/processor", CPUFeatures = ["vmx"] }));
    }

    [Fact]
    public void A_cache_and_the_width_of_addresses_are_emulated_or_the_hosts()
    {
        Assert.Equal(("passthrough", null, null, null), (Read().CPUCacheMode, Read().CPUCacheLevel, Read().CPUAddressMode, Read().CPUAddressBits));
        Modify(new() { CPUCacheMode = "emulate", CPUCacheLevel = 3, CPUAddressMode = "emulate", CPUAddressBits = 42 });
        Assert.Equal(("emulate", 3u, "emulate", 42u), (Read().CPUCacheMode, Read().CPUCacheLevel, Read().CPUAddressMode, Read().CPUAddressBits));
        Modify(new() { CPUAddressBits = 40 });
        Assert.Equal(("emulate", 40u), Defined.CpuAddresses);
        Modify(new() { CPUMode = "host-passthrough", CPUCacheMode = "disable", CPUAddressMode = "passthrough" });
        Assert.Equal(("disable", null, "passthrough", null), (Read().CPUCacheMode, Read().CPUCacheLevel, Read().CPUAddressMode, Read().CPUAddressBits));
        // What is passed through goes with the host's processor, though it came along with the whole instance.
        var processor = Read();
        processor.CPUMode = "host-model";
        Provider.ModifyInstance(Request, processor.Path!, processor);
        Assert.Equal(("disable", null), (Read().CPUCacheMode, Read().CPUAddressMode));
        Modify(new() { CPUCacheMode = "", CPUAddressMode = "" });
        Assert.Equal((null, null), (Defined.CpuCache, Defined.CpuAddresses));
    }

    [Fact]
    public void A_cache_or_a_width_that_cannot_be_is_refused_with_what_can()
    {
        foreach (var (settings, expected) in ((Xen_ProcessorRASD, string)[])
            [
                (new() { CPUCacheMode = "large" }, "emulate, passthrough, disable"), (new() { CPUCacheMode = "emulate" }, "needs CPUCacheLevel"), (new() { CPUCacheMode = "emulate", CPUCacheLevel = 4 }, "1 to 3"),
                (new() { CPUCacheLevel = 3 }, "CPUCacheMode emulate"), (new() { CPUCacheMode = "disable", CPUCacheLevel = 3 }, "CPUCacheMode emulate"),
                (new() { CPUAddressMode = "passthrough" }, "host-passthrough or maximum"), (new() { CPUAddressMode = "emulate" }, "such as 42"), (new() { CPUAddressMode = "emulate", CPUAddressBits = 65 }, "1 to 64"),
            ])
        {
            Assert.Contains(expected, Refuse(CimStatus.InvalidParameter, settings), StringComparison.Ordinal);
        }
        Assert.Contains("CPUModel", Refused(CimStatus.InvalidParameter, () => ModifyResources(new Xen_ProcessorRASD { InstanceID = $"Xen:{Samples.Mail}/defined/processor", CPUCacheMode = "disable" })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Xen_passes_the_hosts_processor_on_and_takes_features_away()
    {
        Host.Host = Host.Host with { Driver = HypervisorDriver.Xen };
        var mail = $"Xen:{Samples.Mail}/defined/processor";
        Assert.Equal(0u, ModifyResources(new Xen_ProcessorRASD { InstanceID = mail, CPUMode = "host-passthrough", CPUFeatures = ["svm=disable"] }).Return);
        Assert.Equal("host-passthrough", Host.Definition(Samples.Mail).CpuMode);
        foreach (var settings in (Xen_ProcessorRASD[])[new() { CPUMode = "host-model" }, new() { CPUModel = "qemu64" }, new() { Sockets = 2 }, new() { CPUCheck = "full" }, new() { CPUCacheMode = "disable" }, new() { CPUAddressMode = "emulate", CPUAddressBits = 42 }])
        {
            settings.InstanceID = mail;
            Refused(CimStatus.NotSupported, () => ModifyResources(settings));
        }
        Assert.Contains("HugePages", Refused(CimStatus.NotSupported, () => ModifyResources(new Xen_MemoryRASD { InstanceID = $"Xen:{Samples.Mail}/defined/memory", HugePages = true })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_running_guest_keeps_its_processor_and_its_pages()
    {
        Host.SetState(s_tower, GuestState.Running);
        Assert.Contains("next start", Refused(CimStatus.InvalidParameter, () => ModifyResources(new Xen_ProcessorRASD { InstanceID = $"Xen:{s_tower}/state/processor", CPUModel = "qemu64" })).Message, StringComparison.Ordinal);
        foreach (var settings in (Xen_MemoryRASD[])[new() { NUMANodes = "0" }, new() { NUMAMode = "strict" }, new() { LockedMemory = false }, new() { NUMACells = [] }])
        {
            settings.InstanceID = $"Xen:{s_tower}/state/memory";
            Assert.Contains("next start", Refused(CimStatus.InvalidParameter, () => ModifyResources(settings)).Message, StringComparison.Ordinal);
        }
        Assert.Equal(0u, ModifyResources(new Xen_ProcessorRASD { InstanceID = $"Xen:{s_tower}/state/processor", VirtualQuantity = 4, CPUModel = "Westmere" }).Return);
    }

    [Theory]
    [InlineData("<memory mode='strict' nodeset='0-1'/>", "0-1")]
    [InlineData("<memory mode='restrictive' nodeset='0'/>", "0")]
    [InlineData("", null)]
    public void The_memory_of_a_running_guest_is_bound_to_other_nodes(string tuned, string? before)
    {
        var xml = TowerXml.Replace("<memory mode='interleave' nodeset='0-1'/>", tuned, StringComparison.Ordinal);
        Host.Add(new Guest { Uuid = s_tower, Name = "tower", Id = 7, State = GuestState.Running }, xml, xml);
        var state = $"Xen:{s_tower}/state/memory";
        Assert.Equal(0u, ModifyResources(new Xen_MemoryRASD { InstanceID = state, NUMANodes = "1" }).Return);
        Mock.Verify(h => h.SetNumaNodes(s_tower, "1"), Times.Once);

        // With something else that fails it is where it was.
        Mock.Setup(h => h.SetMemory(s_tower, It.IsAny<ulong>())).Throws(new HypervisorException(HypervisorError.Failed, "the balloon burst"));
        Assert.Contains("the balloon burst", Refused(CimStatus.Failed, () => ModifyResources(new Xen_MemoryRASD { InstanceID = state, NUMANodes = "1", VirtualQuantity = 131072 })).Message, StringComparison.Ordinal);
        Mock.Verify(h => h.SetNumaNodes(s_tower, before), Times.Once);

        Refused(CimStatus.InvalidParameter, () => ModifyResources(new Xen_MemoryRASD { InstanceID = state, NUMAMode = "interleave", NUMANodes = "1" }));
        if (before is not null)
            Assert.Contains(before, Refused(CimStatus.InvalidParameter, () => ModifyResources(new Xen_MemoryRASD { InstanceID = state, NUMAMode = "", NUMANodes = "" })).Message, StringComparison.Ordinal);
        Assert.Equal(0, Host.Redefinitions);
    }

    [Fact]
    public void Nodes_that_the_driver_cannot_change_are_refused_with_its_words()
    {
        var xml = TowerXml.Replace("mode='interleave'", "mode='strict'", StringComparison.Ordinal);
        Host.Add(new Guest { Uuid = s_tower, Name = "tower", Id = 7, State = GuestState.Running }, xml, xml);
        Mock.Setup(h => h.SetNumaNodes(s_tower, "1")).Throws(new HypervisorException(HypervisorError.NotSupported, "cgroup cpuset controller is not mounted") { Libvirt = (10, OperationInvalid) });
        Assert.Contains("cgroup cpuset controller is not mounted", Refused(CimStatus.NotSupported, () => ModifyResources(new Xen_MemoryRASD { InstanceID = $"Xen:{s_tower}/state/memory", NUMANodes = "1" })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<cpu mode='custom' match='exact' check='full'><model fallback='forbid'>Westmere</model><vendor>Intel</vendor><topology sockets='2' cores='2' threads='1'/><cache mode='passthrough'/><feature policy='require' name='x2apic'/><feature policy='disable' name='svm'/><feature policy='require' name='vmx'/></cpu>", 1)]
    [InlineData("<cpu mode='custom' match='exact' check='full'><model>Westmere</model><topology sockets='2' cores='2' threads='1'/><cache mode='passthrough'/><feature policy='disable' name='svm'/></cpu>", 2)]
    [InlineData("<cpu mode='custom' match='exact' check='full'><model>Nehalem</model><topology sockets='2' cores='2' threads='1'/><cache mode='passthrough'/><feature policy='disable' name='svm'/><feature policy='require' name='vmx'/></cpu>", 2)]
    [InlineData("<cpu mode='host-passthrough' check='none'><topology sockets='2' cores='2' threads='1'/><cache mode='passthrough'/><feature policy='disable' name='svm'/><feature policy='require' name='vmx'/></cpu>", 2)]
    public void What_libvirt_makes_of_a_model_at_the_start_is_no_pending_change(string running, int isCurrent)
    {
        var (from, to) = (TowerXml.IndexOf("<cpu", StringComparison.Ordinal), TowerXml.IndexOf("</cpu>", StringComparison.Ordinal) + "</cpu>".Length);
        Host.Add(new Guest { Uuid = s_tower, Name = "tower", Id = 7, State = GuestState.Running }, TowerXml, TowerXml[..from] + running + TowerXml[to..]);
        Assert.Equal((ushort)isCurrent, IsCurrent());
    }

    [Fact]
    public void A_model_like_the_hosts_is_one_of_libvirts_when_the_guest_runs()
    {
        var wish = TowerXml.Replace("mode='custom' match='exact' check='partial'", "mode='host-model' check='partial'", StringComparison.Ordinal).Replace("<model fallback='forbid'>Westmere</model>", "", StringComparison.Ordinal);
        Host.Add(new Guest { Uuid = s_tower, Name = "tower", Id = 7, State = GuestState.Running }, wish, TowerXml);
        Assert.Equal((ushort)1, IsCurrent());
    }

    private object? IsCurrent() => Provider.References(Request, SettingPath("Xen_ProcessorRASD", s_tower, "state", "processor"), new AssociationFilter("Xen_ElementSettingData")).Single()["IsCurrent"];

    [Fact]
    public void A_model_that_the_host_does_not_know_is_refused_with_those_that_it_knows()
    {
        Mock.Setup(h => h.ListProcessorModels("x86_64")).Returns(["Penryn", "Westmere"]);
        var message = Refuse(CimStatus.InvalidParameter, new() { CPUModel = "Pentium9" });
        Assert.Contains("CPUModel \"Pentium9\"", message, StringComparison.Ordinal);
        Assert.Contains("Penryn, Westmere", message, StringComparison.Ordinal);
        Modify(new() { CPUModel = "Penryn" });
        Assert.Equal("Penryn", Defined.CpuModel);
        Refused(CimStatus.InvalidParameter, () => Define(new Xen_VirtualSystemSettingData { ElementName = "made", VirtualSystemType = "DMTF:XEN:HVM" }, new object[] { new Xen_ProcessorRASD { CPUModel = "Pentium9" } }));
        Assert.DoesNotContain(Host.Guests, g => g.Name == "made");
        // Of a guest of another architecture those are meant.
        Host.Rewrite(s_tower, x => x.Replace("x86_64", "aarch64", StringComparison.Ordinal));
        Mock.Setup(h => h.ListProcessorModels("aarch64")).Returns(["cortex-a72"]);
        Assert.Contains("cortex-a72", Refuse(CimStatus.InvalidParameter, new() { CPUModel = "Westmere" }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_feature_that_the_host_does_not_know_is_refused_and_only_new_ones_are_asked_about()
    {
        Mock.Setup(h => h.FindUnknownProcessorFeatures("x86_64", It.IsAny<IReadOnlyList<string>>())).Returns((string _, IReadOnlyList<string> names) => [.. names.Where(n => n is "svm" or "warp")]);
        Assert.Contains("\"warp\"", Refuse(CimStatus.InvalidParameter, new() { CPUFeatures = ["svm=disable", "warp=require"] }), StringComparison.Ordinal);
        Modify(new() { CPUFeatures = ["svm=forbid", "aes=require"] });
        Assert.Equal(["svm", "aes"], Defined.CpuFeatures.Select(f => f.Key));
        Mock.Verify(h => h.FindUnknownProcessorFeatures("x86_64", new[] { "aes" }), Times.Once);
    }

    [Fact]
    public void A_vendor_that_the_host_does_not_know_is_refused()
    {
        Mock.Setup(h => h.IsUnknownProcessorVendor("x86_64", "Cyberdyne")).Returns(true);
        Assert.Contains("CPUVendor \"Cyberdyne\"", Refuse(CimStatus.InvalidParameter, new() { CPUModel = "Penryn", CPUVendor = "Cyberdyne" }), StringComparison.Ordinal);
        Modify(new() { CPUModel = "Penryn", CPUVendor = "Intel" });
        Assert.Equal("Intel", Defined.CpuVendor);
        Mock.Invocations.Clear();
        Modify(new() { CPUVendor = "Intel", CPUCheck = "none" });
        Mock.Verify(h => h.IsUnknownProcessorVendor(It.IsAny<string>(), It.IsAny<string>()), Times.Never);
    }

    [Fact]
    public void Nobody_is_asked_about_a_model_or_a_filter_that_stays()
    {
        var processor = Read();
        processor.CPUFeatures = ["svm=disable"];
        Modify(processor);
        Modify(new() { CPUModel = "", CPUMode = "host-passthrough", CPUVendor = "", CPUModelFallback = "" });
        Mock.Verify(h => h.ListProcessorModels(It.IsAny<string>()), Times.Never);
        Mock.Verify(h => h.FindUnknownProcessorFeatures(It.IsAny<string>(), It.IsAny<IReadOnlyList<string>>()), Times.Never);
        Mock.Verify(h => h.ListNetworkFilters(), Times.Never);
    }

    [Fact]
    public void Pages_and_nodes_that_the_host_does_not_have_are_refused_with_those_that_it_has()
    {
        Host.Host = Host.Host with { PageSizesKiB = [4, 2048], Cells = [new(0, 8 << 20, 4), new(1, 8 << 20, 4)] };
        foreach (var (settings, words) in ((Xen_MemoryRASD, string[])[])
            [
                (new() { HugePageSize = 4096 }, ["HugePageSize 4096", "4, 2048 KiB"]),
                (new() { NUMAMode = "strict", NUMANodes = "0-3" }, ["NUMANodes 0-3", "node 2", "0, 1"]),
                (new() { NUMACells = ["0=strict:5"] }, ["NUMACells 5", "node 5", "0, 1"]),
            ])
        {
            settings.InstanceID = Memory;
            var message = Refused(CimStatus.InvalidParameter, () => ModifyResources(settings)).Message;
            Assert.All(words, w => Assert.Contains(w, message, StringComparison.Ordinal));
        }
        Assert.Equal(0, Host.Redefinitions);
        // What is there and stays is nobody's wish, also when the host has lost it.
        Assert.Equal(0u, ModifyResources(new Xen_MemoryRASD { InstanceID = Memory, HugePageSize = 1048576, MemoryAccess = "shared" }).Return);
        Assert.Equal(0u, ModifyResources(new Xen_MemoryRASD { InstanceID = Memory, HugePageSize = 2048, NUMANodes = "1" }).Return);
        Assert.Equal((2048ul, "1"), (Defined.HugePageKiB, Defined.NumaNodes));
    }

    [Fact]
    public void The_memory_reads_as_it_is_backed_and_bound()
    {
        var memory = Setting<Xen_MemoryRASD>(s_tower, "defined", "memory");
        Assert.Equal((true, 1048576ul, true, false, "ondemand", null), (memory.HugePages, memory.HugePageSize, memory.LockedMemory, memory.SharesSamePages, memory.MemoryAllocation, memory.MemorySource));
        Assert.Equal(("interleave", "0-1", null), (memory.NUMAMode, memory.NUMANodes, memory.NUMAPlacement));
        Assert.Equal(["0=strict:1"], memory.NUMACells!);
        var plain = Setting<Xen_MemoryRASD>(Samples.Mail, "defined", "memory");
        Assert.Equal((false, false, true, null), (plain.HugePages, plain.LockedMemory, plain.SharesSamePages, plain.NUMAMode));
    }

    [Fact]
    public void Backing_and_nodes_are_changed_one_by_one()
    {
        Assert.Equal(0u, ModifyResources(new Xen_MemoryRASD { InstanceID = Memory, MemorySource = "memfd", MemoryAccess = "shared", MemoryAllocation = "", LockedMemory = false, HugePageSize = 2048 }).Return);
        Assert.Equal(("memfd", "shared", null, false, 2048ul), (Defined.MemorySource, Defined.MemoryAccess, Defined.MemoryAllocation, Defined.LockedMemory, Defined.HugePageKiB));
        // How many threads set it aside is nobody's business here, and stays.
        Assert.Contains("threads=\"4\"", Host.Defined(s_tower), StringComparison.Ordinal);
        Assert.Equal(0u, ModifyResources(new Xen_MemoryRASD { InstanceID = Memory, NUMAMode = "strict", NUMANodes = "0", NUMACells = ["0=preferred:0"] }).Return);
        Assert.Equal(("strict", "0"), (Defined.NumaMode, Defined.NumaNodes));
        Assert.Equal([new NumaBinding(0, "preferred", "0")], Defined.NumaBindings);
        Assert.Equal(0u, ModifyResources(new Xen_MemoryRASD { InstanceID = Memory, NUMAMode = "", NUMANodes = "", NUMACells = [], HugePages = false, SharesSamePages = true }).Return);
        Assert.DoesNotContain("numatune", Host.Defined(s_tower), StringComparison.Ordinal);
        Assert.False(Defined.HugePages);
        foreach (var settings in (Xen_MemoryRASD[])[new() { NUMAMode = "somewhere", NUMANodes = "0" }, new() { NUMAMode = "strict" }, new() { NUMACells = ["zero=strict:0"] }, new() { NUMACells = ["0=0"] }, new() { HugePages = false, HugePageSize = 2048 }])
        {
            settings.InstanceID = Memory;
            Refused(CimStatus.InvalidParameter, () => ModifyResources(settings));
        }
    }

    [Fact]
    public void A_new_guest_has_its_processor_and_its_pages_at_once()
    {
        var uuid = Define(new Xen_VirtualSystemSettingData { ElementName = "made", VirtualSystemType = "DMTF:XEN:HVM" },
            new object[] { new Xen_MemoryRASD { VirtualQuantity = 65536, HugePages = true, MemoryAccess = "shared" }, new Xen_ProcessorRASD { VirtualQuantity = 4, CPUModel = "qemu64", Sockets = 2, CoresPerDie = 2 } });
        var definition = Host.Definition(uuid);
        Assert.Equal((true, "shared", 65536ul, "qemu64", new CpuTopology(2, 1, 2, 1)), (definition.HugePages, definition.MemoryAccess, definition.MemoryKiB, definition.CpuModel, definition.CpuTopology));
    }
}
