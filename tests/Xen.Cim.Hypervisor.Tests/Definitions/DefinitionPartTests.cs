using Xunit;

namespace Xen.Cim.Hypervisor.Tests.Definitions;

/// <summary>What is made of a definition is made once of one that is kept, and each time of one that may change.</summary>
public sealed class DefinitionPartTests
{
    private const string Xml = "<domain type='xen'><name>web</name><devices><input type='tablet' bus='usb'/></devices></domain>";

    private readonly object _mine = new(), _yours = new();

    [Fact]
    public void Of_what_is_kept_each_user_makes_one()
    {
        var definition = DomainDefinition.Parse(Xml, new SharedStrings(16));
        foreach (var part in (DefinitionPart[])[definition, definition.Inputs.Single()])
        {
            var made = 0;
            var mine = part.Derive(_mine, () => $"{++made}. {part}");
            var yours = part.Derive(_yours, () => $"{++made}. {part}");
            Assert.Same(mine, part.Derive(_mine, () => $"{++made}. {part}"));
            Assert.Same(yours, part.Derive(_yours, () => $"{++made}. {part}"));
            Assert.NotEqual(mine, yours);
            Assert.Equal(2, made);
        }
    }

    [Fact]
    public void Of_what_may_change_it_is_made_each_time()
    {
        var definition = DomainDefinition.Parse(Xml);
        Assert.Equal("web", definition.Derive(_mine, () => definition.Name));
        definition.Name = "mail";
        Assert.Equal("mail", definition.Derive(_mine, () => definition.Name));
    }

    [Fact]
    public void A_copy_of_what_is_kept_may_change()
    {
        var kept = DomainDefinition.Parse(Xml, new SharedStrings(16));
        Assert.Equal("web", kept.Derive(_mine, () => kept.Name));
        var copy = kept.Clone();
        copy.Name = "mail";
        Assert.Equal("mail", copy.Derive(_mine, () => copy.Name));
        Assert.Equal("web", kept.Derive(_mine, () => kept.Name));
    }
}
