namespace Xen.Cim.Providers;

/// <summary>Text that a client sends for a property that need not have any: an empty string takes it away.</summary>
internal static class GivenText
{
    /// <returns>What is asked for; null when nothing is, or it repeats what came along with a whole instance.</returns>
    public static string? Changed(string? wanted, string? before) => wanted == (before ?? "") ? null : wanted;

    /// <summary>Sets what is asked for, when it differs from what is there.</summary>
    public static void Give(string? wanted, string? before, Action<string?> set)
    {
        if (Changed(wanted, before) is { } value)
            set(value.Length == 0 ? null : value);
    }
}
