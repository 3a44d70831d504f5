using ModelGen.Models;
using ModelGen.Runs;
using ModelGen.Training;
using static TorchSharp.torch;

namespace ModelGen.Examples.Images;

/// <summary>A model that the command line knows.</summary>
/// <param name="Word">What to ask for.</param>
/// <param name="Summary">What it is.</param>
/// <param name="Spec">The file that describes it, beside the program.</param>
/// <param name="Create">Makes it on a device, with random weights.</param>
/// <param name="Training">How its spec says to train it.</param>
/// <param name="Curves">What <c>curves.png</c> shows.</param>
internal sealed record ImageModel(
    string Word,
    string Summary,
    string Spec,
    Func<Device, SampleModel> Create,
    TrainingOptions Training,
    CurveSettings Curves
)
{
    private static readonly CurveSettings Elbo = new("nats per image", "loss", "reconstruction", "kl");

    // The commitment is a squared distance, and the perplexity a number of codes: no nats.
    private static readonly CurveSettings Quantised = new("nats per image", "loss", "reconstruction");

    private static readonly CurveSettings Game = new(
        "losses and mean scores",
        "generator_loss",
        "discriminator_loss",
        "real_score",
        "fake_score"
    );

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ImageModel> All { get; } =
    [
        new("vae", "a variational autoencoder", "vae.model.yaml", static device => new ImageVae(device), ImageVae.Training, Elbo),
        new(
            "cvae",
            "one that draws an asked class",
            "LabelledVae.cs",
            static device => new LabelledVae(device),
            LabelledVae.Training,
            Elbo
        ),
        new(
            "vqvae",
            "a vector-quantised autoencoder",
            "vqvae.model.yaml",
            static device => new ImageVqVae(device),
            ImageVqVae.Training,
            Quantised
        ),
        new("gan", "a generator against a discriminator", "gan.model.yaml", static device => new ImageGan(device), ImageGan.Training, Game),
        new(
            "cgan",
            "one that draws an asked class",
            "LabelledGan.cs",
            static device => new LabelledGan(device),
            LabelledGan.Training,
            Game
        ),
    ];
}
