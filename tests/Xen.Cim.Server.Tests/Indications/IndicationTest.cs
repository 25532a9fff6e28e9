using Microsoft.Extensions.Logging.Abstractions;
using Moq;
using Xen.Cim.Model;
using Xen.Cim.Server.Cmpi;
using Xen.Cim.Server.Dispatch;
using Xen.Cim.Server.Indications;
using Xen.Cim.Server.Providers;
using Xen.Cim.Server.Repository;

namespace Xen.Cim.Server.Tests.Indications;

/// <summary>An indication service over the real schema, with a provider of Test_InstModification and Test_Alert in root/virt.</summary>
public abstract class IndicationTest : IAsyncLifetime
{
    protected const string Virt = "root/virt";

    private static readonly CimRequest s_request = new() { Namespace = "root/interop", Principal = "operator" };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("xen-cim-indications");

    private protected Mock<IProvider> Provider { get; } = new();

    private protected Mock<ICmpiIndications> Source => Provider.As<ICmpiIndications>();

    private protected virtual IndicationOptions Options { get; } = new() { RetryInterval = TimeSpan.FromMilliseconds(50), Timeout = Patience.Longest, Sweep = TimeSpan.FromMilliseconds(100) };

    private protected IndicationService Service { get; private set; } = null!;

    private protected ServerOperations Server { get; private set; } = null!;

    protected string Folder => _folder.FullName;

    public ValueTask InitializeAsync()
    {
        _ = Source;
        Restart();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        Service.Dispose();
        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>Another life of the server over the same folder.</summary>
    private protected void Restart(bool withProvider = true)
    {
        Service?.Dispose();
        var repository = new CimRepository();
        var registry = new ProviderRegistry();
        RepositoryLoader.ReadMof(repository, registry, [Path.Combine(Tree, "schema")]);
        RepositoryLoader.AddClasses(repository,
        [
            new("Test_InstModification", "CIM_InstModification"), new("Test_Alert", "CIM_AlertIndication"),
            new("Test_Guest", "CIM_ManagedElement"), new("Test_SpecialGuest", "Test_Guest"),
        ]);
        var providers = new ProviderDirectory(registry);
        foreach (var name in withProvider ? (string[])["Test_InstModification", "Test_Alert"] : [])
            registry.Add(new("test", "Test", Virt, name, ProviderKinds.Indication));
        providers.AddBuiltIn("test", "Test", Provider.Object);
        Service = new IndicationService(repository, providers, Path.Combine(Folder, "indications"), Options, NullLogger.Instance);
        Server = new ServerOperations(repository, providers);
        Service.Start();
    }

    private protected CimObjectPath Create(CimInstance instance) => Server.CreateInstance(s_request, new CimObjectPath(instance.ClassName, "root/interop"), instance);

    private protected CimObjectPath Filter(string query = "SELECT * FROM CIM_InstModification", string name = "filter", string language = "WQL", string? ns = Virt) =>
        Create(New("CIM_IndicationFilter", ("Name", name), ("Query", query), ("QueryLanguage", language), ("SourceNamespace", ns)));

    private protected CimObjectPath Destination(Uri url, string name = "listener") =>
        Create(New("CIM_ListenerDestinationCIMXML", ("Name", name), ("Destination", url.ToString())));

    private protected CimObjectPath Subscribe(CimObjectPath filter, CimObjectPath destination, params (string, object?)[] more) =>
        Create(New("CIM_IndicationSubscription", [("Filter", filter), ("Handler", destination), .. more]));

    private protected void Modify(CimObjectPath path, params (string, object?)[] changes) =>
        Server.ModifyInstance(s_request, path, New(path.ClassName, changes));

    private protected void Delete(CimObjectPath path) => Server.DeleteInstance(s_request, path);

    private protected CimInstance Get(CimObjectPath path) => Server.GetInstance(s_request, path);

    private protected List<CimObjectPath> Names(string className)
    {
        var names = new List<CimObjectPath>();
        Server.EnumerateInstanceNames(s_request, new CimObjectPath(className, "root/interop"), names.Add);
        return names;
    }

    private protected List<CimObjectPath> Associated(CimObjectPath source, AssociationFilter? filter = null)
    {
        var names = new List<CimObjectPath>();
        Server.AssociatorNames(s_request, source, filter ?? AssociationFilter.None, names.Add);
        return names;
    }

    private protected List<CimObjectPath> References(CimObjectPath source, AssociationFilter? filter = null)
    {
        var names = new List<CimObjectPath>();
        Server.ReferenceNames(s_request, source, filter ?? AssociationFilter.None, names.Add);
        return names;
    }

    /// <summary>Test_InstModification about a guest.</summary>
    private protected static CimInstance Modification(string guest = "a", string guestClass = "Test_Guest")
    {
        var source = New(guestClass, ("ElementName", guest));
        var indication = New("Test_InstModification", ("IndicationIdentifier", guest));
        indication.Set("SourceInstance", CimType.String, false, source, CimPropertyFlags.EmbeddedObject);
        return indication;
    }

    private protected static CimInstance New(string className, params (string Name, object? Value)[] values)
    {
        var instance = new CimInstance(className);
        foreach (var (name, value) in values)
        {
            if (value is not null)
                instance.Set(name, value is CimObjectPath ? CimType.Reference : CimType.String, false, value);
        }
        return instance;
    }

    private protected static Task EventuallyAsync(Func<bool> condition, string what) => Patience.UntilAsync(condition, what);

    private protected static CimException Refused(CimStatus status, Action call)
    {
        var refusal = Assert.Throws<CimException>(call);
        Assert.True(refusal.Status == status, $"{refusal.Status}: {refusal.Message}");
        return refusal;
    }

    internal static string Tree
    {
        get
        {
            var root = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(root, "Xen.Cim.sln")))
                root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("The tests run outside of the source tree.");
            return root;
        }
    }
}
