namespace ModelGen.Evaluation;

/// <summary>How varied texts are, by their n-grams: n words in a row.</summary>
public static class NgramDiversity
{
    /// <summary>
    /// distinct-n (Li et al. 2016, "A diversity-promoting objective function for neural conversation models"): the number of distinct
    /// n-grams in all texts together, divided by the number of their words. It falls as the texts get longer, so that only as much text
    /// compares.
    /// </summary>
    /// <param name="texts">The words of each text, as <see cref="Words.Split"/> or a tokenizer gives them.</param>
    /// <param name="n">n, at least 1.</param>
    /// <returns>From 0, no text has n words, to 1, each word is there once (for n = 1); NaN where there are no words.</returns>
    public static double Distinct(IReadOnlyList<IReadOnlyList<string>> texts, int n)
    {
        var grams = new NgramIds(texts).Of(n);
        return (double)grams.SelectMany(static text => text).Distinct().Count() / texts.Sum(static text => text.Count);
    }

    /// <summary>
    /// The share of n-grams that are a repetition of an earlier one in the same text, 1 − distinct n-grams / n-grams, averaged over the
    /// texts (seq-rep-n: Welleck et al. 2020, "Neural text generation with unlikelihood training", who take n = 4).
    /// </summary>
    /// <param name="texts">The words of each text; those of fewer than n words are left out.</param>
    /// <param name="n">n, at least 1.</param>
    /// <returns>From 0, nothing is repeated, to below 1; NaN where no text has n words.</returns>
    public static double Repeated(IReadOnlyList<IReadOnlyList<string>> texts, int n)
    {
        var shares = new NgramIds(texts)
            .Of(n)
            .Where(static text => text.Length > 0)
            .Select(static text => 1 - ((double)text.Distinct().Count() / text.Length))
            .ToList();
        return shares.Count > 0 ? shares.Average() : double.NaN;
    }
}
