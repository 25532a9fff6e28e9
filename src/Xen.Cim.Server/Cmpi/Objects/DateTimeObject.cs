using System.Runtime.InteropServices;
using Xen.Cim.Cmpi.Abi;
using Xen.Cim.Model;

namespace Xen.Cim.Server.Cmpi.Objects;

/// <summary>CMPIDateTime.</summary>
internal sealed unsafe class DateTimeObject() : CmpiObject(CmpiKind.DateTime), ICmpiObject<DateTimeObject>
{
    private static readonly CMPIDateTimeFT* s_table = MakeTable();

    static CmpiKind ICmpiObject<DateTimeObject>.Kind => CmpiKind.DateTime;

    static void* ICmpiObject<DateTimeObject>.FunctionTable => s_table;

    static DateTimeObject ICmpiObject<DateTimeObject>.Create() => new();

    public CimDateTime Value { get; private set; }

    public static CMPIDateTime* New(Arena arena, CimDateTime value)
    {
        var made = arena.New<DateTimeObject>();
        made.Value = value;
        return (CMPIDateTime*)made.Block;
    }

    internal override void Clear() => Value = default;

    /// <summary>Microseconds since 1970 UTC, or of the interval; digits that are not known count as their smallest value.</summary>
    private static ulong ToMicroseconds(CimDateTime value)
    {
        if (value.Text.Contains('*', StringComparison.Ordinal))
        {
            var smallest = value.IsInterval ? "00000000000000.000000:000" : "00010101000000.000000+000";
            var known = string.Create(CimDateTime.Length, (value.Text, smallest), static (span, texts) =>
            {
                for (var i = 0; i < span.Length; i++)
                    span[i] = texts.Text[i] == '*' ? texts.smallest[i] : texts.Text[i];
            });
            value = CimDateTime.TryParse(known, out var parsed) ? parsed : default;
        }
        if (value.ToTimeSpan() is { } interval)
            return (ulong)(interval.Ticks / TimeSpan.TicksPerMicrosecond);
        return value.ToDateTimeOffset() is { } point
            ? unchecked((ulong)((point - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond))
            : 0;
    }

    private static CMPIDateTimeFT* MakeTable()
    {
        var table = FunctionTable.Allocate<CMPIDateTimeFT>();
        *table = new()
        {
            FtVersion = FunctionTable.Version,
            Release = &Release,
            Clone = &Clone,
            GetBinaryFormat = &GetBinaryFormat,
            GetStringFormat = &GetStringFormat,
            IsInterval = &IsInterval,
        };
        return table;
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus Release(CMPIDateTime* self) => FunctionTable.Release<DateTimeObject>(self);

    [UnmanagedCallersOnly]
    private static CMPIDateTime* Clone(CMPIDateTime* self, CMPIStatus* rc)
    {
        if (FunctionTable.BeginClone<DateTimeObject>(self, rc, out var clone) is not { } source)
            return null;
        clone.Value = source.Value;
        return (CMPIDateTime*)clone.Block;
    }

    [UnmanagedCallersOnly]
    private static ulong GetBinaryFormat(CMPIDateTime* self, CMPIStatus* rc)
    {
        try
        {
            return FunctionTable.Self<DateTimeObject>(self, rc) is { } datetime ? ToMicroseconds(datetime.Value) : 0;
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return 0;
        }
    }

    [UnmanagedCallersOnly]
    private static CMPIString* GetStringFormat(CMPIDateTime* self, CMPIStatus* rc)
    {
        try
        {
            return FunctionTable.Self<DateTimeObject>(self, rc) is { } datetime
                ? StringObject.New(Arena.Current, datetime.Value.Text)
                : null;
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return null;
        }
    }

    [UnmanagedCallersOnly]
    private static byte IsInterval(CMPIDateTime* self, CMPIStatus* rc) =>
        FunctionTable.Self<DateTimeObject>(self, rc) is { Value.IsInterval: true } ? (byte)1 : (byte)0;
}
