namespace Xen.Cim.Hypervisor.Tests.Definitions;

/// <summary>Domains as libvirt writes them.</summary>
internal static class Samples
{
    /// <summary>A paravirtualized guest of Xen's driver, off.</summary>
    internal const string Pv = """
        <domain type='xen'>
          <name>pv1</name>
          <uuid>11111111-2222-4333-8444-555555550001</uuid>
          <memory unit='KiB'>262144</memory>
          <currentMemory unit='KiB'>131072</currentMemory>
          <vcpu placement='static' current='1'>2</vcpu>
          <os>
            <type arch='x86_64' machine='xenpv'>linux</type>
            <kernel>/boot/guest/vmlinuz</kernel>
            <initrd>/boot/guest/initrd.img</initrd>
            <cmdline>console=hvc0 mitigations=off ip4=192.168.77.11/24</cmdline>
          </os>
          <clock offset='utc' adjustment='reset'/>
          <on_poweroff>destroy</on_poweroff>
          <on_reboot>restart</on_reboot>
          <on_crash>destroy</on_crash>
          <devices>
            <disk type='file' device='disk'>
              <driver name='phy' type='raw'/>
              <source file='/var/lib/xen/images/a.img'/>
              <target dev='xvda' bus='xen'/>
            </disk>
            <disk type='file' device='disk'>
              <driver name='qemu' type='qcow2'/>
              <source file='/var/lib/xen/images/b.qcow2'/>
              <target dev='xvdb' bus='xen'/>
            </disk>
            <controller type='xenbus' index='0'/>
            <interface type='bridge'>
              <mac address='00:16:3e:00:00:31'/>
              <source bridge='xenbr0'/>
            </interface>
            <console type='pty'>
              <target type='xen' port='0'/>
            </console>
            <memballoon model='xen'/>
          </devices>
        </domain>
        """;

    /// <summary>A PVH guest with the machine in double quotes and no units but MiB, as people write it.</summary>
    internal const string Pvh = """
        <domain type='xen'>
          <name>pvh1</name>
          <uuid>11111111-2222-4333-8444-555555550002</uuid>
          <memory unit='MiB'>256</memory>
          <currentMemory unit='MiB'>128</currentMemory>
          <vcpu placement='static' current='1'>2</vcpu>
          <os>
            <type arch='x86_64' machine="xenpvh">xenpvh</type>
            <kernel>/boot/guest/vmlinuz</kernel>
          </os>
          <devices>
            <console type='pty'><target type='xen' port='0'/></console>
          </devices>
        </domain>
        """;

    /// <summary>A fully virtualized guest of Xen's driver, running: with all that only a running guest has.</summary>
    internal const string HvmRunning = """
        <domain type='xen' id='7' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
          <name>hvm1</name>
          <uuid>11111111-2222-4333-8444-555555550004</uuid>
          <genid>43dc0cf8-809b-4adb-9bea-a9abb5f3d90e</genid>
          <title>Mail</title>
          <description>The mail &amp; news server
        of Zürich</description>
          <metadata>
            <app:owner xmlns:app="urn:example:app" level="3">accounts<!-- of 2026 --></app:owner>
            <xencim:guest xmlns:xencim="urn:xen-cim:1.0">
              <xencim:cap>50</xencim:cap>
              <xencim:requestedState>2</xencim:requestedState>
            </xencim:guest>
          </metadata>
          <memory unit='KiB'>2097152</memory>
          <vcpu placement='static' cpuset='0-3'>4</vcpu>
          <cputune>
            <shares>512</shares>
            <vcpupin vcpu='0' cpuset='0-1'/>
            <vcpupin vcpu='3' cpuset='2,^1'/>
          </cputune>
          <sysinfo type='smbios'>
            <system>
              <entry name='manufacturer'>Example</entry>
              <entry name='uuid'>11111111-2222-4333-8444-555555550004</entry>
            </system>
          </sysinfo>
          <os>
            <type arch='x86_64' machine='xenfv'>hvm</type>
            <loader type='rom'>/usr/lib/xen/boot/hvmloader</loader>
            <nvram template='/usr/share/vars.fd'>/var/lib/libvirt/nvram/hvm1.fd</nvram>
            <boot dev='cdrom'/>
            <boot dev='hd'/>
          </os>
          <features>
            <acpi/>
            <apic/>
            <pae/>
            <hyperv mode='custom'>
              <relaxed state='on'/>
            </hyperv>
          </features>
          <cpu mode='host-passthrough' check='none'>
            <topology sockets='1' dies='1' cores='2' threads='2'/>
          </cpu>
          <clock offset='variable' adjustment='-30' basis='utc'>
            <timer name='tsc' mode='emulate'/>
          </clock>
          <on_poweroff>destroy</on_poweroff>
          <on_reboot>restart</on_reboot>
          <on_crash>preserve</on_crash>
          <devices>
            <emulator>/usr/lib/xen/bin/qemu-system-i386</emulator>
            <disk type='block' device='disk'>
              <driver name='phy' type='raw' cache='none' io='native'/>
              <source dev='/dev/vg0/hvm1' index='2'/>
              <backingStore/>
              <target dev='hda' bus='ide'/>
              <iotune>
                <total_iops_sec>500</total_iops_sec>
              </iotune>
              <serial>WD-1</serial>
              <alias name='ide0-0-0'/>
              <address type='drive' controller='0' bus='0' target='0' unit='0'/>
            </disk>
            <disk type='volume' device='cdrom'>
              <driver name='qemu' type='raw'/>
              <source pool='isos' volume='debian.iso'/>
              <target dev='hdc' bus='ide'/>
              <readonly/>
              <shareable/>
            </disk>
            <controller type='ide' index='0'/>
            <interface type='network'>
              <mac address='00:16:3E:00:00:41'/>
              <source network='lan' portid='4e0f0a68-6a40-4e28-9d3b-5a8e0a7fe6a1' bridge='virbr1'/>
              <bandwidth>
                <inbound average='1000' peak='2000' burst='1024'/>
                <outbound average='500'/>
              </bandwidth>
              <script path='vif-bridge'/>
              <target dev='vif7.0'/>
              <model type='e1000'/>
              <alias name='ua-lan'/>
            </interface>
            <interface type='bridge'>
              <mac address='00:16:3e:00:00:42'/>
              <source bridge='xenbr0'/>
              <virtualport type='openvswitch'>
                <parameters interfaceid='09b11c53-8b5c-4eeb-8f00-d84eaa0aaa4f'/>
              </virtualport>
              <target dev='vif7.1'/>
            </interface>
            <serial type='pty'>
              <source path='/dev/pts/4'/>
              <target port='0'/>
            </serial>
            <console type='pty' tty='/dev/pts/4'>
              <source path='/dev/pts/4'/>
              <target type='serial' port='0'/>
            </console>
            <input type='tablet' bus='usb'/>
            <input type='mouse' bus='ps2'/>
            <graphics type='vnc' port='5903' autoport='no' listen='127.0.0.1' keymap='de-ch' passwd='s3cret'>
              <listen type='address' address='127.0.0.1'/>
            </graphics>
            <sound model='es1370'/>
            <video>
              <model type='cirrus' vram='8192' heads='1' primary='yes'/>
            </video>
            <hostdev mode='subsystem' type='pci' managed='yes'>
              <source>
                <address domain='0x0000' bus='0x03' slot='0x1f' function='0x2'/>
              </source>
            </hostdev>
            <memballoon model='xen'/>
          </devices>
          <seclabel type='dynamic' model='dac' relabel='yes'>
            <label>+64055:+64055</label>
            <imagelabel>+64055:+64055</imagelabel>
          </seclabel>
          <seclabel type='static' model='flask' relabel='no'>
            <label>system_u:system_r:domU_t</label>
          </seclabel>
          <qemu:commandline>
            <qemu:arg value='-d'/>
          </qemu:commandline>
        </domain>
        """;
}
