using System.Runtime.InteropServices;
using Xen.Cim.Cmpi.Abi;
using Xen.Cim.Model;

namespace Xen.Cim.Server.Cmpi.Objects;

/// <summary>CMPIArray: elements of one type, each good or NULL. It holds values, so an element handed out is a copy.</summary>
internal sealed unsafe class ArrayObject() : CmpiObject(CmpiKind.Array), ICmpiObject<ArrayObject>
{
    // One call must not take the server's memory with a single size.
    private const uint MaxSize = 16 * 1024 * 1024;

    private static readonly CMPIArrayFT* s_table = MakeTable();

    private object?[] _elements = [];

    static CmpiKind ICmpiObject<ArrayObject>.Kind => CmpiKind.Array;

    static void* ICmpiObject<ArrayObject>.FunctionTable => s_table;

    static ArrayObject ICmpiObject<ArrayObject>.Create() => new();

    public CMPIType ElementType { get; private set; }

    public IReadOnlyList<object?> Elements => _elements;

    /// <summary>An array from a .NET array, or from any sequence of values.</summary>
    public static CMPIArray* New(Arena arena, CMPIType elementType, object value)
    {
        var made = arena.New<ArrayObject>();
        made.ElementType = elementType;
        made._elements = value is Array array ? CimValue.Elements(array).ToArray() : [value];
        return (CMPIArray*)made.Block;
    }

    public static CMPIArray* New(Arena arena, CMPIType elementType, uint size)
    {
        var normal = CmpiData.Normalize(elementType);
        // Arrays of no type are made elsewhere as well, and nothing can be put into them.
        if (normal != CMPIType.Null)
            _ = CmpiData.ToCimType(normal);
        if (size > MaxSize)
            throw CmpiException.InvalidParameter($"An array of {size} elements is too long; {MaxSize} is the most.");
        var made = arena.New<ArrayObject>();
        made.ElementType = normal;
        made._elements = size == 0 ? [] : new object?[size];
        return (CMPIArray*)made.Block;
    }

    /// <summary>The elements as the model holds an array.</summary>
    public Array ToValue() => CimValue.ToArray(CmpiData.ToCimType(ElementType), _elements);

    internal override void Clear() => _elements = [];

    private static CMPIArrayFT* MakeTable()
    {
        var table = FunctionTable.Allocate<CMPIArrayFT>();
        *table = new()
        {
            FtVersion = FunctionTable.Version,
            Release = &Release,
            Clone = &Clone,
            GetSize = &GetSize,
            GetSimpleType = &GetSimpleType,
            GetElementAt = &GetElementAt,
            SetElementAt = &SetElementAt,
        };
        return table;
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus Release(CMPIArray* self) => FunctionTable.Release<ArrayObject>(self);

    [UnmanagedCallersOnly]
    private static CMPIArray* Clone(CMPIArray* self, CMPIStatus* rc)
    {
        if (FunctionTable.BeginClone<ArrayObject>(self, rc, out var clone) is not { } source)
            return null;
        clone.ElementType = source.ElementType;
        clone._elements = [.. source._elements];
        return (CMPIArray*)clone.Block;
    }

    [UnmanagedCallersOnly]
    private static uint GetSize(CMPIArray* self, CMPIStatus* rc) =>
        FunctionTable.Self<ArrayObject>(self, rc) is { } array ? (uint)array._elements.Length : 0;

    [UnmanagedCallersOnly]
    private static CMPIType GetSimpleType(CMPIArray* self, CMPIStatus* rc) =>
        FunctionTable.Self<ArrayObject>(self, rc) is { } array ? array.ElementType : CMPIType.Null;

    [UnmanagedCallersOnly]
    private static CMPIData GetElementAt(CMPIArray* self, uint index, CMPIStatus* rc)
    {
        try
        {
            if (FunctionTable.Self<ArrayObject>(self, rc) is not { } array)
                return CmpiData.Bad;
            if (index < array._elements.Length)
                return CmpiData.ToData(Arena.Current, array.ElementType, array._elements[index]);
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
    private static CMPIStatus SetElementAt(CMPIArray* self, uint index, CMPIValue* value, CMPIType type)
    {
        try
        {
            if (From<ArrayObject>(self) is not { } array)
                return Status.Of(CMPIrc.InvalidHandle);
            if (index >= array._elements.Length)
                return Status.Of(CMPIrc.NoSuchProperty);
            if (type == CMPIType.Null)
            {
                array._elements[index] = null;
                return Status.Ok;
            }
            if (CmpiData.Normalize(type) != array.ElementType)
                return Status.Of(CMPIrc.TypeMismatch);
            array._elements[index] = CmpiData.FromValue(value, type).Value;
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Status.Of(e);
        }
    }

}
