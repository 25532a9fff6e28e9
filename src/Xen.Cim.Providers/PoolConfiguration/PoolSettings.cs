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
        return pools.PathOf(Make(ObjectName.Checked("a pool", wanted), typed));
    }

    /// <summary>Starts or stops the pool, has it started with the host or not, and makes it of something else while it is stopped.</summary>
    public override void Modify(CimRequest request, CimObjectPath path, CimInstance instance)
    {
        var pool = Require(path);
        var (now, wanted) = (InstanceOf(pool, request with { PropertyList = null }), instance.As<TSettings>());
        var (active, autostart) = (Wish("Active"), Wish("Autostart"));
        var changes = wanted.Properties.Where(p => p.Value is not null && request.Wants(p.Name) && p.Name is not ("Autostart" or "Active") && !CimValue.AreEqual(p.Value, now[p.Name])
            // CIM's own default comes along with an instance that was made from its class.
            && !(p.Value is "" or Array { Length: 0 } && now[p.Name] is null)).ToList();
        if (changes.Select(c => c.Name).FirstOrDefault(n => !Changeable.Contains(n)) is { } other)
            throw CimException.NotSupported($"{other} of a pool is fixed once it is made, and cannot become {CimValue.Format(wanted[other]!)}; what can be changed is Active, Autostart, {string.Join(", ", Changeable.Order(StringComparer.Ordinal))}.");
        if (active == false && now["Active"] is true)
            Release(pool);
        if (changes.Count == 0)
        {
            Switch(pool, active, autostart);
            return;
        }
        var merged = new TSettings();
        var stale = changes.SelectMany(c => SaidOtherwise(c.Name)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var name in Changeable)
        {
            if ((changes.Find(c => c.Name == name).Value ?? (stale.Contains(name) ? null : now[name])) is { } value)
                merged.SetAt(merged.Layout.OrdinalOf(name), value);
        }
        Change(pool, merged, active, autostart);

        bool? Wish(string name) => request.Wants(name) ? wanted[name] as bool? : null;
    }

    /// <summary>Deletes the pool, as DeleteResourcePool does.</summary>
    public override void Delete(CimRequest request, CimObjectPath path) => pools.Delete(request, pools.PathOf(Require(path)));

    /// <summary>The properties that a pool can be made anew with.</summary>
    protected abstract IReadOnlyCollection<string> Changeable { get; }

    /// <summary>What says the same as a property in other words: who changes the one does not mean the other.</summary>
    protected virtual IEnumerable<string> SaidOtherwise(string property) => [];

    protected abstract bool IsChild(TPool pool);

    protected abstract TPool Make(string name, TSettings settings);

    protected abstract void Switch(TPool pool, bool? active, bool? autostart);

    /// <param name="settings">All that the pool is to be made of.</param>
    protected abstract void Change(TPool pool, TSettings settings, bool? active, bool? autostart);

    /// <exception cref="CimException">FAILED: a running guest needs the pool.</exception>
    protected abstract void Release(TPool pool);
}
