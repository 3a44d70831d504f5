using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Surface;
using ModelGen.Compiler.Words.Objectives;
using ModelGen.Compiler.Words.Training;

namespace ModelGen.Compiler.Words.Families;

internal sealed class VaeFamily()
    : LatentFamily<VaeObjective>(
        "vae",
        "a variational autoencoder: samples to a latent space and back, with linear heads for mean and log-variance after the "
            + "encoder: Kingma and Welling 2014",
        Data,
        Condition,
        Goal,
        Training,
        Data,
        Latent,
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

    private static readonly GroupParameter Condition = ClassCondition.Group(
        "both halves are conditioned on labels: the encoder sees a plane of ones for the class and planes of zeros for the others after "
            + "the sample's channels, the decoder a one-hot vector after the latent vector"
    );

    private static readonly LayersParameter Encoder = new(
        "encoder",
        "the layers from a sample [C, …] to features [n]; with a condition, from [C + classes, …]"
    )
    {
        IsRequired = true,
    };

    private static readonly LayersParameter Decoder = new(
        "decoder",
        "the layers from a latent vector [latent] to a sample [C, …]; with a condition, from [latent + classes]"
    )
    {
        IsRequired = true,
    };

    private static readonly WordParameter<VaeObjective> Goal = new("objective", "what training minimises")
    {
        IsRequired = true,
        Recipe = RecipeUse.Optional,
    };

    private static readonly GroupParameter Training = TrainingGroup.Create("samples", "data", ["loss", "reconstruction", "kl"]);

    public override string BaseClass => "Vae";

    protected override IReadOnlyList<string> ExampleKeys => ["latent: 3", "condition: { classes: 2 }"];

    protected override IReadOnlyList<string> ExampleRoles =>
        [
            "encoder: [flatten, linear: 8, relu]",
            "decoder: [linear: 36, reshape: [1, 6, 6]]",
            "objective: { elbo: { reconstruction: bernoulli } }",
        ];

    protected override IReadOnlyList<string> ExampleTraining =>
        [
            "rates: { decoder: 0.5 }",
            "unfreeze: { encoder: 0.5 epochs }",
            "validation: { every: 1 epochs, batches: 2, fraction: 0.2 }",
            "early-stopping: { patience: 4, margin: 0.01, metric: kl }",
            "rollback: { deviations: 6, limit: 2 }",
        ];

    protected override Value? BuildRoles(RolesBuilder roles, Arguments arguments, Shape sample, long latent, long classes)
    {
        var encoder = arguments.TryGet(Encoder, out var encoderLayers)
            ? roles.Role(Encoder.Name, encoderLayers, sample.With(0, sample.Axes[0] + classes))
            : null;
        if (
            roles.Gives(
                Encoder.Name,
                encoder,
                "a vae",
                static shape => shape.Rank == 1,
                "features [n], such as 'flatten' makes of any shape"
            )
        )
        {
            var features = encoder!.Output.Shape.Last.Constant!.Value;
            roles.Linear("mean", features, latent, Latent.Name);
            roles.Linear("log-variance", features, latent, Latent.Name);
        }

        var output = Autoencoder.Decoder(roles, arguments, Decoder, new Shape(latent + classes), sample, Word, Goal);
        return encoder is null ? null : output;
    }
}
