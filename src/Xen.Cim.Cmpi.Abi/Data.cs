using System.Runtime.InteropServices;

namespace Xen.Cim.Cmpi.Abi;

/// <summary>A block of memory (<see cref="CMPIType.Ptr"/>).</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct CMPIValuePtr
{
    public void* Ptr;
    public uint Length;
}

/// <summary>A value; which member counts is told by the type beside it. 16 bytes, because of <see cref="DataPtr"/>.</summary>
[StructLayout(LayoutKind.Explicit)]
public unsafe struct CMPIValue
{
    [FieldOffset(0)] public ulong UInt64;
    [FieldOffset(0)] public uint UInt32;
    [FieldOffset(0)] public ushort UInt16;
    [FieldOffset(0)] public byte UInt8;
    [FieldOffset(0)] public long SInt64;
    [FieldOffset(0)] public int SInt32;
    [FieldOffset(0)] public short SInt16;
    [FieldOffset(0)] public sbyte SInt8;
    [FieldOffset(0)] public double Real64;
    [FieldOffset(0)] public float Real32;
    [FieldOffset(0)] public byte Boolean;
    [FieldOffset(0)] public ushort Char16;
    [FieldOffset(0)] public CMPIInstance* Instance;
    [FieldOffset(0)] public CMPIObjectPath* Ref;
    [FieldOffset(0)] public CMPIArgs* Args;
    [FieldOffset(0)] public CMPISelectExp* Filter;
    [FieldOffset(0)] public CMPIEnumeration* Enumeration;
    [FieldOffset(0)] public CMPIArray* Array;
    [FieldOffset(0)] public CMPIString* String;
    [FieldOffset(0)] public byte* Chars;
    [FieldOffset(0)] public CMPIDateTime* DateTime;
    [FieldOffset(0)] public CMPIValuePtr DataPtr;
}

/// <summary>A value with its type and state.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct CMPIData
{
    public CMPIType Type;
    public CMPIValueState State;
    public CMPIValue Value;
}

/// <summary>How a call ended, with an optional message.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct CMPIStatus
{
    public CMPIrc Rc;
    public CMPIString* Message;
}
