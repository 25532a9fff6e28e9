using System.Diagnostics;
using System.Runtime.Versioning;
using Xunit;

namespace Xen.Cim.Hypervisor.Tests;

/// <summary>Snapshots on the simulated host and on QEMU's driver.</summary>
public sealed class SnapshotTests
{
    private static readonly Guid s_guest = Guid.Parse("77777777-0000-4000-8000-000000000003");

    [Fact]
    public void Snapshots_are_a_branch_of_which_one_is_current()
    {
        using var hypervisor = SmallHost.Open();
        Assert.Empty(hypervisor.ListSnapshots());
        Assert.Empty(hypervisor.ListSnapshots(SmallHost.Web));

        hypervisor.CreateSnapshot(SmallHost.Web, "first", "a < b\nAsk Ann.");
        hypervisor.Pause(SmallHost.Web);
        hypervisor.CreateSnapshot(SmallHost.Web, "second", null);

        var snapshots = hypervisor.ListSnapshots(SmallHost.Web).ToDictionary(s => s.Name);
        Assert.Equal(2, snapshots.Count);
        Assert.Equal((null, GuestState.Running, "a < b\nAsk Ann.", false), (snapshots["first"].Parent, snapshots["first"].State, snapshots["first"].Description, snapshots["first"].IsCurrent));
        Assert.Equal(("first", GuestState.Paused, null, true), (snapshots["second"].Parent, snapshots["second"].State, snapshots["second"].Description, snapshots["second"].IsCurrent));
        Assert.InRange(snapshots["first"].CreatedAt!.Value, DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddMinutes(1));
        Assert.Equal(SmallHost.Web, snapshots["first"].Definition!.Uuid);
        Assert.Equal(["first", "second"], hypervisor.ListSnapshots().Select(s => s.Name).Order(StringComparer.Ordinal));

        hypervisor.ApplySnapshot(SmallHost.Web, "first");
        Assert.Equal(GuestState.Running, hypervisor.FindGuest(SmallHost.Web)!.State);
        Assert.Equal("first", Assert.Single(hypervisor.ListSnapshots(SmallHost.Web), s => s.IsCurrent).Name);

        hypervisor.DestroySnapshot(SmallHost.Web, "first");
        Assert.Null(Assert.Single(hypervisor.ListSnapshots()).Parent);
        hypervisor.Remove(SmallHost.Web);
        Assert.Empty(hypervisor.ListSnapshots());
        Assert.Empty(hypervisor.ListSnapshots(SmallHost.Web));
    }

    [Fact]
    public void A_guest_that_is_off_has_snapshots_too()
    {
        using var hypervisor = SmallHost.Open();
        hypervisor.CreateSnapshot(SmallHost.Off, "off", null);
        hypervisor.Start(SmallHost.Off);

        hypervisor.ApplySnapshot(SmallHost.Off, "off");

        Assert.Equal(GuestState.Off, hypervisor.FindGuest(SmallHost.Off)!.State);
    }

    [Fact]
    public void What_cannot_be_is_refused()
    {
        using var hypervisor = SmallHost.Open();
        hypervisor.CreateSnapshot(SmallHost.Web, "first", null);

        Assert.Equal(HypervisorError.AlreadyExists, Assert.Throws<HypervisorException>(() => hypervisor.CreateSnapshot(SmallHost.Web, "first", "again")).Error);
        Assert.Equal(HypervisorError.NotFound, Assert.Throws<HypervisorException>(() => hypervisor.ApplySnapshot(SmallHost.Web, "second")).Error);
        Assert.Equal(HypervisorError.NotFound, Assert.Throws<HypervisorException>(() => hypervisor.DestroySnapshot(SmallHost.Web, "second")).Error);
        Assert.Equal(HypervisorError.NotFound, Assert.Throws<HypervisorException>(() => hypervisor.CreateSnapshot(Guid.NewGuid(), "first", null)).Error);
        Assert.Equal(HypervisorError.InvalidArgument, Assert.Throws<HypervisorException>(() => hypervisor.CreateSnapshot(SmallHost.Web, "a\u0001", null)).Error);
        Assert.Null(Assert.Single(hypervisor.ListSnapshots(SmallHost.Web)).Description);
    }

    [Theory]
    [InlineData("<domainsnapshot/>", null, GuestState.Unknown)]
    [InlineData("<domainsnapshot><state>shutoff</state><creationTime>86400</creationTime></domainsnapshot>", 1, GuestState.Off)]
    [InlineData("<domainsnapshot><state>running</state><creationTime>99999999999999999999</creationTime></domainsnapshot>", null, GuestState.Running)]
    [InlineData("<domainsnapshot><state>paused</state><creationTime>999999999999999</creationTime></domainsnapshot>", null, GuestState.Paused)]
    [InlineData("<domainsnapshot><state>disk-snapshot</state><creationTime>-1</creationTime></domainsnapshot>", null, GuestState.Off)]
    public void What_libvirt_does_not_tell_or_tells_absurdly_is_not_known(string xml, int? day, GuestState state)
    {
        var snapshot = SnapshotDefinition.Read(s_guest, "x", xml);

        Assert.Equal((s_guest, "x", state, null, null), (snapshot.Guest, snapshot.Name, snapshot.State, snapshot.Definition, snapshot.Parent));
        Assert.Equal(day is null ? null : DateTimeOffset.UnixEpoch.AddDays(day.Value), snapshot.CreatedAt);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void A_real_guest_is_taken_back_with_its_memory_and_its_disk()
    {
        using var daemon = Daemon.StartOrSkip();
        Assert.SkipUnless(File.Exists("/usr/bin/qemu-system-x86_64"), "qemu-system-x86_64 is not installed");
        Assert.SkipUnless(File.Exists("/usr/bin/qemu-img"), "qemu-img is not installed");
        using var hypervisor = LibvirtHypervisor.Create(new HypervisorOptions { Uri = daemon.QemuUri }, new LogLines());
        var folder = Directory.CreateTempSubdirectory("xen-cim-snapshot");
        try
        {
            var image = Path.Combine(folder.FullName, "disk.qcow2");
            using (var make = Process.Start(new ProcessStartInfo("qemu-img", ["create", "-q", "-f", "qcow2", image, "16M"]))!)
                make.WaitForExit();
            // libvirtd runs as another user.
            File.SetUnixFileMode(folder.FullName, (UnixFileMode)0b111_111_111);
            File.SetUnixFileMode(image, (UnixFileMode)0b110_110_110);
            hypervisor.Define(DomainDefinition.Parse($"""
                <domain type='qemu'>
                  <name>kept</name>
                  <uuid>{s_guest}</uuid>
                  <memory unit='KiB'>32768</memory>
                  <vcpu>1</vcpu>
                  <os><type arch='x86_64'>hvm</type></os>
                  <devices>
                    <disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='{image}'/><target dev='vda' bus='virtio'/></disk>
                  </devices>
                </domain>
                """));
            try
            {
                hypervisor.CreateSnapshot(s_guest, "off", null);
                hypervisor.Start(s_guest);
                hypervisor.CreateSnapshot(s_guest, "running", "While it ran.");
                Assert.Equal(GuestState.Running, hypervisor.FindGuest(s_guest)!.State);
                Assert.Equal([("off", GuestState.Off), ("running", GuestState.Running)], hypervisor.ListSnapshots(s_guest).Select(s => (s.Name, s.State)).OrderBy(s => s.Name, StringComparer.Ordinal));

                hypervisor.ApplySnapshot(s_guest, "off");
                Assert.Equal(GuestState.Off, hypervisor.FindGuest(s_guest)!.State);
                hypervisor.ApplySnapshot(s_guest, "running");
                Assert.Equal(GuestState.Running, hypervisor.FindGuest(s_guest)!.State);
                // One of a guest that runs otherwise than it did needs another process.
                hypervisor.Destroy(s_guest);
                hypervisor.ChangeDefinition(s_guest, d => d.MemoryKiB = d.CurrentMemoryKiB = 49152);
                hypervisor.Start(s_guest);
                hypervisor.ApplySnapshot(s_guest, "running");
                Assert.Equal(32768ul, hypervisor.GetDefinition(s_guest, ConfigurationKind.State)!.MemoryKiB);

                hypervisor.DestroySnapshot(s_guest, "off");
                hypervisor.DestroySnapshot(s_guest, "running");
                Assert.Empty(hypervisor.ListSnapshots());
            }
            finally
            {
                hypervisor.Remove(s_guest);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
