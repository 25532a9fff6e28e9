using System.Net.Sockets;
using Xen.Cim.Model;
using Xen.Cim.Server.Cmpi;

namespace Xen.Cim.Server.Agents;

/// <summary>The agent's own program: <c>agent LIBRARY DIRECTORY…</c>, with the channel as descriptor 3.</summary>
internal static class AgentProgram
{
    /// <summary>Serves until the server is gone.</summary>
    public static int Run(string[] arguments)
    {
        if (arguments.Length < 2)
            return 2;
        AgentChannel? channel = null;
        using var socket = new Socket(new SafeSocketHandle(AgentProcess.Channel, ownsHandle: true));
        var services = new AgentServices((operation, write, cancellation, item) => channel!.Call(operation, write, cancellation, item));
        var logger = new AgentLogger(services);
        var loader = new CmpiProviderLoader(arguments[1..], services, logger);
        channel = new(socket, call => Answer(loader, arguments[0], call));
        channel.Run(_ => new CimException(CimStatus.Failed, "The server has ended."));
        // The server is gone. A provider that hangs now does not keep the process.
        _ = Task.Run(() => loader.Unload(terminating: true)).Wait(TimeSpan.FromSeconds(1));
        ProcessEnd.Leave(0);
        return 0;
    }

    private static void Answer(CmpiProviderLoader loader, string library, AgentChannel.IncomingCall call)
    {
        var arguments = call.Arguments;
        var provider = arguments.Text();
        if (call.Operation == AgentOperation.Unload)
        {
            call.Reply.Flag(loader.Unload(arguments.Flag()));
            return;
        }
        var loaded = loader.Load(library, provider ?? "");
        if (call.Operation == AgentOperation.Load || ProviderSkeleton.Run(loaded, call))
            return;
        var indications = (ICmpiIndications)loaded;
        var request = arguments.Request() with { Cancellation = call.Cancellation };
        var source = arguments.Path();
        switch (call.Operation)
        {
            case AgentOperation.AuthorizeFilter:
                indications.AuthorizeFilter(request, arguments.Required(), arguments.Required(), arguments.Required(), source, arguments.Required());
                break;
            case AgentOperation.MustPoll:
                call.Reply.Flag(indications.MustPoll(request, arguments.Required(), arguments.Required(), arguments.Required(), source));
                break;
            case AgentOperation.ActivateFilter:
                indications.ActivateFilter(request, arguments.Required(), arguments.Required(), arguments.Required(), source, arguments.Flag());
                break;
            case AgentOperation.DeactivateFilter:
                indications.DeactivateFilter(request, arguments.Required(), arguments.Required(), arguments.Required(), source, arguments.Flag());
                break;
            case AgentOperation.EnableIndications:
                indications.EnableIndications();
                break;
            case AgentOperation.DisableIndications:
                indications.DisableIndications();
                break;
            default:
                throw CimException.NotSupported($"An agent has no {call.Operation}.");
        }
    }
}
