using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Libvirt.Native;

namespace Libvirt;

/// <summary>The native library libvirt.so.0 in this process. Opening a connection initializes it by itself.</summary>
public static class LibvirtLibrary
{
    private static readonly Lock Gate = new();
    private static nint module;

    /// <summary>Whether libvirt.so.0 can be loaded and initialized.</summary>
    public static bool IsAvailable
    {
        get
        {
            try
            {
                Initialize();
                return true;
            }
            catch (LibvirtNotFoundException)
            {
                return false;
            }
            catch (LibvirtException)
            {
                return false;
            }
        }
    }

    /// <summary>The version of the client library (<c>virGetVersion</c>).</summary>
    /// <exception cref="LibvirtNotFoundException">libvirt.so.0 cannot be loaded.</exception>
    public static unsafe Version Version
    {
        get
        {
            Initialize();
            nuint version;
            Answers.Checked(NativeMethods.virGetVersion(&version, null, null));
            return Decode(version);
        }
    }

    /// <summary>Loads libvirt.so.0 and calls <c>virInitialize</c>; later calls do nothing.</summary>
    /// <exception cref="LibvirtNotFoundException">libvirt.so.0 cannot be loaded.</exception>
    /// <exception cref="LibvirtException">The library refuses to work.</exception>
    public static void Initialize()
    {
        if (Volatile.Read(ref module) != 0)
            return;
        lock (Gate)
        {
            if (module != 0)
                return;
            var loaded = Load(NativeMethods.Library);
            NativeLibrary.SetDllImportResolver(typeof(LibvirtLibrary).Assembly, (name, _, _) => name == NativeMethods.Library ? loaded : 0);
            // From here on the resolver is set for good, so the module counts as loaded whatever virInitialize answers.
            Volatile.Write(ref module, loaded);
            Answers.Checked(NativeMethods.virInitialize());
        }
    }

    /// <summary>
    /// Stops libvirt from printing errors to standard error (<c>virSetErrorFunc</c>). It holds for the whole process,
    /// other users of libvirt in it included, so it is the caller's decision. Connections of this library are silent
    /// without it; what is left are errors that have no connection, such as one that cannot be opened.
    /// </summary>
    public static unsafe void SuppressErrorOutput()
    {
        Initialize();
        NativeMethods.virSetErrorFunc(0, &Ignore);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static unsafe void Ignore(nint userData, VirError* error)
    {
    }

    internal static nint Load(string name)
    {
        try
        {
            return NativeLibrary.Load(name);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new LibvirtNotFoundException(
                $"The libvirt client library {name} cannot be loaded. Install it (Debian and Ubuntu: libvirt0; Fedora and SUSE: libvirt-libs) " +
                $"or put its folder on LD_LIBRARY_PATH. The system's loader said: {e.Message.ReplaceLineEndings(" ").Trim()}", e);
        }
    }

    /// <summary>libvirt counts major * 1,000,000 + minor * 1,000 + release.</summary>
    internal static Version Decode(nuint version) => new((int)(version / 1_000_000), (int)(version / 1000 % 1000), (int)(version % 1000));
}
