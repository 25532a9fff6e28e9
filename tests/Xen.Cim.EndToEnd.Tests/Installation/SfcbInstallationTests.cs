using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.Installation;

/// <summary>install.sh --sfcb, with commands in SFCB's place.</summary>
public sealed class SfcbInstallationTests : IDisposable
{
    private const string Staged = "var/lib/sfcb/stage/mofs/root/virt";
    private readonly SfcbRoot _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void SFCB_learns_of_the_provider_in_one_group_that_it_never_unloads()
    {
        Succeeds();

        var registered = _root.Read("var/lib/sfcb/registration/providerRegister").Split('\n', StringSplitOptions.TrimEntries);
        var classes = registered.Count(line => line.StartsWith("[Xen_", StringComparison.Ordinal));
        Assert.InRange(classes, 20, 200);
        Assert.Equal(classes, registered.Count(line => line == "group: XenCim"));
        Assert.Equal(classes, registered.Count(line => line == "unload: never"));
        // Profiles are looked for in Interop, and the association between them and what conforms to them from both sides.
        Assert.Equal(
            new Dictionary<string, int> { ["namespace: root/virt"] = classes - 3, ["namespace: root/interop"] = 2, ["namespace: root/interop root/virt"] = 1 },
            registered.Where(line => line.StartsWith("namespace:", StringComparison.Ordinal)).CountBy(line => line).ToDictionary());
        Assert.Contains("class Xen_ComputerSystem : CIM_ComputerSystem", _root.Read("var/lib/sfcb/registration/repository/classes"), StringComparison.Ordinal);
        Assert.Equal("/usr/local/lib/xen-cim/providers/libXenCim.so", new FileInfo(_root.At("usr/lib64/cmpi/libXenCim.so")).LinkTarget);
        Assert.True(File.Exists(_root.At("usr/local/lib/xen-cim/providers/xen-cim/Xen.Cim.Cmpi.dll")));
    }

    /// <summary>Its sfcbrepos prints with "echo -e", and dash prints the -e as well.</summary>
    [Fact]
    public void Its_folders_are_found_where_the_shell_of_its_scripts_is_dash()
    {
        _root.Environment["BEFORE_HELP"] = "-e ";

        Succeeds();

        Assert.True(File.Exists(_root.At($"{Staged}/XenCim.mof")));
        // The help alone names the schema's folder, which is not the usual one.
        Assert.Contains(_root.Calls, call => call.EndsWith($" -c {_root.At("usr/share/mof/cim-current")}", StringComparison.Ordinal));
    }

    [Fact]
    public void The_provider_is_registered_in_the_namespace_that_was_asked_for()
    {
        Succeeds("--namespace", "root/xen");

        Assert.True(File.Exists(_root.At("var/lib/sfcb/stage/mofs/root/xen/XenCim.mof")));
        Assert.False(Directory.Exists(_root.At(Staged)));
        Assert.DoesNotContain("root/virt", _root.Read("var/lib/sfcb/stage/regs/XenCim.reg"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_run_changes_nothing()
    {
        Succeeds();
        var once = _root.Everything;

        Succeeds();

        Assert.Equal(once, _root.Everything);
    }

    [Fact]
    public void In_another_namespace_it_is_in_the_first_no_more()
    {
        Succeeds();

        Succeeds("--namespace", "root/xen");

        Assert.False(File.Exists(_root.At($"{Staged}/XenCim.mof")));
        Assert.DoesNotContain("root/virt", _root.Read("var/lib/sfcb/registration/providerRegister"), StringComparison.Ordinal);
    }

    [Fact]
    public void Uninstalling_leaves_nothing()
    {
        var before = _root.Everything;
        Succeeds();
        Assert.NotEqual(before, _root.Everything);

        Succeeds("--uninstall");

        Assert.Equal(before, _root.Everything);
    }

    [Fact]
    public void A_dry_run_changes_nothing()
    {
        _root.StartServer();
        var (before, server) = (_root.Everything, _root.Servers);

        Succeeds("--dry-run");

        Assert.Equal(before, _root.Everything);
        Assert.Equal(server, _root.Servers);
    }

    [Fact]
    public void A_server_that_was_started_by_hand_is_stopped_and_started_with_the_same_command_line()
    {
        _root.StartServer();
        var before = Assert.Single(_root.Servers);

        var result = Succeeds();

        Eventually.True(() => _root.Servers.Count == 1, "SFCB runs again");
        var after = Assert.Single(_root.Servers);
        Assert.NotEqual(before, after);
        Assert.Equal(before[before.IndexOf(' ')..], after[after.IndexOf(' ')..]);
        Assert.Contains("an answer of the provider", result.Output, StringComparison.Ordinal);
        Assert.Contains(_root.Calls, call => call == "wbemcli ein http://localhost:5988/root/virt:Xen_VirtualSystemManagementService");
    }

    [Fact]
    public void A_service_of_systemd_is_stopped_while_the_repository_is_built()
    {
        _root.StartServer();
        _root.Environment["ACTIVE_UNIT"] = "sblim-sfcb.service";

        Succeeds();

        var stop = _root.Calls.ToList().IndexOf("systemctl stop sblim-sfcb.service");
        var build = _root.Calls.ToList().FindIndex(call => call.StartsWith($"sfcbrepos -f -s {_root.At("var/lib/sfcb/stage")} ", StringComparison.Ordinal));
        var start = _root.Calls.ToList().IndexOf("systemctl start sblim-sfcb.service");
        Assert.True(stop >= 0 && stop < build && build < start, string.Join('\n', _root.Calls));
    }

    [Fact]
    public void A_server_that_does_not_run_is_not_started()
    {
        var result = Succeeds();

        Assert.Empty(_root.Servers);
        Assert.DoesNotContain(_root.Calls, call => call.StartsWith("systemctl", StringComparison.Ordinal));
        Assert.Contains("systemctl enable --now sblim-sfcb", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Classes_that_do_not_compile_are_found_out_before_the_server_is_stopped()
    {
        _root.StartServer();
        _root.Environment["UNCOMPILABLE"] = "Xen_ComputerSystem";
        var (before, server) = (_root.Everything, _root.Servers);

        var result = _root.Install();

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("error in XenCim.mof line 1", result.Errors, StringComparison.Ordinal);
        Assert.Equal(before, _root.Everything);
        Assert.Equal(server, _root.Servers);
    }

    [Fact]
    public void Destinations_that_SFCB_itself_cannot_take_along_are_in_the_new_repository()
    {
        _root.Write("var/lib/sfcb/registration/repository/destinations", "of a listener");

        Succeeds();

        Assert.Equal("of a listener", _root.Read("var/lib/sfcb/registration/repository/destinations"));
        Assert.Contains("class Xen_ComputerSystem", _root.Read("var/lib/sfcb/registration/repository/classes"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_repository_that_cannot_be_built_is_put_back_and_the_server_started()
    {
        _root.StartServer();
        _root.Environment["FULL_DISK"] = "yes";
        var before = _root.Everything;

        var result = _root.Install();

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("No space left on device", result.Errors, StringComparison.Ordinal);
        Assert.Equal(before, _root.Everything);
        Eventually.True(() => _root.Servers.Count == 1, "SFCB runs again");
    }

    [Fact]
    public void Another_provider_of_the_same_classes_is_named_with_a_way_out()
    {
        _root.Write($"{Staged}/ComputerSystem.mof", "[Provider(\"cmpi::Virt_ComputerSystem\")]\nclass Xen_ComputerSystem : Virt_ComputerSystem { };\n");
        var before = _root.Everything;

        var result = _root.Install();

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("libvirt-cim", result.Errors, StringComparison.Ordinal);
        Assert.Contains("ComputerSystem.mof", result.Errors, StringComparison.Ordinal);
        Assert.Contains("--namespace root/xen", result.Errors, StringComparison.Ordinal);
        Assert.Equal(before, _root.Everything);
        Succeeds("--namespace", "root/xen");
    }

    [Theory]
    [InlineData("2.99.0", false)]
    [InlineData("2.19.0", false)] // the class's own version in the schema 2.41
    [InlineData("2.9.1", true)]
    [InlineData(null, true)]
    public void A_class_that_the_servers_schema_lacks_or_has_older_comes_along(string? version, bool comes)
    {
        if (version is not null)
            _root.Write("usr/share/mof/cim-current/Core/CIM_ManagedElement.mof", $"   [Abstract, Version ( \"{version}\" ), Description (\n \"…\")]\r\nclass CIM_ManagedElement {{\n}};\n");

        Succeeds();

        Assert.Equal(comes, _root.Read($"{Staged}/XenCimSchema.mof").Contains("class CIM_ManagedElement\n", StringComparison.Ordinal));
    }

    [Fact]
    public void No_string_has_a_default_in_a_class_and_in_one_above_it()
    {
        // For such a property SFCB gives providers a pointer to nowhere, and their process crashes.
        Succeeds();

        var classes = _root.Read($"{Staged}/XenCimSchema.mof") + _root.Read($"{Staged}/XenCim.mof");
        var @default = Assert.Single(classes.Split('\n'), line => line.Contains("string VirtualQuantityUnits = ", StringComparison.Ordinal));
        Assert.Equal("string VirtualQuantityUnits = \"count\";", @default.Trim());
        Assert.Contains("class CIM_StorageAllocationSettingData : CIM_ResourceAllocationSettingData", classes, StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_that_SFCB_wants_is_not_made_up()
    {
        _root.StartServer();
        _root.Write("etc/sfcb/sfcb.cfg", "enableHttp: false\nhttpsPort: 15989\ndoBasicAuth: true\nproviderDirs: /usr/lib64/cmpi\n");

        var result = Succeeds();

        Assert.DoesNotContain(_root.Calls, call => call.StartsWith("wbemcli", StringComparison.Ordinal));
        Assert.Contains("wbemcli -noverify ein 'https://root:PASSWORD@localhost:15989/root/virt:Xen_ComputerSystem'", result.Output, StringComparison.Ordinal);
    }

    private CommandResult Succeeds(params IEnumerable<string> options)
    {
        var result = _root.Install(options);
        Assert.True(result.ExitCode == 0, result.ToString());
        return result;
    }
}
