using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Xen.Cim.EndToEnd.Tests.Running;

/// <summary>An instance as wbemcli prints it with -nl.</summary>
/// <param name="Path">Without the server's address: namespace, class and keys.</param>
/// <param name="Properties">Property → value as printed: strings in quotes, arrays with commas, NULL as nothing.</param>
public sealed record PrintedInstance(string Path, IReadOnlyDictionary<string, string> Properties)
{
    /// <summary>A property's value without its quotes.</summary>
    public string this[string name] => Properties.TryGetValue(name, out var value) ? value.Trim('"')
        : throw new KeyNotFoundException($"{Path} was printed without {name}");

    /// <summary>As the indexer, and empty for what is NULL: some servers print that, others leave it out.</summary>
    public string Optional(string name) => Properties.TryGetValue(name, out var value) ? value.Trim('"') : "";

    public string ClassName => PrintedPath.ClassOf(Path);
}

/// <summary>An answer to a method call.</summary>
/// <param name="Output">Output parameter → value as printed; the elements of an array in lines.</param>
public sealed record PrintedAnswer(uint Return, IReadOnlyDictionary<string, string> Output);

/// <summary>An error of the CIM server as wbemcli reports it.</summary>
public sealed record PrintedError(int Status, string Message);

internal static partial class PrintedPath
{
    public static string ClassOf(string path) => path[(path.IndexOf(':', StringComparison.Ordinal) + 1)..].Split('.')[0];

    /// <summary>A path without the server's address, which is the server's to choose; null for what is no path.</summary>
    public static string? Local(string printed) => WithAddress().Match(printed) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>The same of a reference, which needs no address.</summary>
    public static string Reference(string printed) =>
        printed.StartsWith(Wbemcli.Namespace + ":", StringComparison.OrdinalIgnoreCase) ? printed : Local(printed) ?? printed;

    /// <summary>Whether a path begins with its namespace, unlike a bare class name.</summary>
    public static bool HasNamespace(string path) => path.AsSpan().IndexOfAny(":.\"") is >= 0 and var at && path[at] == ':';

    /// <summary>A path taken apart, whose keys are strings and not references.</summary>
    public sealed record Parts(string Namespace, string ClassName, IReadOnlyList<(string Name, string Value)> Keys)
    {
        /// <param name="path">As wbemcli prints it, without the server's address.</param>
        public static Parts Of(string path) => new(path.Split(':')[0], ClassOf(path),
            [.. Key().Matches(path).Select(key => (key.Groups[1].Value, Escaped().Replace(key.Groups[2].Value, "$1")))]);

        /// <param name="path">INSTANCEPATH of CIM-XML.</param>
        public static Parts Of(XElement path) => new(string.Join('/', path.Descendants("NAMESPACE").Select(n => (string?)n.Attribute("NAME"))),
            (string)path.Element("INSTANCENAME")!.Attribute("CLASSNAME")!, [.. path.Descendants("KEYBINDING").Select(key => ((string)key.Attribute("NAME")!, key.Value))]);

        /// <summary>The same for the same instance, in whatever order its keys came.</summary>
        public override string ToString() => $"{Namespace}:{ClassName}.{string.Join(',', Keys.OrderBy(k => k.Name, StringComparer.Ordinal).Select(k => $"{k.Name}={k.Value}"))}";
    }

    [GeneratedRegex(@"[.,](\w+)=""((?:[^""\\]|\\.)*)""")]
    private static partial Regex Key();

    [GeneratedRegex(@"\\(.)", RegexOptions.Singleline)]
    private static partial Regex Escaped();

    [GeneratedRegex(@"^(?:\w+:)?/*[^\s/""=]+/((?:\w+/)*\w+:\w+\..*)$", RegexOptions.Singleline)]
    private static partial Regex WithAddress();
}

/// <summary>The client of SBLIM, run against one server.</summary>
/// <param name="address">The server's address and port.</param>
/// <param name="credentials">Empty, or user:password@.</param>
/// <param name="scheme">http or https; a certificate is believed.</param>
public sealed partial class Wbemcli(string address, string credentials = "", string scheme = "http")
{
    /// <summary>Where the classes are registered in the server: root/virt, unless XEN_CIM_NAMESPACE says otherwise.</summary>
    public static string Namespace { get; } = Environment.GetEnvironmentVariable("XEN_CIM_NAMESPACE") is { Length: > 0 } named ? named : "root/virt";

    // Where servers have their Interop namespace.
    private static readonly string[] s_interop = ["root/interop", "interop", "root/PG_InterOp"];

    /// <summary>The server's address and port.</summary>
    public string Address => address;

    /// <summary>Empty, or user:password@.</summary>
    public string Credentials => credentials;

    /// <summary>Whether the server is on this machine.</summary>
    public bool IsHere => address.StartsWith("127.", StringComparison.Ordinal) || address.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase);

    /// <summary>The server's Interop namespace: the one in which there can be filters of indications.</summary>
    public string Interop() => s_interop.First(name => Run("ein", Url($"{name}:CIM_IndicationFilter")).ExitCode == 0);

    public static void RequireOrSkip() => Assert.SkipUnless(Command.Exists("wbemcli"), "wbemcli is not installed");

    /// <summary>A path or class name as an argument: with scheme and address.</summary>
    public string Url(string pathOrClass) =>
        $"{scheme}://{credentials}{address}/{(PrintedPath.HasNamespace(pathOrClass) ? "" : Namespace + ":")}{pathOrClass}";

    public static CommandResult Run(params IEnumerable<string> arguments) => Command.Run("wbemcli", ["-noverify", .. arguments]);

    public IReadOnlyList<string> Names(string @class) => Paths("ein", Url(@class));

    public IReadOnlyList<PrintedInstance> Instances(string @class) => Objects("ei", Url(@class));

    public PrintedInstance Get(string path, params IEnumerable<string> properties) =>
        Assert.Single(Objects("gi", [Url(path), .. properties.Any() ? [string.Join(',', properties)] : Array.Empty<string>()]));

    /// <summary>Runs a verb that prints instances.</summary>
    public static IReadOnlyList<PrintedInstance> Objects(string verb, params IEnumerable<string> arguments)
    {
        var found = new List<PrintedInstance>();
        Dictionary<string, string>? properties = null;
        var last = "";
        foreach (var line in Succeed(["-nl", verb, .. arguments]).Output.Split('\n'))
        {
            if (PrintedPath.Local(line) is { } path)
            {
                properties = new(StringComparer.OrdinalIgnoreCase);
                found.Add(new PrintedInstance(path, properties));
            }
            else if (properties is not null && Property().Match(line) is { Success: true } match)
            {
                last = match.Groups[1].Value;
                properties.Add(last, match.Groups[2].Value);
            }
            else if (properties is not null && line.Length > 0)
            {
                properties[last] += "\n" + line;
            }
        }
        return found;
    }

    /// <summary>Runs a verb that prints paths.</summary>
    public static IReadOnlyList<string> Paths(string verb, params IEnumerable<string> arguments) => Succeed([verb, .. arguments]).Lines
        .Select(line => PrintedPath.Local(line) ?? throw new InvalidDataException($"wbemcli {verb} printed no path: {line}")).ToList();

    /// <summary>Calls a method of an instance.</summary>
    /// <param name="arguments">name=value,… as wbemcli takes it.</param>
    public PrintedAnswer Call(string path, string method, string arguments = "") => ReadAnswer(Succeed(Calling(path, method, arguments)), method);

    /// <summary>Calls a method that has to be refused: with a CIM error, or by the job that it answers with when it takes longer than a call may.</summary>
    public PrintedError RefusedCall(string path, string method, string arguments)
    {
        var result = Run(Calling(path, method, arguments));
        if (result.ExitCode != 0)
            return ReadError(result);
        var job = this.Ended(ReadAnswer(result, method));
        Assert.True(job["JobState"] == "10", $"expected that {method} is refused, but the job ended with JobState {job["JobState"]}");
        return new(int.Parse(job["ErrorCode"], System.Globalization.CultureInfo.InvariantCulture), job["ErrorDescription"]);
    }

    // wbemcli 1.6 cannot read an array of references, which only our own server writes otherwise for it; but it can
    // print what it got.
    private string[] Calling(string path, string method, string arguments) =>
        [ServerUnderTest.Given is null ? "cm" : "cmx", Url(path), arguments.Length == 0 ? method : $"{method}.{arguments}"];

    private static PrintedAnswer ReadAnswer(CommandResult result, string method)
    {
        if (ServerUnderTest.Given is not null)
            return MethodResponse.Read(result.Output);
        var printed = result.Output.TrimEnd('\n');
        var answer = Answer().Match(printed);
        Assert.True(answer.Success, $"wbemcli printed no answer of {method}: {printed}");
        var output = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (Match parameter in Parameter().Matches(answer.Groups[2].Value))
        {
            // An array comes as the same parameter again and again.
            var (name, value) = (parameter.Groups[1].Value, parameter.Groups[3].Value);
            if (parameter.Groups[2].Value == "reference")
                value = PrintedPath.Reference(value);
            output[name] = output.TryGetValue(name, out var before) ? $"{before}\n{value}" : value;
        }
        return new PrintedAnswer(uint.Parse(answer.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture), output);
    }

    /// <summary>Runs what the server has to refuse with a CIM error.</summary>
    public static PrintedError Refused(params IEnumerable<string> arguments) => ReadError(Run(arguments));

    private static PrintedError ReadError(CommandResult result)
    {
        Assert.True(result.ExitCode == 16, $"expected an error: {result}");
        var error = CimError().Match(result.Errors);
        Assert.True(error.Success, $"expected a CIM error: {result}");
        return new PrintedError(int.Parse(error.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture), error.Groups[2].Value);
    }

    /// <summary>Embedded instances in MOF as an argument that survives wbemcli: in quotes, with the quotes inside escaped.</summary>
    public static string Mof(string text) => "\"" + text.Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";

    private static CommandResult Succeed(IEnumerable<string> arguments)
    {
        var result = Run(arguments);
        Assert.True(result.ExitCode == 0 && result.Errors.Length == 0, $"wbemcli {string.Join(' ', arguments)}: {result}");
        return result;
    }

    [GeneratedRegex(@"^-(\w+)=(.*)$")]
    private static partial Regex Property();

    [GeneratedRegex(@" \w+: (\d+)(.*)$", RegexOptions.Singleline)]
    private static partial Regex Answer();

    [GeneratedRegex(@", (\w+) \((\w+)\): (.*?)(?=, \w+ \(\w+\): |$)", RegexOptions.Singleline)]
    private static partial Regex Parameter();

    [GeneratedRegex(@"Cim: \((\d+)\) \w+: (.*?)\n\*", RegexOptions.Singleline)]
    private static partial Regex CimError();
}
