using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Spec;
using ModelGen.Compiler.Surface;
using ModelGen.Compiler.Words.Data;
using ModelGen.Compiler.Words.Objectives;
using ModelGen.Compiler.Words.Training;

namespace ModelGen.Compiler.Words.Families;

internal sealed class TransformerFamily()
    : ModelFamily(
        "transformer",
        "a language model: token ids in, scores for each token of the vocabulary out",
        Data,
        DataSet,
        TokenInitialisation.Key,
        Training,
        Data,
        WeightLayout.Key,
        ModelPrecision.Key,
        TokenInitialisation.Key,
        Network,
        Goal,
        Training,
        TokenSampling.OfTexts
    )
{
    private const string DataSet = "TokenDataset";

    private static readonly WordParameter<DataKind> Data = new("data", "the text the model reads", "tokens") { IsRequired = true };

    private static readonly LayersParameter Network = new("network", "the layers, from token ids [T] to scores [T, vocabulary]")
    {
        IsRequired = true,
    };

    private static readonly WordParameter<TokenObjective> Goal = new("objective", "what training minimises")
    {
        IsRequired = true,
        Allows = static goal => !goal.IsOfRecipes,
        Recipe = RecipeUse.Optional,
        InRecipes = new WordParameter<TokenObjective>("objective", "what training minimises") { Recipe = RecipeUse.Optional },
    };

    private static readonly GroupParameter Training = TrainingGroup.Create(
        "sequences",
        "text",
        ["loss"],
        "a tenth, but no more than a million tokens"
    );

    public override string Example =>
        """
            model: Example
            family: transformer
            data: { tokens: { context: 12 } }
            precision: bfloat16
            initialiser: { normal: 0.1 }
            network: [embed: 8, unembed]
            objective: next-token
            """
        + "\n"
        + TrainingGroup.Example(
            "500 steps",
            "50 steps",
            [
                "rates: { embed: 0.5 }",
                "unfreeze: { embed.positions: 10 steps }",
                "validation: { every: 50 steps, batches: 2, fraction: 0.2 }",
                "early-stopping: { patience: 4, margin: 0.01 }",
                "rollback: { deviations: 6, limit: 2 }",
            ]
        )
        + "\nsampling: { temperature: 0.8, top-k: 20, top-p: 0.9, min-p: 0.05, typical-p: 0.95, repetition-penalty: 1.1, "
        + "presence-penalty: 0.2, frequency-penalty: 0.1, logit-bias: { a: -2, b: 0.5 }, stop: [end, '. '], min-tokens: 2, "
        + "max-tokens: 50, past-context: stop }";

    public override IReadOnlyList<string> MoreExamples =>
        [
            """
                model: Example
                family: transformer
                data: { tokens: { context: 12 } }
                weights: { layout: modelgen, file: example.safetensors }
                network: [embed: 8, unembed]
                objective: next-token
                """,
        ];

    public override string BaseClass => "LanguageModel";

    public override string RunClass => "TextRun";

    public override ModelSurface Surface(ModelGraph model)
    {
        var (surface, arguments) = (base.Surface(model), model.Spec.Arguments);
        return surface with
        {
            InputCheck = "check-tokens",
            ReadFor = [new("create-tokenizer") { Known = "tokenizer" }, new("context-length")],
            Constants = Tokens.Constants(model.Data),
            Options = [.. surface.Options, TokenSampling.Options(TokenSampling.OfTexts, arguments)],
            Members =
            [
                new SizeMember("vocabulary-size", Tokens.VocabularySize),
                new SizeMember("context-length", Tokens.ContextLength),
                .. model.IsCausal ? Array.Empty<SurfaceMember>() : [new FlagMember("is-causal", false)],
                .. TokenSampling.Members(model),
            ],
            Tokenizer = Tokens.TokenizerMember(arguments.Get(Data).Arguments, isAskedFor: true),
            Objective = Words.Objective.Member(arguments.Get(Goal), DataSet),
        };
    }

    protected override bool CanBuild(Arguments arguments) => arguments.TryGet(Network, out _);

    protected override ModuleGraph? NextTokens(ModuleGraph root, GraphBuilder model) => model.Lookaheads.Count == 0 ? root : null;

    protected override long LossBytes(ModelGraph model)
    {
        var (goal, arguments) = model.Spec.Arguments.Get(Goal);
        return goal.LossBytes(arguments, model.Data);
    }

    protected override GraphBuilder Builder(DataShape data) => TokenInitialisation.Builder(data);

    protected override ModuleGraph? BuildRoot(GraphBuilder model, ModelSpec spec)
    {
        var root = model.Build(Network.Name, spec.Name, spec.Arguments.Get(Network));
        var wanted = new Shape(model.Data.Shape.Axes[0], model.Data.Vocabulary);
        var isWrong = root is not null && (!root.Output.Shape.Equals(wanted) || root.Output.Type != ElementType.Number);
        if (isWrong)
        {
            model.Report(
                Rules.OutputShape,
                root!.Output.Origin,
                null,
                "the network",
                root.Output.Description,
                "a transformer",
                $"scores [T, vocabulary] = {wanted}",
                root.Output.Trail.ToString()
            );
        }

        if (spec.Arguments.TryGet(Goal, out var goal))
        {
            goal.Definition.Check(model, goal.Arguments);
            model.WarnOfSquashing(isWrong ? null : root, goal.Definition.Word, "takes logits, to which it applies the softmax itself");
        }

        return root;
    }
}
