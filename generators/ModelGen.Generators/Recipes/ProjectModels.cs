using ModelGen.Compiler;
using ModelGen.Compiler.Spec;
using ModelGen.Generators.Classes;
using ModelGen.Generators.Specs;

namespace ModelGen.Generators.Recipes;

/// <summary>The models of a project, from files and from classes.</summary>
internal static class ProjectModels
{
    /// <summary>The model of a class.</summary>
    public static ProjectModel OfClass(ClassModel model) =>
        new(model.Class.Namespace, model.Class.Name, model.Class.Accessibility, Sound(model.Parsed));

    /// <summary>The meaning of a model, marked as incomplete where something is wrong with its text.</summary>
    public static ModelSpec? Sound(ParsedSpec parsed) =>
        parsed.Diagnostics.Count == 0 ? parsed.Spec
        : parsed.Spec is { } spec ? spec with { IsComplete = false }
        : null;

    /// <summary>The models of files; where several files have the same model, the first becomes the class.</summary>
    public static IEnumerable<ProjectModel> OfFiles(IEnumerable<BoundModel> all) =>
        all.OrderBy(static bound => bound.Model.Path, StringComparer.Ordinal)
            .GroupBy(static bound => bound.Model.Spec is { Name.Length: > 0 } spec ? spec.Name.ToUpperInvariant() : bound.Model.Path)
            .Select(static same => same.First())
            .Select(static bound => new ProjectModel(bound.Namespace, bound.Model.Spec?.Name ?? "", bound.Accessibility, bound.Model.Spec));
}
