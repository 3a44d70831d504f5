using Microsoft.CodeAnalysis;
using ModelGen.Compiler;
using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Spec;
using ModelGen.Generators.Classes;
using ModelGen.Generators.Specs;

namespace ModelGen.Generators.Recipes;

/// <summary>A recipe as read, from a file or from a class.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Class">The class that has its attributes; null for a recipe file.</param>
/// <param name="Readings">What it means.</param>
/// <param name="IsModelMissing">Whether the class names a model that the user's own code does not declare.</param>
internal sealed record RecipeSource(string Path, PartialClass? Class, RecipeReadings Readings, bool IsModelMissing = false)
{
    /// <summary>What distinguishes it from the other recipes of the project.</summary>
    public string Key => Class?.FullName ?? Path;

    /// <summary>Whether a file is a recipe, by its name.</summary>
    public static bool IsRecipe(string path) => SpecFile.Is(path, "run");

    /// <summary>Reads a recipe file.</summary>
    public static RecipeSource Read(AdditionalText text, CancellationToken cancellation) =>
        new(
            text.Path,
            null,
            SpecFile.Text(text, cancellation, out var reason) is { } source
                ? RecipeCompiler.Parse(source)
                : RecipeCompiler.Unreadable(reason)
        );
}

/// <summary>A recipe with its model, without places.</summary>
/// <param name="Key">What distinguishes it from the others.</param>
/// <param name="Chosen">The recipe and the model.</param>
/// <param name="Namespace">The namespace of its class.</param>
/// <param name="Accessibility">The accessibility of its class; that of the model where null.</param>
internal sealed record BoundRecipe(string Key, ChosenRecipe Chosen, string Namespace, string? Accessibility)
{
    /// <summary>What is wrong with the classes of the user's own that it names.</summary>
    public EquatableArray<GraphError> OwnTypeErrors { get; init; }

    /// <summary>The same with the classes of the user's own that it names checked.</summary>
    public BoundRecipe In(Compilation compilation, CancellationToken cancellation) =>
        Chosen.Spec is { } recipe
            ? this with
            {
                OwnTypeErrors = OwnTypeCheck.Of(compilation, Namespace, Accessibility ?? "", OwnType.Of(recipe), cancellation),
            }
            : this;

    public static BoundRecipe Create(RecipeSource source, EquatableArray<ProjectModel> models, string rootNamespace) =>
        new(
            source.Key,
            RecipeCompiler.Choose(source.Readings, models),
            source.Class?.Namespace ?? rootNamespace,
            source.Class?.Accessibility
        );
}

/// <summary>The output for a recipe, without places.</summary>
/// <param name="Key">What distinguishes it from the others.</param>
/// <param name="IsFile">Whether it is a recipe file.</param>
/// <param name="Namespace">The namespace of its class.</param>
/// <param name="Recipe">The recipe, read for the family of its model; null where nothing can be read.</param>
/// <param name="Generated">The code and the mistakes.</param>
internal sealed record RecipeCode(string Key, bool IsFile, string Namespace, RecipeSpec? Recipe, GeneratedRecipe Generated)
{
    /// <summary>The class with its namespace; null where it has no usable name.</summary>
    public string? FullName =>
        Recipe is not { Name.Length: > 0 } ? null
        : Namespace.Length == 0 ? Recipe.Name
        : $"{Namespace}.{Recipe.Name}";

    public static RecipeCode Generate(BoundRecipe bound)
    {
        var generated = RecipeCompiler.Generate(bound.Chosen, bound.Namespace, bound.Accessibility);
        return new RecipeCode(
            bound.Key,
            bound.Accessibility is null,
            bound.Namespace,
            bound.Chosen.Spec,
            bound.OwnTypeErrors.Count == 0
                ? generated
                : new GeneratedRecipe(null, new EquatableArray<GraphError>(generated.Errors.Concat(bound.OwnTypeErrors)))
        );
    }
}
