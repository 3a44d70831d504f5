using ModelGen.Data;
using ModelGen.Layers;
using ModelGen.Likelihoods;
using ModelGen.Models;
using ModelGen.Objectives;
using ModelGen.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Models;

/// <summary>A variational autoencoder of linear maps over small grey images.</summary>
internal sealed class SmallVae : Vae
{
    private readonly long[] _imageShape;

    public SmallVae(int side = 4, int latent = 2, int classes = 0, Likelihood? likelihood = null, bool isLinear = false)
        : base(nameof(SmallVae))
    {
        (_imageShape, LatentSize, ClassCount) = ([1, side, side], latent, classes);
        var pixels = side * side;
        var features = isLinear ? pixels : 6;
        Encoder = isLinear ? nn.Flatten() : nn.Sequential(nn.Flatten(), nn.Linear(pixels * (1 + classes), features), nn.Tanh());
        Mean = nn.Linear(features, latent);
        LogVariance = nn.Linear(features, latent);
        Decoder = nn.Sequential(nn.Linear(latent + classes, pixels), nn.Unflatten(1, _imageShape));
        Likelihood = likelihood ?? new Bernoulli();
        register_module("encoder", Encoder);
        register_module("mean", Mean);
        register_module("log_variance", LogVariance);
        register_module("decoder", Decoder);
        register_module("likelihood", Likelihood);
    }

    public override nn.Module<Tensor, Tensor> Encoder { get; }

    public override TorchSharp.Modules.Linear Mean { get; }

    public override TorchSharp.Modules.Linear LogVariance { get; }

    public override nn.Module<Tensor, Tensor> Decoder { get; }

    public override Likelihood Likelihood { get; }

    public override ReadOnlySpan<long> SampleShape => _imageShape;

    /// <summary>In what parts a batch may be computed.</summary>
    public BatchSplit Split { get; init; }

    public override BatchSplit BatchSplit => Split;

    /// <summary>As many as make a batch of a few samples worth threads.</summary>
    public override long MultiplyAdds => 1 << 30;

    public override int LatentSize { get; }

    public override (double Low, double High)? SampleRange => (0, 1);

    public override int ClassCount { get; }

    public override string Fingerprint => $"small vae {LatentSize} {ClassCount}";

    public override Objective CreateObjective(SampleDataset data) => new ElboObjective(this, data, new ElboOptions());

    protected override void RegisterComponents() { }
}
