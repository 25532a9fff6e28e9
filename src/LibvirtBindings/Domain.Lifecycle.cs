using Libvirt.Native;

namespace Libvirt;

public sealed partial class Domain
{
    /// <summary>Starts a defined domain (<c>virDomainCreateWithFlags</c>); from its managed save image if it has one.</summary>
    /// <exception cref="LibvirtException"><see cref="ErrorCode.OperationInvalid"/>: it is active already.</exception>
    public void Create(DomainCreateFlags flags = DomainCreateFlags.None) => Answers.Checked(NativeMethods.virDomainCreateWithFlags(Handle, (uint)flags));

    /// <summary>Pauses it; it keeps its memory (<c>virDomainSuspend</c>).</summary>
    public void Suspend() => Answers.Checked(NativeMethods.virDomainSuspend(Handle));

    /// <summary>Lets it run again (<c>virDomainResume</c>).</summary>
    public void Resume() => Answers.Checked(NativeMethods.virDomainResume(Handle));

    /// <summary>Asks the guest to shut down and returns at once; the guest may ignore it (<c>virDomainShutdownFlags</c>).</summary>
    public void Shutdown(DomainShutdownFlags flags = DomainShutdownFlags.Default) => Answers.Checked(NativeMethods.virDomainShutdownFlags(Handle, (uint)flags));

    /// <summary>Asks the guest to reboot and returns at once (<c>virDomainReboot</c>).</summary>
    public void Reboot(DomainRebootFlags flags = DomainRebootFlags.Default) => Answers.Checked(NativeMethods.virDomainReboot(Handle, (uint)flags));

    /// <summary>Resets it as the button does (<c>virDomainReset</c>).</summary>
    public void Reset() => Answers.Checked(NativeMethods.virDomainReset(Handle, 0));

    /// <summary>Stops it as pulling the plug does; the definition stays (<c>virDomainDestroyFlags</c>).</summary>
    public void Destroy(DomainDestroyFlags flags = DomainDestroyFlags.Default) => Answers.Checked(NativeMethods.virDomainDestroyFlags(Handle, (uint)flags));

    /// <summary>Says what follows when it stops by itself (<c>virDomainSetLifecycleAction</c>).</summary>
    public void SetLifecycleAction(DomainLifecycle type, DomainLifecycleAction action, DomainModificationImpact impact = DomainModificationImpact.Current) =>
        Answers.Checked(NativeMethods.virDomainSetLifecycleAction(Handle, (uint)type, (uint)action, (uint)impact));

    /// <summary>Removes the definition; a running domain becomes transient (<c>virDomainUndefineFlags</c>).</summary>
    /// <exception cref="LibvirtException"><see cref="ErrorCode.OperationInvalid"/>: a managed save image, snapshots or NVRAM are
    /// there and no flag says what becomes of them.</exception>
    public void Undefine(DomainUndefineFlags flags = DomainUndefineFlags.None) => Answers.Checked(NativeMethods.virDomainUndefineFlags(Handle, (uint)flags));

    /// <summary>Renames an inactive domain (<c>virDomainRename</c>). <see cref="Name"/> of objects made before keeps the old name.</summary>
    public void Rename(string name) => Answers.Checked(NativeMethods.virDomainRename(Handle, name, 0));

    /// <summary>Saves it to a file on its host and stops it (<c>virDomainSaveFlags</c>).</summary>
    /// <param name="path">The file, absolute.</param>
    /// <param name="xml">A changed configuration to save with it, or null.</param>
    /// <param name="flags">Whether it runs or is paused when it comes back.</param>
    public void Save(string path, string? xml = null, DomainSaveRestoreFlags flags = DomainSaveRestoreFlags.None) =>
        Answers.Checked(NativeMethods.virDomainSaveFlags(Handle, path, xml, (uint)flags));

    /// <summary>Saves it to a place that libvirt knows and stops it; the next start continues from there (<c>virDomainManagedSave</c>).</summary>
    public void ManagedSave(DomainSaveRestoreFlags flags = DomainSaveRestoreFlags.None) => Answers.Checked(NativeMethods.virDomainManagedSave(Handle, (uint)flags));

    /// <summary>Whether it has a managed save image (<c>virDomainHasManagedSaveImage</c>).</summary>
    public bool HasManagedSave => Answers.Truth(NativeMethods.virDomainHasManagedSaveImage(Handle, 0));

    /// <summary>Removes the managed save image (<c>virDomainManagedSaveRemove</c>).</summary>
    public void RemoveManagedSave() => Answers.Checked(NativeMethods.virDomainManagedSaveRemove(Handle, 0));

    /// <summary>Writes the guest's memory to a file on its host (<c>virDomainCoreDumpWithFormat</c>).</summary>
    public void CoreDump(string path, DomainCoreDumpFlags flags = DomainCoreDumpFlags.None, DomainCoreDumpFormat format = DomainCoreDumpFormat.Raw) =>
        Answers.Checked(NativeMethods.virDomainCoreDumpWithFormat(Handle, path, (uint)format, (uint)flags));

    /// <summary>Lets the guest's own power management sleep (<c>virDomainPMSuspendForDuration</c>).</summary>
    /// <param name="target">How deep.</param>
    /// <param name="seconds">How long; 0 until it is woken.</param>
    public void PMSuspend(NodeSuspendTarget target, ulong seconds = 0) => Answers.Checked(NativeMethods.virDomainPMSuspendForDuration(Handle, (uint)target, seconds, 0));

    /// <summary>Wakes a guest that <see cref="PMSuspend"/> put to sleep (<c>virDomainPMWakeup</c>).</summary>
    public void PMWakeup() => Answers.Checked(NativeMethods.virDomainPMWakeup(Handle, 0));

    /// <summary>Sends a non-maskable interrupt (<c>virDomainInjectNMI</c>).</summary>
    public void InjectNmi() => Answers.Checked(NativeMethods.virDomainInjectNMI(Handle, 0));
}
