using Xen.Cim.Model;
using Xen.Cim.Server.CimXml;

namespace Xen.Cim.Server.Repository;

/// <summary>
/// What clients change in the repository: one change at a time, checked first, then kept on the disk, then done. A change
/// that cannot be kept is not done.
/// </summary>
public sealed class RepositoryChanges
{
    /// <summary>What clients may put into one namespace, so that it fits into memory.</summary>
    private const int MaxClasses = 20_000, MaxInstances = 10_000;

    private readonly Lock _gate = new();

    /// <summary>What clients have changed: whether the MOF has it, so that taking it out has to be remembered.</summary>
    private readonly Dictionary<string, bool> _isInMof = new(StringComparer.Ordinal);

    private readonly CimRepository _repository;
    private readonly ProviderRegistry _registry;
    private readonly RepositoryStore _store;
    private readonly ILogger _logger;

    internal RepositoryChanges(CimRepository repository, ProviderRegistry registry, RepositoryStore store, ILogger logger)
    {
        _repository = repository;
        _registry = registry;
        _store = store;
        _logger = logger;
    }

    /// <summary>Repeats the changes that were kept, after the MOF is loaded: qualifiers, then classes, then instances.</summary>
    public void Load()
    {
        var changes = _store.Load().ToList();
        foreach (var change in changes)
            _isInMof[RepositoryStore.FileNameOf(change)] = Exists(change);
        foreach (var change in changes.Where(c => c.Kind == RepositoryChangeKind.Namespace))
        {
            if (change.What is not null)
                _repository.GetOrAdd(change.Namespace);
            else
                _repository.Remove(change.Namespace);
        }
        Do(changes.Where(c => c.Kind == RepositoryChangeKind.Qualifier));
        // A subclass may come before its superclass: what does not go yet is tried again as long as something goes.
        var classes = changes.Where(c => c is { Kind: RepositoryChangeKind.Class, What: not null }).ToList();
        while (classes.Count > 0)
        {
            var left = classes.FindAll(c => c.What is CimClass { SuperclassName: { } super } && _repository.Find(c.Namespace)?.FindClass(super) is null);
            Do(classes.Except(left));
            if (left.Count == classes.Count)
            {
                Do(left);
                break;
            }
            classes = left;
        }
        // Subclasses go before their superclasses.
        Do(changes.Where(c => c is { Kind: RepositoryChangeKind.Class, What: null }).OrderByDescending(c => _repository.Find(c.Namespace)?.DepthOf(c.Name)));
        Do(changes.Where(c => c.Kind == RepositoryChangeKind.Instance));
    }

    /// <exception cref="CimException">ALREADY_EXISTS, INVALID_SUPERCLASS, INVALID_PARAMETER, FAILED.</exception>
    public void CreateClass(RepositoryNamespace ns, CimClass sent)
    {
        lock (_gate)
        {
            if (ns.FindClass(sent.Name) is { } there)
                throw new CimException(CimStatus.AlreadyExists, $"The class {there.Name} is already in {ns.Name}.");
            if (ns.ClassCount >= MaxClasses)
                throw new CimException(CimStatus.ServerLimitsExceeded, $"{ns.Name} has {MaxClasses} classes and takes no more.");
            var declared = ClassRules.Normalize(ns, sent);
            Change(new(ns.Name, RepositoryChangeKind.Class, declared.Name, declared), () => ns.AddClass(declared));
        }
    }

    /// <exception cref="CimException">NOT_FOUND, INVALID_SUPERCLASS, INVALID_PARAMETER, CLASS_HAS_CHILDREN, CLASS_HAS_INSTANCES, FAILED.</exception>
    public void ModifyClass(RepositoryNamespace ns, CimClass sent)
    {
        lock (_gate)
        {
            var old = ns.FindClass(sent.Name) ?? throw NoClass(ns, sent.Name);
            if (!string.Equals(old.SuperclassName, sent.SuperclassName, StringComparison.OrdinalIgnoreCase))
                throw new CimException(CimStatus.InvalidSuperclass, $"{old.Name} derives from {old.SuperclassName ?? "no class"}; the superclass of a class cannot be changed.");
            var declared = ClassRules.Normalize(ns, sent with { Name = old.Name });
            var resolved = ClassResolver.Resolve(declared, old.SuperclassName is { } super ? ns.FindClass(super) : null);
            // What instances have cannot be taken from their class.
            if (Broken(old, resolved) is { } broken && InstancesOf(ns, old.Name) is { } user)
                throw new CimException(CimStatus.ClassHasInstances, $"{old.Name}.{broken} cannot be changed or removed: {user}.");
            foreach (var subclass in ns.Subclasses(old.Name, deep: false).ToList())
            {
                var below = ns.DeclarationOf(subclass.Name)!;
                foreach (var property in below.Properties)
                {
                    if (resolved.Property(property.Name) is { } now && (now.Type != property.Type || now.IsArray != property.IsArray))
                        throw new CimException(CimStatus.ClassHasChildren, $"{old.Name}.{property.Name} does not go with {subclass.Name}.{property.Name}.");
                    if (property.IsKey && resolved.Properties.Any(p => p.IsKey) && resolved.Property(property.Name) is not { IsKey: true })
                        throw new CimException(CimStatus.ClassHasChildren, $"{old.Name} cannot have keys: its subclass {subclass.Name} has the key {property.Name}.");
                }
            }
            Change(new(ns.Name, RepositoryChangeKind.Class, declared.Name, declared), () => ns.ReplaceClass(declared));
        }
    }

    /// <exception cref="CimException">NOT_FOUND, CLASS_HAS_CHILDREN, CLASS_HAS_INSTANCES, FAILED.</exception>
    public void DeleteClass(RepositoryNamespace ns, string name)
    {
        lock (_gate)
        {
            var old = ns.FindClass(name) ?? throw NoClass(ns, name);
            if (ns.Subclasses(old.Name, deep: false).FirstOrDefault() is { } child)
                throw new CimException(CimStatus.ClassHasChildren, $"{old.Name} has subclasses, {child.Name} among them.");
            if (InstancesOf(ns, old.Name) is { } user)
                throw new CimException(CimStatus.ClassHasInstances, $"{old.Name} cannot be deleted: {user}.");
            Change(new(ns.Name, RepositoryChangeKind.Class, old.Name, null), () => ns.RemoveClass(old.Name));
        }
    }

    /// <exception cref="CimException">FAILED: classes use the qualifier with another type, or it cannot be kept.</exception>
    public void SetQualifier(RepositoryNamespace ns, CimQualifierDeclaration declaration)
    {
        lock (_gate)
        {
            if (ns.FindQualifier(declaration.Name) is { } old && (old.Type != declaration.Type || old.IsArray != declaration.IsArray) && ns.UserOf(old.Name) is { } user)
                throw new CimException(CimStatus.Failed, $"The type of the qualifier {old.Name} cannot be changed: {user} has it.");
            Change(new(ns.Name, RepositoryChangeKind.Qualifier, declaration.Name, declaration), () => ns.SetQualifier(declaration));
        }
    }

    /// <exception cref="CimException">NOT_FOUND; FAILED: a class uses it, or it cannot be kept.</exception>
    public void DeleteQualifier(RepositoryNamespace ns, string name)
    {
        lock (_gate)
        {
            var old = ns.FindQualifier(name) ?? throw new CimException(CimStatus.NotFound, $"There is no qualifier {CimXmlText.Shorten(name)} in the namespace {ns.Name}.");
            if (ns.UserOf(old.Name) is { } user)
                throw new CimException(CimStatus.Failed, $"The qualifier {old.Name} cannot be deleted: {user} has it.");
            Change(new(ns.Name, RepositoryChangeKind.Qualifier, old.Name, null), () => ns.RemoveQualifier(old.Name));
        }
    }

    /// <summary>Adds an instance of a class that no provider serves, with the defaults of its class.</summary>
    /// <exception cref="CimException">ALREADY_EXISTS; INVALID_PARAMETER: a key is missing; FAILED.</exception>
    public CimObjectPath CreateInstance(RepositoryNamespace ns, CimInstance sent)
    {
        lock (_gate)
        {
            var cimClass = ns.GetClass(sent.ClassName);
            if (!cimClass.Properties.Any(p => p.IsKey))
                throw CimException.NotSupported($"{cimClass.Name} has no keys; its instances are embedded in others and have no paths of their own.");
            var instance = new CimInstance(cimClass.Name);
            foreach (var property in cimClass.Properties)
            {
                if (sent.Has(property.Name) || property.DefaultValue is not null)
                    instance.Set(property.Name, property.Type, property.IsArray, sent.Has(property.Name) ? sent[property.Name] : property.DefaultValue, Dispatch.TypeRestoration.FlagsOf(property));
            }
            var path = ns.PathOf(instance, cimClass);
            if (ns.FindInstance(path) is not null)
                throw new CimException(CimStatus.AlreadyExists, $"There is an instance {path} already.");
            if (ns.InstanceCount >= MaxInstances)
                throw new CimException(CimStatus.ServerLimitsExceeded, $"{ns.Name} keeps {MaxInstances} instances and takes no more.");
            instance.Path = path;
            Change(new(ns.Name, RepositoryChangeKind.Instance, path.ToString(), instance), () => ns.AddInstance(instance));
            return path;
        }
    }

    /// <exception cref="CimException">NOT_FOUND; FAILED.</exception>
    public void ModifyInstance(RepositoryNamespace ns, CimObjectPath path, CimInstance changes, IReadOnlySet<string>? wanted)
    {
        lock (_gate)
        {
            var old = ns.FindInstance(path) ?? throw CimException.NotFound(path);
            var cimClass = ns.GetClass(path.ClassName);
            // Readers may hold the old one: it stays as it is.
            var instance = new CimInstance(cimClass.Name);
            foreach (var property in cimClass.Properties)
            {
                var taken = changes.Has(property.Name) && !property.IsKey && wanted?.Contains(property.Name) != false;
                if (taken || old.Has(property.Name))
                    instance.Set(property.Name, property.Type, property.IsArray, taken ? changes[property.Name] : old[property.Name], Dispatch.TypeRestoration.FlagsOf(property));
            }
            instance.Path = old.Path;
            Change(new(ns.Name, RepositoryChangeKind.Instance, old.Path!.ToString(), instance), () => ns.PutInstance(instance));
        }
    }

    /// <exception cref="CimException">NOT_FOUND; FAILED.</exception>
    public void DeleteInstance(RepositoryNamespace ns, CimObjectPath path)
    {
        lock (_gate)
        {
            var old = ns.FindInstance(path) ?? throw CimException.NotFound(path);
            Change(new(ns.Name, RepositoryChangeKind.Instance, old.Path!.ToString(), null), () => ns.RemoveInstance(old));
        }
    }

    /// <summary>Makes an empty namespace.</summary>
    /// <exception cref="CimException">ALREADY_EXISTS, INVALID_PARAMETER, SERVER_LIMITS_EXCEEDED, FAILED.</exception>
    public void CreateNamespace(string name)
    {
        const int most = 64;
        lock (_gate)
        {
            if (_repository.Find(name) is { } there)
                throw new CimException(CimStatus.AlreadyExists, $"There is a namespace {there.Name} already.");
            if (name.Length is 0 or > 256 || name.Split('/').Any(p => p.Length == 0 || !p.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.')))
                throw CimException.InvalidParameter($"\"{CimXmlText.Shorten(name)}\" is no name of a namespace, such as root/other.");
            if (_repository.Namespaces.Count() >= most)
                throw new CimException(CimStatus.ServerLimitsExceeded, $"This server has {most} namespaces and takes no more.");
            Change(new(name, RepositoryChangeKind.Namespace, "", name), () => _repository.GetOrAdd(name));
        }
    }

    /// <exception cref="CimException">NAMESPACE_NOT_EMPTY; NOT_SUPPORTED: the server needs it; FAILED.</exception>
    public void DeleteNamespace(RepositoryNamespace ns)
    {
        lock (_gate)
        {
            if (CimRepository.IsBuiltIn(ns.Name))
                throw CimException.NotSupported($"The namespace {ns.Name} is the server's own and stays.");
            if (ns.ClassCount > 0 || ns.Qualifiers.Any())
                throw new CimException(CimStatus.NamespaceNotEmpty, $"The namespace {ns.Name} has {ns.ClassCount} classes; delete them first.");
            Change(new(ns.Name, RepositoryChangeKind.Namespace, "", null), () => _repository.Remove(ns.Name));
        }
    }

    private void Change(RepositoryChange change, Action apply)
    {
        var key = RepositoryStore.FileNameOf(change);
        if (!_isInMof.TryGetValue(key, out var isInMof))
            isInMof = Exists(change);
        if (change.What is null && !isInMof)
        {
            // Without its file the next start does not know of it.
            _store.Forget(change);
            _isInMof.Remove(key);
        }
        else
        {
            _store.Keep(change);
            _isInMof[key] = isInMof;
        }
        apply();
    }

    private bool Exists(RepositoryChange change) => _repository.Find(change.Namespace) is { } ns && change.Kind switch
    {
        RepositoryChangeKind.Qualifier => ns.FindQualifier(change.Name) is not null,
        RepositoryChangeKind.Class => ns.FindClass(change.Name) is not null,
        RepositoryChangeKind.Instance => ns.FindInstance(CimObjectPath.Parse(change.Name)) is not null,
        _ => true,
    };

    // A client's change that does not go with what the server now comes with is left out, and kept for the next start.
    private void Do(IEnumerable<RepositoryChange> changes)
    {
        foreach (var change in changes)
        {
            try
            {
                Do(_repository.GetOrAdd(change.Namespace), change);
            }
            catch (CimException e)
            {
                _logger.LogError("The change of {Name} in {Namespace} is left out: {Reason}", change.Name, change.Namespace, e.Message);
            }
        }
    }

    private static void Do(RepositoryNamespace ns, RepositoryChange change)
    {
        switch (change.Kind, change.What)
        {
            case (RepositoryChangeKind.Qualifier, CimQualifierDeclaration declaration):
                ns.SetQualifier(declaration);
                break;
            case (RepositoryChangeKind.Qualifier, _):
                ns.RemoveQualifier(change.Name);
                break;
            case (RepositoryChangeKind.Class, CimClass declared) when ns.FindClass(declared.Name) is not null:
                ns.ReplaceClass(declared);
                break;
            case (RepositoryChangeKind.Class, CimClass declared):
                ns.AddClass(declared);
                break;
            case (RepositoryChangeKind.Class, _):
                ns.RemoveClass(change.Name);
                break;
            case (RepositoryChangeKind.Instance, CimInstance instance):
                ns.PutInstance(instance);
                break;
            case (RepositoryChangeKind.Instance, _) when CimObjectPath.Parse(change.Name) is var path && ns.FindInstance(path) is { } old:
                ns.RemoveInstance(old);
                break;
        }
    }

    // The first property that the new class lacks or has otherwise.
    private static string? Broken(CimClass old, CimClass now) => old.Properties.FirstOrDefault(p =>
        now.Property(p.Name) is not { } other || other.Type != p.Type || other.IsArray != p.IsArray || other.IsKey != p.IsKey)?.Name
        ?? now.Properties.FirstOrDefault(p => p.IsKey && old.Property(p.Name) is null)?.Name;

    // Who has instances of the class or of a class below it, or null.
    private string? InstancesOf(RepositoryNamespace ns, string className)
    {
        foreach (var cimClass in ns.SelfAndSubclasses(className))
        {
            if (ns.Instances(cimClass.Name).Count > 0)
                return $"{cimClass.Name} has instances";
            if (_registry.All.FirstOrDefault(r => r.ClassName.Equals(cimClass.Name, StringComparison.OrdinalIgnoreCase) && r.Namespace.Equals(ns.Name, StringComparison.OrdinalIgnoreCase)) is { } registration)
                return $"the provider {registration.Provider} serves {cimClass.Name}";
        }
        return null;
    }

    private static CimException NoClass(RepositoryNamespace ns, string name) => new(CimStatus.NotFound, $"There is no class {CimXmlText.Shorten(name)} in the namespace {ns.Name}.");
}
