using Xunit;

namespace Xen.Cim.Model.Tests;

public sealed class CimObjectPathTests
{
    [Theory]
    [InlineData("CIM_System", null, null, 0)]
    [InlineData("root/virt:CIM_System", null, "root/virt", 0)]
    [InlineData("/root/virt:CIM_System", null, "root/virt", 0)]
    [InlineData("//host:5988/root/virt:CIM_System.Name=\"a\"", "host:5988", "root/virt", 1)]
    [InlineData("http://host/root/virt:CIM_System.Name=\"a\",Number=5", "host", "root/virt", 2)]
    [InlineData("CIM_System.Name=\"a:b.c,d=e\"", null, null, 1)]
    public void Reads_every_form(string text, string? host, string? ns, int keys)
    {
        var path = CimObjectPath.Parse(text);
        Assert.Equal("CIM_System", path.ClassName);
        Assert.Equal(host, path.Host);
        Assert.Equal(ns, path.Namespace);
        Assert.Equal(keys, path.Keys.Count);
        Assert.Equal(keys == 0, path.IsClassPath);
    }

    [Theory]
    [InlineData("A.S=\"x\"", "x")]
    [InlineData("A.S=\"\"", "")]
    [InlineData("A.S=\"say \\\"hi\\\" \\\\ there\"", "say \"hi\" \\ there")]
    [InlineData("A.S=TRUE", true)]
    [InlineData("A.s=false", false)]
    [InlineData("A.S=18446744073709551615", ulong.MaxValue)]
    [InlineData("A.S=-9223372036854775808", long.MinValue)]
    public void Reads_key_values(string text, object expected) => Assert.Equal(expected, CimObjectPath.Parse(text)["S"]);

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("A.")]
    [InlineData("A.Key")]
    [InlineData("A.Key=")]
    [InlineData("A.Key=\"open")]
    [InlineData("A.Key=word")]
    [InlineData("A.Key=18446744073709551616")]
    [InlineData("//host")]
    public void Says_what_is_wrong(string text)
    {
        var error = Assert.Throws<CimException>(() => CimObjectPath.Parse(text));
        Assert.Equal(CimStatus.InvalidParameter, error.Status);
        Assert.Contains("expected", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("//host/root/virt:A.B=\"x\\\\y\\\"z\",C=5,D=TRUE,E=-1")]
    [InlineData("A")]
    [InlineData("root:A.B=\"root:C.D=\\\"e\\\"\"")]
    public void Writes_what_it_read(string text) => Assert.Equal(text, CimObjectPath.Parse(text).ToString());

    [Fact]
    public void Paths_are_equal_whatever_case_order_host_and_width_of_integers()
    {
        var one = new CimObjectPath("CIM_A", "root/virt", new CimKey("Id", (byte)5), new CimKey("Name", "x")).WithHost("one");
        var two = new CimObjectPath("cim_a", "ROOT/virt", new CimKey("NAME", "x"), new CimKey("id", 5UL));
        Assert.Equal(one, two);
        Assert.Equal(one.GetHashCode(), two.GetHashCode());
        Assert.True(one == two);
    }

    [Theory]
    [InlineData("A.B=\"x\"", "A.B=\"X\"")]
    [InlineData("A.B=\"5\"", "A.C=\"5\"")]
    [InlineData("A.B=1", "A.B=1,C=1")]
    [InlineData("n:A.B=1", "m:A.B=1")]
    [InlineData("A.B=1", "C.B=1")]
    public void Paths_differ(string left, string right) => Assert.NotEqual(CimObjectPath.Parse(left), CimObjectPath.Parse(right));

    [Fact]
    public void References_as_keys_compare_as_paths()
    {
        CimObjectPath Link(string target) => new("L", null, new CimKey("End", CimObjectPath.Parse(target)));
        Assert.Equal(Link("A.B=1,C=2"), Link("a.c=2,b=1"));
        Assert.Equal(Link("A.B=1,C=2").GetHashCode(), Link("a.c=2,b=1").GetHashCode());
    }

    [Fact]
    public void Parts_can_be_exchanged()
    {
        var path = CimObjectPath.Parse("root:A.B=1");
        Assert.Equal("x", path.WithNamespace("x").Namespace);
        Assert.Equal("C", path.WithClassName("C").ClassName);
        Assert.Equal("1", path.GetString("b"));
        Assert.Null(path.GetString("none"));
        Assert.Equal("root:A", path.ClassPath().ToString());
        Assert.Equal("root:A.Z=9", path.WithKeys([new("Z", 9UL)]).ToString());
    }
}
