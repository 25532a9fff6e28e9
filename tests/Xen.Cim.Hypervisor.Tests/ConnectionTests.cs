using Libvirt;
using Xen.Cim.Hypervisor.Connections;
using Xen.Cim.Hypervisor.Guests;
using Xen.Cim.Hypervisor.Hosts;
using Xunit;

namespace Xen.Cim.Hypervisor.Tests;

/// <summary>What is known of a connection before and besides its calls: its URI, the host's identity, the meaning of errors.</summary>
public sealed class ConnectionTests
{
    [Theory]
    [InlineData("xen:///system", HypervisorDriver.Xen, true, false)]
    [InlineData("xen+tcp://127.0.0.1:16509/system", HypervisorDriver.Xen, false, false)]
    [InlineData("xen+ssh://root@host/system?keyfile=/k", HypervisorDriver.Xen, false, false)]
    [InlineData("qemu:///system", HypervisorDriver.Qemu, true, false)]
    [InlineData("qemu+unix:///session?socket=/s", HypervisorDriver.Qemu, true, false)]
    [InlineData("test:///default", HypervisorDriver.Test, true, true)]
    [InlineData("test:///path/host.xml", HypervisorDriver.Test, true, true)]
    [InlineData("test+unix:///default?socket=/s", HypervisorDriver.Test, true, false)]
    [InlineData("test+tcp://host/default", HypervisorDriver.Test, false, false)]
    [InlineData("xen://host?x=1", HypervisorDriver.Xen, false, false)]
    [InlineData("lxc:///", HypervisorDriver.Other, true, false)]
    [InlineData("", HypervisorDriver.Other, true, false)]
    public void A_uri_tells_the_driver_and_where_it_is(string text, HypervisorDriver driver, bool local, bool inProcess)
    {
        var uri = ConnectionUri.Parse(text);

        Assert.Equal((driver, local, inProcess), (uri.Driver, uri.IsLocal, uri.LivesInProcess));
    }

    [Fact]
    public void The_control_domain_is_known_by_what_the_driver_gives_it()
    {
        var xen = new HostIdentity(HypervisorDriver.Xen, "host", Guid.NewGuid());
        Assert.True(xen.IsControlDomain(Guid.Empty, "Domain-0", 0));
        Assert.True(xen.IsControlDomain(Guid.Empty, "renamed", 0));
        Assert.False(xen.IsControlDomain(Guid.NewGuid(), "Domain-0", 4));
        var qemu = new HostIdentity(HypervisorDriver.Qemu, "host", Guid.NewGuid());
        Assert.False(qemu.IsControlDomain(Guid.NewGuid(), "Domain-0", 1));
        Assert.NotEqual(xen.ControlDomain, qemu.ControlDomain);
        Assert.Equal(xen.ControlDomain, (xen with { Name = "renamed" }).ControlDomain);
    }

    [Fact]
    public void A_derived_uuid_is_a_uuid_and_always_the_same()
    {
        var space = Guid.Parse("88888888-0000-4000-8000-000000000001");

        var uuid = HostIdentity.Derive(space, "Domain-0");

        Assert.Equal(uuid, HostIdentity.Derive(space, "Domain-0"));
        Assert.NotEqual(uuid, HostIdentity.Derive(space, "Domain-1"));
        Assert.Equal((8, 2), (uuid.Version, uuid.Variant >> 2));
    }

    [Fact]
    public void A_host_without_any_id_keeps_the_one_that_it_was_given()
    {
        var folder = Path.Combine(Path.GetTempPath(), "xen-cim-" + Guid.NewGuid());
        try
        {
            var given = HostIdentity.Remembered(folder);

            Assert.NotNull(given);
            Assert.Equal(given, HostIdentity.Remembered(folder));
            Assert.Null(HostIdentity.Remembered(null));
            Assert.Null(HostIdentity.Remembered("/dev/null/nowhere"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData(ErrorCode.NoSupport, HypervisorError.NotSupported)]
    [InlineData(ErrorCode.NoDomain, HypervisorError.NotFound)]
    [InlineData(ErrorCode.NoStoragePool, HypervisorError.NotFound)]
    [InlineData(ErrorCode.DomExist, HypervisorError.AlreadyExists)]
    [InlineData(ErrorCode.OperationInvalid, HypervisorError.InvalidState)]
    [InlineData(ErrorCode.XmlError, HypervisorError.InvalidArgument)]
    [InlineData(ErrorCode.ConfigUnsupported, HypervisorError.InvalidArgument)]
    [InlineData(ErrorCode.InvalidArg, HypervisorError.InvalidArgument)]
    [InlineData(ErrorCode.OperationDenied, HypervisorError.AccessDenied)]
    [InlineData(ErrorCode.ResourceBusy, HypervisorError.Busy)]
    [InlineData(ErrorCode.OperationTimeout, HypervisorError.Timeout)]
    [InlineData(ErrorCode.Rpc, HypervisorError.Disconnected)]
    [InlineData(ErrorCode.InternalError, HypervisorError.Failed)]
    [InlineData((ErrorCode)9999, HypervisorError.Failed)]
    public void Each_error_keeps_libvirts_words(ErrorCode code, HypervisorError expected)
    {
        var error = LibvirtErrors.Translate("start the guest", new LibvirtException(code, "libvirt's words", ErrorDomain.LibXl));

        Assert.Equal(expected, error.Error);
        Assert.Equal("Cannot start the guest: libvirt's words", error.Message);
        Assert.Equal(((int)ErrorDomain.LibXl, (int)code), error.Libvirt);
    }

    [Fact]
    public void A_job_that_holds_the_guest_is_no_timeout()
    {
        var error = new LibvirtException(ErrorCode.OperationTimeout, "Timed out during operation: cannot acquire state change lock (held by monitor=remoteDispatchDomainSave)");

        Assert.Equal(HypervisorError.Busy, LibvirtErrors.Of(error));
    }

    [Fact]
    public void Each_connection_to_a_file_is_the_same_one_all_along()
    {
        using var hypervisor = SmallHost.Open();

        hypervisor.Start(SmallHost.Off);
        Parallel.For(0, 50, _ => Assert.Equal(GuestState.Running, hypervisor.FindGuest(SmallHost.Off)!.State));

        Assert.Equal(1, hypervisor.Connections);
    }

    [Fact]
    public void What_cannot_be_connected_to_is_named()
    {
        using var hypervisor = SmallHost.Open(new HypervisorOptions { Uri = "test:///nowhere/host.xml" });

        var error = Assert.Throws<HypervisorException>(() => hypervisor.GetHost());

        Assert.Equal(HypervisorError.Disconnected, error.Error);
        Assert.Contains("test:///nowhere/host.xml", error.Message, StringComparison.Ordinal);
        using var unknown = SmallHost.Open(new HypervisorOptions { Uri = "nonsense://x" });
        Assert.Equal(HypervisorError.Disconnected, Assert.Throws<HypervisorException>(() => unknown.ListGuests()).Error);
        Assert.Equal(HypervisorDriver.Other, unknown.Driver);
    }

    [Fact]
    public void After_the_end_nothing_is_done()
    {
        var hypervisor = SmallHost.Open();
        hypervisor.ListGuests();
        hypervisor.Dispose();
        hypervisor.Dispose();

        Assert.Equal(HypervisorError.Disconnected, Assert.Throws<HypervisorException>(hypervisor.ListGuests).Error);
        Assert.Equal(0, hypervisor.Connections);
    }

    [Fact]
    public void The_cache_of_definitions_is_bounded()
    {
        var cache = new DefinitionCache(100);
        var (first, second) = (Guid.NewGuid(), Guid.NewGuid());
        const string Small = "<domain><name>small</name></domain>";
        var big = "<domain><name>" + new string('x', 80) + "</name></domain>";

        var kept = cache.Parse(first, ConfigurationKind.State, Small);
        Assert.Same(kept, cache.Parse(first, ConfigurationKind.State, Small));
        Assert.NotSame(kept, cache.Parse(second, ConfigurationKind.State, Small));
        Assert.NotSame(cache.Parse(Guid.NewGuid(), ConfigurationKind.State, big), cache.Parse(Guid.NewGuid(), ConfigurationKind.State, big));
        Assert.Equal((2, 2L * Small.Length), (cache.Count, cache.Characters));
        // What no longer fits is parsed each time, and the old is not handed out for it.
        Assert.Equal(80, cache.Parse(first, ConfigurationKind.State, big).Name.Length);
        cache.Retain([first]);
        Assert.Equal((0, 0L), (cache.Count, cache.Characters));
    }
}
