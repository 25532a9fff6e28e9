namespace Xen.Cim.EndToEnd.Tests.Suite;

/// <summary>How a guest is virtualized, in DMTF's words (Xen_VirtualSystemSettingData.VirtualSystemType).</summary>
public enum GuestKind
{
    PV,
    PVH,
    HVM,
}
