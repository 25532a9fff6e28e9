using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers.Tests.HouseRules;

/// <summary>Every class has a provider, and every property is set by somebody or listed with the reason why not.</summary>
public sealed class ProvidedClassesTests : ClassesInUse
{
    // What DSP1041, DSP1042, DSP1057 and DSP1081 make mandatory, by class of theirs.
    private static readonly Dictionary<string, string[]> s_mandatory = new()
    {
        ["CIM_ComputerSystem"] = ["CreationClassName", "Name", "ElementName", "EnabledState", "RequestedState", "OperationalStatus", "HealthState", "NameFormat"],
        ["CIM_VirtualSystemSettingData"] = ["InstanceID", "ElementName", "VirtualSystemIdentifier", "VirtualSystemType"],
        ["CIM_EnabledLogicalElementCapabilities"] = ["InstanceID", "ElementName", "RequestedStatesSupported", "ElementNameEditSupported"],
        ["CIM_VirtualSystemManagementService"] = ["SystemCreationClassName", "SystemName", "CreationClassName", "Name", "ElementName", "EnabledState", "RequestedState"],
        ["CIM_VirtualSystemManagementCapabilities"] = ["InstanceID", "ElementName", "VirtualSystemTypesSupported", "SynchronousMethodsSupported", "ElementNameEditSupported"],
        ["CIM_ResourcePool"] = ["InstanceID", "PoolID", "Primordial", "ResourceType", "AllocationUnits"],
        ["CIM_ResourceAllocationSettingData"] = ["InstanceID", "ElementName", "ResourceType", "PoolID", "AllocationUnits", "VirtualQuantity", "ConsumerVisibility", "AutomaticAllocation", "AutomaticDeallocation"],
        ["CIM_VirtualSystemMigrationService"] = ["SystemCreationClassName", "SystemName", "CreationClassName", "Name", "ElementName", "EnabledState", "RequestedState"],
        ["CIM_VirtualSystemMigrationCapabilities"] = ["InstanceID", "ElementName", "SynchronousMethodsSupported", "AsynchronousMethodsSupported", "DestinationHostFormatsSupported"],
        ["CIM_VirtualSystemMigrationSettingData"] = ["InstanceID", "ElementName"],
        ["CIM_VirtualSystemSnapshotService"] = ["SystemCreationClassName", "SystemName", "CreationClassName", "Name", "ElementName", "EnabledState", "RequestedState"],
        ["CIM_VirtualSystemSnapshotServiceCapabilities"] = ["InstanceID", "ElementName", "SynchronousMethodsSupported", "AynchronousMethodsSupported", "SnapshotTypesSupported"],
        ["CIM_VirtualSystemSnapshotCapabilities"] = ["InstanceID", "ElementName", "SnapshotTypesEnabled", "GuestOSNotificationEnabled"],
        ["CIM_BaseMetricDefinition"] = ["Id", "Name", "DataType"],
        ["CIM_BaseMetricValue"] = ["InstanceID", "MetricDefinitionId", "TimeStamp", "MetricValue"],
        ["CIM_MetricService"] = ["SystemCreationClassName", "SystemName", "CreationClassName", "Name", "ElementName"],
        ["CIM_MetricServiceCapabilities"] = ["InstanceID", "ElementName", "SupportedMethods"],
        ["CIM_ResourcePoolConfigurationService"] = ["SystemCreationClassName", "SystemName", "CreationClassName", "Name", "ElementName", "EnabledState", "RequestedState"],
        ["CIM_ResourcePoolConfigurationCapabilities"] = ["InstanceID", "ElementName", "SynchronousMethodsSupported", "AsynchronousMethodsSupported"],
        ["CIM_RegisteredProfile"] = ["InstanceID", "RegisteredOrganization", "RegisteredName", "RegisteredVersion", "AdvertiseTypes"],
        ["CIM_ConcreteJob"] = ["InstanceID", "Name", "JobState", "TimeBeforeRemoval", "DeleteOnCompletion", "ElapsedTime", "PercentComplete"],
    };

    private static IEnumerable<CimLayout> WithInstances => Ours.Where(l => !IsIndication(l));

    [Fact]
    public void Every_class_has_a_provider_and_every_provider_a_class() =>
        Assert.Equal(Ours.Select(l => l.ClassName).Order(StringComparer.Ordinal), Provider.Classes.Select(c => c.ClassName).Order(StringComparer.Ordinal));

    [Fact]
    public void A_class_is_declared_as_what_it_is()
    {
        Assert.Equal(["Xen_ElementConformsToProfile", "Xen_ReferencedProfile", "Xen_RegisteredProfile"],
            Provider.Classes.Where(c => !c.Namespaces.SequenceEqual(["root/virt"])).Select(c => c.ClassName).Order(StringComparer.Ordinal));
        Assert.Equal(["Xen_ElementConformsToProfile"], Provider.Classes.Where(c => c.Namespaces.Order(StringComparer.Ordinal).SequenceEqual(["root/interop", "root/virt"])).Select(c => c.ClassName));
        Assert.All(Provider.Classes, c => Assert.Equal(!IsIndication(CimLayouts.Find(c.ClassName)!), c.Kinds.HasFlag(ProviderKinds.Instance)));
        Assert.All(Provider.Classes, c => Assert.Equal(IsIndication(CimLayouts.Find(c.ClassName)!), c.Kinds == ProviderKinds.Indication));
        Assert.All(Provider.Classes, c => Assert.Equal(CimLayouts.Find(c.ClassName)!.IsAssociation, c.Kinds.HasFlag(ProviderKinds.Association)));
        Assert.Equal(["Xen_ComputerSystem", "Xen_ConcreteJob", "Xen_MetricService", "Xen_RegisteredProfile", "Xen_ResourcePoolConfigurationService", "Xen_VirtualSystemManagementService", "Xen_VirtualSystemMigrationService", "Xen_VirtualSystemSnapshotService"],
            Provider.Classes.Where(c => c.Kinds.HasFlag(ProviderKinds.Method)).Select(c => c.ClassName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_property_is_set_by_somebody_or_listed_with_the_reason()
    {
        var set = PropertiesSet();
        var listed = Listed();
        var wrong = new List<string>();
        foreach (var layout in Ours)
        {
            foreach (var property in layout.Properties)
            {
                var own = $"{layout.ClassName}.{property.Name}";
                var entry = PropertyList.Entries(layout, property.Name).FirstOrDefault(listed.ContainsKey);
                if (!set.Contains(own) && entry is null)
                    wrong.Add($"{own} is never set and not listed");
                if (set.Contains(own) && entry is not null)
                    wrong.Add($"{own} is set but listed as {entry}");
            }
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void The_list_names_what_exists_once_and_with_a_reason()
    {
        var known = Ours.SelectMany(l => l.Properties.SelectMany(p => PropertyList.Entries(l, p.Name))).ToHashSet();
        Assert.All(Listed(), entry => Assert.Contains(entry.Key, known));
        Assert.All(Listed(), entry => Assert.True(entry.Value.Length > 15, $"{entry.Key} has no reason"));
    }

    [Fact]
    public void Nothing_that_a_profile_makes_mandatory_is_listed()
    {
        var listed = Listed();
        var wrong = Ours.SelectMany(l => l.Properties.Select(p => (Layout: l, p.Name)))
            .Where(p => PropertyList.Entries(p.Layout, p.Name).Any(listed.ContainsKey))
            .Where(p => s_mandatory.Any(m => p.Layout.IsA(m.Key) && m.Value.Contains(p.Name)))
            .Select(p => $"{p.Layout.ClassName}.{p.Name}").ToList();
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void What_is_mandatory_is_set_in_every_instance()
    {
        var wrong = new List<string>();
        Prepare();
        foreach (var layout in WithInstances.Where(l => !l.IsAssociation))
        {
            foreach (var instance in All(layout.ClassName))
            {
                wrong.AddRange(s_mandatory.Where(m => layout.IsA(m.Key)).SelectMany(m => m.Value)
                    .Where(p => instance[p] is null).Select(p => $"{instance.Path}: {p}"));
            }
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void The_keys_of_an_instance_are_those_of_its_path()
    {
        Prepare();
        foreach (var layout in WithInstances)
        {
            foreach (var instance in All(layout.ClassName))
            {
                Assert.Equal(layout.Properties.Where(p => p.IsKey).Select(p => p.Name).Order(), instance.Path!.Keys.Select(k => k.Name).Order());
                Assert.All(instance.Path.Keys, k => Assert.Equal(k.Value, instance[k.Name]));
                Assert.Equal(AtHome(layout.ClassName).Namespace, instance.Path.Namespace);
                if (instance["InstanceID"] is string id)
                    Assert.DoesNotContain(' ', id);
            }
        }
    }

    private static Dictionary<string, string> Listed() => PropertyList.Read("tests/Xen.Cim.Providers.Tests/EmptyProperties.txt");
}
