using Xen.Cim.Model;
using Xen.Cim.Server.CimXml;
using Xen.Cim.Server.Repository;

namespace Xen.Cim.Server.Dispatch;

/// <summary>
/// Gives values the types that their class declares: clients send keys as string, numeric or boolean, and method
/// parameters often without any type.
/// </summary>
public static class TypeRestoration
{
    /// <summary>A path with the class's own spelling of names and the declared types of its keys.</summary>
    /// <param name="complete">Every key of the class has to be there, and no other.</param>
    /// <exception cref="CimException">INVALID_PARAMETER: a key is missing, unknown, or not of its type.</exception>
    public static CimObjectPath Path(CimRepository repository, RepositoryNamespace ns, CimObjectPath path, bool complete)
    {
        var home = path.Namespace is { } other ? repository.Find(other) : ns;
        if (home?.FindClass(path.ClassName) is not { } cimClass)
            return path.Namespace is null ? path.WithNamespace(ns.Name) : path;
        var declared = cimClass.Properties.Where(p => p.IsKey).ToList();
        var keys = new List<CimKey>(path.Keys.Count);
        foreach (var key in path.Keys)
        {
            var property = key.Name.Length == 0 && declared.Count == 1 ? declared[0]
                : declared.Find(p => p.Name.Equals(key.Name, StringComparison.OrdinalIgnoreCase));
            if (property is null)
            {
                if (complete)
                {
                    throw CimException.InvalidParameter(
                        $"{cimClass.Name} has no key \"{CimXmlText.Shorten(key.Name)}\"; its keys are {Names(declared)}.");
                }
                keys.Add(key);
                continue;
            }
            var value = key.Value is CimObjectPath reference ? Path(repository, home, reference, complete: false)
                : CimValue.TryConvert(property.Type, key.Value)
                ?? throw CimException.InvalidParameter(
                    $"The key {cimClass.Name}.{property.Name} is a {CimValue.Name(property.Type)}; \"{CimXmlText.Shorten(CimValue.Format(key.Value))}\" is not.");
            keys.Add(new(property.Name, value));
        }
        if (complete && declared.Find(d => !keys.Exists(k => k.Name.Equals(d.Name, StringComparison.OrdinalIgnoreCase))) is { } missing)
            throw CimException.InvalidParameter($"The key {cimClass.Name}.{missing.Name} is missing; the keys are {Names(declared)}.");
        return new CimObjectPath(cimClass.Name, home.Name, keys.ToArray()).WithHost(path.Host);
    }

    /// <summary>An instance that a client sent, with its class's layout and types.</summary>
    /// <exception cref="CimException">
    /// <paramref name="unknownProperty"/>: the class has no such property. TYPE_MISMATCH: a value does not fit.
    /// </exception>
    public static CimInstance Instance(CimRepository repository, RepositoryNamespace ns, CimClass cimClass, CimInstance sent, CimStatus unknownProperty)
    {
        var instance = new CimInstance(cimClass.Name) { Path = sent.Path };
        foreach (var property in sent.Properties)
        {
            var declared = cimClass.Property(property.Name) ?? throw new CimException(unknownProperty,
                $"{cimClass.Name} has no property \"{CimXmlText.Shorten(property.Name)}\".");
            instance.Set(declared.Name, declared.Type, declared.IsArray, Property(repository, ns, cimClass, declared, property.Value), FlagsOf(declared));
        }
        return instance;
    }

    /// <summary>A property's value with its declared type.</summary>
    /// <exception cref="CimException">TYPE_MISMATCH.</exception>
    public static object? Property(CimRepository repository, RepositoryNamespace ns, CimClass cimClass, CimPropertyDeclaration declared, object? value) =>
        Embeddable(declared, $"{cimClass.Name}.{declared.Name}", CimStatus.TypeMismatch,
            Value(repository, ns, $"{cimClass.Name}.{declared.Name}", declared.Type, declared.IsArray, value, CimStatus.TypeMismatch));

    /// <summary>A method parameter's value with its declared type; an embedded object stays what the client sent.</summary>
    /// <exception cref="CimException">INVALID_PARAMETER (DSP0200 has no TYPE_MISMATCH for methods).</exception>
    public static object? Parameter(CimRepository repository, RepositoryNamespace ns, string method, CimParameterDeclaration declared, object? value) =>
        Embeddable(declared, $"{method}.{declared.Name}", CimStatus.InvalidParameter,
            Value(repository, ns, $"{method}.{declared.Name}", declared.Type, declared.IsArray, value, CimStatus.InvalidParameter));

    /// <summary>What a provider's method returned, with the method's declared type.</summary>
    /// <exception cref="CimException">FAILED.</exception>
    public static object Returned(CimMethodDeclaration method, object value) => CimValue.TryConvert(method.ReturnType, value)
        ?? throw new CimException(CimStatus.Failed, $"{method.Name} returns a {CimValue.Name(method.ReturnType)}; its provider returned {Describe(value)}, which is not.");

    public static CimPropertyFlags FlagsOf(CimPropertyDeclaration property) =>
        (property.IsKey ? CimPropertyFlags.Key : CimPropertyFlags.None)
        | (property.Qualifier("EmbeddedInstance") is not null ? CimPropertyFlags.EmbeddedInstance : CimPropertyFlags.None)
        | (property.Is("EmbeddedObject") ? CimPropertyFlags.EmbeddedObject : CimPropertyFlags.None);

    // A class is a value of an EmbeddedObject alone; EmbeddedInstance takes instances (DSP0004 5.6.3.14 and 5.6.3.15).
    private static object? Embeddable(CimElement declared, string what, CimStatus error, object? value) =>
        (value is Array array ? CimValue.Elements(array) : [value]).OfType<CimClass>().FirstOrDefault() is { } cimClass && !declared.Is("EmbeddedObject")
            ? throw new CimException(error, $"{what} takes no class, such as {cimClass.Name}; an EmbeddedObject does.") : value;

    private static object? Value(CimRepository repository, RepositoryNamespace ns, string what, CimType type, bool isArray, object? value, CimStatus error)
    {
        if (value is null)
            return null;
        if (!isArray)
        {
            return value is not Array several ? Scalar(repository, ns, what, type, value, error)
                : several.Length == 1 && several.GetValue(0) is { } only ? Scalar(repository, ns, what, type, only, error)
                : throw new CimException(error, $"{what} is one {CimValue.Name(type)}, not an array of {several.Length}.");
        }
        // One value where an array is declared is its only element.
        var elements = value is Array array ? CimValue.Elements(array) : [value];
        return CimValue.ToArray(type, elements.Select(e => e is null ? null : Scalar(repository, ns, what, type, e, error)).ToList());
    }

    private static object Scalar(CimRepository repository, RepositoryNamespace ns, string what, CimType type, object value, CimStatus error)
    {
        if (type == CimType.Reference)
        {
            try
            {
                return value switch
                {
                    CimObjectPath path => Path(repository, ns, path, complete: false),
                    XmlClassPath path => path.Path.Namespace is null ? path.Path.WithNamespace(ns.Name) : path.Path,
                    string text => Path(repository, ns, CimObjectPath.Parse(text), complete: false),
                    _ => throw new CimException(error, $"{what} is a reference; {Describe(value)} is not."),
                };
            }
            catch (CimException e) when (e.Status != error)
            {
                throw new CimException(error, $"{what}: {e.Message}", e);
            }
        }
        if (value is XmlClassPath or XmlUnread or CimObjectPath)
            throw new CimException(error, $"{what} is a {CimValue.Name(type)}; {Describe(value)} is not.");
        return CimValue.Accept(type, value) ?? throw new CimException(error, $"{what} is a {CimValue.Name(type)}; {Describe(value)} is not.");
    }

    private static string Describe(object value) => value switch
    {
        CimInstance instance => $"an instance of {instance.ClassName}",
        CimClass cimClass => $"the class {cimClass.Name}",
        CimObjectPath or XmlClassPath => "an object path",
        XmlUnread unread => $"the element {unread.Element}",
        _ => CimValue.Describe(value),
    };

    private static string Names(List<CimPropertyDeclaration> keys) => keys.Count == 0 ? "none" : string.Join(", ", keys.Select(k => k.Name));
}
