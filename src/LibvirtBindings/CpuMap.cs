using System.Globalization;
using System.Text;

namespace Libvirt;

/// <summary>A set of processors: bit n % 8 of byte n / 8 is processor n (libvirt's cpumap).</summary>
public sealed class CpuMap : IEquatable<CpuMap>
{
    private readonly byte[] bytes;

    /// <summary>From libvirt's form.</summary>
    public CpuMap(ReadOnlySpan<byte> bytes) => this.bytes = bytes.ToArray();

    /// <summary>From processor numbers.</summary>
    public static CpuMap Of(params IEnumerable<int> cpus)
    {
        ArgumentNullException.ThrowIfNull(cpus);
        var set = new byte[1];
        foreach (var cpu in cpus)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(cpu, nameof(cpus));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(cpu, 65535, nameof(cpus));
            if (cpu / 8 >= set.Length)
                Array.Resize(ref set, cpu / 8 + 1);
            set[cpu / 8] |= (byte)(1 << cpu % 8);
        }
        return new CpuMap(set);
    }

    public ReadOnlySpan<byte> Bytes => bytes;

    public bool Contains(int cpu) => cpu >= 0 && cpu / 8 < bytes.Length && (bytes[cpu / 8] & 1 << cpu % 8) != 0;

    /// <summary>The processors in it, ascending.</summary>
    public IEnumerable<int> Cpus => Enumerable.Range(0, bytes.Length * 8).Where(Contains);

    public bool Equals(CpuMap? other) => other is not null && Cpus.SequenceEqual(other.Cpus);

    public override bool Equals(object? obj) => Equals(obj as CpuMap);

    public override int GetHashCode() => Cpus.Aggregate(0, HashCode.Combine);

    /// <summary>As libvirt's XML writes it: <c>0-3,8</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        for (var cpu = 0; cpu < bytes.Length * 8; cpu++)
        {
            if (!Contains(cpu))
                continue;
            var first = cpu;
            while (Contains(cpu + 1))
                cpu++;
            text.Append(text.Length > 0 ? "," : "").Append(CultureInfo.InvariantCulture, $"{first}");
            if (cpu > first)
                text.Append(CultureInfo.InvariantCulture, $"-{cpu}");
        }
        return text.ToString();
    }
}
