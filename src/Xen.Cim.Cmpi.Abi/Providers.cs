using System.Runtime.InteropServices;

namespace Xen.Cim.Cmpi.Abi;

// The management instrumentation: what a provider hands to the CIM server, one table for each kind of provider.

[StructLayout(LayoutKind.Sequential)]
public unsafe struct CMPIInstanceMI
{
    public void* Handle;
    public CMPIInstanceMIFT* Ft;
}

[StructLayout(LayoutKind.Sequential)]
public unsafe struct CMPIInstanceMIFT
{
    public int FtVersion;
    public int MiVersion;
    public byte* MiName;
    /// <summary>(provider, context, server is terminating)</summary>
    public delegate* unmanaged<CMPIInstanceMI*, CMPIContext*, byte, CMPIStatus> Cleanup;
    public delegate* unmanaged<CMPIInstanceMI*, CMPIContext*, CMPIResult*, CMPIObjectPath*, CMPIStatus> EnumerateInstanceNames;
    public delegate* unmanaged<CMPIInstanceMI*, CMPIContext*, CMPIResult*, CMPIObjectPath*, byte**, CMPIStatus> EnumerateInstances;
    public delegate* unmanaged<CMPIInstanceMI*, CMPIContext*, CMPIResult*, CMPIObjectPath*, byte**, CMPIStatus> GetInstance;
    public delegate* unmanaged<CMPIInstanceMI*, CMPIContext*, CMPIResult*, CMPIObjectPath*, CMPIInstance*, CMPIStatus> CreateInstance;
    public delegate* unmanaged<CMPIInstanceMI*, CMPIContext*, CMPIResult*, CMPIObjectPath*, CMPIInstance*, byte**, CMPIStatus> ModifyInstance;
    public delegate* unmanaged<CMPIInstanceMI*, CMPIContext*, CMPIResult*, CMPIObjectPath*, CMPIStatus> DeleteInstance;
    /// <summary>(provider, context, result, path, query, language)</summary>
    public delegate* unmanaged<CMPIInstanceMI*, CMPIContext*, CMPIResult*, CMPIObjectPath*, byte*, byte*, CMPIStatus> ExecQuery;
    /// <summary>(provider, context, result, path, properties, filter language, filter, status); since 2.1.</summary>
    public delegate* unmanaged<CMPIInstanceMI*, CMPIContext*, CMPIResult*, CMPIObjectPath*, byte**, byte*, byte*, CMPIStatus*, CMPIStatus> EnumerateInstancesFiltered;
}

[StructLayout(LayoutKind.Sequential)]
public unsafe struct CMPIAssociationMI
{
    public void* Handle;
    public CMPIAssociationMIFT* Ft;
}

[StructLayout(LayoutKind.Sequential)]
public unsafe struct CMPIAssociationMIFT
{
    public int FtVersion;
    public int MiVersion;
    public byte* MiName;
    public delegate* unmanaged<CMPIAssociationMI*, CMPIContext*, byte, CMPIStatus> Cleanup;
    /// <summary>(provider, context, result, path, association class, result class, role, result role, properties)</summary>
    public delegate* unmanaged<CMPIAssociationMI*, CMPIContext*, CMPIResult*, CMPIObjectPath*, byte*, byte*, byte*, byte*, byte**, CMPIStatus> Associators;
    /// <summary>(provider, context, result, path, association class, result class, role, result role)</summary>
    public delegate* unmanaged<CMPIAssociationMI*, CMPIContext*, CMPIResult*, CMPIObjectPath*, byte*, byte*, byte*, byte*, CMPIStatus> AssociatorNames;
    /// <summary>(provider, context, result, path, association class, role, properties)</summary>
    public delegate* unmanaged<CMPIAssociationMI*, CMPIContext*, CMPIResult*, CMPIObjectPath*, byte*, byte*, byte**, CMPIStatus> References;
    /// <summary>(provider, context, result, path, association class, role)</summary>
    public delegate* unmanaged<CMPIAssociationMI*, CMPIContext*, CMPIResult*, CMPIObjectPath*, byte*, byte*, CMPIStatus> ReferenceNames;
    /// <summary>(provider, context, result, path, association class, result class, role, result role, properties, filter language, filter, continue on error); since 2.1.</summary>
    public delegate* unmanaged<CMPIAssociationMI*, CMPIContext*, CMPIResult*, CMPIObjectPath*, byte*, byte*, byte*, byte*, byte**, byte*, byte*, byte, CMPIStatus> AssociatorsFiltered;
    /// <summary>(provider, context, result, path, association class, role, properties, filter language, filter, continue on error); since 2.1.</summary>
    public delegate* unmanaged<CMPIAssociationMI*, CMPIContext*, CMPIResult*, CMPIObjectPath*, byte*, byte*, byte**, byte*, byte*, byte, CMPIStatus> ReferencesFiltered;
}

[StructLayout(LayoutKind.Sequential)]
public unsafe struct CMPIMethodMI
{
    public void* Handle;
    public CMPIMethodMIFT* Ft;
}

[StructLayout(LayoutKind.Sequential)]
public unsafe struct CMPIMethodMIFT
{
    public int FtVersion;
    public int MiVersion;
    public byte* MiName;
    public delegate* unmanaged<CMPIMethodMI*, CMPIContext*, byte, CMPIStatus> Cleanup;
    /// <summary>(provider, context, result, path, method, input, output)</summary>
    public delegate* unmanaged<CMPIMethodMI*, CMPIContext*, CMPIResult*, CMPIObjectPath*, byte*, CMPIArgs*, CMPIArgs*, CMPIStatus> InvokeMethod;
}

[StructLayout(LayoutKind.Sequential)]
public unsafe struct CMPIPropertyMI
{
    public void* Handle;
    public CMPIPropertyMIFT* Ft;
}

[StructLayout(LayoutKind.Sequential)]
public unsafe struct CMPIPropertyMIFT
{
    public int FtVersion;
    public int MiVersion;
    public byte* MiName;
    public delegate* unmanaged<CMPIPropertyMI*, CMPIContext*, byte, CMPIStatus> Cleanup;
    public delegate* unmanaged<CMPIPropertyMI*, CMPIContext*, CMPIResult*, CMPIObjectPath*, byte*, CMPIData, CMPIStatus> SetProperty;
    public delegate* unmanaged<CMPIPropertyMI*, CMPIContext*, CMPIResult*, CMPIObjectPath*, byte*, CMPIStatus> GetProperty;
    /// <summary>Since 2.0.</summary>
    public delegate* unmanaged<CMPIPropertyMI*, CMPIContext*, CMPIResult*, CMPIObjectPath*, byte*, CMPIData, byte*, CMPIStatus> SetPropertyWithOrigin;
}

[StructLayout(LayoutKind.Sequential)]
public unsafe struct CMPIIndicationMI
{
    public void* Handle;
    public CMPIIndicationMIFT* Ft;
}

[StructLayout(LayoutKind.Sequential)]
public unsafe struct CMPIIndicationMIFT
{
    public int FtVersion;
    public int MiVersion;
    public byte* MiName;
    public delegate* unmanaged<CMPIIndicationMI*, CMPIContext*, byte, CMPIStatus> Cleanup;
    /// <summary>(provider, context, filter, indication class, source class path, owner)</summary>
    public delegate* unmanaged<CMPIIndicationMI*, CMPIContext*, CMPISelectExp*, byte*, CMPIObjectPath*, byte*, CMPIStatus> AuthorizeFilter;
    /// <summary>(provider, context, filter, indication class, source class path)</summary>
    public delegate* unmanaged<CMPIIndicationMI*, CMPIContext*, CMPISelectExp*, byte*, CMPIObjectPath*, CMPIStatus> MustPoll;
    /// <summary>(provider, context, filter, indication class, source class path, first activation)</summary>
    public delegate* unmanaged<CMPIIndicationMI*, CMPIContext*, CMPISelectExp*, byte*, CMPIObjectPath*, byte, CMPIStatus> ActivateFilter;
    /// <summary>(provider, context, filter, indication class, source class path, last activation)</summary>
    public delegate* unmanaged<CMPIIndicationMI*, CMPIContext*, CMPISelectExp*, byte*, CMPIObjectPath*, byte, CMPIStatus> DeActivateFilter;
    public delegate* unmanaged<CMPIIndicationMI*, CMPIContext*, CMPIStatus> EnableIndications;
    public delegate* unmanaged<CMPIIndicationMI*, CMPIContext*, CMPIStatus> DisableIndications;
    /// <summary>Since 2.1, as the two after it: (provider, context, collection)</summary>
    public delegate* unmanaged<CMPIIndicationMI*, CMPIContext*, CMPIInstance*, CMPIStatus> AuthorizeFilterCollection;
    /// <summary>(provider, context, collection, first activation)</summary>
    public delegate* unmanaged<CMPIIndicationMI*, CMPIContext*, CMPIInstance*, byte, CMPIStatus> ActivateFilterCollection;
    /// <summary>(provider, context, collection, last activation)</summary>
    public delegate* unmanaged<CMPIIndicationMI*, CMPIContext*, CMPIInstance*, byte, CMPIStatus> DeActivateFilterCollection;
}
