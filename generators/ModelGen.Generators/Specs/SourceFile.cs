using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using ModelGen.Compiler.CSharp;
using ModelGen.Compiler.Operations;

namespace ModelGen.Generators.Specs;

/// <summary>The generated file of one spec; without text where something is wrong.</summary>
internal sealed record SourceFile(string Name, string? Text)
{
    public static SourceFile Create(SpecUnit unit) => new(
        $"{unit.Code.Name}.g.cs",
        unit.File.Parsed.Diagnostics.Count == 0 && unit.SameName is null && unit.Code.Generated?.Code is { } code
            ? LineDirectives.Fill(code, unit.File.Parsed.Places, unit.File.Path)
            : null);

    public void AddTo(SourceProductionContext output)
    {
        if (Text is not null)
        {
            output.AddSource(Name, SourceText.From(Text, Encoding.UTF8));
        }
    }
}
