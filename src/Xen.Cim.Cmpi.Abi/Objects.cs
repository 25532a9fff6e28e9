using System.Runtime.InteropServices;

namespace Xen.Cim.Cmpi.Abi;

// The encapsulated objects: each is a handle that only the broker understands and a table of functions.

[StructLayout(LayoutKind.Sequential)]
public unsafe struct CMPIString
{
    public void* Handle;
    public CMPIStringFT* Ft;
}

[StructLayout(LayoutKind.Sequential)]
public unsafe struct CMPIStringFT
{
    public int FtVersion;
    public delegate* unmanaged<CMPIString*, CMPIStatus> Release;
    public delegate* unmanaged<CMPIString*, CMPIStatus*, CMPIString*> Clone;
    public delegate* unmanaged<CMPIString*, CMPIStatus*, byte*> GetCharPtr;
    /// <summary>(string, codepage, status); since 2.1. CMPIBrokerMemFT.freeChars ends the answer.</summary>
    public delegate* unmanaged<CMPIString*, CMPICodepage, CMPIStatus*, byte*> NewCharsCP;
}

[StructLayout(LayoutKind.Sequential)]
public unsafe struct CMPIArray
{
    public void* Handle;
    public CMPIArrayFT* Ft;
}

[StructLayout(LayoutKind.Sequential)]
public unsafe struct CMPIArrayFT
{
    public int FtVersion;
    public delegate* unmanaged<CMPIArray*, CMPIStatus> Release;
    public delegate* unmanaged<CMPIArray*, CMPIStatus*, CMPIArray*> Clone;
    public delegate* unmanaged<CMPIArray*, CMPIStatus*, uint> GetSize;
    public delegate* unmanaged<CMPIArray*, CMPIStatus*, CMPIType> GetSimpleType;
    public delegate* unmanaged<CMPIArray*, uint, CMPIStatus*, CMPIData> GetElementAt;
    public delegate* unmanaged<CMPIArray*, uint, CMPIValue*, CMPIType, CMPIStatus> SetElementAt;
}

[StructLayout(LayoutKind.Sequential)]
public unsafe struct CMPIEnumeration
{
    public void* Handle;
    public CMPIEnumerationFT* Ft;
}

[StructLayout(LayoutKind.Sequential)]
public unsafe struct CMPIEnumerationFT
{
    public int FtVersion;
    public delegate* unmanaged<CMPIEnumeration*, CMPIStatus> Release;
    public delegate* unmanaged<CMPIEnumeration*, CMPIStatus*, CMPIEnumeration*> Clone;
    public delegate* unmanaged<CMPIEnumeration*, CMPIStatus*, CMPIData> GetNext;
    public delegate* unmanaged<CMPIEnumeration*, CMPIStatus*, byte> HasNext;
    public delegate* unmanaged<CMPIEnumeration*, CMPIStatus*, CMPIArray*> ToArray;
}

[StructLayout(LayoutKind.Sequential)]
public unsafe struct CMPIDateTime
{
    public void* Handle;
    public CMPIDateTimeFT* Ft;
}

[StructLayout(LayoutKind.Sequential)]
public unsafe struct CMPIDateTimeFT
{
    public int FtVersion;
    public delegate* unmanaged<CMPIDateTime*, CMPIStatus> Release;
    public delegate* unmanaged<CMPIDateTime*, CMPIStatus*, CMPIDateTime*> Clone;
    /// <summary>Microseconds since 1970 (UTC), or of the interval.</summary>
    public delegate* unmanaged<CMPIDateTime*, CMPIStatus*, ulong> GetBinaryFormat;
    public delegate* unmanaged<CMPIDateTime*, CMPIStatus*, CMPIString*> GetStringFormat;
    public delegate* unmanaged<CMPIDateTime*, CMPIStatus*, byte> IsInterval;
}

[StructLayout(LayoutKind.Sequential)]
public unsafe struct CMPIObjectPath
{
    public void* Handle;
    public CMPIObjectPathFT* Ft;
}

[StructLayout(LayoutKind.Sequential)]
public unsafe struct CMPIObjectPathFT
{
    public int FtVersion;
    public delegate* unmanaged<CMPIObjectPath*, CMPIStatus> Release;
    public delegate* unmanaged<CMPIObjectPath*, CMPIStatus*, CMPIObjectPath*> Clone;
    public delegate* unmanaged<CMPIObjectPath*, byte*, CMPIStatus> SetNameSpace;
    public delegate* unmanaged<CMPIObjectPath*, CMPIStatus*, CMPIString*> GetNameSpace;
    public delegate* unmanaged<CMPIObjectPath*, byte*, CMPIStatus> SetHostname;
    public delegate* unmanaged<CMPIObjectPath*, CMPIStatus*, CMPIString*> GetHostname;
    public delegate* unmanaged<CMPIObjectPath*, byte*, CMPIStatus> SetClassName;
    public delegate* unmanaged<CMPIObjectPath*, CMPIStatus*, CMPIString*> GetClassName;
    public delegate* unmanaged<CMPIObjectPath*, byte*, CMPIValue*, CMPIType, CMPIStatus> AddKey;
    public delegate* unmanaged<CMPIObjectPath*, byte*, CMPIStatus*, CMPIData> GetKey;
    public delegate* unmanaged<CMPIObjectPath*, uint, CMPIString**, CMPIStatus*, CMPIData> GetKeyAt;
    public delegate* unmanaged<CMPIObjectPath*, CMPIStatus*, uint> GetKeyCount;
    public delegate* unmanaged<CMPIObjectPath*, CMPIObjectPath*, CMPIStatus> SetNameSpaceFromObjectPath;
    public delegate* unmanaged<CMPIObjectPath*, CMPIObjectPath*, CMPIStatus> SetHostAndNameSpaceFromObjectPath;
    /// <summary>(path, qualifier, status)</summary>
    public delegate* unmanaged<CMPIObjectPath*, byte*, CMPIStatus*, CMPIData> GetClassQualifier;
    /// <summary>(path, property, qualifier, status)</summary>
    public delegate* unmanaged<CMPIObjectPath*, byte*, byte*, CMPIStatus*, CMPIData> GetPropertyQualifier;
    /// <summary>(path, method, qualifier, status)</summary>
    public delegate* unmanaged<CMPIObjectPath*, byte*, byte*, CMPIStatus*, CMPIData> GetMethodQualifier;
    /// <summary>(path, method, parameter, qualifier, status)</summary>
    public delegate* unmanaged<CMPIObjectPath*, byte*, byte*, byte*, CMPIStatus*, CMPIData> GetParameterQualifier;
    public new delegate* unmanaged<CMPIObjectPath*, CMPIStatus*, CMPIString*> ToString;
}

[StructLayout(LayoutKind.Sequential)]
public unsafe struct CMPIInstance
{
    public void* Handle;
    public CMPIInstanceFT* Ft;
}

[StructLayout(LayoutKind.Sequential)]
public unsafe struct CMPIInstanceFT
{
    public int FtVersion;
    public delegate* unmanaged<CMPIInstance*, CMPIStatus> Release;
    public delegate* unmanaged<CMPIInstance*, CMPIStatus*, CMPIInstance*> Clone;
    public delegate* unmanaged<CMPIInstance*, byte*, CMPIStatus*, CMPIData> GetProperty;
    public delegate* unmanaged<CMPIInstance*, uint, CMPIString**, CMPIStatus*, CMPIData> GetPropertyAt;
    public delegate* unmanaged<CMPIInstance*, CMPIStatus*, uint> GetPropertyCount;
    public delegate* unmanaged<CMPIInstance*, byte*, CMPIValue*, CMPIType, CMPIStatus> SetProperty;
    public delegate* unmanaged<CMPIInstance*, CMPIStatus*, CMPIObjectPath*> GetObjectPath;
    /// <summary>(instance, NULL-terminated names or NULL for all, NULL-terminated keys or NULL)</summary>
    public delegate* unmanaged<CMPIInstance*, byte**, byte**, CMPIStatus> SetPropertyFilter;
    public delegate* unmanaged<CMPIInstance*, CMPIObjectPath*, CMPIStatus> SetObjectPath;
    /// <summary>(instance, name, value, type, origin); since 2.0.</summary>
    public delegate* unmanaged<CMPIInstance*, byte*, CMPIValue*, CMPIType, byte*, CMPIStatus> SetPropertyWithOrigin;
}

[StructLayout(LayoutKind.Sequential)]
public unsafe struct CMPIArgs
{
    public void* Handle;
    public CMPIArgsFT* Ft;
}

[StructLayout(LayoutKind.Sequential)]
public unsafe struct CMPIArgsFT
{
    public int FtVersion;
    public delegate* unmanaged<CMPIArgs*, CMPIStatus> Release;
    public delegate* unmanaged<CMPIArgs*, CMPIStatus*, CMPIArgs*> Clone;
    public delegate* unmanaged<CMPIArgs*, byte*, CMPIValue*, CMPIType, CMPIStatus> AddArg;
    public delegate* unmanaged<CMPIArgs*, byte*, CMPIStatus*, CMPIData> GetArg;
    public delegate* unmanaged<CMPIArgs*, uint, CMPIString**, CMPIStatus*, CMPIData> GetArgAt;
    public delegate* unmanaged<CMPIArgs*, CMPIStatus*, uint> GetArgCount;
}

/// <summary>What the server tells about a request besides its operands.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct CMPIContext
{
    public void* Handle;
    public CMPIContextFT* Ft;
}

[StructLayout(LayoutKind.Sequential)]
public unsafe struct CMPIContextFT
{
    public int FtVersion;
    public delegate* unmanaged<CMPIContext*, CMPIStatus> Release;
    public delegate* unmanaged<CMPIContext*, CMPIStatus*, CMPIContext*> Clone;
    public delegate* unmanaged<CMPIContext*, byte*, CMPIStatus*, CMPIData> GetEntry;
    public delegate* unmanaged<CMPIContext*, uint, CMPIString**, CMPIStatus*, CMPIData> GetEntryAt;
    public delegate* unmanaged<CMPIContext*, CMPIStatus*, uint> GetEntryCount;
    public delegate* unmanaged<CMPIContext*, byte*, CMPIValue*, CMPIType, CMPIStatus> AddEntry;
}

/// <summary>Where a provider puts its answer, element by element.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct CMPIResult
{
    public void* Handle;
    public CMPIResultFT* Ft;
}

[StructLayout(LayoutKind.Sequential)]
public unsafe struct CMPIResultFT
{
    public int FtVersion;
    public delegate* unmanaged<CMPIResult*, CMPIStatus> Release;
    public delegate* unmanaged<CMPIResult*, CMPIStatus*, CMPIResult*> Clone;
    public delegate* unmanaged<CMPIResult*, CMPIValue*, CMPIType, CMPIStatus> ReturnData;
    public delegate* unmanaged<CMPIResult*, CMPIInstance*, CMPIStatus> ReturnInstance;
    public delegate* unmanaged<CMPIResult*, CMPIObjectPath*, CMPIStatus> ReturnObjectPath;
    public delegate* unmanaged<CMPIResult*, CMPIStatus> ReturnDone;
    /// <summary>Since 2.0.</summary>
    public delegate* unmanaged<CMPIResult*, CMPIError*, CMPIStatus> ReturnError;
}

/// <summary>A CIM_Error that goes with a failed status.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct CMPIError
{
    public void* Handle;
    public CMPIErrorFT* Ft;
}

[StructLayout(LayoutKind.Sequential)]
public unsafe struct CMPIErrorFT
{
    public int FtVersion;
    public delegate* unmanaged<CMPIError*, CMPIStatus> Release;
    public delegate* unmanaged<CMPIError*, CMPIStatus*, CMPIError*> Clone;
    public delegate* unmanaged<CMPIError*, CMPIStatus*, CMPIErrorType> GetErrorType;
    public delegate* unmanaged<CMPIError*, CMPIStatus*, CMPIString*> GetOtherErrorType;
    public delegate* unmanaged<CMPIError*, CMPIStatus*, CMPIString*> GetOwningEntity;
    public delegate* unmanaged<CMPIError*, CMPIStatus*, CMPIString*> GetMessageID;
    public delegate* unmanaged<CMPIError*, CMPIStatus*, CMPIString*> GetMessage;
    public delegate* unmanaged<CMPIError*, CMPIStatus*, CMPIErrorSeverity> GetPerceivedSeverity;
    /// <summary>CIM_Error.ProbableCause.</summary>
    public delegate* unmanaged<CMPIError*, CMPIStatus*, int> GetProbableCause;
    public delegate* unmanaged<CMPIError*, CMPIStatus*, CMPIString*> GetProbableCauseDescription;
    public delegate* unmanaged<CMPIError*, CMPIStatus*, CMPIArray*> GetRecommendedActions;
    public delegate* unmanaged<CMPIError*, CMPIStatus*, CMPIString*> GetErrorSource;
    public delegate* unmanaged<CMPIError*, CMPIStatus*, CMPIErrorSrcFormat> GetErrorSourceFormat;
    public delegate* unmanaged<CMPIError*, CMPIStatus*, CMPIString*> GetOtherErrorSourceFormat;
    public delegate* unmanaged<CMPIError*, CMPIStatus*, CMPIrc> GetCIMStatusCode;
    public delegate* unmanaged<CMPIError*, CMPIStatus*, CMPIString*> GetCIMStatusCodeDescription;
    public delegate* unmanaged<CMPIError*, CMPIStatus*, CMPIArray*> GetMessageArguments;
    public delegate* unmanaged<CMPIError*, CMPIErrorType, CMPIStatus> SetErrorType;
    public delegate* unmanaged<CMPIError*, byte*, CMPIStatus> SetOtherErrorType;
    public delegate* unmanaged<CMPIError*, byte*, CMPIStatus> SetProbableCauseDescription;
    public delegate* unmanaged<CMPIError*, CMPIArray*, CMPIStatus> SetRecommendedActions;
    public delegate* unmanaged<CMPIError*, byte*, CMPIStatus> SetErrorSource;
    public delegate* unmanaged<CMPIError*, CMPIErrorSrcFormat, CMPIStatus> SetErrorSourceFormat;
    public delegate* unmanaged<CMPIError*, byte*, CMPIStatus> SetOtherErrorSourceFormat;
    public delegate* unmanaged<CMPIError*, byte*, CMPIStatus> SetCIMStatusCodeDescription;
    public delegate* unmanaged<CMPIError*, CMPIArray*, CMPIStatus> SetMessageArguments;
}
