using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using ModelGen.Compiler.CSharp;
using ModelGen.Compiler.Spec;

namespace ModelGen.Generators;

/// <summary>The generated file of one spec; without text where something is wrong.</summary>
internal sealed record SourceFile(string Name, string? Text)
{
    public static SourceFile Create(SpecFile file, EquatableArray<ModelCode> all, string rootNamespace)
    {
        var (own, sameName) = ModelCode.Find(all, file.Path);
        var name = $"{(rootNamespace.Length == 0 ? "" : rootNamespace + ".")}{own.Name}.g.cs";
        return file.Parsed.Diagnostics.Count == 0 && sameName is null && own.Generated?.Code is { } code
            ? new SourceFile(name, LineDirectives.Fill(code, file.Parsed.Places, file.Path))
            : new SourceFile(name, null);
    }

    public void AddTo(SourceProductionContext output)
    {
        if (Text is not null)
        {
            output.AddSource(Name, SourceText.From(Text, Encoding.UTF8));
        }
    }
}
