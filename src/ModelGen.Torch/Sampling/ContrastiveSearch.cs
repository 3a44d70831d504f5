using System.Numerics;

namespace ModelGen.Sampling;

/// <summary>
/// Continues a sequence with tokens that are likely and whose hidden states differ from those before them; see
/// <see cref="ContrastiveSearchOptions"/>.
/// </summary>
/// <remarks>
/// All candidates are read at once, each by a sequence of its own. Afterwards these differ in their last position alone, which the others
/// take over from the chosen one.
/// </remarks>
/// <param name="decoder">Computes scores.</param>
/// <param name="end">The token that ends a text; null where none does.</param>
/// <param name="count">How many tokens a text has at most.</param>
/// <param name="options">How to choose.</param>
internal sealed class ContrastiveSearch(SequenceDecoder decoder, int? end, int count, ContrastiveSearchOptions options)
{
    // The directions of the hidden states in the window, before the candidate.
    private readonly List<float[]> _before = [];

    /// <summary>The tokens of the text, without the one that ends it.</summary>
    /// <param name="prompt">What it continues.</param>
    /// <param name="cancellationToken">Stops between two tokens.</param>
    public int[] Found(int[] prompt, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var sequences = new List<TokenSequence> { decoder.StartWithHidden(prompt, "Contrastive search") };
        try
        {
            _before.Clear();
            Remember(sequences[0].Hidden);
            var found = new List<int>();
            var chosen = sequences[0];
            while (true)
            {
                var candidates = LogProbabilities.Likeliest(chosen.Scores, options.Candidates);
                var normaliser = LogProbabilities.Normaliser(chosen.Scores);
                var likelihoods = Array.ConvertAll(candidates, token => Math.Exp(chosen.Scores[token] - normaliser));
                Read(sequences, candidates);
                var best = Best(sequences, likelihoods);
                if (candidates[best] == end)
                {
                    return [.. found];
                }

                found.Add(candidates[best]);
                if (found.Count == count)
                {
                    return [.. found];
                }

                cancellationToken.ThrowIfCancellationRequested();
                chosen = sequences[best];
                Remember(chosen.Hidden);
                foreach (var other in sequences)
                {
                    if (other != chosen)
                    {
                        other.TakeOverLast(chosen);
                    }
                }
            }
        }
        finally
        {
            sequences.ForEach(static sequence => sequence.Dispose());
        }
    }

    // Each sequence reads its candidate.
    private void Read(List<TokenSequence> sequences, int[] candidates)
    {
        if (sequences[0].Window.Count < decoder.ContextLength)
        {
            for (var i = sequences.Count; i < candidates.Length; i++)
            {
                sequences.Add(sequences[0].Fork());
            }

            decoder.Append(sequences, candidates);
            return;
        }

        // The first one reads what is left of the window anew, and the others go on from there.
        decoder.Append(sequences[0], candidates[0]);
        var kept = sequences[0].Hidden;
        _before.Clear();
        Remember(kept[..^1]);
        sequences[0].Hidden = [kept[^1]];
        for (var i = 1; i < candidates.Length; i++)
        {
            if (i < sequences.Count)
            {
                sequences[i].Dispose();
                sequences.RemoveAt(i);
            }

            sequences.Insert(i, sequences[0].Fork());
            SequenceDecoder.Rewind(sequences[i], sequences[i].Window.Count - 1);
        }

        decoder.Append(sequences[1..], candidates.AsSpan(1));
    }

    private int Best(List<TokenSequence> sequences, double[] likelihoods)
    {
        var (best, highest) = (0, double.NegativeInfinity);
        for (var i = 0; i < likelihoods.Length; i++)
        {
            var score = ((1 - options.Penalty) * likelihoods[i]) - (options.Penalty * Likeness(Direction(sequences[i].Hidden[0])));
            if (score > highest)
            {
                (best, highest) = (i, score);
            }
        }

        return best;
    }

    // The largest cosine; 0 where there is nothing to compare with, in a context of a single token.
    private double Likeness(float[] direction) => _before.Count == 0 ? 0 : _before.Max(other => Cosine(direction, other));

    private void Remember(float[][] hidden) => _before.AddRange(Array.ConvertAll(hidden, Direction));

    private static double Cosine(float[] direction, float[] other)
    {
        var sums = Vector<float>.Zero;
        var i = 0;
        for (; i + Vector<float>.Count <= direction.Length; i += Vector<float>.Count)
        {
            sums += new Vector<float>(direction, i) * new Vector<float>(other, i);
        }

        var sum = (double)Vector.Sum(sums);
        for (; i < direction.Length; i++)
        {
            sum += direction[i] * other[i];
        }

        return sum;
    }

    // Of the length 1; no direction at all is at right angles to every other.
    private static float[] Direction(float[] hidden)
    {
        var length = Math.Sqrt(hidden.Sum(static x => (double)x * x));
        return length > 0 ? Array.ConvertAll(hidden, x => (float)(x / length)) : hidden;
    }
}
