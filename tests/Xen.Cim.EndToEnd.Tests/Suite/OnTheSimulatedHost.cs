using Xen.Cim.EndToEnd.Tests.Suite.Hosts;

// The suite on libvirt's test driver, with paravirtual guests.
namespace Xen.Cim.EndToEnd.Tests.Suite.SimulatedPV;

[CollectionDefinition(Name)]
public sealed class OnTheSimulatedHost : ICollectionFixture<SimulatedXen>
{
    public const string Name = "the simulated host";
}

[Collection(OnTheSimulatedHost.Name)]
public sealed class Lifecycle(SimulatedXen host) : Themes.Lifecycle(host, GuestKind.PV);

[Collection(OnTheSimulatedHost.Name)]
public sealed class Defining(SimulatedXen host) : Themes.Defining(host, GuestKind.PV);

[Collection(OnTheSimulatedHost.Name)]
public sealed class Memory(SimulatedXen host) : Themes.Memory(host, GuestKind.PV);

[Collection(OnTheSimulatedHost.Name)]
public sealed class Processors(SimulatedXen host) : Themes.Processors(host, GuestKind.PV);

[Collection(OnTheSimulatedHost.Name)]
public sealed class Scheduling(SimulatedXen host) : Themes.Scheduling(host, GuestKind.PV);

[Collection(OnTheSimulatedHost.Name)]
public sealed class Disks(SimulatedXen host) : Themes.Disks(host, GuestKind.PV);

[Collection(OnTheSimulatedHost.Name)]
public sealed class Adapters(SimulatedXen host) : Themes.Adapters(host, GuestKind.PV);

[Collection(OnTheSimulatedHost.Name)]
public sealed class Media(SimulatedXen host) : Themes.Media(host, GuestKind.PV);

[Collection(OnTheSimulatedHost.Name)]
public sealed class Autostart(SimulatedXen host) : Themes.Autostart(host, GuestKind.PV);

[Collection(OnTheSimulatedHost.Name)]
public sealed class ControlDomain(SimulatedXen host) : Themes.ControlDomain(host, GuestKind.PV);

[Collection(OnTheSimulatedHost.Name)]
public sealed class Capabilities(SimulatedXen host) : Themes.Capabilities(host, GuestKind.PV);

[Collection(OnTheSimulatedHost.Name)]
public sealed class Truth(SimulatedXen host) : Themes.Truth(host, GuestKind.PV);

[Collection(OnTheSimulatedHost.Name)]
public sealed class Indications(SimulatedXen host) : Themes.Indications(host, GuestKind.PV);

[Collection(OnTheSimulatedHost.Name)]
public sealed class Metrics(SimulatedXen host) : Themes.Metrics(host, GuestKind.PV);

[Collection(OnTheSimulatedHost.Name)]
public sealed class Snapshots(SimulatedXen host) : Themes.Snapshots(host, GuestKind.PV);
