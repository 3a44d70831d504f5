using ModelGen.Models;
using ModelGen.Training;

namespace ModelGen.Examples.Images;

/// <summary>A model that the command line knows.</summary>
/// <param name="Word">What to ask for.</param>
/// <param name="Summary">What it is.</param>
/// <param name="Spec">The file that describes it, beside the program.</param>
/// <param name="Create">Makes it, with random weights.</param>
/// <param name="Training">How its spec says to train it.</param>
/// <param name="Measures">What its curves show.</param>
internal sealed record PictureModel(string Word, string Summary, string Spec, Func<ImageModel> Create, TrainingOptions Training, string Measures)
{
    private const string Nats = "nats per image", Game = "losses and mean scores";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<PictureModel> All { get; } =
    [
        new("vae", "a variational autoencoder", "vae.model.yaml", static () => new PictureVae(), PictureVae.Training, Nats),
        new("cvae", "one that draws an asked class", "LabelledVae.cs", static () => new LabelledVae(), LabelledVae.Training, Nats),
        new("vqvae", "a vector-quantised autoencoder", "vqvae.model.yaml", static () => new PictureVqVae(), PictureVqVae.Training, Nats),
        new("gan", "a generator against a discriminator", "gan.model.yaml", static () => new PictureGan(), PictureGan.Training, Game),
        new("cgan", "one that draws an asked class", "LabelledGan.cs", static () => new LabelledGan(), LabelledGan.Training, Game),
    ];
}
