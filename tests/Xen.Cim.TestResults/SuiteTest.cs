namespace Xen.Cim.TestResults;

/// <summary>A test of the suite: what it is about, and its name without the host that it ran on.</summary>
public readonly record struct SuiteTest(string Theme, string Name)
{
    /// <summary>What all of them have in their full names, before the host's part.</summary>
    public const string Namespace = "Xen.Cim.EndToEnd.Tests.Suite.";

    /// <summary>Takes a full name apart: Namespace, host and kind of guest, theme, test.</summary>
    /// <param name="host">The host's part: SimulatedPV.</param>
    public static bool TryParse(string fullName, out string host, out SuiteTest test)
    {
        (host, test) = ("", default);
        if (!fullName.StartsWith(Namespace, StringComparison.Ordinal) || fullName[Namespace.Length..].Split('.', 3) is not [var on, var theme, var name])
            return false;
        (host, test) = (on, new SuiteTest(theme, name));
        return true;
    }

    /// <summary>The name as a sentence.</summary>
    public string Words => Name.Replace('_', ' ');
}
