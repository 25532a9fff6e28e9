using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers.Tests.VirtualSystem;

/// <summary>What a guest's clock is set to: read as it is, and changed by nothing else.</summary>
public sealed class ClockTests : ProviderTest
{
    private const string Clock = "<clock offset='localtime'/>";

    public static TheoryData<string, int> Others => new()
    {
        { "<clock offset='timezone' timezone='Europe/Berlin'/>", 2 },
        { "<clock offset='variable' adjustment='-3600' basis='utc'/>", 3 },
        { "<clock offset='variable' adjustment='7200' basis='localtime'><timer name='rtc' tickpolicy='catchup'/></clock>", 3 },
        { "<clock offset='absolute' start='1652184000'/>", 4 },
    };

    private CimInstance Read() => Get(ConfigurationPath(Samples.Mail, "defined"));

    [Theory]
    [MemberData(nameof(Others))]
    public void What_can_only_be_kept_reads_as_what_it_is_and_stays(string clock, int number)
    {
        Host.Rewrite(Samples.Mail, x => x.Replace(Clock, clock, StringComparison.Ordinal));
        Assert.Equal((ushort)number, Read()["ClockOffset"]);
        var before = Host.Definition(Samples.Mail).ToXml();

        // One property by itself, the whole instance as it was read, and with another property changed.
        Assert.Equal(0u, ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = $"Xen:{Samples.Mail}/defined", OnCrash = "preserve" }).Return);
        Assert.Equal(["-restart", "+preserve"], Differences(before, Host.Definition(Samples.Mail).ToXml()));
        before = Host.Defined(Samples.Mail);
        Provider.ModifyInstance(Request, Read().Path!, Read());
        Assert.Equal(0u, ModifySystem(Read()).Return);
        Assert.Equal(before, Host.Defined(Samples.Mail));
        var whole = Read();
        whole.Set("Caption", CimType.String, isArray: false, "Post");
        Provider.ModifyInstance(Request, whole.Path!, whole);
        Assert.Equal(["+<title>", "+Post", "+</title>"], Differences(before, Host.Defined(Samples.Mail)));
        Assert.Equal(0u, ModifyResources(new Xen_MemoryRASD { InstanceID = $"Xen:{Samples.Mail}/defined/memory", VirtualQuantity = 262144 }).Return);
        Assert.Equal((ushort)number, Read()["ClockOffset"]);
    }

    [Theory]
    [MemberData(nameof(Others))]
    public void It_cannot_be_asked_for(string clock, int number)
    {
        Host.Rewrite(Samples.Mail, x => x.Replace(Clock, clock, StringComparison.Ordinal));
        foreach (var other in (ushort[])[2, 3, 4, 9])
        {
            if (other == number)
                continue;
            var error = Refused(CimStatus.InvalidParameter, () => ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = $"Xen:{Samples.Mail}/defined", ClockOffset = (Xen_VirtualSystemSettingData.ClockOffsetValue)other }));
            Assert.Contains($"ClockOffset {other}", error.Message, StringComparison.Ordinal);
        }
        Assert.Equal(0, Host.Redefinitions);
        foreach (var (wanted, written) in ((ushort, string)[])[(0, "utc"), (1, "localtime")])
        {
            Assert.Equal(0u, ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = $"Xen:{Samples.Mail}/defined", ClockOffset = (Xen_VirtualSystemSettingData.ClockOffsetValue)wanted }).Return);
            Assert.Equal((written, wanted), (Host.Definition(Samples.Mail).ClockOffset, Read()["ClockOffset"]));
            Assert.DoesNotContain("adjustment", Host.Defined(Samples.Mail), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_guest_without_a_word_about_it_has_UTC_and_of_a_new_kind_nothing_is_said()
    {
        Host.Rewrite(Samples.Mail, x => x.Replace(Clock, "", StringComparison.Ordinal));
        Assert.Equal((ushort)0, Read()["ClockOffset"]);
        Host.Rewrite(Samples.Mail, x => x.Replace("<on_poweroff>", "<clock offset='lunar'/><on_poweroff>", StringComparison.Ordinal));
        Assert.Null(Read()["ClockOffset"]);
    }
}
