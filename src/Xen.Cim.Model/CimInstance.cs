namespace Xen.Cim.Model;

/// <summary>One property of an instance as it travels.</summary>
public readonly record struct CimProperty(CimPropertyInfo Info, object? Value)
{
    public string Name => Info.Name;

    public CimType Type => Info.Type;

    public bool IsArray => Info.IsArray;
}

/// <summary>
/// An instance: a layout and a value for each property that was set. A property that was never set is absent, which is
/// not the same as one that was set to NULL.
/// </summary>
/// <remarks>Not thread-safe. Generated classes derive from this one and add typed properties.</remarks>
public class CimInstance
{
    // What was never set is null: so an array that was just made holds nothing yet.
    private static readonly object s_null = new();
    private CimLayout _layout;
    private object?[] _values;
    // Of one that is copied, and of its copies, until they are changed.
    private bool _shared;
    private CimObjectPath? _path;

    /// <summary>An instance of a class that is not known at build time; properties are added with <see cref="Set"/>.</summary>
    public CimInstance(string className)
        : this(new CimLayout(className, null, isAssociation: false))
    {
    }

    public CimInstance(CimLayout layout)
    {
        _layout = layout;
        _values = new object?[layout.Properties.Count];
    }

    public CimLayout Layout => _layout;

    public string ClassName => _layout.ClassName;

    /// <summary>The instance's own path, when it has one; embedded instances often have none.</summary>
    public CimObjectPath? Path
    {
        get => _path;
        set => _path = IsFixed ? throw Fixed() : value;
    }

    /// <summary>Whether it is given to many who may only read it; who wants another one makes a <see cref="Copy"/>.</summary>
    public bool IsFixed { get; private set; }

    /// <summary>The properties that were set, in the order of the layout.</summary>
    public IEnumerable<CimProperty> Properties
    {
        get
        {
            for (var i = 0; i < _values.Length; i++)
            {
                if (HasAt(i))
                    yield return new(_layout.Properties[i], ValueAt(i));
            }
        }
    }

    /// <summary>A property's value; null when it is NULL or was not set.</summary>
    public object? this[string name] => _layout.OrdinalOf(name) is >= 0 and var ordinal ? ValueAt(ordinal) : null;

    /// <summary>Whether the property was set, to NULL included.</summary>
    public bool Has(string name) => _layout.OrdinalOf(name) is >= 0 and var ordinal && HasAt(ordinal);

    /// <summary>Sets a property, and adds it to the instance's layout when the class does not have it.</summary>
    public void Set(string name, CimType type, bool isArray, object? value, CimPropertyFlags flags = CimPropertyFlags.None)
    {
        var ordinal = _layout.OrdinalOf(name);
        if (ordinal < 0)
        {
            if (IsFixed)
                throw Fixed();
            ordinal = _values.Length;
            _layout = new CimLayout(ClassName, _layout, _layout.IsAssociation, new CimPropertyInfo(name, type, isArray, flags));
            Array.Resize(ref _values, ordinal + 1);
            _shared = false;
        }
        SetAt(ordinal, value);
    }

    /// <summary>Sets a property that the layout has, by its ordinal.</summary>
    public void SetAt(int ordinal, object? value) => Own()[ordinal] = value ?? s_null;

    public object? ValueAt(int ordinal) => _values[ordinal] is var value && value != s_null ? value : null;

    public bool HasAt(int ordinal) => _values[ordinal] is not null;

    /// <summary>Takes a property out of the instance.</summary>
    public void Remove(string name)
    {
        if (_layout.OrdinalOf(name) is >= 0 and var ordinal)
            Own()[ordinal] = null;
    }

    /// <summary>An instance that says the same, and can be changed without changing this one. Made by several threads at once, this one must not be changed any more.</summary>
    public CimInstance Copy()
    {
        _shared = true;
        var copy = (CimInstance)MemberwiseClone();
        copy.IsFixed = false;
        return copy;
    }

    /// <summary>From now on the instance cannot be changed.</summary>
    public void Fix() => IsFixed = true;

    /// <summary>The path made of the class and the values of its key properties.</summary>
    /// <exception cref="CimException">INVALID_PARAMETER: a key is missing.</exception>
    public CimObjectPath MakePath(string? @namespace)
    {
        var keys = new List<CimKey>();
        for (var i = 0; i < _values.Length; i++)
        {
            if (!_layout.Properties[i].IsKey)
                continue;
            keys.Add(new(_layout.Properties[i].Name, ValueAt(i)
                ?? throw CimException.InvalidParameter($"The key {ClassName}.{_layout.Properties[i].Name} has no value.")));
        }
        return new CimObjectPath(ClassName, @namespace, keys.ToArray());
    }

    /// <summary>Copies the values into a generated type; properties that it does not have are left out.</summary>
    /// <exception cref="CimException">TYPE_MISMATCH: a value does not fit the property's type.</exception>
    public T As<T>()
        where T : CimInstance, new()
    {
        if (this is T same)
            return same;
        var target = new T { Path = Path };
        foreach (var property in Properties)
        {
            var ordinal = target.Layout.OrdinalOf(property.Name);
            if (ordinal >= 0)
                target.SetAt(ordinal, Convert(property.Value, target.Layout.Properties[ordinal]));
        }
        return target;
    }

    private InvalidOperationException Fixed() => new($"This instance of {ClassName} is given to many and cannot be changed; a copy can.");

    private object?[] Own()
    {
        if (IsFixed)
            throw Fixed();
        if (_shared)
            (_values, _shared) = ((object?[])_values.Clone(), false);
        return _values;
    }

    protected static T? Value<T>(object? value)
        where T : struct => value is T typed ? typed : null;

    /// <summary>Converts a value to a property's type; a scalar where an array is due becomes its only element.</summary>
    public static object? Convert(object? value, CimPropertyInfo info)
    {
        if (value is null)
            return null;
        var elements = value is Array array ? CimValue.Elements(array).ToList() : [value];
        if (!info.IsArray && elements.Count != 1)
            throw new CimException(CimStatus.TypeMismatch, $"{info.Name} is one {CimValue.Name(info.Type)}, not an array of {elements.Count}.");
        var converted = elements.ConvertAll(e => e is null ? null : CimValue.Accept(info.Type, e)
            ?? throw new CimException(CimStatus.TypeMismatch, $"{info.Name} is a {CimValue.Name(info.Type)}; {CimValue.Describe(e)} is not."));
        return info.IsArray ? CimValue.ToArray(info.Type, converted) : converted[0];
    }
}
