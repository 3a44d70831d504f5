namespace ModelGen.Examples.Images;

/// <summary>A class-conditional variational autoencoder; these attributes are its spec.</summary>
[Vae(Summary = "A class-conditional variational autoencoder of small grey images.", Latent = 8)]
[Image(1, 28, 28), Condition(Classes = 10)]
[Elbo("bernoulli")]
[Training(Batch = 64, Duration = "10 epochs"), Adam(1e-3), Validation(Every = "1 epochs", Batches = 8)]
internal partial class LabelledVae
{
    private const int Width = 32;

    [
        Conv(Width, Kernel = 4, Stride = 2, Padding = 1),
        Relu,
        Conv(2 * Width, Kernel = 4, Stride = 2, Padding = 1),
        Relu,
        Flatten,
        Linear(256),
        Relu
    ]
    private static partial LayerList EncoderLayers { get; }

    [
        Linear(256),
        Relu,
        Linear(2 * Width * 7 * 7),
        Relu,
        Reshape(2 * Width, 7, 7),
        ConvTranspose(Width, Kernel = 4, Stride = 2, Padding = 1),
        Relu,
        ConvTranspose(1, Kernel = 4, Stride = 2, Padding = 1)
    ]
    private static partial LayerList DecoderLayers { get; }
}
