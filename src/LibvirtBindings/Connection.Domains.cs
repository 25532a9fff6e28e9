using Libvirt.Native;

namespace Libvirt;

public sealed partial class Connection
{
    /// <summary>
    /// All domains that match (<c>virConnectListAllDomains</c>): one call, and a consistent picture. Each domain is to be disposed.
    /// </summary>
    public unsafe Domain[] ListAllDomains(ListAllDomainsFlags flags = ListAllDomainsFlags.None)
    {
        nint* array = null;
        var count = NativeMethods.virConnectListAllDomains(Handle, &array, (uint)flags);
        return Answers.Owned<DomainHandle, Domain>(count, array, Wrap);
    }

    /// <summary>How many domains match, without taking references to them (<c>virConnectListAllDomains</c>).</summary>
    public unsafe int CountDomains(ListAllDomainsFlags flags = ListAllDomainsFlags.None) =>
        Answers.Checked(NativeMethods.virConnectListAllDomains(Handle, null, (uint)flags));

    /// <summary>The domain with a name (<c>virDomainLookupByName</c>).</summary>
    /// <exception cref="LibvirtException"><see cref="ErrorCode.NoDomain"/>: there is none.</exception>
    public Domain LookupDomain(string name) => Wrap(Answers.Checked(NativeMethods.virDomainLookupByName(Handle, name)));

    /// <summary>The domain with a UUID (<c>virDomainLookupByUUID</c>).</summary>
    /// <exception cref="LibvirtException"><see cref="ErrorCode.NoDomain"/>: there is none.</exception>
    public unsafe Domain LookupDomain(Guid uuid)
    {
        fixed (byte* bytes = Answers.Uuid(uuid))
        {
            return Wrap(Answers.Checked(NativeMethods.virDomainLookupByUUID(Handle, bytes)));
        }
    }

    /// <summary>The active domain with a hypervisor id (<c>virDomainLookupByID</c>).</summary>
    /// <exception cref="LibvirtException"><see cref="ErrorCode.NoDomain"/>: there is none.</exception>
    public Domain LookupDomain(int id) => Wrap(Answers.Checked(NativeMethods.virDomainLookupByID(Handle, id)));

    /// <summary>Defines a domain, or changes the definition of the one with the same UUID and name (<c>virDomainDefineXMLFlags</c>).</summary>
    /// <exception cref="LibvirtException"><see cref="ErrorCode.XmlError"/>, <see cref="ErrorCode.XmlDetail"/>: not well formed, or not a domain;
    /// <see cref="ErrorCode.ConfigUnsupported"/>: the hypervisor cannot do it; <see cref="ErrorCode.DomExist"/> or
    /// <see cref="ErrorCode.OperationFailed"/>: the name or the UUID belongs to another one.</exception>
    public Domain DefineDomain(string xml, DomainDefineFlags flags = DomainDefineFlags.None) =>
        Wrap(Answers.Checked(NativeMethods.virDomainDefineXMLFlags(Handle, xml, (uint)flags)));

    /// <summary>Starts a transient domain: it is gone when it stops (<c>virDomainCreateXML</c>).</summary>
    public Domain CreateDomain(string xml, DomainCreateFlags flags = DomainCreateFlags.None) =>
        Wrap(Answers.Checked(NativeMethods.virDomainCreateXML(Handle, xml, (uint)flags)));

    /// <summary>Brings a domain back from a file of <see cref="Domain.Save"/> (<c>virDomainRestoreFlags</c>).</summary>
    /// <param name="path">The file, on the hypervisor's host.</param>
    /// <param name="xml">A changed configuration of what the guest does not see, or null.</param>
    /// <param name="flags">Whether it runs or is paused afterwards; as it was when saved without a flag.</param>
    public void RestoreDomain(string path, string? xml = null, DomainSaveRestoreFlags flags = DomainSaveRestoreFlags.None) =>
        Answers.Checked(NativeMethods.virDomainRestoreFlags(Handle, path, xml, (uint)flags));

    /// <summary>The configuration inside a file of <see cref="Domain.Save"/> (<c>virDomainSaveImageGetXMLDesc</c>).</summary>
    public unsafe string GetSaveImageXml(string path, DomainXmlFlags flags = DomainXmlFlags.None) =>
        Answers.Owned(NativeMethods.virDomainSaveImageGetXMLDesc(Handle, path, (uint)flags));

    /// <summary>Turns a native configuration into XML (<c>virConnectDomainXMLFromNative</c>).</summary>
    /// <param name="format">The driver's name for it: <c>xen-xl</c>, <c>xen-xm</c>, <c>qemu-argv</c>.</param>
    /// <param name="configuration">The configuration's text.</param>
    public unsafe string DomainXmlFromNative(string format, string configuration) =>
        Answers.Owned(NativeMethods.virConnectDomainXMLFromNative(Handle, format, configuration, 0));

    /// <summary>Turns XML into a native configuration (<c>virConnectDomainXMLToNative</c>).</summary>
    public unsafe string DomainXmlToNative(string format, string xml) =>
        Answers.Owned(NativeMethods.virConnectDomainXMLToNative(Handle, format, xml, 0));

    private Domain Wrap(DomainHandle handle) => new(this, handle);
}
