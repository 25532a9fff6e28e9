using Xen.Cim.Hypervisor.Migrations;
using Xunit;

namespace Xen.Cim.Hypervisor.Tests.Migrations;

public sealed class DestinationUriTests
{
    [Theory]
    [InlineData("other", MigrationTransport.Default, "xen+ssh://other/system?no_tty=1")]
    [InlineData(" other.example ", MigrationTransport.Ssh, "xen+ssh://other.example/system?no_tty=1")]
    [InlineData("other:2222", MigrationTransport.Ssh, "xen+ssh://other:2222/system?no_tty=1")]
    [InlineData("other", MigrationTransport.LibSsh, "xen+libssh://other/system")]
    [InlineData("192.0.2.7", MigrationTransport.Tls, "xen+tls://192.0.2.7/system")]
    [InlineData("other", MigrationTransport.TlsUnverified, "xen+tls://other/system?no_verify=1")]
    [InlineData("2001:db8::7", MigrationTransport.Tcp, "xen+tcp://[2001:db8::7]/system")]
    [InlineData("[2001:db8::7]:16510", MigrationTransport.Tcp, "xen+tcp://[2001:db8::7]:16510/system")]
    [InlineData("xen+ssh://admin@other:2222/system", MigrationTransport.Default, "xen+ssh://admin@other:2222/system?no_tty=1")]
    [InlineData("xen://other/system", MigrationTransport.Default, "xen+tls://other/system")]
    [InlineData("XEN+TCP://[::1]:1/system", MigrationTransport.Tcp, "xen+TCP://[::1]:1/system")]
    public void A_host_and_a_transport_are_a_URI(string destination, MigrationTransport transport, string expected)
    {
        var uri = DestinationUri.Of(destination, transport, "xen", null, null);
        Assert.Equal((expected, expected), (uri.Peer, uri.Here));
    }

    [Theory]
    [InlineData(MigrationTransport.Default, "xen+tcp://other:1/system")]
    [InlineData(MigrationTransport.Tcp, "xen+tcp://other:1/system")]
    [InlineData(MigrationTransport.Ssh, "xen+ssh://other:1/system?no_tty=1")]
    public void A_template_says_what_the_client_does_not(MigrationTransport transport, string expected)
    {
        var uri = DestinationUri.Of("other:1", transport, "xen", "xen+tcp://{host}/system", "xen+tls://gate.example/system?for={host}");
        Assert.Equal((expected, "xen+tls://gate.example/system?for=other:1"), (uri.Peer, uri.Here));
    }

    [Fact]
    public void Only_a_template_leads_through_a_local_socket()
    {
        Assert.Equal("qemu+unix:///system?socket=/run/other.sock",
            DestinationUri.Of("other", MigrationTransport.Ipc, "qemu", "qemu+unix:///system?socket=/run/{host}.sock", null).Peer);
        Assert.Equal(HypervisorError.InvalidArgument, Assert.Throws<HypervisorException>(
            () => DestinationUri.Of("other", MigrationTransport.Ipc, "qemu", null, null)).Error);
    }

    // What could make libvirt or ssh do something else than connect to a host.
    [Theory]
    [InlineData("")]
    [InlineData("-oProxyCommand=reboot")]
    [InlineData("other/system?command=/bin/sh")]
    [InlineData("other?socket=/x")]
    [InlineData("a b")]
    [InlineData("other;reboot")]
    [InlineData("other\n")]
    [InlineData("user@other")]
    [InlineData("other:0")]
    [InlineData("other:65536")]
    [InlineData("other:x")]
    [InlineData("[other]")]
    [InlineData("[192.0.2.7]")]
    [InlineData("[[::1]]")]
    [InlineData("fe80::1%eth0")]
    [InlineData("{host}")]
    [InlineData("xen+ext://other/system")]
    [InlineData("xen+unix:///system")]
    [InlineData("xen+ssh:///system")]
    [InlineData("xen+ssh://-oProxyCommand=x@other/system")]
    [InlineData("xen+ssh://@other/system")]
    [InlineData("xen+ssh://a@b@other/system")]
    [InlineData("xen+ssh://other/system?command=/bin/sh")]
    [InlineData("xen+ssh://other/system?keyfile=/etc/shadow&x=/system")]
    [InlineData("xen+ssh://other/x/system")]
    [InlineData("xen+ssh://other")]
    [InlineData("qemu+ssh://other/system")]
    [InlineData("esx://other/system")]
    public void What_names_no_host_is_refused(string destination)
    {
        foreach (var template in new[] { null, "xen+ssh://{host}/system" })
        {
            // Spaces around a name are a slip of the pen, and a line break at its end too.
            if (destination.TrimEnd() != destination)
                Assert.Equal("xen+ssh://other/system?no_tty=1", DestinationUri.Of(destination, MigrationTransport.Default, "xen", null, null).Peer);
            else
                Assert.Equal(HypervisorError.InvalidArgument, Assert.Throws<HypervisorException>(() => DestinationUri.Of(destination, MigrationTransport.Default, "xen", template, null)).Error);
        }
    }

    [Fact]
    public void A_URI_and_another_transport_contradict_each_other() =>
        Assert.Contains("contradict", Assert.Throws<HypervisorException>(() => DestinationUri.Of("xen+ssh://other/system", MigrationTransport.Tls, "xen", null, null)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("xen+tcp://other:16510/system", "other")]
    [InlineData("xen+tcp://root@[2001:db8::7]:1/system?x=/y", "[2001:db8::7]")]
    [InlineData("qemu+unix:///system?socket=/x:y@z", null)]
    public void The_host_of_a_URI_is_known(string uri, string? host) => Assert.Equal(host, new DestinationUri(uri, uri).PeerHost);
}
