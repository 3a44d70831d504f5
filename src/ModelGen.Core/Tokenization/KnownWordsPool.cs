namespace ModelGen.Tokenization;

/// <summary>Lends what a tokenizer has learned of words to one encoder at a time; another meanwhile learns anew.</summary>
internal sealed class KnownWordsPool
{
    private KnownWords? _known;

    public KnownWords Take() => Interlocked.Exchange(ref _known, null) ?? new KnownWords();

    public void Return(KnownWords known) => Volatile.Write(ref _known, known);
}
