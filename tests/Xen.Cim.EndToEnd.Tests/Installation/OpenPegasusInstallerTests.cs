using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.Installation;

/// <summary>install.sh --pegasus on a tree of its own, with commands that stand in for the server's.</summary>
public sealed class OpenPegasusInstallerTests : IDisposable
{
    private const string Library = "usr/lib64/cmpi/libXenCim.so";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("xen-cim-install-");

    public OpenPegasusInstallerTests()
    {
        foreach (var command in new[] { "cimcli", "cimmof", "cimprovider", "cimconfig" })
            File.CreateSymbolicLink(Path.Combine(_folder.CreateSubdirectory("bin").FullName, command), Path.Combine(AppContext.BaseDirectory, "Installation", "openpegasus"));
        Root.CreateSubdirectory("usr/lib64/cmpi");
        Root.CreateSubdirectory("etc");
        Root.CreateSubdirectory("var/lib");
        Declare("root#PG_InterOp", "PG_ProviderModule");
    }

    private DirectoryInfo Root => new(Path.Combine(_folder.FullName, "root"));

    private DirectoryInfo Store => new(Path.Combine(_folder.FullName, "store"));

    private string[] Calls => File.Exists(Store.FullName + ".calls") ? File.ReadAllLines(Store.FullName + ".calls") : [];

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void It_installs_files_classes_and_registration_and_asks_a_first_query()
    {
        var result = Succeeds();

        Assert.Contains("Xen_ComputerSystem.Name=\"a\"", result.Output, StringComparison.Ordinal);
        Assert.Equal("/usr/local/lib/xen-cim/providers/libXenCim.so", new FileInfo(In(Library)).LinkTarget);
        Assert.True(File.Exists(In("usr/local/lib/xen-cim/providers/libXenCim.so")));
        Assert.True(File.Exists(In("usr/local/lib/xen-cim/providers/xen-cim/Xen.Cim.Cmpi.dll")));
        Assert.True(File.Exists(In("usr/local/share/xen-cim/mof/XenCim.mof")));
        Assert.True(File.Exists(In("etc/xen-cim/xen-cim.conf")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, new DirectoryInfo(In("var/lib/xen-cim")).UnixFileMode);
        Assert.Empty(Stage.Classes.Except(Classes("root#virt")));
        Assert.Contains("CIM_ManagedElement", Classes("root#virt"));
        Assert.True(File.Exists(Path.Combine(Store.FullName, "root#PG_InterOp/modules/XenCim")));
    }

    [Fact]
    public void Uninstalling_leaves_nothing()
    {
        var before = Everything();
        Succeeds();
        Assert.NotEqual(before, Everything());

        Succeeds("--uninstall");

        Assert.Equal(before, Everything());
    }

    [Fact]
    public void What_was_there_before_stays()
    {
        Declare("root#virt", "CIM_ManagedElement", "class CIM_ManagedElement\n{\n    string InstanceID;\n};\n");
        Declare("root#virt", "Other_Class");
        Directory.CreateDirectory(In("etc/xen-cim"));
        File.WriteAllText(In("etc/xen-cim/xen-cim.conf"), "connection = qemu:///system\n");
        var before = Everything();

        Succeeds();
        Assert.Equal("class CIM_ManagedElement\n{\n    string InstanceID;\n};\n", File.ReadAllText(Path.Combine(Store.FullName, "root#virt/classes/CIM_ManagedElement")));
        Succeeds("--uninstall");

        Assert.Equal(before, Everything());
    }

    [Fact]
    public void A_member_that_the_servers_base_class_lacks_is_declared_by_ours()
    {
        Declare("root#virt", "CIM_ManagedElement", "class CIM_ManagedElement\n{\n    string InstanceID;\n};\n");

        Succeeds();

        Assert.DoesNotContain("string ElementName;", File.ReadAllText(Path.Combine(Store.FullName, "root#virt/classes/CIM_ManagedElement")), StringComparison.Ordinal);
        Assert.Contains("string ElementName;", File.ReadAllText(Path.Combine(Store.FullName, "root#virt/classes/CIM_ManagedSystemElement")), StringComparison.Ordinal);
    }

    [Fact]
    public void Running_it_again_restarts_the_provider_and_changes_nothing()
    {
        Succeeds();
        var before = Everything();
        File.Delete(Store.FullName + ".calls");

        Succeeds();

        Assert.Equal(before, Everything());
        Assert.Equal(["cimprovider -d -m XenCim", "cimprovider -e -m XenCim"], Calls.Where(c => c.StartsWith("cimprovider -", StringComparison.Ordinal) && !c.EndsWith("-l", StringComparison.Ordinal)));
        Assert.DoesNotContain(Calls, c => c.StartsWith("cimmof", StringComparison.Ordinal) || c.StartsWith("cimcli d", StringComparison.Ordinal));
    }

    [Fact]
    public void Running_it_again_stays_in_the_namespace_that_was_given()
    {
        Succeeds("--namespace", "root/xen");
        Succeeds();

        Assert.Contains("Xen_ComputerSystem", Classes("root#xen"));
        Assert.False(Directory.Exists(Path.Combine(Store.FullName, "root#virt")));
    }

    [Fact]
    public void Another_namespace_takes_the_place_of_the_first()
    {
        var before = Everything();
        Succeeds("--namespace", "root/xen", "--prefix", "/opt");

        Succeeds("--namespace", "root/virt", "--prefix", "/usr/local");

        Assert.Contains("Xen_ComputerSystem", Classes("root#virt"));
        Assert.False(Directory.Exists(Path.Combine(Store.FullName, "root#xen")));
        Assert.False(Directory.Exists(In("opt/lib/xen-cim")));
        Succeeds("--uninstall");
        Assert.Equal(before, Everything());
    }

    [Fact]
    public void A_dry_run_changes_nothing()
    {
        var before = Everything();

        var result = Succeeds("--dry-run");

        Assert.Equal(before, Everything());
        Assert.Contains("cimmof", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Classes_of_somebody_else_are_not_touched()
    {
        Declare("root#virt", "Xen_ComputerSystem");
        File.WriteAllText(Store.FullName + ".capabilities", """
            instance of PG_ProviderCapabilities
            {
                ProviderModuleName = "Virt_ComputerSystemModule";
                ClassName = "Xen_ComputerSystem";
                Namespaces = {"root/virt"};
            };
            instance of PG_ProviderCapabilities
            {
                ProviderModuleName = "ProcessModule";
                ClassName = "PG_UnixProcess";
                Namespaces = {"root/cimv2"};
            };

            """);
        var before = Everything();

        var result = Fails();

        Assert.Equal(before, Everything());
        Assert.Contains("libvirt-cim", result.Errors, StringComparison.Ordinal);
        Assert.Contains("cimprovider -r -m Virt_ComputerSystemModule", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("ProcessModule", result.Errors, StringComparison.Ordinal);
        // Beside it there is room.
        Succeeds("--namespace", "root/xen");
    }

    [Theory]
    [InlineData("virt.base.mof")]
    [InlineData("virt.mof")]
    [InlineData("XenCim.pegasus.mof")]
    public void What_the_server_refuses_is_taken_back(string refused)
    {
        var before = Everything();

        var result = Fails([], ("REFUSE", refused));

        Assert.Contains($"parsing error", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("by hand", result.Errors, StringComparison.Ordinal);
        Assert.Equal(before, Everything());
    }

    [Fact]
    public void A_configuration_that_was_edited_stays()
    {
        Succeeds();
        File.AppendAllText(In("etc/xen-cim/xen-cim.conf"), "log_level = debug\n");

        var result = Succeeds("--uninstall");

        Assert.True(File.Exists(In("etc/xen-cim/xen-cim.conf")));
        Assert.Contains("xen-cim.conf was edited, so it stays", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_connection_goes_into_a_new_configuration()
    {
        Succeeds("--connect", "qemu:///system");

        Assert.Contains("connection = qemu:///system", File.ReadAllLines(In("etc/xen-cim/xen-cim.conf")));
    }

    [Fact]
    public void A_server_that_does_not_run_is_named_as_the_reason()
    {
        File.WriteAllText(Store.FullName + ".stopped", "");

        Assert.Contains("Start the server", Fails().Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_there_is_no_server_it_says_where_it_looked()
    {
        var result = Fails([], ("PATH", "/usr/bin:/bin"));

        Assert.Contains("OpenPegasus was not found", result.Errors, StringComparison.Ordinal);
        Assert.Contains("PEGASUS_HOME", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Interop_is_the_namespace_that_the_server_has() =>
        Assert.Contains("this server's Interop namespace is root/PG_InterOp", Fails("--interop", "root/interop").Errors, StringComparison.Ordinal);

    private string In(string path) => Path.Combine(Root.FullName, path);

    private CommandResult Succeeds(params string[] options)
    {
        var result = Install(options);
        Assert.True(result.ExitCode == 0, result.ToString());
        return result;
    }

    private CommandResult Fails(params string[] options) => Fails(options, []);

    private CommandResult Fails(string[] options, params (string Name, string Value)[] environment)
    {
        var result = Install(options, environment);
        Assert.True(result.ExitCode != 0, result.ToString());
        return result;
    }

    private CommandResult Install(string[] options, params (string Name, string Value)[] environment)
    {
        var path = Environment.GetEnvironmentVariable("PATH");
        (string Name, string Value)[] all = [("PATH", $"{_folder}/bin:{path}"), ("STORE", Store.FullName), ("DESTDIR", Root.FullName), .. environment];
        return Command.Run("env", [.. all.Select(v => $"{v.Name}={v.Value}"), Path.Combine(Stage.SourceTree!, "install.sh"), "--pegasus", "--stage", Stage.Folder, .. options]);
    }

    private void Declare(string @namespace, string name, string? text = null)
    {
        foreach (var kind in new[] { "classes", "qualifiers", "modules" })
            Store.CreateSubdirectory($"{@namespace}/{kind}");
        File.WriteAllText(Path.Combine(Store.FullName, @namespace, "classes", name), text ?? $"class {name}\n{{\n}};\n");
    }

    private HashSet<string> Classes(string @namespace) =>
        [.. Directory.EnumerateFiles(Path.Combine(Store.FullName, @namespace, "classes")).Select(f => Path.GetFileName(f))];

    /// <summary>All that is in the tree and in the server, with what it holds.</summary>
    private List<string> Everything() =>
        [.. new[] { Root, Store }.SelectMany(d => d.EnumerateFileSystemInfos("*", SearchOption.AllDirectories))
            .Select(f => $"{f.FullName} {f.UnixFileMode} {(f is FileInfo file ? file.LinkTarget ?? Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file.FullName))) : "")}")
            .Order(StringComparer.Ordinal)];
}
