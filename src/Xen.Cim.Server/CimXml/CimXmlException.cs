namespace Xen.Cim.Server.CimXml;

/// <summary>
/// A message that is no CIM-XML request: answered with an HTTP error and its <c>CIMError</c> header, not with a CIM
/// status (DSP0200 6.3).
/// </summary>
/// <param name="httpStatus">400, 501 or 510.</param>
/// <param name="cimError">One of the CIMError values of DSP0200 6.3.4, e.g. <c>request-not-valid</c>; null when the HTTP status says it all.</param>
public sealed class CimXmlException(int httpStatus, string? cimError, string message, Exception? inner = null) : Exception(message, inner)
{
    public int HttpStatus { get; } = httpStatus;

    public string? CimError { get; } = cimError;

    /// <summary>The bytes are not an XML document.</summary>
    public static CimXmlException NotWellFormed(string message, Exception? inner = null) => new(400, "request-not-well-formed", message, inner);

    /// <summary>The XML document is not a CIM-XML request.</summary>
    public static CimXmlException NotValid(string message, Exception? inner = null) => new(400, "request-not-valid", message, inner);

    public static CimXmlException HeaderMismatch(string message) => new(400, "header-mismatch", message);
}
