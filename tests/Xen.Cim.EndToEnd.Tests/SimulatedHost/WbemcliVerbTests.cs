using System.Xml.Linq;
using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.SimulatedHost;

/// <summary>Every verb that wbemcli has, with its options, on the server as it is installed.</summary>
public sealed class WbemcliVerbTests(SimulatedHostFixture host) : IClassFixture<SimulatedHostFixture>
{
    private string Web => host.Wbemcli.Url(Guests.Path(SimulatedGuests.Web));

    private string Url(string pathOrClass) => host.Wbemcli.Url(pathOrClass);

    [Fact]
    public void Classes_are_read_and_deleted()
    {
        Make("Test_CliClass");

        Assert.Contains("-EnabledState=", Run("gc", "-nl", Url("Xen_ComputerSystem")), StringComparison.Ordinal);
        Assert.Contains("OperationalStatus[]", Run("gc", "-t", Url("Xen_ComputerSystem")), StringComparison.Ordinal);
        Assert.Equal(["-Id=", "-Names="], Run("gc", "-nl", Url("Test_CliClass")).Split('\n').Where(l => l.StartsWith('-')));
        Assert.DoesNotContain("EnabledState", Run("gc", Url("Xen_ComputerSystem"), "Name"), StringComparison.Ordinal);
        var definition = Run("gcd", Url("Xen_ComputerSystem"));
        Assert.Contains("<METHOD NAME=\"RequestStateChange\"", definition, StringComparison.Ordinal);
        Assert.Contains("<PROPERTY NAME=\"Id\" TYPE=\"string\"", Run("gcd", Url("Test_CliClass")), StringComparison.Ordinal);
        var top = Run("ecn", Url("")).Split('\n');
        Assert.Contains(top, l => l.EndsWith("root/virt:CIM_ManagedElement", StringComparison.Ordinal));
        Assert.Contains(top, l => l.EndsWith("root/virt:Test_CliClass", StringComparison.Ordinal));
        Assert.Contains(Run("ecn", Url("CIM_ComputerSystem")).Split('\n'), l => l.EndsWith(":Xen_ComputerSystem", StringComparison.Ordinal));
        Assert.Contains("root/virt:Test_CliClass", Run("ec", Url("")), StringComparison.Ordinal);
        Assert.Contains("-EnabledState=", Run("ec", "-nl", Url("CIM_ComputerSystem")), StringComparison.Ordinal);

        Assert.Equal("", Run("dc", Url("Test_CliClass")));
        Assert.Equal(6, Wbemcli.Refused("gc", Url("Test_CliClass")).Status);
        Assert.Equal(6, Wbemcli.Refused("dc", Url("Test_CliClass")).Status);
        // A provider's class stays.
        Assert.Equal(9, Wbemcli.Refused("dc", Url("Xen_VirtualSystemManagementService")).Status);
    }

    [Fact]
    public void Instances_are_made_read_changed_and_deleted()
    {
        Make("Test_CliInstance");
        var path = Url("Test_CliInstance.Id=\"a b\"");

        Assert.Contains("Test_CliInstance.Id=\"a b\"", Run("ci", path, "Id=a b,Names=one,two"), StringComparison.Ordinal);
        Assert.Equal(11, Wbemcli.Refused("ci", path, "Id=a b").Status);
        Assert.Equal(["root/virt:Test_CliInstance.Id=\"a b\""], host.Wbemcli.Names("Test_CliInstance"));
        Assert.Equal("one\",\"two", Assert.Single(host.Wbemcli.Instances("Test_CliInstance"))["Names"]);
        Run("mi", path, "Names=three,four");
        Assert.Equal("three,four", Run("gp", path, "Names").Trim().Replace("\"", "", StringComparison.Ordinal));
        Run("sp", path, "Names=five");
        Assert.Equal("five", host.Wbemcli.Get("Test_CliInstance.Id=\"a b\"")["Names"]);
        Assert.Equal(12, Wbemcli.Refused("gp", path, "Nope").Status);
        Assert.Equal("", Run("di", path));
        Assert.Equal(6, Wbemcli.Refused("di", path).Status);
        Assert.Equal(6, Wbemcli.Refused("gi", path).Status);
        Run("dc", Url("Test_CliInstance"));
    }

    [Fact]
    public void Guests_are_read_followed_and_told_what_to_do()
    {
        Assert.Equal("web", Run("gp", Web, "ElementName").Trim());
        Assert.Equal("web", host.Wbemcli.Get(Guests.Path(SimulatedGuests.Web))["ElementName"]);
        var neighbours = Wbemcli.Paths("ain", Web);
        Assert.Equal(neighbours.Order(StringComparer.Ordinal), Wbemcli.Objects("ai", Web).Select(o => o.Path).Order(StringComparer.Ordinal));
        Assert.Equal(Wbemcli.Paths("rin", Web).Order(StringComparer.Ordinal), Wbemcli.Objects("ri", Web).Select(o => o.Path).Order(StringComparer.Ordinal));
        Assert.Equal("", Run("ain", "-ac", "Xen_HostedService", Web));

        var windows = Guests.Path(SimulatedGuests.Windows);
        Assert.Equal(0u, host.Wbemcli.Call(windows, "RequestStateChange", "RequestedState=2").Return);
        Assert.Contains("<RETURNVALUE", Run("cmx", Url(windows), "RequestStateChange.RequestedState=3"), StringComparison.Ordinal);
        Assert.Equal(17, Wbemcli.Refused("cm", Url(windows), "NoSuchMethod").Status);
        Assert.Equal(7, Wbemcli.Refused("di", Web.Replace("Xen_ComputerSystem.", "Xen_HostComputerSystem.", StringComparison.Ordinal).Replace("\"Xen_ComputerSystem\"", "\"Xen_HostComputerSystem\"", StringComparison.Ordinal)).Status);
    }

    // -cte asks for errors in trailers; -dx and -dr print what goes over the wire too.
    [Theory]
    [InlineData("-cte", "ei", "Xen_ComputerSystem")]
    [InlineData("-dx", "ei", "Xen_ComputerSystem")]
    [InlineData("-t", "ei", "Xen_ComputerSystem")]
    [InlineData("-cte", "ec", "CIM_ComputerSystem")]
    [InlineData("-cte", "ai", null)]
    [InlineData("-cte", "ri", null)]
    public void Options_change_no_answer(string option, string verb, string? @class)
    {
        var plain = Run(verb, "-nl", @class is null ? Web : Url(@class)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var with = Run(verb, option, "-nl", @class is null ? Web : Url(@class));

        Assert.NotEmpty(plain);
        Assert.All(plain.Where(l => !l.StartsWith('-')), path => Assert.Contains(path, with, StringComparison.Ordinal));
    }

    [Fact]
    public void An_error_is_told_when_trailers_are_asked_for() =>
        Assert.Equal(5, Wbemcli.Refused("ei", "-cte", Url("No_Such")).Status);

    private void Make(string name)
    {
        var answer = host.Xml.Call("CreateClass", new XElement("IPARAMVALUE", new XAttribute("NAME", "NewClass"), new XElement("CLASS", new XAttribute("NAME", name),
            new XElement("PROPERTY", new XAttribute("NAME", "Id"), new XAttribute("TYPE", "string"),
                new XElement("QUALIFIER", new XAttribute("NAME", "Key"), new XAttribute("TYPE", "boolean"), new XElement("VALUE", "true"))),
            new XElement("PROPERTY.ARRAY", new XAttribute("NAME", "Names"), new XAttribute("TYPE", "string")))));
        Assert.True(answer.Status == 0, answer.ToString());
    }

    private static string Run(params string[] arguments)
    {
        var result = Wbemcli.Run(arguments);
        Assert.True(result.ExitCode == 0, $"wbemcli {string.Join(' ', arguments)}: {result}");
        return result.Output;
    }
}
