using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.Suite;

/// <summary>All settings of a guest that runs as it was defined, reached in each of the ways that a console has.</summary>
internal static class SettingsWalk
{
    /// <param name="devices">All that the guest has, by the last part of their ids.</param>
    /// <returns>The settings of what runs by the same.</returns>
    public static IReadOnlyDictionary<string, PrintedInstance> Of(SuiteGuest guest, params IEnumerable<string> devices)
    {
        var expected = devices.Order(StringComparer.Ordinal).ToList();
        var all = guest.Wbemcli.Instances("CIM_ResourceAllocationSettingData");
        foreach (var configuration in (string[])["state", "defined"])
        {
            var enumerated = all.Where(s => s["InstanceID"].StartsWith(guest.Id(configuration) + "/", StringComparison.Ordinal)).ToList();
            Assert.Equal(expected, enumerated.Select(Device).Order(StringComparer.Ordinal));
            var walked = Wbemcli.Objects("ai", guest.Wbemcli.Url(Guests.SettingPath("Xen_VirtualSystemSettingData", guest.Id(configuration))), "-ac", "Xen_VirtualSystemSettingDataComponent");
            Assert.Equal(enumerated.ToDictionary(Device, Told), walked.ToDictionary(Device, Told));
        }
        // Nothing waits for the next start: the guest runs as it was defined.
        var links = guest.Wbemcli.Instances("Xen_ElementSettingData").Where(l => l["SettingData"].Contains(guest.Id(""), StringComparison.Ordinal)).ToList();
        Assert.Equal(expected.Count + 1, links.Count);
        Assert.DoesNotContain(links, l => (l["IsCurrent"], l["IsNext"]) != ("1", "1"));
        return all.Where(s => s["InstanceID"].StartsWith(guest.Id("state") + "/", StringComparison.Ordinal)).ToDictionary(Device);
    }

    private static string Device(PrintedInstance setting) => setting["InstanceID"].Split('/')[^1];

    // What comes and goes by itself, such as a console's other end, does not between two questions.
    private static string Told(PrintedInstance setting) => string.Join('\n', setting.Properties.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}={p.Value}"));
}
