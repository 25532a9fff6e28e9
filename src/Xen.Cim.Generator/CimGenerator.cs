using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using Xen.Cim.Generator.Emit;
using Xen.Cim.Generator.Schema;
using Xen.Cim.Model.Mof.Syntax;

namespace Xen.Cim.Generator;

/// <summary>From the MOF among the additional files to typed classes over <c>Xen.Cim.Model.CimInstance</c>.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class CimGenerator : IIncrementalGenerator
{
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var files = context.AdditionalTextsProvider
            .Where(static file => file.Path.EndsWith(".mof", StringComparison.OrdinalIgnoreCase))
            .Select(static (file, cancellation) => Parse(file, cancellation))
            .Collect();
        context.RegisterSourceOutput(files, static (output, parsed) => Emit(output, parsed));
    }

    private static ParsedFile Parse(AdditionalText file, CancellationToken cancellation)
    {
        try
        {
            return new(MofParser.Parse(file.GetText(cancellation)?.ToString() ?? "", file.Path), null);
        }
        catch (MofException e)
        {
            return new(null, e);
        }
    }

    private static void Emit(SourceProductionContext output, ImmutableArray<ParsedFile> files)
    {
        if (files.IsEmpty)
            return;
        foreach (var error in files.Select(f => f.Error).OfType<MofException>())
            output.ReportDiagnostic(Diagnostics.Syntax.At(error.Location, error.Problem));
        // The order of files must not show in the result.
        var trees = files.Select(f => f.Tree).OfType<MofFile>().OrderBy(f => f.Path, StringComparer.Ordinal);
        var (classes, diagnostics) = SchemaBuilder.Build(trees);
        foreach (var diagnostic in diagnostics)
            output.ReportDiagnostic(diagnostic);
        foreach (var type in classes)
        {
            output.CancellationToken.ThrowIfCancellationRequested();
            output.AddSource($"{type.Name}.g.cs", SourceText.From(ClassEmitter.Write(type), Encoding.UTF8));
        }
        output.AddSource("CimLayouts.g.cs", SourceText.From(LayoutsEmitter.Write(classes), Encoding.UTF8));
        output.AddSource("Utf8Names.g.cs", SourceText.From(LayoutsEmitter.Utf8Names, Encoding.UTF8));
    }

    private sealed record ParsedFile(MofFile? Tree, MofException? Error);
}
