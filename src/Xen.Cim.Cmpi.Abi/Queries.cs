using System.Runtime.InteropServices;

namespace Xen.Cim.Cmpi.Abi;

// Select expressions and what they are made of: a condition is a list of subconditions, each a list of predicates.

[StructLayout(LayoutKind.Sequential)]
public unsafe struct CMPISelectExp
{
    public void* Handle;
    public CMPISelectExpFT* Ft;
}

[StructLayout(LayoutKind.Sequential)]
public unsafe struct CMPISelectExpFT
{
    public int FtVersion;
    public delegate* unmanaged<CMPISelectExp*, CMPIStatus> Release;
    public delegate* unmanaged<CMPISelectExp*, CMPIStatus*, CMPISelectExp*> Clone;
    public delegate* unmanaged<CMPISelectExp*, CMPIInstance*, CMPIStatus*, byte> Evaluate;
    public delegate* unmanaged<CMPISelectExp*, CMPIStatus*, CMPIString*> GetString;
    /// <summary>As a disjunction of conjunctions.</summary>
    public delegate* unmanaged<CMPISelectExp*, CMPIStatus*, CMPISelectCond*> GetDOC;
    /// <summary>As a conjunction of disjunctions.</summary>
    public delegate* unmanaged<CMPISelectExp*, CMPIStatus*, CMPISelectCond*> GetCOD;
    /// <summary>(expression, accessor(name, parameter), parameter, status)</summary>
    public delegate* unmanaged<CMPISelectExp*, delegate* unmanaged<byte*, void*, CMPIData>, void*, CMPIStatus*, byte> EvaluateUsingAccessor;
}

[StructLayout(LayoutKind.Sequential)]
public unsafe struct CMPISelectCond
{
    public void* Handle;
    public CMPISelectCondFT* Ft;
}

[StructLayout(LayoutKind.Sequential)]
public unsafe struct CMPISelectCondFT
{
    public int FtVersion;
    public delegate* unmanaged<CMPISelectCond*, CMPIStatus> Release;
    public delegate* unmanaged<CMPISelectCond*, CMPIStatus*, CMPISelectCond*> Clone;
    public delegate* unmanaged<CMPISelectCond*, CMPISelectCondType*, CMPIStatus*, uint> GetCountAndType;
    public delegate* unmanaged<CMPISelectCond*, uint, CMPIStatus*, CMPISubCond*> GetSubCondAt;
}

[StructLayout(LayoutKind.Sequential)]
public unsafe struct CMPISubCond
{
    public void* Handle;
    public CMPISubCondFT* Ft;
}

[StructLayout(LayoutKind.Sequential)]
public unsafe struct CMPISubCondFT
{
    public int FtVersion;
    public delegate* unmanaged<CMPISubCond*, CMPIStatus> Release;
    public delegate* unmanaged<CMPISubCond*, CMPIStatus*, CMPISubCond*> Clone;
    public delegate* unmanaged<CMPISubCond*, CMPIStatus*, uint> GetCount;
    public delegate* unmanaged<CMPISubCond*, uint, CMPIStatus*, CMPIPredicate*> GetPredicateAt;
    public delegate* unmanaged<CMPISubCond*, byte*, CMPIStatus*, CMPIPredicate*> GetPredicate;
}

[StructLayout(LayoutKind.Sequential)]
public unsafe struct CMPIPredicate
{
    public void* Handle;
    public CMPIPredicateFT* Ft;
}

[StructLayout(LayoutKind.Sequential)]
public unsafe struct CMPIPredicateFT
{
    public int FtVersion;
    public delegate* unmanaged<CMPIPredicate*, CMPIStatus> Release;
    public delegate* unmanaged<CMPIPredicate*, CMPIStatus*, CMPIPredicate*> Clone;
    /// <summary>(predicate, type, operator, left side, right side)</summary>
    public delegate* unmanaged<CMPIPredicate*, CMPIType*, CMPIPredOp*, CMPIString**, CMPIString**, CMPIStatus> GetData;
    public delegate* unmanaged<CMPIPredicate*, delegate* unmanaged<byte*, void*, CMPIData>, void*, CMPIStatus*, byte> EvaluateUsingAccessor;
}

/// <summary>Names of properties; since 2.1.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct CMPIPropertyList
{
    public void* Handle;
    public CMPIPropertyListFT* Ft;
}

[StructLayout(LayoutKind.Sequential)]
public unsafe struct CMPIPropertyListFT
{
    public int FtVersion;
    public delegate* unmanaged<CMPIPropertyList*, CMPIStatus> Release;
    public delegate* unmanaged<CMPIPropertyList*, CMPIStatus*, CMPIPropertyList*> Clone;
    public delegate* unmanaged<CMPIPropertyList*, byte*, CMPIStatus*, byte> IsPropertyInList;
    /// <summary>A NULL-terminated array that lives as long as the list.</summary>
    public delegate* unmanaged<CMPIPropertyList*, CMPIStatus*, byte**> GetProperties;
}

/// <summary>The filter of a pulled enumeration; since 2.1.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct CMPIEnumerationFilter
{
    public void* Handle;
    public CMPIEnumerationFilterFT* Ft;
}

[StructLayout(LayoutKind.Sequential)]
public unsafe struct CMPIEnumerationFilterFT
{
    public int FtVersion;
    public delegate* unmanaged<CMPIEnumerationFilter*, CMPIStatus> Release;
    public delegate* unmanaged<CMPIEnumerationFilter*, CMPIStatus*, CMPIEnumerationFilter*> Clone;
    public delegate* unmanaged<CMPIEnumerationFilter*, CMPIInstance*, CMPIStatus*, byte> Match;
}
