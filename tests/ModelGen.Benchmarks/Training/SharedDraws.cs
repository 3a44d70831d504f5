using ModelGen.RandomNumbers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Benchmarks.Training;

/// <summary>Draws the tokens that our rollouts draw from the same probabilities, to compare what both sides make of them.</summary>
internal sealed class SharedDraws
{
    /// <summary>A token of each answer.</summary>
    /// <param name="probabilities">[answers, vocabulary].</param>
    /// <param name="step">The step.</param>
    /// <param name="place">The place in the answer.</param>
    /// <returns>int64 [answers, 1].</returns>
    public Tensor Draw(Tensor probabilities, long step, int place)
    {
        var ofStep = CounterRandom.Bits(TrainStep.Seed, CounterRandom.Stream.Rollouts, (ulong)step);
        var rows = probabilities.size(0);
        var points = Enumerable
            .Range(0, (int)rows)
            .Select(row =>
            {
                var seed = CounterRandom.Bits(ofStep, CounterRandom.Stream.Rollouts, (ulong)row);
                return CounterRandom.Uniform(seed, CounterRandom.Stream.Sampling, (ulong)place);
            })
            .ToArray();
        return probabilities
            .to(ScalarType.Float64)
            .cumsum(1)
            .le(tensor(points, [rows, 1]))
            .sum(1, keepdim: true)
            .clamp_max(probabilities.size(1) - 1);
    }
}
