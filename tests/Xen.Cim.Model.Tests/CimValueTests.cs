using Xunit;

namespace Xen.Cim.Model.Tests;

public sealed class CimValueTests
{
    [Theory]
    [InlineData(CimType.UInt8, "255", (byte)255)]
    [InlineData(CimType.SInt8, "-128", (sbyte)-128)]
    [InlineData(CimType.UInt16, "0xFFFF", (ushort)65535)]
    [InlineData(CimType.SInt16, "-32768", (short)-32768)]
    [InlineData(CimType.UInt32, "4294967295", 4294967295u)]
    [InlineData(CimType.SInt32, "-2147483648", int.MinValue)]
    [InlineData(CimType.UInt64, "18446744073709551615", ulong.MaxValue)]
    [InlineData(CimType.UInt64, "-0", 0UL)]
    [InlineData(CimType.SInt64, "-9223372036854775808", long.MinValue)]
    [InlineData(CimType.SInt64, "9223372036854775807", long.MaxValue)]
    [InlineData(CimType.UInt16, " 101b ", (ushort)5)]
    [InlineData(CimType.Boolean, "TRUE", true)]
    [InlineData(CimType.Real64, "1.5e3", 1500.0)]
    [InlineData(CimType.Real64, "NaN", double.NaN)]
    [InlineData(CimType.Real64, "-INF", double.NegativeInfinity)]
    [InlineData(CimType.Char16, "x", 'x')]
    [InlineData(CimType.Char16, " ", ' ')]
    [InlineData(CimType.String, " kept ", " kept ")]
    public void Reads_text(CimType type, string text, object expected) => Assert.Equal(expected, CimValue.Parse(type, text));

    [Theory]
    [InlineData(CimType.UInt8, "256")]
    [InlineData(CimType.UInt8, "-1")]
    [InlineData(CimType.SInt8, "128")]
    [InlineData(CimType.SInt8, "-129")]
    [InlineData(CimType.UInt64, "18446744073709551616")]
    [InlineData(CimType.SInt64, "9223372036854775808")]
    [InlineData(CimType.SInt64, "-9223372036854775809")]
    [InlineData(CimType.UInt16, "")]
    [InlineData(CimType.UInt16, "1.0")]
    [InlineData(CimType.UInt16, "0x")]
    [InlineData(CimType.UInt16, "--1")]
    [InlineData(CimType.Boolean, "yes")]
    [InlineData(CimType.Real32, "1e999")]
    [InlineData(CimType.Char16, "xy")]
    [InlineData(CimType.DateTime, "yesterday")]
    public void Refuses_text_that_is_no_value(CimType type, string text)
    {
        var error = Assert.Throws<CimException>(() => CimValue.Parse(type, text));
        Assert.Equal(CimStatus.TypeMismatch, error.Status);
        Assert.Contains(CimValue.Name(type), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_that_cannot_be_read_is_an_invalid_parameter()
    {
        Assert.Equal(CimStatus.InvalidParameter, Assert.Throws<CimException>(() => CimValue.Parse(CimType.Reference, "a b")).Status);
    }

    [Theory]
    [InlineData(CimType.UInt16, 7UL, (ushort)7)]
    [InlineData(CimType.SInt16, -7L, (short)-7)]
    [InlineData(CimType.UInt16, "7", (ushort)7)]
    [InlineData(CimType.String, 7UL, "7")]
    [InlineData(CimType.String, true, "true")]
    [InlineData(CimType.Real64, 7UL, 7.0)]
    [InlineData(CimType.UInt16, 65536UL, null)]
    [InlineData(CimType.UInt16, -1L, null)]
    [InlineData(CimType.UInt16, 1.5, null)]
    [InlineData(CimType.UInt16, true, null)]
    [InlineData(CimType.Boolean, 1UL, null)]
    [InlineData(CimType.Boolean, "maybe", null)]
    public void Converts_only_what_loses_nothing(CimType type, object value, object? expected) =>
        Assert.Equal(expected, CimValue.TryConvert(type, value));

    [Theory]
    [InlineData(1.0, "1.0")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "INF")]
    [InlineData(double.NegativeInfinity, "-INF")]
    [InlineData(1e300, "1E+300")]
    [InlineData(0.1f, "0.1")]
    [InlineData(ulong.MaxValue, "18446744073709551615")]
    [InlineData(false, "false")]
    [InlineData('x', "x")]
    [InlineData(DayOfWeek.Friday, "5")]
    public void Formats_as_CIM_XML_does(object value, string expected) => Assert.Equal(expected, CimValue.Format(value));

    [Fact]
    public void Arrays_take_the_plain_type_or_its_nullable()
    {
        Assert.Equal(new ushort[] { 1, 2 }, Assert.IsType<ushort[]>(CimValue.ToArray(CimType.UInt16, [(ushort)1, (ushort)2])));
        Assert.Equal(new ushort?[] { 1, null }, Assert.IsType<ushort?[]>(CimValue.ToArray(CimType.UInt16, [(ushort)1, null])));
        Assert.IsType<string[]>(CimValue.ToArray(CimType.String, ["a", null]));
        Assert.IsType<CimInstance[]>(CimValue.ToArray(CimType.String, [new CimInstance("A")]));
    }

    [Fact]
    public void Arrays_are_equal_by_content_and_order()
    {
        Assert.True(CimValue.AreEqual(new ushort[] { 1, 2 }, new ushort[] { 1, 2 }));
        Assert.False(CimValue.AreEqual(new ushort[] { 1, 2 }, new ushort[] { 2, 1 }));
        Assert.False(CimValue.AreEqual(new ushort[] { 1 }, new ushort[] { 1, 1 }));
        Assert.True(CimValue.AreEqual(double.NaN, double.NaN));
        Assert.False(CimValue.AreEqual(null, ""));
    }

    [Fact]
    public void Every_type_has_a_name_that_reads_back()
    {
        foreach (var type in Enum.GetValues<CimType>())
        {
            Assert.True(CimValue.TryParseTypeName(CimValue.Name(type).ToUpperInvariant(), out var read));
            Assert.Equal(type, read);
        }
        Assert.False(CimValue.TryParseTypeName("int", out _));
    }
}
