namespace Xen.Cim.Model;

/// <summary>CIM status codes (DSP0200 5.2.1; the numbers are those of CMPI's CMPIrc as well).</summary>
public enum CimStatus
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
    NamespaceNotEmpty = 20,
    InvalidEnumerationContext = 21,
    InvalidOperationTimeout = 22,
    PullHasBeenAbandoned = 23,
    PullCannotBeAbandoned = 24,
    FilteredEnumerationNotSupported = 25,
    ContinuationOnErrorNotSupported = 26,
    ServerLimitsExceeded = 27,
    ServerIsShuttingDown = 28,
    QueryFeatureNotSupported = 29,
}

/// <summary>An operation failed with a CIM status and a message that a person can act on.</summary>
/// <remarks>A message that quotes something huge is cut in its middle: it is for a person.</remarks>
public sealed class CimException(CimStatus status, string message, Exception? inner = null) : Exception(Bounded(message), inner)
{
    /// <summary>In characters.</summary>
    private const int MaxMessageLength = 1500;

    public CimStatus Status { get; } = status;

    public static CimException NotFound(CimObjectPath path) =>
        new(CimStatus.NotFound, $"There is no instance {path}.");

    private static string Bounded(string message) => message.Length <= MaxMessageLength ? message
        : string.Concat(message.AsSpan(0, MaxMessageLength - 503), "...", message.AsSpan(message.Length - 500));

    public static CimException NotSupported(string what) => new(CimStatus.NotSupported, what);

    public static CimException InvalidParameter(string what) => new(CimStatus.InvalidParameter, what);
}
