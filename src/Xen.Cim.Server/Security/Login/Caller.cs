namespace Xen.Cim.Server.Security;

/// <summary>Who sent a request.</summary>
/// <param name="Name">The user, as providers are told; empty where nobody is asked who he is.</param>
/// <param name="Address">Where he is.</param>
/// <param name="MayChange">He may change things whatever the list of operators says: it is the server's own user, or nobody is asked.</param>
public sealed record Caller(string Name, string Address, bool MayChange)
{
    /// <summary>The languages that the request's answer may be in; empty for any.</summary>
    public string AcceptLanguage { get; init; } = "";

    public override string ToString() => $"{(Name.Length == 0 ? "(no user)" : Name)} at {Address}";
}
