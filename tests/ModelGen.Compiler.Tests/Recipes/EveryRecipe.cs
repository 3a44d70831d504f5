using ModelGen.Compiler.Language;
using ModelGen.Compiler.Spec;
using ModelGen.Compiler.Tests.Language;
using ModelGen.Compiler.Words;
using ModelGen.Compiler.Words.Objectives;
using ModelGen.Compiler.Words.Sources;

namespace ModelGen.Compiler.Tests.Recipes;

/// <summary>
/// A recipe for each word that recipes take, made from the word's own example: it trains the model of that example as the example itself
/// does.
/// </summary>
internal static class EveryRecipe
{
    private static readonly IReadOnlyList<(string Name, string Recipe, string Spec, ProjectModel Model)> All =
    [
        .. EveryWord
            .Specs.Where(pair => pair.Word is Objective or Optimizer or Schedule || (pair.Word is Family && IsTrained(pair.Spec)))
            .Select((pair, i) => Of($"recipe {pair.Name}", FormattableString.Invariant($"Model{i}"), pair.Spec)),
        .. Catalogue
            .Of<DataSource>()
            .SelectMany(static source =>
                source
                    .MoreExamples.Prepend(source.Example)
                    .Select(
                        (example, i) =>
                            Of(
                                $"recipe {source.Kind} {source.Word}{(i == 0 ? "" : FormattableString.Invariant($" {i + 1}"))}",
                                FormattableString.Invariant($"Model{source.Record}{i}"),
                                ExampleOn(source),
                                $"data: {{ {example} }}{ObjectiveOn(source)}"
                            )
                    )
            ),
        .. Catalogue
            .Of<Definition>()
            .Where(static word => word is StartPoint or Adapter)
            .Select(static word =>
                Of(
                    $"recipe {word.Kind} {word.Word}",
                    $"Model{((IOptionsRecord)word).Record}",
                    Tuned,
                    $"{(word is StartPoint ? "start" : "adapt")}: {{ {word.Example} }}"
                )
            ),
        .. Catalogue
            .Of<PromptedObjective>()
            .Select(static goal =>
                Of($"recipe {goal.Kind} {goal.Word}", $"Model{goal.GetType().Name}", Answering, $"objective: {{ {goal.Example} }}")
            ),
        .. Catalogue
            .Of<Reward>()
            .Select(static reward =>
                Of(
                    $"recipe {reward.Kind} {reward.Word}",
                    $"Model{reward.GetType().Name}",
                    Answering,
                    $"objective: {{ grpo: {{ reward: {{ {reward.Example} }} }} }}"
                )
            ),
        Of(
            "recipe objective distillation",
            "ModelDistillation",
            Answering,
            $"objective: {{ {Catalogue.Of<Distillation>().Single().Example} }}"
        ),
        Of(
            "recipe objective class-distillation",
            "ModelClassDistillation",
            Sentiment.Replace("Sentiment", "Example", StringComparison.Ordinal),
            $"objective: {{ {Catalogue.Of<ClassDistillation>().Single().Example} }}"
        ),
        Of("recipe rewards", "ModelJudge", Judging, "data: { preferences: a.jsonl }"),
        Of("recipe freeze", "ModelFrozen", Tuned, "freeze: [linear, 'linear2.b*']"),
    ];

    // The models that examples use besides the one that they train.
    private static readonly IReadOnlyList<string> Used =
    [
        Answering.Replace("Example", "Writer", StringComparison.Ordinal),
        Judging.Replace("Example", "Judge", StringComparison.Ordinal),
        Sentiment,
        Checking.Replace("Example", "Checker", StringComparison.Ordinal),
    ];

    // A classifier of texts.
    private static string Sentiment =>
        Judging
            .Replace("Example", "Sentiment", StringComparison.Ordinal)
            .Replace("linear: 1", "linear: 2", StringComparison.Ordinal)
            .Replace("bradley-terry", "cross-entropy", StringComparison.Ordinal);

    // A model whose weights can be frozen, adapted and read from files.
    private const string Tuned = """
        model: Example
        family: network
        data: { tensor: [4, 9] }
        weights: { layout: modelgen }
        network: [flatten, linear: 8, relu, linear: 3]
        objective: cross-entropy
        training: { optimizer: { adamw: 1e-3 }, batch: 4, duration: 2 epochs }

        """;

    // A model that tells what answers are worth.
    private const string Judging = """
        model: Example
        family: network
        data: { tokens: { context: 12, tokenizer: characters, vocabulary: 30, padding-token: <pad>, end-token: <end> } }
        network: [embed: 8, sequence-pool, linear: 1]
        objective: bradley-terry
        training: { optimizer: { adamw: 1e-3 }, batch: 4, duration: 100 steps }

        """;

    // A model that tells which steps of answers are right.
    private const string Checking = """
        model: Example
        family: network
        data: { tokens: { context: 12, tokenizer: characters, vocabulary: 30, padding-token: <pad>, end-token: <end> } }
        network: [embed: 8, self-attention: { heads: 2, causal: true }, linear: 1]
        objective: step-rating
        training: { optimizer: { adamw: 1e-3 }, batch: 4, duration: 100 steps }

        """;

    // A model that can learn how to answer.
    private const string Answering = """
        model: Example
        family: transformer
        data: { tokens: { context: 12, end-token: <end>, documents: apart } }
        network: [embed: 8, self-attention: { heads: 2, causal: true }, unembed]
        objective: next-token
        training: { optimizer: { adamw: 1e-3 }, batch: 4, duration: 100 steps }

        """;

    /// <summary>Names to tell them apart.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(each => each.Name)];

    /// <summary>The models of all of them.</summary>
    public static IReadOnlyList<ProjectModel> Models { get; } = [.. All.Select(each => each.Model), .. Used.Select(Model)];

    /// <summary>The specs of these models.</summary>
    public static IReadOnlyList<string> Specs { get; } = [.. All.Select(each => each.Spec), .. Used];

    /// <summary>The recipe of a name.</summary>
    public static string Text(string name) => All.Single(each => each.Name == name).Recipe;

    /// <summary>The family of the model that a recipe names.</summary>
    public static Family FamilyOf(SpecText.Group recipe)
    {
        var name = ((SpecText.Word)recipe.Keys.Single(key => key.Name == "model").Value).Text;
        return Family.Of(Models.Single(model => model.Name == name).Spec!);
    }

    /// <summary>The parameter of each key of a recipe.</summary>
    public static Dictionary<SpecText.Key, ModelGen.Compiler.Language.Parameter> Parameters(SpecText.Group recipe) =>
        WrittenParameters.Find(recipe, FamilyOf(recipe).RecipeParameters);

    private static bool IsTrained(string spec) => SpecText.Parse(spec).Keys.Any(key => key.Name == "training");

    // An example whose data are of the kind that the source reads.
    private static string ExampleOn(DataSource source) =>
        source is StepsSource ? Checking
        : source is PromptedSource ? Answering
        : Catalogue
            .Of<Family>()
            .Where(family => Takes(family, source))
            .SelectMany(family => family.MoreExamples.Prepend(family.Example))
            .First(example => IsTrained(example) && example.Contains($"data: {{ {source.Data}:", StringComparison.Ordinal));

    // One that learns from what the source reads, where a model's own does not.
    private static string ObjectiveOn(DataSource source) =>
        source is PromptedSource and not StepsSource
            ? $"\nobjective: {{ {Catalogue.Of<PromptedObjective>().First(goal => goal.DataSets.Contains(source.DataSet)).Example} }}"
            : "";

    private static bool Takes(Family family, DataSource source) =>
        family.RecipeParameters.Any(key => key.Name == "data" && key.AllowedWords.Contains(source));

    private static (string Name, string Recipe, string Spec, ProjectModel Model) Of(
        string name,
        string model,
        string spec,
        string? own = null
    )
    {
        var root = SpecText.Parse(spec);
        root.Keys.Single(key => key.Name == "model").Value = new SpecText.Word(model);
        var recipe = new SpecText.Group([
            new SpecText.Key("run", new SpecText.Word("Recipe")),
            new SpecText.Key("model", new SpecText.Word(model)),
            new SpecText.Key("summary", new SpecText.Word("Trains it.")),
            .. own is null ? [] : SpecText.Parse(own).Keys,
            .. root.Keys.Where(key =>
                key.Name == "training" || (key.Name == "objective" && own?.Contains("objective: ", StringComparison.Ordinal) != true)
            ),
        ]);
        return (name, recipe.Write(), root.Write(), Model(root.Write()));
    }

    private static ProjectModel Model(string spec)
    {
        var parsed = SpecCompiler.Parse(spec).Spec!;
        return new ProjectModel("Example.Models", parsed.Name, "public", parsed);
    }
}
