using System.Globalization;

namespace Libvirt.Tests;

[CollectionDefinition("alone", DisableParallelization = true)]
public static class Alone;

/// <summary>Run by themselves: other tests would move the figures.</summary>
[Collection("alone")]
public class LeakTests
{
    [Fact]
    public void Ten_thousand_lists_leave_memory_flat()
    {
        using var host = new Host();
        Assert.InRange(Growth(10_000, () =>
        {
            foreach (var domain in host.Connection.ListAllDomains())
            {
                using (domain)
                {
                    _ = domain.Name;
                    _ = domain.GetXml();
                    _ = domain.GetState();
                }
            }
        }), long.MinValue, 4096);
    }

    [Fact]
    public void Errors_parameters_and_subscriptions_leave_memory_flat()
    {
        using var host = new Host();
        using var d = host.Connection.LookupDomain("guest");
        Assert.InRange(Growth(5_000, () =>
        {
            Assert.Throws<LibvirtException>(() => host.Connection.LookupDomain("nobody"));
            _ = d.GetSchedulerParameters();
            d.SetSchedulerParameters([TypedParameter.UInt(SchedulerParameterNames.Weight, 100)]);
            _ = d.GetVcpus();
            _ = host.Connection.GetAllDomainStats();
            host.Connection.OnDomainLifecycle(_ => { }).Dispose();
        }), long.MinValue, 4096);
    }

    [Fact]
    public void Connections_leave_memory_flat()
    {
        Assert.InRange(Growth(300, () =>
        {
            using var host = new Host();
            foreach (var pool in host.Connection.ListAllStoragePools())
            {
                using (pool)
                {
                    Array.ForEach(pool.ListAllVolumes(), v => v.Dispose());
                }
            }
        }), long.MinValue, 4096);
    }

    [Fact]
    public void Forgotten_objects_are_given_back_by_the_collector()
    {
        var c = Connection.Open("test:///default");
        Forget(c);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.Equal(0, c.Close());
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static void Forget(Connection c) => Assert.NotEmpty(c.ListAllDomains());

    /// <summary>KiB of resident memory that the second half of the work adds to the first.</summary>
    private static long Growth(int times, Action work)
    {
        Repeat();
        var before = Resident();
        Repeat();
        return Resident() - before;

        void Repeat()
        {
            for (var i = 0; i < times; i++)
            {
                work();
            }
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
    }

    private static long Resident() => long.Parse(
        File.ReadLines("/proc/self/status").Single(l => l.StartsWith("VmRSS:", StringComparison.Ordinal))[6..].Replace("kB", "", StringComparison.Ordinal),
        NumberStyles.Integer | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
}
