using System.Runtime.InteropServices;
using Xen.Cim.Cmpi.Abi;
using Xen.Cim.Server.Cmpi.Objects;

namespace Xen.Cim.Server.Cmpi.Broker;

/// <summary>CMPIBrokerExtFT: threads and their synchronisation, over those of the C library.</summary>
/// <remarks>
/// Where the signatures agree the table holds the C library's own functions: a thread may be cancelled inside of them or
/// ends there, and then no managed frame must be on its stack.
/// </remarks>
internal static unsafe partial class ExtensionFunctions
{
    private const string Libc = "libc.so.6";

    // Larger than pthread_mutex_t, pthread_cond_t and pthread_attr_t are on any Linux.
    private const int OpaqueSize = 128;
    private const int EINVAL = 22;
    private const int PTHREAD_CREATE_DETACHED = 1;
    private const int PTHREAD_MUTEX_RECURSIVE = 1;
    private const int PTHREAD_CANCEL_DISABLE = 1;

    private static readonly CMPIBrokerExtFT* s_table = MakeTable();

    public static CMPIBrokerExtFT* Table => s_table;

    private static CMPIBrokerExtFT* MakeTable()
    {
        var libc = NativeLibrary.Load(Libc);
        var table = FunctionTable.Allocate<CMPIBrokerExtFT>();
        *table = new()
        {
            FtVersion = FunctionTable.Version,
            ResolveFileName = &ResolveFileName,
            NewThread = &NewThread,
            ThreadSleep = &ThreadSleep,
            NewMutex = &NewMutex,
            DestroyMutex = &DestroyMutex,
            NewCondition = &NewCondition,
            DestroyCondition = &DestroyCondition,
        };
        table->DestroyMutex2 = &DestroyMutex2;
        table->DestroyCondition2 = &DestroyCondition2;
        *(nint*)&table->LockMutex2 = NativeLibrary.GetExport(libc, "pthread_mutex_lock");
        *(nint*)&table->UnlockMutex2 = NativeLibrary.GetExport(libc, "pthread_mutex_unlock");
        *(nint*)&table->JoinThread = NativeLibrary.GetExport(libc, "pthread_join");
        *(nint*)&table->ExitThread = NativeLibrary.GetExport(libc, "pthread_exit");
        *(nint*)&table->CancelThread = NativeLibrary.GetExport(libc, "pthread_cancel");
        *(nint*)&table->ThreadOnce = NativeLibrary.GetExport(libc, "pthread_once");
        *(nint*)&table->CreateThreadKey = NativeLibrary.GetExport(libc, "pthread_key_create");
        *(nint*)&table->DestroyThreadKey = NativeLibrary.GetExport(libc, "pthread_key_delete");
        *(nint*)&table->GetThreadSpecific = NativeLibrary.GetExport(libc, "pthread_getspecific");
        *(nint*)&table->SetThreadSpecific = NativeLibrary.GetExport(libc, "pthread_setspecific");
        *(nint*)&table->LockMutex = NativeLibrary.GetExport(libc, "pthread_mutex_lock");
        *(nint*)&table->UnlockMutex = NativeLibrary.GetExport(libc, "pthread_mutex_unlock");
        *(nint*)&table->CondWait = NativeLibrary.GetExport(libc, "pthread_cond_wait");
        *(nint*)&table->TimedCondWait = NativeLibrary.GetExport(libc, "pthread_cond_timedwait");
        *(nint*)&table->SignalCondition = NativeLibrary.GetExport(libc, "pthread_cond_signal");
        return table;
    }

    /// <summary>The path of a provider library; the caller frees it with free().</summary>
    [UnmanagedCallersOnly]
    private static byte* ResolveFileName(byte* name)
    {
        try
        {
            if (Utf8Text.Read(name) is not { Length: > 0 } file)
                return null;
            return Utf8Text.Allocate(Path.IsPathRooted(file) ? file : $"lib{file}.so");
        }
        catch (Exception)
        {
            return null;
        }
    }

    [UnmanagedCallersOnly]
    private static void* NewThread(delegate* unmanaged<void*, void*> start, void* parameter, int detached)
    {
        var attributes = stackalloc byte[OpaqueSize];
        if (pthread_attr_init(attributes) != 0)
            return null;
        if (detached != 0)
            _ = pthread_attr_setdetachstate(attributes, PTHREAD_CREATE_DETACHED);
        nuint thread;
        var failed = pthread_create(&thread, attributes, start, parameter) != 0;
        _ = pthread_attr_destroy(attributes);
        return failed ? null : (void*)thread;
    }

    [UnmanagedCallersOnly]
    private static int ThreadSleep(uint milliseconds)
    {
        // A cancellation waits until the managed frames are gone.
        int before;
        _ = pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
        try
        {
            Thread.Sleep(TimeSpan.FromMilliseconds(milliseconds));
            return 0;
        }
        catch (Exception)
        {
            return -1;
        }
        finally
        {
            _ = pthread_setcancelstate(before, null);
        }
    }

    [UnmanagedCallersOnly]
    private static void* NewMutex(int options)
    {
        var mutex = NativeMemory.AllocZeroed(OpaqueSize);
        var attributes = stackalloc byte[OpaqueSize];
        _ = pthread_mutexattr_init(attributes);
        _ = pthread_mutexattr_settype(attributes, PTHREAD_MUTEX_RECURSIVE);
        _ = pthread_mutex_init(mutex, attributes);
        _ = pthread_mutexattr_destroy(attributes);
        return mutex;
    }

    [UnmanagedCallersOnly]
    private static void DestroyMutex(void* mutex) => EndMutex(mutex);

    [UnmanagedCallersOnly]
    private static int DestroyMutex2(void* mutex) => EndMutex(mutex);

    // One that is locked stays.
    private static int EndMutex(void* mutex)
    {
        if (mutex is null)
            return EINVAL;
        var error = pthread_mutex_destroy(mutex);
        if (error == 0)
            NativeMemory.Free(mutex);
        return error;
    }

    [UnmanagedCallersOnly]
    private static void* NewCondition(int options)
    {
        var condition = NativeMemory.AllocZeroed(OpaqueSize);
        _ = pthread_cond_init(condition, null);
        return condition;
    }

    [UnmanagedCallersOnly]
    private static void DestroyCondition(void* condition) => EndCondition(condition);

    [UnmanagedCallersOnly]
    private static int DestroyCondition2(void* condition) => EndCondition(condition);

    private static int EndCondition(void* condition)
    {
        if (condition is null)
            return EINVAL;
        var error = pthread_cond_destroy(condition);
        if (error == 0)
            NativeMemory.Free(condition);
        return error;
    }

    [LibraryImport(Libc)]
    private static partial int pthread_attr_init(void* attributes);

    [LibraryImport(Libc)]
    private static partial int pthread_attr_setdetachstate(void* attributes, int state);

    [LibraryImport(Libc)]
    private static partial int pthread_attr_destroy(void* attributes);

    [LibraryImport(Libc)]
    private static partial int pthread_create(nuint* thread, void* attributes, delegate* unmanaged<void*, void*> start, void* parameter);

    [LibraryImport(Libc)]
    private static partial int pthread_setcancelstate(int state, int* before);

    [LibraryImport(Libc)]
    private static partial int pthread_mutexattr_init(void* attributes);

    [LibraryImport(Libc)]
    private static partial int pthread_mutexattr_settype(void* attributes, int type);

    [LibraryImport(Libc)]
    private static partial int pthread_mutexattr_destroy(void* attributes);

    [LibraryImport(Libc)]
    private static partial int pthread_mutex_init(void* mutex, void* attributes);

    [LibraryImport(Libc)]
    private static partial int pthread_mutex_destroy(void* mutex);

    [LibraryImport(Libc)]
    private static partial int pthread_cond_init(void* condition, void* attributes);

    [LibraryImport(Libc)]
    private static partial int pthread_cond_destroy(void* condition);
}
