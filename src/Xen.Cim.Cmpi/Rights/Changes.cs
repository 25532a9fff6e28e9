using Xen.Cim.Model;

namespace Xen.Cim.Cmpi;

/// <summary>What every operation that changes something goes through: only operators may, and the system's log tells who did what with what result.</summary>
internal sealed class Changes(Operators operators, Action<string> audit)
{
    public T Make<T>(CimRequest request, string operation, CimObjectPath target, Func<T> change)
    {
        var what = $"{operation} on {target}";
        try
        {
            operators.Demand(request.Principal, what);
            var result = change();
            Tell(request.Principal, what, result is null or CimObjectPath ? "done" : $"answered {CimValue.Format(result)}");
            return result;
        }
        catch (CimException error)
        {
            Tell(request.Principal, what, $"{error.Status}: {error.Message}");
            throw;
        }
        catch (Exception error)
        {
            Tell(request.Principal, what, $"failed: {error.Message}");
            throw;
        }
    }

    public void Make(CimRequest request, string operation, CimObjectPath target, Action change) => Make<object?>(request, operation, target, () =>
    {
        change();
        return null;
    });

    // Names and keys are the client's; one change is one line, whatever is in them.
    private void Tell(string principal, string what, string result) => audit(string.Create(null, $"{(principal.Length == 0 ? "(no user)" : principal)}: {what}: {result}")
        .ReplaceLineEndings(" ").Replace('\0', ' '));
}
