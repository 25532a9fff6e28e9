namespace Xen.Cim.EndToEnd.Tests.Running;

/// <summary>A server on a fresh simulated host, for the tests of one class.</summary>
public sealed class SimulatedHostFixture : IDisposable
{
    private readonly Lazy<CimServerProcess> _server = new(() => CimServerProcess.Start());
    private readonly Lazy<CimXml> _xml;
    private readonly Lazy<IReadOnlyList<PrintedInstance>> _links;

    public SimulatedHostFixture()
    {
        _xml = new(() => new CimXml(Server.Address));
        _links = new(() =>
        {
            MeasureTwice();
            return [.. Stage.Associations.SelectMany(Wbemcli.Instances)];
        });
    }

    public CimServerProcess Server => _server.Value;

    public Wbemcli Wbemcli => new(Server.Address);

    public CimXml Xml => _xml.Value;

    /// <summary>The instances of all associations as they were when first asked for: for tests that change nothing.</summary>
    public IReadOnlyList<PrintedInstance> Links => _links.Value;

    /// <summary>What is measured over time is there from the second reading on: waits until it is, and nothing else comes.</summary>
    public void MeasureTwice()
    {
        var before = 0;
        Eventually.True(() =>
        {
            var names = Wbemcli.Names("Xen_BaseMetricValue");
            (var was, before) = (before, names.Count);
            return was == before && names.Any(n => n.Contains("GuestProcessorUtilization", StringComparison.Ordinal));
        }, "the guests and the host were read twice");
    }

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
