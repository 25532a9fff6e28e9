using Libvirt.Native;

namespace Libvirt;

public sealed partial class Domain
{
    /// <summary>Adds a device (<c>virDomainAttachDeviceFlags</c>).</summary>
    /// <param name="xml">The device's element, such as <c>&lt;disk …&gt;</c>.</param>
    /// <param name="flags">Running, defined, or both configurations.</param>
    public void AttachDevice(string xml, DomainDeviceModifyFlags flags = DomainDeviceModifyFlags.Current) =>
        Answers.Checked(NativeMethods.virDomainAttachDeviceFlags(Handle, xml, (uint)flags));

    /// <summary>Removes a device (<c>virDomainDetachDeviceFlags</c>). From a running guest this may be a request only; the
    /// device-removed event tells when it is gone.</summary>
    /// <param name="xml">Enough of the device's element to find it: target or MAC address.</param>
    /// <param name="flags">Running, defined, or both configurations.</param>
    public void DetachDevice(string xml, DomainDeviceModifyFlags flags = DomainDeviceModifyFlags.Current) =>
        Answers.Checked(NativeMethods.virDomainDetachDeviceFlags(Handle, xml, (uint)flags));

    /// <summary>Changes a device: media, link state, password (<c>virDomainUpdateDeviceFlags</c>).</summary>
    public void UpdateDevice(string xml, DomainDeviceModifyFlags flags = DomainDeviceModifyFlags.Current) =>
        Answers.Checked(NativeMethods.virDomainUpdateDeviceFlags(Handle, xml, (uint)flags));

    /// <summary>Asks for the removal of the device with an alias (<c>virDomainDetachDeviceAlias</c>).</summary>
    public void DetachDeviceByAlias(string alias, DomainDeviceModifyFlags flags = DomainDeviceModifyFlags.Current) =>
        Answers.Checked(NativeMethods.virDomainDetachDeviceAlias(Handle, alias, (uint)flags));

    /// <summary>Changes the size of a running guest's disk (<c>virDomainBlockResize</c>).</summary>
    /// <param name="disk">Target name, or path.</param>
    /// <param name="size">KiB, or bytes with <see cref="DomainBlockResizeFlags.Bytes"/>.</param>
    /// <param name="flags">The unit.</param>
    public void ResizeBlock(string disk, ulong size, DomainBlockResizeFlags flags = DomainBlockResizeFlags.Bytes) =>
        Answers.Checked(NativeMethods.virDomainBlockResize(Handle, disk, size, (uint)flags));

    /// <summary>
    /// Takes a picture of the guest's screen (<c>virDomainScreenshot</c>).
    /// </summary>
    /// <param name="target">Where the picture goes.</param>
    /// <param name="screen">Which screen, from 0.</param>
    /// <returns>The picture's MIME type, such as <c>image/x-portable-pixmap</c>.</returns>
    public unsafe string TakeScreenshot(System.IO.Stream target, int screen = 0)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentOutOfRangeException.ThrowIfNegative(screen);
        using var stream = new LibvirtStream(Connection);
        var type = Answers.Owned(NativeMethods.virDomainScreenshot(Handle, stream.Handle, (uint)screen, 0));
        stream.CopyTo(target);
        stream.Finish();
        return type;
    }

    /// <summary>Presses keys together on the guest's keyboard (<c>virDomainSendKey</c>).</summary>
    /// <param name="keycodes">At most 16, in Linux's code set.</param>
    /// <param name="holdMilliseconds">How long they are held.</param>
    public unsafe void SendKeys(ReadOnlySpan<uint> keycodes, int holdMilliseconds = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(holdMilliseconds);
        fixed (uint* codes = keycodes)
        {
            Answers.Checked(NativeMethods.virDomainSendKey(Handle, 0, (uint)holdMilliseconds, codes, keycodes.Length, 0));
        }
    }

    /// <summary>The guest's clock, as its agent tells it (<c>virDomainGetTime</c>).</summary>
    public unsafe DateTimeOffset GetGuestTime()
    {
        long seconds;
        uint nanoseconds;
        Answers.Checked(NativeMethods.virDomainGetTime(Handle, &seconds, &nanoseconds, 0));
        return DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(nanoseconds / 100);
    }

    /// <summary>Opens a console or serial port of the running guest (<c>virDomainOpenConsole</c>).</summary>
    /// <param name="device">Alias of the device; null for the first console.</param>
    /// <param name="flags">What to do when somebody else has it open.</param>
    public LibvirtStream OpenConsole(string? device = null, DomainConsoleFlags flags = DomainConsoleFlags.None)
    {
        var stream = new LibvirtStream(Connection);
        try
        {
            Answers.Checked(NativeMethods.virDomainOpenConsole(Handle, device, stream.Handle, (uint)flags));
            return stream;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }
}
