using Libvirt.Native;

namespace Libvirt.Tests;

public class ParameterTests
{
    [Fact]
    public unsafe void Every_type_survives_the_way_to_libvirt_and_back()
    {
        TypedParameter[] sent =
        [
            TypedParameter.Int("int", int.MinValue),
            TypedParameter.UInt("uint", uint.MaxValue),
            TypedParameter.Int64("llong", long.MinValue),
            TypedParameter.UInt64("ullong", ulong.MaxValue),
            TypedParameter.Double("double", -0.125),
            TypedParameter.Boolean("boolean", true),
            TypedParameter.String("string", "Größe 𝄞"),
            TypedParameter.String("empty", ""),
            TypedParameter.Int(new string('n', 79), 1),
        ];
        TypedParameters? got = null;
        Parameters.Set(sent, (array, count) =>
        {
            got = Parameters.Read(array, count);
            return 0;
        });
        Assert.Equal(sent, got!);
    }

    [Fact]
    public unsafe void Names_that_do_not_fit_are_refused()
    {
        var e = Assert.Throws<ArgumentException>(() => Parameters.Set([TypedParameter.Int(new string('n', 80), 1)], (_, _) => 0));
        Assert.Contains("79", e.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Parameters.Set([TypedParameter.Int("a\0b", 1)], (_, _) => 0));
        Assert.Throws<ArgumentException>(() => Parameters.Set([default], (_, _) => 0));
    }

    [Fact]
    public void Numbers_convert_where_they_fit()
    {
        Assert.Equal(5ul, TypedParameter.Int("n", 5).AsUInt64());
        Assert.Throws<OverflowException>(() => TypedParameter.Int("n", -5).AsUInt64());
        Assert.Throws<OverflowException>(() => TypedParameter.UInt64("n", ulong.MaxValue).AsInt64());
        Assert.Throws<InvalidOperationException>(() => TypedParameter.String("n", "5").AsInt64());
        Assert.Equal(1.8446744073709552e19, TypedParameter.UInt64("n", ulong.MaxValue).AsDouble());
        Assert.Equal("n=5", TypedParameter.Int("n", 5).ToString());
    }

    [Theory]
    [InlineData(new int[0], "")]
    [InlineData(new[] { 0 }, "0")]
    [InlineData(new[] { 7, 8, 9 }, "7-9")]
    [InlineData(new[] { 0, 2, 3, 64 }, "0,2-3,64")]
    public void Cpu_map_reads_like_libvirt_writes_it(int[] cpus, string text)
    {
        var map = CpuMap.Of(cpus);
        Assert.Equal(text, map.ToString());
        Assert.Equal(cpus, map.Cpus);
    }

    [Fact]
    public void Cpu_maps_are_equal_by_content()
    {
        var longer = new CpuMap([0b101, 0, 0]);
        Assert.Equal(CpuMap.Of(0, 2), longer);
        Assert.Equal(CpuMap.Of(0, 2).GetHashCode(), longer.GetHashCode());
        Assert.NotEqual(CpuMap.Of(0, 3), longer);
        Assert.Throws<ArgumentOutOfRangeException>(() => CpuMap.Of(-1));
    }
}
