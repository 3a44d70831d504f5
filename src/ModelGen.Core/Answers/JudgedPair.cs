namespace ModelGen.Answers;

/// <summary>Two answers to a prompt, whatever was said of them: the same weights write the same with the same seed.</summary>
/// <param name="Prompt">The prompt.</param>
/// <param name="MostTokens">The most tokens that an answer may have had.</param>
/// <param name="First">The weights and the seed of the answer that comes first in their order.</param>
/// <param name="Second">Those of the other.</param>
internal sealed record JudgedPair(string Prompt, int MostTokens, (string Weights, ulong Seed) First, (string Weights, ulong Seed) Second)
{
    /// <summary>The pair of two answers, in whichever order they are named.</summary>
    public static JudgedPair Of(string prompt, int mostTokens, (string Weights, ulong Seed) one, (string Weights, ulong Seed) other) =>
        string.CompareOrdinal(one.Weights, other.Weights) is var order && (order < 0 || (order == 0 && one.Seed <= other.Seed))
            ? new JudgedPair(prompt, mostTokens, one, other)
            : new JudgedPair(prompt, mostTokens, other, one);
}
