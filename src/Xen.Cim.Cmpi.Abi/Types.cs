namespace Xen.Cim.Cmpi.Abi;

// The enumerations and constants of the CMPI standard (The Open Group, "Systems Management: Common Manageability
// Programming Interface", C061 for 2.0). Names are the standard's without its CMPI_ prefixes.

/// <summary>Type of a value. An array is <see cref="Array"/> or'ed with the type of its elements.</summary>
public enum CMPIType : ushort
{
    Null = 0,
    Boolean = 2,
    Char16 = 3,
    Real32 = 2 << 2,
    Real64 = 3 << 2,
    UInt8 = 8 << 4,
    UInt16 = 9 << 4,
    UInt32 = 10 << 4,
    UInt64 = 11 << 4,
    SInt8 = 12 << 4,
    SInt16 = 13 << 4,
    SInt32 = 14 << 4,
    SInt64 = 15 << 4,
    Instance = 16 << 8,
    Ref = 17 << 8,
    Args = 18 << 8,
    Class = 19 << 8,
    Filter = 20 << 8,
    Enumeration = 21 << 8,
    String = 22 << 8,
    /// <summary>The value is itself a NUL-terminated text; only for values on their way into the broker.</summary>
    Chars = 23 << 8,
    DateTime = 24 << 8,
    Ptr = 25 << 8,
    /// <summary>The value points to a pointer to a text; only for values on their way into the broker.</summary>
    CharsPtr = 26 << 8,

    Array = 1 << 13,
    BooleanA = Array | Boolean,
    Char16A = Array | Char16,
    Real32A = Array | Real32,
    Real64A = Array | Real64,
    UInt8A = Array | UInt8,
    UInt16A = Array | UInt16,
    UInt32A = Array | UInt32,
    UInt64A = Array | UInt64,
    SInt8A = Array | SInt8,
    SInt16A = Array | SInt16,
    SInt32A = Array | SInt32,
    SInt64A = Array | SInt64,
    InstanceA = Array | Instance,
    RefA = Array | Ref,
    StringA = Array | String,
    CharsA = Array | Chars,
    DateTimeA = Array | DateTime,
    CharsPtrA = Array | CharsPtr,
}

/// <summary>Types of the right side of a predicate; some share a value with each other or with a plain type.</summary>
public static class CMPIPredicateType
{
    public const CMPIType CharString = CMPIType.String;
    public const CMPIType IntegerString = CMPIType.String | CMPIType.SInt64;
    public const CMPIType RealString = CMPIType.String | CMPIType.Real64;
    public const CMPIType NumericString = IntegerString | CMPIType.Real64;
    public const CMPIType BooleanString = CMPIType.String | CMPIType.Boolean;
    public const CMPIType DateTimeString = CMPIType.String | CMPIType.DateTime;
    public const CMPIType ClassNameString = CMPIType.String | CMPIType.Class;
    public const CMPIType NameString = CMPIType.String | CMPIType.CharsPtr;
}

[Flags]
public enum CMPIValueState : ushort
{
    Good = 0,
    Null = 1 << 8,
    Key = 2 << 8,
    NotFound = 4 << 8,
    Bad = 0x80 << 8,
}

/// <summary>Result of a call. 1 to 17 are CIM status codes (DSP0200), the rest is CMPI's own.</summary>
public enum CMPIrc
{
    Ok = 0,
    Failed = 1,
    AccessDenied = 2,
    InvalidNamespace = 3,
    InvalidParameter = 4,
    InvalidClass = 5,
    NotFound = 6,
    NotSupported = 7,
    ClassHasChildren = 8,
    ClassHasInstances = 9,
    InvalidSuperclass = 10,
    AlreadyExists = 11,
    NoSuchProperty = 12,
    TypeMismatch = 13,
    QueryLanguageNotSupported = 14,
    InvalidQuery = 15,
    MethodNotAvailable = 16,
    MethodNotFound = 17,
    /// <summary>Since 2.1: getNext of an enumeration that is at its end.</summary>
    NoMoreElements = 18,
    ServerLimitsExceeded = 27,
    QueryFeatureNotSupported = 29,
    /// <summary>Answer of cleanup: not now.</summary>
    DoNotUnload = 50,
    /// <summary>Answer of cleanup: not as long as the process lives.</summary>
    NeverUnload = 51,
    InvalidHandle = 60,
    InvalidDataType = 61,
    /// <summary>Since 2.1: a character that the codepage does not have.</summary>
    NotInCodepage = 62,
    ErrorSystem = 100,
    Error = 200,
}

/// <summary>What the client asked for; the context entry CMPIInvocationFlags (uint32).</summary>
[Flags]
public enum CMPIFlags : uint
{
    None = 0,
    LocalOnly = 1,
    DeepInheritance = 2,
    IncludeQualifiers = 4,
    IncludeClassOrigin = 8,
}

/// <summary>What a broker can do (CMPIBrokerFT.brokerCapabilities).</summary>
[Flags]
public enum CMPICapabilities : uint
{
    None = 0,
    BasicRead = 1,
    BasicWrite = 3,
    InstanceManipulation = 7,
    AssociationTraversal = 9,
    QueryExecution = 0x11,
    QueryNormalization = 0x31,
    Indications = 0x81,
    BasicQualifierSupport = 0x47,
    OSEncapsulationSupport = 0x100,
    MemEnhancements = 0x4000,
    ExtendedError = 0x8000,
    // Since 2.1:
    Logging = 0x10000,
    Tracing = 0x20000,
    PropertyFiltering = 0x40001,
    CodepageConversion = 0x80000,
}

/// <summary>CMPICodepageID, since 2.1.</summary>
public enum CMPICodepage
{
    /// <summary>The server's own: UTF-8.</summary>
    System = 1,
    UsAscii = 2,
    /// <summary>In the machine's byte order, without a mark; two zero bytes end it.</summary>
    Utf16 = 3,
}

public enum CMPIPredOp
{
    Equals = 1,
    NotEquals = 2,
    LessThan = 3,
    GreaterThanOrEquals = 4,
    GreaterThan = 5,
    LessThanOrEquals = 6,
    Isa = 7,
    NotIsa = 8,
    Like = 9,
    NotLike = 10,
    NotNull = 11,
    Null = 12,
    And = 13,
    Or = 14,
}

/// <summary>Severity of a line for the broker's log.</summary>
public enum CMPISeverity
{
    Error = 1,
    Info = 2,
    Warning = 3,
    Debug = 4,
}

/// <summary>Level of a line for the broker's trace.</summary>
public enum CMPILevel
{
    Info = 1,
    Warning = 2,
    Verbose = 3,
}

public enum CMPISelectCondType
{
    DisjunctionOfConjunctions = 0,
    ConjunctionOfDisjunctions = 1,
}

/// <summary>CIM_Error.ErrorType.</summary>
public enum CMPIErrorType
{
    Unknown = 0,
    Other = 1,
    Communications = 2,
    QualityOfService = 3,
    Software = 4,
    Hardware = 5,
    Environmental = 6,
    Security = 7,
    Oversubscription = 8,
    UnavailableResource = 9,
    UnsupportedOperation = 10,
}

/// <summary>CIM_Error.PerceivedSeverity.</summary>
public enum CMPIErrorSeverity
{
    Unknown = 0,
    Low = 2,
    Medium = 3,
    High = 4,
    Fatal = 5,
}

/// <summary>CIM_Error.ErrorSourceFormat.</summary>
public enum CMPIErrorSrcFormat
{
    Unknown = 0,
    Other = 1,
    CimObjectHandle = 2,
}

/// <summary>Versions of the function tables, as their ftVersion tells them.</summary>
public static class CMPIVersion
{
    public const int V100 = 100;
    public const int V200 = 200;
    public const int V210 = 210;
}

/// <summary>Names of context entries, each NUL-terminated.</summary>
public static class CMPIContextEntry
{
    /// <summary>string: the user's name; empty without authentication.</summary>
    public static ReadOnlySpan<byte> Principal => "CMPIPrincipal"u8;

    /// <summary>uint32: <see cref="CMPIFlags"/>.</summary>
    public static ReadOnlySpan<byte> InvocationFlags => "CMPIInvocationFlags"u8;

    /// <summary>string: namespace in which the provider is initialised.</summary>
    public static ReadOnlySpan<byte> InitNameSpace => "CMPIInitNameSpace"u8;

    /// <summary>string: role of the authenticated user.</summary>
    public static ReadOnlySpan<byte> Role => "CMPIRole"u8;

    /// <summary>string: languages that the client reads.</summary>
    public static ReadOnlySpan<byte> AcceptLanguage => "CMPIAcceptLanguage"u8;

    /// <summary>uint64, of our own server: which of its answers the call is a part of; not there where it is the only one.</summary>
    public static ReadOnlySpan<byte> Answer => "XenCimAnswer"u8;

    /// <summary>string: language of what the client or the provider sends.</summary>
    public static ReadOnlySpan<byte> ContentLanguage => "CMPIContentLanguage"u8;
}
