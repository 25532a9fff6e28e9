using System.Diagnostics;
using System.Runtime.CompilerServices;
using Libvirt.Native;

namespace Libvirt.Tests;

public class LibraryTests
{
    [Fact]
    public void Missing_library_is_told_with_its_name_and_the_remedy()
    {
        var e = Assert.Throws<LibvirtNotFoundException>(() => LibvirtLibrary.Load("libvirt-that-is-not-here.so.0"));
        Assert.Contains("libvirt-that-is-not-here.so.0", e.Message, StringComparison.Ordinal);
        Assert.Contains("libvirt0", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public void Version_is_what_virsh_says()
    {
        using var virsh = Process.Start(new ProcessStartInfo("virsh", "--version") { RedirectStandardOutput = true })!;
        var said = virsh.StandardOutput.ReadToEnd().Trim();
        virsh.WaitForExit();
        Assert.True(LibvirtLibrary.IsAvailable);
        Assert.Equal(said, LibvirtLibrary.Version.ToString());
    }

    [Fact]
    public void Version_number_is_taken_apart()
    {
        Assert.Equal(new Version(10, 2, 33), LibvirtLibrary.Decode(10_002_033));
    }

    // sizeof() in C on a 64 bit Linux.
    [Fact]
    public void Structures_have_the_sizes_of_the_headers()
    {
        Assert.Equal(96, Unsafe.SizeOf<VirTypedParameter>());
        Assert.Equal(80, Unsafe.SizeOf<VirError>());
        Assert.Equal(64, Unsafe.SizeOf<VirNodeInfo>());
        Assert.Equal(40, Unsafe.SizeOf<VirDomainInfo>());
        Assert.Equal(96, Unsafe.SizeOf<VirDomainJobInfo>());
        Assert.Equal(24, Unsafe.SizeOf<VirVcpuInfo>());
        Assert.Equal(88, Unsafe.SizeOf<VirNodeStat>());
        Assert.Equal(16, Unsafe.SizeOf<VirDomainMemoryStat>());
        Assert.Equal(48, Unsafe.SizeOf<VirConnectCredential>());
        Assert.Equal(32, Unsafe.SizeOf<VirConnectAuth>());
        Assert.Equal(72, Unsafe.SizeOf<VirNetworkDhcpLease>());
        Assert.Equal(32, Unsafe.SizeOf<VirStoragePoolInfo>());
        Assert.Equal(24, Unsafe.SizeOf<VirStorageVolumeInfo>());
        Assert.Equal(24, Unsafe.SizeOf<VirDomainStatsRecord>());
        Assert.Equal(32, Unsafe.SizeOf<VirDomainBlockJobInfo>());
        Assert.Equal(32, Unsafe.SizeOf<VirDomainInterface>());
    }

    [Theory]
    [InlineData(ErrorCode.NoDomain, 42)]
    [InlineData(ErrorCode.NoSupport, 3)]
    [InlineData(ErrorCode.OperationInvalid, 55)]
    [InlineData(ErrorCode.OperationUnsupported, 84)]
    [InlineData(ErrorCode.WarningNoNetwork, 41)]
    [InlineData(ErrorCode.MultipleDomains, 110)]
    public void Error_codes_have_the_numbers_of_virterror(ErrorCode code, int number) => Assert.Equal(number, (int)code);
}
