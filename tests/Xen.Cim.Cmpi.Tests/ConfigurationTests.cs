using System.Reflection;
using System.Text.RegularExpressions;
using Xen.Cim.Model;

namespace Xen.Cim.Cmpi.Tests;

/// <summary>xen-cim.conf as the provider library reads it, and what is packaged of it.</summary>
public sealed partial class ConfigurationTests
{
    private static readonly string s_packaging = Path.Combine(
        typeof(ConfigurationTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Source").Value!, "packaging");

    private static IEnumerable<string> AllKeys => ProviderConfiguration.Keys.Concat(ConfigurationFile.ServerKeys).Order(StringComparer.Ordinal);

    [Fact]
    public void The_keys_of_the_server_are_no_reason_to_complain()
    {
        Assert.Empty(Parse(ConfigurationFile.ServerKeys.Select(k => $"{k} = whatever")).Complaints);
        Assert.Empty(ProviderConfiguration.Keys.Intersect(ConfigurationFile.ServerKeys));
    }

    [Theory]
    [InlineData("timeout = 5", "\"timeout\" is not understood")]
    [InlineData("call_timeout", "\"call_timeout\" is not understood")]
    [InlineData("call_timeout = soon", "call_timeout cannot be \"soon\"")]
    [InlineData("state_directory = here", "state_directory cannot be \"here\"")]
    [InlineData("boot_unit = xen-cim-guests.service", "boot_unit cannot be \"xen-cim-guests.service\"")]
    [InlineData("log_level = chatty", "log_level cannot be \"chatty\"")]
    [InlineData("daemon_folders = /etc/libvirt:/run", "daemon_folders cannot be \"/etc/libvirt:/run\"")]
    public void What_is_not_understood_is_named_with_its_line_and_the_rest_holds(string line, string complaint)
    {
        var configuration = Parse(["# comment", line, "connection = \"qemu:///system\""]);
        Assert.Equal("qemu:///system", configuration.Hypervisor.Uri);
        var said = Assert.Single(configuration.Complaints);
        Assert.StartsWith("x.conf:2: ", said, StringComparison.Ordinal);
        Assert.Contains(complaint, said, StringComparison.Ordinal);
    }

    [Fact]
    public void The_shipped_file_shows_each_key_with_its_default()
    {
        var shown = File.ReadLines(Path.Combine(s_packaging, "xen-cim.conf")).Where(l => Key().IsMatch(l)).Select(l => l[1..]).ToList();
        Assert.Equal(AllKeys, shown.Select(l => l.Split(' ')[0]).Order(StringComparer.Ordinal));
        var (configuration, defaults) = (Parse(shown), Parse([]));
        Assert.Empty(configuration.Complaints);
        // These have no defaults; the file shows examples.
        var hypervisor = configuration.Hypervisor with { MigrationUri = null, MigrationCheckUri = null, DaemonFolders = null };
        Assert.Equal((defaults.Hypervisor, defaults.Deadline, defaults.LogLevel), (hypervisor, configuration.Deadline, configuration.LogLevel));
        Assert.Equal(defaults.Provider with { StateDirectory = "/var/lib/xen-cim" }, configuration.Provider);
    }

    [Fact]
    public void The_manual_has_each_key_and_no_other() => Assert.Equal(AllKeys,
        File.ReadLines(Path.Combine(s_packaging, "man", "xen-cim.conf.5")).Select(l => ManualKey().Match(l)).Where(m => m.Success)
            .Select(m => m.Groups[1].Value).Order(StringComparer.Ordinal));

    private static ProviderConfiguration Parse(IEnumerable<string> lines) => ProviderConfiguration.Parse([.. lines], "x.conf", []);

    [GeneratedRegex("^#[a-z_]+ = ")]
    private static partial Regex Key();

    [GeneratedRegex(@"^\.BI ([a-z_]+) "" = ")]
    private static partial Regex ManualKey();
}
