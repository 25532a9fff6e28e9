extern alias Model;

using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using Xunit;

namespace Xen.Cim.Generator.Tests;

/// <summary>Runs the generator over MOF texts and compiles what it makes, in memory.</summary>
internal sealed class Generated
{
    private static readonly Lazy<MetadataReference[]> s_references = new(() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
        .Where(p => Path.GetFileName(p).StartsWith("System.", StringComparison.Ordinal))
        .Append(typeof(Model::Xen.Cim.Model.CimInstance).Assembly.Location)
        .Select(p => (MetadataReference)MetadataReference.CreateFromFile(p)).ToArray());

    private readonly CSharpCompilation _compilation;

    private Generated(CSharpCompilation compilation, IReadOnlyList<Diagnostic> diagnostics)
    {
        _compilation = compilation;
        Diagnostics = diagnostics;
    }

    /// <summary>What the generator itself reports.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; }

    /// <summary>What the compiler says about the generated and the given C#.</summary>
    public IReadOnlyList<Diagnostic> CompilerErrors => _compilation.GetDiagnostics().Where(d => d.Severity >= DiagnosticSeverity.Warning).ToArray();

    /// <summary>The generated C#, file by file.</summary>
    public IEnumerable<string> Sources => _compilation.SyntaxTrees.Skip(1).Select(t => t.ToString());

    public static Generated From(params (string Path, string Text)[] files) => From(files, "");

    public static Generated From((string Path, string Text)[] files, string code)
    {
        var compilation = CSharpCompilation.Create("Test", [CSharpSyntaxTree.ParseText(code, path: "user.cs")], s_references.Value,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
        var driver = CSharpGeneratorDriver.Create([new CimGenerator().AsSourceGenerator()],
            files.Select(f => (AdditionalText)new MofText(f.Path, f.Text)));
        driver.RunGeneratorsAndUpdateCompilation(compilation, out var output, out var diagnostics, TestContext.Current.CancellationToken);
        return new((CSharpCompilation)output, diagnostics);
    }

    /// <summary>Why the generator's outputs were made in a second run, after C# and no MOF has changed.</summary>
    public static IReadOnlyList<IncrementalStepRunReason> ReasonsAfterCodeChange(params (string Path, string Text)[] files)
    {
        var compilation = CSharpCompilation.Create("Test", references: s_references.Value);
        GeneratorDriver driver = CSharpGeneratorDriver.Create([new CimGenerator().AsSourceGenerator()],
            files.Select(f => (AdditionalText)new MofText(f.Path, f.Text)),
            driverOptions: new(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));
        driver = driver.RunGenerators(compilation, TestContext.Current.CancellationToken);
        compilation = compilation.AddSyntaxTrees(CSharpSyntaxTree.ParseText("class Changed;", cancellationToken: TestContext.Current.CancellationToken));
        var result = driver.RunGenerators(compilation, TestContext.Current.CancellationToken).GetRunResult().Results.Single();
        return result.TrackedOutputSteps.SelectMany(s => s.Value).SelectMany(s => s.Outputs).Select(o => o.Reason).ToArray();
    }

    /// <summary>The generated assembly; it must compile.</summary>
    public Assembly Load()
    {
        Assert.Empty(Diagnostics);
        Assert.Empty(CompilerErrors);
        using var image = new MemoryStream();
        Assert.True(_compilation.Emit(image).Success);
        image.Position = 0;
        // Not collectible: the layouts keep addresses into the image.
        return new AssemblyLoadContext(null).LoadFromStream(image);
    }

    private sealed class MofText(string path, string text) : AdditionalText
    {
        public override string Path => path;

        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(text);
    }
}
