using Xen.Cim.Hypervisor.Guests;
using Xunit;

namespace Xen.Cim.Hypervisor.Tests;

/// <summary>What Xen's tools refuse to plug, as seen with Xen 4.17 and libvirt 9.0.</summary>
public sealed class XenHotPlugTests
{
    private const string Qcow2 = "<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='/a.qcow2'/><target dev='xvdb' bus='xen'/></disk>";
    private const string Raw = "<disk type='file' device='disk'><source file='/a.img'/><target dev='xvdb' bus='xen'/></disk>";
    private const string Drive = "<disk type='file' device='cdrom'><source file='/a.iso'/><target dev='hdc' bus='ide'/><readonly/></disk>";
    private const string Nic = "<interface type='bridge'><mac address='00:16:3e:00:00:01'/><source bridge='xenbr0'/></interface>";

    private const string Screen = "<graphics type='vnc' port='5900' autoport='yes' listen='127.0.0.1'/>";

    [Theory]
    [InlineData(HypervisorOperation.AttachDevice, "linux", Qcow2, "device model")]
    [InlineData(HypervisorOperation.AttachDevice, "xenpvh", Qcow2, "device model")]
    [InlineData(HypervisorOperation.AttachDevice, "hvm", Qcow2, null)]
    [InlineData(HypervisorOperation.AttachDevice, "linux", Raw, null)]
    [InlineData(HypervisorOperation.AttachDevice, "hvm", Drive, "cdrom drive")]
    [InlineData(HypervisorOperation.AttachDevice, "linux", Drive, "cdrom drive")]
    [InlineData(HypervisorOperation.AttachDevice, "linux", Nic, null)]
    [InlineData(HypervisorOperation.UpdateDevice, "linux", Drive, "HVM")]
    [InlineData(HypervisorOperation.UpdateDevice, "hvm", Drive, null)]
    [InlineData(HypervisorOperation.UpdateDevice, "hvm", Raw, "medium of a CD-ROM")]
    [InlineData(HypervisorOperation.UpdateDevice, "linux", Nic, "medium of a CD-ROM")]
    [InlineData(HypervisorOperation.UpdateDevice, "xenpvh", Screen, "defined configuration")]
    [InlineData(HypervisorOperation.DetachDevice, "linux", Raw, null)]
    public void What_cannot_be_plugged_is_explained(HypervisorOperation operation, string osType, string device, string? reason)
    {
        var guest = DomainDefinition.Parse($"<domain type='xen'><name>g</name><os><type>{osType}</type></os></domain>");
        var why = XenHotPlug.Explain(operation, guest, DomainDevice.Parse(device));
        if (reason is null)
            Assert.Null(why);
        else
            Assert.Contains(reason, why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<driver name='phy' type='raw'/><source file='/a.img'/>", false)]
    [InlineData("<driver type='raw'/><source file='/a.img'/>", false)]
    [InlineData("<source file='/a.img'/>", false)]
    [InlineData("<driver name='qemu' type='raw'/><source file='/a.img'/>", true)]
    [InlineData("<driver type='vhd'/><source file='/a.vhd'/>", true)]
    [InlineData("", true)]
    public void A_disk_tells_whether_it_takes_a_device_model(string inner, bool takes) =>
        Assert.Equal(takes, ((DiskDevice)DomainDevice.Parse($"<disk type='file' device='disk'>{inner}<target dev='xvda'/></disk>")).TakesDeviceModel);
}
