using Xunit;

namespace Xen.Cim.Hypervisor.Tests.Definitions;

/// <summary>Each change must show in the written text as exactly one replaced piece.</summary>
public sealed class DomainDefinitionEditTests
{
    private static readonly Dictionary<string, Action<DomainDefinition>> Changes = new()
    {
        ["Name"] = d => d.Name = "other",
        ["Uuid"] = d => d.Uuid = new Guid("aaaaaaaa-2222-4333-8444-555555550004"),
        ["Title"] = d => d.Title = "Post & <Mail>",
        ["Title null"] = d => d.Title = null,
        ["Description"] = d => d.Description = "short",
        ["DomainType"] = d => d.DomainType = "test",
        ["OsType"] = d => d.OsType = "xenpvh",
        ["Architecture"] = d => d.Architecture = "i686",
        ["Machine null"] = d => d.Machine = null,
        ["Kernel"] = d => d.Kernel = "/boot/vmlinuz",
        ["CommandLine"] = d => d.CommandLine = "a='b' c=\"d\"",
        ["Bootloader"] = d => d.Bootloader = "/usr/bin/pygrub",
        ["Loader"] = d => d.Loader = "/other",
        ["Emulator"] = d => d.Emulator = "/other",
        ["Emulator null"] = d => d.Emulator = null,
        ["BootDevices changed"] = d => d.BootDevices = ["network", "hd"],
        ["BootDevices longer"] = d => d.BootDevices = ["cdrom", "hd", "network"],
        ["BootDevices shorter"] = d => d.BootDevices = ["cdrom"],
        ["MemoryKiB"] = d => d.MemoryKiB = 4194304,
        ["CurrentMemoryKiB"] = d => d.CurrentMemoryKiB = 1048576,
        ["Processors"] = d => d.Processors = 8,
        ["CurrentProcessors"] = d => d.CurrentProcessors = 2,
        ["CpuSet"] = d => d.CpuSet = null,
        ["Weight"] = d => d.Weight = 1024,
        ["Weight null"] = d => d.Weight = null,
        ["Cap"] = d => d.Cap = 75,
        ["Cap null"] = d => d.Cap = null,
        ["Metadata new"] = d => d.SetMetadata("note", "a & b"),
        ["OnPoweroff"] = d => d.OnPoweroff = "preserve",
        ["OnReboot"] = d => d.OnReboot = "destroy",
        ["OnCrash"] = d => d.OnCrash = "restart",
        ["ClockOffset"] = d => d.ClockOffset = "localtime",
        ["Acpi"] = d => d.Acpi = false,
        ["Apic"] = d => d.Apic = false,
        ["Pae"] = d => d.Pae = false,
    };

    public static TheoryData<string, string, string> Expected => new()
    {
        { "Name", "<name>hvm1</name>", "<name>other</name>" },
        { "Uuid", "<uuid>11111111-", "<uuid>aaaaaaaa-" },
        { "Title", "<title>Mail</title>", "<title>Post &amp; &lt;Mail&gt;</title>" },
        { "Title null", "\n  <title>Mail</title>", "" },
        { "Description", "The mail &amp; news server\nof Zürich", "short" },
        { "DomainType", "<domain type=\"xen\"", "<domain type=\"test\"" },
        { "OsType", ">hvm</type>", ">xenpvh</type>" },
        { "Architecture", "arch=\"x86_64\"", "arch=\"i686\"" },
        { "Machine null", " machine=\"xenfv\"", "" },
        { "Kernel", "hvm1.fd</nvram>\n", "hvm1.fd</nvram>\n    <kernel>/boot/vmlinuz</kernel>\n" },
        { "CommandLine", "hvm1.fd</nvram>\n", "hvm1.fd</nvram>\n    <cmdline>a='b' c=\"d\"</cmdline>\n" },
        { "Bootloader", "</sysinfo>\n", "</sysinfo>\n  <bootloader>/usr/bin/pygrub</bootloader>\n" },
        { "Loader", "/usr/lib/xen/boot/hvmloader", "/other" },
        { "Emulator", "/usr/lib/xen/bin/qemu-system-i386", "/other" },
        { "Emulator null", "\n    <emulator>/usr/lib/xen/bin/qemu-system-i386</emulator>", "" },
        { "BootDevices changed", "<boot dev=\"cdrom\" />", "<boot dev=\"network\" />" },
        { "BootDevices longer", "<boot dev=\"hd\" />\n", "<boot dev=\"hd\" />\n    <boot dev=\"network\" />\n" },
        { "BootDevices shorter", "\n    <boot dev=\"hd\" />", "" },
        { "MemoryKiB", ">2097152<", ">4194304<" },
        { "CurrentMemoryKiB", "2097152</memory>\n", "2097152</memory>\n  <currentMemory unit=\"KiB\">1048576</currentMemory>\n" },
        { "Processors", ">4</vcpu>", ">8</vcpu>" },
        { "CurrentProcessors", " cpuset=\"0-3\">4</vcpu>", " cpuset=\"0-3\" current=\"2\">4</vcpu>" },
        { "CpuSet", " cpuset=\"0-3\">4</vcpu>", ">4</vcpu>" },
        { "Weight", "<shares>512</shares>", "<shares>1024</shares>" },
        { "Weight null", "\n    <shares>512</shares>", "" },
        { "Cap", "<xencim:cap>50</xencim:cap>", "<xencim:cap>75</xencim:cap>" },
        { "Cap null", "\n      <xencim:cap>50</xencim:cap>", "" },
        { "Metadata new", "</xencim:requestedState>\n", "</xencim:requestedState>\n      <xencim:note>a &amp; b</xencim:note>\n" },
        { "OnPoweroff", "<on_poweroff>destroy<", "<on_poweroff>preserve<" },
        { "OnReboot", "<on_reboot>restart<", "<on_reboot>destroy<" },
        { "OnCrash", "<on_crash>preserve<", "<on_crash>restart<" },
        { "ClockOffset", "<clock offset=\"variable\" adjustment=\"-30\" basis=\"utc\">", "<clock offset=\"localtime\">" },
        { "Acpi", "\n    <acpi />", "" },
        { "Apic", "\n    <apic />", "" },
        { "Pae", "\n    <pae />", "" },
    };

    [Theory]
    [MemberData(nameof(Expected))]
    public void A_setter_changes_its_own_piece_only(string change, string before, string after)
    {
        var guest = DomainDefinition.Parse(Samples.HvmRunning);
        var text = guest.ToXml();
        Assert.Equal(2, text.Split(before).Length);

        Changes[change](guest);

        Assert.Equal(text.Replace(before, after, StringComparison.Ordinal), guest.ToXml());
    }

    [Fact]
    public void Every_change_has_its_expectation() =>
        Assert.Equal(Changes.Keys.Order(), Expected.Select(row => row.Data.Item1).Order());

    [Fact]
    public void Writing_what_is_there_changes_nothing()
    {
        foreach (var xml in (string[])[Samples.Pv, Samples.Pvh, Samples.HvmRunning])
        {
            var guest = DomainDefinition.Parse(xml);
            var text = guest.ToXml();

            guest.Name = guest.Name;
            guest.Uuid = guest.Uuid;
            guest.Title = guest.Title;
            guest.Description = guest.Description;
            guest.DomainType = guest.DomainType;
            guest.OsType = guest.OsType;
            guest.Architecture = guest.Architecture;
            guest.Machine = guest.Machine;
            guest.Kernel = guest.Kernel;
            guest.Ramdisk = guest.Ramdisk;
            guest.CommandLine = guest.CommandLine;
            guest.Bootloader = guest.Bootloader;
            guest.BootloaderArguments = guest.BootloaderArguments;
            guest.Loader = guest.Loader;
            guest.Emulator = guest.Emulator;
            guest.BootDevices = guest.BootDevices;
            guest.MemoryKiB = guest.MemoryKiB;
            guest.CurrentMemoryKiB = guest.CurrentMemoryKiB;
            guest.Processors = guest.Processors;
            guest.CurrentProcessors = guest.CurrentProcessors;
            guest.CpuSet = guest.CpuSet;
            guest.Weight = guest.Weight;
            guest.Cap = guest.Cap;
            guest.OnPoweroff = guest.OnPoweroff;
            guest.OnReboot = guest.OnReboot;
            guest.OnCrash = guest.OnCrash;
            guest.ClockOffset = guest.ClockOffset;
            (guest.Acpi, guest.Apic, guest.Pae) = (guest.Acpi, guest.Apic, guest.Pae);

            Assert.Equal(text, guest.ToXml());
        }
    }

    [Fact]
    public void What_is_set_and_taken_back_leaves_no_trace()
    {
        foreach (var xml in (string[])[Samples.Pv, Samples.Pv.ReplaceLineEndings("").Replace("  ", "", StringComparison.Ordinal)])
        {
            var guest = DomainDefinition.Parse(xml);
            var text = guest.ToXml();

            guest.Title = "t";
            guest.Description = "d";
            guest.Weight = 300;
            guest.Cap = 40;
            guest.Acpi = true;
            guest.Pae = true;
            guest.BootDevices = ["hd", "network"];
            guest.Bootloader = "/usr/bin/pygrub";
            guest.BootloaderArguments = "-q";
            guest.Loader = "/l";
            guest.Emulator = "/e";
            guest.CpuSet = "1";
            Assert.Equal(300U, guest.Weight);
            Assert.Equal(40U, guest.Cap);
            Assert.Equal(["hd", "network"], guest.BootDevices);

            guest.Title = null;
            guest.Description = null;
            guest.Weight = null;
            guest.Cap = null;
            guest.Acpi = false;
            guest.Pae = false;
            guest.BootDevices = [];
            guest.Bootloader = null;
            guest.BootloaderArguments = null;
            guest.Loader = null;
            guest.Emulator = null;
            guest.CpuSet = null;

            Assert.Equal(text, guest.ToXml());
        }
    }

    [Fact]
    public void New_containers_are_indented_like_their_neighbours()
    {
        var guest = DomainDefinition.Parse(Samples.Pv);

        guest.Weight = 300;
        guest.Cap = 40;

        Assert.Contains("</vcpu>\n  <cputune>\n    <shares>300</shares>\n  </cputune>\n  <os>", guest.ToXml(), StringComparison.Ordinal);
        Assert.Contains("</uuid>\n  <metadata>\n    <xencim:guest xmlns:xencim=\"urn:xen-cim:1.0\">\n      <xencim:cap>40</xencim:cap>\n    </xencim:guest>\n  </metadata>\n  <memory",
            guest.ToXml(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_unit_follows_the_value()
    {
        var guest = DomainDefinition.Parse(Samples.Pvh);
        guest.MemoryKiB = 300000;
        Assert.Contains("<memory unit=\"KiB\">300000</memory>", guest.ToXml(), StringComparison.Ordinal);
        Assert.Contains("<currentMemory unit=\"MiB\">128</currentMemory>", guest.ToXml(), StringComparison.Ordinal);
        Assert.Equal(300000UL, guest.MemoryKiB);
    }

    [Fact]
    public void Current_processors_at_the_maximum_need_no_attribute()
    {
        var guest = DomainDefinition.Parse(Samples.Pv);
        guest.CurrentProcessors = 2;
        Assert.Contains("<vcpu placement=\"static\">2</vcpu>", guest.ToXml(), StringComparison.Ordinal);

        guest = DomainDefinition.Parse(Samples.Pv);
        guest.Processors = 1;
        Assert.Contains("<vcpu placement=\"static\">1</vcpu>", guest.ToXml(), StringComparison.Ordinal);
        Assert.Equal(1U, guest.CurrentProcessors);
    }

    [Theory]
    [InlineData(0x0001)]
    [InlineData(0xd800)]
    [InlineData(0xffff)]
    public void Text_that_xml_cannot_carry_is_refused_and_nothing_changes(int character)
    {
        var text = "a" + (char)character + "b";
        var guest = DomainDefinition.Parse(Samples.HvmRunning);
        var before = guest.ToXml();

        foreach (var set in (Action[])[() => guest.Title = text, () => guest.Name = text, () => guest.Kernel = text, () => guest.DomainType = text,
            () => guest.SetMetadata("note", text), () => guest.BootDevices = [text, "hd"], () => guest.Disks.First().Source = text])
            Assert.Equal(HypervisorError.InvalidArgument, Assert.Throws<HypervisorException>(set).Error);

        Assert.Equal(before, guest.ToXml());
    }

    [Fact]
    public void Line_ends_and_tabs_survive_writing_and_reading()
    {
        var guest = DomainDefinition.Parse(Samples.Pv);
        guest.Description = "a\r\nb\tc\n";
        guest.Disks.First().Source = "/x\ty";

        var again = DomainDefinition.Parse(guest.ToXml());

        Assert.Equal("a\r\nb\tc\n", again.Description);
        Assert.Equal("/x\ty", again.Disks.First().Source);
    }

    [Fact]
    public void A_megabyte_of_description_is_kept()
    {
        var guest = DomainDefinition.Parse(Samples.Pv);
        guest.Description = new string('é', 1024 * 1024);
        Assert.Equal(1024 * 1024, DomainDefinition.Parse(guest.ToXml()).Description!.Length);
    }
}
