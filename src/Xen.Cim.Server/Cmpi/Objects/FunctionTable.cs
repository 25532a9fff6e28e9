using System.Runtime.InteropServices;
using Xen.Cim.Cmpi.Abi;

namespace Xen.Cim.Server.Cmpi.Objects;

/// <summary>What the function tables of the encapsulated objects have in common.</summary>
internal static unsafe class FunctionTable
{
    /// <summary>CMPI 2.1, as every function table says; earlier versions are part of it.</summary>
    public const int Version = CMPIVersion.V210;

    /// <summary>Room for a table. A provider may call through it until the process ends, so nobody frees it.</summary>
    public static T* Allocate<T>()
        where T : unmanaged => (T*)NativeMemory.AllocZeroed((nuint)sizeof(T));

    /// <summary>The object of a call, with the status set: OK, or INVALID_HANDLE and null.</summary>
    public static T? Self<T>(void* self, CMPIStatus* rc)
        where T : CmpiObject, ICmpiObject<T>
    {
        var found = CmpiObject.From<T>(self);
        Status.Set(rc, found is null ? CMPIrc.InvalidHandle : CMPIrc.Ok);
        return found;
    }

    public static CMPIStatus Release<T>(void* self)
        where T : CmpiObject, ICmpiObject<T>
    {
        try
        {
            if (CmpiObject.From<T>(self) is not { } found)
                return Status.Of(CMPIrc.InvalidHandle);
            found.Release();
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Status.Of(e);
        }
    }

    /// <summary>Takes an object for a clone, which belongs to the provider until it releases it.</summary>
    public static T? BeginClone<T>(void* self, CMPIStatus* rc, out T clone)
        where T : CmpiObject, ICmpiObject<T>
    {
        clone = null!;
        try
        {
            if (Self<T>(self, rc) is not { } source)
                return null;
            clone = Arena.NewUnowned<T>();
            return source;
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return null;
        }
    }
}
