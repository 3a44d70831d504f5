using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Surface;

namespace ModelGen.Compiler.Words;

/// <summary>How a text becomes tokens.</summary>
internal abstract class Tokenizer(string word, string summary, params Parameter[] parameters) : Definition(word, summary, parameters)
{
    /// <summary>The key beside it for the number of tokens.</summary>
    public const string Vocabulary = "vocabulary";

    /// <summary>The number of different bytes.</summary>
    protected const int ByteCount = 256;

    public sealed override string Kind => "tokenizer";

    /// <summary>The number of tokens.</summary>
    /// <param name="vocabulary">What the spec says; null where it says nothing.</param>
    /// <param name="specials">The special tokens.</param>
    public virtual long Size(long? vocabulary, IReadOnlyList<SpecialToken> specials) => vocabulary ?? WithBytes(specials);

    /// <summary>What is wrong with the keys beside it.</summary>
    /// <param name="arguments">The arguments of the word.</param>
    /// <param name="vocabulary">The number of tokens; null where the spec does not say it.</param>
    /// <param name="specials">The special tokens.</param>
    public virtual IEnumerable<Problem> Misuse(Arguments arguments, long? vocabulary, IReadOnlyList<SpecialToken> specials)
    {
        if (vocabulary is { } size && size <= specials.Count)
        {
            yield return Problem.Conflict(
                Vocabulary,
                $"a vocabulary of {size} leaves no token for the text beside {specials.Count} special tokens; raise it"
            );
        }
    }

    /// <summary>The id of a special token: the last ids are theirs.</summary>
    /// <param name="arguments">The arguments of the word.</param>
    /// <param name="size">The number of tokens.</param>
    /// <param name="specials">The special tokens.</param>
    /// <param name="token">One of them.</param>
    public virtual long Id(Arguments arguments, long size, IReadOnlyList<SpecialToken> specials, SpecialToken token) =>
        size - specials.Count + specials.TakeWhile(other => other != token).Count();

    /// <summary>Where its tokens come from.</summary>
    public abstract TokenOrigin Origin(Arguments arguments);

    /// <summary>The file that its tokens are in; null for none.</summary>
    /// <param name="place">The keys and words that lead to the data.</param>
    /// <param name="arguments">The arguments of the word.</param>
    /// <param name="size">The number of tokens.</param>
    /// <param name="specials">The special tokens with their ids.</param>
    public virtual NamedTokenizer? Named(string place, Arguments arguments, long size, EquatableArray<NamedToken> specials) => null;

    /// <summary>The number of tokens where each byte is one.</summary>
    protected static long WithBytes(IReadOnlyList<SpecialToken> specials) => ByteCount + specials.Count;
}
