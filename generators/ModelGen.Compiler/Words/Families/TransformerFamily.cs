using ModelGen.Compiler.CSharp;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Passes;
using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Spec;
using ModelGen.Compiler.Words.Data;
using ModelGen.Compiler.Words.Initialisers;
using ModelGen.Compiler.Words.Objectives;
using ModelGen.Compiler.Words.Training;

namespace ModelGen.Compiler.Words.Families;

internal sealed class TransformerFamily() : Family("transformer", "a language model: token ids in, scores for each token of the vocabulary out", Data, ModelPrecision.Key, Initialisation, Network, Goal, Training, Sampling)
{
    // Radford et al. 2019 (GPT-2) and its published code.
    private const double Deviation = 0.02;

    private static readonly WordParameter<DataKind> Data = new("data", "the text the model reads", "tokens") { IsRequired = true };

    private static readonly WordParameter<Initialiser> Initialisation = Initialiser.OfModel("as GPT-2: N(0, 0.02²), the last weight of each residual divided by sqrt(number of residuals)");

    private static readonly LayersParameter Network = new("network", "the layers, from token ids [T] to scores [T, vocabulary]") { IsRequired = true };

    private static readonly WordParameter<TokenObjective> Goal = new("objective", "what training makes smaller") { IsRequired = true };

    private static readonly GroupParameter Training = TrainingGroup.Create("sequences", "text", ["loss"]);

    private static readonly GroupParameter Sampling = new("sampling", "how the next token is chosen", "SamplingOptions",
        new NumberParameter("temperature", "what scores are divided by: below 1 sharper, above 1 flatter; 0 always takes the likeliest") { Range = Language.Range.NonNegative, Default = 1 },
        new IntegerParameter("top-k", "only the k likeliest tokens are considered: Fan et al. 2018") { Absent = "all" },
        new NumberParameter("top-p", "only the likeliest tokens that together reach this probability are considered: Holtzman et al. 2020") { Range = new Language.Range(0, 1, ExcludesMinimum: true), Absent = "all" })
    {
        HasDefaults = true,
    };

    public override string Example =>
        """
        model: Example
        family: transformer
        data: { tokens: { context: 12 } }
        precision: bfloat16
        initialiser: { normal: 0.1 }
        network: [embed: 8, unembed]
        objective: next-token
        training:
          optimizer: { adamw: 1e-3 }
          schedule: { constant: { warmup: 10 steps } }
          clip-norm: 1.0
          batch: 4
          accumulate: 2
          duration: 100 steps
          validation: { every: 50 steps, batches: 2, fraction: 0.2 }
          checkpoint: { every: 50 steps, keep: 3 }
          budget: 2 GB
          max-time: 2 hours
          average: 0.99
          early-stopping: { patience: 4, margin: 0.01 }
          rollback: { deviations: 6, limit: 2 }
        sampling: { temperature: 0.8, top-k: 20, top-p: 0.9 }
        """;

    public override string BaseClass => "global::ModelGen.Models.LanguageModel";

    public override IReadOnlyList<string> InputChecks => ["CheckTokens($0);"];

    public override ModelGraph? Build(ModelSpec spec, List<GraphError> errors)
    {
        if (!spec.Arguments.TryGet(Data, out var tokens) || !spec.Arguments.TryGet(Network, out var layers))
        {
            return null;
        }

        var data = tokens.Definition.Shape(tokens.Arguments);
        var isGiven = spec.Arguments.TryGet(Initialisation, out var initialiser);
        var network = isGiven
            ? new GraphBuilder(data, initialiser, null)
            : new GraphBuilder(data, Normal.Of(Deviation), residuals => Normal.Of(Deviation / Math.Sqrt(residuals)));
        var root = network.Build("network", spec.Name, layers);
        var wanted = new Shape(data.Shape.Axes[0], data.Vocabulary);
        if (root is not null && (!root.Output.Shape.Equals(wanted) || root.Output.Type != ElementType.Number))
        {
            network.Report(Rules.OutputShape, root.Output.Origin, null, "the network", root.Output.Description, "a transformer", $"scores [T, vocabulary] = {wanted}", root.Output.Trail.ToString());
        }

        var hasGoal = spec.Arguments.TryGet(Goal, out var goal);
        if (hasGoal)
        {
            goal.Definition.Check(network);
        }

        CheckInitialiser(network, Initialisation, isGiven);
        TrainingGroup.CheckBatch(spec.Arguments, Training, network);
        errors.AddRange(network.Errors);
        CheckUnits(spec.Arguments, Parameters, "tokens", errors);
        return root is null || network.IsIncomplete || !hasGoal || errors.Count > 0 ? null : new ModelGraph(spec, data, root, network.Classes, network.BatchSplit, spec.Arguments.Get(ModelPrecision.Key));
    }

    public override void WriteConstants(CodeWriter writer, ModelGraph model)
    {
        Tokens.WriteConstants(writer, model.Data);
        if (model.Spec.Arguments.TryGet(Training, out var training))
        {
            OptionsWriter.Property(writer, "How the spec says to train it.", "Training", Training, training, ModelPrecision.TrainingOptions(model));
            writer.Line();
        }

        OptionsWriter.Property(writer, "How the spec says to sample from it.", "Sampling", Sampling, model.Spec.Arguments.Get(Sampling));
        writer.Line();
    }

    public override void WriteMembers(CodeWriter writer, ModelGraph model, ModelFacts facts)
    {
        var goal = model.Spec.Arguments.Get(Goal);
        OverrideWriter.Members(writer,
        [
            "int VocabularySize => Vocabulary;",
            "int ContextLength => Context;",
            .. TrainingGroup.Members(model, facts),
            .. ModelPrecision.Members(model),
            $"string Fingerprint => \"{facts.Fingerprint}\";",
            Tokens.TokenizerMember(model.Spec.Arguments.Get(Data).Arguments),
            $"global::ModelGen.Training.Objective CreateObjective(global::ModelGen.Data.TokenDataset data) => {goal.Definition.CSharp(goal.Arguments)};",
        ]);
    }
}
