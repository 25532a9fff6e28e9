using Xen.Cim.EndToEnd.Tests.Suite.Hosts;

// The suite on QEMU without hardware support.
namespace Xen.Cim.EndToEnd.Tests.Suite.QemuHVM;

[CollectionDefinition(Name)]
public sealed class OnQemu : ICollectionFixture<QemuHost>
{
    public const string Name = "QEMU";
}

[Collection(OnQemu.Name)]
public sealed class Lifecycle(QemuHost host) : Themes.Lifecycle(host, GuestKind.HVM);

[Collection(OnQemu.Name)]
public sealed class Defining(QemuHost host) : Themes.Defining(host, GuestKind.HVM);

[Collection(OnQemu.Name)]
public sealed class Memory(QemuHost host) : Themes.Memory(host, GuestKind.HVM);

[Collection(OnQemu.Name)]
public sealed class Processors(QemuHost host) : Themes.Processors(host, GuestKind.HVM);

[Collection(OnQemu.Name)]
public sealed class Scheduling(QemuHost host) : Themes.Scheduling(host, GuestKind.HVM);

[Collection(OnQemu.Name)]
public sealed class Disks(QemuHost host) : Themes.Disks(host, GuestKind.HVM);

[Collection(OnQemu.Name)]
public sealed class Adapters(QemuHost host) : Themes.Adapters(host, GuestKind.HVM);

[Collection(OnQemu.Name)]
public sealed class Media(QemuHost host) : Themes.Media(host, GuestKind.HVM);

[Collection(OnQemu.Name)]
public sealed class Autostart(QemuHost host) : Themes.Autostart(host, GuestKind.HVM);

[Collection(OnQemu.Name)]
public sealed class Capabilities(QemuHost host) : Themes.Capabilities(host, GuestKind.HVM);

[Collection(OnQemu.Name)]
public sealed class Truth(QemuHost host) : Themes.Truth(host, GuestKind.HVM);

[Collection(OnQemu.Name)]
public sealed class Indications(QemuHost host) : Themes.Indications(host, GuestKind.HVM);

[Collection(OnQemu.Name)]
public sealed class Metrics(QemuHost host) : Themes.Metrics(host, GuestKind.HVM);

[Collection(OnQemu.Name)]
public sealed class Snapshots(QemuHost host) : Themes.Snapshots(host, GuestKind.HVM);
