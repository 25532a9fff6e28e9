namespace Xen.Cim.Model;

/// <summary>
/// The users who may change things, as the administrator lists them: names, <c>@group</c> for all members of a group of
/// the system, <c>*</c> for everybody. A server that asks nobody who he is passes no user; then there is nobody to judge
/// and everything is allowed, as the server allows it.
/// </summary>
public sealed class Operators(string list, string source, IAccounts accounts, TimeProvider time)
{
    public const string Default = "root @libvirt @xen-cim";

    private const int MaxRemembered = 1024;
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(30);

    // Methods that look and do not change: CIM_ConcreteJob, CIM_VirtualSystemMigrationService (DSP1081 8.2.1), CIM_MetricService, CIM_StoragePool.
    private static readonly HashSet<string> s_readingMethods = new(StringComparer.OrdinalIgnoreCase)
    {
        "GetError", "GetErrors",
        "CheckVirtualSystemIsMigratableToHost", "CheckVirtualSystemIsMigratableToSystem",
        "ShowMetrics", "ShowMetricsByClass", "GetMetricValues", "GetSummaryInformation", "GetAvailableExtents", "GetSupportedSizes", "GetSupportedSizeRange",
    };

    private readonly string[] _entries = list.Split([' ', '\t', ','], StringSplitOptions.RemoveEmptyEntries);
    private readonly Dictionary<string, (bool May, long At)> _judged = new(StringComparer.Ordinal);

    // Intrinsic operations of DSP0200 and DSP0210 that look: all others change something, the unknown ones too.
    private static readonly string[] s_readingOperations = ["Get", "Enumerat", "Associator", "Reference", "ExecQuery", "Open", "Pull", "CloseEnumeration"];

    /// <summary>Whether a method changes something; one that is not known does.</summary>
    public static bool Changes(string method) => !s_readingMethods.Contains(method);

    /// <summary>Whether an intrinsic operation changes something; one that is not known does.</summary>
    public static bool ChangesIntrinsic(string operation) => !s_readingOperations.Any(o => operation.StartsWith(o, StringComparison.OrdinalIgnoreCase));

    /// <exception cref="CimException">ACCESS_DENIED: the user is no operator.</exception>
    public void Demand(string principal, string what)
    {
        if (principal.Length == 0)
            return;
        bool may;
        try
        {
            may = Lists(principal);
        }
        catch (TimeoutException error)
        {
            throw new CimException(CimStatus.AccessDenied, $"Whether {principal} may do this could not be found out ({what}): {error.Message}", error);
        }
        if (!may)
        {
            throw new CimException(CimStatus.AccessDenied,
                $"{principal} may not do this ({what}): only operators may change something, and those are \"{list}\". They are listed in {source}; @ stands for a group's members.");
        }
    }

    /// <summary>Whether a user is one of those listed.</summary>
    /// <exception cref="TimeoutException">The system did not say in time which groups he is in.</exception>
    public bool Lists(string principal)
    {
        if (Array.IndexOf(_entries, "*") >= 0 || Array.IndexOf(_entries, principal) >= 0)
            return true;
        lock (_judged)
        {
            if (_judged.TryGetValue(principal, out var known) && time.GetElapsedTime(known.At) < Memory)
                return known.May;
        }
        var may = IsOperator(principal);
        lock (_judged)
        {
            if (_judged.Count >= MaxRemembered)
                _judged.Clear();
            _judged[principal] = (may, time.GetTimestamp());
        }
        return may;
    }

    private bool IsOperator(string principal)
    {
        // A domain's user is somebody else than the local user of that name, unless the domain is this machine.
        var name = LocalName(principal) ?? principal;
        if (Array.IndexOf(_entries, name) >= 0)
            return true;
        if (accounts.FindUser(name) is not { } user)
            return false;
        return (user.Id == 0 && Array.IndexOf(_entries, "root") >= 0)
            || _entries.Any(e => e.StartsWith('@') && accounts.FindGroup(e[1..]) is { } group && user.Groups.Contains(group));
    }

    private string? LocalName(string principal)
    {
        var (domain, name) = principal.IndexOf('\\', StringComparison.Ordinal) is > 0 and var back ? (principal[..back], principal[(back + 1)..])
            : principal.LastIndexOf('@') is > 0 and var at ? (principal[(at + 1)..], principal[..at])
            : (null, principal);
        return domain is not null && domain.Equals(accounts.Machine, StringComparison.OrdinalIgnoreCase) ? name : null;
    }
}
