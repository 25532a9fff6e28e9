using Xen.Cim.EndToEnd.Tests.Running;
using Xen.Cim.EndToEnd.Tests.Suite.Hosts;

namespace Xen.Cim.EndToEnd.Tests.Suite.Themes;

/// <summary>Whether a guest starts with its host (AutomaticStartupAction).</summary>
public abstract class Autostart(HostUnderTest host, GuestKind kind) : GuestTests(host, kind)
{
    [GuestFact]
    public void Is_given_with_the_definition()
    {
        Host.Require("Autostart");
        using var guest = Define("autostart", "AutomaticStartupAction = 4;");
        Says(guest, "4", "enable");
    }

    [GuestFact]
    public void Is_switched_on_and_off()
    {
        Host.Require("Autostart");
        using var guest = Define("autostart");
        Says(guest, "2", "disable");
        foreach (var (action, virsh) in (ReadOnlySpan<(string, string)>)[("4", "enable"), ("2", "disable")])
        {
            Assert.Equal(Guests.Completed, Wbemcli.Call(Wbemcli.Service(), "ModifySystemSettings", "SystemSettings=" + Wbemcli.Mof(
                $$"""instance of Xen_VirtualSystemSettingData { InstanceID = "{{guest.Id("defined")}}"; AutomaticStartupAction = {{action}}; };""")).Return);
            Says(guest, action, virsh);
        }
    }

    private static void Says(SuiteGuest guest, string action, string virsh)
    {
        Assert.Equal(action, guest.Setting("Xen_VirtualSystemSettingData", "defined")["AutomaticStartupAction"]);
        guest.ConfirmInfo(virsh, "Autostart");
    }
}
