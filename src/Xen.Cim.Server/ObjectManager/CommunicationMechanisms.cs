using System.Net;
using Xen.Cim.Model;
using Xen.Cim.Server.Indications;
using Xen.Cim.Server.Indications.Classes;

namespace Xen.Cim.Server.ObjectManager;

/// <summary>CIM_ObjectManagerCommunicationMechanism: how clients reach the server, and what they can ask of it.</summary>
internal sealed class CommunicationMechanisms : InteropClass
{
    public const string ClassName = "CIM_ObjectManagerCommunicationMechanism";

    // FunctionalProfilesSupported: everything from Basic Read to Pulled Query Execution.
    private static readonly ushort[] s_profiles = [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

    // AuthenticationMechanismsSupported: None, Basic. AdvertiseTypes: Not Advertised.
    private const ushort None = 2, Basic = 3, NotAdvertised = 2;

    private readonly CimInstance[] _instances;

    public CommunicationMechanisms(Interop interop, ServerOptions options)
        : base(interop, ClassName)
    {
        var ways = new List<(string Name, string Text, IPEndPoint At)> { ("http", "CIM-XML over HTTP", options.Listen) };
        if (options.ListenTls is { } tls)
            ways.Add(("https", "CIM-XML over HTTPS", tls));
        _instances = ways.Select(w => interop.New(ClassName,
            ("SystemCreationClassName", Interop.SystemClass), ("SystemName", Interop.SystemName), ("CreationClassName", ClassName), ("Name", w.Name),
            ("ElementName", w.Text), ("Caption", w.Text), ("Description", $"{w.Text} at {w.At}"), ("CommunicationMechanism", 2), ("FunctionalProfilesSupported", s_profiles),
            ("MultipleOperationsSupported", true), ("AuthenticationMechanismsSupported", new[] { options.NeedsPassword ? Basic : None }),
            ("AdvertiseTypes", new[] { NotAdvertised }), ("Version", "1.0"),
            ("EnabledState", 2), ("RequestedState", 12), ("OperationalStatus", new ushort[] { 2 }), ("HealthState", 5))).ToArray();
    }

    public override IEnumerable<CimInstance> All() => _instances;
}
