using Microsoft.CodeAnalysis;
using ModelGen.Compiler;
using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Spec;
using ModelGen.Generators.Classes;
using ModelGen.Generators.Specs;

namespace ModelGen.Generators.Recipes;

/// <summary>The models of a project, those of files and those of classes.</summary>
internal static class ProjectModels
{
    /// <summary>All of them, without places.</summary>
    /// <param name="context">The project.</param>
    /// <param name="isWanted">Whether there is anything to find them for; otherwise no file is read.</param>
    public static IncrementalValueProvider<EquatableArray<ProjectModel>> Of(IncrementalGeneratorInitializationContext context, IncrementalValueProvider<bool> isWanted)
    {
        var ofFiles = SpecGenerator.Specs(context.AdditionalTextsProvider.Combine(isWanted).Where(pair => pair.Right).Select((pair, _) => pair.Left))
            .Select((file, _) => new Model(file.Path, Sound(file.Parsed)))
            .Combine(SpecGenerator.RootNamespace(context).Combine(SpecGenerator.Folder(context)).Combine(SpecGenerator.Bindings(context)))
            .Select((pair, _) => BoundModel.Create(pair.Left, pair.Right.Left.Left, pair.Right.Left.Right, pair.Right.Right))
            .Collect()
            .Select((all, _) => new EquatableArray<ProjectModel>(First(all)));
        var ofClasses = ClassGenerator.Classes(context)
            .Select((model, _) => OfClass(model))
            .Collect()
            .Select((all, _) => new EquatableArray<ProjectModel>(all));
        return ofFiles.Combine(ofClasses).Select((pair, _) => new EquatableArray<ProjectModel>(pair.Left.Concat(pair.Right)));
    }

    /// <summary>The model of a class.</summary>
    public static ProjectModel OfClass(ClassModel model) => new(model.Class.Namespace, model.Class.Name, model.Class.Accessibility, Sound(model.Parsed));

    /// <summary>What a model means; where something is wrong with its text, only to be checked.</summary>
    public static ModelSpec? Sound(ParsedSpec parsed) => parsed.Diagnostics.Count == 0 ? parsed.Spec : parsed.Spec is { } spec ? spec with { IsComplete = false } : null;

    // Of several files with one model the first becomes the class.
    private static IEnumerable<ProjectModel> First(IEnumerable<BoundModel> all) => all
        .OrderBy(bound => bound.Model.Path, StringComparer.Ordinal)
        .GroupBy(bound => bound.Model.Spec is { Name.Length: > 0 } spec ? spec.Name.ToUpperInvariant() : bound.Model.Path)
        .Select(same => same.First())
        .Select(bound => new ProjectModel(bound.Namespace, bound.Model.Spec?.Name ?? "", bound.Accessibility, bound.Model.Spec));
}
