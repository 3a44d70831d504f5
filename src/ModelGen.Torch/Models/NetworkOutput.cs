namespace ModelGen.Models;

/// <summary>What networks give.</summary>
internal static class NetworkOutput
{
    /// <summary>Whether a network gives one number for each token of a text, [T, 1].</summary>
    public static bool GivesOneNumberPerToken(this Network network) =>
        network.VocabularySize > 0 && network.InputShape is [var tokens] && network.OutputShape is [var numbers, 1] && numbers == tokens;
}
