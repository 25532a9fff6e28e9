namespace Xen.Cim.Hypervisor;

/// <summary>One of a guest's two configurations.</summary>
/// <remarks>A class: the runtime has code for collections of objects ready, and compiles what holds a pair of values when the first request waits for it.</remarks>
public sealed record ConfigurationKey(Guid Uuid, ConfigurationKind Kind)
{
    public bool Equals(ConfigurationKey? other) => other is not null && Uuid == other.Uuid && Kind == other.Kind;

    public override int GetHashCode() => Uuid.GetHashCode() ^ (int)Kind;
}
