using System.Reflection;
using System.Text.RegularExpressions;
using Xen.Cim.Cmpi.Abi;
using Xen.Cim.Server.Cmpi.Broker;
using Xen.Cim.Server.Cmpi.Objects;
using Xunit;

namespace Xen.Cim.Server.Cmpi.Tests;

/// <summary>The function tables that providers get, against the table in docs/cmpi.md.</summary>
public sealed partial class TableTests
{
    // Every table that a provider calls the broker through, and the C header's number of functions in it.
    private static readonly unsafe Dictionary<string, (nint Table, int Functions)> s_tables = new()
    {
        ["CMPIBrokerFT"] = ((nint)BrokerFunctions.Table, 21),
        ["CMPIBrokerEncFT"] = ((nint)EncapsulationFunctions.Table, 23),
        ["CMPIBrokerExtFT"] = ((nint)ExtensionFunctions.Table, 24),
        ["CMPIBrokerMemFT"] = ((nint)MemoryFunctions.Table, 15),
        ["CMPIStringFT"] = (Of<StringObject>(), 4),
        ["CMPIArrayFT"] = (Of<ArrayObject>(), 6),
        ["CMPIEnumerationFT"] = (Of<EnumerationObject>(), 5),
        ["CMPIDateTimeFT"] = (Of<DateTimeObject>(), 5),
        ["CMPIObjectPathFT"] = (Of<ObjectPathObject>(), 19),
        ["CMPIInstanceFT"] = (Of<InstanceObject>(), 10),
        ["CMPIArgsFT"] = (Of<ArgsObject>(), 6),
        ["CMPIContextFT"] = (Of<ContextObject>(), 6),
        ["CMPIResultFT"] = (Of<ResultObject>(), 7),
        ["CMPIErrorFT"] = (Of<ErrorObject>(), 26),
        ["CMPISelectExpFT"] = (Of<SelectExpObject>(), 7),
        ["CMPISelectCondFT"] = (Of<SelectCondObject>(), 4),
        ["CMPISubCondFT"] = (Of<SubCondObject>(), 5),
        ["CMPIPredicateFT"] = (Of<PredicateObject>(), 4),
        ["CMPIPropertyListFT"] = (Of<PropertyListObject>(), 4),
        ["CMPIEnumerationFilterFT"] = (Of<EnumerationFilterObject>(), 3),
    };

    public static TheoryData<string> Tables => [.. s_tables.Keys];

    [Theory]
    [MemberData(nameof(Tables))]
    public void Every_entry_is_there(string name)
    {
        var fields = Functions(name);
        var (table, functions) = s_tables[name];
        Assert.Equal(functions, fields.Length);

        var size = System.Runtime.InteropServices.Marshal.SizeOf(StructOf(name));
        // What stands before the functions: the version, in the broker's own table three words.
        var first = size - (functions * nint.Size);
        for (var i = 0; i < functions; i++)
            Assert.True(System.Runtime.InteropServices.Marshal.ReadIntPtr(table + first + (i * nint.Size)) != 0, $"{name}.{fields[i].Name} is NULL");
        if (name != "CMPIBrokerFT")
            Assert.Equal(210, System.Runtime.InteropServices.Marshal.ReadInt32(table));
    }

    [Fact]
    public void The_documentation_names_every_entry()
    {
        var documented = new List<string>();
        var table = "";
        foreach (var line in File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "cmpi.md")))
        {
            if (line.StartsWith("### ", StringComparison.Ordinal))
                table = line[4..];
            else if (Row().Match(line) is { Success: true } row && table.Length > 0)
                documented.Add($"{table}.{row.Groups[1].Value}");
        }

        Assert.Equal(s_tables.Keys.SelectMany(n => Functions(n).Select(f => $"{n}.{f.Name}")).Order(), documented.Order());
    }

    [Fact]
    public void The_exercising_provider_calls_every_entry()
    {
        var native = Path.Combine(AppContext.BaseDirectory, "native");
        var header = File.ReadAllText(Path.Combine(native, "cmpi21.h"));
        var calls = Call().Matches(File.ReadAllText(Path.Combine(native, "exercise.c"))).Select(m => m.Groups[1].Value).ToHashSet();
        var entries = 0;
        foreach (Match table in Table().Matches(header))
        {
            var names = Entry().Matches(table.Groups[1].Value).Select(m => m.Groups[1].Value).ToList();
            if (table.Groups[1].Value.Contains("HEAD(", StringComparison.Ordinal))
                names.AddRange(["release", "clone"]);
            entries += names.Count;
            Assert.Empty(names.Where(n => !calls.Contains(n)).Select(n => $"{table.Groups[2].Value}.{n}"));
        }
        Assert.Equal(s_tables.Values.Sum(t => t.Functions), entries);
    }

    private static Type StructOf(string name) => typeof(CMPIBroker).Assembly.GetType($"Xen.Cim.Cmpi.Abi.{name}")!;

    private static FieldInfo[] Functions(string name) => StructOf(name).GetFields().Where(f => f.FieldType.IsUnmanagedFunctionPointer).ToArray();

    private static unsafe nint Of<T>()
        where T : CmpiObject, ICmpiObject<T> => (nint)T.FunctionTable;

    // A table of the header: typedef struct { … } NameFT;
    [GeneratedRegex(@"typedef struct \{([^}]*)\} (\w+FT);")]
    private static partial Regex Table();

    [GeneratedRegex(@"\(\*(\w+)\)\(")]
    private static partial Regex Entry();

    [GeneratedRegex(@"->(\w+)\(")]
    private static partial Regex Call();

    [GeneratedRegex(@"^\| (\w+) \| [12]\.[01] \|")]
    private static partial Regex Row();
}
