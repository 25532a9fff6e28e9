namespace Xen.Cim.EndToEnd.Tests.Running;

/// <summary>A server on a fresh simulated host, for the tests of one class.</summary>
public sealed class SimulatedHostFixture : IDisposable
{
    private readonly Lazy<CimServerProcess> _server = new(() => CimServerProcess.Start());
    private readonly Lazy<CimXml> _xml;

    public SimulatedHostFixture() => _xml = new(() => new CimXml(Server.Address));

    public CimServerProcess Server => _server.Value;

    public Wbemcli Wbemcli => new(Server.Address);

    public CimXml Xml => _xml.Value;

    public void Dispose()
    {
        if (_xml.IsValueCreated)
            _xml.Value.Dispose();
        if (_server.IsValueCreated)
            _server.Value.Dispose();
    }
}

/// <summary>The guests of the simulated host.</summary>
internal static class SimulatedGuests
{
    public const string Web = "8f1c2d3e-4b5a-4c6d-9e7f-000000000001";
    public const string Database = "8f1c2d3e-4b5a-4c6d-9e7f-000000000002";
    public const string Windows = "8f1c2d3e-4b5a-4c6d-9e7f-000000000003";
    public const string Build = "8f1c2d3e-4b5a-4c6d-9e7f-000000000004";
}
