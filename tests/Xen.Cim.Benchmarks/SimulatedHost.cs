using System.Globalization;
using System.Text;

namespace Xen.Cim.Benchmarks;

/// <summary>A host file for libvirt's test driver with as many guests as wanted; every fifth one is off.</summary>
internal static class SimulatedHost
{
    /// <returns>The connection's URI.</returns>
    public static string Write(string file, int guests)
    {
        var xml = new StringBuilder("""
            <node xmlns:test="http://libvirt.org/schemas/domain/test/1.0">
              <cpu><mhz>2600</mhz><model>x86_64</model><active>64</active><nodes>2</nodes><sockets>2</sockets><cores>16</cores><threads>1</threads></cpu>
              <memory>4294967296</memory>
              <network>
                <name>default</name><uuid>5d6f4a52-2f19-4a6f-9d58-3f6a9d3f0a01</uuid>
                <forward mode="nat"/><bridge name="virbr0"/><ip address="192.168.122.1" netmask="255.255.255.0"/>
              </network>
              <network><name>lan</name><uuid>5d6f4a52-2f19-4a6f-9d58-3f6a9d3f0a02</uuid><forward mode="bridge"/><bridge name="xenbr0"/></network>
              <pool type="dir"><name>images</name><uuid>0b6d4f1e-7c1a-4b5e-8a53-6f0d1c2b3a01</uuid><target><path>/var/lib/xen/images</path></target></pool>
              <pool type="dir"><name>media</name><uuid>0b6d4f1e-7c1a-4b5e-8a53-6f0d1c2b3a02</uuid><target><path>/var/lib/xen/media</path></target></pool>

            """);
        for (var i = 1; i <= guests; i++)
            xml.Append(CultureInfo.InvariantCulture, $"""
                  <domain type="test">
                    <name>guest-{i:00000}</name>
                    <uuid>{Uuid(i):D}</uuid>
                    <title>Guest {i}</title>
                    <description>One of {guests} guests</description>
                    <memory unit="KiB">2097152</memory>
                    <currentMemory unit="KiB">1048576</currentMemory>
                    <vcpu current="1">2</vcpu>
                    <cputune><shares>256</shares></cputune>
                    <bootloader>pygrub</bootloader>
                    <os><type arch="x86_64">linux</type></os>
                    <clock offset="utc"/>
                    <on_poweroff>destroy</on_poweroff>
                    <on_reboot>restart</on_reboot>
                    <on_crash>restart</on_crash>
                    <devices>
                      <disk type="file" device="disk">
                        <driver name="qemu" type="raw"/>
                        <source file="/var/lib/xen/images/guest-{i:00000}.img"/>
                        <target dev="xvda" bus="xen"/>
                      </disk>
                      <interface type="network">
                        <mac address="00:16:3e:{i >> 16 & 255:x2}:{i >> 8 & 255:x2}:{i & 255:x2}"/>
                        <source network="default"/>
                      </interface>
                      <console type="pty"><target type="xen" port="0"/></console>
                      <graphics type="vnc" port="-1" autoport="yes" listen="127.0.0.1"/>
                      <video><model type="xen"/></video>
                    </devices>
                    <test:runstate>{(i % 5 == 0 ? 5 : 1)}</test:runstate>
                  </domain>

                """);
        xml.Append("</node>\n");
        File.WriteAllText(file, xml.ToString());
        return "test://" + file;
    }

    public static Guid Uuid(int guest) => new(0x8f1c2d3e, 0x4b5a, 0x4c6d, 0x9e, 0x7f, 0, 0, (byte)(guest >> 24), (byte)(guest >> 16), (byte)(guest >> 8), (byte)guest);
}
