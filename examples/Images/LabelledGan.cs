namespace ModelGen.Examples.Images;

/// <summary>A class-conditional generative adversarial network with a projection discriminator; these attributes are its spec.</summary>
[Gan(Summary = "A class-conditional generative adversarial network of small grey images.", Latent = 64)]
[NormalInitialiser(0.02)]
[Image(1, 28, 28), Condition(Classes = 10), Embedded(32, Key = "condition.generator"), Projection]
[Hinge]
[Training(Batch = 32, Duration = "12 epochs", Average = 0.999), Adam(4e-4, Betas = [0.5, 0.999], Key = "training.optimizer")]
internal partial class LabelledGan
{
    private const int Width = 48;

    [
        Linear(2 * Width * 7 * 7, Bias = false),
        Reshape(2 * Width, 7, 7),
        BatchNorm,
        Relu,
        ConvTranspose(Width, Kernel = 4, Stride = 2, Padding = 1, Bias = false),
        BatchNorm,
        Relu,
        ConvTranspose(1, Kernel = 4, Stride = 2, Padding = 1),
        Tanh
    ]
    private static partial LayerList GeneratorLayers { get; }

    [
        Conv(Width, Kernel = 4, Stride = 2, Padding = 1, SpectralNorm = true),
        LeakyRelu(0.2),
        Conv(2 * Width, Kernel = 4, Stride = 2, Padding = 1, SpectralNorm = true),
        LeakyRelu(0.2),
        Flatten,
        Linear(128, SpectralNorm = true),
        LeakyRelu(0.2)
    ]
    private static partial LayerList DiscriminatorLayers { get; }
}
