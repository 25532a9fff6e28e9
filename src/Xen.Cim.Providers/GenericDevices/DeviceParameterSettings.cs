using Xen.Cim.Hypervisor;
using Xen.Cim.Model;

namespace Xen.Cim.Providers;

/// <summary>Parameters of a device that a client names by their place in libvirt's element (Xen_OtherDeviceRASD, Xen_ControllerRASD).</summary>
internal static class DeviceParameterSettings
{
    /// <summary>Sets what the entries name; what repeats what is there came along with a whole instance.</summary>
    /// <param name="device">The device.</param>
    /// <param name="property">What the entries are called, for the error.</param>
    /// <param name="entries">name=value; an empty value takes one away.</param>
    /// <param name="own">Parameters that only other properties change.</param>
    /// <param name="before">What the device was before other properties were written; null: what it is.</param>
    /// <exception cref="CimException">INVALID_PARAMETER.</exception>
    public static void Write(DomainDevice device, string property, string?[]? entries, IReadOnlyCollection<string> own, DomainDevice? before = null)
    {
        if (entries is null)
            return;
        foreach (var (name, value) in NamedValues.Read(property, entries, "backend/@type=emulator"))
        {
            if (value == ((before ?? device).GetParameter(name) ?? ""))
                continue;
            if (own.Contains(name))
                throw CimException.InvalidParameter($"{property} \"{name}={value}\": that has a property of its own.");
            device.SetParameter(name, value.Length == 0 ? null : value);
        }
    }
}
