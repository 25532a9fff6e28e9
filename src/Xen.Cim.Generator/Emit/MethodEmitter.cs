using System.Linq;
using Xen.Cim.Generator.Schema;

namespace Xen.Cim.Generator.Emit;

/// <summary>Writes the nested class of a method: typed parameters over the arguments as they travel.</summary>
internal static class MethodEmitter
{
    public static void Write(CodeWriter code, SchemaMethod method, bool hides)
    {
        code.Summary(method.Description);
        var name = Names.MethodClass(method);
        code.Open($"public {(hides ? "new " : "")}sealed class {name}({Names.Model}CimArguments input, {Names.Model}CimArguments output)");
        code.Summary("The CIM name of the method.");
        code.Line($"public const string Name = {Names.Literal(method.Name)};");
        code.Line();
        // A value map of strings has no use as a return type; none is known.
        if (method.HasEnum)
            ValueMapEmitter.Write(code, method, "ReturnValue", $"What {method.Name} returns.", hides: false);
        foreach (var parameter in method.Parameters)
            WriteParameter(code, method, parameter);
        code.Close();
        code.Line();
    }

    private static void WriteParameter(CodeWriter code, SchemaMethod method, SchemaParameter parameter)
    {
        var name = Names.Parameter(method, parameter.Name);
        var map = Names.MapType(parameter.Name);
        while (method.Parameters.Any(p => Names.Parameter(method, p.Name) == map) || map == "ReturnValue")
            map += "_";
        ValueMapEmitter.Write(code, parameter, map, $"Values of the parameter {parameter.Name}.", hides: false);

        var info = $"s_{parameter.Name}";
        var literal = Names.Literal(parameter.Name);
        var accessors = new Accessors(parameter, parameter.HasEnum ? map : null);
        if (parameter is { IsIn: true, IsEmbedded: false })
        {
            code.Line($"private static readonly {Names.Model}CimPropertyInfo {info} = new({literal}, {Names.CimType(parameter)}, {Names.Bool(parameter.IsArray)});");
            code.Line();
        }
        code.Summary(parameter.Description);
        if (parameter.IsEmbedded)
        {
            // What comes in may be an instance or its text in some language, so it goes on as it is.
            if (parameter.IsIn)
                code.Line($"public {Names.Model}CimArgument? {name} => input[{literal}];");
            if (parameter is { IsIn: true, IsOut: true })
                name += "Out";
            if (parameter.IsOut)
                code.Line($"public {accessors.Type} {name} {{ set => {Set(parameter, accessors)}; }}");
        }
        else
        {
            var get = parameter.IsIn
                ? $"get => {accessors.Read($"{Names.Model}CimInstance.Convert(input[{literal}]?.Value, {info})")}; "
                : "";
            var set = parameter.IsOut ? $"set => {Set(parameter, accessors)}; " : "";
            code.Line($"public {accessors.Type} {name} {{ {get}{set}}}");
        }
        code.Line();
    }

    private static string Set(SchemaParameter parameter, Accessors accessors) =>
        $"output.Set({Names.Literal(parameter.Name)}, {Names.CimType(parameter)}, {Names.Bool(parameter.IsArray)}, {accessors.Write("value")})";
}
