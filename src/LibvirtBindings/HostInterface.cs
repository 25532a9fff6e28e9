using Libvirt.Native;

namespace Libvirt;

/// <summary>A network interface of the host (<c>virInterfacePtr</c>).</summary>
public sealed class HostInterface : IDisposable
{
    internal HostInterface(InterfaceHandle handle) => Handle = handle;

    internal InterfaceHandle Handle { get; }

    /// <summary>Gives the reference back (<c>virInterfaceFree</c>).</summary>
    public void Dispose() => Handle.Dispose();

    /// <summary>The name; asks nobody (<c>virInterfaceGetName</c>).</summary>
    public unsafe string Name
    {
        get
        {
            using var lease = Handle.Borrow();
            return Answers.Borrowed(NativeMethods.virInterfaceGetName(lease.Pointer));
        }
    }

    /// <summary>The MAC address, or null; asks nobody (<c>virInterfaceGetMACString</c>).</summary>
    public unsafe string? MacAddress
    {
        get
        {
            using var lease = Handle.Borrow();
            return Answers.Text(NativeMethods.virInterfaceGetMACString(lease.Pointer));
        }
    }

    /// <summary>The configuration (<c>virInterfaceGetXMLDesc</c>).</summary>
    public unsafe string GetXml(InterfaceXmlFlags flags = InterfaceXmlFlags.None) => Answers.Owned(NativeMethods.virInterfaceGetXMLDesc(Handle, (uint)flags));

    /// <summary>Whether it is up (<c>virInterfaceIsActive</c>).</summary>
    public bool IsActive => Answers.Truth(NativeMethods.virInterfaceIsActive(Handle));

    /// <summary>Brings it up (<c>virInterfaceCreate</c>).</summary>
    public void Create() => Answers.Checked(NativeMethods.virInterfaceCreate(Handle, 0));

    /// <summary>Takes it down (<c>virInterfaceDestroy</c>).</summary>
    public void Destroy() => Answers.Checked(NativeMethods.virInterfaceDestroy(Handle, 0));

    /// <summary>Removes the definition (<c>virInterfaceUndefine</c>).</summary>
    public void Undefine() => Answers.Checked(NativeMethods.virInterfaceUndefine(Handle));

    public override string ToString() => Handle.IsClosed ? "interface (disposed)" : $"interface {Name}";
}
