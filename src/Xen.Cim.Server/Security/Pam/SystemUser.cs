using System.Runtime.InteropServices;

namespace Xen.Cim.Server.Security;

/// <summary>Whom this process acts as.</summary>
internal static partial class SystemUser
{
    /// <summary>0 is root.</summary>
    public static uint Effective => geteuid();

    [LibraryImport("libc")]
    private static partial uint geteuid();
}
