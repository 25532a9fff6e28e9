using Xunit;

namespace Xen.Cim.Hypervisor.Tests.Definitions;

/// <summary>The sets of libvirt's XML (formatdomain, attribute cpuset).</summary>
public sealed class ProcessorSetTests
{
    [Theory]
    [InlineData("0", new uint[] { 0 }, "0")]
    [InlineData("0-3", new uint[] { 0, 1, 2, 3 }, "0-3")]
    [InlineData("1-4,^3,6", new uint[] { 1, 2, 4, 6 }, "1-2,4,6")]
    [InlineData(" 3, 2 ,1", new uint[] { 1, 2, 3 }, "1-3")]
    [InlineData("0-1,1-2", new uint[] { 0, 1, 2 }, "0-2")]
    public void A_set_is_read_and_written(string text, uint[] numbers, string written)
    {
        var set = ProcessorSet.Parse(text)!;
        Assert.Equal(numbers, set.Numbers);
        Assert.Equal(written, set.ToString());
        Assert.Equal(set, ProcessorSet.Parse(written));
        Assert.Equal(set.GetHashCode(), ProcessorSet.Parse(written)!.GetHashCode());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("1-")]
    [InlineData("-1")]
    [InlineData("3-1")]
    [InlineData("1,,2")]
    [InlineData("1,^1")]
    [InlineData("0-4294967295")]
    [InlineData("99999999999999999999")]
    public void What_is_no_set_reads_as_none(string? text) => Assert.Null(ProcessorSet.Parse(text));

    [Fact]
    public void Covering_a_host_takes_all_of_its_processors()
    {
        Assert.True(ProcessorSet.Parse("0-4")!.CoversHostOf(4));
        Assert.False(ProcessorSet.Parse("0-2")!.CoversHostOf(4));
        Assert.False(ProcessorSet.Parse("0-1,3")!.CoversHostOf(4));
    }

    [Fact]
    public void A_pin_of_its_own_goes_before_the_set_of_all()
    {
        var domain = Domain("<vcpu cpuset='4-5' current='2'>3</vcpu><cputune><shares>100</shares><vcpupin vcpu='1' cpuset='7'/></cputune>");
        Assert.Equal("4-5", domain.AffinityOf(0)?.ToString());
        Assert.Equal("7", domain.AffinityOf(1)?.ToString());
        Assert.Equal("4-5,7", domain.Affinity?.ToString());
    }

    [Fact]
    public void Processors_that_are_not_in_use_do_not_count()
    {
        Assert.Equal("1", Domain("<vcpu current='1'>2</vcpu><cputune><vcpupin vcpu='0' cpuset='1'/></cputune>").Affinity?.ToString());
        Assert.Null(Domain("<vcpu>2</vcpu><cputune><vcpupin vcpu='0' cpuset='1'/></cputune>").Affinity);
        Assert.Null(Domain("<vcpu>2</vcpu>").Affinity);
    }

    [Fact]
    public void Pinning_all_replaces_the_pins_of_each_and_nothing_else()
    {
        var domain = Domain("<vcpu placement='auto'>2</vcpu><cputune><shares>100</shares><vcpupin vcpu='1' cpuset='7'/><emulatorpin cpuset='0'/></cputune>");
        domain.Affinity = ProcessorSet.Parse("2-3");
        Assert.Equal("<vcpu placement=\"static\" cpuset=\"2-3\">2</vcpu><cputune><shares>100</shares><emulatorpin cpuset=\"0\" /></cputune>", Inner(domain));
        domain.Affinity = null;
        Assert.Equal("<vcpu placement=\"static\">2</vcpu><cputune><shares>100</shares><emulatorpin cpuset=\"0\" /></cputune>", Inner(domain));
    }

    private static DomainDefinition Domain(string inner) => DomainDefinition.Parse($"<domain>{inner}</domain>");

    private static string Inner(DomainDefinition domain) => domain.ToXml()["<domain>".Length..^"</domain>".Length];
}
