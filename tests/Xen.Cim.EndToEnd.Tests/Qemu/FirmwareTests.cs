using System.Text.Json;
using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.Qemu;

/// <summary>UEFI firmware with variables of its own, and a TPM in software, in guests that really start with them and leave neither behind.</summary>
public sealed class FirmwareTests(QemuHostFixture host) : IClassFixture<QemuHostFixture>
{
    // Where a distribution says what firmware it has (QEMU's docs/interop/firmware.json).
    private const string Descriptions = "/usr/share/qemu/firmware";

    // What the firmware says when it looks for something to start.
    private const string Booting = "BdsDxe";

    private Libvirtd Libvirtd => host.Libvirtd;

    private Wbemcli Wbemcli => host.Wbemcli;

    [Fact]
    public void A_firmware_that_libvirt_chooses_starts_the_guest_and_goes_with_its_variables()
    {
        var (loader, _) = RequireFirmware();
        var uuid = Define("chosen", "Firmware = \"efi\";");
        Assert.Equal("efi", Settings(uuid, "defined")["Firmware"]);
        Wbemcli.Change(uuid, requested: 2, enabled: 2, "Running");

        var state = Settings(uuid, "state");
        Assert.Equal((loader, "pflash", "TRUE"), (state["Loader"], state["LoaderType"], state["LoaderReadOnly"]));
        Assert.Equal("chosen_VARS.fd", Path.GetFileName(state["NVRAM"]));
        Assert.True(File.Exists(Path.Combine(Libvirtd.Variables, "chosen_VARS.fd")));
        Eventually.True(() => Console("chosen").Contains(Booting, StringComparison.Ordinal), "the firmware looks for something to start", seconds: 300);

        Wbemcli.Done(Wbemcli.Destroy(uuid));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Libvirtd.Variables));
        Assert.DoesNotContain("chosen", Libvirtd.Virsh("list", "--all", "--name"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_firmware_that_is_named_starts_the_guest_with_the_variables_that_are_named()
    {
        var (loader, template) = RequireFirmware();
        var variables = Path.Combine(Libvirtd.Images, "named.fd");
        var uuid = Define("named", $"Loader = \"{loader}\"; LoaderType = \"pflash\"; LoaderReadOnly = true; NVRAM = \"{variables}\"; NVRAMTemplate = \"{template}\";");
        Assert.False(File.Exists(variables));
        Wbemcli.Change(uuid, requested: 2, enabled: 2, "Running");

        Assert.Equal(new FileInfo(template).Length, new FileInfo(variables).Length);
        Assert.Equal((loader, variables, template), Settings(uuid, "state") is var state ? (state["Loader"], state["NVRAM"], state["NVRAMTemplate"]) : default);
        Eventually.True(() => Console("named").Contains(Booting, StringComparison.Ordinal), "the firmware looks for something to start", seconds: 300);
        // Off it keeps what the firmware wrote down.
        Wbemcli.Change(uuid, requested: 3, enabled: 3, "Shut off");
        Assert.True(File.Exists(variables));

        Wbemcli.Done(Wbemcli.Destroy(uuid));
        Assert.False(File.Exists(variables));
    }

    [Fact]
    public void Secure_boot_takes_the_firmware_that_has_it()
    {
        var (loader, _) = RequireFirmware(secure: true);
        var uuid = Define("secure", "Machine = \"q35\"; Firmware = \"efi\"; SecureBoot = true;");
        Wbemcli.Change(uuid, requested: 2, enabled: 2, "Running");

        var state = Settings(uuid, "state");
        Assert.Equal((loader, "TRUE"), (state["Loader"], state["LoaderSecure"]));
        Assert.True(File.Exists(Path.Combine(Libvirtd.Variables, "secure_VARS.fd")));
        Wbemcli.Done(Wbemcli.Destroy(uuid));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Libvirtd.Variables));
    }

    [Fact]
    public void A_TPM_in_software_runs_beside_the_guest_and_is_forgotten_with_it()
    {
        foreach (var program in (string[])["swtpm", "swtpm_setup"])
            Assert.SkipUnless(Command.Exists(program), $"{program}, which libvirt runs for a guest's TPM, is not installed (Debian's packages swtpm and swtpm-tools)");
        var uuid = Define("trusted", "", """instance of Xen_OtherDeviceRASD { OtherResourceType = "tpm"; TPMVersion = "2.0"; };""");
        Wbemcli.Change(uuid, requested: 2, enabled: 2, "Running");

        var device = Assert.Single(Wbemcli.Instances("Xen_OtherDeviceRASD"), d => d.Path.Contains($"{uuid}/state/tpm", StringComparison.Ordinal));
        Assert.Equal(("tpm-crb", "emulator", "2.0"), (device["ResourceSubType"], device["Backend"], device["TPMVersion"]));
        Assert.Contains("tpm-crb", Libvirtd.Virsh("qemu-monitor-command", uuid, """{"execute":"query-tpm"}"""), StringComparison.Ordinal);
        Assert.NotEmpty(Directory.EnumerateFiles(Path.Combine(Libvirtd.Tpms, uuid), "*", SearchOption.AllDirectories));

        Wbemcli.Done(Wbemcli.Destroy(uuid));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Libvirtd.Tpms));
    }

    private string Define(string name, string system, string resources = "") => Wbemcli.Define($$"""instance of Xen_VirtualSystemSettingData { ElementName = "{{name}}"; {{system}} };""", $$"""
        instance of Xen_MemoryRASD { VirtualQuantity = 131072; };
        instance of Xen_ConsoleRASD { SourceType = "file"; Connection = {"{{ConsoleFile(name)}}"}; };
        {{resources}}
        """);

    private PrintedInstance Settings(string uuid, string configuration) => Wbemcli.Get(Guests.SettingPath("Xen_VirtualSystemSettingData", $"Xen:{uuid}/{configuration}"));

    private string ConsoleFile(string guest) => Path.Combine(Libvirtd.Images, guest + ".log");

    private string Console(string guest) => File.Exists(ConsoleFile(guest)) ? File.ReadAllText(ConsoleFile(guest)) : "";

    /// <summary>The firmware that libvirt chooses here, and the variables that it comes with.</summary>
    private (string Loader, string Template) RequireFirmware(bool secure = false)
    {
        _ = Libvirtd;
        var found = (Directory.Exists(Descriptions) ? Directory.GetFiles(Descriptions, "*.json") : []).Order(StringComparer.Ordinal).Select(f => Read(f, secure)).FirstOrDefault(f => f is not null);
        Assert.SkipUnless(found is not null, $"no UEFI firmware{(secure ? " with secure boot" : "")} is described in {Descriptions} (Debian's package ovmf)");
        return found!.Value;
    }

    private static (string Loader, string Template)? Read(string file, bool secure)
    {
        using var description = JsonDocument.Parse(File.ReadAllText(file));
        var (root, mapping) = (description.RootElement, description.RootElement.GetProperty("mapping"));
        var has = root.GetProperty("features").EnumerateArray().Select(f => f.GetString()).ToHashSet();
        return root.GetProperty("targets").EnumerateArray().Any(t => t.GetProperty("architecture").GetString() == "x86_64")
            && has.Contains("requires-smm") == secure && (!secure || has.Contains("secure-boot"))
            && mapping.TryGetProperty("executable", out var loader) && mapping.TryGetProperty("nvram-template", out var template)
            ? (loader.GetProperty("filename").GetString()!, template.GetProperty("filename").GetString()!) : null;
    }
}
