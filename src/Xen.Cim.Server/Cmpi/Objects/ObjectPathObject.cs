using System.Runtime.InteropServices;
using Xen.Cim.Cmpi.Abi;
using Xen.Cim.Model;

namespace Xen.Cim.Server.Cmpi.Objects;

/// <summary>CMPIObjectPath: an object path that can still change.</summary>
internal sealed unsafe class ObjectPathObject() : CmpiObject(CmpiKind.ObjectPath), ICmpiObject<ObjectPathObject>
{
    // Namespaces, class names and key names: few, and mostly literals of the provider.
    private static readonly Utf8Names<string> s_names = new(static name => name, bits: 10);

    private static readonly CMPIObjectPathFT* s_table = MakeTable();

    private readonly List<CimKey> _keys = [];
    private CimObjectPath? _path;

    static CmpiKind ICmpiObject<ObjectPathObject>.Kind => CmpiKind.ObjectPath;

    static void* ICmpiObject<ObjectPathObject>.FunctionTable => s_table;

    static ObjectPathObject ICmpiObject<ObjectPathObject>.Create() => new();

    public string? Host { get; private set; }

    public string Namespace { get; private set; } = "";

    public string ClassName { get; private set; } = "";

    public static CMPIObjectPath* New(Arena arena, CimObjectPath path)
    {
        var made = arena.New<ObjectPathObject>();
        made.Set(path);
        return (CMPIObjectPath*)made.Block;
    }

    public static CMPIObjectPath* New(Arena arena, byte* @namespace, byte* className)
    {
        var made = arena.New<ObjectPathObject>();
        made.Namespace = @namespace is null ? "" : s_names[@namespace].Trim('/');
        made.ClassName = className is null ? "" : s_names[className];
        return (CMPIObjectPath*)made.Block;
    }

    /// <summary>The path as it is now.</summary>
    public CimObjectPath ToPath()
    {
        if (_path is { } path)
            return path;
        path = new CimObjectPath(ClassName, Namespace.Length == 0 ? null : Namespace, [.. _keys]);
        return _path = Host is null ? path : path.WithHost(Host);
    }

    internal override void Clear()
    {
        _keys.Clear();
        _path = null;
        Host = null;
        Namespace = ClassName = "";
    }

    private void Set(CimObjectPath path)
    {
        Host = path.Host;
        Namespace = path.Namespace ?? "";
        ClassName = path.ClassName;
        _keys.AddRange(path.Keys);
        _path = path;
    }

    private void AddKey(byte* name, CMPIValue* value, CMPIType type)
    {
        if (name is null)
            throw CmpiException.InvalidParameter("The name of the key is NULL.");
        var key = s_names[name];
        if ((type & CMPIType.Array) != 0 || type == CMPIType.Instance)
            throw CmpiException.InvalidType($"The key {key} cannot be an array or an embedded instance.");
        if (CmpiData.FromValue(value, type).Value is not { } given)
            throw CmpiException.InvalidParameter($"The key {key} cannot be NULL.");
        _path = null;
        var at = _keys.FindIndex(k => k.Name.Equals(key, StringComparison.OrdinalIgnoreCase));
        if (at < 0)
            _keys.Add(new(key, given));
        else
            _keys[at] = new(key, given);
    }

    /// <summary>
    /// A key as CIM-XML carries it, which is how OpenPegasus hands it to a provider: text, a boolean, a reference, or a
    /// number of 64 bits that has a sign only if it needs one.
    /// </summary>
    private static CMPIData KeyData(object value)
    {
        value = value switch
        {
            byte v => (ulong)v,
            ushort v => (ulong)v,
            uint v => (ulong)v,
            sbyte v => Widen(v),
            short v => Widen(v),
            int v => Widen(v),
            long v => Widen(v),
            CimDateTime v => v.Text,
            char v => v.ToString(),
            float or double => CimValue.Format(value),
            _ => value,
        };
        var type = value switch
        {
            bool => CMPIType.Boolean,
            ulong => CMPIType.UInt64,
            long => CMPIType.SInt64,
            CimObjectPath => CMPIType.Ref,
            _ => CMPIType.String,
        };
        return CmpiData.ToData(Arena.Current, type, value, CMPIValueState.Key);

        static object Widen(long value) => value < 0 ? value : (ulong)value;
    }

    private static CMPIObjectPathFT* MakeTable()
    {
        var table = FunctionTable.Allocate<CMPIObjectPathFT>();
        *table = new()
        {
            FtVersion = FunctionTable.Version,
            Release = &Release,
            Clone = &Clone,
            SetNameSpace = &SetNameSpace,
            GetNameSpace = &GetNameSpace,
            SetHostname = &SetHostname,
            GetHostname = &GetHostname,
            SetClassName = &SetClassName,
            GetClassName = &GetClassName,
            AddKey = &AddKey,
            GetKey = &GetKey,
            GetKeyAt = &GetKeyAt,
            GetKeyCount = &GetKeyCount,
            SetNameSpaceFromObjectPath = &SetNameSpaceFromObjectPath,
            SetHostAndNameSpaceFromObjectPath = &SetHostAndNameSpaceFromObjectPath,
            GetClassQualifier = &GetClassQualifier,
            GetPropertyQualifier = &GetPropertyQualifier,
            GetMethodQualifier = &GetMethodQualifier,
            GetParameterQualifier = &GetParameterQualifier,
            ToString = &ToText,
        };
        return table;
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus Release(CMPIObjectPath* self) => FunctionTable.Release<ObjectPathObject>(self);

    [UnmanagedCallersOnly]
    private static CMPIObjectPath* Clone(CMPIObjectPath* self, CMPIStatus* rc)
    {
        if (FunctionTable.BeginClone<ObjectPathObject>(self, rc, out var clone) is not { } source)
            return null;
        clone.Set(source.ToPath());
        return (CMPIObjectPath*)clone.Block;
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus SetNameSpace(CMPIObjectPath* self, byte* @namespace) =>
        Change(self, @namespace, static (path, text) => path.Namespace = text.Trim('/'));

    [UnmanagedCallersOnly]
    private static CMPIString* GetNameSpace(CMPIObjectPath* self, CMPIStatus* rc) => Text(self, rc, static path => path.Namespace);

    [UnmanagedCallersOnly]
    private static CMPIStatus SetHostname(CMPIObjectPath* self, byte* host) =>
        Change(self, host, static (path, text) => path.Host = text.Length == 0 ? null : text);

    [UnmanagedCallersOnly]
    private static CMPIString* GetHostname(CMPIObjectPath* self, CMPIStatus* rc) => Text(self, rc, static path => path.Host ?? "");

    [UnmanagedCallersOnly]
    private static CMPIStatus SetClassName(CMPIObjectPath* self, byte* className) =>
        Change(self, className, static (path, text) => path.ClassName = text);

    [UnmanagedCallersOnly]
    private static CMPIString* GetClassName(CMPIObjectPath* self, CMPIStatus* rc) => Text(self, rc, static path => path.ClassName);

    [UnmanagedCallersOnly]
    private static CMPIStatus AddKey(CMPIObjectPath* self, byte* name, CMPIValue* value, CMPIType type)
    {
        try
        {
            if (From<ObjectPathObject>(self) is not { } path)
                return Status.Of(CMPIrc.InvalidHandle);
            path.AddKey(name, value, type);
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Status.Of(e);
        }
    }

    [UnmanagedCallersOnly]
    private static CMPIData GetKey(CMPIObjectPath* self, byte* name, CMPIStatus* rc)
    {
        try
        {
            if (FunctionTable.Self<ObjectPathObject>(self, rc) is not { } path)
                return CmpiData.Bad;
            if (name is not null)
            {
                var wanted = s_names[name];
                foreach (var key in path._keys)
                {
                    if (key.Name.Equals(wanted, StringComparison.OrdinalIgnoreCase))
                        return KeyData(key.Value);
                }
            }
            Status.Set(rc, name is null ? CMPIrc.InvalidParameter : CMPIrc.NoSuchProperty);
            return CmpiData.Bad;
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return CmpiData.Bad;
        }
    }

    [UnmanagedCallersOnly]
    private static CMPIData GetKeyAt(CMPIObjectPath* self, uint index, CMPIString** name, CMPIStatus* rc)
    {
        try
        {
            if (FunctionTable.Self<ObjectPathObject>(self, rc) is not { } path)
                return CmpiData.Bad;
            if (index >= path._keys.Count)
            {
                Status.Set(rc, CMPIrc.NoSuchProperty);
                return CmpiData.Bad;
            }
            var key = path._keys[(int)index];
            if (name is not null)
                *name = StringObject.New(Arena.Current, key.Name);
            return KeyData(key.Value);
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return CmpiData.Bad;
        }
    }

    [UnmanagedCallersOnly]
    private static uint GetKeyCount(CMPIObjectPath* self, CMPIStatus* rc) =>
        FunctionTable.Self<ObjectPathObject>(self, rc) is { } path ? (uint)path._keys.Count : 0;

    [UnmanagedCallersOnly]
    private static CMPIStatus SetNameSpaceFromObjectPath(CMPIObjectPath* self, CMPIObjectPath* source) => CopyPlace(self, source, host: false);

    [UnmanagedCallersOnly]
    private static CMPIStatus SetHostAndNameSpaceFromObjectPath(CMPIObjectPath* self, CMPIObjectPath* source) => CopyPlace(self, source, host: true);

    [UnmanagedCallersOnly]
    private static CMPIData GetClassQualifier(CMPIObjectPath* self, byte* qualifier, CMPIStatus* rc) =>
        Qualifier(self, rc, qualifier, static (source, _, _) => source, null, null);

    [UnmanagedCallersOnly]
    private static CMPIData GetPropertyQualifier(CMPIObjectPath* self, byte* property, byte* qualifier, CMPIStatus* rc) =>
        Qualifier(self, rc, qualifier, static (source, name, _) => source.Property(name!), property, null);

    [UnmanagedCallersOnly]
    private static CMPIData GetMethodQualifier(CMPIObjectPath* self, byte* method, byte* qualifier, CMPIStatus* rc) =>
        Qualifier(self, rc, qualifier, static (source, name, _) => source.Method(name!), method, null);

    [UnmanagedCallersOnly]
    private static CMPIData GetParameterQualifier(CMPIObjectPath* self, byte* method, byte* parameter, byte* qualifier, CMPIStatus* rc) =>
        Qualifier(self, rc, qualifier, static (source, name, inner) => source.Method(name!)?.Parameter(inner!), method, parameter);

    [UnmanagedCallersOnly]
    private static CMPIString* ToText(CMPIObjectPath* self, CMPIStatus* rc) => Text(self, rc, static path => path.ToPath().ToString());

    private static CMPIStatus Change(CMPIObjectPath* self, byte* text, Action<ObjectPathObject, string> change)
    {
        try
        {
            if (From<ObjectPathObject>(self) is not { } path)
                return Status.Of(CMPIrc.InvalidHandle);
            change(path, text is null ? "" : s_names[text]);
            path._path = null;
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Status.Of(e);
        }
    }

    private static CMPIString* Text(CMPIObjectPath* self, CMPIStatus* rc, Func<ObjectPathObject, string> text)
    {
        try
        {
            return FunctionTable.Self<ObjectPathObject>(self, rc) is { } path ? StringObject.New(Arena.Current, text(path)) : null;
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return null;
        }
    }

    private static CMPIStatus CopyPlace(CMPIObjectPath* self, CMPIObjectPath* source, bool host)
    {
        try
        {
            if (From<ObjectPathObject>(self) is not { } path || From<ObjectPathObject>(source) is not { } from)
                return Status.Of(CMPIrc.InvalidHandle);
            path.Namespace = from.Namespace;
            if (host)
                path.Host = from.Host;
            path._path = null;
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Status.Of(e);
        }
    }

    private static CMPIData Qualifier(CMPIObjectPath* self, CMPIStatus* rc, byte* qualifier, Func<CimClass, string?, string?, CimElement?> find, byte* outer, byte* inner)
    {
        try
        {
            if (FunctionTable.Self<ObjectPathObject>(self, rc) is not { } path)
                return CmpiData.Bad;
            var arena = Arena.Current;
            if (arena.Broker?.Services.FindClass(path.Namespace, path.ClassName) is not { } source)
            {
                Status.Set(rc, CMPIrc.InvalidClass);
                return CmpiData.Bad;
            }
            if (find(source, Utf8Text.Read(outer) ?? "", Utf8Text.Read(inner) ?? "")?.Qualifier(Utf8Text.Read(qualifier) ?? "") is { } found)
                return CmpiData.ToData(arena, CmpiData.ToCmpiType(found.Type, found.IsArray), found.Value);
            Status.Set(rc, CMPIrc.NotFound);
            return CmpiData.Bad;
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return CmpiData.Bad;
        }
    }
}
