using System.Globalization;

namespace Xen.Cim.Model;

/// <summary>
/// A CIM datetime: a point in time (<c>yyyymmddhhmmss.mmmmmmsutc</c>) or an interval
/// (<c>ddddddddhhmmss.mmmmmm:000</c>), with asterisks for digits that are not known (DSP0004 5.2.4).
/// </summary>
/// <remarks>The text is the value: a datetime that came in with asterisks goes out with them.</remarks>
public readonly struct CimDateTime : IEquatable<CimDateTime>
{
    /// <summary>The length of every CIM datetime in characters.</summary>
    public const int Length = 25;

    private readonly string? _text;

    private CimDateTime(string text) => _text = text;

    /// <summary>The 25 characters.</summary>
    public string Text => _text ?? "00000000000000.000000:000";

    public bool IsInterval => Text[21] == ':';

    public static CimDateTime FromDateTimeOffset(DateTimeOffset value)
    {
        var offset = (int)value.Offset.TotalMinutes;
        return new(value.ToString("yyyyMMddHHmmss.ffffff", CultureInfo.InvariantCulture)
            + (offset < 0 ? '-' : '+') + Math.Abs(offset).ToString("000", CultureInfo.InvariantCulture));
    }

    /// <exception cref="ArgumentOutOfRangeException">The interval is negative; CIM has none.</exception>
    public static CimDateTime FromTimeSpan(TimeSpan value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
        return new(string.Create(CultureInfo.InvariantCulture,
            $"{value.Days:00000000}{value.Hours:00}{value.Minutes:00}{value.Seconds:00}.{value.Ticks % TimeSpan.TicksPerSecond / 10:000000}:000"));
    }

    public static CimDateTime FromMicroseconds(ulong microseconds, bool interval, int utcOffsetMinutes = 0) => interval
        ? FromTimeSpan(TimeSpan.FromTicks(checked((long)microseconds * 10)))
        : FromDateTimeOffset(DateTimeOffset.UnixEpoch.AddTicks(checked((long)microseconds * 10)).ToOffset(TimeSpan.FromMinutes(utcOffsetMinutes)));

    public static bool TryParse(ReadOnlySpan<char> text, out CimDateTime value)
    {
        value = default;
        if (text.Length != Length || text[14] != '.' || text[21] is not (':' or '+' or '-'))
            return false;
        for (var i = 0; i < Length; i++)
        {
            if (i is 14 or 21)
                continue;
            if (!char.IsAsciiDigit(text[i]) && !(text[i] == '*' && i < 21))
                return false;
        }
        if (text[21] == ':' && text[22..] is not "000")
            return false;
        var candidate = new CimDateTime(text.ToString());
        if (!text.Contains('*') && !candidate.HasFieldsInRange())
            return false;
        value = candidate;
        return true;
    }

    /// <exception cref="FormatException">The text is not a CIM datetime.</exception>
    public static CimDateTime Parse(string text) => TryParse(text, out var value)
        ? value
        : throw new FormatException($"\"{text}\" is not a CIM datetime: expected yyyymmddhhmmss.mmmmmm+utc or ddddddddhhmmss.mmmmmm:000.");

    /// <summary>The interval, or null when this is a point in time or has unknown digits.</summary>
    public TimeSpan? ToTimeSpan()
    {
        var text = Text;
        if (!IsInterval || text.Contains('*', StringComparison.Ordinal))
            return null;
        var days = Field(text, 0, 8);
        return days > TimeSpan.MaxValue.Days - 1 ? TimeSpan.MaxValue
            : new TimeSpan(days, Field(text, 8, 2), Field(text, 10, 2), Field(text, 12, 2)) + TimeSpan.FromMicroseconds(Field(text, 15, 6));
    }

    /// <summary>The point in time, or null when this is an interval or has unknown digits.</summary>
    public DateTimeOffset? ToDateTimeOffset()
    {
        var text = Text;
        if (IsInterval || text.Contains('*', StringComparison.Ordinal))
            return null;
        var offset = Field(text, 22, 3) * (text[21] == '-' ? -1 : 1);
        return new DateTimeOffset(Field(text, 0, 4), Field(text, 4, 2), Field(text, 6, 2), Field(text, 8, 2), Field(text, 10, 2),
            Field(text, 12, 2), TimeSpan.FromMinutes(offset)).AddTicks(Field(text, 15, 6) * 10L);
    }

    private bool HasFieldsInRange()
    {
        var text = Text;
        if (Field(text, 8, 2) > 23 || Field(text, 10, 2) > 59 || Field(text, 12, 2) > 59)
            return false;
        if (IsInterval)
            return true;
        int year = Field(text, 0, 4), month = Field(text, 4, 2), day = Field(text, 6, 2);
        return year >= 1 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month) && Field(text, 22, 3) <= 840;
    }

    private static int Field(string text, int start, int length) =>
        int.Parse(text.AsSpan(start, length), NumberStyles.None, CultureInfo.InvariantCulture);

    public bool Equals(CimDateTime other) => Text == other.Text;

    public override bool Equals(object? obj) => obj is CimDateTime other && Equals(other);

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Text;

    public static bool operator ==(CimDateTime left, CimDateTime right) => left.Equals(right);

    public static bool operator !=(CimDateTime left, CimDateTime right) => !left.Equals(right);
}
