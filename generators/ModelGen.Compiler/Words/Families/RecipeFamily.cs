using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Spec;
using ModelGen.Compiler.Surface;
using ModelGen.Compiler.Words.Training;

namespace ModelGen.Compiler.Words.Families;

/// <summary>
/// How a family applies a recipe: the model is checked again with the recipe's keys in place of its own, and mistakes that were not there
/// before are the recipe's.
/// </summary>
internal static class RecipeFamily
{
    /// <summary>
    /// Checks a recipe together with its model; returns what its class offers, or null if anything in either is missing or wrong.
    /// </summary>
    /// <param name="recipe">The recipe, read for the model's family.</param>
    /// <param name="spec">The model.</param>
    /// <param name="used">The other models that it uses, by the names that it has for them; null where too much is wrong.</param>
    /// <param name="errors">Receives the recipe's mistakes, by its keys; mistakes of the model are not reported again.</param>
    public static RecipeSurface? Build(
        RecipeSpec recipe,
        ModelSpec spec,
        IReadOnlyDictionary<string, ModelSpec?> used,
        List<GraphError> errors
    )
    {
        var family = Family.Of(spec);

        // One key after another, so that each mistake is attributed to the key that causes it. The model's own training is left out, since
        // it may have the same mistakes.
        var trained = spec with
        {
            Arguments = family
                .RecipeParameters.Where(static key => key.Recipe == RecipeUse.Required)
                .Aggregate(spec.Arguments, static (left, key) => left.With(key, null)),
        };
        var (graph, known) = Check(family, trained);
        foreach (var key in family.RecipeParameters.Where(static key => key.Recipe != RecipeUse.Own))
        {
            var ofModel = KeyOfModel(family, key);
            var own = spec.Arguments.Value(ofModel);
            if (Completed(key, recipe.Arguments!.Value(key), own, spec.Name, errors) is not { } given)
            {
                continue;
            }

            trained = trained with { Arguments = trained.Arguments.With(ofModel, given) };
            var (built, all) = Check(family, trained);

            // Without an objective of its own, the model could not be checked as a whole before.
            if (own is not null || key.Recipe == RecipeUse.Required)
            {
                errors.AddRange(
                    all.Except(known)
                        .Select(error => new GraphError(
                            error.Rule,
                            GraphError.Model,
                            error is { Origin: GraphError.Model, Argument: { } place }
                            && place.StartsWith(key.Name + ".", StringComparison.Ordinal)
                                ? place
                                : key.Name,
                            error.Arguments
                        ))
                );
            }

            (graph, known) = (built, all);
        }

        var source = Source(family, recipe.Arguments!);
        var kind = spec.Arguments.Values.OfType<Configured<DataKind>>().Select(static data => data.Definition.Word).FirstOrDefault();
        if (source is { Key: var where, Value: { Definition: var reader } } && kind is not null && kind != reader.Data)
        {
            errors.Add(
                new GraphError(
                    Rules.Conflict,
                    GraphError.Model,
                    where.Name,
                    new EquatableArray<string>([
                        $"'{reader.Word}' reads data of the kind '{reader.Data}', but the data of the model '{spec.Name}' is of the kind "
                            + $"'{kind}'",
                    ])
                )
            );
        }
        else if (
            graph is not null
            && source is { Key: var place, Value: { Definition: var definition } }
            && definition.Misfit(source.Value.Value.Arguments, graph.Data) is { } misfit
        )
        {
            errors.Add(
                new GraphError(
                    Rules.Conflict,
                    GraphError.Model,
                    place.Name,
                    new EquatableArray<string>([
                        $"'{definition.Word}' cannot provide the samples {graph.Data.Shape} of the model '{spec.Name}': {misfit}",
                    ])
                )
            );
        }

        if (graph is not null)
        {
            errors.AddRange(FineTuning.Problems(recipe.Arguments!, graph));
            errors.AddRange(OtherData(family, source, graph.Spec));
        }

        if (
            graph is null
            || !AreUsable(recipe, used, graph, errors)
            || !recipe.IsComplete
            || !errors.All(static error => error.Rule.IsWarning)
        )
        {
            return null;
        }

        var surface = family.Surface(graph);
        var objective = surface.Objective!;
        var goal = (Objective?)Objective.In(graph.Spec.Arguments)?.Definition;
        var isOwn = family.RecipeParameters.Any(key => key.Recipe == RecipeUse.Optional && recipe.Arguments!.Value(key) is not null);
        var options = surface
            .Options.Where(group => family.RecipeParameters.Contains(group.Group))
            .Select(static group => group with { Summary = "How the recipe says to train the model." });
        return new RecipeSurface(
            [.. options],
            isOwn ? objective : null,
            source?.Value.Definition.DataSet ?? objective.DataSet,
            source is { Value: var from }
                ? new SourceMember(from.Definition.Record, from.Definition.Parameters, from.Arguments, surface.ReadFor)
                : null,
            goal?.RunClass ?? family.RunClass
        )
        {
            IsRunOfData = goal?.RunClass is not null,
            FineTuning = FineTuning.Read(recipe.Arguments!),
            UsedRuns = [.. ModelUse.Of(recipe).Select(static use => use.Run).OfType<string>().Distinct()],
            TokenizerRun = goal?.TokenizerRun(Objective.In(graph.Spec.Arguments)!.Arguments),
            ModelOptions =
            [
                .. surface
                    .Options.Select(static group => group.Group)
                    .Where(group => !family.RecipeParameters.Contains(group))
                    .Select(static group => group.Name),
            ],
        };
    }

    /// <summary>A model with a recipe's values in place of its own, as <see cref="Build"/> checks it.</summary>
    /// <param name="recipe">The recipe, read for the model's family.</param>
    /// <param name="spec">The model.</param>
    public static ModelSpec Trained(RecipeSpec recipe, ModelSpec spec)
    {
        var keys = Family.Of(spec).RecipeParameters.Where(static key => key.Recipe != RecipeUse.Own);
        return keys.Aggregate(spec, (trained, key) =>
        {
            var ofModel = KeyOfModel(Family.Of(spec), key);
            return Completed(key, recipe.Arguments!.Value(key), spec.Arguments.Value(ofModel), spec.Name, []) is { } given
                ? trained with
                {
                    Arguments = trained.Arguments.With(ofModel, given),
                }
                : trained;
        });
    }

    // Whether the other models can be used as the recipe says; mistakes within them are reported for their own files.
    private static bool AreUsable(
        RecipeSpec recipe,
        IReadOnlyDictionary<string, ModelSpec?> used,
        ModelGraph trained,
        List<GraphError> errors
    )
    {
        var areUsable = true;
        foreach (var use in ModelUse.Of(recipe))
        {
            var named =
                used.TryGetValue(use.Name, out var spec) && spec is not null ? Family.Of(spec).Build(spec, new List<GraphError>()) : null;
            areUsable &= named is not null;
            if (use.Run is { } run && string.IsNullOrWhiteSpace(run))
            {
                errors.Add(
                    new GraphError(
                        Rules.OutOfRange,
                        GraphError.Model,
                        use.RunPlace,
                        new EquatableArray<string>([use.RunPlace, "empty", "a path"])
                    )
                );
            }

            if (named is not null && use.Word.Misfit(named, trained) is { } misfit)
            {
                errors.Add(
                    new GraphError(
                        Rules.Conflict,
                        GraphError.Model,
                        use.Place,
                        new EquatableArray<string>([$"the model '{named.Spec.Name}' {misfit}"])
                    )
                );
            }
        }

        return areUsable;
    }

    private static Parameter KeyOfModel(Family family, Parameter key) => family.Parameters.First(own => own == key || own.InRecipes == key);

    // An objective and a data source that have nothing to do with each other.
    private static IEnumerable<GraphError> OtherData(
        Family family,
        (Parameter Key, Configured<DataSource> Value)? source,
        ModelSpec trained
    )
    {
        if (
            source is not { Key: var key, Value.Definition: var reader }
            || Objective.In(trained.Arguments)?.Definition is not Objective objective
            || family.DataSets(trained.Arguments) is var wanted && wanted.Contains(reader.DataSet)
        )
        {
            yield break;
        }

        var readable = key.AllowedWords.OfType<DataSource>().Where(other => other.Data == reader.Data && wanted.Contains(other.DataSet));
        yield return new GraphError(
            Rules.Conflict,
            GraphError.Model,
            key.Name,
            new EquatableArray<string>([
                $"'{reader.Word}' has nothing that '{objective.Word}' learns from; it reads "
                    + string.Join(" or ", readable.Select(static other => $"'{other.Word}'")),
            ])
        );
    }

    // The recipe's data source, and its key.
    private static (Parameter Key, Configured<DataSource> Value)? Source(Family family, Arguments arguments) =>
        family
            .RecipeParameters.Where(key => key.Recipe == RecipeUse.Own && arguments.Value(key) is Configured<DataSource>)
            .Select(key => ((Parameter, Configured<DataSource>)?)(key, (Configured<DataSource>)arguments.Value(key)!))
            .FirstOrDefault();

    private static (ModelGraph? Graph, IReadOnlyList<GraphError> Errors) Check(Family family, ModelSpec spec)
    {
        var errors = new List<GraphError>();
        var graph = family.Build(spec, errors);
        return (graph, [.. errors.Where(error => !spec.Allows(error.Rule))]);
    }

    // The recipe's value of a key, completed with what is built into the model.
    private static object? Completed(Parameter key, object? given, object? own, string model, List<GraphError> errors)
    {
        if (given is not IConfigured word || key.Form is not WordForm form)
        {
            return given;
        }

        var arguments = word.Arguments;
        foreach (var part in word.Definition.Parameters.Where(static parameter => parameter.Recipe == RecipeUse.Fixed))
        {
            var (said, built) = (arguments.Value(part), BuiltIn(own as IConfigured, part.Name));
            if (built is null)
            {
                // The model lacks what the recipe leaves to it.
                return null;
            }

            if (said is not null && !said.Equals(built))
            {
                errors.Add(
                    new GraphError(
                        Rules.Conflict,
                        GraphError.Model,
                        key.Name,
                        new EquatableArray<string>([
                            $"'{part.Name}' is built into the model '{model}', which has a different one; leave it out here, or change the "
                                + "model",
                        ])
                    )
                );
                return null;
            }

            arguments = arguments.With(part, built);
        }

        return form.Value(word.Definition, arguments);
    }

    private static object? BuiltIn(IConfigured? own, string name) =>
        own?.Definition.Parameters.FirstOrDefault(parameter => parameter.Name == name && parameter.Recipe == RecipeUse.Fixed) is { } part
            ? own.Arguments.Value(part)
            : null;
}
