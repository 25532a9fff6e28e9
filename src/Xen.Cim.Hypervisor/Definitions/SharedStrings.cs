namespace Xen.Cim.Hypervisor;

/// <summary>
/// One object for the short strings that libvirt's documents repeat, such as "virtio" or "0x00". It forgets a string when
/// another one needs its place, and so never grows. For several threads at once: the worst is that a string is not shared.
/// </summary>
/// <param name="places">A power of two.</param>
internal sealed class SharedStrings(int places)
{
    private const int LongestShared = 32;

    private readonly string?[] _strings = new string?[places];

    public string Share(string value)
    {
        if (value.Length > LongestShared)
            return value;
        ref var place = ref _strings[string.GetHashCode(value) & (_strings.Length - 1)];
        if (place is { } known && known == value)
            return known;
        place = value;
        return value;
    }
}
