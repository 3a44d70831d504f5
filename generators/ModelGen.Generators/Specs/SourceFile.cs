using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using ModelGen.Compiler.CSharp;
using ModelGen.Generators.Reporting;

namespace ModelGen.Generators.Specs;

/// <summary>The generated files of one spec; without text where something is wrong.</summary>
/// <param name="Name">The start of their names.</param>
/// <param name="Sources">The text.</param>
internal sealed record SourceFile(string Name, ModelSources? Sources)
{
    public static SourceFile Create(SpecUnit unit, SourceFileResolver? paths) =>
        new(
            unit.Code.Name ?? "",
            unit.File.Parsed.Diagnostics.Count == 0 && unit.SameName is null && unit.Code.Generated?.Code is { } code
                ? LineDirectives.Fill(code, unit.File.Parsed.Places, MappedPaths.Of(paths, unit.File.Path))
                : null
        );

    public void AddTo(SourceProductionContext output)
    {
        if (Sources is not null)
        {
            output.AddSource($"{Name}.g.cs", SourceText.From(Sources.Model, Encoding.UTF8));
            output.AddSource($"{Name}.SourceMap.g.cs", SourceText.From(Sources.SourceMap, Encoding.UTF8));
        }
    }
}
