using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.Migration;

/// <summary>A host of the lab, with a CIM server that manages it.</summary>
public sealed record XenPeer(XenLabHost Lab, Wbemcli Wbemcli)
{
    /// <summary>What the other one calls it.</summary>
    public string Name => Lab.Name;

    public bool Has(string uuid) => Lab.TryVirsh("dominfo", uuid).ExitCode == 0;

    public GuestReport WaitFor(string guest, Func<GuestReport, bool> condition, string what) => Lab.WaitFor(guest, condition, what);
}

/// <summary>The two hosts of the lab, each with a CIM server of its own.</summary>
public sealed class XenPairFixture : IDisposable, IEmulatedHost
{
    private readonly List<CimServerProcess> _servers = [];
    private readonly Lazy<XenPeer> _here;
    private readonly Lazy<XenPeer> _there;
    private readonly XenLabFixture _lab;

    public XenPairFixture(XenLabFixture lab)
    {
        ArgumentNullException.ThrowIfNull(lab);
        _lab = lab;
        _here = new(() => Serve(lab.Host, lab.Second));
        _there = new(() => Serve(lab.Second, lab.Host));
    }

    public XenPeer Here => _here.Value;

    public XenPeer There => _there.Value;

    public int LostGuests => _lab.LostGuests;

    public void Dispose()
    {
        foreach (var server in _servers)
            server.Dispose();
    }

    // libvirt's port in a lab has another address here than in the other lab.
    private XenPeer Serve(XenLabHost host, XenLabHost other)
    {
        var server = CimServerProcess.Start(host.Uri, configuration: $"migration_uri = xen+tcp://{{host}}/system\nmigration_check_uri = {other.Uri}\n");
        _servers.Add(server);
        return new(host, new Wbemcli(server.Address));
    }
}
