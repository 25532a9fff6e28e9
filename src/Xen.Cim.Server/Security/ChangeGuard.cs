using Xen.Cim.Model;
using Xen.Cim.Server.CimXml;

namespace Xen.Cim.Server.Security;

/// <summary>
/// What every operation that changes something passes, whichever provider serves it: only operators may, and one line in
/// the log tells who did what from where with what result.
/// </summary>
public sealed class ChangeGuard(Operators operators, ILogger audit)
{
    /// <summary>The name of the log that has the lines.</summary>
    public const string Category = "Xen.Cim.Audit";

    private const int LongestLine = 500;

    public static bool Changes(CimXmlCall call) => call is ExtrinsicCall ? Operators.Changes(call.Name) : Operators.ChangesIntrinsic(call.Name);

    /// <exception cref="CimException">ACCESS_DENIED: the caller is no operator.</exception>
    public void Demand(Caller caller, CimXmlCall call)
    {
        if (!caller.MayChange)
            operators.Demand(caller.Name, Describe(call));
    }

    public void Tell(Caller caller, CimXmlCall call, string result) =>
        audit.LogInformation("{Caller}: {Change}: {Result}", caller, Describe(call), result);

    // Names and keys are the client's; one change is one line, whatever is in them.
    private static string Describe(CimXmlCall call)
    {
        object? target = call is ExtrinsicCall extrinsic ? extrinsic.Target : call.Arguments.Select(a => a.Value).FirstOrDefault(v => v is CimObjectPath or XmlClassPath or CimInstance or CimClass or CimQualifierDeclaration)
            ?? call.Arguments.Where(a => a.Name.Equals("QualifierName", StringComparison.OrdinalIgnoreCase)).Select(a => a.Value).FirstOrDefault();
        var text = target switch
        {
            CimObjectPath path => path.ToString(),
            XmlClassPath path => path.Path.ClassName,
            CimInstance { Path: { } path } => path.ToString(),
            CimInstance instance => instance.ClassName,
            CimClass cimClass => cimClass.Name,
            CimQualifierDeclaration declaration => declaration.Name,
            string name => name,
            _ => "",
        };
        return CimXmlText.OneLine($"{call.Name} {text} in {call.Namespace}", LongestLine);
    }
}
