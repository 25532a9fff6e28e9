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
    private Node[] _roots = [];
    private int _version;

    public string Name { get; } = name;

    public IEnumerable<CimQualifierDeclaration> Qualifiers => _qualifiers.Values.OrderBy(q => q.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Grows with each class that is added: what was computed from the classes is good as long as it stays.</summary>
    public int Version => Volatile.Read(ref _version);

    public CimQualifierDeclaration? FindQualifier(string name) => _qualifiers.GetValueOrDefault(name);

    public void SetQualifier(CimQualifierDeclaration declaration) => _qualifiers[declaration.Name] = declaration;

    public void RemoveQualifier(string name) => _qualifiers.TryRemove(name, out _);

    /// <summary>A class whose declaration uses a qualifier, or null.</summary>
    public string? UserOf(string qualifier) => _classes.Values.FirstOrDefault(n => Uses(n.Declared, qualifier)
        || n.Declared.Properties.Any(p => Uses(p, qualifier))
        || n.Declared.Methods.Any(m => Uses(m, qualifier) || m.Parameters.Any(p => Uses(p, qualifier))))?.Declared.Name;

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
            Siblings(super) = Sorted(Siblings(super), node);
            _classes[declared.Name] = node;
            Interlocked.Increment(ref _version);
        }
    }

    /// <summary>Puts a new declaration in the place of a class's; its subclasses inherit from that.</summary>
    public void ReplaceClass(CimClass declared)
    {
        lock (_change)
        {
            var old = _classes[declared.Name];
            Rebuild(old, declared, old.Super);
            Interlocked.Increment(ref _version);
        }
    }

    /// <summary>Takes out a class that has no subclasses.</summary>
    public void RemoveClass(string className)
    {
        lock (_change)
        {
            if (!_classes.TryRemove(className, out var node))
                return;
            Siblings(node.Super) = Array.FindAll(Siblings(node.Super), n => n != node);
            Interlocked.Increment(ref _version);
        }
    }

    /// <summary>The class as it was declared, without what it inherits, or null.</summary>
    public CimClass? DeclarationOf(string className) => _classes.GetValueOrDefault(className)?.Declared;

    public int ClassCount => _classes.Count;

    /// <summary>How many superclasses a class has; 0 for one that is not there.</summary>
    public int DepthOf(string className)
    {
        var depth = 0;
        for (var node = _classes.GetValueOrDefault(className)?.Super; node is not null; node = node.Super)
            depth++;
        return depth;
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

    /// <summary>The repository's own instance of a path, or null; the path's namespace does not count.</summary>
    public CimInstance? FindInstance(CimObjectPath path)
    {
        var here = path.WithNamespace(Name);
        return Instances(path.ClassName).FirstOrDefault(i => i.Path!.Equals(here));
    }

    /// <summary>The classes that the repository itself has instances of, by name.</summary>
    public IEnumerable<CimClass> ClassesWithInstances() => _classes.Values.Where(n => n.Instances.Length > 0).Select(n => n.Resolved)
        .OrderBy(c => c.Name, StringComparer.OrdinalIgnoreCase);

    public int InstanceCount => _classes.Values.Sum(n => n.Instances.Length);

    /// <summary>Adds an instance, or puts it in the place of the one of the same path.</summary>
    /// <exception cref="CimException">INVALID_CLASS; INVALID_PARAMETER: a key is missing.</exception>
    public void PutInstance(CimInstance instance)
    {
        lock (_change)
        {
            instance.Path = PathOf(instance, GetClass(instance.ClassName));
            var node = _classes[instance.ClassName];
            var at = Array.FindIndex(node.Instances, i => i.Path!.Equals(instance.Path));
            if (at < 0)
            {
                node.Instances = [.. node.Instances, instance];
                return;
            }
            var instances = (CimInstance[])node.Instances.Clone();
            instances[at] = instance;
            node.Instances = instances;
        }
    }

    public void RemoveInstance(CimInstance instance)
    {
        lock (_change)
        {
            if (_classes.TryGetValue(instance.ClassName, out var node))
                node.Instances = Array.FindAll(node.Instances, i => i != instance);
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

    // Classes derive from nodes: a new one takes new ones below it.
    private void Rebuild(Node old, CimClass declared, Node? super)
    {
        var node = new Node(declared, super) { Subclasses = [], Instances = old.Instances };
        Siblings(super) = Array.ConvertAll(Siblings(super), n => n == old ? node : n);
        node.Subclasses = old.Subclasses;
        _classes[declared.Name] = node;
        foreach (var subclass in old.Subclasses)
            Rebuild(subclass, subclass.Declared, node);
    }

    private ref Node[] Siblings(Node? super)
    {
        if (super is null)
            return ref _roots;
        return ref super.Subclasses;
    }

    private static bool Uses(CimElement element, string qualifier) => element.Qualifier(qualifier) is not null;

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

        public Node[] Subclasses = [];

        public volatile CimInstance[] Instances = [];
    }
}
