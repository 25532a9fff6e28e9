using Xunit;

namespace Xen.Cim.Model.Tests.Mof;

public sealed class MofInstanceReaderTests
{
    [Theory]
    [InlineData("""instance of Xen_MemoryRASD { VirtualQuantity = 512; ElementName = "x"; };""")]
    [InlineData("""instance of Xen_MemoryRASD { VirtualQuantity = 512; ElementName = \"x\"; };""")]
    [InlineData("""instance of Xen_MemoryRASD { VirtualQuantity = 512; ElementName = \"x\"; }""")]
    [InlineData("""instance of Xen_MemoryRASD { VirtualQuantity = 0x200; ElementName = "x" }""")]
    [InlineData("""  INSTANCE OF Xen_MemoryRASD{VirtualQuantity=512;ElementName="x";};;  """)]
    public void Takes_what_clients_send(string text)
    {
        var instance = Assert.Single(MofInstanceReader.Parse(text));
        Assert.Equal("Xen_MemoryRASD", instance.ClassName);
        Assert.Equal(512UL, instance["VirtualQuantity"]);
        Assert.Equal("x", instance["ElementName"]);
    }

    [Fact]
    public void Takes_several_instances_of_one_string()
    {
        var instances = MofInstanceReader.Parse("""instance of A { P = 1; Q = {"x"}; }; instance of B { R = -5; }; instance of C {}""");
        Assert.Equal(["A", "B", "C"], instances.Select(i => i.ClassName));
        Assert.Equal(1UL, instances[0]["P"]);
        Assert.Equal(new[] { "x" }, instances[0]["Q"]);
        Assert.Equal(-5L, instances[1]["R"]);
        Assert.Empty(instances[2].Properties);
    }

    [Fact]
    public void Backslashes_of_the_text_itself_survive_the_client()
    {
        var instance = Assert.Single(MofInstanceReader.Parse("""instance of A { P = \"C:\\\\dir \\\"quoted\\\"\"; };"""));
        Assert.Equal("C:\\dir \"quoted\"", instance["P"]);
        Assert.Equal("say \"hi\"", Assert.Single(MofInstanceReader.Parse("""instance of A { P = "say \"hi\""; };"""))["P"]);
    }

    [Fact]
    public void Types_come_from_the_literals()
    {
        var instance = Assert.Single(MofInstanceReader.Parse(
            "instance of A { N = NULL; B = TRUE; R = 1.5; C = 'c'; U = {1, 2}; S = {-1, 2}; X = {1, NULL}; E = {}; D = \"two\nlines\"; };"));
        Assert.True(instance.Has("N"));
        Assert.Null(instance["N"]);
        Assert.Equal(true, instance["B"]);
        Assert.Equal(1.5, instance["R"]);
        Assert.Equal('c', instance["C"]);
        Assert.Equal(new ulong[] { 1, 2 }, instance["U"]);
        Assert.Equal(new long[] { -1, 2 }, instance["S"]);
        Assert.Equal(new ulong?[] { 1, null }, instance["X"]);
        Assert.Equal(Array.Empty<string>(), instance["E"]);
        Assert.Equal("two\nlines", instance["D"]);
    }

    [Theory]
    [InlineData("instance of A { P = 1; p = 2; };", 1, 24, "A.p is set twice")]
    [InlineData("instance of A { P = $Other; };", 1, 21, "$Other")]
    [InlineData("instance of A { P = {1, \"x\"}; };", 1, 25, "mixes")]
    [InlineData("instance of A\n{ P 1; };", 2, 5, "expected \"=\"")]
    [InlineData("class A { };", 1, 1, "expected \"instance\"")]
    [InlineData("<INSTANCE/>", 1, 1, "expected a MOF token")]
    public void Says_what_is_wrong(string text, int line, int column, string problem)
    {
        var error = Assert.Throws<CimException>(() => MofInstanceReader.Parse(text));
        Assert.Equal(CimStatus.InvalidParameter, error.Status);
        Assert.Contains($"line {line}, column {column}", error.Message, StringComparison.Ordinal);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ten_thousand_instances_share_a_layout()
    {
        var instances = MofInstanceReader.Parse(string.Concat(Enumerable.Range(0, 10_000).Select(i => $"instance of A {{ Id = {i}; Text = \"{i}\"; }};")));
        Assert.Equal(10_000, instances.Count);
        Assert.All(instances, i => Assert.Same(instances[0].Layout, i.Layout));
        Assert.Equal(9_999UL, instances[^1]["Id"]);
    }

    [Fact]
    public void An_empty_text_holds_no_instance() => Assert.Empty(MofInstanceReader.Parse(" // nothing\n"));
}
