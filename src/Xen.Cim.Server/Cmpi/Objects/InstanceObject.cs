using System.Runtime.InteropServices;
using Xen.Cim.Cmpi.Abi;
using Xen.Cim.Model;

namespace Xen.Cim.Server.Cmpi.Objects;

/// <summary>
/// CMPIInstance. The values go straight into a <see cref="CimInstance"/>; one that others know as well is copied before
/// the provider changes it.
/// </summary>
internal sealed unsafe class InstanceObject() : CmpiObject(CmpiKind.Instance), ICmpiObject<InstanceObject>
{
    private static readonly CMPIInstanceFT* s_table = MakeTable();

    private CimInstance _value = null!;
    private ClassShape? _shape;
    private bool _isShared;
    private bool[]? _filter;

    static CmpiKind ICmpiObject<InstanceObject>.Kind => CmpiKind.Instance;

    static void* ICmpiObject<InstanceObject>.FunctionTable => s_table;

    static InstanceObject ICmpiObject<InstanceObject>.Create() => new();

    /// <summary>An instance that came from elsewhere; it has the properties that were set, and no others.</summary>
    public static CMPIInstance* New(Arena arena, CimInstance instance)
    {
        var made = arena.New<InstanceObject>();
        made._value = instance;
        made._isShared = true;
        return (CMPIInstance*)made.Block;
    }

    /// <summary>A new instance of a class: it has every property, with the defaults of the class and the keys of the path.</summary>
    public static CMPIInstance* New(Arena arena, ClassShape shape, CimObjectPath path)
    {
        var made = arena.New<InstanceObject>();
        var value = shape.NewInstance();
        value.Path = path;
        foreach (var key in path.Keys)
        {
            var ordinal = shape.Layout.OrdinalOf(key.Name);
            if (ordinal >= 0 && CimValue.TryConvert(shape.Layout.Properties[ordinal].Type, key.Value) is { } converted)
                value.SetAt(ordinal, converted);
        }
        made._value = value;
        made._shape = shape;
        return (CMPIInstance*)made.Block;
    }

    public string ClassName => _value.ClassName;

    /// <summary>The instance for somebody who keeps it.</summary>
    public CimInstance Share()
    {
        _isShared = true;
        return _value;
    }

    /// <summary>The instance as a result: with a path that has its keys.</summary>
    public CimInstance ShareAsResult()
    {
        if (_value.Path is null or { IsClassPath: true } && FullPath() is { } path)
            Writable().Path = path;
        return Share();
    }

    public object? this[string name] => _value[name];

    internal override void Clear()
    {
        _value = null!;
        _shape = null;
        _isShared = false;
        _filter = null;
    }

    private CimInstance Writable()
    {
        if (!_isShared)
            return _value;
        _isShared = false;
        return _value = _value.Copy();
    }

    private int OrdinalOf(byte* name) => _shape is { } shape && shape.Layout == _value.Layout
        ? shape.Ordinals[name]
        : _value.Layout.OrdinalOf(Utf8Text.Read(name)!);

    /// <summary>The path with keys where the properties give them, or null.</summary>
    private CimObjectPath? FullPath()
    {
        if (_value.Path is { IsClassPath: false } complete)
            return complete;
        var layout = _value.Layout;
        var keys = new List<CimKey>();
        for (var i = 0; i < layout.Properties.Count; i++)
        {
            if (!layout.Properties[i].IsKey)
                continue;
            if (_value.ValueAt(i) is not { } value)
                return _value.Path;
            keys.Add(new(layout.Properties[i].Name, value));
        }
        return (_value.Path ?? new CimObjectPath(ClassName)).WithKeys(keys);
    }

    private CMPIStatus SetProperty(byte* name, CMPIValue* value, CMPIType type)
    {
        if (name is null)
            return Status.Of(CMPIrc.InvalidParameter);
        var given = CmpiData.FromValue(value, type);
        var ordinal = OrdinalOf(name);
        // A property that the class does not have is left out without complaint, as OpenPegasus does.
        if (ordinal < 0)
            return Status.Ok;
        var property = _value.Layout.Properties[ordinal];
        var expected = CmpiData.TypeOf(property);
        if (given.Type != expected && !(given.Value is null && given.CimType == property.Type && given.IsArray == property.IsArray))
        {
            return Status.Of(CmpiException.InvalidType(
                $"{ClassName}.{property.Name} has CMPI type 0x{(int)expected:x}; a value of type 0x{(int)type:x} does not fit."));
        }
        if (_filter is { } filter && !filter[ordinal])
            return Status.Ok;
        Writable().SetAt(ordinal, given.Value);
        return Status.Ok;
    }

    private CMPIData DataAt(int ordinal) =>
        CmpiData.ToData(Arena.Current, CmpiData.TypeOf(_value.Layout.Properties[ordinal]), _value.ValueAt(ordinal));

    // An instance that the provider made has all properties of its class; another one has those that were set.
    private bool IsThere(int ordinal) => _filter is { } filter ? filter[ordinal] : _shape is not null || _value.HasAt(ordinal);

    private static CMPIInstanceFT* MakeTable()
    {
        var table = FunctionTable.Allocate<CMPIInstanceFT>();
        *table = new()
        {
            FtVersion = FunctionTable.Version,
            Release = &Release,
            Clone = &Clone,
            GetProperty = &GetProperty,
            GetPropertyAt = &GetPropertyAt,
            GetPropertyCount = &GetPropertyCount,
            SetProperty = &SetProperty,
            GetObjectPath = &GetObjectPath,
            SetPropertyFilter = &SetPropertyFilter,
            SetObjectPath = &SetObjectPath,
            SetPropertyWithOrigin = &SetPropertyWithOrigin,
        };
        return table;
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus Release(CMPIInstance* self) => FunctionTable.Release<InstanceObject>(self);

    [UnmanagedCallersOnly]
    private static CMPIInstance* Clone(CMPIInstance* self, CMPIStatus* rc)
    {
        if (FunctionTable.BeginClone<InstanceObject>(self, rc, out var clone) is not { } source)
            return null;
        clone._value = source.Share();
        clone._isShared = true;
        clone._shape = source._shape;
        clone._filter = source._filter;
        return (CMPIInstance*)clone.Block;
    }

    [UnmanagedCallersOnly]
    private static CMPIData GetProperty(CMPIInstance* self, byte* name, CMPIStatus* rc)
    {
        try
        {
            if (FunctionTable.Self<InstanceObject>(self, rc) is not { } instance)
                return CmpiData.Bad;
            var ordinal = name is null ? -1 : instance.OrdinalOf(name);
            if (ordinal >= 0 && instance.IsThere(ordinal))
                return instance.DataAt(ordinal);
            Status.Set(rc, CMPIrc.NoSuchProperty);
            return CmpiData.Bad;
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return CmpiData.Bad;
        }
    }

    [UnmanagedCallersOnly]
    private static CMPIData GetPropertyAt(CMPIInstance* self, uint index, CMPIString** name, CMPIStatus* rc)
    {
        try
        {
            if (FunctionTable.Self<InstanceObject>(self, rc) is not { } instance)
                return CmpiData.Bad;
            var properties = instance._value.Layout.Properties;
            for (var i = 0; i < properties.Count; i++)
            {
                if (!instance.IsThere(i) || index-- != 0)
                    continue;
                if (name is not null)
                    *name = StringObject.New(Arena.Current, properties[i].Name);
                return instance.DataAt(i);
            }
            Status.Set(rc, CMPIrc.NoSuchProperty);
            return CmpiData.Bad;
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return CmpiData.Bad;
        }
    }

    [UnmanagedCallersOnly]
    private static uint GetPropertyCount(CMPIInstance* self, CMPIStatus* rc)
    {
        if (FunctionTable.Self<InstanceObject>(self, rc) is not { } instance)
            return 0;
        var count = 0u;
        for (var i = instance._value.Layout.Properties.Count - 1; i >= 0; i--)
        {
            if (instance.IsThere(i))
                count++;
        }
        return count;
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus SetProperty(CMPIInstance* self, byte* name, CMPIValue* value, CMPIType type) => Set(self, name, value, type);

    // Where a property was declared is known from the class; what the provider says of it adds nothing.
    [UnmanagedCallersOnly]
    private static CMPIStatus SetPropertyWithOrigin(CMPIInstance* self, byte* name, CMPIValue* value, CMPIType type, byte* origin) => Set(self, name, value, type);

    private static CMPIStatus Set(CMPIInstance* self, byte* name, CMPIValue* value, CMPIType type)
    {
        try
        {
            return From<InstanceObject>(self) is { } instance
                ? instance.SetProperty(name, value, type)
                : Status.Of(CMPIrc.InvalidHandle);
        }
        catch (Exception e)
        {
            return Status.Of(e);
        }
    }

    [UnmanagedCallersOnly]
    private static CMPIObjectPath* GetObjectPath(CMPIInstance* self, CMPIStatus* rc)
    {
        try
        {
            return FunctionTable.Self<InstanceObject>(self, rc) is { } instance
                ? ObjectPathObject.New(Arena.Current, instance.FullPath() ?? new CimObjectPath(instance.ClassName))
                : null;
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return null;
        }
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus SetPropertyFilter(CMPIInstance* self, byte** properties, byte** keys)
    {
        try
        {
            if (From<InstanceObject>(self) is not { } instance)
                return Status.Of(CMPIrc.InvalidHandle);
            if (Utf8Text.ReadList(properties) is not { } wanted)
            {
                instance._filter = null;
                return Status.Ok;
            }
            var keyNames = Utf8Text.ReadList(keys);
            var layout = instance._value.Layout;
            var filter = new bool[layout.Properties.Count];
            var value = instance.Writable();
            for (var i = 0; i < filter.Length; i++)
            {
                var property = layout.Properties[i];
                filter[i] = property.IsKey || wanted.Contains(property.Name) || keyNames is not null && keyNames.Contains(property.Name);
                if (!filter[i] && value.HasAt(i))
                    value.Remove(property.Name);
            }
            instance._filter = filter;
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Status.Of(e);
        }
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus SetObjectPath(CMPIInstance* self, CMPIObjectPath* path)
    {
        try
        {
            if (From<InstanceObject>(self) is not { } instance)
                return Status.Of(CMPIrc.InvalidHandle);
            if (From<ObjectPathObject>(path) is not { } given)
                return Status.Of(CMPIrc.InvalidParameter);
            instance.Writable().Path = given.ToPath();
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Status.Of(e);
        }
    }
}
