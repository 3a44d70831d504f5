namespace ModelGen.Data;

/// <summary>Pairs of texts in memory: what is read, and what is to be written for it.</summary>
public sealed class PairCollection
{
    private readonly IReadOnlyList<TextPlace>? _places;

    /// <summary>Collects pairs that are already in memory.</summary>
    /// <param name="pairs">The pairs.</param>
    public PairCollection(IReadOnlyList<TextPair> pairs)
        : this(pairs, null, []) { }

    /// <summary>Collects the pairs of a file.</summary>
    internal PairCollection(IReadOnlyList<TextPair> pairs, IReadOnlyList<TextPlace>? places, IReadOnlyList<FileProblem> problems)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        (Pairs, _places, Problems) = (pairs, places, problems);
    }

    /// <summary>The pairs, in the order of their file.</summary>
    public IReadOnlyList<TextPair> Pairs { get; }

    /// <summary>The lines that were left out because they cannot be used, and why.</summary>
    public IReadOnlyList<FileProblem> Problems { get; }

    /// <summary>All texts as one, from which a tokenizer can learn.</summary>
    /// <returns>The corpus.</returns>
    /// <exception cref="ModelGenException">All texts are empty, together they are longer than a string can be, or one has half of a
    /// surrogate pair.</exception>
    public TextCorpus ToCorpus() => TextCollection.Join(Pairs.SelectMany(static pair => new[] { pair.Source, "\n", pair.Target, "\n" }));

    /// <summary>The place of a pair in its file; null if it is from none.</summary>
    /// <param name="index">Its index.</param>
    internal string? PlaceOf(int index) => _places?[index].ToString();
}
