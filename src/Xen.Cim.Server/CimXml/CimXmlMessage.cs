using Xen.Cim.Model;

namespace Xen.Cim.Server.CimXml;

/// <summary>A request as it came, before anything is looked up.</summary>
public sealed record CimXmlMessage(string Id, CimXmlCall Call)
{
    /// <summary>All operations of a MULTIREQ, <see cref="Call"/> the first of them; empty for a SIMPLEREQ.</summary>
    public IReadOnlyList<CimXmlCall> Batch { get; init; } = [];

    /// <summary>The version that the client speaks; answers repeat it.</summary>
    public string DtdVersion { get; init; } = "2.0";

    public string CimVersion { get; init; } = "2.0";

    public string ProtocolVersion { get; init; } = "1.0";
}

/// <summary>One operation of a request.</summary>
/// <param name="Name">Operation or method name.</param>
/// <param name="Namespace">"root/virt".</param>
/// <param name="Arguments">
/// What the parameters hold: null (no value), <see cref="string"/> (VALUE, untyped), <c>object?[]</c> (VALUE.ARRAY,
/// VALUE.REFARRAY), <see cref="CimObjectPath"/> (instance path), <see cref="XmlClassPath"/>, <see cref="CimInstance"/>,
/// <see cref="CimClass"/>, or <see cref="XmlUnread"/>.
/// </param>
public abstract record CimXmlCall(string Name, string Namespace, IReadOnlyList<XmlArgument> Arguments);

/// <summary>IMETHODCALL.</summary>
public sealed record IntrinsicCall(string Name, string Namespace, IReadOnlyList<XmlArgument> Arguments)
    : CimXmlCall(Name, Namespace, Arguments);

/// <summary>METHODCALL.</summary>
public sealed record ExtrinsicCall(string Name, string Namespace, CimObjectPath Target, bool TargetIsClass, IReadOnlyList<XmlArgument> Arguments)
    : CimXmlCall(Name, Namespace, Arguments);

/// <param name="Type">PARAMTYPE, when the client sent a known one.</param>
public sealed record XmlArgument(string Name, object? Value, CimType? Type = null);

/// <summary>A path that names a class and not an instance.</summary>
public sealed record XmlClassPath(CimObjectPath Path);

/// <summary>A value of a kind that no operation of this server takes; its element's name.</summary>
public sealed record XmlUnread(string Element);
