using Xen.Cim.Generator.Schema;

namespace Xen.Cim.Generator.Emit;

/// <summary>C# types and conversions of one value between its typed and its stored form.</summary>
/// <param name="map">Full name of the value's enum; null when it has none.</param>
internal sealed class Accessors(SchemaValue value, string? map)
{
    private readonly string _stored = Names.Stored(value);

    /// <summary>The type that callers see; nullable, since every CIM value may be NULL.</summary>
    public string Type => (map ?? _stored) + (value.IsArray ? "[]?" : "?");

    /// <summary>An expression that turns a stored object into the typed form.</summary>
    public string Read(string stored) => (value.IsArray, map is not null, IsStruct) switch
    {
        (false, true, _) => $"({map}?){Names.Model}CimTyped.Scalar<{_stored}>({stored})",
        (false, false, true) => $"{Names.Model}CimTyped.Scalar<{_stored}>({stored})",
        (false, false, false) => _stored == "object" ? stored : $"{stored} as {_stored}",
        (true, true, _) => $"{Names.Model}CimTyped.Array<{_stored}, {map}>({stored}, {Names.Literal(value.Name)}, static v => ({map})v)",
        (true, false, true) => $"{Names.Model}CimTyped.Array<{_stored}>({stored}, {Names.Literal(value.Name)})",
        (true, false, false) => $"{stored} as {_stored}[]",
    };

    /// <summary>An expression that turns the typed form into the object that is stored.</summary>
    public string Write(string typed) => (value.IsArray, map is not null) switch
    {
        (false, true) when _stored == "ushort" => $"{Names.Model}CimTyped.Box((ushort?){typed})",
        (false, true) => $"({_stored}?){typed}",
        (false, false) when _stored is "bool" or "ushort" => $"{Names.Model}CimTyped.Box({typed})",
        (true, true) => $"{typed} is null ? null : global::System.Array.ConvertAll({typed}, static v => ({_stored})v)",
        _ => typed,
    };

    private bool IsStruct => !value.IsEmbedded && value.Type.IsStruct;
}
