using System.Globalization;
using System.Security.Cryptography;
using ModelGen.Answers;
using ModelGen.Checkpoints;
using ModelGen.Data;
using ModelGen.Models;
using ModelGen.Objectives;
using ModelGen.Policies;
using ModelGen.RandomNumbers;
using ModelGen.Rewards;
using ModelGen.Tests.Models;
using ModelGen.Training;
using ModelGen.Training.Optimizers;
using ModelGen.Tuning;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Policies;

public sealed class PolicyObjectiveTests : IDisposable
{
    private static readonly TrainingOptions Options = new()
    {
        Optimizer = new AdamWOptions { LearningRate = 3e-3 },
        ClipNorm = 1,
        BatchSize = 2,
        Duration = Duration.Steps(8),
        Validation = new ValidationOptions { Every = Duration.Steps(3), Batches = 2 },
        Checkpoint = new CheckpointOptions { Every = Duration.Steps(2), Keep = 9 },
    };

    private static readonly Dictionary<string, Func<LanguageModel, Objective>> Kinds = new()
    {
        ["grpo"] = static model =>
            Grpo(
                model,
                new()
                {
                    Reward = Names.EndsInVowel,
                    Answers = 4,
                    Epochs = 2,
                    Minibatches = 2,
                }
            ),
        ["corrected grpo"] = static model =>
            Grpo(
                model,
                new()
                {
                    Reward = Names.EndsInVowel,
                    Answers = 4,
                    Corrected = true,
                    KlWeight = 0,
                    Temperature = 0.9,
                }
            ),
        ["ppo"] = static model =>
            Ppo(
                model,
                new()
                {
                    Reward = Names.EndsInVowel,
                    Answers = 4,
                    Epochs = 2,
                    Minibatches = 2,
                    TargetKl = 0.5,
                    MaxTokens = 6,
                }
            ),
        ["freer ppo"] = static model =>
            Ppo(
                model,
                new()
                {
                    Reward = Names.EndsInVowel,
                    Answers = 4,
                    Epochs = 2,
                    MaxTokens = 6,
                    KlWeight = 0.02,
                }
            ),
        ["rloo"] = static model => new RlooObjective(
            model,
            Prompts(),
            new()
            {
                Reward = Names.EndsInVowel,
                Answers = 4,
                MaxTokens = 6,
            }
        ),
    };

    private readonly TemporaryFolder _folder = new();

    private readonly int _threads = get_num_threads();

    public PolicyObjectiveTests() => set_num_threads(1);

    public static TheoryData<string> Objectives => [.. Kinds.Keys];

    public void Dispose()
    {
        _folder.Dispose();
        set_num_threads(_threads);
    }

    // import numpy as np
    // lp = np.array([[-1.2, -0.4, 0], [-0.7, -1.5, -0.1]]); old = np.array([[-1.0, -0.9, 0], [-1.1, -1.5, -0.6]])
    // ref = np.array([[-0.8, -0.6, 0], [-0.7, -1.9, -0.3]]); a = np.array([[1.5], [-0.5]]); m = np.array([[1, 1, 0], [1, 1, 1]])
    // rho = np.exp(lp - old); d = ref - lp; t = -np.minimum(rho * a, np.clip(rho, 0.8, 1.2) * a) + 0.3 * (np.exp(d) - d - 1)
    // GRPO: np.mean((t * m).sum(1) / m.sum(1)); Dr. GRPO with at most 5 tokens: np.mean((t * m).sum(1) / 5)
    // RLOO: -np.mean(a[:, 0] * (lp * m).sum(1))
    [Theory]
    [InlineData("grpo", -0.399234336282835)]
    [InlineData("corrected", -0.08979412704964113)]
    [InlineData("rloo", 0.625)]
    public void LossesAreTheirFormulas(string name, double expected)
    {
        using var scope = NewDisposeScope();
        using var model = Names.Model();
        PolicyObjective objective =
            name == "rloo"
                ? new RlooObjective(model, Prompts(), new() { Reward = Names.EndsInVowel })
                : Grpo(
                    model,
                    new()
                    {
                        Reward = Names.EndsInVowel,
                        KlWeight = 0.3,
                        MaxTokens = 5,
                        Corrected = name == "corrected",
                    }
                );
        double[,] values =
        {
            { -1.2, -0.4, 0 },
            { -0.7, -1.5, -0.1 },
        };
        var logs = tensor(values).requires_grad_();
        Assert.Equal(expected, Loss(logs).Total.item<double>(), 1e-14);

        // A little beside the places where two branches meet.
        logs = (logs.detach() + 0.013).requires_grad_();
        Loss(logs).Total.backward();
        for (var i = 0; i < 6; i++)
        {
            double At(double shift)
            {
                var shifted = logs.detach().clone();
                shifted.view(6)[i] += shift;
                return Loss(shifted).Total.item<double>();
            }

            // What is beyond the end of an answer has no gradient, and is 0 in the objective itself.
            var wanted = i == 2 ? 0 : (At(1e-6) - At(-1e-6)) / 2e-6;
            Assert.Equal(wanted, i == 2 && name == "rloo" ? 0 : logs.grad!.view(6)[i].item<double>(), 1e-8);
        }

        if (name != "rloo")
        {
            Assert.Equal(("clip_share", 0.6f), (Loss(logs).Parts[0].Name, Loss(logs).Parts[0].Value.to(ScalarType.Float32).item<float>()));
        }

        StepLoss Loss(Tensor logProbabilities) =>
            objective.LossOf(
                new PolicyPart(
                    logProbabilities,
                    tensor(
                        new[,]
                        {
                            { -1.0, -0.9, 0 },
                            { -1.1, -1.5, -0.6 },
                        }
                    ),
                    tensor(
                        new[,]
                        {
                            { -0.8, -0.6, 0 },
                            { -0.7, -1.9, -0.3 },
                        }
                    ),
                    tensor(
                        new[,]
                        {
                            { 1.0, 1, 0 },
                            { 1, 1, 1 },
                        }
                    ),
                    tensor(
                        new[,]
                        {
                            { 1.5 },
                            { -0.5 },
                        }
                    )
                )
                {
                    Tokens = 5,
                    UpdateTokens = 5,
                    ShareOfAnswers = 1,
                }
            );
    }

    // lp, old and m as above; A = np.array([[0.5, -1.0, 0], [2.0, 0.1, -0.4]])
    // v = np.array([[0.3, -0.2, 1.0], [0.1, 0.9, -0.6]]); was = np.array([[0.0, -0.1, 1.1], [0.5, 0.2, -0.6]])
    // r = np.array([[0.4, 0.2, 0.5], [-0.3, 1.4, -0.7]]); c = was + np.clip(v - was, -0.2, 0.2)
    // p = (-np.minimum(rho * A, np.clip(rho, 0.8, 1.2) * A) * m).sum() / m.sum()
    // l = (0.5 * np.maximum((v - r) ** 2, (c - r) ** 2) * m).sum() / m.sum(); p + 0.1 * l, l
    [Fact]
    public void TheLossOfPpoIsItsFormula()
    {
        using var scope = NewDisposeScope();
        using var model = Names.Model();
        var objective = Ppo(model, new() { Reward = Names.EndsInVowel });
        double[] logs = [-1.2, -0.4, 0, -0.7, -1.5, -0.1];
        double[] values = [0.3, -0.2, 1.0, 0.1, 0.9, -0.6];
        Assert.Equal(-0.10453111951176228, Loss(Rows(logs), Rows(values)).Total.item<double>(), 1e-14);
        Assert.Equal(
            0.157,
            Loss(Rows(logs), Rows(values)).Parts.Single(static part => part.Name == "value_loss").Value.item<double>(),
            1e-14
        );

        // A little beside the places where two branches meet.
        double[] both = [.. logs.Concat(values).Select(static value => value + 0.013)];
        var (atLogs, atValues) = (Rows(both[..6]).requires_grad_(), Rows(both[6..]).requires_grad_());
        Loss(atLogs, atValues).Total.backward();
        var gradients = atLogs.grad!.data<double>().Concat(atValues.grad!.data<double>()).ToArray();
        for (var i = 0; i < both.Length; i++)
        {
            double At(double shift)
            {
                double[] shifted = [.. both.Select((value, j) => j == i ? value + shift : value)];
                return Loss(Rows(shifted[..6]), Rows(shifted[6..])).Total.item<double>();
            }

            Assert.Equal((At(1e-6) - At(-1e-6)) / 2e-6, gradients[i], 1e-8);
        }

        static Tensor Rows(double[] numbers) => tensor(numbers, [2, 3]);

        StepLoss Loss(Tensor logProbabilities, Tensor valuesNow) =>
            objective.LossOf(
                new PolicyPart(
                    logProbabilities,
                    Rows([-1.0, -0.9, 0, -1.1, -1.5, -0.6]),
                    Rows([0, 0, 0, 0, 0, 0]),
                    Rows([1, 1, 0, 1, 1, 1]),
                    Rows([0.5, -1.0, 0, 2.0, 0.1, -0.4])
                )
                {
                    Values = valuesNow,
                    OldValues = Rows([0.0, -0.1, 1.1, 0.5, 0.2, -0.6]),
                    Returns = Rows([0.4, 0.2, 0.5, -0.3, 1.4, -0.7]),
                    Tokens = 5,
                    UpdateTokens = 5,
                    ShareOfAnswers = 1,
                }
            );
    }

    // Values, advantages and the weight of the divergence, from what the model says of each answer by itself.
    [Fact]
    public void PpoJudgesTokensByTheirValues()
    {
        using var scope = NewDisposeScope();
        using var model = Names.Model();
        var options = new PpoOptions
        {
            Reward = Names.EndsInVowel,
            Answers = 3,
            MaxTokens = 6,
            KlWeight = 0.4,
            TargetKl = 0.01,
            Discount = 0.9,
            Lambda = 0.8,
            Temperature = 0.8,
        };
        var objective = Ppo(model, options);
        var before = Copy(model);
        Move(model, 0.2);
        var head = objective.Plan(Options).Phases[0].Parameters;
        Assert.Equal(["value_head.weight", "value_head.bias"], head.TakeLast(2).Select(static each => each.Name));
        var (weight, bias) = (head[^2].Value, head[^1].Value);
        using (no_grad())
        {
            weight.copy_(randn_like(weight));
            bias.fill_(0.3);
        }

        model.eval();
        using var loss = objective.Loss(new TrainingStep(objective.Plan(Options), Phase: 0, Repetition: 0, Seed: 3, Step: 5));
        var figures = loss.Parts.ToDictionary(static part => part.Name, static part => part.Value.item<float>());
        var answers = new Rollouts(model, Names.Tokenizer, 6, 0.8).Generate(
            [
                .. ShuffledPasses
                    .Indices(3, CounterRandom.Stream.TrainingOrder, Prompts().TrainingCount, 10, 2)
                    .Select(static index => Prompts().Training[(int)index].Text),
            ],
            3,
            CounterRandom.Bits(3, CounterRandom.Stream.Rollouts, 5)
        );
        var rewards = Names.EndsInVowel.Score([.. answers.Select(static answer => answer.Answer)]);
        var values = answers.Select(Values).ToArray();
        var now = answers.Select(answer => Logs(model, answer)).ToArray();
        Load(model, before);
        var then = answers.Select(answer => Logs(model, answer)).ToArray();
        double squares = 0,
            kl = 0;
        var tokens = 0;
        for (var i = 0; i < answers.Count; i++)
        {
            var count = now[i].Length;
            var deltas = Enumerable
                .Range(0, count)
                .Select(t => (-0.4 * (now[i][t] - then[i][t])) + (t == count - 1 ? rewards[i] : 0.9 * values[i][t + 1]) - values[i][t])
                .ToArray();

            // At the first update the value is what it was, so that its distance from R is A.
            for (var t = 0; t < count; t++)
            {
                var advantage = Enumerable.Range(0, count - t).Sum(k => Math.Pow(0.72, k) * deltas[t + k]);
                squares += advantage * advantage / 2;
            }

            kl += now[i].Sum() - then[i].Sum();
            tokens += count;
        }

        Assert.Equal(squares / tokens, figures["value_loss"], 1e-4);
        Assert.Equal(0.4f, figures["kl_weight"]);
        Assert.True(kl / answers.Count > 0.012);

        // Normalised advantages have a mean of 0.
        Assert.Equal(options.ValueWeight * squares / tokens, loss.Total.item<float>(), 1e-4);
        using var next = objective.Loss(new TrainingStep(objective.Plan(Options), Phase: 0, Repetition: 0, Seed: 3, Step: 6));
        Assert.Equal(0.4 * 1.02, next.Parts.Single(static part => part.Name == "kl_weight").Value.item<float>(), 1e-6);

        double[] Values(Rollout answer)
        {
            using var hidden = new ModelGen.Layers.HiddenStates(model).Collect();
            long[] all = [.. answer.PromptTokens.Concat(answer.Tokens).Select(static token => (long)token)];
            _ = model.call(tensor(all[..^1], [1, all.Length - 1]));
            return
            [
                .. nn
                    .functional.linear(hidden.Last, weight, bias)
                    .reshape(-1)
                    .data<float>()
                    .ToArray()
                    .Skip(answer.PromptTokens.Count - 1)
                    .Select(static value => (double)value),
            ];
        }
    }

    // An answer's tokens one forward after another, from weights that have moved.
    [Fact]
    public void AStepsLossIsThatOfItsAnswers()
    {
        using var scope = NewDisposeScope();
        using var model = Names.Model(dropout: 0.3);
        var options = new GrpoOptions
        {
            Reward = Names.EndsInVowel,
            Answers = 4,
            MaxTokens = 6,
            KlWeight = 0.7,
            Temperature = 0.8,
        };
        var objective = Grpo(model, options);
        var before = Copy(model);
        Move(model, 0.2);
        var step = new TrainingStep(objective.Plan(Options), Phase: 0, Repetition: 0, Seed: 3, Step: 5);
        Assert.False(objective.HasDropout);
        model.eval();
        using var loss = objective.Loss(step);
        var prompts = Prompts().Training;
        var indices = ShuffledPasses.Indices(3, CounterRandom.Stream.TrainingOrder, prompts.Count, 10, 2);
        var answers = new Rollouts(model, Names.Tokenizer, 6, 0.8).Generate(
            [.. indices.Select(index => prompts[(int)index].Text)],
            4,
            CounterRandom.Bits(3, CounterRandom.Stream.Rollouts, 5)
        );
        var rewards = Names.EndsInVowel.Score([.. answers.Select(static answer => answer.Answer)]).ToArray();
        var now = answers.Select(answer => Logs(model, answer)).ToArray();
        Load(model, before);
        var then = answers.Select(answer => Logs(model, answer)).ToArray();
        double total = 0,
            kl = 0;
        for (var i = 0; i < 8; i++)
        {
            var group = rewards[(i / 4 * 4)..((i / 4 * 4) + 4)];
            var mean = group.Average();
            var deviation = Math.Sqrt(group.Average(reward => (reward - mean) * (reward - mean)));
            var advantage = deviation == 0 ? 0 : (rewards[i] - mean) / deviation;
            total += now[i]
                .Zip(then[i], (log, reference) => -advantage + (0.7 * (Math.Exp(reference - log) - (reference - log) - 1)))
                .Average();
            kl += now[i].Sum() - then[i].Sum();
        }

        var figures = loss.Parts.ToDictionary(static part => part.Name, static part => part.Value.item<float>());
        Assert.Equal(total / 8, loss.Total.item<float>(), 1e-5);
        Assert.Equal(kl / 8, figures["kl"], 1e-5);
        Assert.NotEqual(0, figures["kl"], 1e-2);
        Assert.Equal(rewards.Average(), figures["reward"], 1e-6);
        Assert.Equal(answers.Average(static answer => answer.Tokens.Count), figures["length"], 1e-5);
        Assert.Equal(0, figures["clip_share"]);
        Assert.InRange(figures["entropy"], 0.1, Math.Log(11));
    }

    // The same kernels have computed both, to the last bit.
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void RatiosAreOneUntilTheWeightsChange(int count)
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        var objective = Grpo(
            model,
            new()
            {
                Reward = Names.EndsInVowel,
                Answers = 4,
                Minibatches = 2,
                Clip = 1e-12,
            }
        );
        var step = new TrainingStep(objective.Plan(Options with { BatchSize = 4 }), Phase: 0, Repetition: 0, Seed: 1, Step: 0);
        Assert.All(Shares(step), static share => Assert.Equal(0, share));
        Assert.All(Shares(step with { Repetition = 1 }), static share => Assert.Equal(0, share));
        Move(model, 1e-3);
        Assert.All(Shares(step with { Repetition = 1 }), static share => Assert.InRange(share, 0.9, 1.1));

        List<float> Shares(TrainingStep update)
        {
            if (count == 1)
            {
                return [Share(update)];
            }

            var parts = update.Parts(count);
            objective.BeforeParts(parts);
            List<float> shares = [.. parts.Select(Share)];
            objective.AfterParts();
            return shares;
        }

        float Share(TrainingStep update)
        {
            using var loss = objective.Loss(update);
            return loss.Parts.Single(static part => part.Name == "clip_share").Value.item<float>();
        }
    }

    [Theory]
    [MemberData(nameof(Objectives))]
    public void PartsOfABatchGiveItsGradients(string kind)
    {
        using var scope = NewDisposeScope();
        var whole = Weights(accumulate: 1);
        Assert.All(whole.Zip(Weights(accumulate: 2)), static pair => Assert.Equal(pair.First, pair.Second, 1e-4));

        float[] Weights(int accumulate)
        {
            using var model = Model(ModelGen.Layers.BatchSplit.Sequential);
            var options = Options with
            {
                Optimizer = new SgdOptions { LearningRate = 0.1 },
                Accumulate = accumulate,
                Duration = Duration.Steps(2),
            };
            using var trainer = new Trainer(Kinds[kind](model), options, seed: 1);
            trainer.Run();
            return [.. model.state_dict().Values.SelectMany(static tensor => tensor.data<float>().ToArray())];
        }
    }

    [Theory]
    [InlineData("grpo", 0, false)]
    [InlineData("grpo", 1, false)]
    [InlineData("grpo", 5, true)]
    [InlineData("corrected grpo", 3, false)]
    [InlineData("rloo", 4, true)]
    [InlineData("ppo", 0, true)]
    [InlineData("ppo", 3, false)]
    [InlineData("ppo", 7, true)]
    public void AResumedRunEndsInTheSameBytes(string kind, int stopAt, bool hasAdapters)
    {
        var whole = Run("whole", null);
        Run("parts", stopAt);
        Assert.Equal(whole, Run("parts", null));

        string Run(string name, int? stop)
        {
            using var model = Model();
            if (hasAdapters)
            {
                new FineTuning { Adapter = new LoraOptions { Rank = 2 } }.ApplyTo(model);
            }

            // What a resumed run begins with is in its checkpoint, whatever the model has.
            if (StepFiles.NewestFirst(_folder[name]).Count > 0)
            {
                Move(model, 0.1);
            }

            using var source = new CancellationTokenSource();
            using var trainer = new Trainer(Kinds[kind](model), Options, seed: 1)
            {
                CheckpointFolder = _folder[name],
                ReportEvery = 1,
                Observers = { new Stopper(source, stop) },
            };
            if (stop == 0)
            {
                source.Cancel();
            }

            if (StepFiles.NewestFirst(_folder[name]).Count > 0)
            {
                using var checkpoint = Checkpoint.OpenNewest(_folder[name]);
                trainer.Resume(checkpoint);
            }

            trainer.Run(source.Token);
            return stop is null ? Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(StepFiles.PathOf(_folder[name], 8)))) : "";
        }
    }

    [Theory]
    [InlineData("grpo")]
    [InlineData("corrected grpo")]
    [InlineData("rloo")]
    [InlineData("freer ppo")]
    public void TheShareThatTheRewardAsksForRises(string kind)
    {
        using var model = Model();
        var objective = Kinds[kind](model);
        var before = Share(objective);
        var options = Options with
        {
            Optimizer = new AdamWOptions { LearningRate = 1e-2 },
            BatchSize = 4,
            Duration = Duration.Steps(100),
            Validation = Options.Validation with { Every = null },
        };
        using var trainer = new Trainer(objective, options, seed: 1);
        trainer.Run();
        var after = Share(objective);

        Assert.True(before < 0.6 && after > 0.9, $"{before} and {after}");

        static double Share(Objective objective) => objective.Validate(4).Single(static metric => metric.Name == "reward").Value;
    }

    [Fact]
    public void ARunEndsWhereItsBudgetDoesAndStaysEnded()
    {
        using var model = Model();
        using var trainer = Trainer(model, out var observer);
        var result = trainer.Run();

        Assert.True(result.IsEarly && result.Step is > 1 and < 60, $"{result.Step}");
        Assert.StartsWith(
            string.Create(CultureInfo.InvariantCulture, $"the training ends after step {result.Step}: its answers are "),
            Assert.Single(observer.Notices),
            StringComparison.Ordinal
        );
        using var again = Model();
        using var resumed = Trainer(again, out _);
        using var checkpoint = Checkpoint.OpenNewest(_folder["budget"]);
        resumed.Resume(checkpoint);
        Assert.Equal((result.Step, true), (resumed.Run().Step, resumed.Run().IsEarly));

        Trainer Trainer(CharacterGpt policy, out Stopper seen)
        {
            seen = new Stopper(new CancellationTokenSource(), null);
            var options = Options with { Duration = Duration.Steps(60), Checkpoint = null };
            return new Trainer(
                Grpo(
                    policy,
                    new()
                    {
                        Reward = Names.EndsInVowel,
                        Answers = 8,
                        MaxTokens = 6,
                        KlWeight = 0,
                        MaxKl = 0.3,
                    }
                ),
                options,
                seed: 1
            )
            {
                CheckpointFolder = _folder["budget"],
                Observers = { seen },
            };
        }
    }

    [Fact]
    public void AnswersThatHaveBecomeAllAlikeAreNoticedOnce()
    {
        using var model = Model();
        var observer = new Stopper(new CancellationTokenSource(), null);
        var options = Options with
        {
            Optimizer = new AdamWOptions { LearningRate = 3e-2 },
            Duration = Duration.Steps(60),
            Checkpoint = null,
        };
        var reward = new PatternReward { Pattern = "^a" };
        using var trainer = new Trainer(
            new GrpoObjective(
                model,
                Names.NoPrompt(),
                new()
                {
                    Reward = reward,
                    KlWeight = 0,
                    MaxTokens = 2,
                }
            ),
            options,
            1
        )
        {
            Observers = { observer },
        };
        trainer.Run();
        Assert.Contains("so that almost all answers are alike", Assert.Single(observer.Notices), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsOnlyCheckedIsReportedBeside()
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        var objective = new GrpoObjective(
            model,
            Prompts(),
            new()
            {
                Reward = Names.EndsInVowel,
                MaxTokens = 4,
                CheckReward = new LengthReward { Most = 2 },
            }
        );
        using var loss = objective.Loss(new TrainingStep(objective.Plan(Options), 0, 0, Seed: 3, Step: 0));
        Assert.InRange(loss.Parts.Single(static part => part.Name == "check_reward").Value.item<float>(), -2, -0.01);
        var metrics = objective.EstimateValidation(2, 3, seed: 1);
        Assert.Equal(["loss", "reward", "kl", "entropy", "length", "check_reward"], metrics.Select(static metric => metric.Name));
        Assert.Equal(metrics, objective.EstimateValidation(2, 3, seed: 1));
        Assert.Equal(-metrics[0].Value, metrics[1].Value);
        Assert.Equal(["policy"], objective.Settings.Keys);
    }

    [Fact]
    public void WhatCannotBeTrainedIsRefused()
    {
        using var model = Model();
        Assert.Contains(
            "at least 2, not 1",
            Refused<ArgumentException>(() => Grpo(model, new() { Reward = Names.EndsInVowel, Answers = 1 })),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "temperature",
            Refused<ArgumentException>(() => Grpo(model, new() { Reward = Names.EndsInVowel, Temperature = 0 })),
            StringComparison.Ordinal
        );
        var minibatches = Grpo(
            model,
            new()
            {
                Reward = Names.EndsInVowel,
                Answers = 2,
                Minibatches = 3,
            }
        );
        Assert.Contains(
            "as a prompt has answers, 2",
            Refused<ArgumentException>(() => minibatches.Plan(Options)),
            StringComparison.Ordinal
        );
        new FineTuning
        {
            Adapter = new LoraOptions { Rank = 2, Dropout = 0.1 },
        }.ApplyTo(model);
        Assert.Contains(
            "leave out 'dropout'",
            Refused<ModelGenException>(() => Grpo(model, new() { Reward = Names.EndsInVowel })),
            StringComparison.Ordinal
        );

        static string Refused<T>(Func<object?> action)
            where T : Exception => Assert.Throws<T>(action).Message;
    }

    private static GrpoObjective Grpo(LanguageModel model, GrpoOptions options) =>
        new(model, Prompts(), options.MaxTokens > 8 ? options with { MaxTokens = 6 } : options);

    private static PpoObjective Ppo(LanguageModel model, PpoOptions options) => new(model, Prompts(), options);

    private static PromptDataset Prompts() =>
        PromptDataset.Create(new(["", "a", "bo", "ris", "ten", "an"]), test: null, Names.Tokenizer, Names.Context, validationFraction: 0.2);

    private static CharacterGpt Model(ModelGen.Layers.BatchSplit split = default)
    {
        manual_seed(3).Dispose();
        return new CharacterGpt(Names.Tokenizer.VocabularySize, Names.Context, width: 16, layers: 1) { Split = split };
    }

    private static Dictionary<string, Tensor> Copy(nn.Module model) =>
        model.state_dict().ToDictionary(static entry => entry.Key, static entry => entry.Value.detach().clone());

    private static void Load(nn.Module model, Dictionary<string, Tensor> weights)
    {
        using var noGrad = no_grad();
        foreach (var (name, weight) in model.state_dict())
        {
            weight.copy_(weights[name]);
        }
    }

    private static void Move(nn.Module model, double distance)
    {
        using var noGrad = no_grad();
        manual_seed(9).Dispose();
        foreach (var weight in model.parameters().Where(static weight => weight.requires_grad))
        {
            weight.add_(randn_like(weight) * distance);
        }
    }

    private static double[] Logs(CharacterGpt model, Rollout answer)
    {
        using var noGrad = no_grad();
        long[] tokens = [.. answer.PromptTokens.Concat(answer.Tokens).Select(static token => (long)token)];
        var logs = (model.call(tensor(tokens[..^1], [1, tokens.Length - 1]))[0].to(ScalarType.Float64) / 0.8).log_softmax(-1);
        return
        [
            .. Enumerable
                .Range(answer.PromptTokens.Count, answer.Tokens.Count)
                .Select(place => logs[place - 1, tokens[place]].item<double>()),
        ];
    }

    private sealed class Stopper(CancellationTokenSource stop, int? stopAt) : TrainingObserver
    {
        public List<string> Notices { get; } = [];

        public override void OnNotice(string notice) => Notices.Add(notice);

        public override void OnStep(StepReport report)
        {
            if (report.Step == stopAt)
            {
                stop.Cancel();
            }
        }
    }
}
