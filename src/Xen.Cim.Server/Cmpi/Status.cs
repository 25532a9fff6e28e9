using Xen.Cim.Cmpi.Abi;
using Xen.Cim.Model;
using Xen.Cim.Server.Cmpi.Objects;

namespace Xen.Cim.Server.Cmpi;

/// <summary>CMPIStatus in both directions.</summary>
internal static unsafe class Status
{
    public static CMPIStatus Ok => default;

    public static CMPIStatus Of(CMPIrc rc) => new() { Rc = rc };

    public static CMPIStatus Of(Exception error) => new() { Rc = RcOf(error), Message = Message(error.Message) };

    public static void Set(CMPIStatus* status, CMPIrc rc)
    {
        if (status is not null)
            *status = Of(rc);
    }

    public static void Set(CMPIStatus* status, Exception error)
    {
        if (status is not null)
            *status = Of(error);
    }

    /// <summary>The text of a provider's status, or null; no pointer that is not ours is followed.</summary>
    public static string? MessageOf(CMPIStatus status) => CmpiObject.From<StringObject>(status.Message)?.Text;

    private static CMPIrc RcOf(Exception error) => error switch
    {
        CimException cim => (CMPIrc)(int)cim.Status,
        CmpiException cmpi => cmpi.Rc,
        OutOfMemoryException => CMPIrc.ErrorSystem,
        _ => CMPIrc.Failed,
    };

    private static CMPIString* Message(string text)
    {
        try
        {
            return StringObject.New(Arena.Current, text);
        }
        catch (OutOfMemoryException)
        {
            return null;
        }
    }
}
