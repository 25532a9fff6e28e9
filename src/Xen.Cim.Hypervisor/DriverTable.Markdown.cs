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
        HypervisorOperation.LimitDisksLive => "virDomainSetBlockIoTune",
        HypervisorOperation.SetNumaNodesLive => "virDomainSetNumaParameters",
        HypervisorOperation.SetStatisticsPeriodLive => "virDomainSetMemoryStatsPeriod",
        HypervisorOperation.SetEndLive => "virDomainSetLifecycleAction",
        HypervisorOperation.Snapshot => "virDomainSnapshotCreateXML",
        HypervisorOperation.Migrate => "virDomainMigrateToURI3",
        HypervisorOperation.AbortJob => "virDomainAbortJob",
        HypervisorOperation.StoragePools => "virStoragePoolDefineXML",
        HypervisorOperation.Networks => "virNetworkDefineXML",
        HypervisorOperation.Volumes => "virStorageVolCreateXML",
        HypervisorOperation.ResizeVolume => "virStorageVolResize",
        _ => "",
    };

    /// <summary>What each fact is of, and what libvirt call tells it.</summary>
    private static string Call(HostFact fact) => fact switch
    {
        HostFact.Guests => "which guests there are, their names, ids and persistence | `virConnectListAllDomains`",
        HostFact.State => "state and its reason | `virDomainGetState`, `virConnectGetAllDomainStats`",
        HostFact.Autostart => "autostart | `virDomainGetAutostart`",
        HostFact.SavedImage => "saved image | `virDomainHasManagedSaveImage`",
        HostFact.DefinedConfiguration => "defined configuration | `virDomainGetXMLDesc`, VIR_DOMAIN_XML_INACTIVE",
        HostFact.ConfigurationOfOff => "state configuration of a guest that is off | `virDomainGetXMLDesc`, VIR_DOMAIN_XML_INACTIVE",
        HostFact.ConfigurationOfRunning => "state configuration of a guest that runs | `virDomainGetXMLDesc`",
        HostFact.Scheduler => "weight and cap in force | `virDomainGetSchedulerParameters`",
        HostFact.Statistics => "what guests and host have used | `virConnectGetAllDomainStats`, `virDomainGetInfo` and others",
        HostFact.Networks => "networks | `virConnectListAllNetworks`",
        HostFact.StoragePools => "storage pools | `virConnectListAllStoragePools`",
        HostFact.Volumes => "volumes | `virStoragePoolListAllVolumes`",
        HostFact.NodeDevices => "disks and ports of the host | `virConnectListAllNodeDevices`",
        _ => "",
    };

    private static void AppendFacts(StringBuilder text)
    {
        text.Append("""

            ## What need not be read again

            libvirt's events tell of the lifecycle only, some drivers' of a few changes more, none's of what changes for the next
            start; they are taken as hints. What tells of every change, whoever makes it, are the files of a daemon on the same
            host: its definitions, what is running, and saved images (`daemon_folders`). The table names the folders whose
            files tell of something, which is then kept until they do. All else is read with each request that needs it, and
            so is everything of other drivers and of remote hosts.

            | what | libvirt call |
            """);
        foreach (var driver in Drivers)
            text.Append(' ').Append(NameOf(driver)).Append(" |");
        text.Append("\n| --- | --- |").Insert(text.Length, " --- |", Drivers.Count).Append('\n');
        foreach (var fact in Enum.GetValues<HostFact>())
        {
            text.Append("| ").Append(Call(fact)).Append(" |");
            foreach (var driver in Drivers)
                text.Append(' ').Append(Find(Folders, driver, (int)fact) ?? "read").Append(" |");
            text.Append('\n');
        }
        text.Append("\nOf a running guest QEMU's driver changes the memory without writing it down.\n");
    }

    private static string NameOf(HypervisorDriver driver) => driver == HypervisorDriver.Qemu ? "QEMU" : driver.ToString();

    /// <summary>The tables for people: docs/drivers.md.</summary>
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
            text.Append(' ').Append(NameOf(driver)).Append(" |");
        text.Append("\n| --- | --- |").Insert(text.Length, " --- |", Drivers.Count).Append('\n');
        var notes = new List<string>();
        foreach (var operation in Enum.GetValues<HypervisorOperation>())
        {
            text.Append("| ").Append(operation).Append(" | `").Append(Call(operation)).Append("` |");
            foreach (var driver in Drivers)
            {
                text.Append(Has(driver, operation) ? " yes" : " no");
                if (Find(Remarks, driver, (int)operation) is { } remark)
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
        AppendFacts(text);
        return text.ToString();
    }
}
