using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>Xen_RegisteredProfile: the profiles that we implement, in the server's Interop namespace (DSP1033).</summary>
public sealed class RegisteredProfile : InstanceIdProvider<Profile>
{
    private const string Prefix = "Xen:RegisteredProfile/";

    private readonly Func<IEnumerable<Association>> _associations;

    /// <param name="associations">All rows; those of Xen_ElementConformsToProfile lead to the central instances.</param>
    public RegisteredProfile(Func<IEnumerable<Association>> associations)
        : base(Xen_RegisteredProfile.Layout)
    {
        _associations = associations;
        Methods[Xen_RegisteredProfile.GetCentralInstancesMethod.Name] = GetCentralInstances;
    }

    public override string Namespace => InteropNamespace;

    public override IEnumerable<Profile> Enumerate() => Profiles.All;

    public override string IdOf(Profile profile) => Prefix + profile.Document;

    public override Profile? FindById(string instanceId) => Profiles.All.FirstOrDefault(p => IdOf(p) == instanceId);

    protected override CimInstance Describe(Profile profile, CimRequest request) => new Xen_RegisteredProfile
    {
        InstanceID = IdOf(profile),
        Caption = $"{profile.Name} Profile",
        Description = $"What this implementation has of the DMTF's {profile.Name} Profile, {profile.Document}, in its version {profile.Version}.",
        ElementName = $"{profile.Name} Profile ({profile.Document} {profile.Version})",
        SpecificationType = CIM_RegisteredProfile.SpecificationTypeValue.Profile,
        RegisteredOrganization = CIM_RegisteredSpecification.RegisteredOrganizationValue.DMTF,
        RegisteredName = profile.Name,
        RegisteredVersion = profile.Version,
        // Neither SLP nor WS-Identify tells of it: the Interop namespace does.
        AdvertiseTypes = [CIM_RegisteredSpecification.AdvertiseTypesValue.Not_Advertised],
    };

    private object? GetCentralInstances(CimRequest request, CimObjectPath path, CimArguments input, CimArguments output)
    {
        Require(path);
        CimObjectPath[] central =
        [
            .. _associations().Where(a => a.Layout == Xen_ElementConformsToProfile.Layout).SelectMany(a => a.LinksOf(path, fromLeft: true)).Select(l => l.Right),
        ];
        output.Set("CentralInstances", CimType.Reference, isArray: true, central);
        return (byte)0;
    }
}
