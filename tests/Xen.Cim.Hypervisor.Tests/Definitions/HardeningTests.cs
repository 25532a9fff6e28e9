using System.Diagnostics;
using System.Text;
using Xunit;

namespace Xen.Cim.Hypervisor.Tests.Definitions;

public sealed class HardeningTests
{
    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("garbage")]
    [InlineData("<domain>")]
    [InlineData("<domain></domain><domain/>")]
    [InlineData("<domain></other>")]
    [InlineData("<domain a='1' a='2'/>")]
    [InlineData("<domain>&unknown;</domain>")]
    [InlineData("<domain>&#1;</domain>")]
    [InlineData("<p:domain/>")]
    [InlineData("\0")]
    public void What_is_not_xml_is_an_invalid_argument(string xml)
    {
        var error = Assert.Throws<HypervisorException>(() => DomainDefinition.Parse(xml));
        Assert.Equal(HypervisorError.InvalidArgument, error.Error);
    }

    [Fact]
    public void The_message_names_the_line() =>
        Assert.Contains("ine 3", Assert.Throws<HypervisorException>(() => DomainDefinition.Parse("<domain>\n<name>x</name>\n<oops</domain>")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("<network/>", "network")]
    [InlineData("<domain xmlns='urn:other'/>", "{urn:other}domain")]
    public void Another_document_is_told_by_its_element(string xml, string name)
    {
        var error = Assert.Throws<HypervisorException>(() => DomainDefinition.Parse(xml));
        Assert.Contains("<domain>", error.Message, StringComparison.Ordinal);
        Assert.Contains($"<{name}>", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Entities_and_external_files_are_refused()
    {
        foreach (var dtd in (string[])[
            "<!DOCTYPE domain [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><domain><name>&b;</name></domain>",
            "<!DOCTYPE domain [<!ENTITY f SYSTEM 'file:///etc/passwd'>]><domain><name>&f;</name></domain>",
            "<!DOCTYPE domain SYSTEM 'http://127.0.0.1:9/x.dtd'><domain/>"])
            Assert.Contains("DTD", Assert.Throws<HypervisorException>(() => DomainDefinition.Parse(dtd)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_predefined_references_are_no_entities() =>
        Assert.Equal("<&>\"'é\n", DomainDefinition.Parse("<domain><title>&lt;&amp;&gt;&quot;&apos;&#233;&#10;</title></domain>").Title);

    [Fact]
    public void Depth_is_bounded()
    {
        var allowed = Nested(99);
        Assert.True(DomainDefinition.Parse(allowed).Clone().ContentEquals(DomainDefinition.Parse(allowed)));

        var error = Assert.Throws<HypervisorException>(() => DomainDefinition.Parse(Nested(100_000)));
        Assert.Contains("deep", error.Message, StringComparison.Ordinal);
        Assert.Contains("line 1", error.Message, StringComparison.Ordinal);

        static string Nested(int depth) =>
            "<domain>" + new StringBuilder().Insert(0, "<a>", depth) + new StringBuilder().Insert(0, "</a>", depth) + "</domain>";
    }

    [Fact]
    public void Size_and_number_of_elements_are_bounded()
    {
        var large = Assert.Throws<HypervisorException>(() => DomainDefinition.Parse("<domain>" + new string(' ', 16 * 1024 * 1024) + "</domain>"));
        var many = Assert.Throws<HypervisorException>(() => DomainDefinition.Parse("<domain>" + new StringBuilder().Insert(0, "<a/>", 300_000) + "</domain>"));

        Assert.Equal((HypervisorError.InvalidArgument, HypervisorError.InvalidArgument), (large.Error, many.Error));
        Assert.Contains("16777216", large.Message, StringComparison.Ordinal);
        Assert.Contains("elements", many.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_absurd_value_is_cut_in_its_fault()
    {
        var guest = DomainDefinition.Parse($"<domain><name>x</name><memory>{new string('9', 1_000_000)}</memory></domain>");
        Assert.True(Assert.Single(guest.FindFaults()).Length < 200);
    }

    [Fact]
    public void Ten_thousand_devices_are_handled_in_reasonable_time()
    {
        var xml = new StringBuilder("<domain type='xen'><name>x</name><devices>");
        for (var i = 0; i < 10_000; i++)
            xml.Append(System.Globalization.CultureInfo.InvariantCulture, $"<interface type='bridge'><mac address='00:16:3e:00:{i >> 8:x2}:{i & 255:x2}'/></interface>");
        var clock = Stopwatch.StartNew();

        var guest = DomainDefinition.Parse(xml.Append("</devices></domain>").ToString());

        Assert.Equal(10_000, guest.Devices.Select(d => d.DeviceId).Distinct().Count());
        Assert.NotNull(guest.FindDevice("00-16-3e-00-27-0f"));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"{clock.Elapsed}");
    }

    [Fact]
    public void Damaged_documents_never_end_in_another_exception()
    {
        // Deterministic damage: each seed flips, drops or doubles a few characters of a real document.
        for (var seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            var text = new StringBuilder(Samples.HvmRunning);
            for (var i = 0; i < 3; i++)
            {
                var at = random.Next(text.Length - 20);
                switch (random.Next(4))
                {
                    case 0: text[at] = (char)random.Next(0x20, 0x7f); break;
                    case 1: text.Remove(at, random.Next(1, 20)); break;
                    case 2: text.Insert(at, text.ToString(at, random.Next(1, 20))); break;
                    default: text.Insert(at, "9999999999"); break;
                }
            }
            try
            {
                var guest = DomainDefinition.Parse(text.ToString());
                _ = (guest.FindFaults(), guest.Kind, guest.CpuPins, guest.CurrentMemoryKiB, guest.CurrentProcessors, guest.Cap);
                Assert.All(guest.Devices, d => Assert.DoesNotContain(' ', d.DeviceId));
                Assert.True(DomainDefinition.Parse(guest.ToXml()).ContentEquals(guest));
                Assert.Equal("copy", guest.CloneAs("copy", Guid.NewGuid()).Name);
            }
            catch (HypervisorException e)
            {
                Assert.Equal(HypervisorError.InvalidArgument, e.Error);
            }
        }
    }
}
