using System.Globalization;
using Libvirt;

namespace Xen.Cim.Hypervisor.Guests;

/// <summary>
/// Weight and cap in the parameters of libvirt's schedulers: Xen's credit schedulers and the test driver have weight
/// (and cap); QEMU has cpu_shares, and a quota in a period: of the whole guest, as a cap is one, and of each of its processors.
/// </summary>
internal static class SchedulerParameters
{
    /// <summary>The kernel's least quota (cpu.cfs_quota_us), in microseconds.</summary>
    private const long LeastQuota = 1000;

    private const long QuotaMax = 17592186044415;

    private static readonly string[] WeightNames = [SchedulerParameterNames.Weight, SchedulerParameterNames.CpuShares];

    public static SchedulerSettings Read(string scheduler, IReadOnlyCollection<TypedParameter> parameters) =>
        new(scheduler, Weight(parameters) is { } weight ? Number(weight) : null, ReadCap(parameters));

    /// <exception cref="HypervisorException">NotSupported: the scheduler has no such setting.</exception>
    public static List<TypedParameter> Write(IReadOnlyCollection<TypedParameter> current, uint? weight, uint? cap, string guest)
    {
        var changes = new List<TypedParameter>();
        if (weight is { } wanted)
            changes.Add(Like(Weight(current) ?? throw Missing("weight", guest), wanted));
        if (cap is { } percent)
            changes.AddRange(WriteCap(current, percent, guest));
        return changes;
    }

    private static uint? ReadCap(IReadOnlyCollection<TypedParameter> parameters)
    {
        if (Find(parameters, SchedulerParameterNames.Cap) is { } cap)
            return Number(cap);
        var (whole, each) = (PercentOf(parameters, SchedulerParameterNames.GlobalQuota, SchedulerParameterNames.GlobalPeriod), PercentOf(parameters, SchedulerParameterNames.VcpuQuota, SchedulerParameterNames.VcpuPeriod));
        // Only others limit each processor by itself.
        return whole is > 0 ? whole : each ?? whole;
    }

    /// <summary>Of one processor; 0 for no limit; null where there is no such quota.</summary>
    private static uint? PercentOf(IReadOnlyCollection<TypedParameter> parameters, string quotaName, string periodName)
    {
        if (Find(parameters, quotaName) is not { } quota || Find(parameters, periodName) is not { } period)
            return null;
        var (microseconds, length) = (quota.AsInt64(), period.AsInt64());
        // Unlimited is -1, or 17592186044415 (VIR_DOMAIN_CPU_QUOTA_MAX).
        return microseconds <= 0 || length <= 0 || microseconds >= QuotaMax ? 0 : (uint)Math.Min(microseconds * 100 / length, uint.MaxValue);
    }

    private static IEnumerable<TypedParameter> WriteCap(IReadOnlyCollection<TypedParameter> current, uint percent, string guest)
    {
        if (Find(current, SchedulerParameterNames.Cap) is { } cap)
            return [Like(cap, percent)];
        var each = PercentOf(current, SchedulerParameterNames.VcpuQuota, SchedulerParameterNames.VcpuPeriod);
        if (Quota(current, SchedulerParameterNames.GlobalQuota, SchedulerParameterNames.GlobalPeriod, percent) is not { } whole)
            return [Quota(current, SchedulerParameterNames.VcpuQuota, SchedulerParameterNames.VcpuPeriod, percent) ?? throw Missing("cap", guest)];
        return each is > 0 ? [whole, TypedParameter.Int64(SchedulerParameterNames.VcpuQuota, -1)] : [whole];
    }

    private static TypedParameter? Quota(IReadOnlyCollection<TypedParameter> current, string quotaName, string periodName, uint percent) =>
        Find(current, quotaName) is null || Find(current, periodName) is not { } period ? null
            : TypedParameter.Int64(quotaName, percent == 0 ? -1 : Math.Max(percent * period.AsInt64() / 100, LeastQuota));

    private static TypedParameter? Weight(IReadOnlyCollection<TypedParameter> parameters)
    {
        foreach (var name in WeightNames)
        {
            if (Find(parameters, name) is { } found)
                return found;
        }
        return null;
    }

    /// <summary>libvirt insists on the type that it gave itself.</summary>
    private static TypedParameter Like(TypedParameter model, uint value) => model.Type switch
    {
        TypedParameterType.Int => TypedParameter.Int(model.Name, (int)Math.Min(value, int.MaxValue)),
        TypedParameterType.Llong => TypedParameter.Int64(model.Name, value),
        TypedParameterType.Ullong => TypedParameter.UInt64(model.Name, value),
        _ => TypedParameter.UInt(model.Name, value),
    };

    private static uint Number(TypedParameter parameter) =>
        parameter.Type is TypedParameterType.Int or TypedParameterType.Llong
            ? (uint)Math.Clamp(parameter.AsInt64(), 0, uint.MaxValue)
            : (uint)Math.Min(parameter.AsUInt64(), uint.MaxValue);

    private static TypedParameter? Find(IReadOnlyCollection<TypedParameter> parameters, string name)
    {
        foreach (var parameter in parameters)
        {
            if (parameter.Name == name)
                return parameter;
        }
        return null;
    }

    private static HypervisorException Missing(string setting, string guest) => new(HypervisorError.NotSupported,
        string.Create(CultureInfo.InvariantCulture, $"Cannot set the {setting} of the guest '{guest}': its scheduler has none"));
}
