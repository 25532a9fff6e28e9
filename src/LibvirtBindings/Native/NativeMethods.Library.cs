using System.Runtime.InteropServices;

namespace Libvirt.Native;

/// <summary>The library itself (libvirt-host.h).</summary>
internal static unsafe partial class NativeMethods
{
    /// <summary>The soname that every libvirt since 2005 has.</summary>
    internal const string Library = "libvirt.so.0";

    [LibraryImport(Library)]
    internal static partial int virInitialize();

    [LibraryImport(Library)]
    internal static partial int virGetVersion(nuint* version, byte* type, nuint* typeVersion);
}
