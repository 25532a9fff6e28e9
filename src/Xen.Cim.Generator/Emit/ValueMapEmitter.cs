using Xen.Cim.Generator.Schema;

namespace Xen.Cim.Generator.Emit;

/// <summary>Writes a value map: an enum for integers, a class of constants for strings.</summary>
internal static class ValueMapEmitter
{
    public static void Write(CodeWriter code, SchemaValue value, string name, string summary, bool hides)
    {
        if (value.Map is not { } map)
            return;
        code.Summary(summary);
        var modifiers = hides ? "public new" : "public";
        code.Open(value.HasEnum ? $"{modifiers} enum {name} : {value.Type.Clr}" : $"{modifiers} static class {name}");
        foreach (var entry in map.Entries)
        {
            code.Summary(entry.Label);
            code.Line(value.HasEnum
                ? $"{entry.Identifier} = {entry.Value},"
                : $"public const string {entry.Identifier} = {Names.Literal(entry.Value)};");
        }
        code.Close();
        code.Line();
    }
}
