using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>
/// The properties of Xen_ElementSettingData: a defined setting is always the next and the default one; it is the current
/// one too as long as it says what is in force (DSP1057's dual configurations). What only the state has is the current one,
/// and neither the next nor the default one. So the next start changes just what is not as current as it is next.
/// </summary>
internal static class NextStart
{
    private static readonly CimRequest s_everything = new() { Namespace = ClassProvider.VirtNamespace };

    // These tell the two configurations apart, and are no settings.
    private static readonly HashSet<string> s_names = new(StringComparer.OrdinalIgnoreCase)
    {
        CIM_VirtualSystemSettingData.Names.InstanceID, CIM_VirtualSystemSettingData.Names.ConfigurationID,
        CIM_VirtualSystemSettingData.Names.ConfigurationName, CIM_VirtualSystemSettingData.Names.Description,
        // Names a setting of the same configuration; AddressOnParent says on which bus.
        Xen_InputRASD.Names.Parent,
    };

    // Where the definition leaves these open the hypervisor chooses at each start, so what it chose is no pending change.
    private static readonly HashSet<string> s_chosen = new(StringComparer.OrdinalIgnoreCase)
    {
        Xen_NetworkRASD.Names.VirtualDevice, Xen_GraphicsRASD.Names.Port, Xen_GraphicsRASD.Names.TLSPort, Xen_GraphicsRASD.Names.Address,
        Xen_GraphicsRASD.Names.ListenAddress, Xen_ConsoleRASD.Names.Connection, Xen_InputRASD.Names.AddressOnParent,
        Xen_ProcessorRASD.Names.Weight, Xen_ProcessorRASD.Names.CPUAddressMode, Xen_ProcessorRASD.Names.CPUAddressBits, Xen_DiskRASD.Names.DriverName, Xen_DiskRASD.Names.DriverType,
    };

    // How a model is checked, which is done once the guest runs.
    private static readonly string[] s_checked =
        [Xen_ProcessorRASD.Names.CPUModelFallback, Xen_ProcessorRASD.Names.CPUMatch, Xen_ProcessorRASD.Names.CPUCheck, Xen_ProcessorRASD.Names.CPUVendor];

    private static readonly string[] s_processor =
        [.. s_checked, Xen_ProcessorRASD.Names.CPUMode, Xen_ProcessorRASD.Names.CPUModel, Xen_ProcessorRASD.Names.CPUFeatures];

    public static Action<CimInstance, TSetting, TSetting> Describe<TSetting>(ClassProvider<TSetting> settings)
        where TSetting : class =>
        (instance, state, defined) => Describe(instance, SayTheSame(settings.InstanceOf(state, s_everything), settings.InstanceOf(defined, s_everything)));

    /// <summary>A resource that only one of the configurations has: it comes with the next start, or goes.</summary>
    public static void DescribeLone<TDevice>(CimInstance instance, Configuration state, DeviceSetting<TDevice> setting)
    {
        var comes = setting.Configuration.Kind == Hypervisor.ConfigurationKind.Defined;
        Describe(instance, isCurrent: !comes, isDefined: comes);
    }

    private static void Describe(CimInstance instance, bool isCurrent, bool isDefined = true)
    {
        Set(Xen_ElementSettingData.Names.IsDefault, (ushort)(isDefined ? Xen_ElementSettingData.IsDefaultValue.Is_Default : Xen_ElementSettingData.IsDefaultValue.Is_Not_Default));
        Set(Xen_ElementSettingData.Names.IsNext, (ushort)(isDefined ? Xen_ElementSettingData.IsNextValue.Is_Next : Xen_ElementSettingData.IsNextValue.Is_Not_Next));
        Set(Xen_ElementSettingData.Names.IsCurrent, (ushort)(isCurrent ? Xen_ElementSettingData.IsCurrentValue.Is_Current : Xen_ElementSettingData.IsCurrentValue.Is_Not_Current));

        void Set(string name, ushort value) => instance.SetAt(instance.Layout.OrdinalOf(name), value);
    }

    private static bool SayTheSame(CimInstance state, CimInstance defined)
    {
        var wanted = Settings(defined);
        var now = Settings(state);
        var grows = Growing(now, wanted);
        return now.Keys.Where(n => !s_chosen.Contains(n) && !grows.Contains(n)).All(wanted.ContainsKey)
            && wanted.All(w => now.TryGetValue(w.Key, out var value) && (value == w.Value || (grows.Contains(w.Key) && HoldsAll(value, w.Value))));
    }

    /// <summary>
    /// Takes out of both what libvirt makes anew at each start of the processor that was wished for: a model like the host's becomes
    /// one of its own, and one that is named gets all that it really has.
    /// </summary>
    /// <returns>Lists that are longer for a guest that runs, and mean the same while they hold what was wished for.</returns>
    private static string[] Growing(Dictionary<string, string> now, Dictionary<string, string> wanted)
    {
        var (mode, running) = (wanted.GetValueOrDefault(Xen_ProcessorRASD.Names.CPUMode), now.GetValueOrDefault(Xen_ProcessorRASD.Names.CPUMode));
        if (mode is not ("custom" or "host-model") || running is not ("custom" or "host-model") || (mode == "custom" && running != mode))
            return [Xen_OtherDeviceRASD.Names.Parameters];
        foreach (var made in mode == "custom" ? s_checked : s_processor)
        {
            now.Remove(made);
            wanted.Remove(made);
        }
        return [Xen_OtherDeviceRASD.Names.Parameters, Xen_ProcessorRASD.Names.CPUFeatures];
    }

    // One that the guest may have or not came true either way.
    private static bool HoldsAll(string now, string wanted) => wanted.Split('\n').Where(w => !w.EndsWith("=optional", StringComparison.Ordinal)).All(now.Split('\n').Contains);

    private static Dictionary<string, string> Settings(CimInstance instance) => instance.Properties
        .Where(p => p.Value is not null && !s_names.Contains(p.Name) && !IsFormatOfNothing(p.Name, instance))
        .ToDictionary(p => p.Name, p => p.Value is Array array ? string.Join('\n', CimValue.Elements(array).Select(e => e is null ? "" : CimValue.Format(e))) : CimValue.Format(p.Value!));

    // QEMU's driver forgets the format of a drive without a medium when the guest starts.
    private static bool IsFormatOfNothing(string property, CimInstance instance) =>
        property == Xen_DiskRASD.Names.DriverType && instance[Xen_DiskRASD.Names.Address] is null;
}
