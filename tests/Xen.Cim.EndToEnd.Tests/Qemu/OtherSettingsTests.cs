using System.Xml.Linq;
using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.Qemu;

/// <summary>Settings that only QEMU takes in and carries out: processor, devices without classes of their own, names, and what follows a crash.</summary>
public sealed class OtherSettingsTests(QemuHostFixture host) : IClassFixture<QemuHostFixture>
{
    private Libvirtd Libvirtd => host.Libvirtd;

    private Wbemcli Wbemcli => host.Wbemcli;

    private XElement Xml(string uuid, params string[] options) => XElement.Parse(Libvirtd.Virsh(["dumpxml", .. options, uuid]));

    [Fact]
    public void A_guest_gets_its_processor_and_its_devices_and_starts_with_them()
    {
        _ = Libvirtd;
        var uuid = Wbemcli.Define("""instance of Xen_VirtualSystemSettingData { ElementName = "tower"; Machine = "q35"; OnCrash = "destroy"; };""", """
            instance of Xen_MemoryRASD { VirtualQuantity = 49152; MemorySource = "memfd"; MemoryAccess = "shared"; SharesSamePages = false; NUMACellMemory = {49152}; NUMACellProcessors = {"0-1"}; };
            instance of Xen_ProcessorRASD { VirtualQuantity = 2; CPUModel = "qemu64"; CPUFeatures = {"svm=disable"}; Sockets = 1; CoresPerDie = 2; CPUCacheMode = "emulate"; CPUCacheLevel = 3; CPUAddressMode = "emulate"; CPUAddressBits = 40; };
            instance of Xen_OtherDeviceRASD { OtherResourceType = "watchdog"; WatchdogAction = "pause"; };
            instance of Xen_OtherDeviceRASD { OtherResourceType = "rng"; HostDevice = "/dev/urandom"; RateBytes = 1024; RatePeriod = 2000; };
            instance of Xen_OtherDeviceRASD { OtherResourceType = "memballoon"; StatisticsPeriod = 10; };
            instance of Xen_ControllerRASD { ControllerType = "virtio-serial"; Parameters = {"@ports=8"}; };
            instance of Xen_ControllerRASD { ResourceSubType = "pcie-root-port"; };
            """);
        var xml = Xml(uuid, "--inactive");
        Assert.Equal(("qemu64", "2", "disable"), ((string?)xml.Element("cpu")!.Element("model"), (string?)xml.Element("cpu")!.Element("topology")!.Attribute("cores"), (string?)xml.Element("cpu")!.Element("feature")!.Attribute("policy")));
        Assert.Equal(("memfd", "shared"), ((string?)xml.Element("memoryBacking")!.Element("source")!.Attribute("type"), (string?)xml.Element("memoryBacking")!.Element("access")!.Attribute("mode")));
        Assert.Equal(("3", "40"), ((string?)xml.Element("cpu")!.Element("cache")!.Attribute("level"), (string?)xml.Element("cpu")!.Element("maxphysaddr")!.Attribute("bits")));
        Assert.Equal(new[] { ("0-1", "49152") }, xml.Element("cpu")!.Element("numa")!.Elements("cell").Select(c => ((string)c.Attribute("cpus")!, (string)c.Attribute("memory")!)));
        var dog = Wbemcli.Get(Guests.SettingPath("Xen_OtherDeviceRASD", $"Xen:{uuid}/defined/watchdog"));
        Assert.Equal(("1", "watchdog", "pause"), (dog["ResourceType"], dog["OtherResourceType"], dog["WatchdogAction"]));
        // libvirt has plugged it into a bus that it made for it.
        Assert.Equal("controller", Wbemcli.Get(Guests.SettingPath("Xen_ControllerRASD", dog["Parent"]))["OtherResourceType"]);

        // What libvirt refuses is refused with its words, and all is as it was.
        var before = xml.ToString();
        foreach (var (change, word) in ((string, string)[])
            [
                ($$"""instance of Xen_ProcessorRASD { InstanceID = "Xen:{{uuid}}/defined/processor"; CPUMatch = "roughly"; };""", "match"),
                ($$"""instance of Xen_OtherDeviceRASD { InstanceID = "Xen:{{uuid}}/defined/watchdog"; WatchdogAction = "bark"; };""", "bark"),
                ($$"""instance of Xen_MemoryRASD { InstanceID = "Xen:{{uuid}}/defined/memory"; MemorySource = "tape"; };""", "tape"),
                ($$"""instance of Xen_MemoryRASD { InstanceID = "Xen:{{uuid}}/defined/memory"; NUMACellProcessors = {"0-7"}; };""", "vcpu"),
                ($$"""instance of Xen_ProcessorRASD { InstanceID = "Xen:{{uuid}}/defined/processor"; CPUCacheLevel = 2; };""", "level"),
            ])
        {
            Assert.Contains(word, Wbemcli.Refused("cm", Wbemcli.Url(Wbemcli.Service()), "ModifyResourceSettings.ResourceSettings=" + Wbemcli.Mof(change)).Message, StringComparison.Ordinal);
            Assert.Equal(before, Xml(uuid, "--inactive").ToString());
        }

        Wbemcli.Change(uuid, requested: 2, enabled: 2, "Running");
        // A model that libvirt completes when the guest starts is no pending change.
        foreach (var (@class, device) in ((string, string)[])[("Xen_ProcessorRASD", "processor"), ("Xen_MemoryRASD", "memory"), ("Xen_OtherDeviceRASD", "watchdog"), ("Xen_OtherDeviceRASD", "rng"), ("Xen_ControllerRASD", "controller-virtio-serial-0")])
        {
            var link = Assert.Single(Wbemcli.Instances("Xen_ElementSettingData"), l => l.Properties["SettingData"].Contains($"{uuid}/defined/{device}", StringComparison.Ordinal) && l.Properties["SettingData"].Contains(@class, StringComparison.Ordinal));
            Assert.True(link["IsCurrent"] == "1", $"{device}: {Wbemcli.Get(Guests.SettingPath(@class, $"Xen:{uuid}/state/{device}"))} {Wbemcli.Get(Guests.SettingPath(@class, $"Xen:{uuid}/defined/{device}"))}");
        }
        Assert.Contains(Wbemcli.Names("Xen_Controller"), c => c.Contains(uuid, StringComparison.Ordinal) && c.Contains("controller-virtio-serial-0", StringComparison.Ordinal));

        // What follows a crash is changed while it runs, and the next start is not.
        Assert.Equal(Guests.Completed, Wbemcli.Call(Wbemcli.Service(), "ModifySystemSettings", "SystemSettings=" + Wbemcli.Mof(
            $$"""instance of Xen_VirtualSystemSettingData { InstanceID = "Xen:{{uuid}}/state"; AutomaticRecoveryAction = 3; };""")).Return);
        Assert.Equal(("restart", "destroy"), ((string?)Xml(uuid).Element("on_crash"), (string?)Xml(uuid, "--inactive").Element("on_crash")));
        Assert.Equal("3", Wbemcli.Get(Guests.SettingPath("Xen_VirtualSystemSettingData", $"Xen:{uuid}/state"))["AutomaticRecoveryAction"]);

        // So is how often the balloon is asked.
        Assert.Equal(Guests.Completed, Wbemcli.Modify($$"""instance of Xen_OtherDeviceRASD { InstanceID = "Xen:{{uuid}}/state/memballoon"; StatisticsPeriod = 3; };""").Return);
        Assert.Equal(("3", "10"), (Period(Xml(uuid)), Period(Xml(uuid, "--inactive"))));
        Assert.Equal("3", Wbemcli.Get(Guests.SettingPath("Xen_OtherDeviceRASD", $"Xen:{uuid}/state/memballoon"))["StatisticsPeriod"]);
        Wbemcli.Done(Wbemcli.Destroy(uuid));

        static string? Period(XElement xml) => (string?)xml.Descendants("memballoon").Single().Element("stats")?.Attribute("period");
    }

    [Fact]
    public void What_the_host_does_not_have_is_refused_by_name_before_a_guest_would_not_start_with_it()
    {
        var rule = Path.Combine(Libvirtd.Images, "own-filter.xml");
        File.WriteAllText(rule, "<filter name='own-filter' chain='root'><rule action='accept' direction='inout'/></filter>");
        Libvirtd.Virsh("nwfilter-define", rule);
        var uuid = Wbemcli.Define("""instance of Xen_VirtualSystemSettingData { ElementName = "careful"; };""", """
            instance of Xen_MemoryRASD { VirtualQuantity = 32768; };
            instance of Xen_NetworkRASD { Bridge = "bridge7"; Address = "52:54:00:00:78:01"; };
            """);
        var before = Xml(uuid, "--inactive").ToString();
        var adapter = $"InstanceID = \"Xen:{uuid}/defined/52-54-00-00-78-01\";";
        foreach (var (change, words) in ((string, string[])[])
            [
                ($$"""instance of Xen_ProcessorRASD { InstanceID = "Xen:{{uuid}}/defined/processor"; CPUModel = "Pentium9"; };""", ["CPUModel \"Pentium9\"", "qemu64"]),
                ($$"""instance of Xen_ProcessorRASD { InstanceID = "Xen:{{uuid}}/defined/processor"; CPUModel = "qemu64"; CPUFeatures = {"warp"}; };""", ["CPUFeatures \"warp\""]),
                ($$"""instance of Xen_MemoryRASD { InstanceID = "Xen:{{uuid}}/defined/memory"; HugePageSize = 4097; };""", ["HugePageSize 4097", "2048"]),
                ($$"""instance of Xen_MemoryRASD { InstanceID = "Xen:{{uuid}}/defined/memory"; NUMAMode = "strict"; NUMANodes = "77"; };""", ["NUMANodes 77", "node 77"]),
                ($$"""instance of Xen_NetworkRASD { {{adapter}} FilterName = "other-filter"; };""", ["FilterName \"other-filter\"", "own-filter"]),
            ])
        {
            var refused = Wbemcli.Refused("cm", Wbemcli.Url(Wbemcli.Service()), "ModifyResourceSettings.ResourceSettings=" + Wbemcli.Mof(change));
            Assert.Equal(4, refused.Status);
            Assert.All(words, w => Assert.Contains(w, refused.Message, StringComparison.Ordinal));
        }
        var file = Wbemcli.Refused("cm", Wbemcli.Url(Wbemcli.Service()), "ModifySystemSettings.SystemSettings=" + Wbemcli.Mof(
            $$"""instance of Xen_VirtualSystemSettingData { InstanceID = "Xen:{{uuid}}/defined"; Kernel = "/boot/lost"; };"""));
        Assert.Equal(4, file.Status);
        Assert.Contains("/boot/lost", file.Message, StringComparison.Ordinal);
        Assert.Equal(before, Xml(uuid, "--inactive").ToString());

        Assert.Equal(Guests.Completed, Wbemcli.Modify($$"""instance of Xen_NetworkRASD { {{adapter}} FilterName = "own-filter"; };""").Return);
        Assert.Equal("own-filter", (string?)Xml(uuid, "--inactive").Descendants("filterref").Single().Attribute("filter"));
        Wbemcli.Done(Wbemcli.Destroy(uuid));
        Libvirtd.Virsh("nwfilter-undefine", "own-filter");
    }

    [Fact]
    public void Names_change_with_the_next_start()
    {
        _ = Libvirtd;
        var uuid = Wbemcli.Define("""instance of Xen_VirtualSystemSettingData { ElementName = "renamed"; };""", $$"""
            instance of Xen_MemoryRASD { VirtualQuantity = 32768; };
            instance of Xen_NetworkRASD { NetworkType = "user"; Address = "52:54:00:00:77:01"; Model = "virtio"; };
            instance of Xen_DiskRASD { VirtualDevice = "vda"; Address = "{{Libvirtd.MakeImage("renamed.img")}}"; };
            """);
        Wbemcli.Change(uuid, requested: 2, enabled: 2, "Running");
        Assert.Equal(Guests.Completed, Wbemcli.Modify($$"""
            instance of Xen_NetworkRASD { InstanceID = "Xen:{{uuid}}/defined/52-54-00-00-77-01"; Address = "52:54:00:00:77:02"; };
            instance of Xen_DiskRASD { InstanceID = "Xen:{{uuid}}/defined/vda"; VirtualDevice = "vdc"; };
            """).Return);
        var (now, next) = (Xml(uuid), Xml(uuid, "--inactive"));
        Assert.Equal(("52:54:00:00:77:01", "52:54:00:00:77:02"), (Mac(now), Mac(next)));
        Assert.Equal(("vda", "vdc"), (Target(now), Target(next)));
        Assert.Equal("virtio", Wbemcli.Get(Guests.SettingPath("Xen_NetworkRASD", $"Xen:{uuid}/defined/52-54-00-00-77-02"))["Model"]);
        var refused = Wbemcli.Refused("cm", Wbemcli.Url(Wbemcli.Service()), "ModifyResourceSettings.ResourceSettings=" + Wbemcli.Mof(
            $$"""instance of Xen_NetworkRASD { InstanceID = "Xen:{{uuid}}/state/52-54-00-00-77-01"; Address = "52:54:00:00:77:03"; };"""));
        Assert.Equal(7, refused.Status);
        Assert.Contains($"Xen:{uuid}/defined/52-54-00-00-77-01", refused.Message, StringComparison.Ordinal);
        Wbemcli.Done(Wbemcli.Destroy(uuid));

        static string? Mac(XElement xml) => (string?)xml.Descendants("interface").Single().Element("mac")!.Attribute("address");
        static string? Target(XElement xml) => (string?)xml.Descendants("disk").Single().Element("target")!.Attribute("dev");
    }
}
