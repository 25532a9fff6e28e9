using Microsoft.Extensions.Logging.Abstractions;
using Moq;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers.Tests;

/// <summary>A provider on a pretended host, and short ways to ask it.</summary>
public abstract class ProviderTest : IDisposable
{
    internal static readonly CimRequest Request = new() { Namespace = "root/virt" };

    private XenCimProvider? _provider;

    internal PretendedHost Host { get; } = new();

    internal Mock<IHypervisor> Mock => Host.Mock;

    /// <summary>The clock by which statistics are old.</summary>
    internal PretendedTime Time { get; } = new();

    internal virtual ProviderOptions Options => new() { InCallWait = TimeSpan.FromSeconds(10), Time = Time };

    internal XenCimProvider Provider => _provider ??= new XenCimProvider(Mock.Object, Options, NullLoggerFactory.Instance);

    internal static readonly CimRequest InteropRequest = new() { Namespace = "root/interop" };

    internal static CimObjectPath Class(string name) => new(name, "root/virt");

    /// <summary>A request in the home of a class; that of the guests for one that is not ours.</summary>
    internal CimRequest AtHome(string @class) => Request with { Namespace = Provider.Classes.FirstOrDefault(c => c.ClassName == @class)?.Namespace ?? "root/virt" };

    internal static CimObjectPath Path(string @class, params (string Key, object Value)[] keys) =>
        new(@class, "root/virt", [.. keys.Select(k => new CimKey(k.Key, k.Value))]);

    internal static CimObjectPath GuestPath(Guid uuid) => GuestPath(uuid.ToString("D"));

    internal static CimObjectPath GuestPath(string name) =>
        Path("Xen_ComputerSystem", ("CreationClassName", "Xen_ComputerSystem"), ("Name", name));

    internal static CimObjectPath ConfigurationPath(Guid uuid, string kind) => Path("Xen_VirtualSystemSettingData", ("InstanceID", $"Xen:{uuid}/{kind}"));

    internal static CimObjectPath SettingPath(string @class, Guid uuid, string kind, string device) => Path(@class, ("InstanceID", $"Xen:{uuid}/{kind}/{device}"));

    internal static CimObjectPath DevicePath(string @class, Guid uuid, string device) => Path(@class, ("SystemCreationClassName", "Xen_ComputerSystem"),
        ("SystemName", uuid.ToString("D")), ("CreationClassName", @class), ("DeviceID", device));

    internal static CimObjectPath HostDevicePath(string @class, string device) => Path(@class, ("SystemCreationClassName", "Xen_HostComputerSystem"),
        ("SystemName", "xenhost.example"), ("CreationClassName", @class), ("DeviceID", device));

    internal static CimObjectPath HostPath => Path("Xen_HostComputerSystem", ("CreationClassName", "Xen_HostComputerSystem"), ("Name", "xenhost.example"));

    internal static CimObjectPath Service => Path("Xen_VirtualSystemManagementService",
        ("SystemCreationClassName", "Xen_HostComputerSystem"), ("SystemName", "xenhost.example"),
        ("CreationClassName", "Xen_VirtualSystemManagementService"), ("Name", "VirtualSystemManagementService"));

    internal List<CimInstance> All(string @class) => [.. Provider.EnumerateInstances(AtHome(@class), Class(@class))];

    internal CimInstance Get(CimObjectPath path) => Provider.GetInstance(path.Namespace == InteropRequest.Namespace ? InteropRequest : Request, path);

    internal T Get<T>(CimObjectPath path)
        where T : CimInstance, new() => Get(path).As<T>();

    internal T Setting<T>(Guid uuid, string kind, string device)
        where T : CimInstance, new() => Get<T>(SettingPath(new T().ClassName, uuid, kind, device));

    internal (uint Return, CimArguments Output) Call(CimObjectPath path, string method, params (string Name, CimType Type, object? Value)[] arguments)
    {
        var (input, output) = (new CimArguments(), new CimArguments());
        foreach (var (name, type, value) in arguments)
            input.Set(name, type, value is Array, value);
        var result = Provider.InvokeMethod(Request, path, method, input, output);
        return (Assert.IsType<uint>(result), output);
    }

    /// <summary>Asks for a state by number.</summary>
    internal (uint Return, CimArguments Output) Ask(CimObjectPath guest, ushort state, object? timeout = null) =>
        Call(guest, "RequestStateChange", ("RequestedState", CimType.UInt16, state), ("TimeoutPeriod", CimType.DateTime, timeout));

    /// <summary>Defines a guest and answers its UUID.</summary>
    internal Guid Define(object? system, object? resources = null, CimObjectPath? reference = null)
    {
        var (result, output) = Call(Service, "DefineSystem", ("SystemSettings", CimType.String, system),
            ("ResourceSettings", CimType.String, resources), ("ReferenceConfiguration", CimType.Reference, reference));
        Assert.Equal(0u, result);
        var path = Assert.IsType<CimObjectPath>(output["ResultingSystem"]?.Value);
        return Guid.Parse(path.GetString("Name")!);
    }

    internal (uint Return, CimArguments Output) ModifyResources(params object[] settings) =>
        Call(Service, "ModifyResourceSettings", ("ResourceSettings", CimType.String, settings));

    internal (uint Return, CimArguments Output) AddResources(CimObjectPath configuration, params object[] settings) =>
        Call(Service, "AddResourceSettings", ("AffectedConfiguration", CimType.Reference, configuration), ("ResourceSettings", CimType.String, settings));

    internal (uint Return, CimArguments Output) RemoveResources(params CimObjectPath[] settings) =>
        Call(Service, "RemoveResourceSettings", ("ResourceSettings", CimType.Reference, settings));

    internal (uint Return, CimArguments Output) ModifySystem(object settings) =>
        Call(Service, "ModifySystemSettings", ("SystemSettings", CimType.String, settings));

    internal static CimException Refused(CimStatus status, Func<object?> call)
    {
        var error = Assert.Throws<CimException>(call);
        Assert.True(status == error.Status, $"{error.Status} instead of {status}: {error.Message}");
        Assert.InRange(error.Message.Length, 10, 2000);
        return error;
    }

    internal static void Eventually(Func<bool> arrived)
    {
        var until = DateTime.UtcNow.AddSeconds(20);
        while (!arrived() && DateTime.UtcNow < until)
            Thread.Sleep(20);
        Assert.True(arrived(), "It did not come within 20 seconds.");
    }

    /// <summary>The lines in which two texts differ, old and new, in order.</summary>
    internal static string[] Differences(string before, string after)
    {
        static List<string> Parts(string xml) => [.. xml.Replace(">", ">\n", StringComparison.Ordinal).Replace("<", "\n<", StringComparison.Ordinal)
            .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
        var (old, @new) = (Parts(before), Parts(after));
        foreach (var same in old.ToList())
        {
            if (@new.Remove(same))
                old.Remove(same);
        }
        return [.. old.Select(o => "-" + o), .. @new.Select(n => "+" + n)];
    }

    /// <summary>What a test leaves behind besides its provider.</summary>
    protected virtual void Clean()
    {
    }

    public void Dispose()
    {
        _provider?.Dispose();
        Clean();
        GC.SuppressFinalize(this);
    }
}
