using ModelGen.Answers;
using ModelGen.Data;
using ModelGen.Rewards;
using ModelGen.Tests.Models;
using ModelGen.Tokenization;
using static TorchSharp.torch;

namespace ModelGen.Tests.Policies;

/// <summary>A very small GPT that writes strings of a few letters, and a rule for what a good one is.</summary>
internal static class Names
{
    public const int Context = 12;

    /// <summary>1 for a name that ends in a vowel.</summary>
    public static IReward EndsInVowel { get; } = new PatternReward { Pattern = "[aeiou]$" };

    public static Tokenizer Tokenizer { get; } =
        CharacterTokenizer.FromText(TextCorpus.FromText("abdeinorst"), 11, (SpecialTokenRole.End, "."));

    /// <summary>A prompt of nothing.</summary>
    public static PromptDataset NoPrompt() => PromptDataset.Create(new([""]), test: null, Tokenizer, Context);

    public static CharacterGpt Model(double dropout = 0)
    {
        manual_seed(3).Dispose();
        return new CharacterGpt(Tokenizer.VocabularySize, Context, width: 16, layers: 1, dropout: dropout);
    }
}
