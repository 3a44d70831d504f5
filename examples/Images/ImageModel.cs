using ModelGen.Models;
using ModelGen.Plots;
using ModelGen.Training;
using static TorchSharp.torch;

namespace ModelGen.Examples.Images;

/// <summary>A model that the command line offers.</summary>
/// <param name="Word">Its name on the command line.</param>
/// <param name="Summary">What it is.</param>
/// <param name="Spec">The file that defines it, next to the program.</param>
/// <param name="Create">Creates it on a device, with random weights.</param>
/// <param name="Training">The training options of its spec.</param>
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

    // The commitment is a squared distance, and the perplexity a number of codes: not nats.
    private static readonly CurveSettings Quantised = new("nats per image", "loss", "reconstruction");

    private static readonly CurveSettings Game = new(
        "losses and mean scores",
        "generator_loss",
        "discriminator_loss",
        "real_score",
        "fake_score"
    );

    /// <summary>All models.</summary>
    public static IReadOnlyList<ImageModel> All { get; } =
    [
        new("vae", "a variational autoencoder", "vae.model.yaml", static device => new ImageVae(device), ImageVae.Training, Elbo),
        new(
            "cvae",
            "a class-conditional variational autoencoder",
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
            "a class-conditional generator against a discriminator",
            "LabelledGan.cs",
            static device => new LabelledGan(device),
            LabelledGan.Training,
            Game
        ),
    ];
}
