namespace ModelGen.Sampling;

/// <summary>
/// Guesses that a text goes on as it did the last time that its last tokens occurred, which costs nothing: for summaries, corrections and
/// other texts that repeat what was read.
/// </summary>
/// <param name="longest">How many tokens are compared at most, at least 1; fewer where so many have not occurred before.</param>
/// <param name="count">How many tokens are guessed at once, at most.</param>
public sealed class RepeatedPhrases(int longest = 3, int count = 8) : Speculation(count)
{
    private readonly int _longest =
        longest >= 1 ? longest : throw new ArgumentOutOfRangeException(nameof(longest), longest, "At least one token is compared.");

    internal override int[] Guess(IReadOnlyList<int> tokens)
    {
        for (var length = Math.Min(_longest, tokens.Count - 1); length > 0; length--)
        {
            for (var end = tokens.Count - 1; end >= length; end--)
            {
                if (IsSame(tokens, end, length))
                {
                    return [.. tokens.Skip(end).Take(Count)];
                }
            }
        }

        return [];
    }

    // Whether as many tokens before a place are the last ones of the text.
    private static bool IsSame(IReadOnlyList<int> tokens, int end, int length)
    {
        for (var i = 1; i <= length; i++)
        {
            if (tokens[end - i] != tokens[tokens.Count - i])
            {
                return false;
            }
        }

        return true;
    }
}
