using System.Buffers.Binary;
using System.Text;
using Libvirt;
using Xen.Cim.Hypervisor.Connections;

namespace Xen.Cim.Hypervisor.Hosts;

/// <summary>Who the host is, the same over restarts of everything.</summary>
internal sealed record HostIdentity(HypervisorDriver Driver, string Name, Guid Uuid)
{
    /// <summary>The control domain's name on every Xen host, and on a simulated one.</summary>
    public const string ControlDomainName = "Domain-0";

    private static readonly string[] MachineIdFiles = ["/etc/machine-id", "/var/lib/dbus/machine-id"];

    /// <summary>Stands for Domain-0, whose own UUID is all zeros on every Xen host.</summary>
    public Guid ControlDomain { get; } = Derive(Uuid, ControlDomainName);

    public bool IsControlDomain(Guid uuid, string name, int? id) => Driver switch
    {
        HypervisorDriver.Xen => id == 0 || uuid == Guid.Empty,
        HypervisorDriver.Test => name == ControlDomainName,
        _ => false,
    };

    /// <param name="capabilities">Reads the host's capabilities, when they are needed.</param>
    public static HostIdentity Read(Connection connection, ConnectionUri uri, string? stateDirectory, Func<CapabilitiesDefinition?> capabilities)
    {
        var name = Hostname(connection);
        var uuid = Sysinfo(connection) ?? Plausible(capabilities()?.HostUuid)
            ?? (uri.IsLocal ? MachineId() ?? Remembered(stateDirectory) : null) ?? Derive(Guid.Empty, "host " + name);
        return new(ConnectionUri.Named(connection.DriverType), name, uuid);
    }

    /// <summary>A UUID of a name within another UUID (RFC 9562, version 8 over FNV-1a of 128 bits).</summary>
    /// <remarks>It tells apart, it does not hide: a cryptographic hash would load a library of several MiB for nothing.</remarks>
    public static Guid Derive(Guid space, string name)
    {
        var sum = new UInt128(0x6c62272e07bb0142, 0x62b821756295c58d);
        foreach (var octet in (byte[])[.. space.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes(name)])
            sum = unchecked((sum ^ octet) * new UInt128(0x0000000001000000, 0x000000000000013b));
        Span<byte> hash = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(hash, sum);
        hash[6] = (byte)((hash[6] & 0x0f) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new Guid(hash, bigEndian: true);
    }

    private static string Hostname(Connection connection)
    {
        try
        {
            if (connection.Hostname is { Length: > 0 } name)
                return name;
        }
        catch (LibvirtException e) when (e.Code is ErrorCode.NoSupport or ErrorCode.NoHostname)
        {
            // This machine's name is the next best.
        }
        return Environment.MachineName;
    }

    private static Guid? Sysinfo(Connection connection)
    {
        try
        {
            return Plausible(SysinfoDefinition.Parse(connection.GetSysinfo()).Uuid);
        }
        catch (LibvirtException e) when (!LibvirtErrors.MeansBroken(connection, e))
        {
            return null;
        }
        catch (HypervisorException)
        {
            return null;
        }
    }

    // Firmware that does not know fills the field with one byte over and over.
    private static Guid? Plausible(Guid? uuid) => uuid is { } given && given.ToByteArray().Distinct().Count() > 1 ? uuid : null;

    /// <summary>machine-id(5) asks not to show the id itself but one made from it.</summary>
    private static Guid? MachineId()
    {
        foreach (var file in MachineIdFiles)
        {
            try
            {
                if (Guid.TryParseExact(File.ReadAllText(file).Trim(), "N", out var id) && id != Guid.Empty)
                    return Derive(id, "Xen.Cim host");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The next one, then.
            }
        }
        return null;
    }

    internal static Guid? Remembered(string? directory)
    {
        if (directory is null)
            return null;
        try
        {
            Directory.CreateDirectory(directory);
            var file = Path.Combine(directory, "host-uuid");
            if (File.Exists(file) && Guid.TryParse(File.ReadAllText(file), out var known))
                return known;
            var fresh = Guid.NewGuid();
            var draft = file + "." + Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture);
            File.WriteAllText(draft, fresh.ToString());
            try
            {
                // Another process may be at the same: the first one wins.
                File.Move(draft, file, overwrite: false);
                return fresh;
            }
            catch (IOException)
            {
                File.Delete(draft);
                return Guid.TryParse(File.ReadAllText(file), out var theirs) ? theirs : null;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
