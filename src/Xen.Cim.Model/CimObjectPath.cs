using System.Globalization;
using System.Text;

namespace Xen.Cim.Model;

/// <summary>One key of an object path.</summary>
/// <param name="Name">Property name; compared without case.</param>
/// <param name="Value">A scalar as in <see cref="CimValue"/>: string, bool, integer, datetime or object path.</param>
public readonly record struct CimKey(string Name, object Value);

/// <summary>
/// The path of a class (no keys) or an instance: optional host, optional namespace, class name, keys (DSP0004 8.2).
/// </summary>
/// <remarks>
/// Paths are equal when class, namespace and keys are; host is left out, case of names does not count, nor the order of
/// keys, and integers compare by value whatever their width.
/// </remarks>
public sealed class CimObjectPath : IEquatable<CimObjectPath>
{
    private readonly CimKey[] _keys;

    public CimObjectPath(string className, string? @namespace = null, params CimKey[] keys)
        : this(null, @namespace, className, keys)
    {
    }

    private CimObjectPath(string? host, string? @namespace, string className, CimKey[] keys)
    {
        Host = host;
        Namespace = @namespace;
        ClassName = className;
        _keys = keys;
    }

    public string? Host { get; }

    /// <summary>"root/virt", without slashes at its ends.</summary>
    public string? Namespace { get; }

    public string ClassName { get; }

    public IReadOnlyList<CimKey> Keys => _keys;

    public bool IsClassPath => _keys.Length == 0;

    /// <summary>A key's value, or null when the path has no key of that name.</summary>
    public object? this[string keyName]
    {
        get
        {
            foreach (var key in _keys)
            {
                if (key.Name.Equals(keyName, StringComparison.OrdinalIgnoreCase))
                    return key.Value;
            }
            return null;
        }
    }

    /// <summary>A key as text, or null.</summary>
    public string? GetString(string keyName) => this[keyName] is { } value ? CimValue.Format(value) : null;

    public CimObjectPath WithNamespace(string? @namespace) => new(Host, @namespace, ClassName, _keys);

    public CimObjectPath WithHost(string? host) => new(host, Namespace, ClassName, _keys);

    public CimObjectPath WithClassName(string className) => new(Host, Namespace, className, _keys);

    public CimObjectPath WithKeys(IEnumerable<CimKey> keys) => new(Host, Namespace, ClassName, keys.ToArray());

    /// <summary>The path without its keys.</summary>
    public CimObjectPath ClassPath() => new(Host, Namespace, ClassName, []);

    /// <summary>
    /// Reads a WBEM URI (DSP0207: <c>//host/root/virt:Class.Key="v",N=1</c>) or the older forms
    /// <c>root/virt:Class.Key="v"</c> and <c>Class.Key="v"</c>; a scheme in front (<c>http://</c>) is skipped.
    /// </summary>
    /// <exception cref="CimException">INVALID_PARAMETER: the text is not an object path.</exception>
    public static CimObjectPath Parse(string text) => new PathParser(text).Parse();

    public bool Equals(CimObjectPath? other)
    {
        if (ReferenceEquals(this, other))
            return true;
        if (other is null || _keys.Length != other._keys.Length
            || !ClassName.Equals(other.ClassName, StringComparison.OrdinalIgnoreCase)
            || !string.Equals(Namespace, other.Namespace, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }
        foreach (var key in _keys)
        {
            if (other[key.Name] is not { } value || !KeyValuesEqual(key.Value, value))
                return false;
        }
        return true;
    }

    public override bool Equals(object? obj) => Equals(obj as CimObjectPath);

    public override int GetHashCode()
    {
        var keys = 0;
        foreach (var key in _keys)
            keys += HashCode.Combine(key.Name.ToUpperInvariant(), key.Value is CimObjectPath path ? path.GetHashCode() : CimValue.Format(key.Value).GetHashCode(StringComparison.Ordinal));
        return HashCode.Combine(ClassName.ToUpperInvariant(), Namespace?.ToUpperInvariant(), keys);
    }

    public static bool operator ==(CimObjectPath? left, CimObjectPath? right) => left is null ? right is null : left.Equals(right);

    public static bool operator !=(CimObjectPath? left, CimObjectPath? right) => !(left == right);

    /// <summary>The untyped WBEM URI (DSP0207): keys in their order, strings quoted and escaped.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        if (Host is not null)
            text.Append("//").Append(Host).Append('/');
        if (Namespace is not null)
            text.Append(Namespace).Append(':');
        text.Append(ClassName);
        var separator = '.';
        foreach (var key in _keys)
        {
            text.Append(separator).Append(key.Name).Append('=');
            AppendKeyValue(text, key.Value);
            separator = ',';
        }
        return text.ToString();
    }

    private static void AppendKeyValue(StringBuilder text, object value)
    {
        switch (value)
        {
            case string or CimDateTime or CimObjectPath:
                text.Append('"').Append(CimValue.Format(value).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');
                break;
            case char c:
                text.Append('\'').Append(c).Append('\'');
                break;
            case bool b:
                text.Append(b ? "TRUE" : "FALSE");
                break;
            default:
                text.Append(CimValue.Format(value));
                break;
        }
    }

    private static bool KeyValuesEqual(object left, object right) => (left, right) switch
    {
        (CimObjectPath a, CimObjectPath b) => a.Equals(b),
        (string a, string b) => a == b,
        (bool a, bool b) => a == b,
        _ => left.GetType() == right.GetType() ? left.Equals(right) : CimValue.Format(left) == CimValue.Format(right),
    };

    private ref struct PathParser(string text)
    {
        private readonly string _text = text;
        private int _position;

        public CimObjectPath Parse()
        {
            string? host = null;
            string? ns = null;
            var scheme = _text.IndexOf("://", StringComparison.Ordinal);
            var firstQuote = _text.IndexOf('"', StringComparison.Ordinal);
            if (scheme > 0 && (firstQuote < 0 || scheme < firstQuote))
                _position = scheme + 1;
            if (_text.AsSpan(_position).StartsWith("//", StringComparison.Ordinal))
            {
                var slash = _text.IndexOf('/', _position + 2);
                if (slash < 0)
                    throw Error("a namespace after the host");
                host = _text[(_position + 2)..slash];
                _position = slash + 1;
            }
            else if (_position < _text.Length && _text[_position] == '/')
            {
                _position++;
            }
            var dot = _text.IndexOf('.', _position);
            var colon = _text.IndexOf(':', _position);
            if (colon >= 0 && (dot < 0 || colon < dot) && (firstQuote < 0 || colon < firstQuote))
            {
                ns = _text[_position..colon].Trim('/');
                _position = colon + 1;
            }
            var end = _text.IndexOf('.', _position);
            var className = end < 0 ? _text[_position..] : _text[_position..end];
            if (className.Length == 0 || !className.All(c => char.IsLetterOrDigit(c) || c == '_'))
                throw Error("a class name");
            if (end < 0)
                return new(host, ns, className, []);
            _position = end + 1;
            var keys = new List<CimKey>();
            do
            {
                var equal = _text.IndexOf('=', _position);
                if (equal < 0)
                    throw Error("Key=value");
                var name = _text[_position..equal].Trim();
                _position = equal + 1;
                keys.Add(new(name, ParseValue()));
            }
            while (_position < _text.Length && _text[_position++] == ',');
            return new(host, ns, className, keys.ToArray());
        }

        private object ParseValue()
        {
            if (_position < _text.Length && _text[_position] is '"' or '\'')
            {
                var quote = _text[_position++];
                var value = new StringBuilder();
                while (_position < _text.Length && _text[_position] != quote)
                {
                    if (_text[_position] == '\\' && _position + 1 < _text.Length)
                        _position++;
                    value.Append(_text[_position++]);
                }
                if (_position >= _text.Length)
                    throw Error("a closing quote");
                _position++;
                return value.ToString();
            }
            var end = _text.IndexOf(',', _position);
            if (end < 0)
                end = _text.Length;
            var bare = _text[_position..end].Trim();
            _position = end;
            if (bare.Equals("true", StringComparison.OrdinalIgnoreCase))
                return true;
            if (bare.Equals("false", StringComparison.OrdinalIgnoreCase))
                return false;
            if (ulong.TryParse(bare, NumberStyles.None, CultureInfo.InvariantCulture, out var unsigned))
                return unsigned;
            if (long.TryParse(bare, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var signed))
                return signed;
            throw Error("a quoted string, a boolean or an integer");
        }

        private readonly CimException Error(string expected) => new(CimStatus.InvalidParameter,
            $"\"{CimValue.Shorten(_text)}\" is not an object path: expected {expected} at position {_position}.");
    }
}
