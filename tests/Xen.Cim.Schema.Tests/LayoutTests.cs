using System.Text.RegularExpressions;
using Xunit;

namespace Xen.Cim.Schema.Tests;

/// <summary>A reader finds a class by its file, and every file is loaded.</summary>
public sealed partial class LayoutTests
{
    [Fact]
    public void A_schema_file_holds_the_class_that_it_is_named_after()
    {
        var files = Directory.EnumerateFiles(Path.Combine(Schema.Root, "schema"), "*.mof", SearchOption.AllDirectories)
            .Where(f => !Collections.Contains(Path.GetFileName(f)))
            .ToList();

        Assert.True(files.Count > 100, $"only {files.Count} files were found");
        Assert.All(files, f => Assert.Equal([Path.GetFileNameWithoutExtension(f)], ClassName().Matches(File.ReadAllText(f)).Select(m => m.Groups[1].Value)));
    }

    [Theory]
    [InlineData("schema/CIM_Schema.mof", "schema", "CIM_*.mof")]
    [InlineData("schema/interop/PG_Registration.mof", "schema/interop", "PG_*.mof")]
    [InlineData("mof/XenCim.mof", "mof", "*.mof")]
    public void A_collection_includes_every_file_once(string collection, string folder, string pattern)
    {
        var directory = Path.GetDirectoryName(Path.Combine(Schema.Root, collection))!;
        var included = Include().Matches(File.ReadAllText(Path.Combine(Schema.Root, collection)))
            .Select(m => Path.GetFullPath(Path.Combine(directory, m.Groups[1].Value)))
            .Where(f => Path.GetFileName(f) != "qualifiers.mof")
            .ToList();
        var there = Directory.EnumerateFiles(Path.Combine(Schema.Root, folder), pattern, SearchOption.AllDirectories)
            .Select(Path.GetFullPath)
            .Where(f => !Collections.Contains(Path.GetFileName(f)));

        Assert.Equal(there.Order(StringComparer.Ordinal), included.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_texts_are_plain_ASCII_that_every_compiler_reads()
    {
        var files = new[] { "schema", "mof" }.SelectMany(f => Directory.EnumerateFiles(Path.Combine(Schema.Root, f), "*.mof", SearchOption.AllDirectories)).ToList();

        Assert.NotEmpty(files);
        Assert.All(files, f => Assert.DoesNotContain(File.ReadAllBytes(f), b => b is > 126 or (< 32 and not (byte)'\n')));
    }

    private static readonly string[] Collections = ["CIM_Schema.mof", "qualifiers.mof", "PG_Registration.mof", "XenCim.mof", "Registration.mof"];

    [GeneratedRegex(@"^class\s+(\w+)", RegexOptions.Multiline)]
    private static partial Regex ClassName();

    [GeneratedRegex("""^#pragma include \("([^"]+)"\)""", RegexOptions.Multiline)]
    private static partial Regex Include();
}
