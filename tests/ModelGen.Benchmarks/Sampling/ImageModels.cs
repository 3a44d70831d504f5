using ModelGen.Benchmarks.Training;
using ModelGen.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Benchmarks.Sampling;

/// <summary>A generated model of images and the one written by hand, with the same weights.</summary>
internal sealed class ImageModels : IDisposable
{
    private readonly nn.Module _baseline;

    private ImageModels(LatentModel ours, nn.Module baseline, Func<Tensor, Tensor> generate)
    {
        Weights.Copy(ours, baseline);
        baseline.eval();
        _baseline = baseline;
        Ours = ours;
        Generate = generate;
    }

    /// <summary>The generated model.</summary>
    public LatentModel Ours { get; }

    /// <summary>Latents to images from 0 to 1, by the model written by hand.</summary>
    public Func<Tensor, Tensor> Generate { get; }

    /// <summary>The example's variational autoencoder, with random weights.</summary>
    public static ImageModels Vae()
    {
        var baseline = new IdiomaticVae(ImageVae.Latent);
        return new ImageModels(new ImageVae(), baseline, baseline.Decode);
    }

    /// <summary>The example's generative adversarial network, with random weights.</summary>
    public static ImageModels Gan()
    {
        var baseline = new IdiomaticGan(ImageGan.Latent);
        return new ImageModels(new ImageGan(), baseline, baseline.Generate);
    }

    /// <summary>New images as one gets them in TorchSharp, in batches as they were in training.</summary>
    public Tensor SampleByHand(int count, int batchSize)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var batches = new List<Tensor>();
        for (var first = 0; first < count; first += batchSize)
        {
            using var batch = NewDisposeScope();
            var latents = randn(Math.Min(batchSize, count - first), Ours.LatentSize);
            batches.Add(Generate(latents).MoveToOuterDisposeScope());
        }

        return cat(batches).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Ours.Dispose();
        _baseline.Dispose();
    }
}
