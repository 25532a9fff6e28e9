using System.Runtime.ExceptionServices;
using Xen.Cim.Cmpi.Abi;
using Xen.Cim.Model;

namespace Xen.Cim.Server.Cmpi;

/// <summary>
/// Where the results of one call go. What a callback throws stays here until the provider has returned: nothing may
/// unwind through the provider's frames.
/// </summary>
internal sealed class ResultSink(CimRequest request)
{
    private ExceptionDispatchInfo? _failure;

    public Action<CimInstance>? OnInstance { get; init; }

    public Action<CimObjectPath>? OnPath { get; init; }

    public Action<TypedValue>? OnData { get; init; }

    public bool IsDone { get; set; }

    /// <summary>The errors that the provider returned as objects.</summary>
    public List<string> Errors { get; } = [];

    public CMPIrc Push(CimInstance instance) => Push(OnInstance, instance);

    public CMPIrc Push(CimObjectPath path) => OnPath is null && OnData is not null
        ? Push(OnData, new TypedValue(CMPIType.Ref, path))
        : Push(OnPath, path);

    public CMPIrc Push(TypedValue value) => value.Value switch
    {
        CimInstance instance when OnData is null => Push(instance),
        CimObjectPath path when OnData is null => Push(path),
        _ => Push(OnData, value),
    };

    public void ThrowIfFailed() => _failure?.Throw();

    private CMPIrc Push<T>(Action<T>? callback, T result)
    {
        if (_failure is not null)
            return CMPIrc.Failed;
        if (callback is null)
            return CMPIrc.NotSupported;
        if (IsDone)
            return CMPIrc.Failed;
        try
        {
            request.Cancellation.ThrowIfCancellationRequested();
            callback(result);
            return CMPIrc.Ok;
        }
        catch (Exception e)
        {
            _failure = ExceptionDispatchInfo.Capture(e);
            return CMPIrc.Failed;
        }
    }
}
