using ModelGen.Native;
using ModelGen.RandomNumbers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Training;

/// <summary>The point of a run at which a loss is computed, and the part of the batch that it is computed on.</summary>
/// <param name="Plan">How the objective is trained.</param>
/// <param name="Phase">The index of the phase.</param>
/// <param name="Repetition">The index of the phase's repetition in this step, from 0.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="Step">The step, counted from 0.</param>
public readonly record struct TrainingStep(TrainingPlan Plan, int Phase, int Repetition, ulong Seed, long Step)
{
    private readonly int? _count;

    /// <summary>Samples in a batch.</summary>
    public int BatchSize => Plan.BatchSize;

    /// <summary>The number of batches that the run has skipped after loss spikes.</summary>
    public long Skipped { get; init; }

    /// <summary>The index of the step's batch, from 0, on which the data and all random draws depend.</summary>
    public long Batch => Step + Skipped;

    /// <summary>The index in the batch of the first sample to compute the loss on.</summary>
    public int First { get; init; }

    /// <summary>The number of samples to compute the loss on: the whole batch, unless set to a part.</summary>
    public int Count
    {
        get => _count ?? BatchSize;
        init => _count = value;
    }

    /// <summary>The part's share of the batch's samples, above 0 and at most 1.</summary>
    public double Share => (double)Count / BatchSize;

    /// <summary>N(0, 1) noise for the samples of the part; a sample's numbers do not depend on the part that it is in.</summary>
    /// <param name="draw">The index of the draw in the update, from 0; each gives different numbers.</param>
    /// <param name="size">Numbers for each sample, at least 1.</param>
    /// <param name="device">Where to put them; they are drawn on the CPU.</param>
    /// <returns>float32 [<see cref="Count"/>, size]; the caller disposes it.</returns>
    public Tensor Normal(int draw, int size, Device device)
    {
        using var generator = Generator(draw);
        using var all = randn([BatchSize, size], generator: generator);
        return OwnRows(all, device);
    }

    /// <summary>Uniform numbers in [0, 1) for the samples of the part, drawn like those of <see cref="Normal"/>.</summary>
    /// <param name="draw">The index of the draw in the update, from 0; each gives different numbers.</param>
    /// <param name="device">Where to put them; they are drawn on the CPU.</param>
    /// <returns>float32 [<see cref="Count"/>]; the caller disposes it.</returns>
    public Tensor Uniform(int draw, Device device)
    {
        using var generator = Generator(draw);
        using var all = rand([BatchSize], generator: generator);
        return OwnRows(all, device);
    }

    /// <summary>Splits the batch into parts whose sizes differ by at most one; fewer parts if the batch has fewer samples.</summary>
    internal TrainingStep[] Parts(int count)
    {
        var (whole, parts) = (this, Math.Min(count, BatchSize));
        return
        [
            .. Enumerable
                .Range(0, parts)
                .Select(part =>
                {
                    var first = (int)((long)whole.BatchSize * part / parts);
                    return whole with { First = first, Count = (int)((long)whole.BatchSize * (part + 1) / parts) - first };
                }),
        ];
    }

    private Generator Generator(int draw)
    {
        var ofStep = CounterRandom.Bits(Seed, CounterRandom.Stream.Noise, (ulong)Batch);
        var ofUpdate = CounterRandom.Bits(ofStep, CounterRandom.Stream.Noise, ((ulong)Phase << 32) | (uint)Repetition);
        return new Generator(CounterRandom.Bits(ofUpdate, CounterRandom.Stream.Noise, (ulong)draw));
    }

    private Tensor OwnRows(Tensor all, Device device)
    {
        using var rows = all.narrow(0, First, Count);
        return rows.to(device);
    }
}
