namespace Xen.Cim.Server.Tests.Abuse;

/// <summary>Tests that measure the memory of this process, and that nothing else runs beside.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";

    /// <summary>Bytes in use, garbage not counted.</summary>
    public static long Memory()
    {
        for (var i = 0; i < 2; i++)
        {
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
