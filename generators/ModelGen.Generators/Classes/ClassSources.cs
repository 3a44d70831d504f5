using Microsoft.CodeAnalysis;
using ModelGen.Compiler;
using ModelGen.Compiler.Collections;
using ModelGen.Compiler.CSharp;
using ModelGen.Compiler.Operations;
using ModelGen.Generators.Reporting;

namespace ModelGen.Generators.Classes;

/// <summary>The generated files of one class; without text where there is nothing to write.</summary>
/// <param name="Name">The start of their names.</param>
/// <param name="Model">The part of the class that is the model.</param>
/// <param name="Lists">The generated parts of the properties that list layers.</param>
internal sealed record ClassSources(string Name, ModelSources? Model, string? Lists)
{
    public static ClassSources Create(ClassModel model, EquatableArray<ClassCode> all, SourceFileResolver? paths)
    {
        var own = all.First(candidate => candidate.Class == model.Class);
        return new ClassSources(
            HintNames.Of(model.Class.FullName, all.Select(static candidate => candidate.Class.FullName)),
            own.Generated?.Code is { } code && own.Clashing.Count == 0 && model.Parsed.Diagnostics.Count == 0
                ? LineDirectives.Fill(code, model.Parsed.Places, MappedPaths.Of(paths, model.Path))
                : null,
            model.Lists.Frame.Count == 0 || model.Lists.Parts.Count == 0 ? null : LayerListWriter.Write(model.Class, model.Lists)
        );
    }
}
