using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.Suite.Hosts;

/// <summary>The small Linux that guests run: a kernel, and an initrd that says on its console what it sees.</summary>
internal static class GuestBoot
{
    private const string Kernel = "XEN_CIM_GUEST_KERNEL";
    private const string Initrd = "XEN_CIM_GUEST_INITRD";

    // The script takes its time, and makes what is not there.
    private static readonly Lazy<(string Kernel, string Initrd)> s_lab = new(XenLab.GuestFiles);

    /// <summary>The Xen lab's, which QEMU boots too.</summary>
    public static (string Kernel, string Initrd) OnThisMachine() => Named(() => s_lab.Value);

    /// <summary>Those that the environment names, or the usual ones.</summary>
    public static (string Kernel, string Initrd) Named(Func<(string Kernel, string Initrd)> usual) =>
        Environment.GetEnvironmentVariable(Kernel) is { Length: > 0 } kernel && Environment.GetEnvironmentVariable(Initrd) is { Length: > 0 } initrd
            ? (kernel, initrd) : usual();
}
