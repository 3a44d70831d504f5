using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Passes;
using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Surface;
using ModelGen.Compiler.Words.Conditionings;
using ModelGen.Compiler.Words.Initialisers;
using ModelGen.Compiler.Words.Objectives;
using ModelGen.Compiler.Words.Training;

namespace ModelGen.Compiler.Words.Families;

internal sealed class GanFamily()
    : LatentFamily<AdversarialObjective>(
        "gan",
        "a generative adversarial network: a generator from a latent space to samples, against a discriminator that tells them from the "
            + "data: Goodfellow et al. 2014",
        Data,
        Condition,
        Goal,
        Training,
        Data,
        Latent,
        Condition,
        ModelPrecision.Key,
        PlainInitialisation,
        Generator,
        Discriminator,
        Goal,
        Training
    )
{
    private static readonly WordParameter<DataKind> Data = new(
        "data",
        "the samples; if they have a range, as images do, the networks see it rescaled to [-1, 1]",
        "image",
        "tensor"
    )
    {
        IsRequired = true,
    };

    private static readonly WordParameter<ClassConditioning> GeneratorCode = new(
        "generator",
        "how the generator receives the label",
        "concatenated",
        "embedded"
    )
    {
        Default = Concatenated.Configured,
    };

    private static readonly WordParameter<ClassConditioning> DiscriminatorCode = new(
        "discriminator",
        "how the discriminator receives the label"
    )
    {
        Default = Concatenated.Configured,
    };

    private static readonly GroupParameter Condition = ClassCondition.Group(
        "both players are conditioned on labels",
        GeneratorCode,
        DiscriminatorCode
    );

    private static readonly LayersParameter Generator = new(
        "generator",
        "the layers from a latent vector [latent] (and the label's code) to a sample [C, …], from -1 to 1, as tanh gives it, if the data "
            + "has a range"
    )
    {
        IsRequired = true,
    };

    private static readonly LayersParameter Discriminator = new(
        "discriminator",
        "the layers from a sample [C, …] (and planes of the label's code) to a score [1]; to features [n] if it judges by projection"
    )
    {
        IsRequired = true,
    };

    private static readonly WordParameter<AdversarialObjective> Goal = new("objective", "what the players minimise")
    {
        IsRequired = true,
        Recipe = RecipeUse.Optional,
    };

    private static readonly WordParameter<Optimizer> DiscriminatorOptimizer = new("optimizer", "how a step updates its weights")
    {
        Absent = "the generator's",
    };

    private static readonly GroupParameter DiscriminatorTraining = new(
        "discriminator",
        "how the discriminator is trained, where it differs from the generator",
        "DiscriminatorOptions",
        DiscriminatorOptimizer,
        new IntegerParameter("steps", "how many steps it takes for each of the generator's, each on its own batch")
        {
            Default = 1,
            Maximum = 1000,
        }
    )
    {
        HasDefaults = true,
    };

    private static readonly GroupParameter Training = TrainingGroup.Create(
        "samples",
        "data",
        metrics: [],
        optionsRecord: "GanTrainingOptions",
        more: DiscriminatorTraining
    );

    // How the runtime rescales data that have a range, after Radford et al. 2016.
    private static readonly Interval SeenRange = new(-1, 1);

    public override string BaseClass => "Gan";

    protected override IReadOnlyList<string> ExampleKeys =>
        ["latent: 3", "condition: { classes: 2, generator: { embedded: 5 }, discriminator: { embedded: 4 } }"];

    protected override IReadOnlyList<string> ExampleRoles =>
        [
            "generator: [linear: 36, tanh, reshape: [1, 6, 6]]",
            "discriminator: [flatten, linear: 1]",
            "objective: { non-saturating: { label-smoothing: 0.1 } }",
        ];

    protected override IReadOnlyList<string> ExampleTraining =>
        [
            "rates: { generator: 0.5 }",
            "unfreeze: { generator.linear.weight: 200 images }",
            "validation: { fraction: 0.2 }",
            "discriminator: { optimizer: { adamw: 2e-3 }, steps: 2 }",
        ];

    public override IEnumerable<Problem> Problems(Arguments arguments) =>
        arguments.Get(ModelPrecision.Key) == Precision.Half
        && arguments.TryGet(Goal, out var goal)
        && goal.Definition.Penalises(goal.Arguments)
            ?
            [
                Problem.Conflict(
                    ModelPrecision.Key.Name,
                    $"'{goal.Definition.Word}' with a penalty on gradients cannot train in float16, in which they vanish; write "
                        + "'precision: bfloat16'"
                ),
            ]
            : [];

    private protected override IEnumerable<OptimizerGroup> OptimizerGroups(Arguments options, IReadOnlyList<Part> parts)
    {
        var generator = options.Get(TrainingGroup.Optimizer);
        var ofGenerator = parts.ToLookup(static part => part.Name is "generator" or "generator_labels");
        var hasOwn = options.Get(DiscriminatorTraining).TryGet(DiscriminatorOptimizer, out var own);
        return
        [
            new("generator", TrainingGroup.Optimizer.Name, generator, ofGenerator[true]),
            new(
                "discriminator",
                hasOwn ? $"{DiscriminatorTraining.Name}.{DiscriminatorOptimizer.Name}" : TrainingGroup.Optimizer.Name,
                hasOwn ? own : generator,
                ofGenerator[false]
            ),
        ];
    }

    // The generator's samples are no part of the discriminator's gradients. A penalty scores samples once more and differentiates their
    // gradient, which keeps about as much again for its backward and for that of its backward.
    protected override IReadOnlyList<TrainingPhase> Phases(ModuleGraph root, Arguments arguments)
    {
        var (generator, discriminator) = (Role(Generator), Role(Discriminator));
        var goal = arguments.Get(Goal);
        return
        [
            new(Discriminator.Name, [.. Enumerable.Repeat(discriminator, 2 + (3 * goal.Definition.Penalties(goal.Arguments)))]),
            new(Generator.Name, [generator, .. Enumerable.Repeat(discriminator, goal.Definition.GeneratorSeesReal ? 2 : 1)]),
        ];

        ModuleGraph Role(LayersParameter key) => root.Parts.First(part => part.Name == key.Name).Elements[0];
    }

    protected override Value? BuildRoles(RolesBuilder roles, Arguments arguments, Shape sample, long latent, long classes)
    {
        var (seenByGenerator, seenByDiscriminator) = (Code(arguments, GeneratorCode), Code(arguments, DiscriminatorCode));
        var generator = arguments.TryGet(Generator, out var generatorLayers)
            ? roles.Role(Generator.Name, generatorLayers, new Shape(latent + Width(seenByGenerator, classes)))
            : null;
        if (
            roles.Gives(
                Generator.Name,
                generator,
                "the generator of a gan",
                shape => shape.Equals(sample),
                $"the data's shape {sample}, which the discriminator takes"
            ) && roles.Data.Range is not null
        )
        {
            roles.Model.WarnOfRange(generator, SeenRange, $"the discriminator sees the data rescaled to {OutputBounds.Words(SeenRange)}");
        }

        AddEmbedding(roles, "generator-labels", seenByGenerator, classes);

        var before = roles.Model.WholeBatchLayers.Count;
        var discriminator = arguments.TryGet(Discriminator, out var discriminatorLayers)
            ? roles.Role(
                Discriminator.Name,
                discriminatorLayers,
                sample.With(0, sample.Axes[0] + Width(seenByDiscriminator, classes)),
                isDifferentiatedTwice: true
            )
            : null;
        if (arguments.TryGet(Goal, out var goal))
        {
            WarnOfMixing(roles.Model, goal, before);
        }

        if (seenByDiscriminator?.Definition is not Projection)
        {
            if (
                roles.Gives(
                    Discriminator.Name,
                    discriminator,
                    "the discriminator of a gan",
                    static shape => shape.Equals(new Shape(1)),
                    "one score [1]"
                ) && goal is not null
            )
            {
                roles.Model.WarnOfSquashing(discriminator, goal.Definition.Word, goal.Definition.OfScores);
            }

            AddEmbedding(roles, "discriminator-labels", seenByDiscriminator, classes);
        }
        else if (
            roles.Gives(
                Discriminator.Name,
                discriminator,
                "a discriminator that judges by projection",
                static shape => shape.Rank == 1,
                "features [n], such as 'flatten' makes of any shape"
            )
        )
        {
            var features = discriminator!.Output.Shape.Last.Constant!.Value;

            // With N(0, 1) the class alone would decide the first scores; this initialiser is that of the paper's code.
            roles.Embedding("projection", classes, features, XavierUniform.Plain);
            roles.Linear("head", features, 1);
        }

        return discriminator is null || !arguments.TryGet(Goal, out _) ? null : generator?.Output;
    }

    // Warns of layers of the discriminator that mix samples where its gradients are penalised sample by sample.
    private static void WarnOfMixing(GraphBuilder model, Configured<AdversarialObjective> goal, int before)
    {
        if (!goal.Definition.Penalises(goal.Arguments))
        {
            return;
        }

        foreach (var layer in model.WholeBatchLayers.Skip(before).Where(static layer => layer.MixesSamples))
        {
            model.Report(Rules.PenaltyAcrossSamples, layer.Origin, null, layer.Reason, goal.Definition.Word);
        }
    }

    // Null without a condition.
    private static Configured<ClassConditioning>? Code(Arguments arguments, WordParameter<ClassConditioning> parameter) =>
        arguments.TryGet(Condition, out var condition) ? condition.Get(parameter) : null;

    private static long Width(Configured<ClassConditioning>? code, long classes) => code?.Definition.Width(code.Arguments, classes) ?? 0;

    private static void AddEmbedding(RolesBuilder roles, string name, Configured<ClassConditioning>? code, long classes)
    {
        if (code?.Definition is Embedded)
        {
            roles.Embedding(name, classes, Width(code, classes));
        }
    }
}
