using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers.Tests.ResourceAllocation;

/// <summary>Settings from who knows only the standard's classes, and values of other types than the class's.</summary>
public sealed class StandardClassTests : ProviderTest
{
    private static string Id(string device) => $"Xen:{Samples.Web}/defined/{device}";

    // MOF, as a console that knows no class of ours would write it.
    [Theory]
    [InlineData("CIM_ResourceAllocationSettingData", "memory", "VirtualQuantity = 262144;", ">262144<")]
    [InlineData("CIM_ResourceAllocationSettingData", "memory", "VirtualQuantity = 262144; ResourceType = 4;", ">262144<")]
    [InlineData("CIM_ProcessorAllocationSettingData", "processor", "Weight = 700;", "<shares>700<")]
    [InlineData("CIM_ResourceAllocationSettingData", "processor", "Weight = 700;", "<shares>700<")]
    [InlineData("CIM_StorageAllocationSettingData", "xvdb", "Access = 1;", "<readonly />")]
    [InlineData("CIM_ResourceAllocationSettingData", "00-16-3e-00-00-11", "Connection = {\"xenbr9\"};", "xenbr9")]
    [InlineData("cim_ethernetportallocationsettingdata", "00-16-3e-00-00-11", "Connection = {\"xenbr9\"};", "xenbr9")]
    [InlineData("Xen_MemoryRASD", "memory", "VirtualQuantity = 262144;", ">262144<")]
    public void The_InstanceID_says_which_setting_is_modified(string @class, string device, string properties, string expected)
    {
        Assert.DoesNotContain(expected, Host.Defined(Samples.Web), StringComparison.Ordinal);
        var (result, output) = ModifyResources($"instance of {@class} {{ InstanceID = \"{Id(device)}\"; {properties} }};");
        Assert.Equal(0u, result);
        Assert.Contains(expected, Host.Defined(Samples.Web), StringComparison.Ordinal);
        Assert.StartsWith("Xen_", Assert.Single(Assert.IsType<CimObjectPath[]>(output["ResultingResourceSettings"]?.Value)).ClassName, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CIM_ResourceAllocationSettingData", "memory", "VirtualQuantity = 262144; ResourceType = 3;", CimStatus.NotSupported, "ResourceType")]
    [InlineData("CIM_ResourceAllocationSettingData", "xvda", "ResourceType = 4; Access = 1;", CimStatus.InvalidParameter, "ResourceType")]
    [InlineData("CIM_ProcessorAllocationSettingData", "memory", "VirtualQuantity = 262144;", CimStatus.InvalidParameter, "Xen_MemoryRASD")]
    [InlineData("CIM_ResourceAllocationSettingData", "xvdz", "Access = 1;", CimStatus.NotFound, "xvdz")]
    [InlineData("CIM_SettingData", "memory", "ElementName = \"x\";", CimStatus.InvalidParameter, "CIM_SettingData")]
    public void What_contradicts_it_is_refused_by_name(string @class, string device, string properties, CimStatus status, string word)
    {
        var error = Refused(status, () => ModifyResources($"instance of {@class} {{ InstanceID = \"{Id(device)}\"; {properties} }};"));
        Assert.Contains(word, error.Message, StringComparison.Ordinal);
        Assert.Equal(0, Host.Redefinitions);
    }

    [Fact]
    public void Of_a_new_resource_the_type_has_to_be_said() =>
        Assert.Contains("ResourceType NULL", Refused(CimStatus.InvalidParameter, () => AddResources(ConfigurationPath(Samples.Web, "defined"), "instance of CIM_ResourceAllocationSettingData { Address = \"/srv/mail.img\"; };")).Message, StringComparison.Ordinal);

    // Some clients send all numbers of an embedded instance as text, or as another type of number.
    [Theory]
    [InlineData("string", "393216")]
    [InlineData("uint16", "65532")]
    [InlineData("uint32", "393216")]
    [InlineData("sint64", "393216")]
    public void A_number_of_another_width_and_text_that_spells_one_are_taken(string type, string value)
    {
        Assert.Equal(0u, ModifyResources($"<INSTANCE CLASSNAME=\"Xen_MemoryRASD\"><PROPERTY NAME=\"InstanceID\" TYPE=\"string\"><VALUE>{Id("memory")}</VALUE></PROPERTY>"
            + $"<PROPERTY NAME=\"VirtualQuantity\" TYPE=\"{type}\"><VALUE>{value}</VALUE></PROPERTY></INSTANCE>").Return);
        Assert.Equal(ulong.Parse(value, System.Globalization.CultureInfo.InvariantCulture), Host.Definition(Samples.Web).CurrentMemoryKiB);
    }

    [Theory]
    [InlineData("uint32", "5", "uint32 5")]
    [InlineData("sint8", "-5", "sint8 -5")]
    [InlineData("real64", "0.5", "real64 0.5")]
    [InlineData("boolean", "true", "boolean true")]
    [InlineData("datetime", "20260101000000.000000+000", "datetime 20260101000000.000000+000")]
    public void What_is_no_text_is_refused_for_a_text(string type, string value, string words)
    {
        var property = $"<PROPERTY NAME=\"Caption\" TYPE=\"{type}\"><VALUE>{value}</VALUE></PROPERTY>";
        var error = Refused(CimStatus.TypeMismatch, () => ModifySystem($"<INSTANCE CLASSNAME=\"CIM_VirtualSystemSettingData\"><PROPERTY NAME=\"InstanceID\" TYPE=\"string\"><VALUE>Xen:{Samples.Web}/defined</VALUE></PROPERTY>{property}</INSTANCE>"));
        Assert.Contains("Caption is a string", error.Message, StringComparison.Ordinal);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        // The same as an instance that a server has read.
        var sent = new CimInstance("Xen_VirtualSystemSettingData");
        Assert.True(CimValue.TryParseTypeName(type, out var number));
        sent.Set("Caption", number, isArray: false, CimValue.Parse(number, value));
        Refused(CimStatus.TypeMismatch, () =>
        {
            Provider.ModifyInstance(Request, ConfigurationPath(Samples.Web, "defined"), sent);
            return null;
        });
        Assert.Equal(0, Host.Redefinitions);
    }

    [Fact]
    public void One_element_that_is_no_text_is_refused_too() =>
        Assert.Contains("Notes", Refused(CimStatus.TypeMismatch, () => ModifySystem($"instance of Xen_VirtualSystemSettingData {{ InstanceID = \"Xen:{Samples.Web}/defined\"; Notes = {{1, 2}}; }};")).Message, StringComparison.Ordinal);

    [Fact]
    public void Text_stands_for_dates_booleans_and_numbers_as_MOF_and_some_clients_write_them()
    {
        Assert.Equal(0u, ModifySystem($"""
            <INSTANCE CLASSNAME="Xen_VirtualSystemSettingData"><PROPERTY NAME="InstanceID" TYPE="string"><VALUE>Xen:{Samples.Mail}/defined</VALUE></PROPERTY>
            <PROPERTY NAME="EnableACPI" TYPE="string"><VALUE>false</VALUE></PROPERTY><PROPERTY NAME="ClockOffset" TYPE="string"><VALUE>0</VALUE></PROPERTY>
            <PROPERTY NAME="AutomaticStartupActionDelay" TYPE="string"><VALUE>00000000000000.000000:000</VALUE></PROPERTY></INSTANCE>
            """).Return);
        Assert.Equal((false, "utc"), (Host.Definition(Samples.Mail).Acpi, Host.Definition(Samples.Mail).ClockOffset));
    }
}
