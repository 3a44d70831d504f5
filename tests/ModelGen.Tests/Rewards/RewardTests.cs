using ModelGen.Rewards;

namespace ModelGen.Tests.Rewards;

public sealed class RewardTests
{
    [Theory]
    [InlineData("[aeiou]$", "anna", 1)]
    [InlineData("[aeiou]$", "annas", 0)]
    [InlineData("[aeiou]$", "", 0)]
    [InlineData("^(yes|no)$", "no", 1)]
    [InlineData("^(yes|no)$", "not yes", 0)]
    [InlineData("(?i)I", "i", 1)]
    public void APatternIsFoundOrNot(string pattern, string answer, double expected) =>
        Assert.Equal([expected], new PatternReward { Pattern = pattern }.Score([new WrittenAnswer("a prompt", answer)]));

    [Fact]
    public void APatternMustBeOne()
    {
        var exception = Assert.Throws<ModelGenException>(static () => new PatternReward { Pattern = "(" });
        Assert.StartsWith("The pattern of a reward is no regular expression: ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void APatternThatTakesTooLongIsAnError()
    {
        var reward = new PatternReward { Pattern = "^(a+)+$", Timeout = TimeSpan.FromMilliseconds(50) };
        var exception = Assert.Throws<ModelGenException>(() => reward.Score([new WrittenAnswer("", new string('a', 40) + "b")]));
        Assert.Equal(
            "The pattern '^(a+)+$' of a reward takes more than 0.05 s for an answer of 41 characters; write it without repetitions inside "
                + "of repetitions.",
            exception.Message
        );
    }

    [Fact]
    public void ALengthOutsideOfItsBoundsCostsItsDistance()
    {
        WrittenAnswer[] answers = [.. new[] { "", "ab", "abcd", "abcdefg" }.Select(static answer => new WrittenAnswer("", answer))];
        Assert.Equal([-2, 0, 0, -3], new LengthReward { Least = 2, Most = 4 }.Score(answers));
        Assert.Equal([-3, -1, 0, 0], new LengthReward { Least = 3 }.Score(answers));
    }

    [Fact]
    public void ASumWeighsItsParts()
    {
        var sum = new RewardSum(
            new WeightedReward(new PatternReward { Pattern = "a" }, 2),
            new WeightedReward(new LengthReward { Most = 1 }, 0.5)
        );
        Assert.Equal([2, 1.5, -0.5], sum.Score([new("", "a"), new("", "ab"), new("", "bc")]));
    }

    [Fact]
    public void WhatARewardGivesIsChecked()
    {
        WrittenAnswer[] answers = [new("", "a"), new("", "b")];
        Assert.Equal(
            "The reward Fixed gives 1 scores for 2 answers; it must give one for each.",
            Assert.Throws<ModelGenException>(() => RewardScores.Of(new Fixed(1), answers)).Message
        );
        Assert.Equal(
            "The reward Fixed gives NaN for the answer 'b'; a reward must be finite.",
            Assert.Throws<ModelGenException>(() => RewardScores.Of(new Fixed(1, double.NaN), answers)).Message
        );
    }

    private sealed record Fixed(params double[] Scores) : IReward
    {
        public IReadOnlyList<double> Score(IReadOnlyList<WrittenAnswer> answers) => Scores;
    }
}
