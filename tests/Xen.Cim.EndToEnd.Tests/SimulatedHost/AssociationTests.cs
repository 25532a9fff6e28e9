using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.SimulatedHost;

/// <summary>Associations seen from both ends, from the middle, and by name or in full.</summary>
public sealed class AssociationTests(SimulatedHostFixture host) : IClassFixture<SimulatedHostFixture>
{
    public static TheoryData<string> Elements => new(Stage.Classes.Except(Stage.Associations));

    private Wbemcli Wbemcli => host.Wbemcli;

    [Theory]
    [MemberData(nameof(Elements))]
    public void Four_ways_to_ask_give_one_answer(string @class)
    {
        var all = host.Links;
        foreach (var name in Wbemcli.Names(@class))
        {
            var linked = all.Where(link => link.Properties.Values.Contains(name)).ToList();
            Assert.Equal(Sorted(linked.Select(l => l.Path)), Sorted(Wbemcli.Paths("rin", Wbemcli.Url(name))));
            Assert.Equal(Sorted(linked.Select(l => l.Path)), Sorted(Wbemcli.Objects("ri", Wbemcli.Url(name)).Select(l => l.Path)));
            var others = linked.SelectMany(l => l.Properties.Values.Where(v => v != name && v.StartsWith("root/", StringComparison.Ordinal))).Distinct().ToList();
            Assert.Equal(Sorted(others), Sorted(Wbemcli.Paths("ain", Wbemcli.Url(name)).Distinct()));
            Assert.Equal(Sorted(others), Sorted(Wbemcli.Objects("ai", Wbemcli.Url(name)).Select(o => o.Path).Distinct()));
        }
    }

    [Fact]
    public void Every_end_of_every_association_exists()
    {
        host.MeasureTwice();
        var elements = Stage.Classes.Except(Stage.Associations).Append("root/interop:Xen_RegisteredProfile").SelectMany(Wbemcli.Names).ToHashSet();
        foreach (var link in host.Links)
        {
            var ends = link.Properties.Values.Where(v => v.StartsWith("root/", StringComparison.Ordinal)).ToList();
            Assert.Equal(2, ends.Count);
            Assert.All(ends, end => Assert.Contains(end, elements));
        }
    }

    [Fact]
    public void Filters_narrow_down_by_class_and_role()
    {
        var guest = Wbemcli.Url(Guests.Path(SimulatedGuests.Web));
        string[] Ain(params string[] filters) => [.. Wbemcli.Paths("ain", [guest, .. filters]).Select(PrintedPath.ClassOf).Order(StringComparer.Ordinal)];
        string[] Rin(params string[] filters) => [.. Wbemcli.Paths("rin", [guest, .. filters]).Select(PrintedPath.ClassOf).Order(StringComparer.Ordinal)];

        Assert.Equal(["Xen_HostComputerSystem"], Ain("-ac", "Xen_HostedDependency"));
        Assert.Equal(["Xen_HostComputerSystem"], Ain("-ac", "CIM_HostedDependency"));
        Assert.Equal(["Xen_VirtualSystemSettingData"], Ain("-arc", "CIM_SettingData"));
        Assert.Equal(["Xen_DisplayController", "Xen_LogicalDisk", "Xen_LogicalDisk", "Xen_Memory", "Xen_NetworkPort", "Xen_NetworkPort", "Xen_Processor", "Xen_Processor", "Xen_SerialPort"], Ain("-ac", "CIM_SystemDevice"));
        Assert.Equal(["Xen_HostComputerSystem"], Ain("-ar", "Dependent"));
        Assert.Equal(["Xen_HostComputerSystem"], Ain("-arr", "Antecedent"));
        Assert.Empty(Ain("-ac", "Xen_HostedDependency", "-ar", "Antecedent"));
        Assert.Empty(Ain("-ac", "Xen_HostedService"));
        Assert.Equal(["Xen_HostedDependency"], Rin("-ar", "Dependent"));
        Assert.Equal(["Xen_SettingsDefineState"], Rin("-arc", "CIM_SettingsDefineState"));
        Assert.Empty(Rin("-ar", "NoSuchRole"));
    }

    [Fact]
    public void What_belongs_to_nothing_there_is_refused()
    {
        var nobody = Wbemcli.Url(Guests.Path("11111111-2222-4333-8444-555555555555"));
        foreach (var verb in (string[])["ain", "ai", "rin", "ri"])
            Assert.Contains("11111111-2222-4333-8444-555555555555", Wbemcli.Refused(verb, nobody).Message, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Sorted(IEnumerable<string> paths) => paths.Order(StringComparer.Ordinal);
}
