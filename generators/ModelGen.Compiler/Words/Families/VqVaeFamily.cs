using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Surface;
using ModelGen.Compiler.Words.Objectives;
using ModelGen.Compiler.Words.Training;

namespace ModelGen.Compiler.Words.Families;

internal sealed class VqVaeFamily()
    : SampleFamily<VqVaeObjective>(
        "vq-vae",
        "a vector-quantised autoencoder: samples to a grid of codes, each the nearest of a codebook's vectors, and back: van den "
            + "Oord et al. 2017",
        Data,
        Condition,
        Goal,
        Training,
        Data,
        Codebook,
        Condition,
        ModelPrecision.Key,
        PlainInitialisation,
        Encoder,
        Decoder,
        Goal,
        Training
    )
{
    private static readonly WordParameter<DataKind> Data = new("data", "the samples", "image", "tensor") { IsRequired = true };

    private static readonly IntegerParameter Codes = new("codes", "the number of code vectors")
    {
        IsRequired = true,
        Minimum = 2,
        Maximum = 1 << 16,
    };

    private static readonly NumberParameter Decay = new(
        "decay",
        "how much each training step keeps of the moving averages that the vectors are made of: van den Oord et al. 2017, appendix A.1"
    )
    {
        Range = Language.Range.Fraction,
        Default = 0.99,
    };

    private static readonly NumberParameter ReviveBelow = new(
        "revive-below",
        "a vector that is used less than this fraction of uniform use is replaced by the encoder's output at a random position of the "
            + "batch, from which the first batch initialises all of them: Dhariwal et al. 2020"
    )
    {
        Range = new Language.Range(0, 1, ExcludesMinimum: true, ExcludesMaximum: true),
        Default = 0.1,
    };

    private static readonly GroupParameter Codebook = new(
        "codebook",
        "the vectors that represent the encoder's output, as moving averages of it",
        "",
        Codes,
        Decay,
        ReviveBelow
    )
    {
        IsRequired = true,
    };

    private static readonly GroupParameter Condition = ClassCondition.Group(
        "both halves are conditioned on labels: each sees a plane of ones for the class and planes of zeros for the others after its "
            + "input's channels"
    );

    private static readonly LayersParameter Encoder = new(
        "encoder",
        "the layers from a sample [C, …] to a grid of vectors [n, …]; with a condition, from [C + classes, …]"
    )
    {
        IsRequired = true,
    };

    private static readonly LayersParameter Decoder = new(
        "decoder",
        "the layers from a grid of code vectors [n, …] to a sample [C, …]; with a condition, from [n + classes, …]"
    )
    {
        IsRequired = true,
    };

    private static readonly WordParameter<VqVaeObjective> Goal = new("objective", "what training minimises")
    {
        IsRequired = true,
        Recipe = RecipeUse.Optional,
    };

    private static readonly GroupParameter Training = TrainingGroup.Create("samples", "data", ["loss", "reconstruction", "commitment"]);

    public override string BaseClass => "VqVae";

    protected override IReadOnlyList<string> ExampleKeys =>
        ["codebook: { codes: 8, decay: 0.95, revive-below: 0.05 }", "condition: { classes: 2 }"];

    protected override IReadOnlyList<string> ExampleRoles =>
        [
            "encoder: [conv: { channels: 3, kernel: 1 }, max-pool: 2]",
            "decoder: [upsample: 2, conv: { channels: 1, kernel: 1 }]",
            "objective: { vector-quantised: { reconstruction: bernoulli } }",
        ];

    protected override IReadOnlyList<string> ExampleTraining =>
        [
            "rates: { decoder: 0.5 }",
            "unfreeze: { encoder: 10 steps }",
            "validation: { every: 1 epochs, batches: 2, fraction: 0.2 }",
            "early-stopping: { patience: 4, margin: 0.01, metric: commitment }",
            "rollback: { deviations: 6, limit: 2 }",
        ];

    protected override Value? BuildRoles(RolesBuilder roles, Arguments arguments, Shape sample, long classes)
    {
        var encoder = arguments.TryGet(Encoder, out var layers)
            ? roles.Role(Encoder.Name, layers, sample.With(0, sample.Axes[0] + classes))
            : null;
        if (
            !roles.Gives(Encoder.Name, encoder, "a vq-vae", static shape => shape.Rank >= 2, "a grid of vectors [n, …]")
            || !arguments.TryGet(Codebook, out var codebook)
        )
        {
            return null;
        }

        var grid = encoder!.Output.Shape;
        AddQuantiser(roles, codebook, grid);
        return Autoencoder.Decoder(
            roles,
            arguments,
            Decoder,
            grid.With(0, grid.Axes[0] + classes),
            sample,
            Word,
            Goal,
            encoder.Output.Trail
        );
    }

    protected override IEnumerable<SizeConstant> Sizes(Arguments arguments) =>
        [new(Codes.Name, "How many codes there are; they run from 0 to this number less one.", arguments.Get(Codebook).Get(Codes))];

    protected override IEnumerable<SurfaceMember> Members(ModelGraph model)
    {
        var grid = model.Root.Parts.Single(static part => part.Name == Encoder.Name).Elements[0].Output.Shape;
        return [new LengthsMember("grid-shape", [.. grid.Axes.Skip(1).Select(static axis => axis.Constant!.Value)])];
    }

    private static void AddQuantiser(RolesBuilder roles, Arguments codebook, Shape grid)
    {
        var (codes, size) = (codebook.Get(Codes), grid.Axes[0].Constant!.Value);
        var op = new Quantise(codebook.Get(Decay), codebook.Get(ReviveBelow));
        roles.Add(
            "quantiser",
            op,
            [grid],
            Buffer("codes", codes, size) with
            {
                Constants = new([Codes.Name, null]),
            },
            Buffer("use", codes),
            Buffer("sums", codes, size)
        );
    }

    private static StateEntry Buffer(string name, params long[] shape) => new StateEntry(name, shape) { IsBuffer = true };
}
