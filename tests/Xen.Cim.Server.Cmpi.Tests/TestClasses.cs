using Xen.Cim.Model;

namespace Xen.Cim.Server.Cmpi.Tests;

/// <summary>The classes that the providers in C serve.</summary>
internal static class TestClasses
{
    public const string Namespace = "root/test";

    public static CimClass Base { get; } = new("Test_Base", null)
    {
        Properties = [Property("Id", CimType.UInt32, false, True("Key")), Property("Text", CimType.String)],
    };

    public static CimClass Everything { get; } = new("Test_Everything", "Test_Base")
    {
        Qualifiers = [new("Version", CimType.String, false, "1.0")],
        Properties =
        [
            .. Base.Properties,
            Property("Boolean", CimType.Boolean), Property("U8", CimType.UInt8), Property("S8", CimType.SInt8),
            Property("U16", CimType.UInt16), Property("S16", CimType.SInt16), Property("U32", CimType.UInt32),
            Property("S32", CimType.SInt32), Property("U64", CimType.UInt64), Property("S64", CimType.SInt64),
            Property("R32", CimType.Real32), Property("R64", CimType.Real64), Property("C16", CimType.Char16),
            Property("When", CimType.DateTime), Property("Ref", CimType.Reference), Property("Texts", CimType.String, true),
            Property("Embedded", CimType.String, false, new CimQualifier("EmbeddedInstance", CimType.String, false, "Test_Base")),
            Property("Embeddeds", CimType.String, true, True("EmbeddedObject")),
            Property("WithDefault", CimType.UInt16) with { DefaultValue = (ushort)5 },
        ],
        Methods =
        [
            new("Strings", CimType.String)
            {
                Qualifiers = [True("Static")],
                Parameters = [new("Input", CimType.String) { Qualifiers = [True("In")] }],
            },
            new("Answer", CimType.UInt32),
        ],
    };

    /// <summary>A class of the usual size: 20 properties.</summary>
    public static CimClass Plain { get; } = new("Test_Plain", null)
    {
        Properties =
        [
            Property("Id", CimType.UInt32, false, True("Key")),
            .. Enumerable.Range(0, 6).Select(i => Property($"Text{i}", CimType.String)),
            .. Enumerable.Range(0, 6).Select(i => Property($"Number{i}", CimType.UInt64)),
            .. Enumerable.Range(0, 7).Select(i => Property($"State{i}", CimType.UInt16)),
        ],
    };

    public static CimObjectPath Path(uint id) => new("Test_Everything", Namespace, new CimKey("Id", id));

    public static CimObjectPath Class(string name) => new(name, Namespace);

    public static CimClass? Find(string @namespace, string name) => @namespace == Namespace
        ? new[] { Base, Everything, Plain }.FirstOrDefault(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        : null;

    private static CimPropertyDeclaration Property(string name, CimType type, bool isArray = false, params CimQualifier[] qualifiers) =>
        new(name, type, isArray) { Qualifiers = qualifiers };

    private static CimQualifier True(string name) => new(name, CimType.Boolean, false, true);
}
