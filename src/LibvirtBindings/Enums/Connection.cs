namespace Libvirt;

/// <summary>Why a connection ended (<c>virConnectCloseReason</c>).</summary>
public enum ConnectionCloseReason
{
    /// <summary><c>VIR_CONNECT_CLOSE_REASON_ERROR</c></summary>
    Error = 0,

    /// <summary><c>VIR_CONNECT_CLOSE_REASON_EOF</c></summary>
    Eof = 1,

    /// <summary><c>VIR_CONNECT_CLOSE_REASON_KEEPALIVE</c></summary>
    Keepalive = 2,

    /// <summary><c>VIR_CONNECT_CLOSE_REASON_CLIENT</c></summary>
    Client = 3,
}

/// <summary>What a server asks for when it authenticates a client (<c>virConnectCredentialType</c>).</summary>
public enum CredentialType
{
    /// <summary><c>VIR_CRED_USERNAME</c></summary>
    Username = 1,

    /// <summary><c>VIR_CRED_AUTHNAME</c></summary>
    AuthName = 2,

    /// <summary><c>VIR_CRED_LANGUAGE</c></summary>
    Language = 3,

    /// <summary><c>VIR_CRED_CNONCE</c></summary>
    Cnonce = 4,

    /// <summary><c>VIR_CRED_PASSPHRASE</c></summary>
    Passphrase = 5,

    /// <summary><c>VIR_CRED_ECHOPROMPT</c></summary>
    EchoPrompt = 6,

    /// <summary><c>VIR_CRED_NOECHOPROMPT</c></summary>
    NoEchoPrompt = 7,

    /// <summary><c>VIR_CRED_REALM</c></summary>
    Realm = 8,

    /// <summary><c>VIR_CRED_EXTERNAL</c></summary>
    External = 9,
}

/// <summary>How to open a connection (<c>virConnectFlags</c>).</summary>
[Flags]
public enum ConnectFlags : uint
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary><c>VIR_CONNECT_RO</c></summary>
    ReadOnly = 1,

    /// <summary><c>VIR_CONNECT_NO_ALIASES</c></summary>
    NoAliases = 1u << 1,
}

/// <summary>The type of a <see cref="TypedParameter"/> (<c>virTypedParameterType</c>).</summary>
public enum TypedParameterType
{
    /// <summary><c>VIR_TYPED_PARAM_INT</c></summary>
    Int = 1,

    /// <summary><c>VIR_TYPED_PARAM_UINT</c></summary>
    Uint = 2,

    /// <summary><c>VIR_TYPED_PARAM_LLONG</c></summary>
    Llong = 3,

    /// <summary><c>VIR_TYPED_PARAM_ULLONG</c></summary>
    Ullong = 4,

    /// <summary><c>VIR_TYPED_PARAM_DOUBLE</c></summary>
    Double = 5,

    /// <summary><c>VIR_TYPED_PARAM_BOOLEAN</c></summary>
    Boolean = 6,

    /// <summary><c>VIR_TYPED_PARAM_STRING</c></summary>
    String = 7,
}

/// <summary>How a CPU description compares to the host (<c>virCPUCompareResult</c>).</summary>
public enum CpuCompareResult
{
    /// <summary><c>VIR_CPU_COMPARE_ERROR</c></summary>
    Error = -1,

    /// <summary><c>VIR_CPU_COMPARE_INCOMPATIBLE</c></summary>
    Incompatible = 0,

    /// <summary><c>VIR_CPU_COMPARE_IDENTICAL</c></summary>
    Identical = 1,

    /// <summary><c>VIR_CPU_COMPARE_SUPERSET</c></summary>
    Superset = 2,
}

/// <summary>How deep a guest or host sleeps (<c>virNodeSuspendTarget</c>).</summary>
public enum NodeSuspendTarget
{
    /// <summary><c>VIR_NODE_SUSPEND_TARGET_MEM</c></summary>
    Mem = 0,

    /// <summary><c>VIR_NODE_SUSPEND_TARGET_DISK</c></summary>
    Disk = 1,

    /// <summary><c>VIR_NODE_SUSPEND_TARGET_HYBRID</c></summary>
    Hybrid = 2,
}
