using Xen.Cim.Hypervisor.Guests;
using Xen.Cim.Hypervisor.Tests.Definitions;
using Xunit;

namespace Xen.Cim.Hypervisor.Tests;

public sealed class DefinitionCacheTests
{
    private readonly DefinitionCache _cache = new(100_000);
    private readonly Guid _guest = Guid.NewGuid();

    [Fact]
    public void A_guest_that_is_off_needs_its_definition_once()
    {
        var state = _cache.Parse(_guest, ConfigurationKind.State, Samples.Pv);
        Assert.Same(state, _cache.Parse(_guest, ConfigurationKind.Defined, Samples.Pv));
        Assert.Equal((1, (long)Samples.Pv.Length), (_cache.Count, _cache.Characters));

        // It is changed for its next start, and one of the two goes on to hold.
        var changed = Samples.Pv.Replace("<name>pv1</name>", "<name>pv2</name>", StringComparison.Ordinal);
        Assert.Equal("pv2", _cache.Parse(_guest, ConfigurationKind.Defined, changed).Name);
        Assert.Same(state, _cache.Parse(_guest, ConfigurationKind.State, Samples.Pv));
        Assert.Equal((2, (long)Samples.Pv.Length + changed.Length), (_cache.Count, _cache.Characters));

        _cache.Forget(_guest);
        Assert.Equal((0, 0L), (_cache.Count, _cache.Characters));
    }

    [Fact]
    public void What_is_kept_says_what_was_read_without_its_indentation()
    {
        const string Xml = "<domain>\n  <name>m\u00fcller</name>\n  <description>  </description>\n  <title>two\n  lines</title>\n  <devices>\n    <emulator/>\n  </devices>\n</domain>";
        var kept = _cache.Parse(_guest, ConfigurationKind.State, Xml);
        Assert.Equal("<domain><name>m\u00fcller</name><description>  </description><title>two\n  lines</title><devices><emulator /></devices></domain>", kept.ToXml());
        Assert.True(kept.ContentEquals(DomainDefinition.Parse(Xml)));
        Assert.Same(kept, _cache.Parse(_guest, ConfigurationKind.State, Xml));
        Assert.NotSame(kept, _cache.Parse(_guest, ConfigurationKind.State, Xml.Replace('\u00fc', 'u')));
    }

    [Fact]
    public void Guests_share_the_strings_that_they_have_in_common()
    {
        var other = Samples.Pv.Replace("pv1", "pv2", StringComparison.Ordinal);
        var (one, two) = (_cache.Parse(_guest, ConfigurationKind.State, Samples.Pv), _cache.Parse(Guid.NewGuid(), ConfigurationKind.State, other));
        Assert.NotSame(one, two);
        Assert.Same(one.Disks.First().Bus, two.Disks.First().Bus);
    }

    [Fact]
    public void What_does_not_fit_is_not_said_to_be_kept()
    {
        var small = new DefinitionCache(Samples.Pv.Length);
        small.Parse(_guest, ConfigurationKind.State, Samples.Pv, out var kept);
        Assert.True(kept);
        small.Parse(Guid.NewGuid(), ConfigurationKind.State, Samples.Pv, out kept);
        Assert.False(kept);
    }
}
