using Xen.Cim.Model;
using Xen.Cim.Server.CimXml;
using Xen.Cim.Server.Enumerations;
using Xen.Cim.Server.Http;
using Xen.Cim.Server.Repository;
using Xen.Cim.Server.Security;

namespace Xen.Cim.Server.Dispatch;

/// <summary>Takes a request to its operation and its outcome to the response; nothing gets past it.</summary>
public sealed class CimDispatcher(CimRepository repository, ServerOperations operations, EnumerationContexts enumerations, RepositoryChanges repositoryChanges, WorkerPool pool, TimeSpan deadline, ChangeGuard guard, ILogger logger)
{
    // CMPIFlags.
    private static readonly Dictionary<string, uint> s_flags = new(StringComparer.OrdinalIgnoreCase)
    {
        ["LocalOnly"] = 1,
        ["DeepInheritance"] = 2,
        ["IncludeQualifiers"] = 4,
        ["IncludeClassOrigin"] = 8,
    };

    private ulong _answers;

    /// <summary>The operation that answers a call, or null when this server has none of that name.</summary>
    public static Operation? Find(CimXmlCall call) =>
        call is ExtrinsicCall ? OperationTable.Extrinsic : OperationTable.Intrinsic.GetValueOrDefault(call.Name);

    /// <summary>Runs a call. When this returns the response is complete or failed.</summary>
    /// <param name="caller">Who asks, and from where.</param>
    /// <param name="aborted">The client is gone.</param>
    public async Task ExecuteAsync(CimXmlMessage message, CimResponse response, Caller caller, CancellationToken aborted)
    {
        if (!ChangeGuard.Changes(message.Call))
        {
            await RunAsync(message, response, caller, changes: false, aborted).ConfigureAwait(false);
            return;
        }
        await RunAsync(message, response, caller, changes: true, aborted).ConfigureAwait(false);
        guard.Tell(caller, message.Call, response.Outcome);
    }

    private async Task RunAsync(CimXmlMessage message, CimResponse response, Caller caller, bool changes, CancellationToken aborted)
    {
        var call = message.Call;
        // Not disposed when a call is abandoned: its provider may still look at the token.
        var end = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        end.CancelAfter(deadline);
        try
        {
            repository.Get(call.Namespace);
            var operation = Find(call) ?? throw CimException.NotSupported($"This server has no operation {CimXmlText.Shorten(call.Name)}.");
            var request = new CimRequest
            {
                Namespace = call.Namespace,
                Principal = caller.Name,
                InvocationFlags = FlagsOf(call),
                AcceptLanguage = caller.AcceptLanguage,
                // Who changes something reads again what he has changed.
                Answer = changes ? 0 : Interlocked.Increment(ref _answers),
                Cancellation = end.Token,
            };
            var context = new OperationContext(call, request, repository, operations, enumerations, repositoryChanges, response);
            // Whether a user is an operator may take the system a while to find out.
            if (operation.ReachesProviders || changes)
                await pool.RunAsync(() => Run(operation, context, caller, changes), end.Token).ConfigureAwait(false);
            else
                operation.Run(context);
            response.Complete();
            end.Dispose();
        }
        catch (OperationCanceledException) when (aborted.IsCancellationRequested)
        {
            response.Fail(CimStatus.Failed, "The client has closed the connection.");
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            logger.LogError("{Operation} in {Namespace} was not done within {Seconds} s", call.Name, call.Namespace, deadline.TotalSeconds);
            response.Fail(CimStatus.Failed, $"{call.Name} was not done within {deadline.TotalSeconds:0.#} s; it may still take effect.");
        }
        catch (CimException e)
        {
            response.Fail(e.Status, e.Message);
            end.Dispose();
        }
        catch (Exception e)
        {
            logger.LogError(e, "{Operation} in {Namespace} failed", call.Name, call.Namespace);
            response.Fail(CimStatus.Failed, $"{call.Name} failed: {e.Message}");
            end.Dispose();
        }
    }

    // What an operation makes of a flag is its own affair; providers learn which were set.
    private static uint FlagsOf(CimXmlCall call) => call is not IntrinsicCall ? 0 : call.Arguments.Aggregate(0u, (flags, argument) =>
        s_flags.TryGetValue(argument.Name, out var flag) && argument.Value is string text && bool.TryParse(text.AsSpan().Trim(), out var set) && set ? flags | flag : flags);

    private void Run(Operation operation, OperationContext context, Caller caller, bool changes)
    {
        if (changes)
            guard.Demand(caller, context.Call);
        operation.Run(context);
    }
}
