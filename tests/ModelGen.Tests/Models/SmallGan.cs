using ModelGen.Data;
using ModelGen.Layers;
using ModelGen.Losses;
using ModelGen.Models;
using ModelGen.Objectives;
using ModelGen.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Models;

/// <summary>A generative adversarial network of linear maps over small grey images.</summary>
internal sealed class SmallGan : Gan
{
    private const int Side = 4;

    private const int Pixels = Side * Side;

    public SmallGan(int classes = 0, bool projects = false, AdversarialLoss? loss = null)
        : base(nameof(SmallGan))
    {
        (ClassCount, Loss) = (classes, loss ?? new NonSaturatingLoss());
        Generator = nn.Sequential(nn.Linear(LatentSize + classes, Pixels), nn.Tanh(), nn.Unflatten(1, [1, Side, Side]));
        Discriminator = projects
            ? nn.Sequential(nn.Flatten(), nn.Linear(Pixels, 5), nn.Tanh())
            : nn.Sequential(nn.Flatten(), nn.Linear(Pixels * (1 + classes), 8), nn.Tanh(), nn.Linear(8, 1));
        register_module("generator", Generator);
        register_module("discriminator", Discriminator);
        if (!projects)
        {
            return;
        }

        Projection = nn.Embedding(classes, 5);
        Head = nn.Linear(5, 1);
        register_module("projection", Projection);
        register_module("head", Head);
    }

    /// <summary>In what parts a batch may be computed.</summary>
    public BatchSplit Split { get; init; }

    public override BatchSplit BatchSplit => Split;

    /// <summary>As many as make a batch of a few samples worth threads.</summary>
    public override long MultiplyAdds => 1 << 30;

    public AdversarialLoss Loss { get; }

    public override nn.Module<Tensor, Tensor> Generator { get; }

    public override nn.Module<Tensor, Tensor> Discriminator { get; }

    public override nn.Module<Tensor, Tensor>? Projection { get; }

    public override nn.Module<Tensor, Tensor>? Head { get; }

    public override ReadOnlySpan<long> SampleShape => [1, Side, Side];

    public override int LatentSize => 3;

    public override (double Low, double High)? SampleRange => (0, 1);

    public override int ClassCount { get; }

    public override string Fingerprint => $"small gan {ClassCount}";

    public override Objective CreateObjective(SampleDataset data) => new GanObjective(this, data, Loss);

    protected override void RegisterComponents() { }
}
