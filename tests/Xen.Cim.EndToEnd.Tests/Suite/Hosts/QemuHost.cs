using System.Globalization;
using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.Suite.Hosts;

/// <summary>QEMU's driver with guests in software emulation, which run everywhere.</summary>
public sealed class QemuHost : HostUnderTest
{
    private readonly OwnLibvirtd _libvirtd = new("qemu");
    private readonly Lazy<string> _disks = new(() =>
    {
        var folder = Directory.CreateTempSubdirectory("xen-cim-suite").FullName;
        // QEMU may run as another user.
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_111_111);
        return folder;
    });

    public override string Driver => "QEMU";

    public override string Uri => ServerUnderTest.Given is null ? _libvirtd.Started.Uri : ServerUnderTest.GivenConnection;

    protected override string Configuration => ServerUnderTest.Given is null ? $"daemon_folders = {_libvirtd.Started.QemuFolders}\n" : "";

    public override (string Kernel, string Initrd) Boot => GuestBoot.OnThisMachine();

    public override string ConsoleOf(GuestKind kind) => "ttyS0";

    public override bool SuspendsWhateverRuns => true;

    public override string DiskPrefix => "vd";

    public override string? Network => null;

    public override string Plug => """NetworkType = "user"; Model = "virtio";""";

    public override ((string Path, long Bytes) First, (string Path, long Bytes) Second) Media => (Make("first.iso", 368640), Make("second.iso", 737280));

    public override string MakeDisk(string name) => Make(name, 1024 * 1024).Path;

    public override string SnapshotDisk(string name)
    {
        Assert.SkipUnless(Command.Exists("qemu-img"), "qemu-img, which makes disks that keep snapshots, is not installed");
        var path = Path.Combine(_disks.Value, name + ".qcow2");
        Assert.Equal(0, Command.Run("qemu-img", "create", "-q", "-f", "qcow2", path, "16M").ExitCode);
        File.SetUnixFileMode(path, (UnixFileMode)0b110_110_110);
        return $$"""instance of Xen_DiskRASD { VirtualDevice = "vda"; Address = "{{path}}"; DriverType = "qcow2"; };""";
    }

    private (string Path, long Bytes) Make(string name, long bytes)
    {
        var path = Path.Combine(_disks.Value, name);
        using (var file = File.Create(path))
            file.SetLength(bytes);
        File.SetUnixFileMode(path, (UnixFileMode)0b110_110_110);
        return (path, bytes);
    }

    public override void RequireLivePinning() => Assert.Skip(DriverFacts.Remark(Driver, "PinProcessorsLive"));

    public override void RequireScheduler(SuiteGuest guest) => Assert.SkipUnless(HasControlGroups(guest), DriverFacts.Remark(Driver, "SetSchedulerLive"));

    public override void ConfirmScheduler(SuiteGuest guest, uint weight, uint cap)
    {
        var now = SuiteGuest.Table(Virsh("schedinfo", guest.Uuid), ':');
        var period = long.Parse(now["global_period"], CultureInfo.InvariantCulture);
        var quota = long.Parse(now["global_quota"], CultureInfo.InvariantCulture);
        Assert.Equal((weight, (long)cap), (uint.Parse(now["cpu_shares"], CultureInfo.InvariantCulture), quota <= 0 ? 0 : 100 * quota / period));
    }

    // libvirtd finds them where a guest runs.
    private bool HasControlGroups(SuiteGuest guest) => SuiteGuest.Table(TryVirsh("schedinfo", guest.Uuid).Output, ':').ContainsKey("cpu_shares");

    protected override void Prepare() => _libvirtd.Prepare();

    protected override void End()
    {
        try
        {
            _libvirtd.Dispose();
        }
        finally
        {
            if (_disks.IsValueCreated)
                Directory.Delete(_disks.Value, recursive: true);
        }
    }
}
