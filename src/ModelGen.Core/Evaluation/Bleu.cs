using System.Runtime.InteropServices;

namespace ModelGen.Evaluation;

/// <summary>
/// BLEU (Papineni et al. 2002, "BLEU: a method for automatic evaluation of machine translation") of single texts, with n-grams of 1 to 4
/// words of equal weight:
/// <code>BLEU = BP · (p₁ p₂ p₃ p₄)^¼</code>
/// where pₙ is the share of a text's n-grams that are in a reference, each at most as often as in the one that has it most often, and
/// BP = min(1, exp(1 − r / c)) for a text of c words, whose nearest reference in length has r. It is not smoothed: a text that shares no
/// four words in a row with any reference, or has fewer than four, scores 0.
/// </summary>
public static class Bleu
{
    private const int Longest = 4;

    /// <summary>How much of a text is in its references.</summary>
    /// <param name="text">The words of the text.</param>
    /// <param name="references">The words of each reference, at least one.</param>
    /// <returns>From 0 to 1.</returns>
    /// <exception cref="ArgumentException">There is no reference.</exception>
    public static double Score(IReadOnlyList<string> text, IReadOnlyList<IReadOnlyList<string>> references)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(references);
        return references.Count > 0
            ? Scores([text, .. references], count: 1)[0]
            : throw new ArgumentException("BLEU compares a text with references; pass at least one.", nameof(references));
    }

    /// <summary>
    /// Self-BLEU (Zhu et al. 2018, "Texygen: a benchmarking platform for text generation models"): the mean BLEU of each text with all
    /// others as its references. The higher it is, the more the texts are alike.
    /// </summary>
    /// <param name="texts">The words of each text, at least two texts.</param>
    /// <returns>From 0 to 1; it rises with the number of texts, so that only as many texts compare.</returns>
    /// <exception cref="ArgumentException">There are fewer than two texts.</exception>
    public static double Self(IReadOnlyList<IReadOnlyList<string>> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return texts.Count > 1
            ? Scores(texts, texts.Count).Average()
            : throw new ArgumentException("Self-BLEU compares texts with each other; pass at least two.", nameof(texts));
    }

    // Of the first texts, each with all others as its references.
    private static double[] Scores(IReadOnlyList<IReadOnlyList<string>> texts, int count)
    {
        var ids = new NgramIds(texts);
        var logarithms = new double[count];
        for (var n = 1; n <= Longest; n++)
        {
            var counts = ids.Of(n).Select(Counts).ToList();
            var most = Most(counts);
            for (var text = 0; text < count; text++)
            {
                var shared = counts[text].Sum(gram => Math.Min(gram.Value, most[gram.Key].Beside(text)));
                logarithms[text] += Math.Log((double)shared / Math.Max(1, counts[text].Values.Sum())) / Longest;
            }
        }

        var lengths = texts.Select(static text => text.Count).ToList();
        return [.. logarithms.Select((logarithm, text) => Math.Exp(logarithm) * BrevityPenalty(text, lengths))];
    }

    private static double BrevityPenalty(int text, List<int> lengths)
    {
        var own = lengths[text];
        var nearest = lengths.Where((_, other) => other != text).MinBy(length => (Math.Abs(length - own), length));
        return own >= nearest ? 1
            : own == 0 ? 0
            : Math.Exp(1 - ((double)nearest / own));
    }

    private static Dictionary<int, int> Counts(int[] grams)
    {
        var counts = new Dictionary<int, int>();
        foreach (var gram in grams)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(counts, gram, out _)++;
        }

        return counts;
    }

    private static Dictionary<int, Maxima> Most(List<Dictionary<int, int>> counts)
    {
        var most = new Dictionary<int, Maxima>();
        for (var text = 0; text < counts.Count; text++)
        {
            foreach (var (gram, count) in counts[text])
            {
                ref var maxima = ref CollectionsMarshal.GetValueRefOrAddDefault(most, gram, out _);
                maxima = maxima.With(text, count);
            }
        }

        return most;
    }

    /// <summary>How often the text that has an n-gram most often has it, and the one after it.</summary>
    private readonly record struct Maxima(int First, int Text, int Second)
    {
        public Maxima With(int text, int count) =>
            count > First ? new Maxima(count, text, First) : this with { Second = Math.Max(Second, count) };

        /// <summary>The maximum of all texts but one.</summary>
        public int Beside(int text) => text == Text ? Second : First;
    }
}
