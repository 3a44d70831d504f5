using ModelGen.Models;
using ModelGen.Training;

namespace ModelGen.Examples.Images;

/// <summary>A model that the command line knows.</summary>
/// <param name="Word">What to ask for.</param>
/// <param name="Summary">What it is.</param>
/// <param name="Spec">The file that describes it, beside the program.</param>
/// <param name="Create">Makes it, with random weights.</param>
/// <param name="Training">How its spec says to train it.</param>
/// <param name="Curves">What <c>curves.png</c> shows.</param>
internal sealed record PictureModel(string Word, string Summary, string Spec, Func<ImageModel> Create, TrainingOptions Training, Plot Curves)
{
    private static readonly Plot Elbo = new("nats per image", "loss", "reconstruction", "kl");

    // The commitment is a squared distance, and the perplexity a number of codes: no nats.
    private static readonly Plot Quantised = new("nats per image", "loss", "reconstruction");

    private static readonly Plot Game = new("losses and mean scores", "generator_loss", "discriminator_loss", "real_score", "fake_score");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<PictureModel> All { get; } =
    [
        new("vae", "a variational autoencoder", "vae.model.yaml", static () => new PictureVae(), PictureVae.Training, Elbo),
        new("cvae", "one that draws an asked class", "LabelledVae.cs", static () => new LabelledVae(), LabelledVae.Training, Elbo),
        new("vqvae", "a vector-quantised autoencoder", "vqvae.model.yaml", static () => new PictureVqVae(), PictureVqVae.Training, Quantised),
        new("gan", "a generator against a discriminator", "gan.model.yaml", static () => new PictureGan(), PictureGan.Training, Game),
        new("cgan", "one that draws an asked class", "LabelledGan.cs", static () => new LabelledGan(), LabelledGan.Training, Game),
    ];
}
