using Xen.Cim.Cmpi.Abi;

namespace Xen.Cim.Server.Cmpi.Objects;

/// <summary>Values by name, in the order in which they came: what CMPIArgs and CMPIContext both are.</summary>
internal sealed unsafe class NamedValues
{
    private readonly List<(string Name, TypedValue Value)> _list = [];

    public IReadOnlyList<(string Name, TypedValue Value)> List => _list;

    public void Clear() => _list.Clear();

    public void CopyFrom(NamedValues other) => _list.AddRange(other._list);

    public void Set(string name, TypedValue value)
    {
        var at = IndexOf(name);
        if (at < 0)
            _list.Add((name, value));
        else
            _list[at] = (name, value);
    }

    public CMPIStatus Set(byte* name, CMPIValue* value, CMPIType type)
    {
        Set(Utf8Text.Required(name, "The name"), CmpiData.FromValue(value, type));
        return Status.Ok;
    }

    public CMPIData Get(byte* name, CMPIrc ifMissing, CMPIStatus* rc)
    {
        var at = name is null ? -1 : IndexOf(Utf8Text.Read(name)!);
        if (at >= 0)
            return CmpiData.ToData(Arena.Current, _list[at].Value.Type, _list[at].Value.Value);
        Status.Set(rc, ifMissing);
        return CmpiData.Bad;
    }

    public CMPIData GetAt(uint index, CMPIString** name, CMPIrc ifMissing, CMPIStatus* rc)
    {
        if (index >= _list.Count)
        {
            Status.Set(rc, ifMissing);
            return CmpiData.Bad;
        }
        var (key, value) = _list[(int)index];
        if (name is not null)
            *name = StringObject.New(Arena.Current, key);
        return CmpiData.ToData(Arena.Current, value.Type, value.Value);
    }

    private int IndexOf(string name) => _list.FindIndex(v => v.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
