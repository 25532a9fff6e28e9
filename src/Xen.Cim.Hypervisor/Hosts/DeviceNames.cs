namespace Xen.Cim.Hypervisor;

/// <summary>Names of Linux's block devices.</summary>
public static class DeviceNames
{
    private const string Mapper = "/dev/mapper/";

    /// <summary>/dev/GROUP/VOLUME for what the device mapper calls /dev/mapper/GROUP-VOLUME, hyphens in names doubled (lvm(8)); any other name as it is.</summary>
    public static string OfVolume(string device)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (!device.StartsWith(Mapper, StringComparison.Ordinal))
            return device;
        var name = device.AsSpan(Mapper.Length);
        for (var i = 0; i < name.Length; i++)
        {
            if (name[i] != '-')
                continue;
            if (i + 1 == name.Length || name[i + 1] != '-')
                return i == 0 || i + 1 == name.Length ? device : $"/dev/{Single(name[..i])}/{Single(name[(i + 1)..])}";
            i++;
        }
        return device;

        static string Single(ReadOnlySpan<char> name) => name.ToString().Replace("--", "-", StringComparison.Ordinal);
    }
}
