using Moq;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers.Tests.ResourceAllocation;

/// <summary>Nothing that a client asks for is dropped in silence: a property that it sets is changed, or refused by its name.</summary>
public sealed class FixedPropertyTests : ProviderTest
{
    // They say in which unit or how another property is meant, and change nothing alone.
    private static readonly string[] s_manner = ["AllocationUnits", "VirtualQuantityUnits", "Password"];

    private static readonly string[] s_classes = ["Xen_ProcessorRASD", "Xen_MemoryRASD", "Xen_DiskRASD", "Xen_NetworkRASD", "Xen_GraphicsRASD", "Xen_ConsoleRASD", "Xen_InputRASD",
        "Xen_HostDeviceRASD", "Xen_UsbControllerRASD", "Xen_StorageControllerRASD", "Xen_ControllerRASD", "Xen_OtherDeviceRASD", "Xen_VirtualSystemSettingData"];

    private static readonly Guid s_rack = new("7a1c3d52-0000-4000-8000-0000000000ac");

    private const string RackXml = """
        <domain type='xen'>
          <name>rack</name>
          <uuid>7a1c3d52-0000-4000-8000-0000000000ac</uuid>
          <memory unit='KiB'>262144</memory>
          <vcpu>1</vcpu>
          <os><type arch='x86_64' machine='xenfv'>hvm</type></os>
          <devices>
            <controller type='scsi' index='0' model='virtio-scsi'/>
            <controller type='pci' index='0' model='pci-root'/>
            <controller type='virtio-serial' index='0' ports='8'/>
            <watchdog model='i6300esb' action='pause'/>
            <tpm model='tpm-crb'><backend type='emulator' version='2.0'/></tpm>
            <rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>
            <memballoon model='xen'/>
          </devices>
        </domain>
        """;

    public FixedPropertyTests() => Host.Add(new Guest { Uuid = s_rack, Name = "rack", State = GuestState.Off }, RackXml, null);

    public static TheoryData<string> Classes => [.. s_classes];

    [Theory]
    [MemberData(nameof(Classes))]
    public void A_property_that_is_set_is_changed_or_refused_by_its_name(string @class)
    {
        var wrong = new List<string>();
        var tried = 0;
        foreach (var instance in All(@class).Where(i => ((string)i["InstanceID"]!).Contains("/defined", StringComparison.Ordinal) && !((string)i["InstanceID"]!).Contains(Samples.Dom0.ToString(), StringComparison.Ordinal)))
        {
            foreach (var property in instance.Layout.Properties.Where(p => !p.IsKey && !s_manner.Contains(p.Name)))
            {
                // What the change before made of it.
                var now = Get(instance.Path!);
                var wanted = Another(property, now[property.Name]);
                var settings = new CimInstance(instance.Layout);
                settings.Set(property.Name, property.Type, property.IsArray, wanted);
                tried++;
                try
                {
                    Provider.ModifyInstance(Request with { PropertyList = new HashSet<string> { property.Name } }, instance.Path!, settings);
                }
                catch (CimException error)
                {
                    // A guest that runs keeps its name for now.
                    if (error.Status is not (CimStatus.NotSupported or CimStatus.InvalidParameter or CimStatus.AlreadyExists) && property.Name != "ElementName")
                        wrong.Add($"{instance.Path}: {property.Name}: {error.Status} {error.Message}");
                    continue;
                }
                // A DVD drive is a CD drive.
                if (!CimValue.AreEqual(Get(instance.Path!)[property.Name], wanted) && wanted is not (ushort)Xen_DiskRASD.ResourceTypeValue.DVD_drive)
                    wrong.Add($"{instance.Path}: {property.Name} was accepted as {CimValue.Format(wanted)} and is {Get(instance.Path!)[property.Name] ?? "NULL"}");
            }
        }
        Assert.True(tried > 20, $"{tried} properties");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    // An empty text means none where there need not be any; where there has to be, it is refused.
    [Theory]
    [MemberData(nameof(Classes))]
    public void An_empty_text_or_list_takes_away_what_is_there_or_is_refused(string @class)
    {
        var wrong = new List<string>();
        var tried = 0;
        foreach (var instance in All(@class).Where(i => ((string)i["InstanceID"]!).Contains("/defined", StringComparison.Ordinal) && !((string)i["InstanceID"]!).Contains(Samples.Dom0.ToString(), StringComparison.Ordinal)))
        {
            // A list of parameters names those that change, one by one.
            foreach (var property in instance.Layout.Properties.Where(p => !p.IsKey && !s_manner.Contains(p.Name) && p.Name != "Parameters" && (p.IsArray || p.Type == CimType.String)))
            {
                // What the change before made of it.
                if (All(@class).FirstOrDefault(i => i.Path!.Equals(instance.Path))?[property.Name] is not { } now || now is "" or Array { Length: 0 })
                    continue;
                tried++;
                var settings = new CimInstance(instance.Layout);
                settings.Set(property.Name, property.Type, property.IsArray, property.IsArray ? Array.CreateInstance(now.GetType().GetElementType()!, 0) : "");
                try
                {
                    Provider.ModifyInstance(Request with { PropertyList = new HashSet<string> { property.Name } }, instance.Path!, settings);
                }
                catch (CimException error) when (error.Status is CimStatus.NotSupported or CimStatus.InvalidParameter)
                {
                    continue;
                }
                if (All(@class).FirstOrDefault(i => i.Path!.Equals(instance.Path)) is { } after && CimValue.AreEqual(after[property.Name], now))
                    wrong.Add($"{instance.Path}: {property.Name} was accepted as empty and is {CimValue.Format(now)}");
            }
        }
        Assert.True(tried > 0, $"{@class} has no text");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void An_adapter_is_of_one_model_however_it_is_said_and_plugged_into_something()
    {
        var id = $"Xen:{Samples.Web}/defined/00-16-3e-00-00-11";
        NetworkInterface Nic() => Host.Definition(Samples.Web).Interfaces.Single(i => i.DeviceId == "00-16-3e-00-00-11");
        Assert.Equal(0u, ModifyResources(new Xen_NetworkRASD { InstanceID = id, VirtualDevice = "vifweb" }).Return);
        Assert.Equal("vifweb", Nic().TargetDevice);
        var whole = Get<Xen_NetworkRASD>(SettingPath("Xen_NetworkRASD", Samples.Web, "defined", "00-16-3e-00-00-11"));
        // Of two that say the same the one that is new is meant.
        (whole.ResourceSubType, whole.VirtualDevice) = ("netfront", "");
        Assert.Equal(0u, ModifyResources(whole).Return);
        Assert.Equal(("netfront", null), (Nic().Model, Nic().TargetDevice));
        Assert.Equal(0u, ModifyResources(new Xen_NetworkRASD { InstanceID = id, Model = "", Bridge = "xenbr7", NetworkName = "" }).Return);
        Assert.Equal((null, "bridge", "xenbr7"), (Nic().Model, Nic().Type, Nic().Source));
        var before = Host.Defined(Samples.Web);
        foreach (var (settings, word) in ((Xen_NetworkRASD, string)[])
            [(new() { Bridge = "" }, "xenbr7"), (new() { Connection = [] }, "xenbr7"), (new() { PoolID = "" }, "xenbr7"), (new() { Address = "" }, "00:16:3e:00:00:11"), (new() { Model = "netfront", ResourceSubType = "e1000" }, "e1000")])
        {
            settings.InstanceID = id;
            Assert.Contains(word, Refused(CimStatus.InvalidParameter, () => ModifyResources(settings)).Message, StringComparison.Ordinal);
        }
        Assert.Equal(before, Host.Defined(Samples.Web));
        // What runs has a name, whoever chose it.
        Assert.Contains("vif3.0", Refused(CimStatus.InvalidParameter, () => ModifyResources(new Xen_NetworkRASD { InstanceID = $"Xen:{Samples.Web}/state/00-16-3e-00-00-11", VirtualDevice = "" })).Message, StringComparison.Ordinal);
        Mock.Verify(h => h.UpdateDevice(It.IsAny<Guid>(), It.IsAny<DomainDevice>()), Times.Never);
    }

    [Fact]
    public void The_methods_refuse_what_ModifyInstance_refuses_and_change_nothing()
    {
        var error = Refused(CimStatus.NotSupported, () => ModifyResources(
            new Xen_MemoryRASD { InstanceID = $"Xen:{Samples.Web}/defined/memory", VirtualQuantity = 262144, Weight = 5 }));
        Assert.Contains("Weight", error.Message, StringComparison.Ordinal);
        Refused(CimStatus.NotSupported, () => ModifyResources(new Xen_DiskRASD { InstanceID = $"Xen:{Samples.Web}/defined/xvda", VirtualQuantity = 5 }));
        Refused(CimStatus.NotSupported, () => ModifyResources(new Xen_NetworkRASD { InstanceID = $"Xen:{Samples.Web}/state/00-16-3e-00-00-11", ReceiveBandwidthLimit = 5 }));
        Assert.Equal(0, Host.Redefinitions);
    }

    [Fact]
    public void The_default_of_the_standard_class_is_no_wish()
    {
        Assert.Equal(0u, ModifyResources("instance of CIM_ResourceAllocationSettingData { InstanceID = \"Xen:" + Samples.Web
            + "/defined/processor\"; ResourceType = 3; VirtualQuantity = 3; VirtualQuantityUnits = \"count\"; };").Return);
        Assert.Equal(3u, Host.Definition(Samples.Web).CurrentProcessors);
    }

    [Fact]
    public void Deleting_settings_takes_the_resource_away_and_a_configuration_cannot_be_deleted()
    {
        Provider.DeleteInstance(Request, SettingPath("Xen_DiskRASD", Samples.Web, "defined", "xvda"));
        Assert.DoesNotContain(Host.Definition(Samples.Web).Disks, d => d.TargetDevice == "xvda");
        Refused(CimStatus.InvalidParameter, () => Delete(SettingPath("Xen_MemoryRASD", Samples.Web, "defined", "memory")));
        Assert.Contains("DestroySystem", Refused(CimStatus.NotSupported, () => Delete(ConfigurationPath(Samples.Web, "defined"))).Message, StringComparison.Ordinal);
        Refused(CimStatus.NotFound, () => Delete(ConfigurationPath(Guid.NewGuid(), "defined")));

        Provider.DeleteInstance(Request, GuestPath(Samples.Mail));
        Assert.DoesNotContain(Host.Guests, g => g.Uuid == Samples.Mail);
    }

    private object? Delete(CimObjectPath path)
    {
        Provider.DeleteInstance(Request, path);
        return null;
    }

    /// <summary>Another value of the type.</summary>
    private static object Another(CimPropertyInfo property, object? now)
    {
        var value = property.Type switch
        {
            CimType.Boolean => now is not true,
            CimType.String => "some other",
            CimType.DateTime => CimDateTime.Parse("00000000000130.000000:000"),
            _ => CimValue.TryConvert(property.Type, (now is null or Array ? 0 : Convert.ToUInt64(now, System.Globalization.CultureInfo.InvariantCulture)) + 1)!,
        };
        if (!property.IsArray)
            return value;
        var array = Array.CreateInstance(value.GetType(), 1);
        array.SetValue(value, 0);
        return array;
    }
}
