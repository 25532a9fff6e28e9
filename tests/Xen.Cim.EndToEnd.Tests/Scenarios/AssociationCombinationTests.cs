using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.Scenarios;

/// <summary>Each kind of link in both directions, with every combination of AssocClass, ResultClass, Role and ResultRole.</summary>
public sealed class AssociationCombinationTests(SimulatedHostFixture host) : IClassFixture<SimulatedHostFixture>
{
    private const string NoSuchRole = "NoSuchRole";

    private readonly Dictionary<string, IReadOnlySet<string>> _answers = [];

    public static TheoryData<string> Associations => new(Stage.Associations.Concat(Stage.InteropOnly.Where(c => c.Contains("Referenced", StringComparison.Ordinal)).Select(c => $"{Walks.Interop}:{c}")));

    private Wbemcli Wbemcli => host.Wbemcli;

    [Theory]
    [MemberData(nameof(Associations))]
    public void Every_combination_of_filters_that_fits_finds_the_link_and_no_other_does(string association)
    {
        var name = association[(association.IndexOf(':', StringComparison.Ordinal) + 1)..];
        // One link of each pair of classes stands for a row of the table.
        var rows = Wbemcli.Instances(association)
            .Select(link => (Path: link.Path, Ends: link.Properties.Where(p => p.Value.StartsWith("root/", StringComparison.Ordinal)).Select(p => (Role: p.Key, Path: p.Value)).ToList()))
            .DistinctBy(link => string.Join('|', link.Ends.Select(e => e.Role + PrintedPath.ClassOf(e.Path))));
        foreach (var (path, ends) in rows)
        {
            Assert.Equal(2, ends.Count);
            Check(name, path, ends[0], ends[1]);
            Check(name, path, ends[1], ends[0]);
        }
    }

    private void Check(string association, string link, (string Role, string Path) near, (string Role, string Path) far)
    {
        // A class that is only in the far end's namespace is unknown in the near end's.
        var farClass = near.Path.Split(':')[0] == far.Path.Split(':')[0] ? PrintedPath.ClassOf(far.Path) : null;
        var (from, to) = (PrintedPath.Parts.Of(near.Path), PrintedPath.Parts.Of(far.Path).ToString());
        for (var fits = 0; fits < 16; fits++)
            Assert.Contains(to, Follow(from, (fits & 1) != 0 ? association : null, (fits & 2) != 0 ? farClass : null, (fits & 4) != 0 ? near.Role : null, (fits & 8) != 0 ? far.Role : null));
        // wbemcli asks in the same way, so once is enough.
        Assert.Contains(far.Path, Wbemcli.Follow(near.Path, association, farClass, near.Role, far.Role));
        Assert.Contains(link.Split(':', 2)[1], Wbemcli.Paths("rin", Wbemcli.Url(near.Path), "-arc", association, "-ar", near.Role).Select(p => p.Split(':', 2)[1]));

        (string? ResultClass, string? Role, string? ResultRole)[] unfitting =
            [(null, far.Role, near.Role), (null, NoSuchRole, null), (null, null, NoSuchRole), ("CIM_ConcreteJob", near.Role, NoSuchRole)];
        foreach (var (resultClass, role, resultRole) in unfitting)
        {
            // Both ends may be of one class, with a link of the other direction.
            if (role != far.Role || PrintedPath.ClassOf(near.Path) != PrintedPath.ClassOf(far.Path))
                Assert.DoesNotContain(to, Follow(from, association, resultClass, role, resultRole));
        }
    }

    // Over a connection that is kept, and what several links have in common once: there are thousands of combinations.
    private IReadOnlySet<string> Follow(PrintedPath.Parts from, string? association, string? resultClass, string? role, string? resultRole)
    {
        var asked = string.Join('|', from, association, resultClass, role, resultRole);
        if (!_answers.TryGetValue(asked, out var answer))
            _answers[asked] = answer = host.Xml.AssociatorNames(from, association, resultClass, role, resultRole);
        return answer;
    }
}
