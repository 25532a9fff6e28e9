using Xen.Cim.Model;
using Xen.Cim.Server.CimXml;

namespace Xen.Cim.Server.Indications.Classes;

/// <summary>
/// A class whose instances clients make: found by their paths, bounded in number, on the disk before anybody is told.
/// </summary>
/// <remarks>One change at a time over all of these classes, since a subscription holds its filter and its destination.</remarks>
internal abstract class KeptClass<T>(Interop interop, string name, ObjectStore store, int most, Lock gate) : InteropClass(interop, name)
    where T : class
{
    private readonly Dictionary<CimObjectPath, T> _objects = [];

    protected Lock Gate => gate;

    public sealed override IEnumerable<CimInstance> All() => Objects().Select(InstanceOf);

    public sealed override CimInstance Get(CimObjectPath path) => InstanceOf(Require(path));

    public IReadOnlyList<T> Objects()
    {
        lock (gate)
            return [.. _objects.Values];
    }

    public T? Find(CimObjectPath path)
    {
        lock (gate)
            return _objects.GetValueOrDefault(path);
    }

    /// <exception cref="CimException">NOT_FOUND.</exception>
    public T Require(CimObjectPath path) => Find(path) ?? throw CimException.NotFound(path);

    /// <summary>What a client sees of an object.</summary>
    protected abstract CimInstance InstanceOf(T item);

    /// <summary>Puts in a new object, on the disk first.</summary>
    /// <exception cref="CimException">ALREADY_EXISTS, SERVER_LIMITS_EXCEEDED, FAILED.</exception>
    protected void Add(CimInstance instance, T item)
    {
        lock (gate)
        {
            CheckNew(instance.Path!);
            store.Put(instance.Path!, instance);
            _objects[instance.Path!] = item;
        }
    }

    protected void CheckNew(CimObjectPath path)
    {
        lock (gate)
        {
            if (_objects.ContainsKey(path))
                throw new CimException(CimStatus.AlreadyExists, $"There is a {path} already.");
            if (_objects.Count >= most)
                throw new CimException(CimStatus.ServerLimitsExceeded, $"There are {most} instances of {Name} already, which is the most that this server keeps.");
        }
    }

    protected void Replace(CimInstance instance, T item)
    {
        lock (gate)
        {
            store.Put(instance.Path!, instance);
            _objects[instance.Path!] = item;
        }
    }

    protected void Drop(CimObjectPath path)
    {
        lock (gate)
        {
            store.Remove(path);
            _objects.Remove(path);
        }
    }

    /// <summary>Puts in what an earlier life of the server kept.</summary>
    protected void Restored(CimObjectPath path, T item)
    {
        lock (gate)
            _objects[path] = item;
    }

    /// <summary>A new object's instance: names and system filled in where the client leaves them out, with its path.</summary>
    /// <exception cref="CimException">INVALID_PARAMETER.</exception>
    protected CimInstance Named(CimInstance sent)
    {
        var instance = Interop.Complete(sent);
        var cimClass = Interop.Class(Name);
        foreach (var (key, value) in ((string, string)[])[("SystemCreationClassName", Interop.SystemClass), ("SystemName", Interop.SystemName), ("CreationClassName", Name)])
        {
            if (instance[key] is null or "")
                Interop.Set(instance, cimClass, key, value);
        }
        if (!Name.Equals(instance["CreationClassName"] as string, StringComparison.OrdinalIgnoreCase))
            throw CimException.InvalidParameter($"CreationClassName of a {Name} is {Name}, not \"{CimXmlText.Shorten(instance["CreationClassName"] as string ?? "")}\".");
        if (instance["Name"] is not string { Length: > 0 } name)
            throw CimException.InvalidParameter($"{Name}.Name is missing: a name that no other {Name} has.");
        // Each of them becomes part of paths, of the log and of a file.
        foreach (var property in instance.Properties)
        {
            if (property.Value is string { Length: > MaxText } || (property.Value is Array { Length: > MaxElements }))
                throw CimException.InvalidParameter($"{Name}.{property.Name} is too long: at most {MaxText} characters and {MaxElements} elements are kept.");
        }
        instance.Path = null;
        instance.Path = Interop.Namespace.PathOf(instance, cimClass);
        return instance;
    }

    private const int MaxText = 16 * 1024;
    private const int MaxElements = 256;
}
