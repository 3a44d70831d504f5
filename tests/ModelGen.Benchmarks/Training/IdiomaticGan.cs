using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Benchmarks.Training;

/// <summary>
/// The baseline: the two networks of <c>gan.model.yaml</c> as one writes them by hand in TorchSharp, after PyTorch's DCGAN tutorial.
/// </summary>
internal sealed class IdiomaticGan : nn.Module
{
    public IdiomaticGan(int latent)
        : base(nameof(IdiomaticGan))
    {
        Generator = nn.Sequential(
            nn.Linear(latent, 96 * 7 * 7, hasBias: false),
            nn.Unflatten(1, [96, 7, 7]),
            nn.BatchNorm2d(96),
            nn.ReLU(),
            nn.ConvTranspose2d(96, 48, 4, stride: 2, padding: 1, bias: false),
            nn.BatchNorm2d(48),
            nn.ReLU(),
            nn.ConvTranspose2d(48, 1, 4, stride: 2, padding: 1),
            nn.Tanh()
        );
        Discriminator = nn.Sequential(
            nn.Conv2d(1, 48, 4, stride: 2, padding: 1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(48, 96, 4, stride: 2, padding: 1),
            nn.LeakyReLU(0.2),
            new IdiomaticMinibatchDeviation(group: 4),
            nn.Flatten(),
            nn.Linear(97 * 7 * 7, 1)
        );
        register_module("generator", Generator);
        register_module("discriminator", Discriminator);
    }

    public Sequential Generator { get; }

    public Sequential Discriminator { get; }

    public Tensor Generate(Tensor latents) => (Generator.call(latents) + 1) / 2;
}

/// <summary>A channel with the deviation among every few images of the batch, after the progressive GAN's own code.</summary>
internal sealed class IdiomaticMinibatchDeviation(long group) : nn.Module<Tensor, Tensor>(nameof(IdiomaticMinibatchDeviation))
{
    public override Tensor forward(Tensor x)
    {
        var (b, c, h, w) = (x.size(0), x.size(1), x.size(2), x.size(3));
        var deviation = (x.view(group, -1, c, h, w).var(0, unbiased: false) + 1e-8).sqrt().mean([1, 2, 3], keepdim: true);
        return cat([x, deviation.repeat(group, 1, h, w)], 1);
    }
}
