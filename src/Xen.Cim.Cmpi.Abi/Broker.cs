using System.Runtime.InteropServices;

namespace Xen.Cim.Cmpi.Abi;

/// <summary>The management broker: what a CIM server offers to its providers.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct CMPIBroker
{
    public void* Handle;
    public CMPIBrokerFT* Broker;
    public CMPIBrokerEncFT* Encapsulation;
    public CMPIBrokerExtFT* Extension;
    /// <summary>NULL where the broker has no memory functions.</summary>
    public CMPIBrokerMemFT* Memory;
}

/// <summary>Calls back into the CIM server: threads, indications, CIM operations.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct CMPIBrokerFT
{
    public CMPICapabilities Capabilities;
    public uint Version;
    public byte* Name;
    public delegate* unmanaged<CMPIBroker*, CMPIContext*, CMPIContext*> PrepareAttachThread;
    public delegate* unmanaged<CMPIBroker*, CMPIContext*, CMPIStatus> AttachThread;
    public delegate* unmanaged<CMPIBroker*, CMPIContext*, CMPIStatus> DetachThread;
    /// <summary>(broker, context, namespace, indication)</summary>
    public delegate* unmanaged<CMPIBroker*, CMPIContext*, byte*, CMPIInstance*, CMPIStatus> DeliverIndication;
    public delegate* unmanaged<CMPIBroker*, CMPIContext*, CMPIObjectPath*, CMPIStatus*, CMPIEnumeration*> EnumerateInstanceNames;
    public delegate* unmanaged<CMPIBroker*, CMPIContext*, CMPIObjectPath*, byte**, CMPIStatus*, CMPIInstance*> GetInstance;
    public delegate* unmanaged<CMPIBroker*, CMPIContext*, CMPIObjectPath*, CMPIInstance*, CMPIStatus*, CMPIObjectPath*> CreateInstance;
    public delegate* unmanaged<CMPIBroker*, CMPIContext*, CMPIObjectPath*, CMPIInstance*, byte**, CMPIStatus> ModifyInstance;
    public delegate* unmanaged<CMPIBroker*, CMPIContext*, CMPIObjectPath*, CMPIStatus> DeleteInstance;
    /// <summary>(broker, context, path, query, language, status)</summary>
    public delegate* unmanaged<CMPIBroker*, CMPIContext*, CMPIObjectPath*, byte*, byte*, CMPIStatus*, CMPIEnumeration*> ExecQuery;
    public delegate* unmanaged<CMPIBroker*, CMPIContext*, CMPIObjectPath*, byte**, CMPIStatus*, CMPIEnumeration*> EnumerateInstances;
    /// <summary>(broker, context, path, association class, result class, role, result role, properties, status)</summary>
    public delegate* unmanaged<CMPIBroker*, CMPIContext*, CMPIObjectPath*, byte*, byte*, byte*, byte*, byte**, CMPIStatus*, CMPIEnumeration*> Associators;
    /// <summary>(broker, context, path, association class, result class, role, result role, status)</summary>
    public delegate* unmanaged<CMPIBroker*, CMPIContext*, CMPIObjectPath*, byte*, byte*, byte*, byte*, CMPIStatus*, CMPIEnumeration*> AssociatorNames;
    /// <summary>(broker, context, path, association class, role, properties, status)</summary>
    public delegate* unmanaged<CMPIBroker*, CMPIContext*, CMPIObjectPath*, byte*, byte*, byte**, CMPIStatus*, CMPIEnumeration*> References;
    /// <summary>(broker, context, path, association class, role, status)</summary>
    public delegate* unmanaged<CMPIBroker*, CMPIContext*, CMPIObjectPath*, byte*, byte*, CMPIStatus*, CMPIEnumeration*> ReferenceNames;
    /// <summary>(broker, context, path, method, input, output, status)</summary>
    public delegate* unmanaged<CMPIBroker*, CMPIContext*, CMPIObjectPath*, byte*, CMPIArgs*, CMPIArgs*, CMPIStatus*, CMPIData> InvokeMethod;
    public delegate* unmanaged<CMPIBroker*, CMPIContext*, CMPIObjectPath*, byte*, CMPIValue*, CMPIType, CMPIStatus> SetProperty;
    public delegate* unmanaged<CMPIBroker*, CMPIContext*, CMPIObjectPath*, byte*, CMPIStatus*, CMPIData> GetProperty;
    /// <summary>(broker, context, path, properties, filter language, filter, status); since 2.1.</summary>
    public delegate* unmanaged<CMPIBroker*, CMPIContext*, CMPIObjectPath*, byte**, byte*, byte*, CMPIStatus*, CMPIEnumeration*> EnumerateInstancesFiltered;
    /// <summary>(broker, context, path, association class, result class, role, result role, properties, filter language, filter, status); since 2.1.</summary>
    public delegate* unmanaged<CMPIBroker*, CMPIContext*, CMPIObjectPath*, byte*, byte*, byte*, byte*, byte**, byte*, byte*, CMPIStatus*, CMPIEnumeration*> AssociatorsFiltered;
    /// <summary>(broker, context, path, association class, role, properties, filter language, filter, status); since 2.1.</summary>
    public delegate* unmanaged<CMPIBroker*, CMPIContext*, CMPIObjectPath*, byte*, byte*, byte**, byte*, byte*, CMPIStatus*, CMPIEnumeration*> ReferencesFiltered;
}

/// <summary>Makes the broker's objects.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct CMPIBrokerEncFT
{
    public int FtVersion;
    public delegate* unmanaged<CMPIBroker*, CMPIObjectPath*, CMPIStatus*, CMPIInstance*> NewInstance;
    /// <summary>(broker, namespace, class name, status)</summary>
    public delegate* unmanaged<CMPIBroker*, byte*, byte*, CMPIStatus*, CMPIObjectPath*> NewObjectPath;
    public delegate* unmanaged<CMPIBroker*, CMPIStatus*, CMPIArgs*> NewArgs;
    public delegate* unmanaged<CMPIBroker*, byte*, CMPIStatus*, CMPIString*> NewString;
    /// <summary>(broker, number of elements, type of an element, status)</summary>
    public delegate* unmanaged<CMPIBroker*, uint, CMPIType, CMPIStatus*, CMPIArray*> NewArray;
    /// <summary>The current time.</summary>
    public delegate* unmanaged<CMPIBroker*, CMPIStatus*, CMPIDateTime*> NewDateTime;
    /// <summary>(broker, microseconds, is interval, status)</summary>
    public delegate* unmanaged<CMPIBroker*, ulong, byte, CMPIStatus*, CMPIDateTime*> NewDateTimeFromBinary;
    public delegate* unmanaged<CMPIBroker*, byte*, CMPIStatus*, CMPIDateTime*> NewDateTimeFromChars;
    /// <summary>(broker, query, language, projection, status)</summary>
    public delegate* unmanaged<CMPIBroker*, byte*, byte*, CMPIArray**, CMPIStatus*, CMPISelectExp*> NewSelectExp;
    public delegate* unmanaged<CMPIBroker*, CMPIObjectPath*, byte*, CMPIStatus*, byte> ClassPathIsA;
    public new delegate* unmanaged<CMPIBroker*, void*, CMPIStatus*, CMPIString*> ToString;
    public delegate* unmanaged<CMPIBroker*, void*, byte*, CMPIStatus*, byte> IsOfType;
    public new delegate* unmanaged<CMPIBroker*, void*, CMPIStatus*, CMPIString*> GetType;
    /// <summary>(broker, message id, default message, status, count = 0); variadic in C.</summary>
    public delegate* unmanaged<CMPIBroker*, byte*, byte*, CMPIStatus*, uint, CMPIString*> GetMessage;
    /// <summary>(broker, severity, id, text, string); text or string.</summary>
    public delegate* unmanaged<CMPIBroker*, CMPISeverity, byte*, byte*, CMPIString*, CMPIStatus> LogMessage;
    /// <summary>(broker, level, component, text, string)</summary>
    public delegate* unmanaged<CMPIBroker*, CMPILevel, byte*, byte*, CMPIString*, CMPIStatus> Trace;
    /// <summary>(broker, owning entity, message id, message, severity, probable cause, status code, status); since 2.0.</summary>
    public delegate* unmanaged<CMPIBroker*, byte*, byte*, byte*, CMPIErrorSeverity, int, CMPIrc, CMPIStatus*, CMPIError*> NewError;
    public delegate* unmanaged<CMPIBroker*, byte*, void**, CMPIStatus> OpenMessageFile;
    public delegate* unmanaged<CMPIBroker*, void*, CMPIStatus> CloseMessageFile;
    /// <summary>(broker, message id, file, default message, status, count = 0); variadic in C.</summary>
    public delegate* unmanaged<CMPIBroker*, byte*, void*, byte*, CMPIStatus*, uint, CMPIString*> GetMessage2;
    /// <summary>(broker, NULL-terminated names, status); since 2.1.</summary>
    public delegate* unmanaged<CMPIBroker*, byte**, CMPIStatus*, CMPIPropertyList*> NewPropertyList;
    /// <summary>(broker, characters, codepage, status); since 2.1.</summary>
    public delegate* unmanaged<CMPIBroker*, byte*, CMPICodepage, CMPIStatus*, CMPIString*> NewStringCP;
    /// <summary>(broker, filter language, filter, status); since 2.1.</summary>
    public delegate* unmanaged<CMPIBroker*, byte*, byte*, CMPIStatus*, CMPIEnumerationFilter*> NewEnumerationFilter;
}

/// <summary>The operating system's threads and locks behind one door.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct CMPIBrokerExtFT
{
    public int FtVersion;
    public delegate* unmanaged<byte*, byte*> ResolveFileName;
    /// <summary>(start, parameter, detached)</summary>
    public delegate* unmanaged<delegate* unmanaged<void*, void*>, void*, int, void*> NewThread;
    public delegate* unmanaged<void*, void**, int> JoinThread;
    public delegate* unmanaged<void*, int> ExitThread;
    public delegate* unmanaged<void*, int> CancelThread;
    /// <summary>Milliseconds.</summary>
    public delegate* unmanaged<uint, int> ThreadSleep;
    public delegate* unmanaged<int*, delegate* unmanaged<void>, int> ThreadOnce;
    public delegate* unmanaged<uint*, delegate* unmanaged<void*, void>, int> CreateThreadKey;
    public delegate* unmanaged<uint, int> DestroyThreadKey;
    public delegate* unmanaged<uint, void*> GetThreadSpecific;
    public delegate* unmanaged<uint, void*, int> SetThreadSpecific;
    public delegate* unmanaged<int, void*> NewMutex;
    public delegate* unmanaged<void*, void> DestroyMutex;
    public delegate* unmanaged<void*, void> LockMutex;
    public delegate* unmanaged<void*, void> UnlockMutex;
    public delegate* unmanaged<int, void*> NewCondition;
    public delegate* unmanaged<void*, void> DestroyCondition;
    public delegate* unmanaged<void*, void*, int> CondWait;
    /// <summary>(condition, mutex, struct timespec*)</summary>
    public delegate* unmanaged<void*, void*, void*, int> TimedCondWait;
    public delegate* unmanaged<void*, int> SignalCondition;
    /// <summary>Since 2.1, as the three after it: like those without the 2, with a result (an errno).</summary>
    public delegate* unmanaged<void*, int> DestroyMutex2;
    public delegate* unmanaged<void*, int> LockMutex2;
    public delegate* unmanaged<void*, int> UnlockMutex2;
    public delegate* unmanaged<void*, int> DestroyCondition2;
}

/// <summary>Memory: marks, blocks and the early end of objects. Absent in many brokers.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct CMPIBrokerMemFT
{
    public int FtVersion;
    public delegate* unmanaged<CMPIBroker*, CMPIStatus*, void*> Mark;
    public delegate* unmanaged<CMPIBroker*, void*, CMPIStatus> Release;
    public delegate* unmanaged<CMPIBroker*, nuint, void*> Malloc;
    public delegate* unmanaged<CMPIBroker*, nuint, nuint, void*> Calloc;
    public delegate* unmanaged<CMPIBroker*, void*, nuint, void*> Realloc;
    public delegate* unmanaged<CMPIBroker*, byte*, byte*> StrDup;
    public delegate* unmanaged<CMPIBroker*, void*, void> Free;
    public delegate* unmanaged<CMPIBroker*, CMPIInstance*, void> FreeInstance;
    public delegate* unmanaged<CMPIBroker*, CMPIObjectPath*, void> FreeObjectPath;
    public delegate* unmanaged<CMPIBroker*, CMPIArgs*, void> FreeArgs;
    public delegate* unmanaged<CMPIBroker*, CMPIString*, void> FreeString;
    public delegate* unmanaged<CMPIBroker*, CMPIArray*, void> FreeArray;
    public delegate* unmanaged<CMPIBroker*, CMPIDateTime*, void> FreeDateTime;
    public delegate* unmanaged<CMPIBroker*, CMPISelectExp*, void> FreeSelectExp;
    /// <summary>Ends what CMPIStringFT.newCharsCP made; since 2.1.</summary>
    public delegate* unmanaged<CMPIBroker*, byte*, void> FreeChars;
}
