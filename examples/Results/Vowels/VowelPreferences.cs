using ModelGen.Answers;
using ModelGen.Policies;
using ModelGen.Rewards;

namespace ModelGen.Examples.Results.Vowels;

/// <summary>A rule in place of a rater: a name that ends in a vowel is better than one that does not.</summary>
internal static class VowelPreferences
{
    private const int Written = 8000;
    private const int MostLetters = 32;
    private const ulong Seed = 9;

    /// <summary>The rule.</summary>
    public static IReward Rule { get; } = new PatternReward { Pattern = "[aeiou]$" };

    /// <summary>Pairs of names that a model writes by itself, the first of each with a vowel at its end; the same at each time.</summary>
    /// <param name="model">The model.</param>
    /// <param name="stop">Stops it.</param>
    public static ExampleCollection<PreferencePair> Of(NameWriter model, CancellationToken stop)
    {
        var names = new Rollouts(model, model.Tokenizer!, MostLetters)
            .Generate([""], Written, Seed, stop)
            .Where(static name => name.IsFinished && name.Text.Length > 0)
            .Select(static name => name.Answer)
            .ToList();
        var scored = names.Zip(Rule.Score(names), static (name, score) => (Text: name.Answer, IsGood: score > 0)).ToList();
        var (good, bad) = (scored.Where(static name => name.IsGood), scored.Where(static name => !name.IsGood));
        return new([.. good.Zip(bad, static (better, worse) => new PreferencePair("", better.Text, worse.Text))]);
    }
}
