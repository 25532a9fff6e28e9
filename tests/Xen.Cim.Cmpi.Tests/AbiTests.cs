using System.Reflection;
using System.Runtime.InteropServices;
using Xen.Cim.Cmpi.Abi;

namespace Xen.Cim.Cmpi.Tests;

/// <summary>
/// Layouts of the CMPI structures on a 64-bit machine. The numbers of entries are those of the CMPI 2.1 standard's tables.
/// </summary>
public sealed class AbiTests
{
    [Fact]
    public void Values_have_the_standards_sizes()
    {
        // The union holds {void *, unsigned}, so it is 16 bytes, not 8.
        Assert.Equal(16, Marshal.SizeOf<CMPIValue>());
        Assert.Equal(24, Marshal.SizeOf<CMPIData>());
        Assert.Equal(2, (int)Marshal.OffsetOf<CMPIData>(nameof(CMPIData.State)));
        Assert.Equal(8, (int)Marshal.OffsetOf<CMPIData>(nameof(CMPIData.Value)));
        Assert.Equal(16, Marshal.SizeOf<CMPIStatus>());
        Assert.Equal(8, (int)Marshal.OffsetOf<CMPIStatus>(nameof(CMPIStatus.Message)));
        Assert.Equal(40, Marshal.SizeOf<CMPIBroker>());
        Assert.Equal(16, (int)Marshal.OffsetOf<CMPIBroker>(nameof(CMPIBroker.Encapsulation)));
    }

    [Theory]
    [InlineData(typeof(CMPIStringFT), 4)]
    [InlineData(typeof(CMPIArrayFT), 6)]
    [InlineData(typeof(CMPIEnumerationFT), 5)]
    [InlineData(typeof(CMPIDateTimeFT), 5)]
    [InlineData(typeof(CMPIObjectPathFT), 19)]
    [InlineData(typeof(CMPIInstanceFT), 10)]
    [InlineData(typeof(CMPIArgsFT), 6)]
    [InlineData(typeof(CMPIContextFT), 6)]
    [InlineData(typeof(CMPIResultFT), 7)]
    [InlineData(typeof(CMPIErrorFT), 26)]
    [InlineData(typeof(CMPISelectExpFT), 7)]
    [InlineData(typeof(CMPISelectCondFT), 4)]
    [InlineData(typeof(CMPISubCondFT), 5)]
    [InlineData(typeof(CMPIPredicateFT), 4)]
    [InlineData(typeof(CMPIPropertyListFT), 4)]
    [InlineData(typeof(CMPIBrokerEncFT), 23)]
    [InlineData(typeof(CMPIBrokerExtFT), 24)]
    [InlineData(typeof(CMPIBrokerMemFT), 15)]
    public void Function_tables_are_a_version_and_functions(Type table, int functions)
    {
        Assert.Equal(8 + (8 * functions), Marshal.SizeOf(table));
        Assert.Equal(functions, table.GetFields().Count(f => f.FieldType.IsFunctionPointer));
    }

    [Theory]
    [InlineData(typeof(CMPIInstanceMIFT), 9)]
    [InlineData(typeof(CMPIAssociationMIFT), 7)]
    [InlineData(typeof(CMPIMethodMIFT), 2)]
    [InlineData(typeof(CMPIPropertyMIFT), 4)]
    [InlineData(typeof(CMPIIndicationMIFT), 10)]
    public void Provider_tables_are_two_versions_a_name_and_functions(Type table, int functions)
    {
        Assert.Equal(16 + (8 * functions), Marshal.SizeOf(table));
        Assert.Equal(4, (int)Marshal.OffsetOf(table, "MiVersion"));
        Assert.Equal(16, (int)Marshal.OffsetOf(table, "Cleanup"));
    }

    [Theory]
    [InlineData(nameof(CMPIType.Boolean), 2)]
    [InlineData(nameof(CMPIType.Char16), 3)]
    [InlineData(nameof(CMPIType.Real32), 8)]
    [InlineData(nameof(CMPIType.Real64), 12)]
    [InlineData(nameof(CMPIType.UInt8), 0x80)]
    [InlineData(nameof(CMPIType.UInt64), 0xB0)]
    [InlineData(nameof(CMPIType.SInt8), 0xC0)]
    [InlineData(nameof(CMPIType.SInt64), 0xF0)]
    [InlineData(nameof(CMPIType.Instance), 0x1000)]
    [InlineData(nameof(CMPIType.Ref), 0x1100)]
    [InlineData(nameof(CMPIType.String), 0x1600)]
    [InlineData(nameof(CMPIType.Chars), 0x1700)]
    [InlineData(nameof(CMPIType.DateTime), 0x1800)]
    [InlineData(nameof(CMPIType.StringA), 0x3600)]
    public void Types_have_the_standards_numbers(string type, int number) => Assert.Equal((CMPIType)number, Enum.Parse<CMPIType>(type));
}
