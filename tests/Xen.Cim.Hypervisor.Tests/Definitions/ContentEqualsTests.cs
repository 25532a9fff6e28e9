using Xunit;

namespace Xen.Cim.Hypervisor.Tests.Definitions;

public sealed class ContentEqualsTests
{
    [Theory]
    [InlineData("<domain><name>a</name></domain>", "<domain>\n  <name>a</name>\n</domain>")]
    [InlineData("<domain type='xen' id='1'/>", "<domain id=\"1\" type=\"xen\"></domain>")]
    [InlineData("<domain><!-- c --><name>a</name></domain>", "<domain><name>a</name></domain>")]
    [InlineData("<domain><m><a:x xmlns:a='urn:x' y='1'/></m></domain>", "<domain xmlns:b='urn:x'><m><b:x y='1'/></m></domain>")]
    [InlineData("<domain><name>a&amp;b</name></domain>", "<domain><name><![CDATA[a&b]]></name></domain>")]
    [InlineData("<domain><os/></domain>", "<domain><os></os></domain>")]
    [InlineData("<domain><devices>\n  </devices></domain>", "<domain><devices/></domain>")]
    public void Form_does_not_count(string a, string b) => Assert.True(Equal(a, b));

    [Theory]
    [InlineData("<domain><a/><b/></domain>", "<domain><b/><a/></domain>")]
    [InlineData("<domain><a/></domain>", "<domain><a/><a/></domain>")]
    [InlineData("<domain type='xen'/>", "<domain/>")]
    [InlineData("<domain type='xen'/>", "<domain type='xen' id='1'/>")]
    [InlineData("<domain type='xen'/>", "<domain type='kvm'/>")]
    [InlineData("<domain type='xen'/>", "<domain kind='xen'/>")]
    [InlineData("<domain><name>a</name></domain>", "<domain><name>b</name></domain>")]
    [InlineData("<domain><name>a</name></domain>", "<domain><name> a</name></domain>")]
    [InlineData("<domain><name>a</name></domain>", "<domain><name><a/></name></domain>")]
    [InlineData("<domain><m>x<a/></m></domain>", "<domain><m>y<a/></m></domain>")]
    [InlineData("<domain><m>x<a/></m></domain>", "<domain><m><a/></m></domain>")]
    [InlineData("<domain><x xmlns='urn:1'/></domain>", "<domain><x xmlns='urn:2'/></domain>")]
    public void Content_does(string a, string b)
    {
        Assert.False(Equal(a, b));
        Assert.False(Equal(b, a));
    }

    [Fact]
    public void A_copy_is_equal_until_it_is_changed()
    {
        var guest = DomainDefinition.Parse(Samples.HvmRunning);
        var copy = guest.Clone();
        Assert.True(guest.ContentEquals(copy));
        Assert.Equal(guest.ToXml(), copy.ToXml());

        copy.Interfaces.Last().OutboundAverageKiBps = 1;
        Assert.False(guest.ContentEquals(copy));
        Assert.Null(guest.Interfaces.Last().OutboundAverageKiBps);
    }

    [Fact]
    public void A_definition_becomes_another_without_being_tied_to_it()
    {
        var guest = DomainDefinition.Parse(Samples.Pv);
        var other = DomainDefinition.Parse(Samples.HvmRunning);
        guest.CopyFrom(other);
        Assert.Equal(other.ToXml(), guest.ToXml());

        guest.Name = "changed";
        guest.Disks.First().Source = "/changed";
        Assert.Equal(DomainDefinition.Parse(Samples.HvmRunning).ToXml(), other.ToXml());
    }

    private static bool Equal(string a, string b) => DomainDefinition.Parse(a).ContentEquals(DomainDefinition.Parse(b));
}
