using System.Globalization;
using System.Text;

namespace Xen.Cim.Hypervisor;

/// <summary>Processors of the host by number, never none; written as libvirt's XML writes them: <c>0-3,8</c>.</summary>
public sealed class ProcessorSet : IEquatable<ProcessorSet>
{
    /// <summary>More than any host has; libvirt's own limit (VIR_DOMAIN_CPUMASK_LEN).</summary>
    private const uint Limit = 16384;

    private readonly uint[] _numbers;

    private ProcessorSet(uint[] numbers) => _numbers = numbers;

    /// <summary>Ascending, each once.</summary>
    public IReadOnlyList<uint> Numbers => _numbers;

    /// <summary>Null for none, or for a number that no host has.</summary>
    public static ProcessorSet? Of(IEnumerable<uint> numbers)
    {
        var sorted = numbers.Distinct().Order().ToArray();
        return sorted.Length == 0 || sorted[^1] >= Limit ? null : new ProcessorSet(sorted);
    }

    /// <summary>Reads <c>0-3,^2,8</c>: numbers, ranges, and exceptions from what stands before them.</summary>
    /// <returns>Null when it is something else, or nothing is left.</returns>
    public static ProcessorSet? Parse(string? text)
    {
        var numbers = new HashSet<uint>();
        foreach (var part in (text ?? "").Split(',', StringSplitOptions.TrimEntries))
        {
            var without = part.StartsWith('^');
            var range = part.AsSpan(without ? 1 : 0);
            var dash = range.IndexOf('-');
            if (!Number(dash < 0 ? range : range[..dash], out var first) || !Number(dash < 0 ? range : range[(dash + 1)..], out var last) || last < first)
                return null;
            for (var number = first; number <= last; number++)
            {
                if (without)
                    numbers.Remove(number);
                else
                    numbers.Add(number);
            }
        }
        return Of(numbers);
    }

    /// <summary>Whether all of a host's processors are in it.</summary>
    public bool CoversHostOf(uint processors)
    {
        for (uint number = 0; number < processors; number++)
        {
            if (Array.BinarySearch(_numbers, number) < 0)
                return false;
        }
        return true;
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        for (var i = 0; i < _numbers.Length; i++)
        {
            var first = _numbers[i];
            while (i + 1 < _numbers.Length && _numbers[i + 1] == _numbers[i] + 1)
                i++;
            text.Append(text.Length > 0 ? "," : "").Append(CultureInfo.InvariantCulture, $"{first}");
            if (_numbers[i] > first)
                text.Append(CultureInfo.InvariantCulture, $"-{_numbers[i]}");
        }
        return text.ToString();
    }

    public bool Equals(ProcessorSet? other) => other is not null && _numbers.AsSpan().SequenceEqual(other._numbers);

    public override bool Equals(object? obj) => Equals(obj as ProcessorSet);

    public override int GetHashCode() => _numbers.Aggregate(0, HashCode.Combine);

    private static bool Number(ReadOnlySpan<char> text, out uint number) =>
        uint.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out number) && number < Limit;
}
