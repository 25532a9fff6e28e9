using Xunit;

namespace Xen.Cim.Hypervisor.Tests.Definitions;

/// <summary>What is made of a definition is made once of one that is kept, and each time of one that may change.</summary>
public sealed class DefinitionPartTests
{
    private const string Xml = "<domain type='xen'><name>web</name><devices><input type='tablet' bus='usb'/></devices></domain>";

    [Fact]
    public void Of_what_is_kept_one_of_each_type_is_made()
    {
        var definition = DomainDefinition.Parse(Xml, new SharedStrings(16));
        foreach (var part in (DefinitionPart[])[definition, definition.Inputs.Single()])
        {
            var made = 0;
            var text = part.Derive(part, p => $"{++made}. {p}");
            var version = part.Derive(part, _ => new Version(++made, 0));
            Assert.Same(text, part.Derive(part, p => $"{++made}. {p}"));
            Assert.Same(version, part.Derive(part, _ => new Version(++made, 0)));
            Assert.Equal(2, made);
        }
    }

    [Fact]
    public void Of_what_may_change_it_is_made_each_time()
    {
        var definition = DomainDefinition.Parse(Xml);
        Assert.Equal("web", definition.Derive(definition, d => d.Name));
        definition.Name = "mail";
        Assert.Equal("mail", definition.Derive(definition, d => d.Name));
        Assert.Equal("mail", DomainDefinition.Parse(definition.ToXml(), new SharedStrings(16)).Clone().Derive(definition, d => d.Name));
    }

    [Fact]
    public void A_copy_of_what_is_kept_may_change()
    {
        var kept = DomainDefinition.Parse(Xml, new SharedStrings(16));
        Assert.Equal("web", kept.Derive(kept, d => d.Name));
        var copy = kept.Clone();
        copy.Name = "mail";
        Assert.Equal("mail", copy.Derive(copy, d => d.Name));
        Assert.Equal("web", kept.Derive(kept, d => d.Name));
    }
}
