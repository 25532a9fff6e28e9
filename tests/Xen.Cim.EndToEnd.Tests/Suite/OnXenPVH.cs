using Xen.Cim.EndToEnd.Tests.Running;
using Xen.Cim.EndToEnd.Tests.Suite.Hosts;

// The suite on a real Xen, with paravirtual guests in hardware containers (PVH).
// What the connection claims is of the connection: it is tried with paravirtual guests, which take most.
namespace Xen.Cim.EndToEnd.Tests.Suite.XenPVH;

[Collection(XenLabTests.Name)]
public sealed class Lifecycle(XenHost host) : Themes.Lifecycle(host, GuestKind.PVH), IClassFixture<XenHost>;

[Collection(XenLabTests.Name)]
public sealed class Defining(XenHost host) : Themes.Defining(host, GuestKind.PVH), IClassFixture<XenHost>;

[Collection(XenLabTests.Name)]
public sealed class Memory(XenHost host) : Themes.Memory(host, GuestKind.PVH), IClassFixture<XenHost>;

[Collection(XenLabTests.Name)]
public sealed class Processors(XenHost host) : Themes.Processors(host, GuestKind.PVH), IClassFixture<XenHost>;

[Collection(XenLabTests.Name)]
public sealed class Scheduling(XenHost host) : Themes.Scheduling(host, GuestKind.PVH), IClassFixture<XenHost>;

[Collection(XenLabTests.Name)]
public sealed class Disks(XenHost host) : Themes.Disks(host, GuestKind.PVH), IClassFixture<XenHost>;

[Collection(XenLabTests.Name)]
public sealed class Adapters(XenHost host) : Themes.Adapters(host, GuestKind.PVH), IClassFixture<XenHost>;
