using System.Text;

namespace Xen.Cim.Hypervisor;

public static partial class DriverTable
{
    /// <summary>What each operation is to libvirt.</summary>
    private static string Call(HypervisorOperation operation) => operation switch
    {
        HypervisorOperation.Define => "virDomainDefineXMLFlags",
        HypervisorOperation.Start => "virDomainCreateWithFlags",
        HypervisorOperation.Pause => "virDomainSuspend",
        HypervisorOperation.Resume => "virDomainResume",
        HypervisorOperation.Shutdown => "virDomainShutdownFlags",
        HypervisorOperation.Reboot => "virDomainReboot",
        HypervisorOperation.Reset => "virDomainReset",
        HypervisorOperation.Destroy => "virDomainDestroyFlags",
        HypervisorOperation.Save or HypervisorOperation.SavePaused => "virDomainManagedSave",
        HypervisorOperation.Undefine => "virDomainUndefineFlags",
        HypervisorOperation.Rename => "virDomainRename",
        HypervisorOperation.Autostart => "virDomainSetAutostart",
        HypervisorOperation.AttachDevice => "virDomainAttachDeviceFlags",
        HypervisorOperation.DetachDevice => "virDomainDetachDeviceFlags",
        HypervisorOperation.UpdateDevice => "virDomainUpdateDeviceFlags",
        HypervisorOperation.SetMemoryLive => "virDomainSetMemoryFlags",
        HypervisorOperation.SetProcessorsLive => "virDomainSetVcpusFlags",
        HypervisorOperation.PinProcessorsLive => "virDomainPinVcpu",
        HypervisorOperation.SetSchedulerLive => "virDomainSetSchedulerParametersFlags",
        HypervisorOperation.Snapshot => "virDomainSnapshotCreateXML",
        HypervisorOperation.Migrate => "virDomainMigrateToURI3",
        HypervisorOperation.AbortJob => "virDomainAbortJob",
        HypervisorOperation.StoragePools => "virStoragePoolDefineXML",
        HypervisorOperation.Networks => "virNetworkDefineXML",
        HypervisorOperation.Volumes => "virStorageVolCreateXML",
        HypervisorOperation.ResizeVolume => "virStorageVolResize",
        _ => "",
    };

    /// <summary>The table for people: docs/drivers.md.</summary>
    public static string ToMarkdown()
    {
        var text = new StringBuilder("""
            # What libvirt's drivers can do

            Which operation each driver has. "no": the driver answers VIR_ERR_NO_SUPPORT; the operation is refused as not
            supported, and no capability claims it. A driver that refuses an operation which it has here is believed from
            its first refusal on.

            Made from `DriverTable` in `src/Xen.Cim.Hypervisor`; a test keeps this file equal to it, and probes the test
            driver and, where libvirtd is installed, QEMU's. To write the file again, run that test with
            `XEN_CIM_UPDATE_DOCS=1` in the environment.

            | operation | libvirt call |
            """);
        foreach (var driver in Drivers)
            text.Append(' ').Append(driver == HypervisorDriver.Qemu ? "QEMU" : driver.ToString()).Append(" |");
        text.Append("\n| --- | --- |").Insert(text.Length, " --- |", Drivers.Count).Append('\n');
        var notes = new List<string>();
        foreach (var operation in Enum.GetValues<HypervisorOperation>())
        {
            text.Append("| ").Append(operation).Append(" | `").Append(Call(operation)).Append("` |");
            foreach (var driver in Drivers)
            {
                text.Append(Has(driver, operation) ? " yes" : " no");
                if (Remarks.TryGetValue((driver, operation), out var remark))
                {
                    notes.Add(remark);
                    text.Append(" (").Append(notes.Count).Append(')');
                }
                text.Append(" |");
            }
            text.Append('\n');
        }
        text.Append('\n');
        for (var i = 0; i < notes.Count; i++)
            text.Append(i + 1).Append(". ").Append(char.ToUpperInvariant(notes[i][0])).Append(notes[i], 1, notes[i].Length - 1).Append(".\n");
        return text.ToString();
    }
}
