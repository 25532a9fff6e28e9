using Xen.Cim.Model;

namespace Xen.Cim.Server.Providers;

/// <summary>Test_Canned and Test_CannedLink, and the instances of the former.</summary>
internal static class CannedClasses
{
    private static readonly CimQualifier s_key = new("Key", CimType.Boolean, false, true, CimFlavor.ToSubclass);

    private static readonly (string Name, CimType Type, bool IsArray)[] s_properties =
    [
        ("InstanceID", CimType.String, false),
        ("ElementName", CimType.String, false),
        ("Caption", CimType.String, false),
        ("Description", CimType.String, false),
        ("CreationClassName", CimType.String, false),
        ("SystemName", CimType.String, false),
        ("EnabledState", CimType.UInt16, false),
        ("RequestedState", CimType.UInt16, false),
        ("HealthState", CimType.UInt16, false),
        ("OperationalStatus", CimType.UInt16, true),
        ("StatusDescriptions", CimType.String, true),
        ("TimeOfLastStateChange", CimType.DateTime, false),
        ("Uptime", CimType.DateTime, false),
        ("MemorySize", CimType.UInt64, false),
        ("Balance", CimType.SInt64, false),
        ("Weight", CimType.UInt32, false),
        ("Offset", CimType.SInt32, false),
        ("Small", CimType.SInt16, false),
        ("Octet", CimType.UInt8, false),
        ("Signed", CimType.SInt8, false),
        ("Load", CimType.Real64, false),
        ("Ratio", CimType.Real32, false),
        ("Letter", CimType.Char16, false),
        ("AutoStart", CimType.Boolean, false),
        ("Notes", CimType.String, true),
        ("Setting", CimType.String, false),
    ];

    private static readonly CimLayout s_layout = new("Test_Canned", null, isAssociation: false, s_properties.Select(p => new CimPropertyInfo(p.Name, p.Type, p.IsArray,
        p.Name == "InstanceID" ? CimPropertyFlags.Key : p.Name == "Setting" ? CimPropertyFlags.EmbeddedInstance : CimPropertyFlags.None)).ToArray());

    public static CimLayout LinkLayout { get; } = new("Test_CannedLink", null, isAssociation: true,
        new CimPropertyInfo("Antecedent", CimType.Reference, false, CimPropertyFlags.Key),
        new CimPropertyInfo("Dependent", CimType.Reference, false, CimPropertyFlags.Key));

    public static CimClass Canned { get; } = new("Test_Canned", null)
    {
        Properties = s_properties.Select(p => new CimPropertyDeclaration(p.Name, p.Type, p.IsArray)
        {
            Qualifiers = p.Name == "InstanceID" ? [s_key]
                : p.Name == "Setting" ? [new("EmbeddedInstance", CimType.String, false, "Test_Canned")] : [],
        }).ToArray(),
        Methods =
        [
            new("Echo", CimType.UInt32)
            {
                Parameters =
                [
                    new("Number", CimType.UInt16), new("Flag", CimType.Boolean), new("Text", CimType.String), new("Texts", CimType.String, true),
                    new("Numbers", CimType.UInt64, true), new("When", CimType.DateTime),
                    new("Ref", CimType.Reference) { ReferenceClass = "Test_Canned" },
                    new("Refs", CimType.Reference, true) { ReferenceClass = "Test_Canned" },
                    new("Setting", CimType.String) { Qualifiers = [new("EmbeddedInstance", CimType.String, false, "Test_Canned")] },
                    new("Settings", CimType.String, true) { Qualifiers = [new("EmbeddedInstance", CimType.String, false, "Test_Canned")] },
                    new("Object", CimType.String) { Qualifiers = [new("EmbeddedObject", CimType.Boolean, false, true)] },
                    new("Objects", CimType.String, true) { Qualifiers = [new("EmbeddedObject", CimType.Boolean, false, true)] },
                ],
            },
            new("Count", CimType.UInt32) { Qualifiers = [new("Static", CimType.Boolean, false, true)] },
            new("Sleep", CimType.UInt32) { Parameters = [new("Milliseconds", CimType.UInt32)] },
        ],
    };

    public static CimClass Link { get; } = new("Test_CannedLink", null)
    {
        Qualifiers = [new("Association", CimType.Boolean, false, true, CimFlavor.ToSubclass)],
        Properties =
        [
            new("Antecedent", CimType.Reference) { ReferenceClass = "Test_Canned", Qualifiers = [s_key] },
            new("Dependent", CimType.Reference) { ReferenceClass = "Test_Canned", Qualifiers = [s_key] },
        ],
    };

    /// <summary>The n-th instance; the same n gives the same one.</summary>
    public static CimInstance Prepare(int n)
    {
        var instance = new CimInstance(s_layout);
        object?[] values =
        [
            $"Test:{n:00000}",
            $"guest-{n}",
            "Virtual system",
            $"A guest that runs nothing, number {n} <of \"many\"> & more",
            "Test_Canned",
            "host.example",
            (ushort)2,
            (ushort)12,
            (ushort)5,
            new ushort[] { 2, 5 },
            new[] { "OK", "Runs" },
            CimDateTime.Parse("20240229123456.000000+060"),
            CimDateTime.FromTimeSpan(TimeSpan.FromSeconds(n)),
            1073741824UL + (ulong)n,
            -1L - n,
            256u,
            -n,
            (short)-3,
            (byte)200,
            (sbyte)-100,
            0.25 * n,
            1.5f,
            'x',
            n % 2 == 0,
            Array.Empty<string>(),
            null,
        ];
        for (var i = 0; i < values.Length; i++)
            instance.SetAt(i, values[i]);
        return instance;
    }
}
