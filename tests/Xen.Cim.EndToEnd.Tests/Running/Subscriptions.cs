namespace Xen.Cim.EndToEnd.Tests.Running;

/// <summary>Filters, destinations and subscriptions, made with wbemcli as a client does.</summary>
internal static class Subscriptions
{
    /// <summary>Has a listener told of all indications of a class; the names need be of their own only where there are several.</summary>
    /// <param name="source">The namespace that they come from; that of the classes if none is given.</param>
    public static (string Filter, string Destination, string Subscription) Make(string address, string indicationClass, string url, string name = "", string? source = null)
    {
        var (filterName, listenerName) = ("filter" + name, "listener" + name);
        var filter = Create(address, "CIM_IndicationFilter", filterName, $"Query=SELECT * FROM {indicationClass},QueryLanguage=WQL,SourceNamespace={source ?? Wbemcli.Namespace}");
        var destination = Create(address, "CIM_ListenerDestinationCIMXML", listenerName, $"Destination={url}");
        var reference = (string className, string name) => $"root/interop:{className}.CreationClassName=\"{className}\",Name=\"{name}\",SystemCreationClassName=\"CIM_ComputerSystem\",SystemName=\"{Environment.MachineName}\"";
        var (f, d) = (reference("CIM_IndicationFilter", filterName), reference("CIM_ListenerDestinationCIMXML", listenerName));
        var path = Interop(address, $"CIM_IndicationSubscription.Filter={f},Handler={d}");
        Run("ci", path, $"Filter={f},Handler={d}");
        return (filter, destination, path);
    }

    public static string Interop(string address, string path) => $"http://{address}/root/interop:{path}";

    public static void Run(params string[] arguments)
    {
        var result = Wbemcli.Run(arguments);
        Assert.True(result.ExitCode == 0, $"wbemcli {string.Join(' ', arguments)}: {result}");
    }

    private static string Create(string address, string className, string name, string properties)
    {
        var path = Interop(address, $"{className}.CreationClassName=\"{className}\",Name=\"{name}\",SystemCreationClassName=\"CIM_ComputerSystem\",SystemName=\"{Environment.MachineName}\"");
        Run("ci", path, $"CreationClassName={className},Name={name},SystemCreationClassName=CIM_ComputerSystem,SystemName={Environment.MachineName},{properties}");
        return path;
    }
}
