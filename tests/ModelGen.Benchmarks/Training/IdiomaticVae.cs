using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Benchmarks.Training;

/// <summary>
/// The baseline: the model of <c>vae.model.yaml</c> as one writes it by hand in TorchSharp, in the form of PyTorch's own VAE example, with
/// convolutions.
/// </summary>
internal sealed class IdiomaticVae : nn.Module<Tensor, Tensor, (Tensor Logits, Tensor Mean, Tensor LogVariance)>
{
    private readonly Sequential _encoder;
    private readonly Linear _mean;
    private readonly Linear _logVariance;
    private readonly Sequential _decoder;

    public IdiomaticVae(int latent)
        : base(nameof(IdiomaticVae))
    {
        _encoder = nn.Sequential(
            nn.Conv2d(1, 32, 4, stride: 2, padding: 1),
            nn.ReLU(),
            nn.Conv2d(32, 64, 4, stride: 2, padding: 1),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(64 * 7 * 7, 256),
            nn.ReLU()
        );
        _mean = nn.Linear(256, latent);
        _logVariance = nn.Linear(256, latent);
        _decoder = nn.Sequential(
            nn.Linear(latent, 256),
            nn.ReLU(),
            nn.Linear(256, 64 * 7 * 7),
            nn.ReLU(),
            nn.Unflatten(1, [64, 7, 7]),
            nn.ConvTranspose2d(64, 32, 4, stride: 2, padding: 1),
            nn.ReLU(),
            nn.ConvTranspose2d(32, 1, 4, stride: 2, padding: 1)
        );
        RegisterComponents();
    }

    public override (Tensor Logits, Tensor Mean, Tensor LogVariance) forward(Tensor images, Tensor noise)
    {
        var features = _encoder.call(images);
        var mean = _mean.call(features);
        var logVariance = _logVariance.call(features);
        var latents = mean + (noise * (0.5 * logVariance).exp());
        return (_decoder.call(latents), mean, logVariance);
    }

    public Tensor Decode(Tensor latents) => _decoder.call(latents).sigmoid();
}
