using ModelGen.RandomNumbers;

namespace ModelGen.Data;

/// <summary>
/// Takes spans out of a sequence of tokens (Raffel et al. 2020, "T5", section 3.1.4): the source has the mask token in place of each, and
/// the target holds the spans in their order, each after a mask token, and the end token. Where T5 has a token for each span, the order
/// tells which is which; and where its samples always end with a span that is taken out, spans may be anywhere.
/// </summary>
/// <param name="rate">The share of tokens that are taken out, above 0 and below 1.</param>
/// <param name="span">The mean length of a span, at least 1.</param>
/// <param name="mask">The mask token.</param>
/// <param name="end">The token that ends a target.</param>
internal sealed class SpanCorruption(double rate, double span, int mask, int end)
{
    /// <summary>How many tokens the source of a sequence has.</summary>
    public int SourceLength(int length)
    {
        var (taken, spans) = Counts(length);
        return length - taken + spans;
    }

    /// <summary>How many tokens the target of a sequence has, with its end.</summary>
    public int TargetLength(int length)
    {
        var (taken, spans) = Counts(length);
        return taken + spans + 1;
    }

    /// <summary>The source and the target of a sequence.</summary>
    /// <param name="tokens">The sequence, at least two tokens.</param>
    /// <param name="seed">The seed of what is drawn.</param>
    public PairTokens Of(ReadOnlySpan<int> tokens, ulong seed)
    {
        var (taken, spans) = Counts(tokens.Length);

        // Kept and taken pieces in turns, each of at least one token, except that the sample may begin or end with a taken one.
        var takenPieces = Pieces(taken, spans, CounterRandom.Bits(seed, CounterRandom.Stream.Masking, 0));
        var keptPieces = Pieces(tokens.Length - taken + 2, spans + 1, CounterRandom.Bits(seed, CounterRandom.Stream.Masking, 1));
        keptPieces[0]--;
        keptPieces[^1]--;
        var (source, target) = (new List<int>(SourceLength(tokens.Length)), new List<int>(TargetLength(tokens.Length)));
        var place = 0;
        for (var piece = 0; piece < spans; piece++)
        {
            source.AddRange(tokens.Slice(place, keptPieces[piece]));
            source.Add(mask);
            place += keptPieces[piece];
            target.Add(mask);
            target.AddRange(tokens.Slice(place, takenPieces[piece]));
            place += takenPieces[piece];
        }

        source.AddRange(tokens[place..]);
        target.Add(end);
        return new PairTokens([.. source], [.. target]);
    }

    private (int Taken, int Spans) Counts(int length)
    {
        var taken = Math.Clamp((int)Math.Round(rate * length), 1, length - 1);
        return (taken, Math.Clamp((int)Math.Round(taken / span), 1, Math.Min(taken, length - taken)));
    }

    // Cuts a length into pieces of at least one, all ways equally likely.
    private static int[] Pieces(int length, int count, ulong seed)
    {
        if (count == 1)
        {
            return [length];
        }

        var order = new RandomPermutation(seed, length - 1);
        int[] cuts = [0, .. Enumerable.Range(0, count - 1).Select(cut => (int)order[cut] + 1).Order(), length];
        return [.. cuts.Zip(cuts.Skip(1), static (from, to) => to - from)];
    }
}
