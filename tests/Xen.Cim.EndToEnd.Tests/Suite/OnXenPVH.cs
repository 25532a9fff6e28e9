using Xen.Cim.EndToEnd.Tests.Running;
using Xen.Cim.EndToEnd.Tests.Suite.Hosts;

// The suite on a real Xen, with paravirtual guests in hardware containers (PVH): what depends on how a guest runs. The rest
// is the driver's and the connection's, and tried with paravirtual guests.
namespace Xen.Cim.EndToEnd.Tests.Suite.XenPVH;

[Collection(SecondXenLabTests.Name)]
public sealed class Lifecycle(XenHost host) : Themes.Lifecycle(host, GuestKind.PVH), IClassFixture<XenHost>;

[Collection(SecondXenLabTests.Name)]
public sealed class Memory(XenHost host) : Themes.Memory(host, GuestKind.PVH), IClassFixture<XenHost>;

[Collection(SecondXenLabTests.Name)]
public sealed class Processors(XenHost host) : Themes.Processors(host, GuestKind.PVH), IClassFixture<XenHost>;

[Collection(SecondXenLabTests.Name)]
public sealed class Disks(XenHost host) : Themes.Disks(host, GuestKind.PVH), IClassFixture<XenHost>;

[Collection(SecondXenLabTests.Name)]
public sealed class Adapters(XenHost host) : Themes.Adapters(host, GuestKind.PVH), IClassFixture<XenHost>;
