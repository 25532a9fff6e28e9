namespace Libvirt;

/// <summary>Filters of <see cref="Connection.ListAllNetworks"/> (<c>virConnectListAllNetworksFlags</c>).</summary>
[Flags]
public enum ListAllNetworksFlags : uint
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary><c>VIR_CONNECT_LIST_NETWORKS_INACTIVE</c></summary>
    Inactive = 1,

    /// <summary><c>VIR_CONNECT_LIST_NETWORKS_ACTIVE</c></summary>
    Active = 1u << 1,

    /// <summary><c>VIR_CONNECT_LIST_NETWORKS_PERSISTENT</c></summary>
    Persistent = 1u << 2,

    /// <summary><c>VIR_CONNECT_LIST_NETWORKS_TRANSIENT</c></summary>
    Transient = 1u << 3,

    /// <summary><c>VIR_CONNECT_LIST_NETWORKS_AUTOSTART</c></summary>
    Autostart = 1u << 4,

    /// <summary><c>VIR_CONNECT_LIST_NETWORKS_NO_AUTOSTART</c></summary>
    NoAutostart = 1u << 5,
}

/// <summary>Which XML of a network (<c>virNetworkXMLFlags</c>).</summary>
[Flags]
public enum NetworkXmlFlags : uint
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary><c>VIR_NETWORK_XML_INACTIVE</c></summary>
    Inactive = 1,
}

/// <summary>What to do with a part of a network (<c>virNetworkUpdateCommand</c>).</summary>
public enum NetworkUpdateCommand
{
    /// <summary><c>VIR_NETWORK_UPDATE_COMMAND_NONE</c></summary>
    None = 0,

    /// <summary><c>VIR_NETWORK_UPDATE_COMMAND_MODIFY</c></summary>
    Modify = 1,

    /// <summary><c>VIR_NETWORK_UPDATE_COMMAND_DELETE</c></summary>
    Delete = 2,

    /// <summary><c>VIR_NETWORK_UPDATE_COMMAND_ADD_LAST</c></summary>
    AddLast = 3,

    /// <summary><c>VIR_NETWORK_UPDATE_COMMAND_ADD_FIRST</c></summary>
    AddFirst = 4,
}

/// <summary>A part of a network (<c>virNetworkUpdateSection</c>).</summary>
public enum NetworkUpdateSection
{
    /// <summary><c>VIR_NETWORK_SECTION_NONE</c></summary>
    None = 0,

    /// <summary><c>VIR_NETWORK_SECTION_BRIDGE</c></summary>
    Bridge = 1,

    /// <summary><c>VIR_NETWORK_SECTION_DOMAIN</c></summary>
    Domain = 2,

    /// <summary><c>VIR_NETWORK_SECTION_IP</c></summary>
    Ip = 3,

    /// <summary><c>VIR_NETWORK_SECTION_IP_DHCP_HOST</c></summary>
    IpDhcpHost = 4,

    /// <summary><c>VIR_NETWORK_SECTION_IP_DHCP_RANGE</c></summary>
    IpDhcpRange = 5,

    /// <summary><c>VIR_NETWORK_SECTION_FORWARD</c></summary>
    Forward = 6,

    /// <summary><c>VIR_NETWORK_SECTION_FORWARD_INTERFACE</c></summary>
    ForwardInterface = 7,

    /// <summary><c>VIR_NETWORK_SECTION_FORWARD_PF</c></summary>
    ForwardPf = 8,

    /// <summary><c>VIR_NETWORK_SECTION_PORTGROUP</c></summary>
    PortGroup = 9,

    /// <summary><c>VIR_NETWORK_SECTION_DNS_HOST</c></summary>
    DnsHost = 10,

    /// <summary><c>VIR_NETWORK_SECTION_DNS_TXT</c></summary>
    DnsTxt = 11,

    /// <summary><c>VIR_NETWORK_SECTION_DNS_SRV</c></summary>
    DnsSrv = 12,
}

/// <summary>Which configuration of a network a change goes to (<c>virNetworkUpdateFlags</c>).</summary>
[Flags]
public enum NetworkUpdateFlags : uint
{
    /// <summary><c>VIR_NETWORK_UPDATE_AFFECT_CURRENT</c></summary>
    AffectCurrent = 0,

    /// <summary><c>VIR_NETWORK_UPDATE_AFFECT_LIVE</c></summary>
    AffectLive = 1,

    /// <summary><c>VIR_NETWORK_UPDATE_AFFECT_CONFIG</c></summary>
    AffectConfig = 1u << 1,
}

/// <summary>What a network event tells (<c>virNetworkEventLifecycleType</c>).</summary>
public enum NetworkEventType
{
    /// <summary><c>VIR_NETWORK_EVENT_DEFINED</c></summary>
    Defined = 0,

    /// <summary><c>VIR_NETWORK_EVENT_UNDEFINED</c></summary>
    Undefined = 1,

    /// <summary><c>VIR_NETWORK_EVENT_STARTED</c></summary>
    Started = 2,

    /// <summary><c>VIR_NETWORK_EVENT_STOPPED</c></summary>
    Stopped = 3,
}

/// <summary>Filters of <see cref="Connection.ListAllInterfaces"/> (<c>virConnectListAllInterfacesFlags</c>).</summary>
[Flags]
public enum ListAllInterfacesFlags : uint
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary><c>VIR_CONNECT_LIST_INTERFACES_INACTIVE</c></summary>
    Inactive = 1,

    /// <summary><c>VIR_CONNECT_LIST_INTERFACES_ACTIVE</c></summary>
    Active = 1u << 1,
}

/// <summary>Which XML of a host interface (<c>virInterfaceXMLFlags</c>).</summary>
[Flags]
public enum InterfaceXmlFlags : uint
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary><c>VIR_INTERFACE_XML_INACTIVE</c></summary>
    Inactive = 1,
}
