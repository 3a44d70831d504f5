using ModelGen.Compiler.Binding;
using ModelGen.Compiler.Collections;
using ModelGen.Compiler.CSharp;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Passes;
using ModelGen.Compiler.Spec;
using ModelGen.Compiler.Syntax;
using ModelGen.Compiler.Text;
using ModelGen.Compiler.Words;
using ModelGen.Compiler.Words.Families;
using ModelGen.Compiler.Words.Training;

namespace ModelGen.Compiler;

/// <summary>The meaning of a recipe's text, with the places of its keys and its mistakes kept separate.</summary>
/// <param name="Spec">The meaning; null where nothing can be read.</param>
/// <param name="Places">Where each key was written.</param>
/// <param name="Diagnostics">What is wrong with the text.</param>
internal sealed record ParsedRecipe(RecipeSpec? Spec, SourceMap Places, EquatableArray<Diagnostic> Diagnostics);

/// <summary>The meaning of a recipe's text for models of each family, since another file determines the family.</summary>
/// <param name="All">One for an unknown family, followed by one for each family that is trained.</param>
internal sealed record RecipeReadings(EquatableArray<ParsedRecipe> All)
{
    /// <summary>The model's name as written; empty where it is missing.</summary>
    public string Model => All[0].Spec?.Model ?? "";

    /// <summary>The meaning for models of a family, which is null where it is unknown.</summary>
    public ParsedRecipe For(FamilyWord? family) =>
        All.FirstOrDefault(reading => family is not null && reading.Spec?.Family == family) ?? All[0];
}

/// <summary>A recipe with the model that it trains, without places.</summary>
/// <param name="Spec">The recipe, read for the family of the model; null where nothing can be read.</param>
/// <param name="Model">The model; null where there is none that can be trained.</param>
/// <param name="Error">What is wrong with the choice of the model.</param>
internal sealed record ChosenRecipe(RecipeSpec? Spec, ProjectModel? Model, GraphError? Error)
{
    /// <summary>The other models that the recipe uses, by the names that it has for them; only those that there are.</summary>
    public EquatableArray<UsedModel> Used { get; init; }

    /// <summary>What is wrong with the choice of the other models.</summary>
    public EquatableArray<GraphError> UseErrors { get; init; }
}

/// <summary>A model that a recipe uses besides the one that it trains.</summary>
/// <param name="Name">Its name as written.</param>
/// <param name="Model">The model.</param>
internal sealed record UsedModel(string Name, ProjectModel Model);

/// <summary>The output for a recipe; the same for recipes with the same meaning.</summary>
/// <param name="Code">The C#; null where something is wrong.</param>
/// <param name="Errors">What is wrong with the recipe in combination with its model.</param>
internal sealed record GeneratedRecipe(string? Code, EquatableArray<GraphError> Errors);

/// <summary>A recipe, compiled from text to C#.</summary>
/// <param name="Code">The C#; null where something is wrong.</param>
/// <param name="Diagnostics">The mistakes that are shown.</param>
internal sealed record CompiledRecipe(string? Code, EquatableArray<Diagnostic> Diagnostics);

/// <summary>The stages from a recipe's text to C#. None of them throws, whatever the text.</summary>
internal static class RecipeCompiler
{
    private const string Wanted = "recipe; it needs at least 'run', 'model' and 'training'";

    /// <summary>The families whose models are trained.</summary>
    public static IReadOnlyList<FamilyWord> Families { get; } = Catalogue.Of<FamilyWord>();

    /// <summary>Reads a recipe's text for each family.</summary>
    public static RecipeReadings Parse(string text) =>
        new(new EquatableArray<ParsedRecipe>([Read(text, null), .. Families.Select(family => Read(text, family))]));

    /// <summary>A recipe whose text cannot be read.</summary>
    /// <param name="reason">Why not, as the end of a sentence.</param>
    public static RecipeReadings Unreadable(string reason) =>
        new(new EquatableArray<ParsedRecipe>([new ParsedRecipe(null, SourceMap.None, new([SpecCompiler.UnreadableFile(reason)]))]));

    /// <summary>Reads for each family a recipe that was not written in YAML.</summary>
    /// <param name="root">The keys of the recipe.</param>
    public static RecipeReadings Parse(Node root) =>
        new(
            new EquatableArray<ParsedRecipe>([
                Parse(root, null, new DiagnosticBag()),
                .. Families.Select(family => Parse(root, family, new DiagnosticBag())),
            ])
        );

    /// <summary>Reads, for one family, a recipe that was not written in YAML.</summary>
    /// <param name="root">The keys of the recipe.</param>
    /// <param name="family">The family of the model; null where it is unknown.</param>
    /// <param name="diagnostics">The mistakes so far; receives those of the recipe.</param>
    public static ParsedRecipe Parse(Node root, FamilyWord? family, DiagnosticBag diagnostics)
    {
        var (spec, places) = (default(RecipeSpec), SourceMap.None);
        try
        {
            (spec, places) = new RecipeBinder(diagnostics).Bind(root, family);
        }
        catch (Exception exception)
        {
            diagnostics.Report(Rules.Internal, root.Span, SpecCompiler.Describe(exception));
        }

        return new ParsedRecipe(spec, places, diagnostics.ToArray());
    }

    /// <summary>Finds the models that a recipe trains and uses among those of the project.</summary>
    public static ChosenRecipe Choose(RecipeReadings readings, IReadOnlyList<ProjectModel> models)
    {
        var (trained, error) = Find(readings.Model, RecipeKey.Model.Name, models);
        if (trained?.Spec is not { } spec)
        {
            return new ChosenRecipe(readings.For(null).Spec, null, error);
        }

        var recipe = readings.For(spec.Family).Spec;
        var uses = recipe is null ? [] : ModelUse.Of(recipe).Select(use => (use.Name, Found: Find(use.Name, use.Place, models))).ToList();
        return new ChosenRecipe(recipe, trained, null)
        {
            Used = new(
                uses.Where(static use => use.Found.Model is not null)
                    .Select(static use => new UsedModel(use.Name, use.Found.Model!))
                    .Distinct()
            ),
            UseErrors = new(uses.Where(static use => use.Found.Error is not null).Select(static use => use.Found.Error!)),
        };
    }

    /// <summary>Generates C# from a recipe.</summary>
    /// <param name="chosen">The recipe with its model.</param>
    /// <param name="rootNamespace">The namespace of the class; none where null or empty.</param>
    /// <param name="accessibility">The class's accessibility; that of the model where null.</param>
    public static GeneratedRecipe Generate(ChosenRecipe chosen, string? rootNamespace, string? accessibility = null)
    {
        if (chosen is not { Spec: { Arguments: not null } recipe, Model: { Spec: { } spec } model })
        {
            return new GeneratedRecipe(null, new EquatableArray<GraphError>(chosen.Error is { } error ? [error] : []));
        }

        var errors = chosen.UseErrors.ToList();
        string? code = null;
        try
        {
            code = RecipeFamily.Build(
                recipe,
                spec,
                chosen.Used.ToDictionary(static used => used.Name, static used => used.Model.Spec),
                errors
            )
                is { } surface
                ? RecipeWriter.Write(
                    recipe,
                    surface,
                    model,
                    chosen.Used.ToDictionary(static used => used.Name, static used => used.Model),
                    rootNamespace,
                    accessibility ?? model.Accessibility
                )
                : null;
        }
        catch (OverflowException)
        {
            // The model is too large, which is reported for its own file.
        }
        catch (Exception exception)
        {
            errors.Add(
                new GraphError(Rules.Internal, GraphError.Model, null, new EquatableArray<string>([SpecCompiler.Describe(exception)]))
            );
        }

        return new GeneratedRecipe(errors.All(static error => error.Rule.IsWarning) ? code : null, new EquatableArray<GraphError>(errors));
    }

    /// <summary>The model of a sound recipe with the recipe's values in place of its own; null where either is not sound.</summary>
    public static ModelSpec? Trained(ChosenRecipe chosen) =>
        chosen is { Spec: { Arguments: not null } recipe, Model.Spec: { } spec } ? RecipeFamily.Trained(recipe, spec) : null;

    /// <summary>Which weights of the model of a sound recipe are trained; null for all.</summary>
    /// <param name="chosen">The recipe.</param>
    /// <param name="model">The model, with the recipe's values in place of its own.</param>
    public static TrainedWeights? TrainedWeights(ChosenRecipe chosen, ModelGraph model) =>
        chosen.Spec?.Arguments is { } arguments ? FineTuning.Trained(arguments, model) : null;

    /// <summary>The folder of the run that a sound recipe starts from; null for none.</summary>
    public static string? StartRun(ChosenRecipe chosen) => chosen.Spec?.Arguments is { } arguments ? FineTuning.StartRun(arguments) : null;

    /// <summary>The mistakes of a recipe that are shown, in the order of their places.</summary>
    public static EquatableArray<Diagnostic> Diagnostics(ParsedRecipe parsed, GeneratedRecipe generated) =>
        Mistakes(parsed, generated).Shown();

    /// <summary>All mistakes of a recipe.</summary>
    public static DiagnosticBag Mistakes(ParsedRecipe parsed, GeneratedRecipe generated) =>
        SpecCompiler.Mistakes(parsed.Diagnostics, parsed.Places, generated.Errors);

    /// <summary>Runs all stages.</summary>
    /// <param name="text">The recipe.</param>
    /// <param name="models">The models of the project.</param>
    /// <param name="rootNamespace">The namespace of the class; none where null or empty.</param>
    public static CompiledRecipe Compile(string text, IReadOnlyList<ProjectModel> models, string? rootNamespace) =>
        Compile(Parse(text), models, rootNamespace);

    /// <summary>Runs all stages after reading.</summary>
    /// <param name="readings">The recipe.</param>
    /// <param name="models">The models of the project.</param>
    /// <param name="rootNamespace">The namespace of the class; none where null or empty.</param>
    public static CompiledRecipe Compile(RecipeReadings readings, IReadOnlyList<ProjectModel> models, string? rootNamespace)
    {
        var chosen = Choose(readings, models);
        var generated = Generate(chosen, rootNamespace);
        var diagnostics = Diagnostics(readings.For(chosen.Spec?.Family), generated);
        return new CompiledRecipe(diagnostics.All(static diagnostic => diagnostic.Rule.IsWarning) ? generated.Code : null, diagnostics);
    }

    // The model of a name; neither it nor a mistake where it may be one that cannot be read.
    private static (ProjectModel? Model, GraphError? Error) Find(string name, string place, IReadOnlyList<ProjectModel> models)
    {
        var found = models.Where(model => model.Name.Length > 0 && (model.Name == name || model.FullName == name)).ToList();
        return found.Count == 1 ? (found[0].Spec is null ? null : found[0], null)
            : name.Length == 0 || (found.Count == 0 && models.Any(static model => model.Name.Length == 0)) ? (null, null)
            : (
                null,
                new GraphError(
                    Rules.UnknownModel,
                    GraphError.Model,
                    place,
                    new EquatableArray<string>([
                        Excerpt.Of(name),
                        found.Count == 0
                            ? $"no model of this project{NearestWord.Hint(name, models.Select(static model => model.Name).Distinct())}"
                            : $"several models of this project; write {string.Join(" or ", FullNames())}",
                    ])
                )
            );

        IEnumerable<string> FullNames() =>
            found.Select(static model => $"'{model.FullName}'").OrderBy(static full => full, StringComparer.Ordinal);
    }

    private static ParsedRecipe Read(string text, FamilyWord? family)
    {
        var diagnostics = new DiagnosticBag();
        return SpecCompiler.ReadYaml(text, Wanted, diagnostics) is { } root
            ? Parse(root, family, diagnostics)
            : new ParsedRecipe(null, SourceMap.None, diagnostics.ToArray());
    }
}
