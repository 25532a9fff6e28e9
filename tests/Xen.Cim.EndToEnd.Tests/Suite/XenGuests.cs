using System.Text.Json;
using System.Text.RegularExpressions;
using Xen.Cim.EndToEnd.Tests.Running;
using Xen.Cim.EndToEnd.Tests.Suite.Hosts;

namespace Xen.Cim.EndToEnd.Tests.Suite.XenPV;

/// <summary>What Xen itself is told of guests, as its own tools show it.</summary>
[Collection(XenLabTests.Name)]
public sealed class XenGuests(XenHost host) : GuestTests(host, GuestKind.PV), IClassFixture<XenHost>
{
    private const int NotSupported = 7;
    // One each: a guest that is being destroyed has its own for a moment more.
    private const string RunningMac = "00:16:3e:5a:5a:31", ToldMac = "00:16:3e:5a:5a:32";

    private XenHost Xen => (XenHost)Host;

    [GuestFact]
    public void A_running_guest_is_refused_by_name_what_takes_a_start()
    {
        using var guest = Define("running", moreResources: $$"""
            instance of Xen_NetworkRASD { Address = "{{RunningMac}}"; TransmitRateLimit = 500; {{Host.Plug}} };
            """);
        guest.Start();
        foreach (var (property, value) in ((string, string)[])[("OnCrash", "\"restart\""), ("OnPoweroff", "\"restart\""), ("AutomaticRecoveryAction", "3")])
        {
            var error = RefusedSystem(guest, "state", $"{property} = {value};");
            Assert.Equal(NotSupported, error.Status);
            Assert.Contains(property, error.Message, StringComparison.Ordinal);
        }
        guest.ModifySystem("defined", "OnCrash = \"restart\"; Notes = {\"next\"};");
        guest.ModifySystem("state", "Notes = {\"now\"};");
        Assert.Equal(("destroy", "restart"), ((string?)guest.Live.Element("on_crash"), (string?)guest.Inactive.Element("on_crash")));
        Assert.Equal(("now", "next"), ((string?)guest.Live.Element("description"), (string?)guest.Inactive.Element("description")));

        var nic = RunningMac.Replace(':', '-');
        Assert.Contains("interface", Wbemcli.Refused("cm", Wbemcli.Url(Wbemcli.Service()),
            $"ModifyResourceSettings.ResourceSettings={Wbemcli.Mof($"instance of Xen_NetworkRASD {{ InstanceID = \"{guest.Id("state")}/{nic}\"; TransmitRateLimit = 900; }};")}").Message, StringComparison.Ordinal);
        guest.Modify("Xen_NetworkRASD", $"defined/{nic}", "TransmitRateLimit = 900;");
        Assert.Equal(("500", "900"), (guest.Setting("Xen_NetworkRASD", $"state/{nic}")["TransmitRateLimit"], guest.Setting("Xen_NetworkRASD", $"defined/{nic}")["TransmitRateLimit"]));
        // Bytes in each 50 ms.
        Assert.Equal(500 * 1024 / 20, Told(guest).GetProperty("nics")[0].GetProperty("rate_bytes_per_interval").GetInt32());
    }

    // libvirt undefines a guest that it is starting, and Xen then runs one that libvirt does not know.
    [GuestFact]
    public void A_guest_that_is_destroyed_while_it_starts_is_gone_from_Xen_too()
    {
        using var guest = Define("hasty");
        Wbemcli.Request(guest.Uuid, 2);
        Wbemcli.Done(Wbemcli.Destroy(guest.Uuid));
        Assert.NotEqual(0, Host.TryVirsh("dominfo", guest.Uuid).ExitCode);
        Assert.DoesNotContain(guest.Name, Xen.RunInDomain0("xl list"), StringComparison.Ordinal);
    }

    [GuestFact]
    public void A_guest_in_a_hardware_container_is_started_with_all_that_it_was_defined_with()
    {
        using var guest = DefineAs(GuestKind.PVH, "told", "ClockOffset = 1;", $$"""
            instance of Xen_ProcessorRASD { CPUMode = "host-passthrough"; CPUFeatures = {"aes=disable"}; Weight = 300; };
            instance of Xen_DiskRASD { VirtualDevice = "xvda"; Address = "{{Host.MakeDisk("told.img")}}"; };
            instance of Xen_NetworkRASD { Address = "{{ToldMac}}"; TransmitRateLimit = 500; {{Host.Plug}} };
            instance of Xen_GraphicsRASD { ListenAddress = "127.0.0.1"; Port = 5961; Password = "secret"; };
            """);
        // The device model of the lab's Domain-0 was built without the cipher that a password takes.
        Assert.SkipUnless(ServerUnderTest.Given is null, "this takes commands in Domain-0");
        var start = Wbemcli.Request(guest.Uuid, 2).Output["Job"];
        Eventually.True(() => Wbemcli.Get(start)["JobState"] == "10", "the start fails", 120);
        var why = Wbemcli.Get(start)["ErrorDescription"];
        Assert.Contains("Password", why, StringComparison.Ordinal);
        Assert.Contains("DES", Xen.RunInDomain0(Regex.Match(why, @"/var/log/xen/qemu-dm-\S+\.log") is { Success: true } log ? $"cat {log.Value}" : "false"), StringComparison.Ordinal);
        guest.Modify("Xen_GraphicsRASD", "defined/graphics-vnc", "Password = \"\";");

        guest.Start();
        var told = Told(guest);
        var build = told.GetProperty("b_info");
        Assert.Equal((300, "True"), (build.GetProperty("sched_params").GetProperty("weight").GetInt32(), build.GetProperty("localtime").GetString()));
        // Bit 25 of ECX of leaf 1.
        Assert.Equal('0', build.GetProperty("cpuid").GetProperty("cpuid")[0].GetProperty("ecx").GetString()![31 - 25]);
        Assert.Equal(ToldMac, told.GetProperty("nics")[0].GetProperty("mac").GetString());
        Assert.Equal(("True", 61), (told.GetProperty("vfbs")[0].GetProperty("vnc").GetProperty("enable").GetString(), told.GetProperty("vfbs")[0].GetProperty("vnc").GetProperty("display").GetInt32()));

        var nic = ToldMac.Replace(':', '-');
        var settings = SettingsWalk.Of(guest, "processor", "memory", "xvda", nic, "graphics-vnc", "console-xen-0", "input-mouse-xen", "input-keyboard-xen", "controller-xenbus-0", "memballoon");
        Assert.Equal(told.GetProperty("disks")[0].GetProperty("pdev_path").GetString(), settings["xvda"]["Address"]);
        Assert.Equal(("network", Host.Network), (settings[nic]["NetworkType"], settings[nic]["NetworkName"]));
        Assert.Equal("127.0.0.1:5961", settings["graphics-vnc"]["Address"]);

        // What can be changed while it runs Xen does.
        guest.Modify("Xen_ProcessorRASD", "state/processor", """Weight = 400; Limit = 60; HostResource = {"1"}; MappingBehavior = 5;""");
        guest.Modify("Xen_MemoryRASD", "state/memory", "VirtualQuantity = 131072;");
        Assert.Equal(["400", "60"], Xen.RunInDomain0($"xl sched-credit -d {guest.Name} | tail -n 1").Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2..]);
        Assert.EndsWith("1 / all", Xen.RunInDomain0($"xl vcpu-list {guest.Name} | tail -n 1").TrimEnd(), StringComparison.Ordinal);
        Assert.Equal("131072", Xen.RunInDomain0($"xenstore-read /local/domain/{Host.Virsh("domid", guest.Uuid)}/memory/target"));

        // All else is refused, and stays.
        var before = Host.Virsh("dumpxml", guest.Uuid);
        foreach (var (@class, device, change) in (ReadOnlySpan<(string, string, string)>)
        [
            ("Xen_ProcessorRASD", "processor", "VirtualQuantity = 2;"), ("Xen_ProcessorRASD", "processor", "CPUFeatures = {\"aes=require\"};"), ("Xen_MemoryRASD", "memory", "Limit = 262144;"),
            ("Xen_DiskRASD", "xvda", "Access = 1;"), ("Xen_NetworkRASD", nic, "Bridge = \"xenbr0\";"), ("Xen_GraphicsRASD", "graphics-vnc", "Port = 5962;"),
            ("Xen_GraphicsRASD", "graphics-vnc", "Password = \"other\";"), ("Xen_InputRASD", "input-mouse-xen", "BusType = \"usb\";"),
        ])
        {
            var error = Wbemcli.Refused("cm", Wbemcli.Url(Wbemcli.Service()),
                $"ModifyResourceSettings.ResourceSettings={Wbemcli.Mof($"instance of {@class} {{ InstanceID = \"{guest.Id("state")}/{device}\"; {change} }};")}");
            Assert.True(error.Message.Contains("next start", StringComparison.Ordinal) || error.Message.Contains("defined configuration", StringComparison.Ordinal)
                || error.Message.Contains("add another", StringComparison.Ordinal), $"{device}, {change} {error.Message}");
        }
        Assert.Equal(before, Host.Virsh("dumpxml", guest.Uuid));
    }

    /// <summary>What Xen's toolstack was told when the guest started.</summary>
    private JsonElement Told(SuiteGuest guest) => JsonDocument.Parse(Xen.RunInDomain0($"xl list -l {guest.Name}")).RootElement[0].GetProperty("config");

    private PrintedError RefusedSystem(SuiteGuest guest, string configuration, string properties) => Wbemcli.Refused("cm", Wbemcli.Url(Wbemcli.Service()),
        $"ModifySystemSettings.SystemSettings={Wbemcli.Mof($"instance of Xen_VirtualSystemSettingData {{ InstanceID = \"{guest.Id(configuration)}\"; {properties} }};")}");
}
