using Microsoft.CodeAnalysis;
using ModelGen.Compiler;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Spec;
using ModelGen.Compiler.Syntax;

namespace ModelGen.Generators;

/// <summary>A spec as read.</summary>
internal sealed record SpecFile(string Path, ParsedSpec Parsed)
{
    public static SpecFile Read(AdditionalText text, CancellationToken cancellation)
    {
        if (text.GetText(cancellation) is { } source)
        {
            return new SpecFile(text.Path, SpecCompiler.Parse(source.ToString()));
        }

        var unreadable = new Compiler.Diagnostics.Diagnostic(Rules.Unreadable, SourceSpan.FileStart, new EquatableArray<string>(["it cannot be opened"]));
        return new SpecFile(text.Path, new ParsedSpec(null, new LayerPlaces(SourceSpan.FileStart, default), new EquatableArray<Compiler.Diagnostics.Diagnostic>([unreadable])));
    }
}

/// <summary>What a spec means.</summary>
internal sealed record Model(string Path, ModelSpec? Spec);

/// <summary>What a model becomes, without places.</summary>
internal sealed record ModelCode(string Path, string? Name, GeneratedModel? Generated)
{
    public static ModelCode Generate(Model model, string rootNamespace) =>
        new(model.Path, model.Spec?.Name, model.Spec is null ? null : SpecCompiler.Generate(model.Spec, rootNamespace));

    /// <summary>The code of a file, and the file that has a model of the same name and comes before it.</summary>
    public static (ModelCode Own, string? SameName) Find(EquatableArray<ModelCode> all, string path)
    {
        var own = all.First(code => code.Path == path);
        var first = all.Where(code => code.Name is not null && code.Name == own.Name).Select(code => code.Path).OrderBy(other => other, StringComparer.Ordinal).FirstOrDefault();
        return (own, first is null || first == path ? null : first);
    }
}
