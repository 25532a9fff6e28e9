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
            Assert.Null(part.Derived<string>(_mine));
            var mine = part.Derive(_mine, $"mine of {part}");
            Assert.Null(part.Derived<string>(_yours));
            var yours = part.Derive(_yours, $"yours of {part}");
            Assert.Same(mine, part.Derived<string>(_mine));
            Assert.Same(yours, part.Derived<string>(_yours));
        }
    }

    [Fact]
    public void Of_what_may_change_it_is_made_each_time()
    {
        var definition = DomainDefinition.Parse(Xml);
        Assert.Equal("web", definition.Derive(_mine, definition.Name));
        Assert.Null(definition.Derived<string>(_mine));
    }

    [Fact]
    public void A_copy_of_what_is_kept_may_change()
    {
        var kept = DomainDefinition.Parse(Xml, new SharedStrings(16));
        kept.Derive(_mine, kept.Name);
        var copy = kept.Clone();
        copy.Name = "mail";
        Assert.Null(copy.Derived<string>(_mine));
        Assert.Equal("web", kept.Derived<string>(_mine));
    }
}
