using ModelGen.Answers;
using ModelGen.Data;
using ModelGen.Objectives;
using ModelGen.Policies;
using ModelGen.Rewards;
using ModelGen.Tests.Answers;
using ModelGen.Tests.Models;
using ModelGen.Training;
using ModelGen.Training.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Rewards;

public sealed class ProcessRewardTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly StepJudge _judge = new();

    public void Dispose() => _scope.Dispose();

    /// <summary>Each step by itself, with all before it and without anything that fills up.</summary>
    [Theory]
    [InlineData(StepCombination.Product)]
    [InlineData(StepCombination.Minimum)]
    public void ARewardIsOfTheProbabilitiesOfTheSteps(StepCombination combine)
    {
        (WrittenAnswer Answer, string[] Read)[] cases =
        [
            (new("0?", "1+1=2\n0+2=1"), ["0 0?1+1=2\n", "0 0?1+1=2\n0+2=1."]),
            (new("", "2+2=4"), ["0 2+2=4."]),
            // What is not finished has no end, and may be half of a step.
            (new("1?", "1+1=2\n0+") { IsFinished = false }, ["0 1?1+1=2\n", "0 1?1+1=2\n0+"]),
            (new("1?", "1+1=2\n") { IsFinished = false }, ["0 1?1+1=2\n"]),
            // Nothing between separators is no step.
            (new("1?", "\n1+1=2\n\n0+0=0\n"), ["0 1?1+1=2\n", "0 1?1+1=2\n0+0=0."]),
            (new("1?", ""), []),
            (new("1?", "\n\n"), []),
        ];
        var reward = new ProcessReward(_judge, Sums.Tokenizer, combine, template: AnswerTemplate.Parse("0 {prompt}"));
        WrittenAnswer[] answers = [.. cases.Select(static each => each.Answer)];

        Assert.All(cases.Zip(reward.Score(answers)), pair =>
        {
            double[] steps = [.. pair.First.Read.Select(_judge.ProbabilityOf)];
            var expected =
                steps.Length == 0 ? 0
                : combine == StepCombination.Minimum ? steps.Min()
                : steps.Aggregate(static (a, b) => a * b);
            Assert.Equal(expected, pair.Second, 1e-6);
        });
        Assert.All(cases.Zip(reward.StepProbabilities(answers)), pair =>
            Assert.Equal(pair.First.Read.Select(_judge.ProbabilityOf), pair.Second, static (a, b) => Math.Abs(a - b) < 1e-6)
        );
        Assert.True(reward.Score(answers).Distinct().Count() >= 4);
    }

    [Fact]
    public void AnotherSeparatorMakesOtherSteps()
    {
        var reward = new ProcessReward(_judge, Sums.Tokenizer, separator: " ");
        var steps = Assert.Single(reward.StepProbabilities([new("0", "1+1=2 0\n2 1")]));
        Assert.Equal(new[] { "01+1=2 ", "01+1=2 0\n2 ", "01+1=2 0\n2 1." }.Select(_judge.ProbabilityOf), steps, static (a, b) =>
            Math.Abs(a - b) < 1e-6
        );
        Assert.Throws<ArgumentException>(() => new ProcessReward(_judge, Sums.Tokenizer, separator: ""));
    }

    /// <summary>Of the steps, the fourth ends beyond the 24 tokens that the network reads.</summary>
    [Fact]
    public void AStepBeyondWhatTheNetworkReadsIsNoRightOne()
    {
        var reward = new ProcessReward(_judge, Sums.Tokenizer);
        var steps = Assert.Single(reward.StepProbabilities([new("0?", "1+1=2\n1+1=2\n1+1=2\n1+1=2\n1+1=2")]));
        string[] read = ["0?1+1=2\n", "0?1+1=2\n1+1=2\n", "0?1+1=2\n1+1=2\n1+1=2\n"];
        Assert.Equal([.. read.Select(_judge.ProbabilityOf), 0, 0], steps, static (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void WhatDoesNotFitIsRefused()
    {
        Assert.Equal(
            "StepJudge gives [1] for a text, and steps are judged by one number for each token; use a network that was trained to judge "
                + "steps, or ModelReward for one that judges answers.",
            Refused(static () => new ProcessReward(new StepJudge(isPooled: true), Sums.Tokenizer))
        );

        static string Refused(Func<object> action) => Assert.Throws<ModelGenException>(action).Message;
    }

    [Fact]
    public void ARewardIsKnownByItsWeightsAndByHowItReads()
    {
        var template = AnswerTemplate.Parse("0{prompt}");
        string[] identities =
        [
            Identity(new(_judge, Sums.Tokenizer)),
            Identity(new(_judge, Sums.Tokenizer, StepCombination.Minimum)),
            Identity(new(_judge, Sums.Tokenizer, separator: " ")),
            Identity(new(_judge, Sums.Tokenizer, template: template)),
            Identity(new(new StepJudge(seed: 5), Sums.Tokenizer)),
        ];
        Assert.Equal(identities.Length, identities.Distinct().Count());
        Assert.Equal(identities[0], Identity(new(_judge, Sums.Tokenizer)));
        Assert.Matches("""^Product of steps read as "\{prompt\}\\n" by StepJudge [0-9a-f]{64}$""", identities[0]);

        static string Identity(ProcessReward reward) => reward.ToString();
    }

    /// <summary>A model that writes as many wrong steps as right ones, and a network that has learned to tell them apart.</summary>
    [Fact]
    public void TheBestOfSeveralAnswersHasRightSteps()
    {
        manual_seed(3).Dispose();
        var writer = new CharacterGpt(Sums.Tokenizer.VocabularySize, Sums.Context, width: 32, layers: 2);
        using var texts = TokenDataset.Create(
            string.Concat(Sums.Many(1500, seed: 8).Select(static answer => string.Join('\n', answer.Steps) + ".")),
            Sums.Tokenizer,
            Sums.Context,
            0.05
        );
        Run(new NextTokenObjective(writer, texts), 200);
        Run(new StepRatingObjective(_judge, Sums.Data(Sums.Many(600, seed: 5), Sums.Many(20, seed: 6))), 250);

        var rollouts = new Rollouts(writer, Sums.Tokenizer, mostTokens: Sums.Context - 1);
        string[] prompts = [.. Enumerable.Repeat("", 40)];
        var written = rollouts.Generate(prompts, answers: 8, seed: 1).Chunk(8).ToArray();
        var usual = written.Average(static answers => IsRight(answers[0]) ? 1.0 : 0);
        var possible = written.Average(static answers => answers.Any(IsRight) ? 1.0 : 0);
        foreach (var combine in Enum.GetValues<StepCombination>())
        {
            var best = BestOfN
                .Best(rollouts, prompts, n: 8, new ProcessReward(_judge, Sums.Tokenizer, combine), seed: 1)
                .Average(static best => IsRight(best.Answer) ? 1.0 : 0);
            Assert.True(best > usual + 0.3 && best >= possible - 0.05, $"{usual} to {best} of {possible}");
        }

        static bool IsRight(Rollout answer) => answer.Text.Split('\n').All(Sums.IsRight);
    }

    private static void Run(Objective objective, int steps)
    {
        var options = new TrainingOptions
        {
            Optimizer = new AdamWOptions { LearningRate = 1e-2 },
            BatchSize = 32,
            Duration = Duration.Steps(steps),
            Validation = new ValidationOptions(),
        };
        using var trainer = new Trainer(objective, options, seed: 4);
        trainer.Run();
    }
}
