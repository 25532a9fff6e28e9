using Microsoft.Extensions.Logging.Abstractions;

namespace Xen.Cim.Hypervisor.Tests;

/// <summary>The simulated host of Hosts/small.xml, in a state of its own for each connection.</summary>
internal static class SmallHost
{
    public static readonly Guid Web = Guid.Parse("11111111-0000-4000-8000-000000000001");
    public static readonly Guid Off = Guid.Parse("11111111-0000-4000-8000-000000000002");
    public static readonly Guid Saved = Guid.Parse("11111111-0000-4000-8000-000000000003");
    public static readonly Guid Passing = Guid.Parse("11111111-0000-4000-8000-000000000004");

    public static string Uri => "test://" + Path.Combine(AppContext.BaseDirectory, "Hosts", "small.xml");

    public static LibvirtHypervisor Open() => Open(new HypervisorOptions { Uri = Uri });

    public static LibvirtHypervisor Open(HypervisorOptions options) => LibvirtHypervisor.Create(options, NullLoggerFactory.Instance);
}
