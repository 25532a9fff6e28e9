using System.Text;
using Xen.Cim.Model;

namespace Xen.Cim.Server.Cmpi.Objects;

/// <summary>What kind of object a provider's pointer is, when the provider itself does not know.</summary>
internal static unsafe class ObjectKinds
{
    public static CmpiObject? Find(void* pointer) =>
        CmpiObject.From<InstanceObject>(pointer)
        ?? CmpiObject.From<ObjectPathObject>(pointer)
        ?? CmpiObject.From<StringObject>(pointer)
        ?? CmpiObject.From<ArrayObject>(pointer)
        ?? CmpiObject.From<ArgsObject>(pointer)
        ?? CmpiObject.From<DateTimeObject>(pointer)
        ?? CmpiObject.From<EnumerationObject>(pointer)
        ?? CmpiObject.From<ContextObject>(pointer)
        ?? CmpiObject.From<ResultObject>(pointer)
        ?? CmpiObject.From<ErrorObject>(pointer)
        ?? CmpiObject.From<SelectExpObject>(pointer)
        ?? CmpiObject.From<SelectCondObject>(pointer)
        ?? CmpiObject.From<SubCondObject>(pointer)
        ?? CmpiObject.From<PredicateObject>(pointer)
        ?? CmpiObject.From<PropertyListObject>(pointer)
        ?? (CmpiObject?)CmpiObject.From<EnumerationFilterObject>(pointer);

    /// <summary>The name of the type as the standard spells it: "CMPIInstance".</summary>
    public static string TypeName(CmpiObject found) => "CMPI" + found.Kind;

    /// <summary>The object as text for a person.</summary>
    public static string Describe(CmpiObject found) => found switch
    {
        StringObject text => text.Text,
        ObjectPathObject path => path.ToPath().ToString(),
        DateTimeObject datetime => datetime.Value.Text,
        InstanceObject instance => Describe(instance.Share()),
        ArrayObject array => "{" + string.Join(", ", array.Elements.Select(Describe)) + "}",
        ArgsObject args => string.Join(", ", args.Values.List.Select(a => $"{a.Name}={Describe(a.Value.Value)}")),
        ContextObject context => string.Join(", ", context.Values.List.Select(a => $"{a.Name}={Describe(a.Value.Value)}")),
        ErrorObject error => error.Text,
        SelectExpObject query => query.Query,
        PredicateObject predicate => predicate.Text,
        PropertyListObject list => string.Join(", ", list.Names),
        _ => TypeName(found),
    };

    private static string Describe(object? value) => value switch
    {
        null => "NULL",
        Array array => "{" + string.Join(", ", CimValue.Elements(array).Select(Describe)) + "}",
        CimInstance instance => Describe(instance),
        string text => '"' + text + '"',
        _ => CimValue.Format(value),
    };

    private static string Describe(CimInstance instance)
    {
        var text = new StringBuilder("instance of ").Append(instance.ClassName).Append(" { ");
        foreach (var property in instance.Properties)
            text.Append(property.Name).Append(" = ").Append(Describe(property.Value)).Append("; ");
        return text.Append('}').ToString();
    }
}
