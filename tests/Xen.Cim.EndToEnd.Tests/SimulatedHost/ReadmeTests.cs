using System.Text;
using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.SimulatedHost;

/// <summary>README's examples do what README says, typed into one shell on a fresh simulated host, one after the other.</summary>
public sealed class ReadmeTests(SimulatedHostFixture host) : IClassFixture<SimulatedHostFixture>
{
    /// <summary>Where README's server listens, and the host's name there.</summary>
    private const string Address = "127.0.0.1:5988";
    private const string Host = "xenhost";

    private sealed record Example(string Typed, string Shown);

    [Fact]
    public void Every_example_prints_what_it_shows()
    {
        Assert.SkipWhen(Stage.SourceTree is null, "there is no source tree with a README");
        var examples = Read(Path.Combine(Stage.SourceTree!, "README.md"));
        Assert.True(examples.Count(e => e.Typed.Contains("wbemcli", StringComparison.Ordinal)) >= 10);
        // Between the examples, what no example prints.
        const string Mark = "--- next ---";
        var script = new StringBuilder("exec 2>&1\n");
        foreach (var example in examples)
            script.Append(example.Typed.Replace(Address, host.Server.Address, StringComparison.Ordinal)).Append("\nprintf '%s\\n' '").Append(Mark).Append("'\n");
        var name = Assert.Single(host.Wbemcli.Instances("Xen_HostComputerSystem"))["Name"];
        var printed = Command.Run("bash", "-c", script.ToString()).Output
            .Replace(host.Server.Address, Address, StringComparison.Ordinal)
            .Replace($"SystemName=\"{name}\"", $"SystemName=\"{Host}\"", StringComparison.Ordinal)
            .Split(Mark + "\n");
        Assert.Equal(examples.Count + 1, printed.Length);
        Assert.All(examples.Zip(printed), pair => Assert.Equal($"$ {pair.First.Typed}\n{pair.First.Shown}", $"$ {pair.First.Typed}\n{pair.Second}"));
    }

    private static List<Example> Read(string file)
    {
        var examples = new List<Example>();
        var inside = false;
        foreach (var line in File.ReadLines(file))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
                inside = line == "```console";
            else if (inside && line.StartsWith("$ ", StringComparison.Ordinal))
                examples.Add(new Example(line[2..], ""));
            else if (inside)
                examples[^1] = examples[^1] with { Shown = examples[^1].Shown + line + "\n" };
        }
        return examples;
    }
}
