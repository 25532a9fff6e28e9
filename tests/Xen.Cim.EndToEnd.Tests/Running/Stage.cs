namespace Xen.Cim.EndToEnd.Tests.Running;

/// <summary>The built tree that is tested: server, providers, classes and registration side by side.</summary>
public static class Stage
{
    private const string Variable = "XEN_CIM_STAGE";

    // The suite on somebody's own server needs no built tree, so it is looked for when it is asked for.
    private static readonly Lazy<string> s_folder = new(Find);
    private static readonly Lazy<IReadOnlyList<(string Name, bool IsAssociation)>> s_classes = new(() => [.. ReadClasses()]);

    public static string Folder => s_folder.Value;

    public static string SimulatedHost => $"test://{Folder}/server/SimulatedHost/host.xml";

    /// <summary>The root of the source tree, or null when the tests run without one.</summary>
    public static string? SourceTree { get; } = Above(AppContext.BaseDirectory, "Xen.Cim.sln");

    /// <summary>Those of our classes that are in the Interop namespace and nowhere else.</summary>
    public static IReadOnlyList<string> InteropOnly { get; } = ["Xen_ReferencedProfile", "Xen_RegisteredProfile"];

    /// <summary>The names of our other classes that can have instances, read from the MOF that the server loads.</summary>
    public static IReadOnlyList<string> Classes => [.. s_classes.Value.Select(c => c.Name).Except(InteropOnly).Order(StringComparer.Ordinal)];

    /// <summary>Those of them that are associations.</summary>
    public static IReadOnlyList<string> Associations => [.. s_classes.Value.Where(c => c.IsAssociation).Select(c => c.Name).Except(InteropOnly).Order(StringComparer.Ordinal)];

    private static IEnumerable<(string Name, bool IsAssociation)> ReadClasses()
    {
        var (isAssociation, isIndication) = (false, false);
        foreach (var line in Directory.EnumerateFiles(Path.Combine(Folder, "mof"), "*.mof").SelectMany(File.ReadLines))
        {
            // A class's qualifiers begin in the first column.
            if (line.StartsWith('['))
                (isAssociation, isIndication) = (line.StartsWith("[Association", StringComparison.Ordinal), line.StartsWith("[Indication", StringComparison.Ordinal));
            else if (line.StartsWith("class Xen_", StringComparison.Ordinal) && !isIndication)
                yield return (line.Split(' ', ':')[1], isAssociation);
        }
    }

    private static string Find()
    {
        var folder = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? named
            : SourceTree is { } root ? Path.Combine(root, "artifacts", "stage") : "";
        return File.Exists(Path.Combine(folder, "server", "Xen.Cim.Server.dll")) && Directory.Exists(Path.Combine(folder, "providers"))
            ? folder
            : throw new InvalidOperationException(
                $"There is no built tree in \"{folder}\". Make one with './run.sh' or './test.sh', or name one with {Variable}.");
    }

    private static string? Above(string folder, string file)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, file)))
                return at.FullName;
        }
        return null;
    }
}
