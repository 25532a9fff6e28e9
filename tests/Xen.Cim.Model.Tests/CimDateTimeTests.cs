using Xunit;

namespace Xen.Cim.Model.Tests;

public sealed class CimDateTimeTests
{
    [Theory]
    [InlineData("20260228235959.999999+060")]
    [InlineData("20240229000000.000000-720")]
    [InlineData("00010101000000.000000+000")]
    [InlineData("99991231235959.999999+840")]
    [InlineData("99999999235959.999999:000")]
    [InlineData("00000000000000.000000:000")]
    [InlineData("2026**************.******+060", false)]
    [InlineData("2026**********.******+060")]
    [InlineData("00000001******.******:000")]
    [InlineData("20260229000000.000000+000", false)]
    [InlineData("20261301000000.000000+000", false)]
    [InlineData("20260101240000.000000+000", false)]
    [InlineData("20260101006000.000000+000", false)]
    [InlineData("20260101000060.000000+000", false)]
    [InlineData("00000101000000.000000+000", false)]
    [InlineData("00000000240000.000000:000", false)]
    [InlineData("00000000000000.000000:001", false)]
    [InlineData("20260101000000,000000+000", false)]
    [InlineData("20260101000000.000000+00", false)]
    [InlineData("20260101000000.000000+00a", false)]
    [InlineData("", false)]
    public void Knows_what_a_datetime_is(string text, bool valid = true)
    {
        Assert.Equal(valid, CimDateTime.TryParse(text, out var value));
        if (valid)
            Assert.Equal(text, value.ToString());
        else
            Assert.Throws<FormatException>(() => CimDateTime.Parse(text));
    }

    [Fact]
    public void Reads_a_point_in_time_with_its_offset()
    {
        var time = CimDateTime.Parse("20260301123456.789012-330").ToDateTimeOffset();
        Assert.Equal(new DateTimeOffset(2026, 3, 1, 12, 34, 56, TimeSpan.FromMinutes(-330)).AddTicks(7890120), time);
        Assert.Null(CimDateTime.Parse("20260301123456.789012-330").ToTimeSpan());
    }

    [Fact]
    public void Writes_a_point_in_time_with_its_offset()
    {
        var east = new DateTimeOffset(2026, 3, 1, 1, 2, 3, TimeSpan.FromHours(5.5)).AddTicks(10);
        var west = new DateTimeOffset(2026, 3, 1, 1, 2, 3, TimeSpan.FromHours(-11));
        Assert.Equal("20260301010203.000001+330", CimDateTime.FromDateTimeOffset(east).Text);
        Assert.Equal("20260301010203.000000-660", CimDateTime.FromDateTimeOffset(west).Text);
    }

    [Fact]
    public void Writes_an_interval_to_the_microsecond()
    {
        var interval = new TimeSpan(3, 4, 5, 6) + TimeSpan.FromMicroseconds(7);
        Assert.Equal("00000003040506.000007:000", CimDateTime.FromTimeSpan(interval).Text);
        Assert.Equal(interval, CimDateTime.FromTimeSpan(interval).ToTimeSpan());
        Assert.Throws<ArgumentOutOfRangeException>(() => CimDateTime.FromTimeSpan(TimeSpan.FromSeconds(-1)));
    }

    [Fact]
    public void Intervals_beyond_the_range_of_TimeSpan_are_cut()
    {
        Assert.Equal(TimeSpan.MaxValue, CimDateTime.Parse("99999999235959.999999:000").ToTimeSpan());
    }

    [Fact]
    public void Unknown_digits_stay_unknown()
    {
        var day = CimDateTime.Parse("20260301******.******+000");
        Assert.Null(day.ToDateTimeOffset());
        Assert.Equal("20260301******.******+000", day.Text);
        Assert.Null(CimDateTime.Parse("00000003******.******:000").ToTimeSpan());
    }

    [Fact]
    public void The_default_is_an_interval_of_nothing()
    {
        Assert.True(default(CimDateTime).IsInterval);
        Assert.Equal(TimeSpan.Zero, default(CimDateTime).ToTimeSpan());
        Assert.Equal(CimDateTime.Parse("00000000000000.000000:000"), default);
    }

    [Fact]
    public void Microseconds_as_CMPI_counts_them()
    {
        Assert.Equal("00000000000001.500000:000", CimDateTime.FromMicroseconds(1_500_000, interval: true).Text);
        Assert.Equal("19700101010000.000001+060", CimDateTime.FromMicroseconds(1, interval: false, utcOffsetMinutes: 60).Text);
    }
}
