using Xen.Cim.EndToEnd.Tests.Running;
using Xen.Cim.EndToEnd.Tests.Suite.Hosts;

namespace Xen.Cim.EndToEnd.Tests.Suite.Themes;

/// <summary>The medium in a CD-ROM drive. Such drives are hardware, so the guest is a fully virtualized one.</summary>
public abstract class Media(HostUnderTest host, GuestKind kind) : GuestTests(host, kind)
{
    private const string Drive = "hdc";

    [GuestFact]
    public void Is_changed_and_ejected_for_the_next_start()
    {
        var (first, second) = Host.Media;
        using var guest = WithDrive(first.Path);
        var drive = guest.Setting("Xen_DiskRASD", $"defined/{Drive}");
        Assert.Equal((first.Path, "15"), (drive["Address"], drive["ResourceType"]));
        Put(guest, "defined", second.Path);
        Put(guest, "defined", "");
    }

    [GuestFact]
    public void Is_changed_and_ejected_while_the_guest_runs()
    {
        Host.Require("UpdateDevice");
        var (first, second) = Host.Media;
        using var guest = WithDrive(first.Path);
        guest.Start();
        Sees(first.Bytes);
        Put(guest, "state", second.Path);
        Sees(second.Bytes);
        Assert.Equal(first.Path, guest.Setting("Xen_DiskRASD", $"defined/{Drive}")["Address"]);
        // A folder is no medium, which only the device model finds out: what was in the drive is in it again.
        var folder = Path.GetDirectoryName(second.Path)!;
        Assert.Contains(Drive, Wbemcli.RefusedCall(Wbemcli.Service(), "ModifyResourceSettings", "ResourceSettings=" + Wbemcli.Mof(Medium(guest, "state", folder))).Message, StringComparison.Ordinal);
        Assert.Equal(second.Path, guest.Setting("Xen_DiskRASD", $"state/{Drive}")["Address"]);
        Sees(second.Bytes);
        Put(guest, "state", "");
        Sees(0);
        Put(guest, "state", first.Path);

        // Under emulation a fully virtualized guest takes half a minute to start.
        void Sees(long bytes)
        {
            if (Host.GuestsAreMute is null)
                guest.Console.WaitFor(r => r.CdRoms.Values.SequenceEqual([bytes]), $"a medium of {bytes} bytes", 300);
        }
    }

    private SuiteGuest WithDrive(string medium) => DefineAs(GuestKind.HVM, "media", moreResources:
        $$"""instance of Xen_DiskRASD { ResourceType = 15; VirtualDevice = "{{Drive}}"; Address = "{{medium}}"; };""");

    private static string Medium(SuiteGuest guest, string configuration, string medium) =>
        $$"""instance of Xen_DiskRASD { InstanceID = "{{guest.Id($"{configuration}/{Drive}")}}"; Address = "{{medium}}"; };""";

    private void Put(SuiteGuest guest, string configuration, string medium)
    {
        guest.Modify("Xen_DiskRASD", $"{configuration}/{Drive}", $"Address = \"{medium}\";");
        Assert.Equal(medium, guest.Setting("Xen_DiskRASD", $"{configuration}/{Drive}").Optional("Address"));
        if (!Host.VirshSeesIt)
            return;
        var printed = Host.Virsh(configuration == "defined" ? ["domblklist", guest.Uuid, "--inactive"] : ["domblklist", guest.Uuid]);
        Assert.Equal([Drive, medium.Length > 0 ? medium : "-"], printed.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }
}
