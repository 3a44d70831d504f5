using ModelGen.RandomNumbers;
using static TorchSharp.torch;

namespace ModelGen.Data;

/// <summary>Pairs made of the samples of a text: one without some spans, and these spans; drawn anew for each sample of a run.</summary>
internal sealed class DenoisingPairs(TokenSplit tokens, SpanCorruption corruption, int padding, Device device) : PairSplit(padding, device)
{
    public override long Count => tokens.SamplesPerEpoch;

    public override double MeanTargetLength => corruption.TargetLength(tokens.Context);

    private protected override IEnumerable<PairTokens> Samples(ulong seed, long first, int count) =>
        Corrupted(tokens.Starts(seed, first, count), seed, first);

    private protected override long TargetTokens(ulong seed, long first, int count) =>
        (long)count * corruption.TargetLength(tokens.Context);

    private protected override IEnumerable<PairTokens> InOrder() =>
        Corrupted(Enumerable.Range(0, (int)Count).Select(sample => (long)sample * tokens.Context), seed: 0, first: 0);

    private IEnumerable<PairTokens> Corrupted(IEnumerable<long> starts, ulong seed, long first) =>
        starts.Select(
            (start, sample) =>
                corruption.Of(
                    tokens.Read(start, tokens.Context),
                    CounterRandom.Bits(seed, CounterRandom.Stream.Masking, (ulong)(first + sample))
                )
        );
}
