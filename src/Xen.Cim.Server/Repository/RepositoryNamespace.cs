using System.Collections.Concurrent;
using Xen.Cim.Model;

namespace Xen.Cim.Server.Repository;

/// <summary>
/// One namespace: classes, qualifier declarations, and the instances that no provider serves. Readers need no lock;
/// changes are one at a time.
/// </summary>
public sealed class RepositoryNamespace(string name)
{
    private readonly Lock _change = new();
    private readonly ConcurrentDictionary<string, Node> _classes = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, CimQualifierDeclaration> _qualifiers = new(StringComparer.OrdinalIgnoreCase);
    private volatile Node[] _roots = [];
    private int _version;

    public string Name { get; } = name;

    public IEnumerable<CimQualifierDeclaration> Qualifiers => _qualifiers.Values.OrderBy(q => q.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Grows with each class that is added: what was computed from the classes is good as long as it stays.</summary>
    public int Version => Volatile.Read(ref _version);

    public CimQualifierDeclaration? FindQualifier(string name) => _qualifiers.GetValueOrDefault(name);

    public void SetQualifier(CimQualifierDeclaration declaration) => _qualifiers[declaration.Name] = declaration;

    /// <exception cref="CimException">ALREADY_EXISTS; INVALID_SUPERCLASS: the superclass is not there.</exception>
    public void AddClass(CimClass declared)
    {
        lock (_change)
        {
            if (_classes.ContainsKey(declared.Name))
                throw new CimException(CimStatus.AlreadyExists, $"The class {declared.Name} is already in {Name}.");
            Node? super = null;
            if (declared.SuperclassName is { } superName && !_classes.TryGetValue(superName, out super))
                throw new CimException(CimStatus.InvalidSuperclass, $"{declared.Name} derives from {superName}, which is not in {Name}.");
            var node = new Node(declared, super);
            if (super is null)
                _roots = Sorted(_roots, node);
            else
                super.Subclasses = Sorted(super.Subclasses, node);
            _classes[declared.Name] = node;
            Interlocked.Increment(ref _version);
        }
    }

    /// <summary>The class with everything that it inherits, or null.</summary>
    public CimClass? FindClass(string className) => _classes.TryGetValue(className, out var node) ? node.Resolved : null;

    /// <exception cref="CimException">INVALID_CLASS.</exception>
    public CimClass GetClass(string className) => FindClass(className)
        ?? throw new CimException(CimStatus.InvalidClass, $"There is no class {className} in the namespace {Name}.");

    /// <summary>Whether a class is another one or a subclass of it; without case.</summary>
    public bool IsA(string className, string superclass)
    {
        for (var node = _classes.GetValueOrDefault(className); node is not null; node = node.Super)
        {
            if (node.Resolved.Name.Equals(superclass, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }

    /// <summary>Subclasses in a stable order: by name, each before its own subclasses.</summary>
    /// <param name="className">The class to start below; null for the top of the tree.</param>
    /// <param name="deep">With subclasses of subclasses.</param>
    public IEnumerable<CimClass> Subclasses(string? className, bool deep)
    {
        var top = className is null ? _roots : _classes.TryGetValue(className, out var node) ? node.Subclasses : [];
        foreach (var child in top)
        {
            yield return child.Resolved;
            if (!deep)
                continue;
            foreach (var below in Subclasses(child.Resolved.Name, deep: true))
                yield return below;
        }
    }

    /// <summary>A class and all its subclasses.</summary>
    public IEnumerable<CimClass> SelfAndSubclasses(string className)
    {
        yield return GetClass(className);
        foreach (var subclass in Subclasses(className, deep: true))
            yield return subclass;
    }

    /// <summary>Adds an instance that the repository itself serves.</summary>
    /// <exception cref="CimException">INVALID_CLASS; ALREADY_EXISTS; INVALID_PARAMETER: a key is missing.</exception>
    public void AddInstance(CimInstance instance)
    {
        lock (_change)
        {
            var cimClass = GetClass(instance.ClassName);
            instance.Path = PathOf(instance, cimClass);
            var node = _classes[instance.ClassName];
            if (Array.Exists(node.Instances, i => i.Path!.Equals(instance.Path)))
                throw new CimException(CimStatus.AlreadyExists, $"There is an instance {instance.Path} already.");
            node.Instances = [.. node.Instances, instance];
        }
    }

    /// <summary>The repository's own instances of exactly this class.</summary>
    public IReadOnlyList<CimInstance> Instances(string className) => _classes.TryGetValue(className, out var node) ? node.Instances : [];

    /// <summary>An instance's path in this namespace: its own, or the one that its class's keys make.</summary>
    /// <exception cref="CimException">INVALID_PARAMETER: a key has no value.</exception>
    public CimObjectPath PathOf(CimInstance instance, CimClass? cimClass = null)
    {
        if (instance.Path is { Keys.Count: > 0 } path)
            return path.WithNamespace(Name).WithHost(null);
        cimClass ??= FindClass(instance.ClassName);
        if (cimClass is null)
            return instance.MakePath(Name);
        var keys = new List<CimKey>();
        foreach (var property in cimClass.Properties)
        {
            if (property.IsKey)
            {
                keys.Add(new(property.Name, instance[property.Name]
                    ?? throw CimException.InvalidParameter($"The key {instance.ClassName}.{property.Name} has no value.")));
            }
        }
        return new CimObjectPath(cimClass.Name, Name, keys.ToArray());
    }

    private static Node[] Sorted(Node[] nodes, Node added)
    {
        Node[] all = [.. nodes, added];
        Array.Sort(all, (a, b) => string.Compare(a.Declared.Name, b.Declared.Name, StringComparison.OrdinalIgnoreCase));
        return all;
    }

    private sealed class Node(CimClass declared, Node? super)
    {
        private readonly Lazy<CimClass> _resolved = new(() => ClassResolver.Resolve(declared, super?.Resolved));

        public CimClass Declared => declared;

        public Node? Super => super;

        /// <summary>Made when it is first asked for: most classes of a schema never are.</summary>
        public CimClass Resolved => _resolved.Value;

        public volatile Node[] Subclasses = [];

        public volatile CimInstance[] Instances = [];
    }
}
