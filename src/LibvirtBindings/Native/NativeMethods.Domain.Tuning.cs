using System.Runtime.InteropServices;

namespace Libvirt.Native;

/// <summary>Domains: memory, processors, scheduler, devices (libvirt-domain.h).</summary>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial int virDomainSetLifecycleAction(DomainHandle domain, uint type, uint action, uint flags);

    [LibraryImport(Library)]
    internal static partial nuint virDomainGetMaxMemory(DomainHandle domain);

    [LibraryImport(Library)]
    internal static partial int virDomainSetMaxMemory(DomainHandle domain, nuint memory);

    [LibraryImport(Library)]
    internal static partial int virDomainSetMemoryFlags(DomainHandle domain, nuint memory, uint flags);

    [LibraryImport(Library)]
    internal static partial int virDomainSetMemoryStatsPeriod(DomainHandle domain, int period, uint flags);

    [LibraryImport(Library)]
    internal static partial int virDomainGetVcpusFlags(DomainHandle domain, uint flags);

    [LibraryImport(Library)]
    internal static partial int virDomainSetVcpusFlags(DomainHandle domain, uint count, uint flags);

    [LibraryImport(Library)]
    internal static partial int virDomainPinVcpuFlags(DomainHandle domain, uint vcpu, byte* map, int mapLength, uint flags);

    [LibraryImport(Library)]
    internal static partial int virDomainPinVcpu(DomainHandle domain, uint vcpu, byte* map, int mapLength);

    [LibraryImport(Library)]
    internal static partial int virDomainGetVcpuPinInfo(DomainHandle domain, int mapCount, byte* maps, int mapLength, uint flags);

    [LibraryImport(Library)]
    internal static partial int virDomainGetVcpus(DomainHandle domain, VirVcpuInfo* info, int count, byte* maps, int mapLength);

    [LibraryImport(Library)]
    internal static partial int virDomainPinEmulator(DomainHandle domain, byte* map, int mapLength, uint flags);

    [LibraryImport(Library)]
    internal static partial int virDomainGetEmulatorPinInfo(DomainHandle domain, byte* map, int mapLength, uint flags);

    [LibraryImport(Library)]
    internal static partial byte* virDomainGetSchedulerType(DomainHandle domain, int* count);

    [LibraryImport(Library)]
    internal static partial int virDomainGetSchedulerParameters(DomainHandle domain, VirTypedParameter* parameters, int* count);

    [LibraryImport(Library)]
    internal static partial int virDomainGetSchedulerParametersFlags(DomainHandle domain, VirTypedParameter* parameters, int* count, uint flags);

    [LibraryImport(Library)]
    internal static partial int virDomainSetSchedulerParameters(DomainHandle domain, VirTypedParameter* parameters, int count);

    [LibraryImport(Library)]
    internal static partial int virDomainSetSchedulerParametersFlags(DomainHandle domain, VirTypedParameter* parameters, int count, uint flags);

    [LibraryImport(Library)]
    internal static partial int virDomainGetMemoryParameters(DomainHandle domain, VirTypedParameter* parameters, int* count, uint flags);

    [LibraryImport(Library)]
    internal static partial int virDomainSetMemoryParameters(DomainHandle domain, VirTypedParameter* parameters, int count, uint flags);

    [LibraryImport(Library)]
    internal static partial int virDomainGetBlkioParameters(DomainHandle domain, VirTypedParameter* parameters, int* count, uint flags);

    [LibraryImport(Library)]
    internal static partial int virDomainSetBlkioParameters(DomainHandle domain, VirTypedParameter* parameters, int count, uint flags);

    [LibraryImport(Library)]
    internal static partial int virDomainGetNumaParameters(DomainHandle domain, VirTypedParameter* parameters, int* count, uint flags);

    [LibraryImport(Library)]
    internal static partial int virDomainSetNumaParameters(DomainHandle domain, VirTypedParameter* parameters, int count, uint flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(Utf8Text))]
    internal static partial int virDomainGetInterfaceParameters(DomainHandle domain, string device, VirTypedParameter* parameters, int* count, uint flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(Utf8Text))]
    internal static partial int virDomainSetInterfaceParameters(DomainHandle domain, string device, VirTypedParameter* parameters, int count, uint flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(Utf8Text))]
    internal static partial int virDomainGetBlockIoTune(DomainHandle domain, string? disk, VirTypedParameter* parameters, int* count, uint flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(Utf8Text))]
    internal static partial int virDomainSetBlockIoTune(DomainHandle domain, string disk, VirTypedParameter* parameters, int count, uint flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(Utf8Text))]
    internal static partial int virDomainAttachDeviceFlags(DomainHandle domain, string xml, uint flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(Utf8Text))]
    internal static partial int virDomainDetachDeviceFlags(DomainHandle domain, string xml, uint flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(Utf8Text))]
    internal static partial int virDomainUpdateDeviceFlags(DomainHandle domain, string xml, uint flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(Utf8Text))]
    internal static partial int virDomainDetachDeviceAlias(DomainHandle domain, string alias, uint flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(Utf8Text))]
    internal static partial int virDomainBlockResize(DomainHandle domain, string disk, ulong size, uint flags);
}
