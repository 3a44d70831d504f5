using ModelGen.Answers;
using ModelGen.Checkpoints;
using ModelGen.Objectives;
using ModelGen.Tests.Answers;
using ModelGen.Tests.Models;
using ModelGen.Tokenization;
using ModelGen.Training;
using ModelGen.Training.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Objectives;

/// <summary>A model that learns to judge the steps of answers.</summary>
public sealed class StepRatingObjectiveTests : IDisposable
{
    private static readonly TrainingOptions Options = new()
    {
        Optimizer = new AdamWOptions { LearningRate = 1e-2 },
        BatchSize = 6,
        Duration = Duration.Steps(8),
        Validation = new ValidationOptions(),
    };

    // Some are only probably right.
    private static readonly RatedSteps[] Answers =
    [
        .. Sums.Many(40, seed: 1)
            .Select(static (answer, i) => i % 3 == 0 ? answer with { Ratings = [.. answer.Ratings.Select(static _ => 0.3)] } : answer),
    ];

    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    /// <summary>−y log σ(x) − (1 − y) log(1 − σ(x)), in double precision, of each step of answers that are read by themselves.</summary>
    [Fact]
    public void TheLossIsTheMeanCrossEntropyOfTheSteps()
    {
        var model = new StepJudge();
        var data = Sums.Data(Answers, Sums.Many(30, seed: 2));
        var objective = new StepRatingObjective(model, data);
        var step = new TrainingStep(objective.Plan(Options), Phase: 0, Repetition: 0, Seed: 7, Step: 0);
        using var loss = objective.Loss(step);
        using var batch = data.Training.Batch(6, seed: 7, batch: 0);

        var (expected, accuracy) = Expected(model, [.. batch.Indices.Select(static index => Answers[index])]);
        Assert.Equal(expected, loss.Total.item<float>(), 1e-6);
        Assert.Equal(accuracy, loss.Parts.Single().Value.item<float>(), 1e-6);

        // All steps count alike, in whatever answers and batches they are.
        (expected, accuracy) = Expected(model, Sums.Many(30, seed: 2));
        Assert.Equal(
            [("loss", expected), ("accuracy", accuracy)],
            objective.Validate(batchSize: 7).Select(static metric => (metric.Name, metric.Value)),
            static (left, right) => left.Item1 == right.Item1 && Math.Abs(left.Item2 - right.Item2) < 1e-6
        );
    }

    [Fact]
    public void TheGradientIsThatOfTheLoss()
    {
        const float Step = 1e-2f;
        var model = new StepJudge();
        var objective = new StepRatingObjective(model, Sums.Data(Answers, Sums.Many(5, seed: 2)));
        var step = new TrainingStep(objective.Plan(Options), Phase: 0, Repetition: 0, Seed: 7, Step: 0);
        using (var loss = objective.Loss(step))
        {
            loss.Total.backward();
        }

        var largest = 0.0;
        foreach (var weight in model.parameters())
        {
            var (values, gradients) = (weight.detach().view(-1), weight.grad!.view(-1));
            for (var i = 0L; i < values.size(0); i += 1 + (values.size(0) / 9))
            {
                var slope = (Moved(values[i], Step) - Moved(values[i], -Step)) / (2 * Step);
                Assert.Equal(slope, gradients[i].item<float>(), 3e-4);
                largest = Math.Max(largest, Math.Abs(slope));
            }
        }

        Assert.True(largest > 0.03, $"{largest}");

        double Moved(Tensor value, float by)
        {
            value.add_(by);
            using var loss = objective.Loss(step);
            value.sub_(by);
            return loss.Total.item<float>();
        }
    }

    /// <summary>Answers have one to three steps, so that parts of a batch do not weigh as many steps as answers.</summary>
    [Fact]
    public void ABatchInPartsHasTheSameGradients()
    {
        Assert.All(Trained(1).Zip(Trained(3)), static pair => Assert.Equal(pair.First, pair.Second, 1e-5f));

        static float[] Trained(int accumulate)
        {
            var model = new StepJudge();
            Run(
                new StepRatingObjective(model, Sums.Data(Answers, Sums.Many(5, seed: 2))),
                Options with
                {
                    Duration = Duration.Steps(3),
                    Accumulate = accumulate,
                    Optimizer = new SgdOptions { LearningRate = 0.5 },
                }
            );
            return Weights(model);
        }
    }

    /// <summary>What is learned are the ratings, not what is usual: with each turned round, the same steps are judged the other way.</summary>
    [Fact]
    public void AModelLearnsTheRatings()
    {
        foreach (var isTurned in new[] { false, true })
        {
            var model = new StepJudge();
            var data = Sums.Data([.. Sums.Many(600, seed: 5).Select(Turned)], [.. Sums.Many(100, seed: 6).Select(Turned)]);
            var objective = new StepRatingObjective(model, data);
            var before = Accuracy(objective);
            Run(objective, Options with { BatchSize = 32, Duration = Duration.Steps(250) });
            Assert.True(before < 0.7, $"{before}");
            Assert.True(Accuracy(objective) > 0.97, $"{before} to {Accuracy(objective)}");

            RatedSteps Turned(RatedSteps answer) =>
                isTurned ? answer with { Ratings = [.. answer.Ratings.Select(static rating => 1 - rating)] } : answer;
        }

        static double Accuracy(StepRatingObjective objective) =>
            objective.Validate(batchSize: 50).Single(static metric => metric.Name == "accuracy").Value;
    }

    [Fact]
    public void AnInterruptedRunEndsInTheSameBytes()
    {
        using var folder = new TemporaryFolder();
        var options = Options with
        {
            Checkpoint = new CheckpointOptions { Every = Duration.Steps(1), Keep = 100 },
        };
        var data = Sums.Data(Answers, Sums.Many(5, seed: 2));
        var whole = new StepJudge();
        Run(new StepRatingObjective(whole, data), options, folder["whole"]);
        for (var stop = 0; stop < 8; stop += 3)
        {
            var resumed = new StepJudge(seed: 77);
            using var trainer = new Trainer(new StepRatingObjective(resumed, data), options, seed: 4);
            using var checkpoint = Checkpoint.Open(folder[$"whole/step-{stop:D6}.safetensors"]);
            trainer.Resume(checkpoint);
            trainer.Run();
            Assert.Equal(Weights(whole), Weights(resumed));
        }
    }

    [Fact]
    public void AModelThatCannotJudgeStepsIsRefused()
    {
        var data = Sums.Data(Answers, Sums.Many(5, seed: 2));
        Assert.Equal(
            "StepJudge gives [1] for a text, and steps are judged by one number for each token; end its network with 'linear: 1', without a "
                + "'sequence-pool'.",
            Refused(new StepJudge(isPooled: true), data)
        );
        Assert.Equal(
            "Answers have different lengths, and StepJudge has another token to fill short ones up; name it as 'padding-token' in its "
                + "'data.tokens'.",
            Refused(new StepJudge(padding: "0"), data)
        );
        var bytes = new ByteTokenizer((SpecialTokenRole.End, "<end>"), (SpecialTokenRole.Padding, "<pad>"));
        Assert.StartsWith(
            "The data's tokenizer has 258 tokens, but StepJudge has 12",
            Refused(new StepJudge(), StepDataset.Create(new(Answers), null, bytes, Sums.Context)),
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "StepJudge gives [-24, 1] for a text, and a reward is one number, [1]",
            Assert
                .Throws<ModelGenException>(() =>
                    new RatingObjective(
                        new StepJudge(),
                        RatingDataset.Create(new([new("", "0", 1), new("", "1", 0)]), new([new("", "2", 1)]), Sums.Tokenizer, 9)
                    )
                )
                .Message,
            StringComparison.Ordinal
        );

        static string Refused(StepJudge model, StepDataset data) =>
            Assert.Throws<ModelGenException>(() => new StepRatingObjective(model, data)).Message;
    }

    private static (double Loss, double Accuracy) Expected(StepJudge model, IReadOnlyList<RatedSteps> answers)
    {
        var (sum, right, count) = (0.0, 0, 0);
        foreach (var answer in answers)
        {
            // The model looks back only: what it reads up to the end of a step is all that counts.
            var text = Sums.Text(answer);
            var end = answer.Prompt.Length > 0 ? answer.Prompt.Length : 1;
            foreach (var (step, rating) in answer.Steps.Zip(answer.Ratings))
            {
                end += step.Length + 1;
                var p = model.ProbabilityOf(text[..end]);
                sum -= (rating * Math.Log(p)) + ((1 - rating) * Math.Log(1 - p));
                right += p > 0.5 == rating > 0.5 ? 1 : 0;
                count++;
            }
        }

        return (sum / count, (double)right / count);
    }

    private static float[] Weights(StepJudge model) => [.. model.parameters().SelectMany(static weight => weight.data<float>().ToArray())];

    private static void Run(Objective objective, TrainingOptions options, string? folder = null)
    {
        using var trainer = new Trainer(objective, options, seed: 4) { CheckpointFolder = folder };
        trainer.Run();
    }
}
