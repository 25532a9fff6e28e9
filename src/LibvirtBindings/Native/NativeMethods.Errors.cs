using System.Runtime.InteropServices;

namespace Libvirt.Native;

/// <summary>Error records (virterror.h).</summary>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial VirError* virGetLastError();

    [LibraryImport(Library)]
    internal static partial void virSetErrorFunc(nint userData, delegate* unmanaged[Cdecl]<nint, VirError*, void> handler);

    [LibraryImport(Library)]
    internal static partial void virConnSetErrorFunc(ConnectionHandle conn, nint userData, delegate* unmanaged[Cdecl]<nint, VirError*, void> handler);
}
