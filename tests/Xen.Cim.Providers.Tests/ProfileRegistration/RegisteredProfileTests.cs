using Xen.Cim.Model;

namespace Xen.Cim.Providers.Tests.ProfileRegistration;

/// <summary>The registered profiles and the ways from them to what they describe (DSP1033).</summary>
public sealed class RegisteredProfileTests : ProviderTest
{
    private const string Conforms = "Xen_ElementConformsToProfile";

    internal override ProviderOptions Options => new() { InCallWait = TimeSpan.FromMilliseconds(50) };

    private static CimObjectPath Profile(string document) => new("Xen_RegisteredProfile", "root/interop", new CimKey("InstanceID", $"Xen:RegisteredProfile/{document}"));

    [Theory]
    [InlineData("DSP1033", "Profile Registration", "1.0.0")]
    [InlineData("DSP1041", "Resource Allocation", "1.1.0")]
    [InlineData("DSP1042", "System Virtualization", "1.0.0")]
    [InlineData("DSP1043", "Allocation Capabilities", "1.0.0")]
    [InlineData("DSP1044", "Processor Resource Virtualization", "1.0.0")]
    [InlineData("DSP1045", "Memory Resource Virtualization", "1.0.0")]
    [InlineData("DSP1047", "Storage Resource Virtualization", "1.0.0")]
    [InlineData("DSP1050", "Ethernet Port Resource Virtualization", "1.0.0")]
    [InlineData("DSP1053", "Base Metrics", "1.0.1")]
    [InlineData("DSP1057", "Virtual System", "1.0.0")]
    [InlineData("DSP1059", "Generic Device Resource Virtualization", "1.0.0")]
    [InlineData("DSP1081", "Virtual System Migration", "1.0.0")]
    [InlineData("DSP1103", "Job Control", "1.0.0")]
    public void A_profile_has_the_names_of_its_document(string document, string name, string version)
    {
        var profile = Get(Profile(document));
        Assert.Equal((name, version, (ushort)2), (profile["RegisteredName"], profile["RegisteredVersion"], profile["RegisteredOrganization"]));
        Assert.Equal(new ushort[] { 2 }, profile["AdvertiseTypes"]);
    }

    [Fact]
    public void A_single_read_gives_just_what_the_enumeration_gives()
    {
        var all = All("Xen_RegisteredProfile");
        Assert.Equal(13, all.Count);
        foreach (var profile in all)
        {
            var alone = Get(profile.Path!);
            Assert.Equal(profile.Path, alone.Path);
            Assert.Equal(profile.Properties.Select(p => (p.Name, CimValue.Format(p.Value!))), alone.Properties.Select(p => (p.Name, CimValue.Format(p.Value!))));
        }
    }

    public static TheoryData<string, string[]> Central => new()
    {
        { "DSP1042", ["Xen_HostComputerSystem"] },
        { "DSP1057", ["Xen_ComputerSystem"] },
        { "DSP1041", ["Xen_ProcessorPool", "Xen_MemoryPool", "Xen_DiskPool", "Xen_NetworkPool", "Xen_GenericDevicePool"] },
        { "DSP1043", ["Xen_AllocationCapabilities"] },
        { "DSP1044", ["Xen_ProcessorPool"] },
        { "DSP1045", ["Xen_MemoryPool"] },
        { "DSP1047", ["Xen_DiskPool"] },
        { "DSP1050", ["Xen_NetworkPool"] },
        { "DSP1059", ["Xen_GenericDevicePool"] },
        { "DSP1053", ["Xen_MetricService"] },
        { "DSP1081", ["Xen_VirtualSystemMigrationService"] },
        { "DSP1033", ["Xen_RegisteredProfile"] },
    };

    [Theory]
    [MemberData(nameof(Central))]
    public void Every_instance_of_the_central_classes_conforms_and_each_leads_to_the_other(string document, string[] classes)
    {
        var profile = Profile(document);
        var central = classes.SelectMany(c => All(c).Select(i => i.Path!)).ToHashSet();
        var filter = new AssociationFilter(Conforms, Role: "ConformantStandard", ResultRole: "ManagedElement");

        Assert.NotEmpty(central);
        Assert.Equal(central, Provider.AssociatorNames(InteropRequest, profile, filter).ToHashSet());
        Assert.Equal(central, Provider.Associators(InteropRequest, profile, filter).Select(i => i.Path!).ToHashSet());
        foreach (var element in central)
        {
            var request = Request with { Namespace = element.Namespace! };
            var back = new AssociationFilter("CIM_ElementConformsToProfile", "CIM_RegisteredProfile", "ManagedElement", "ConformantStandard");
            Assert.Contains(profile, Provider.AssociatorNames(request, element, back));
            var link = new CimObjectPath(Conforms, element.Namespace, new CimKey("ConformantStandard", profile), new CimKey("ManagedElement", element));
            Assert.Contains(link, Provider.ReferenceNames(request, element, new AssociationFilter(Conforms)));
            Assert.Equal(link, Get(link).Path);
            Assert.Equal(link.WithNamespace("root/interop"), Get(link.WithNamespace("root/interop")).Path);
        }
        Assert.Equal(0, Convert.ToInt32(Call(profile, out var found), System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(central, found.ToHashSet());
    }

    [Fact]
    public void A_job_conforms_to_job_control_for_as_long_as_it_is_kept()
    {
        using var go = new ManualResetEventSlim();
        Mock.Setup(h => h.Destroy(Samples.Web)).Callback(() => Assert.True(go.Wait(TimeSpan.FromSeconds(30))));
        var central = new AssociationFilter(Conforms, Role: "ConformantStandard", ResultRole: "ManagedElement");
        Assert.Empty(Provider.AssociatorNames(InteropRequest, Profile("DSP1103"), central));

        var (result, output) = Call(GuestPath(Samples.Web), "RequestStateChange", ("RequestedState", CimType.UInt16, (ushort)3));

        Assert.Equal(4096u, result);
        var job = Assert.IsType<CimObjectPath>(output["Job"]?.Value);
        Assert.Equal([job], Provider.AssociatorNames(InteropRequest, Profile("DSP1103"), central));
        Assert.Equal([Profile("DSP1103")], Provider.AssociatorNames(Request, job, new AssociationFilter("CIM_ElementConformsToProfile")));
        go.Set();
    }

    [Fact]
    public void Each_namespace_lists_the_links_that_it_has_an_end_of()
    {
        var (here, there) = (Links(Request), Links(InteropRequest));
        Assert.All(here, l => Assert.Equal("root/virt", ((CimObjectPath)l["ManagedElement"]!).Namespace));
        Assert.Equal(here.Select(l => l.WithNamespace("root/interop")), there.Where(l => ((CimObjectPath)l["ManagedElement"]!).Namespace == "root/virt"));
        Assert.Equal(13, there.Count - here.Count);

        List<CimObjectPath> Links(CimRequest request) => [.. Provider.EnumerateInstanceNames(request, Class(Conforms))];
    }

    [Theory]
    [InlineData("DSP1053", "DSP1042", "DSP1057")]
    [InlineData("DSP1103", "DSP1042", "DSP1057", "DSP1081")]
    public void A_profile_that_several_use_leads_to_each_of_them(string document, params string[] users) =>
        Assert.Equal(users.Select(Profile), Provider.AssociatorNames(InteropRequest, Profile(document),
            new AssociationFilter("CIM_ReferencedProfile", Role: "Antecedent", ResultRole: "Dependent")).OrderBy(p => p.ToString(), StringComparer.Ordinal));

    [Fact]
    public void System_virtualization_refers_to_what_it_is_made_of()
    {
        var referred = Provider.AssociatorNames(InteropRequest, Profile("DSP1042"), new AssociationFilter("Xen_ReferencedProfile", Role: "Dependent", ResultRole: "Antecedent"));
        Assert.Equal(new[] { "DSP1033", "DSP1044", "DSP1045", "DSP1047", "DSP1050", "DSP1053", "DSP1057", "DSP1059", "DSP1081", "DSP1103" }.Select(Profile), referred.OrderBy(p => p.ToString(), StringComparer.Ordinal));
        var scoping = Provider.AssociatorNames(InteropRequest, Profile("DSP1057"), new AssociationFilter("CIM_ReferencedProfile", Role: "Antecedent", ResultRole: "Dependent"));
        Assert.Equal([Profile("DSP1042")], scoping);
        Assert.All(All("Xen_ReferencedProfile"), l => Assert.Equal(l.Path, Get(l.Path!).Path));
    }

    [Fact]
    public void A_profile_is_in_the_Interop_namespace_only()
    {
        Assert.Contains("root/interop", Refused(CimStatus.InvalidClass, () => Provider.EnumerateInstances(Request, Class("Xen_RegisteredProfile")).ToList()).Message, StringComparison.Ordinal);
        Assert.Contains("root/virt", Refused(CimStatus.InvalidClass, () => Provider.EnumerateInstances(InteropRequest, Class("Xen_ComputerSystem")).ToList()).Message, StringComparison.Ordinal);
        Refused(CimStatus.NotFound, () => Get(Profile("DSP9999")));
        Refused(CimStatus.NotFound, () => Call(Profile("DSP9999"), out _));
    }

    private object? Call(CimObjectPath profile, out CimObjectPath[] central)
    {
        var output = new CimArguments();
        var result = Provider.InvokeMethod(InteropRequest, profile, "GetCentralInstances", new CimArguments(), output);
        central = Assert.IsType<CimObjectPath[]>(output["CentralInstances"]?.Value);
        return result;
    }
}
