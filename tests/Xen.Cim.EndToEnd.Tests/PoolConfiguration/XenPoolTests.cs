using System.Globalization;
using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.PoolConfiguration;

/// <summary>Volume groups, and storage that another host gives out, on a real Xen host: its kernel has what they need.</summary>
[Collection(SecondXenLabTests.Name)]
public sealed class XenPoolTests(XenLabFixture lab)
{
    private XenLabHost Host => lab.Host;

    private Wbemcli Wbemcli => lab.Wbemcli;

    [Fact]
    public void A_volume_group_is_made_filled_and_deleted_with_its_logical_volumes()
    {
        var device = Host.RunInDomain0("modprobe dm-mod && truncate -s 64M /var/tmp/group.img && losetup --find --show /var/tmp/group.img");

        var pool = Wbemcli.MakePool("group", $$"""instance of Xen_DiskPoolRASD { PoolType = "logical"; DevicePaths = {"{{device}}"}; };""");
        Assert.Equal(("logical", "/dev/group"), Wbemcli.Get(pool) is var made ? (made["PoolType"], made["Path"]) : default);
        Assert.InRange(Number(pool, "Capacity"), 56UL << 20, 64UL << 20);
        Assert.Equal(device, Host.RunInDomain0("pvs --noheadings -o pv_name -S vg_name=group").Trim());

        var volume = Wbemcli.MakeVolume(pool, """instance of Xen_StorageVolumeRASD { ElementName = "web"; VirtualQuantity = 8; VirtualQuantityUnits = "byte * 2^20"; };""");
        Assert.Equal("/dev/group/web", Wbemcli.Get(volume)["Name"]);
        Assert.Equal(8UL << 20, Number(volume, "Capacity"));
        Assert.Equal("8388608", Host.RunInDomain0("blockdev --getsize64 /dev/group/web"));

        // libvirt has no call for it, and a volume that is too large is LVM's to refuse.
        Assert.Equal(7, Wbemcli.Refused("mi", Wbemcli.Url(volume), $"Capacity={16 << 20}").Status);
        var full = Wbemcli.RefuseVolume(pool, """instance of Xen_StorageVolumeRASD { ElementName = "large"; VirtualQuantity = 1; VirtualQuantityUnits = "byte * 2^30"; };""");
        Assert.Equal(1, full.Status);
        Assert.Contains("insufficient free space", full.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("web", Host.RunInDomain0("lvs --noheadings -o lv_name group").Trim());

        // The device belongs to a group now.
        Assert.Contains("second", Wbemcli.RefusePool("second", $$"""instance of Xen_DiskPoolRASD { PoolType = "logical"; DevicePaths = {"{{device}}"}; };""").Message, StringComparison.Ordinal);
        Assert.DoesNotContain("second", Host.Virsh("pool-list", "--all", "--name"), StringComparison.Ordinal);

        Wbemcli.DeleteVolume(volume);
        Assert.Empty(Host.RunInDomain0("lvs --noheadings -o lv_name group").Trim());
        Wbemcli.DeletePool(pool);
        // The group is its owner's, and can be made a pool again as it is.
        Assert.Equal("group", Host.RunInDomain0("vgs --noheadings -o vg_name").Trim());
        Wbemcli.DeletePool(Wbemcli.MakePool("again", """instance of Xen_DiskPoolRASD { PoolType = "logical"; SourceName = "group"; };"""));
        Host.RunInDomain0($"vgremove -qy group && losetup -d {device}");
    }

    [Fact]
    public void A_folder_of_another_host_is_mounted_filled_and_let_go()
    {
        Host.RunInDomain0("""
            set -e
            ln -sf /proc/self/mounts /etc/mtab
            modprobe nfsd; mkdir -p /srv/export /mnt/nas
            mountpoint -q /proc/fs/nfsd || mount -t nfsd nfsd /proc/fs/nfsd
            echo 10 >/proc/fs/nfsd/nfsv4leasetime; echo 1 >/proc/fs/nfsd/nfsv4gracetime 2>/dev/null || true
            rpc.nfsd --no-nfs-version 3 --no-udp 2; rpc.mountd --no-nfs-version 3
            exportfs -o rw,no_root_squash,insecure,fsid=1 127.0.0.1:/srv/export
            echo Y >/proc/fs/nfsd/v4_end_grace 2>/dev/null || true
            """);
        var pool = Wbemcli.MakePool("nas", """instance of Xen_DiskPoolRASD { PoolType = "netfs"; Host = "127.0.0.1"; SourceDirectory = "/srv/export"; Path = "/mnt/nas"; Format = "nfs"; };""");
        Assert.Contains("nfs", Host.RunInDomain0("findmnt -no FSTYPE /mnt/nas"), StringComparison.Ordinal);

        var volume = Wbemcli.MakeVolume(pool, """instance of Xen_StorageVolumeRASD { ElementName = "d.qcow2"; VirtualQuantity = 1; VirtualQuantityUnits = "byte * 2^30"; Format = "qcow2"; };""");
        Host.RunInDomain0("test -f /srv/export/d.qcow2");
        Wbemcli.DeleteVolume(volume);
        Wbemcli.DeletePool(pool);
        Assert.NotEqual(0, Host.TryInDomain0("mountpoint -q /mnt/nas").ExitCode);

        var error = Wbemcli.RefusePool("wrong", """instance of Xen_DiskPoolRASD { PoolType = "netfs"; Host = "127.0.0.1"; SourceDirectory = "/srv/nowhere"; Path = "/mnt/wrong"; Format = "nfs"; };""");
        Assert.Equal(1, error.Status);
        Assert.Contains("/srv/nowhere", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", Host.Virsh("pool-list", "--all", "--name"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_disks_of_an_iSCSI_target_are_a_pool()
    {
        const string Target = "iqn.2026-01.example:disks";
        Host.RunInDomain0($"""
            set -e
            modprobe iscsi_tcp; modprobe sd_mod
            test -s /etc/iscsi/initiatorname.iscsi || echo InitiatorName=iqn.2026-01.example:domain0 >/etc/iscsi/initiatorname.iscsi
            tgtd; iscsid
            truncate -s 16M /var/tmp/lun.img
            until tgtadm --lld iscsi --op show --mode target >/dev/null 2>&1; do sleep 0.2; done
            tgtadm --lld iscsi --op new --mode target --tid 1 -T {Target}
            tgtadm --lld iscsi --op new --mode logicalunit --tid 1 --lun 1 -b /var/tmp/lun.img
            tgtadm --lld iscsi --op bind --mode target --tid 1 -I ALL
            """);
        var pool = Wbemcli.MakePool("san", $$"""instance of Xen_DiskPoolRASD { PoolType = "iscsi"; Host = "127.0.0.1"; DevicePaths = {"{{Target}}"}; };""");

        var volume = Assert.Single(Wbemcli.Paths("ain", Wbemcli.Url(pool), "-ac", "CIM_ConcreteComponent", "-arc", "CIM_StorageVolume"));
        Assert.Equal(16UL << 20, Number(volume, "Capacity"));
        Assert.Contains(Target, Wbemcli.Get(volume)["Name"], StringComparison.Ordinal);

        // What a target gives out is made on its side; the pool's type says so, and nothing else is taken to be missing.
        Assert.Equal(7, Wbemcli.RefuseVolume(pool, """instance of Xen_StorageVolumeRASD { ElementName = "more"; VirtualQuantity = 1048576; };""").Status);
        Assert.Contains("iscsi", Wbemcli.Get(Assert.Single(Wbemcli.Names("Xen_ResourcePoolConfigurationCapabilities")))["StoragePoolTypesSupported"], StringComparison.Ordinal);

        Wbemcli.DeletePool(pool);
        Assert.NotEqual(0, Host.TryInDomain0("iscsiadm --mode session").ExitCode);
        var error = Wbemcli.RefusePool("nobody", """instance of Xen_DiskPoolRASD { PoolType = "iscsi"; Host = "127.0.0.1"; DevicePaths = {"iqn.2026-01.example:nobody"}; };""");
        Assert.Equal(1, error.Status);
        Assert.DoesNotContain("nobody", Host.Virsh("pool-list", "--all", "--name"), StringComparison.Ordinal);
    }

    private ulong Number(string path, string property) => ulong.Parse(Wbemcli.Get(path)[property], CultureInfo.InvariantCulture);
}
