namespace ModelGen.Sampling;

/// <summary>
/// Guesses the tokens that a text goes on with, so that the model reads several at once (Leviathan et al. 2023, "Fast inference from
/// transformers via speculative decoding"). Each token is drawn as ever; where it is the guess, nothing is left to compute. A text has the
/// same distribution as without, and where scores are the same to the bit (see <see cref="SequenceDecoder"/>) it is the same text.
/// </summary>
public abstract class Speculation
{
    private protected Speculation(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Count = count;
    }

    /// <summary>How many tokens are guessed at once, at most.</summary>
    public int Count { get; }

    /// <summary>Guesses what follows.</summary>
    /// <param name="tokens">The text so far, as the model sees it.</param>
    internal abstract int[] Guess(IReadOnlyList<int> tokens);
}
