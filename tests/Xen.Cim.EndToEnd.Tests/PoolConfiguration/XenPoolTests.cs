using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.PoolConfiguration;

/// <summary>Storage that another host gives out, on a real Xen host: its kernel has what that needs.</summary>
[Collection(SecondXenLabTests.Name)]
public sealed class XenPoolTests(XenLabFixture lab)
{
    private XenLabHost Host => lab.Host;

    private Wbemcli Wbemcli => lab.Wbemcli;

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

    private ulong Number(string path, string property) => ulong.Parse(Wbemcli.Get(path)[property], System.Globalization.CultureInfo.InvariantCulture);
}
