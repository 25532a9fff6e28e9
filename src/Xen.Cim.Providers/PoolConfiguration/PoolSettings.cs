using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>A kind of child pool that can be made from settings and deleted again.</summary>
internal interface IPoolSettings
{
    /// <summary>The class of the pools.</summary>
    ClassProvider Pools { get; }

    /// <summary>Whether an embedded instance asks for such a pool.</summary>
    bool Serves(CimInstance settings);

    /// <summary>The primordial pool that all of them are children of.</summary>
    CimObjectPath Parent { get; }

    /// <exception cref="CimException">INVALID_PARAMETER, ALREADY_EXISTS, NOT_SUPPORTED.</exception>
    CimObjectPath Make(string? name, CimInstance settings);
}

/// <summary>The settings of child pools: what they are made of (DSP1041's allocation of a child pool from its parent).</summary>
/// <typeparam name="TPool">A pool, primordial or child.</typeparam>
/// <typeparam name="TSettings">The generated class.</typeparam>
public abstract class PoolSettings<TPool, TSettings>(CimLayout layout, InstanceIdProvider<TPool> pools)
    : InstanceIdProvider<TPool>(layout), IPoolSettings
    where TPool : class
    where TSettings : CimInstance, new()
{
    private const string Suffix = "/settings";

    ClassProvider IPoolSettings.Pools => pools;

    CimObjectPath IPoolSettings.Parent => pools.PathOf(pools.Enumerate().First(p => !IsChild(p)));

    public override IEnumerable<TPool> Enumerate() => pools.Enumerate().Where(IsChild);

    public override string IdOf(TPool pool) => IdOfSettings(pools.IdOf(pool));

    /// <summary>InstanceID of the settings of a pool.</summary>
    internal static string IdOfSettings(string pool) => pool + Suffix;

    public override TPool? FindById(string instanceId) => Enumerate().FirstOrDefault(p => IdOf(p) == instanceId);

    /// <summary>The settings of a pool; the primordial one has none.</summary>
    public IEnumerable<TPool> Of(TPool pool) => IsChild(pool) ? [pool] : [];

    public bool Serves(CimInstance settings) => settings.ClassName.Equals(Layout.ClassName, StringComparison.OrdinalIgnoreCase);

    CimObjectPath IPoolSettings.Make(string? name, CimInstance settings)
    {
        var typed = EmbeddedSettings.Typed<TSettings>(settings);
        var wanted = name is { Length: > 0 } ? name : typed["ElementName"] as string;
        if (string.IsNullOrEmpty(wanted))
            throw CimException.InvalidParameter("ElementName is missing; it is the name of the new pool.");
        // libvirt keeps each in a file of its name.
        if (wanted.Contains('/', StringComparison.Ordinal) || wanted is "." or ".." || wanted.Any(char.IsControl))
            throw CimException.InvalidParameter($"\"{wanted}\" cannot be the name of a pool: it must not hold slashes or control characters.");
        return pools.PathOf(Make(wanted, typed));
    }

    /// <summary>Starts or stops the pool, and has it started with the host or not. All else is fixed once it is made.</summary>
    public override void Modify(CimRequest request, CimObjectPath path, CimInstance instance)
    {
        var pool = Require(path);
        var (now, wanted) = (InstanceOf(pool, request), instance.As<TSettings>());
        foreach (var property in wanted.Properties)
        {
            if (property.Value is not { } value || !request.Wants(property.Name) || property.Name is "Autostart" or "Active")
                continue;
            if (!CimValue.AreEqual(value, now[property.Name]))
                throw CimException.NotSupported($"{property.Name} of a pool is fixed once it is made, and cannot become {CimValue.Format(value)}; delete the pool, which leaves its data, and make another.");
        }
        Switch(pool, request.Wants("Active") ? wanted["Active"] as bool? : null, request.Wants("Autostart") ? wanted["Autostart"] as bool? : null);
    }

    /// <summary>Deletes the pool, as DeleteResourcePool does.</summary>
    public override void Delete(CimRequest request, CimObjectPath path) => pools.Delete(request, pools.PathOf(Require(path)));

    protected abstract bool IsChild(TPool pool);

    protected abstract TPool Make(string name, TSettings settings);

    protected abstract void Switch(TPool pool, bool? active, bool? autostart);
}
