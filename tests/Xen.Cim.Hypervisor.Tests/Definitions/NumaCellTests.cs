using Xunit;

namespace Xen.Cim.Hypervisor.Tests.Definitions;

/// <summary>The guest's own memory nodes: changed one by one, and what they say besides stays.</summary>
public sealed class NumaCellTests
{
    private const string Xml = """
        <domain type='kvm'>
          <name>tower</name>
          <memory unit='KiB'>393216</memory>
          <vcpu>4</vcpu>
          <cpu mode='host-passthrough'>
            <cache mode='passthrough'/>
            <maxphysaddr mode='passthrough' limit='46'/>
            <numa>
              <cell id='1' cpus='2-3' memory='128' unit='MiB' memAccess='private'/>
              <cell id='0' cpus='0-1' memory='262144' unit='KiB' discard='yes'>
                <distances>
                  <sibling id='0' value='10'/>
                  <sibling id='1' value='31'/>
                </distances>
                <cache level='1' associativity='direct' policy='writeback'><size value='8' unit='KiB'/><line value='5' unit='B'/></cache>
              </cell>
            </numa>
          </cpu>
        </domain>
        """;

    private static readonly GuestNumaCell s_first = new(262144) { Processors = "0-1", Discard = "yes", Distances = "10,31" };
    private static readonly GuestNumaCell s_second = new(131072) { Processors = "2-3", Access = "private" };

    [Fact]
    public void They_are_read_by_their_numbers_in_whatever_unit()
    {
        Assert.Equal([s_first, s_second], DomainDefinition.Parse(Xml).NumaCells);
        Assert.Empty(DomainDefinition.Parse("<domain><cpu/></domain>").NumaCells);
    }

    [Fact]
    public void Setting_what_is_there_changes_nothing()
    {
        var guest = DomainDefinition.Parse(Xml);
        guest.NumaCells = guest.NumaCells;
        (guest.CpuCache, guest.CpuAddresses) = (guest.CpuCache, guest.CpuAddresses);
        Assert.Equal(DomainDefinition.Parse(Xml).ToXml(), guest.ToXml());
    }

    [Fact]
    public void A_change_of_one_leaves_the_other_and_its_caches_alone()
    {
        var guest = DomainDefinition.Parse(Xml);
        guest.NumaCells = [s_first with { Distances = "10,21" }, s_second with { Access = null }];
        Assert.Equal([s_first with { Distances = "10,21" }, s_second with { Access = null }], guest.NumaCells);
        Assert.Contains("memory=\"128\" unit=\"MiB\"", guest.ToXml(), StringComparison.Ordinal);
        Assert.True(guest.ToXml().IndexOf("</distances>", StringComparison.Ordinal) < guest.ToXml().IndexOf("<cache level", StringComparison.Ordinal));
    }

    [Fact]
    public void There_may_be_more_or_less_of_them_or_none()
    {
        var guest = DomainDefinition.Parse(Xml);
        GuestNumaCell[] three = [s_first with { Distances = "10,31,40" }, s_second, new(65536)];
        guest.NumaCells = three;
        Assert.Equal(three, guest.NumaCells);
        guest.NumaCells = [s_first with { Distances = null }];
        Assert.Equal([s_first with { Distances = null }], guest.NumaCells);
        Assert.DoesNotContain("distances", guest.ToXml(), StringComparison.Ordinal);
        guest.NumaCells = [];
        Assert.DoesNotContain("numa", guest.ToXml(), StringComparison.Ordinal);
        Assert.Equal("host-passthrough", guest.CpuMode);
    }

    [Theory]
    [InlineData("maximum", true)]
    [InlineData("host-model", false)]
    [InlineData("custom", false)]
    [InlineData(null, false)]
    public void What_is_passed_through_of_the_hosts_processor_goes_with_it(string? mode, bool stays)
    {
        var guest = DomainDefinition.Parse(Xml);
        Assert.Equal((("passthrough", null), ("passthrough", null)), (guest.CpuCache!.Value, guest.CpuAddresses!.Value));
        guest.CpuMode = mode;
        Assert.Equal((stays, stays), (guest.CpuCache is not null, guest.CpuAddresses is not null));
        Assert.Equal(2, guest.NumaCells.Count);
    }

    [Fact]
    public void A_width_and_a_cache_are_set_changed_and_taken_away()
    {
        var guest = DomainDefinition.Parse(Xml);
        (guest.CpuCache, guest.CpuAddresses) = (("emulate", 3), ("emulate", 40));
        Assert.Contains("<maxphysaddr mode=\"emulate\" limit=\"46\" bits=\"40\" />", guest.ToXml(), StringComparison.Ordinal);
        guest.CpuCache = ("disable", null);
        Assert.Contains("<cache mode=\"disable\" />", guest.ToXml(), StringComparison.Ordinal);
        (guest.CpuCache, guest.CpuAddresses) = (null, null);
        Assert.DoesNotContain("maxphysaddr", guest.ToXml(), StringComparison.Ordinal);
        Assert.Null(guest.CpuCache);
    }
}
