using Libvirt;
using Xen.Cim.Hypervisor.Connections;

namespace Xen.Cim.Hypervisor.Hosts;

/// <summary>
/// Reads the host. What the same connection always answers is asked once for each connection: QEMU's driver may take
/// seconds to tell its version and capabilities.
/// </summary>
internal sealed class HostReader
{
    private volatile Lasting? _lasting;
    private volatile Able? _able;

    /// <summary>What the host can do; null when the driver does not tell, or tells no XML.</summary>
    public CapabilitiesDefinition? Capabilities(Connection connection)
    {
        if (_able is not { } able || able.Of != connection)
            _able = able = new(connection, Thing(connection, c => CapabilitiesDefinition.Parse(c.GetCapabilities())));
        return able.Capabilities;
    }

    public Host Read(Connection connection, HostIdentity identity)
    {
        if (_lasting is not { } lasting || lasting.Of != connection)
            _lasting = lasting = Lasting.Read(connection, Capabilities(connection));
        var node = connection.GetNodeInfo();
        return new Host
        {
            Name = identity.Name,
            Uuid = identity.Uuid,
            Driver = identity.Driver,
            HypervisorVersion = lasting.HypervisorVersion,
            LibvirtVersion = lasting.LibvirtVersion,
            Architecture = lasting.Architecture ?? node.Model,
            Processors = (uint)node.Cpus,
            ProcessorMhz = (uint)node.Mhz,
            MemoryKiB = node.Memory,
            Cells = lasting.Cells.Count > 0 ? lasting.Cells : identity.Driver == HypervisorDriver.Test ? EvenCells(node) : [],
            PageSizesKiB = lasting.PageSizesKiB,
            GuestKinds = lasting.GuestKinds,
            // libvirt's Xen driver answers with the host's processors, and starts guests with more.
            MaxGuestProcessors = identity.Driver == HypervisorDriver.Xen ? Host.XenMaxProcessors : lasting.MaxGuestProcessors,
        };
    }

    /// <summary>A simulated host of a file has its cells in virNodeGetInfo only, so they are alike.</summary>
    private static List<NumaCell> EvenCells(NodeInfo node) =>
        [.. Enumerable.Range(0, node.NumaNodes).Select(id => new NumaCell(id, node.Memory / (ulong)node.NumaNodes, (uint)(node.Cpus / node.NumaNodes)))];

    private static T? Value<T>(Connection connection, Func<Connection, T> read) where T : struct
    {
        try
        {
            return read(connection);
        }
        catch (LibvirtException e) when (!LibvirtErrors.MeansBroken(connection, e))
        {
            // This driver does not tell.
            return null;
        }
    }

    private static T? Thing<T>(Connection connection, Func<Connection, T> read) where T : class
    {
        try
        {
            return read(connection);
        }
        catch (LibvirtException e) when (!LibvirtErrors.MeansBroken(connection, e))
        {
            return null;
        }
        catch (HypervisorException)
        {
            // Capabilities that are no XML.
            return null;
        }
    }

    private sealed record Lasting(
        Connection Of, Version? HypervisorVersion, Version? LibvirtVersion, string? Architecture, IReadOnlyList<NumaCell> Cells, IReadOnlyList<ulong> PageSizesKiB,
        IReadOnlyList<GuestKindSupport> GuestKinds, uint? MaxGuestProcessors)
    {
        public static Lasting Read(Connection connection, CapabilitiesDefinition? capabilities) => new(
            connection,
            Thing(connection, c => c.HypervisorVersion),
            Thing(connection, c => c.LibraryVersion),
            capabilities?.Architecture,
            capabilities?.Cells ?? [],
            capabilities?.PageSizesKiB ?? [],
            capabilities?.GuestKinds ?? [],
            (uint?)Value(connection, c => c.GetMaxVcpus()));
    }

    private sealed record Able(Connection Of, CapabilitiesDefinition? Capabilities);
}
