using ModelGen.RandomNumbers;
using static TorchSharp.torch;

namespace ModelGen.Data;

/// <summary>Pairs of texts that are given.</summary>
internal sealed class TokenizedPairs(IReadOnlyList<PairTokens> pairs, int padding, CounterRandom.Stream order, Device device)
    : PairSplit(padding, device)
{
    public override long Count => pairs.Count;

    public override double MeanTargetLength => pairs.Average(static pair => (double)pair.Target.Length);

    private protected override IEnumerable<PairTokens> Samples(ulong seed, long first, int count) =>
        ShuffledPasses.Indices(seed, order, Count, first, count).Select(index => pairs[(int)index]);

    private protected override long TargetTokens(ulong seed, long first, int count) =>
        Samples(seed, first, count).Sum(static pair => (long)pair.Target.Length);

    private protected override IEnumerable<PairTokens> InOrder() => pairs;
}
