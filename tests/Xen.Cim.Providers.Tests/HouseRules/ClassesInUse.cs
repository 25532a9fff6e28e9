using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Providers.Tests.Indications;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers.Tests.HouseRules;

/// <summary>Our classes, and what of them is set on a host that has something of everything.</summary>
public abstract class ClassesInUse : ProviderTest
{
    /// <summary>A guest with something of everything: disks on USB and SCSI that have limits, adapters on a port of the host and in VLANs, firmware, a processor of its own.</summary>
    private const string DeskXml = """
        <domain type='xen'>
          <name>desk</name>
          <uuid>7a1c3d52-0000-4000-8000-0000000000aa</uuid>
          <memory unit='KiB'>262144</memory>
          <memtune><hard_limit unit='KiB'>400000</hard_limit><soft_limit unit='KiB'>300000</soft_limit><swap_hard_limit unit='KiB'>500000</swap_hard_limit></memtune>
          <memoryBacking><hugepages><page size='2048' unit='KiB'/></hugepages><source type='memfd'/><access mode='shared'/><allocation mode='immediate'/></memoryBacking>
          <vcpu>2</vcpu>
          <numatune><memory mode='strict' nodeset='0-1' placement='static'/><memnode cellid='0' mode='strict' nodeset='1'/></numatune>
          <os firmware='efi'>
            <type arch='x86_64' machine='xenfv'>hvm</type>
            <firmware><feature enabled='yes' name='secure-boot'/></firmware>
            <loader readonly='yes' secure='yes' type='pflash'>/usr/share/OVMF/OVMF_CODE.secboot.fd</loader>
            <nvram template='/usr/share/OVMF/OVMF_VARS.fd'>/var/lib/libvirt/nvram/desk.fd</nvram>
          </os>
          <cpu mode='custom' match='exact' check='partial' migratable='on'>
            <model fallback='forbid'>Westmere</model>
            <vendor>Intel</vendor>
            <topology sockets='1' dies='1' cores='2' threads='1'/>
            <cache level='3' mode='emulate'/>
            <maxphysaddr mode='emulate' bits='42'/>
            <feature policy='disable' name='vmx'/>
            <numa>
              <cell id='0' cpus='0' memory='131072' unit='KiB' memAccess='shared' discard='yes'><distances><sibling id='0' value='10'/><sibling id='1' value='21'/></distances></cell>
              <cell id='1' cpus='1' memory='131072' unit='KiB' memAccess='shared'><distances><sibling id='0' value='21'/><sibling id='1' value='10'/></distances></cell>
            </numa>
          </cpu>
          <devices>
            <disk type='file' device='disk'>
              <source file='/srv/mail.img'/>
              <target dev='sda' bus='usb'/>
              <iotune><total_bytes_sec>1000000</total_bytes_sec><read_iops_sec>200</read_iops_sec><write_iops_sec>100</write_iops_sec></iotune>
              <address type='usb' bus='0' port='1'/>
            </disk>
            <disk type='file' device='disk'>
              <source file='/srv/mail.img'/>
              <target dev='sdb' bus='scsi'/>
              <iotune><read_bytes_sec>1000000</read_bytes_sec><write_bytes_sec>500000</write_bytes_sec><total_iops_sec>300</total_iops_sec></iotune>
              <shareable/>
              <address type='drive' controller='0' bus='0' target='0' unit='1'/>
            </disk>
            <controller type='scsi' index='0' model='virtio-scsi'>
              <address type='pci' domain='0x0000' bus='0x00' slot='0x05' function='0x0'/>
            </controller>
            <controller type='usb' index='0' model='piix3-uhci'>
              <address type='pci' domain='0x0000' bus='0x00' slot='0x01' function='0x2'/>
            </controller>
            <controller type='pci' index='0' model='pci-root'/>
            <controller type='virtio-serial' index='0' ports='8'>
              <address type='pci' domain='0x0000' bus='0x00' slot='0x06' function='0x0'/>
            </controller>
            <watchdog model='i6300esb' action='pause'>
              <address type='pci' domain='0x0000' bus='0x00' slot='0x07' function='0x0'/>
            </watchdog>
            <tpm model='tpm-crb'><backend type='emulator' version='2.0'/></tpm>
            <rng model='virtio'><rate bytes='1024' period='2000'/><backend model='random'>/dev/urandom</backend></rng>
            <memballoon model='virtio' autodeflate='on' freePageReporting='on'><stats period='10'/></memballoon>
            <interface type='direct'>
              <mac address='00:16:3e:00:00:aa'/>
              <source dev='eth0' mode='bridge'/>
            </interface>
            <interface type='bridge'>
              <mac address='00:16:3e:00:00:ab'/>
              <source bridge='ovs0'/>
              <vlan trunk='yes'><tag id='42' nativeMode='untagged'/><tag id='47'/></vlan>
              <virtualport type='openvswitch'/>
              <bandwidth><inbound average='1000' peak='5000' burst='1024'/><outbound average='128' peak='256' burst='256'/></bandwidth>
              <filterref filter='clean-traffic'><parameter name='IP' value='192.0.2.7'/></filterref>
              <mtu size='9000'/>
            </interface>
            <interface type='bridge'>
              <mac address='00:16:3e:00:00:ac'/>
              <source bridge='ovs0'/>
              <vlan><tag id='5'/></vlan>
              <virtualport type='openvswitch'/>
            </interface>
          </devices>
        </domain>
        """;

    internal override ProviderOptions Options => new() { InCallWait = TimeSpan.FromSeconds(10), Time = Time, BootUnit = Tree.PathOf("packaging/systemd/xen-cim-guests.service") };

    private static readonly Guid s_san = new("5b000000-0000-4000-8000-0000000000aa");

    private protected static IEnumerable<CimLayout> Ours => CimLayouts.All.Where(l => l.ClassName.StartsWith("Xen_", StringComparison.Ordinal));

    private protected static bool IsIndication(CimLayout layout) => layout.IsA(CIM_Indication.CimName);

    /// <summary>Guests in all states, one that failed and one that waits, jobs of both kinds.</summary>
    private protected void Prepare()
    {
        Mock.Setup(h => h.ListStoragePools()).Returns([.. Samples.Pools, new(s_san, "san", IsActive: false, Autostart: false, "iscsi", "/dev/disk/by-path", 0, 0, 0) { Login = new("ann", "san-1") }]);
        Host.Add(new() { Uuid = new("7a1c3d52-0000-4000-8000-0000000000aa"), Name = "desk", State = GuestState.Off }, DeskXml, null);
        Ask(GuestPath(Samples.Passing), 4, CimDateTime.Parse("00000000000000.050000:000"));
        Ask(GuestPath(Samples.Web), 4);
        // How busy a guest is shows with the second reading.
        All("Xen_ComputerSystemSummary");
        Time.Advance(TimeSpan.FromSeconds(1));
        Eventually(() => All("Xen_ConcreteJob").Any(j => j["ErrorDescription"] is not null));
    }

    /// <summary>Class.Property of everything that has a value in some instance.</summary>
    private protected HashSet<string> PropertiesSet()
    {
        Prepare();
        var indications = Subscriber.OneOfEach(Provider, Host).ToLookup(i => i.ClassName);
        return [.. Ours.SelectMany(l => (IsIndication(l) ? indications[Example(l)] : All(l.ClassName)).SelectMany(i => i.Properties.Where(p => p.Value is not null).Select(p => $"{l.ClassName}.{p.Name}")))];
    }

    // The indications of the other three kinds of things are made in the same way as those of guests.
    private static string Example(CimLayout layout) => layout.ClassName.IndexOf("Inst", StringComparison.Ordinal) is > 0 and var at
        ? "Xen_ComputerSystem" + layout.ClassName[at..] : layout.ClassName;
}
