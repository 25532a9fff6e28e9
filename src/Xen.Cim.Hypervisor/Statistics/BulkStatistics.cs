using System.Globalization;
using Libvirt;

namespace Xen.Cim.Hypervisor.Statistics;

/// <summary>Reads the records of virConnectGetAllDomainStats; the names are those of its documentation.</summary>
internal static class BulkStatistics
{
    public const DomainStatsTypes Types = DomainStatsTypes.CpuTotal | DomainStatsTypes.Balloon | DomainStatsTypes.Vcpu
        | DomainStatsTypes.Interface | DomainStatsTypes.Block;

    // More than this in one record is not to be believed.
    private const ulong MaxDevices = 4096;

    public static DomainStatus? ReadState(TypedParameters all) =>
        all.Find("state.state") is { } state ? new((DomainState)state.AsInt64(), (int)(all.Find("state.reason")?.AsInt64() ?? 0)) : null;

    public static GuestStatistics Read(GuestStatistics frame, TypedParameters all) => frame with
    {
        ProcessorTime = all.GetUInt64("cpu.time"),
        Processors = (uint?)all.GetUInt64("vcpu.current"),
        VirtualProcessors = Processors(all),
        MemoryKiB = all.GetUInt64("balloon.current"),
        MemoryUsedKiB = all.GetUInt64("balloon.available") is { } available && all.GetUInt64("balloon.unused") is { } unused && unused <= available ? available - unused : null,
        MemoryResidentKiB = all.GetUInt64("balloon.rss"),
        Disks = [.. Named(all, "block").Select(d => new DiskStatistics(d.Name)
        {
            ReadBytes = Count(all, d.Prefix, "rd.bytes"),
            WrittenBytes = Count(all, d.Prefix, "wr.bytes"),
            ReadRequests = Count(all, d.Prefix, "rd.reqs"),
            WriteRequests = Count(all, d.Prefix, "wr.reqs"),
            ReadTime = Count(all, d.Prefix, "rd.times"),
            WriteTime = Count(all, d.Prefix, "wr.times"),
            Errors = Count(all, d.Prefix, "errors"),
        })],
        Interfaces = [.. Named(all, "net").Select(i => new InterfaceStatistics(i.Name)
        {
            ReceivedBytes = Count(all, i.Prefix, "rx.bytes"),
            ReceivedPackets = Count(all, i.Prefix, "rx.pkts"),
            ReceiveErrors = Count(all, i.Prefix, "rx.errs"),
            ReceiveDrops = Count(all, i.Prefix, "rx.drop"),
            SentBytes = Count(all, i.Prefix, "tx.bytes"),
            SentPackets = Count(all, i.Prefix, "tx.pkts"),
            SendErrors = Count(all, i.Prefix, "tx.errs"),
            SendDrops = Count(all, i.Prefix, "tx.drop"),
        })],
    };

    // Processors that are off have no record, and the numbers of the others stay.
    private static List<ProcessorStatistics> Processors(TypedParameters all)
    {
        List<ProcessorStatistics> processors = [];
        for (uint number = 0; number < Math.Min(MaxDevices, all.GetUInt64("vcpu.maximum") ?? 0); number++)
        {
            var prefix = $"vcpu.{number.ToString(CultureInfo.InvariantCulture)}.";
            if (all.GetUInt64(prefix + "time") is { } time)
                processors.Add(new(number, time, all.GetUInt64(prefix + "delay")));
        }
        return processors;
    }

    private static IEnumerable<(string Prefix, string Name)> Named(TypedParameters all, string group)
    {
        for (ulong i = 0; i < Math.Min(MaxDevices, all.GetUInt64(group + ".count") ?? 0); i++)
        {
            var prefix = $"{group}.{i.ToString(CultureInfo.InvariantCulture)}.";
            if (all.GetString(prefix + "name") is { } name)
                yield return (prefix, name);
        }
    }

    // A negative count is libvirt's "not known".
    private static ulong? Count(TypedParameters all, string prefix, string name) =>
        all.Find(prefix + name) is not { } value || (value.Type is TypedParameterType.Int or TypedParameterType.Llong && value.AsInt64() < 0) ? null : value.AsUInt64();
}
