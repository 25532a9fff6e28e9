using Xen.Cim.EndToEnd.Tests.Running;
using Xen.Cim.EndToEnd.Tests.Suite.Hosts;

// The suite on a real Xen, with paravirtual guests.
namespace Xen.Cim.EndToEnd.Tests.Suite.XenPV;

[Collection(XenLabTests.Name)]
public sealed class Lifecycle(XenHost host) : Themes.Lifecycle(host, GuestKind.PV), IClassFixture<XenHost>;

[Collection(XenLabTests.Name)]
public sealed class Defining(XenHost host) : Themes.Defining(host, GuestKind.PV), IClassFixture<XenHost>;

[Collection(XenLabTests.Name)]
public sealed class Memory(XenHost host) : Themes.Memory(host, GuestKind.PV), IClassFixture<XenHost>;

[Collection(XenLabTests.Name)]
public sealed class Processors(XenHost host) : Themes.Processors(host, GuestKind.PV), IClassFixture<XenHost>;

[Collection(XenLabTests.Name)]
public sealed class Scheduling(XenHost host) : Themes.Scheduling(host, GuestKind.PV), IClassFixture<XenHost>;

[Collection(XenLabTests.Name)]
public sealed class Disks(XenHost host) : Themes.Disks(host, GuestKind.PV), IClassFixture<XenHost>;

[Collection(XenLabTests.Name)]
public sealed class Adapters(XenHost host) : Themes.Adapters(host, GuestKind.PV), IClassFixture<XenHost>;

[Collection(XenLabTests.Name)]
public sealed class Media(XenHost host) : Themes.Media(host, GuestKind.PV), IClassFixture<XenHost>;

[Collection(XenLabTests.Name)]
public sealed class Autostart(XenHost host) : Themes.Autostart(host, GuestKind.PV), IClassFixture<XenHost>;

[Collection(XenLabTests.Name)]
public sealed class ControlDomain(XenHost host) : Themes.ControlDomain(host, GuestKind.PV), IClassFixture<XenHost>;

[Collection(XenLabTests.Name)]
public sealed class Capabilities(XenHost host) : Themes.Capabilities(host, GuestKind.PV), IClassFixture<XenHost>;

[Collection(XenLabTests.Name)]
public sealed class Truth(XenHost host) : Themes.Truth(host, GuestKind.PV), IClassFixture<XenHost>;

[Collection(XenLabTests.Name)]
public sealed class Indications(XenHost host) : Themes.Indications(host, GuestKind.PV), IClassFixture<XenHost>;

[Collection(XenLabTests.Name)]
public sealed class Metrics(XenHost host) : Themes.Metrics(host, GuestKind.PV), IClassFixture<XenHost>;

[Collection(XenLabTests.Name)]
public sealed class Snapshots(XenHost host) : Themes.Snapshots(host, GuestKind.PV), IClassFixture<XenHost>;
