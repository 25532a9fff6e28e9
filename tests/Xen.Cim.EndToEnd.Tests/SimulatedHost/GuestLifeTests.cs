using System.Text.RegularExpressions;
using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.SimulatedHost;

/// <summary>What an operator does with guests, each step confirmed by what the server says afterwards.</summary>
public sealed class GuestLifeTests(SimulatedHostFixture host) : IClassFixture<SimulatedHostFixture>
{
    private Wbemcli Wbemcli => host.Wbemcli;

    [Fact]
    public void A_guest_is_defined_run_changed_and_destroyed()
    {
        var uuid = Wbemcli.Define(
            """instance of Xen_VirtualSystemSettingData { ElementName = "demo"; VirtualSystemType = "DMTF:XEN:PV"; };""",
            """
            instance of Xen_MemoryRASD { VirtualQuantity = 262144; };
            instance of Xen_ProcessorRASD { VirtualQuantity = 2; Weight = 300; };
            instance of Xen_DiskRASD { VirtualDevice = "xvda"; Address = "/var/lib/xen/images/spare.img"; };
            instance of Xen_NetworkRASD { Connection = {"lan"}; };
            """);
        var guest = Wbemcli.Guest(uuid);
        Assert.Equal(("demo", "3", "Shut off"), (guest["ElementName"], guest["EnabledState"], guest["StatusDescriptions"]));
        Assert.Equal("DMTF:XEN:PV", Setting("Xen_VirtualSystemSettingData", "defined")["VirtualSystemType"]);
        var memory = Setting("Xen_MemoryRASD", "defined/memory");
        Assert.Equal(("262144", "262144"), (memory["VirtualQuantity"], memory["Limit"]));
        var processor = Setting("Xen_ProcessorRASD", "defined/processor");
        Assert.Equal(("2", "300"), (processor["VirtualQuantity"], processor["Weight"]));
        Assert.Equal("/var/lib/xen/images/spare.img", Setting("Xen_DiskRASD", "defined/xvda")["Address"]);
        var adapter = Assert.Single(Wbemcli.Instances("Xen_NetworkRASD"), n => n["InstanceID"].StartsWith($"Xen:{uuid}/defined/", StringComparison.Ordinal));
        Assert.Equal(("lan", "network"), (adapter["NetworkName"], adapter["NetworkType"]));
        Assert.StartsWith("00:16:3e:", adapter["Address"], StringComparison.Ordinal);

        Wbemcli.Change(uuid, requested: 2, enabled: 2, "Running");
        Wbemcli.Change(uuid, requested: 9, enabled: 9, "Paused");
        Wbemcli.Change(uuid, requested: 2, enabled: 2, "Running");
        Wbemcli.Change(uuid, requested: 6, enabled: 6, "Suspended to disk");
        Wbemcli.Change(uuid, requested: 2, enabled: 2, "Running");
        Assert.Equal(Guests.InvalidTransition, Wbemcli.Request(uuid, 2).Return);

        Assert.Equal(Guests.Completed, Wbemcli.Modify($$"""instance of Xen_MemoryRASD { InstanceID = "Xen:{{uuid}}/defined/memory"; VirtualQuantity = 524288; };""").Return);
        Assert.Equal("524288", Setting("Xen_MemoryRASD", "defined/memory")["VirtualQuantity"]);
        Assert.Equal("262144", Setting("Xen_MemoryRASD", "state/memory")["VirtualQuantity"]);
        Assert.Equal(Guests.Completed, Wbemcli.Modify($$"""instance of Xen_MemoryRASD { InstanceID = "Xen:{{uuid}}/state/memory"; VirtualQuantity = 131072; };""").Return);
        Assert.Equal("131072", Setting("Xen_MemoryRASD", "state/memory")["VirtualQuantity"]);
        Assert.Equal("524288", Setting("Xen_MemoryRASD", "defined/memory")["VirtualQuantity"]);

        var added = Wbemcli.Add($"Xen:{uuid}/defined", """instance of Xen_DiskRASD { VirtualDevice = "xvdb"; Address = "/var/lib/xen/media/drivers.iso"; };""");
        Assert.Equal((Guests.Completed, Guests.SettingPath("Xen_DiskRASD", $"Xen:{uuid}/defined/xvdb")), (added.Return, added.Output["ResultingResourceSettings"]));
        Assert.Equal("/var/lib/xen/media/drivers.iso", Setting("Xen_DiskRASD", "defined/xvdb")["Address"]);
        Assert.Equal(Guests.Completed, Wbemcli.Remove("Xen_DiskRASD", $"Xen:{uuid}/defined/xvdb").Return);
        Assert.DoesNotContain(Wbemcli.Names("Xen_DiskRASD"), d => d.Contains($"{uuid}/defined/xvdb", StringComparison.Ordinal));
        // This driver cannot plug; the method's own "Not Supported" says so.
        Assert.Equal(Guests.NotSupported, Wbemcli.Add($"Xen:{uuid}/state", """instance of Xen_DiskRASD { VirtualDevice = "xvdb"; Address = "/var/lib/xen/media/drivers.iso"; };""").Return);

        Assert.Equal(Guests.Completed, Wbemcli.Modify($$"""instance of Xen_ProcessorRASD { InstanceID = "Xen:{{uuid}}/defined/processor"; VirtualQuantity = 4; Weight = 1000; };""").Return);
        processor = Setting("Xen_ProcessorRASD", "defined/processor");
        Assert.Equal(("4", "1000"), (processor["VirtualQuantity"], processor["Weight"]));
        Assert.Equal("2", Setting("Xen_ProcessorRASD", "state/processor")["VirtualQuantity"]);

        Wbemcli.Change(uuid, requested: 3, enabled: 3, "Shut off");
        Assert.Equal("524288", Setting("Xen_MemoryRASD", "state/memory")["VirtualQuantity"]);
        Assert.Equal(Guests.Completed, Wbemcli.Destroy(uuid).Return);
        Assert.DoesNotContain(Wbemcli.Names("Xen_ComputerSystem"), g => g.Contains(uuid, StringComparison.Ordinal));
        Assert.DoesNotContain(Wbemcli.Names("CIM_SettingData"), s => s.Contains(uuid, StringComparison.Ordinal));
        Assert.Equal(6, Wbemcli.Refused("gi", Wbemcli.Url(Guests.Path(uuid))).Status);

        PrintedInstance Setting(string @class, string id) => Wbemcli.Get(Guests.SettingPath(@class, $"Xen:{uuid}/{id}"));
    }

    [Fact]
    public void Nothing_given_means_documented_defaults()
    {
        var answer = Wbemcli.Call(Wbemcli.Service(), "DefineSystem");
        Assert.Equal(Guests.Completed, answer.Return);
        var uuid = Guests.UuidOf(answer.Output["ResultingSystem"]);
        Assert.Equal($"guest-{uuid[..8]}", Wbemcli.Guest(uuid)["ElementName"]);
        Assert.Equal("524288", Wbemcli.Get(Guests.SettingPath("Xen_MemoryRASD", $"Xen:{uuid}/defined/memory"))["VirtualQuantity"]);
        Assert.Equal("1", Wbemcli.Get(Guests.SettingPath("Xen_ProcessorRASD", $"Xen:{uuid}/defined/processor"))["VirtualQuantity"]);
        Assert.Equal(Guests.Completed, Wbemcli.Destroy(uuid).Return);
    }

    [Fact]
    public void A_copy_of_a_configuration_shares_nothing()
    {
        var reference = Guests.Argument(Guests.SettingPath("Xen_VirtualSystemSettingData", $"Xen:{SimulatedGuests.Build}/defined"));
        var system = Wbemcli.Mof("""instance of Xen_VirtualSystemSettingData { ElementName = "build2"; };""");
        var shared = Wbemcli.Refused("cm", Wbemcli.Url(Wbemcli.Service()), $"DefineSystem.SystemSettings={system},ReferenceConfiguration={reference}");
        Assert.Equal(4, shared.Status);
        Assert.Contains("/var/lib/xen/images/build-root.img", shared.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Wbemcli.Instances("Xen_ComputerSystem"), g => g["ElementName"] == "build2");

        var disk = Wbemcli.Mof("""instance of Xen_DiskRASD { VirtualDevice = "xvda"; Address = "/var/lib/xen/images/spare.img"; };""");
        var answer = Wbemcli.Call(Wbemcli.Service(), "DefineSystem", $"SystemSettings={system},ResourceSettings={disk},ReferenceConfiguration={reference}");
        Assert.Equal(Guests.Completed, answer.Return);
        var uuid = Guests.UuidOf(answer.Output["ResultingSystem"]);
        Assert.NotEqual(SimulatedGuests.Build, uuid);
        Assert.Equal("/var/lib/xen/images/spare.img", Wbemcli.Get(Guests.SettingPath("Xen_DiskRASD", $"Xen:{uuid}/defined/xvda"))["Address"]);
        string[] Macs(string guest) => [.. Wbemcli.Instances("Xen_NetworkRASD").Where(n => n["InstanceID"].StartsWith($"Xen:{guest}/defined/", StringComparison.Ordinal)).Select(n => n["Address"])];
        Assert.Equal(2, Macs(uuid).Distinct().Count());
        Assert.Empty(Macs(uuid).Intersect(Macs(SimulatedGuests.Build)));
        Assert.Equal(Guests.Completed, Wbemcli.Destroy(uuid).Return);
    }

    [Theory]
    [InlineData(4, "3")]
    [InlineData(10, "2")]
    public void What_the_guest_does_itself_is_a_job(int requested, string enabled)
    {
        var uuid = Wbemcli.Define($$"""instance of Xen_VirtualSystemSettingData { ElementName = "job{{requested}}"; };""", "instance of Xen_MemoryRASD { VirtualQuantity = 65536; };");
        Wbemcli.Change(uuid, requested: 2, enabled: 2, "Running");
        var answer = Wbemcli.Request(uuid, requested);
        Assert.Equal(Guests.JobStarted, answer.Return);
        var job = answer.Output["Job"];
        Assert.Matches(new Regex("^root/virt:Xen_ConcreteJob\\.InstanceID=\"Xen:job/[0-9a-f-]{36}\"$"), job);
        Eventually.True(() => Wbemcli.Get(job)["JobState"] == "7", "the job is completed");
        var finished = Wbemcli.Get(job);
        Assert.Equal(("100", "0", "Completed"), (finished["PercentComplete"], finished["ErrorCode"], finished["StatusDescriptions"]));
        Assert.Equal(enabled, Wbemcli.Guest(uuid)["EnabledState"]);
        Assert.Equal([job], Wbemcli.Paths("ain", Wbemcli.Url(Guests.Path(uuid)), "-ac", "Xen_OwningJobElement"));
        Assert.Equal([job], Wbemcli.Paths("ain", Wbemcli.Url(Guests.Path(uuid)), "-ac", "Xen_AffectedJobElement"));
        if (enabled == "2")
            Wbemcli.Change(uuid, requested: 3, enabled: 3, "Shut off");
        Assert.Equal(Guests.Completed, Wbemcli.Destroy(uuid).Return);
    }

    [Fact]
    public void A_method_takes_the_guests_name_too()
    {
        var uuid = Wbemcli.Define("""instance of Xen_VirtualSystemSettingData { ElementName = "by name"; };""", "instance of Xen_MemoryRASD { VirtualQuantity = 65536; };");
        Assert.Equal(Guests.Completed, Wbemcli.Request("by name", 2).Return);
        Assert.Equal("2", Wbemcli.Guest(uuid)["EnabledState"]);
        Assert.Equal(Guests.Completed, Wbemcli.Request("by name", 3).Return);
        Assert.Equal(Guests.Completed, Wbemcli.Destroy("by name").Return);
        Assert.Equal(6, Wbemcli.Refused("gi", Wbemcli.Url(Guests.Path(uuid))).Status);
    }

    [Fact]
    public void The_control_domain_is_protected()
    {
        var domain0 = Assert.Single(Wbemcli.Instances("Xen_ComputerSystem"), g => g["ElementName"] == "Domain-0")["Name"];
        foreach (var state in (int[])[3, 4, 6, 9, 10, 11])
            Refused("cm", Wbemcli.Url(Guests.Path(domain0)), $"RequestStateChange.RequestedState={state}");
        Refused("cm", Wbemcli.Url(Wbemcli.Service()), $"DestroySystem.AffectedSystem={Guests.Argument(Guests.Path("Domain-0"))}");
        Refused("di", Wbemcli.Url(Guests.Path(domain0)));
        Assert.Equal("2", Wbemcli.Guest(domain0)["EnabledState"]);

        void Refused(params string[] arguments)
        {
            var error = Wbemcli.Refused(arguments);
            Assert.Equal(2, error.Status);
            Assert.Contains("Domain-0", error.Message, StringComparison.Ordinal);
        }
    }
}
