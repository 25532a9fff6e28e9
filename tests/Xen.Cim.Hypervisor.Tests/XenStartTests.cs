using Xen.Cim.Hypervisor.Guests;
using Xunit;

namespace Xen.Cim.Hypervisor.Tests;

/// <summary>What is said of a guest that Xen does not start, as seen with Xen 4.17, libvirt 9.0 and Debian's QEMU 7.2.</summary>
public sealed class XenStartTests
{
    [Theory]
    [InlineData("<graphics type='vnc' port='-1' passwd='secret'/>", true)]
    [InlineData("<graphics type='vnc' port='-1'/>", false)]
    [InlineData("<graphics type='spice' port='-1' passwd='secret'/>", false)]
    [InlineData("", false)]
    public void It_is_said_where_the_cause_is_told_and_that_a_password_may_be_it(string screen, bool password)
    {
        var why = XenStart.Explain(DomainDefinition.Parse($"<domain type='xen'><name>web</name><os><type>xenpvh</type></os><devices>{screen}</devices></domain>"));
        Assert.Contains("/var/log/xen/qemu-dm-web.log", why, StringComparison.Ordinal);
        Assert.Equal(password, why.Contains("Password", StringComparison.Ordinal));
        Assert.DoesNotContain("secret", why, StringComparison.Ordinal);
    }
}
