using System.Xml.Linq;
using Xen.Cim.EndToEnd.Tests.Running;
using Xen.Cim.EndToEnd.Tests.Suite.Hosts;

namespace Xen.Cim.EndToEnd.Tests.Suite.Themes;

/// <summary>Guests come from MOF text, change for their next start, and go without a trace (DSP1042).</summary>
public abstract class Defining(HostUnderTest host, GuestKind kind) : GuestTests(host, kind)
{
    [GuestFact]
    public void What_was_asked_is_defined()
    {
        var disk = Host.MakeDisk("defining.img");
        using var guest = Define("define", """Caption = "A title"; Notes = {"made by a test"};""", $$"""
            instance of Xen_DiskRASD { VirtualDevice = "{{Disk('a')}}"; Address = "{{disk}}"; };
            instance of Xen_NetworkRASD { Address = "00:16:3e:5a:5a:01"; {{Host.Plug}} };
            """, processors: 2);
        Assert.Equal((guest.Name, "3", "Shut off"), (guest.Read()["ElementName"], guest.Read()["EnabledState"], guest.Read()["StatusDescriptions"]));
        var system = guest.Setting("Xen_VirtualSystemSettingData", "defined");
        Assert.Equal((TypeOf(Kind), Host.Boot.Kernel, Host.Boot.Initrd, "A title", "made by a test"),
            (system["VirtualSystemType"], system["Kernel"], system["RAMDisk"], system["Caption"], system["Notes"]));
        var memory = guest.Setting("Xen_MemoryRASD", "defined/memory");
        Assert.Equal((Text(MemoryKiB), Text(MaximumKiB)), (memory["VirtualQuantity"], memory["Limit"]));
        Assert.Equal("2", guest.Setting("Xen_ProcessorRASD", "defined/processor")["VirtualQuantity"]);
        Assert.Equal(disk, guest.Setting("Xen_DiskRASD", $"defined/{Disk('a')}")["Address"]);
        Assert.Equal("00:16:3e:5a:5a:01", Assert.Single(guest.Settings("Xen_NetworkRASD", "defined"))["Address"]);
        if (!Host.VirshSeesIt)
            return;
        var xml = guest.Inactive;
        Assert.Equal((guest.Uuid, guest.Name, "A title", "made by a test"), (Value(xml, "uuid"), Value(xml, "name"), Value(xml, "title"), Value(xml, "description")));
        Assert.Equal((Text(MaximumKiB), Text(MemoryKiB), "2"), (Value(xml, "memory"), Value(xml, "currentMemory"), Value(xml, "vcpu")));
        var os = xml.Element("os")!;
        Assert.Equal((Host.Boot.Kernel, Host.Boot.Initrd), (Value(os, "kernel"), Value(os, "initrd")));
        Assert.Contains($"console={Host.ConsoleOf(Kind)}", Value(os, "cmdline"), StringComparison.Ordinal);
        var one = Assert.Single(xml.Descendants("disk"));
        Assert.Equal((Disk('a'), disk), ((string?)one.Element("target")!.Attribute("dev"), one.Element("source")!.Attributes().First(a => a.Name.LocalName is "file" or "dev").Value));
        Assert.Equal("00:16:3e:5a:5a:01", (string?)Assert.Single(xml.Descendants("interface")).Element("mac")!.Attribute("address"));
    }

    [GuestFact]
    public void Nothing_given_means_documented_defaults()
    {
        var answer = Wbemcli.Call(Wbemcli.Service(), "DefineSystem");
        Assert.Equal(Guests.Completed, answer.Return);
        var uuid = Guests.UuidOf(answer.Output["ResultingSystem"]);
        using var guest = new SuiteGuest(Host, uuid, $"guest-{uuid[..8]}");
        Assert.Equal(guest.Name, guest.Read()["ElementName"]);
        Assert.Equal("524288", guest.Setting("Xen_MemoryRASD", "defined/memory")["VirtualQuantity"]);
        Assert.Equal("1", guest.Setting("Xen_ProcessorRASD", "defined/processor")["VirtualQuantity"]);
        Assert.Empty(guest.Settings("Xen_DiskRASD", "defined"));
        Assert.Empty(guest.Settings("Xen_NetworkRASD", "defined"));
        Assert.Equal("2", guest.Setting("Xen_VirtualSystemSettingData", "defined")["AutomaticStartupAction"]);
    }

    [GuestFact]
    public void A_guest_runs_what_it_was_started_with_until_its_next_start()
    {
        using var guest = Define("next");
        guest.Start();
        guest.Modify("Xen_MemoryRASD", "defined/memory", "VirtualQuantity = 262144; Limit = 262144;");
        guest.Modify("Xen_ProcessorRASD", "defined/processor", "VirtualQuantity = 2; MaximumProcessors = 2;");
        Assert.Equal(("262144", Text(MaximumKiB)), (guest.Setting("Xen_MemoryRASD", "defined/memory")["Limit"], guest.Setting("Xen_MemoryRASD", "state/memory")["Limit"]));
        Assert.Equal(("2", "1"), (guest.Setting("Xen_ProcessorRASD", "defined/processor")["VirtualQuantity"], guest.Setting("Xen_ProcessorRASD", "state/processor")["VirtualQuantity"]));
        if (Host.VirshSeesIt)
        {
            Assert.Equal(("262144", "2"), (Value(guest.Inactive, "memory"), Value(guest.Inactive, "vcpu")));
            Assert.Equal((Text(MaximumKiB), "1"), (Value(guest.Live, "memory"), Value(guest.Live, "vcpu")));
        }
        guest.Stop();
        Assert.Equal(("262144", "2"), (guest.Setting("Xen_MemoryRASD", "state/memory")["Limit"], guest.Setting("Xen_ProcessorRASD", "state/processor")["VirtualQuantity"]));
    }

    [GuestFact]
    public void System_settings_change_for_the_next_start()
    {
        using var guest = Define("settings");
        Assert.Equal(Guests.Completed, Wbemcli.Call(Wbemcli.Service(), "ModifySystemSettings", "SystemSettings=" + Wbemcli.Mof(
            $$"""instance of Xen_VirtualSystemSettingData { InstanceID = "{{guest.Id("defined")}}"; CommandLine = "console=ttyS0 other=1"; OnCrash = "restart"; Notes = {"changed"}; };""")).Return);
        var settings = guest.Setting("Xen_VirtualSystemSettingData", "defined");
        Assert.Equal(("console=ttyS0 other=1", "restart", "changed"), (settings["CommandLine"], settings["OnCrash"], settings["Notes"]));
        if (Host.VirshSeesIt)
            Assert.Equal(("console=ttyS0 other=1", "restart", "changed"), (Value(guest.Inactive.Element("os")!, "cmdline"), Value(guest.Inactive, "on_crash"), Value(guest.Inactive, "description")));
    }

    [GuestFact]
    public void A_guest_is_renamed_while_it_is_off()
    {
        Host.Require("Rename");
        using var guest = Define("old");
        var name = guest.Name + "-new";
        Assert.Equal(Guests.Completed, Wbemcli.Call(Wbemcli.Service(), "ModifySystemSettings", "SystemSettings=" + Wbemcli.Mof(
            $$"""instance of Xen_VirtualSystemSettingData { InstanceID = "{{guest.Id("defined")}}"; ElementName = "{{name}}"; };""")).Return);
        Assert.Equal(name, guest.Read()["ElementName"]);
        guest.Confirm(name, "domname");
    }

    [GuestFact]
    public void A_copy_of_a_configuration_shares_nothing()
    {
        var (disk, other) = (Host.MakeDisk("original.img"), Host.MakeDisk("copy.img"));
        using var original = Define("original", moreResources: $$"""
            instance of Xen_DiskRASD { VirtualDevice = "{{Disk('a')}}"; Address = "{{disk}}"; };
            instance of Xen_NetworkRASD { {{Host.Plug}} };
            instance of Xen_NetworkRASD { {{Host.Plug}} };
            """);
        var reference = Guests.Argument(Guests.SettingPath("Xen_VirtualSystemSettingData", original.Id("defined")));
        var name = original.Name + "-copy";
        var system = Wbemcli.Mof($$"""instance of Xen_VirtualSystemSettingData { ElementName = "{{name}}"; };""");
        var shared = Wbemcli.Refused("cm", Wbemcli.Url(Wbemcli.Service()), $"DefineSystem.SystemSettings={system},ReferenceConfiguration={reference}");
        Assert.Equal(4, shared.Status);
        Assert.Contains(disk, shared.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Wbemcli.Instances("Xen_ComputerSystem"), g => g["ElementName"] == name);

        var resources = Wbemcli.Mof($$"""instance of Xen_DiskRASD { VirtualDevice = "{{Disk('a')}}"; Address = "{{other}}"; };""");
        var answer = Wbemcli.Call(Wbemcli.Service(), "DefineSystem", $"SystemSettings={system},ResourceSettings={resources},ReferenceConfiguration={reference}");
        Assert.Equal(Guests.Completed, answer.Return);
        using var copy = new SuiteGuest(Host, Guests.UuidOf(answer.Output["ResultingSystem"]), name);
        Assert.NotEqual(original.Uuid, copy.Uuid);
        Assert.Equal(other, copy.Setting("Xen_DiskRASD", $"defined/{Disk('a')}")["Address"]);
        string[] Macs(SuiteGuest of) => [.. of.Settings("Xen_NetworkRASD", "defined").Select(n => n["Address"])];
        Assert.Equal(2, Macs(copy).Distinct().Count());
        Assert.Empty(Macs(copy).Intersect(Macs(original)));
        Assert.Equal(Text(MaximumKiB), copy.Setting("Xen_MemoryRASD", "defined/memory")["Limit"]);
    }

    [GuestFact]
    public void Destroying_leaves_nothing_of_a_running_guest()
    {
        using var guest = Define("destroy");
        guest.Start();
        Wbemcli.Done(Wbemcli.Destroy(guest.Uuid));
        Assert.DoesNotContain(Wbemcli.Names("Xen_ComputerSystem"), g => g.Contains(guest.Uuid, StringComparison.Ordinal));
        Assert.DoesNotContain(Wbemcli.Names("CIM_SettingData"), s => s.Contains(guest.Uuid, StringComparison.Ordinal));
        Assert.Equal(6, Wbemcli.Refused("gi", Wbemcli.Url(Guests.Path(guest.Uuid))).Status);
        if (Host.VirshSeesIt)
            Assert.NotEqual(0, Host.TryVirsh("dominfo", guest.Uuid).ExitCode);
    }

    [GuestFact]
    public void Destroying_leaves_nothing_of_a_suspended_guest()
    {
        using var guest = RunToSuspend("destroy");
        guest.Change(6, 6, "Suspended to disk", "shut off");
        Wbemcli.Done(Wbemcli.Destroy(guest.Uuid));
        Assert.Equal(6, Wbemcli.Refused("gi", Wbemcli.Url(Guests.Path(guest.Uuid))).Status);
        if (Host.VirshSeesIt)
            Assert.NotEqual(0, Host.TryVirsh("dominfo", guest.Uuid).ExitCode);
    }

    private static string Text(uint number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string? Value(XElement parent, string child) => (string?)parent.Element(child);
}
