using System.Text.RegularExpressions;
using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.SimulatedHost;

/// <summary>libvirt's own log tells what an answer cost it, on a host of which nothing is kept between answers.</summary>
public sealed class ReadOnceTests
{
    [Theory]
    [InlineData("CIM_ResourceAllocationSettingData", 3)]
    [InlineData("CIM_SettingData", 3)]
    [InlineData("CIM_LogicalDevice", 3)]
    public void A_common_ancestor_reads_each_configuration_once(string ancestor, int classes)
    {
        var log = Path.GetTempFileName();
        try
        {
            using var server = CimServerProcess.Start(environment: new Dictionary<string, string>
            {
                ["LIBVIRT_LOG_FILTERS"] = "1:libvirt",
                ["LIBVIRT_LOG_OUTPUTS"] = $"1:file:{log}",
            });
            var wbemcli = new Wbemcli(server.Address);
            var guests = wbemcli.Names("Xen_ComputerSystem").Count;
            var before = Reads(log);
            var found = wbemcli.Names(ancestor);
            Assert.True(found.Select(n => Regex.Match(n, "Xen_[A-Za-z]+").Value).Distinct().Count() >= classes, string.Join('\n', found));
            Assert.InRange(Reads(log) - before, 1, 2 * guests);
        }
        finally
        {
            File.Delete(log);
        }
    }

    private static int Reads(string log) => File.ReadLines(log).Count(l => l.Contains("virDomainGetXMLDesc:", StringComparison.Ordinal));
}
