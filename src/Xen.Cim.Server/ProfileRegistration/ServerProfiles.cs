using Xen.Cim.Model;
using Xen.Cim.Server.Dispatch;
using Xen.Cim.Server.Indications;
using Xen.Cim.Server.Indications.Classes;
using Xen.Cim.Server.Providers;
using Xen.Cim.Server.Repository;

namespace Xen.Cim.Server.ProfileRegistration;

/// <summary>The profile that the server itself implements, Indications (DSP1054), registered beside those of its providers (DSP1033).</summary>
internal sealed class ServerProfiles : InteropProvider
{
    private readonly IProvider _operations;

    public ServerProfiles(CimRepository repository, ProviderDirectory providers, IProvider operations, IndicationService indications)
        : this(new Interop(repository), providers, operations, indications)
    {
    }

    private ServerProfiles(Interop interop, ProviderDirectory providers, IProvider operations, IndicationService indications)
        : base(interop)
    {
        _operations = operations;
        var profile = new IndicationsProfile(interop);
        Serve(providers, "Profiles", [profile],
            [new ElementConformsToProfile(interop, profile, indications), new ReferencedProfile(interop, profile, operations)]);
    }

    // The indication service and the providers' profiles are others' to describe.
    private protected override CimInstance FarEnd(CimRequest request, CimObjectPath path) => _operations.GetInstance(request, path);

    /// <summary>Whether a schema has the classes.</summary>
    public static bool IsPossible(CimRepository repository) =>
        ((string[])[IndicationsProfile.ClassName, ElementConformsToProfile.ClassName, ReferencedProfile.ClassName]).All(c => repository.Get(CimRepository.Interop).FindClass(c) is not null);
}

/// <summary>CIM_RegisteredProfile: that the server's indications follow DSP1054.</summary>
internal sealed class IndicationsProfile : InteropClass
{
    public const string ClassName = "CIM_RegisteredProfile";

    private const string Version = "1.2.0";

    private readonly CimInstance _instance;

    // RegisteredOrganization: DMTF. SpecificationType: Profile. AdvertiseTypes: Not Advertised, as the Interop namespace is where it is told.
    public IndicationsProfile(Interop interop)
        : base(interop, ClassName) => _instance = interop.New(ClassName,
            ("InstanceID", "XenCim:RegisteredProfile/DSP1054"), ("Caption", "Indications Profile"), ("ElementName", $"Indications Profile (DSP1054 {Version})"),
            ("Description", $"What this CIM server has of the DMTF's Indications Profile, DSP1054, in its version {Version}."), ("SpecificationType", 2),
            ("RegisteredOrganization", 2), ("RegisteredName", "Indications"), ("RegisteredVersion", Version), ("AdvertiseTypes", new ushort[] { 2 }));

    public CimObjectPath Path => _instance.Path!;

    public override IEnumerable<CimInstance> All() => [_instance];
}

/// <summary>CIM_ElementConformsToProfile: the profile and its central instance, the indication service.</summary>
internal sealed class ElementConformsToProfile(Interop interop, IndicationsProfile profile, IndicationService indications)
    : InteropAssociation(interop, ClassName, "ConformantStandard", "ManagedElement")
{
    public const string ClassName = "CIM_ElementConformsToProfile";

    public override IEnumerable<CimInstance> All() => [Interop.New(Name, (Left, profile.Path), (Right, indications.Path))];
}

/// <summary>CIM_ReferencedProfile: the profile and what it refers to, Profile Registration, which a provider registers.</summary>
internal sealed class ReferencedProfile(Interop interop, IndicationsProfile profile, IProvider operations)
    : InteropAssociation(interop, ClassName, "Antecedent", "Dependent")
{
    public const string ClassName = "CIM_ReferencedProfile";

    public override IEnumerable<CimInstance> All()
    {
        var (request, referenced) = (new CimRequest { Namespace = Interop.Namespace.Name }, new List<CimObjectPath>());
        operations.EnumerateInstances(request, new CimObjectPath(IndicationsProfile.ClassName, Interop.Namespace.Name), found =>
        {
            if (found.Path is { } path && found["RegisteredName"] is "Profile Registration" && Convert.ToInt32(found["RegisteredOrganization"], System.Globalization.CultureInfo.InvariantCulture) == 2)
                referenced.Add(path);
        });
        return referenced.Select(r => Interop.New(Name, (Left, r), (Right, profile.Path)));
    }

    /// <summary>Only profiles have such links: for other objects no provider is asked.</summary>
    public override IEnumerable<(CimInstance Link, CimObjectPath Far)> Of(CimObjectPath source, AssociationFilter filter) =>
        Interop.IsA(Interop.Namespace.Name, source.ClassName, IndicationsProfile.ClassName) ? base.Of(source, filter) : [];
}
