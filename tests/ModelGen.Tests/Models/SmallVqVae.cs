using ModelGen.Data;
using ModelGen.Layers;
using ModelGen.Likelihoods;
using ModelGen.Models;
using ModelGen.Objectives;
using ModelGen.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Models;

/// <summary>A vector-quantised autoencoder over grey images of 4 by 4, with a grid of 2 by 2 codes and dropout before it.</summary>
internal sealed class SmallVqVae : VqVae
{
    public SmallVqVae(int codes = 6, int classes = 0, double dropout = 0.1)
        : base(nameof(SmallVqVae))
    {
        ClassCount = classes;
        Encoder = nn.Sequential(nn.Conv2d(1 + classes, 8, 2, stride: 2), nn.Tanh(), nn.Dropout(dropout), nn.Conv2d(8, 3, 1));
        Quantiser = new VectorQuantiser(codes, 3, decay: 0.9);
        Decoder = nn.Sequential(nn.Conv2d(3 + classes, 8, 1), nn.Tanh(), nn.ConvTranspose2d(8, 1, 2, stride: 2));
        Likelihood = new Bernoulli();
        register_module("encoder", Encoder);
        register_module("quantiser", Quantiser);
        register_module("decoder", Decoder);
        register_module("likelihood", Likelihood);
    }

    public override nn.Module<Tensor, Tensor> Encoder { get; }

    public override VectorQuantiser Quantiser { get; }

    public override nn.Module<Tensor, Tensor> Decoder { get; }

    public override Likelihood Likelihood { get; }

    /// <summary>In what parts a batch may be computed.</summary>
    public BatchSplit Split { get; init; }

    public override BatchSplit BatchSplit => Split;

    /// <summary>As many as make a batch of a few samples worth threads.</summary>
    public override long MultiplyAdds => 1 << 30;

    public override ReadOnlySpan<long> SampleShape => [1, 4, 4];

    public override ReadOnlySpan<long> GridShape => [2, 2];

    public override (double Low, double High)? SampleRange => (0, 1);

    public override int ClassCount { get; }

    public override string Fingerprint => $"small vq-vae {CodeCount} {ClassCount}";

    public override Objective CreateObjective(SampleDataset data) => new VectorQuantisedObjective(this, data, new VectorQuantisedOptions());

    protected override void RegisterComponents() { }
}
