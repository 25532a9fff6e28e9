using System.Runtime.InteropServices;

namespace Libvirt.Native;

/// <summary>Domains: statistics, jobs, migration (libvirt-domain.h).</summary>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(Utf8Text))]
    internal static partial int virDomainBlockStats(DomainHandle domain, string? disk, VirDomainBlockStats* stats, nuint size);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(Utf8Text))]
    internal static partial int virDomainBlockStatsFlags(DomainHandle domain, string? disk, VirTypedParameter* parameters, int* count, uint flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(Utf8Text))]
    internal static partial int virDomainInterfaceStats(DomainHandle domain, string device, VirDomainInterfaceStats* stats, nuint size);

    [LibraryImport(Library)]
    internal static partial int virDomainMemoryStats(DomainHandle domain, VirDomainMemoryStat* stats, uint count, uint flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(Utf8Text))]
    internal static partial int virDomainGetBlockInfo(DomainHandle domain, string disk, VirDomainBlockInfo* info, uint flags);

    [LibraryImport(Library)]
    internal static partial int virDomainGetCPUStats(DomainHandle domain, VirTypedParameter* parameters, uint count, int startCpu, uint cpuCount, uint flags);

    [LibraryImport(Library)]
    internal static partial int virConnectGetAllDomainStats(ConnectionHandle conn, uint stats, VirDomainStatsRecord*** records, uint flags);

    [LibraryImport(Library)]
    internal static partial int virDomainListGetStats(nint* domains, uint stats, VirDomainStatsRecord*** records, uint flags);

    [LibraryImport(Library)]
    internal static partial void virDomainStatsRecordListFree(VirDomainStatsRecord** records);

    [LibraryImport(Library)]
    internal static partial int virDomainGetDiskErrors(DomainHandle domain, VirDomainDiskError* errors, uint count, uint flags);

    [LibraryImport(Library)]
    internal static partial int virDomainInterfaceAddresses(DomainHandle domain, VirDomainInterface*** interfaces, uint source, uint flags);

    [LibraryImport(Library)]
    internal static partial void virDomainInterfaceFree(VirDomainInterface* address);

    [LibraryImport(Library)]
    internal static partial int virDomainGetJobInfo(DomainHandle domain, VirDomainJobInfo* info);

    [LibraryImport(Library)]
    internal static partial int virDomainGetJobStats(DomainHandle domain, int* type, VirTypedParameter** parameters, int* count, uint flags);

    [LibraryImport(Library)]
    internal static partial int virDomainAbortJob(DomainHandle domain);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(Utf8Text))]
    internal static partial int virDomainGetBlockJobInfo(DomainHandle domain, string disk, VirDomainBlockJobInfo* info, uint flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(Utf8Text))]
    internal static partial int virDomainBlockJobAbort(DomainHandle domain, string disk, uint flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(Utf8Text))]
    internal static partial int virDomainMigrateToURI3(DomainHandle domain, string? destination, VirTypedParameter* parameters, uint count, uint flags);

    [LibraryImport(Library)]
    internal static partial DomainHandle virDomainMigrate3(DomainHandle domain, ConnectionHandle destination, VirTypedParameter* parameters, uint count, uint flags);

    [LibraryImport(Library)]
    internal static partial int virDomainMigrateSetMaxDowntime(DomainHandle domain, ulong milliseconds, uint flags);

    [LibraryImport(Library)]
    internal static partial int virDomainMigrateGetMaxDowntime(DomainHandle domain, ulong* milliseconds, uint flags);

    [LibraryImport(Library)]
    internal static partial int virDomainMigrateSetMaxSpeed(DomainHandle domain, nuint bandwidth, uint flags);

    [LibraryImport(Library)]
    internal static partial int virDomainMigrateGetMaxSpeed(DomainHandle domain, nuint* bandwidth, uint flags);

    [LibraryImport(Library)]
    internal static partial void virTypedParamsFree(VirTypedParameter* parameters, int count);

    [LibraryImport(Library)]
    internal static partial void virTypedParamsClear(VirTypedParameter* parameters, int count);
}
