using ModelGen.Data;
using ModelGen.Layers;
using ModelGen.Losses;
using ModelGen.Objectives;
using ModelGen.Tests.Models;
using ModelGen.Tokenization;
using ModelGen.Training;
using ModelGen.Training.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Training;

public sealed class BatchGradientsTests : IDisposable
{
    private const int BatchSize = 8;

    private readonly int _threads = get_num_threads();
    private readonly SampleDataset _images;
    private readonly TokenDataset _tokens;

    public BatchGradientsTests()
    {
        var random = new Random(7);
        var pixels = new byte[40 * 16];
        random.NextBytes(pixels);
        _images = SampleDataset.Create(
            new ImageCollection(pixels, 1, 4, 4, [.. Enumerable.Range(0, 40).Select(static i => i % 3)], ["a", "b", "c"]),
            null,
            0.2
        );
        _tokens = TokenDataset.Create(
            new string([.. Enumerable.Range(0, 2000).Select(_ => (char)random.Next('a', 'z'))]),
            new ByteTokenizer(),
            16,
            0.1
        );

        // As many threads as parts, however many processors there are.
        set_num_threads(3);
    }

    public static TheoryData<string> Objectives =>
        [
            "next-token",
            "next-token recomputed",
            "elbo",
            "elbo with free bits",
            "vector-quantised",
            .. new[] { "non-saturating", "least-squares", "hinge", "wasserstein", "relativistic" }.SelectMany(static loss =>
                new[] { loss, $"{loss} with labels" }
            ),
        ];

    public void Dispose()
    {
        _images.Dispose();
        _tokens.Dispose();
        set_num_threads(_threads);
    }

    [Theory]
    [MemberData(nameof(Objectives))]
    public void PartsGiveTheGradientsAndTheLossOfTheWhole(string name)
    {
        var whole = Gradients(name, BatchSplit.Whole, accumulate: 1);
        Assert.All(whole.Where(static entry => entry.Key.EndsWith("weight", StringComparison.Ordinal)), static entry =>
            Assert.Contains(entry.Value, static value => value != 0)
        );
        foreach (
            var (split, accumulate) in new[]
            {
                (BatchSplit.Sequential, 2),
                (BatchSplit.Sequential, 4),
                (BatchSplit.Parallel, 1),
                (BatchSplit.Parallel, 2),
            }
        )
        {
            var parts = Gradients(name, split, accumulate);
            Assert.Equal(whole.Keys, parts.Keys);
            foreach (var (tensor, values) in whole)
            {
                var scale = values.Max(Math.Abs);
                Assert.All(values.Zip(parts[tensor]), pair => Assert.Equal(pair.First, pair.Second, 2e-6 + (1e-5 * scale)));
            }
        }
    }

    // A power of two changes no bit of a gradient but its exponent.
    [Theory]
    [InlineData(BatchSplit.Whole, 1)]
    [InlineData(BatchSplit.Sequential, 2)]
    [InlineData(BatchSplit.Parallel, 2)]
    public void AScaledLossScalesTheGradientsOfEveryPartAndNoMetric(BatchSplit split, int accumulate)
    {
        var (plain, scaled) = (Gradients("next-token", split, accumulate), Gradients("next-token", split, accumulate, scalesLoss: true));

        Assert.Equal(plain.Keys, scaled.Keys);
        foreach (var (name, values) in plain)
        {
            Assert.Equal(name is "0.update" or "0.loss" ? values : [.. values.Select(static value => 65536 * value)], scaled[name]);
        }
    }

    [Theory]
    [InlineData("next-token")]
    [InlineData("next-token recomputed")]
    public void ThreadsGiveTheSameBytesEveryTime(string name)
    {
        var first = Gradients(name, BatchSplit.Parallel, accumulate: 1);
        for (var i = 0; i < 20; i++)
        {
            foreach (var (tensor, values) in Gradients(name, BatchSplit.Parallel, accumulate: 1))
            {
                Assert.Equal(first[tensor], values);
            }
        }
    }

    [Fact]
    public void AFailureOnAnotherThreadIsTheCallers()
    {
        using var threads = new BatchThreads(3);
        Assert.Equal(
            "two",
            Assert
                .Throws<InvalidOperationException>(() =>
                    threads.Run(static part =>
                    {
                        if (part == 2)
                        {
                            throw new InvalidOperationException("two");
                        }
                    })
                )
                .Message
        );
        var ran = new int[3];
        threads.Run(part => ran[part]++);
        Assert.Equal([1, 1, 1], ran);
    }

    [Fact]
    public void EachThreadHasItsShareOfTheProcessor()
    {
        set_num_threads(6);
        var each = new int[3];
        using (var threads = new BatchThreads(3))
        {
            // Other than when libtorch is only asked, its first work on a thread takes the number of the process.
            threads.Run(static _ => Multiply());
            threads.Run(part =>
            {
                Multiply();
                each[part] = get_num_threads();
            });
        }

        Assert.Equal([2, 2, 2], each);
        Assert.Equal(6, get_num_threads());
    }

    [Fact]
    public void EveryRunOfNewThreadsGivesTheSameBytes()
    {
        // Large enough for libtorch to share a product among threads, had it more than one for each part.
        set_num_threads(4);
        using var x = randn(600, 300);
        using var y = randn(300, 500);
        for (var i = 0; i < 30; i++)
        {
            using var threads = new BatchThreads(2);
            var counts = new int[2];
            threads.Run(part =>
            {
                using var product = x.mm(y);
                using var sum = product.sum();
                counts[part] = get_num_threads();
            });
            Assert.Equal([2, 2], counts);
        }
    }

    [Fact]
    public void NoTensorIsLeftBehind()
    {
        using var model = new CharacterGpt { Split = BatchSplit.Parallel };
        using var trainer = new Trainer(model.CreateObjective(_tokens), Options(2), seed: 1);
        var live = LiveAfter(5);
        Assert.Equal(live, LiveAfter(50));

        // The tensors of all threads, and without those that only wait for their finalizer.
        long LiveAfter(long steps)
        {
            while (trainer.Step < steps)
            {
                trainer.MakeStep();
            }

            GC.Collect();
            GC.WaitForPendingFinalizers();
            return Tensor.TotalCount;
        }
    }

    [Fact]
    public void WhatLooksAtTheWholeBatchCannotBeComputedInParts()
    {
        using var model = new SmallVae();
        var exception = Assert.Throws<ModelGenException>(() => new Trainer(model.CreateObjective(_images), Options(2)));
        Assert.StartsWith("SmallVae cannot be trained with 'accumulate: 2'", exception.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new Trainer(model.CreateObjective(_images), Options(BatchSize + 1)));
    }

    [Fact]
    public void PartsCoverTheBatchAndDrawTheNumbersOfTheWhole()
    {
        using var scope = NewDisposeScope();
        var whole = new TrainingStep(new([], BatchSize: 7, "images", 7, 1), Phase: 1, Repetition: 2, Seed: 3, Step: 5);
        var parts = whole.Parts(3);
        Assert.Equal([(0, 2), (2, 2), (4, 3)], parts.Select(static part => (part.First, part.Count)));
        Assert.Equal(1, parts.Sum(static part => part.Share), 1e-12);
        Assert.True(cat([.. parts.Select(static part => part.Normal(0, 4, CPU))], 0).equal(whole.Normal(0, 4, CPU)).all().item<bool>());
        Assert.True(cat([.. parts.Select(static part => part.Uniform(1, CPU))], 0).equal(whole.Uniform(1, CPU)).all().item<bool>());
        Assert.Equal(7, whole.Parts(20).Length);

        // Every moment has numbers of its own.
        var moments = new[]
        {
            whole,
            whole with
            {
                Phase = 0,
            },
            whole with
            {
                Repetition = 0,
            },
            whole with
            {
                Seed = 4,
            },
            whole with
            {
                Step = 6,
            },
        };
        var drawn = moments
            .Select(static moment => moment.Normal(0, 1, CPU)[0].item<float>())
            .Append(whole.Normal(1, 1, CPU)[0].item<float>())
            .ToArray();
        Assert.Equal(drawn.Length, drawn.Distinct().Count());
        Assert.Equal(
            (whole with { Step = 6 }).Normal(0, 1, CPU)[0].item<float>(),
            (whole with { Skipped = 1 }).Normal(0, 1, CPU)[0].item<float>()
        );
    }

    private static void Multiply()
    {
        using var square = ones(300, 300);
        using var product = square.mm(square);
    }

    private static GanTrainingOptions Options(int accumulate) =>
        new()
        {
            Optimizer = new AdamWOptions { LearningRate = 1e-3 },
            BatchSize = BatchSize,
            Accumulate = accumulate,
            Duration = Duration.Steps(100),
            Validation = new ValidationOptions { Fraction = 0.1 },
        };

    /// <summary>The gradients of each phase, the buffers that it leaves, and its metrics, by name.</summary>
    private SortedDictionary<string, double[]> Gradients(string name, BatchSplit split, int accumulate, bool scalesLoss = false)
    {
        using var scope = NewDisposeScope();
        manual_seed(5).Dispose();
        var (model, objective) = Create(name, split);
        var options = Options(accumulate);
        var plan = objective.Plan(options);
        var groups = new ParameterGroups(model, plan, options, totalSteps: 100);
        var phases = plan.Phases.Select(phase => new OptimizedPhase(phase, groups.Of(phase), scalesLoss)).ToArray();
        model.train();
        var results = new SortedDictionary<string, double[]>(StringComparer.Ordinal);
        using var gradients = new BatchGradients(objective, options, model.parameters().Sum(static parameter => parameter.numel()), CPU);
        for (var index = 0; index < phases.Length; index++)
        {
            using var phase = phases[index];
            foreach (var parameter in model.parameters())
            {
                parameter.requires_grad = phase.Parameters.Any(own => ReferenceEquals(own, parameter));
            }

            manual_seed(6).Dispose();
            phase.BeginUpdate();
            gradients.Compute(new TrainingStep(plan, index, Repetition: 0, Seed: 3, Step: 5), phase);
            foreach (var (tensor, parameter) in phase.Phase.Parameters)
            {
                Assert.Equal(parameter.stride(), parameter.grad!.stride());
                results.Add($"{index}.{tensor}", [.. parameter.grad.data<float>().ToArray().Select(static value => (double)value)]);
            }

            results.Add($"{index}.update", [phase.UpdateLoss]);
            foreach (var metric in phase.TakeMeans(1).Where(static metric => metric.Name is not ("perplexity" or "codes_used")))
            {
                results.Add($"{index}.{metric.Name}", [metric.Value]);
            }
        }

        foreach (var (buffer, tensor) in model.named_buffers())
        {
            results.Add(buffer, [.. tensor.data<float>().ToArray().Select(static value => (double)value)]);
        }

        return results;
    }

    private (nn.Module Model, Objective Objective) Create(string name, BatchSplit split)
    {
        if (name.StartsWith("next-token", StringComparison.Ordinal))
        {
            var gpt = new CharacterGpt { Split = split, Recomputes = name != "next-token" };
            return (gpt, gpt.CreateObjective(_tokens));
        }

        if (name.StartsWith("elbo", StringComparison.Ordinal))
        {
            // One axis of the latent has more than the free bits, the other less.
            var vae = new SmallVae(classes: 3) { Split = split };
            using (no_grad())
            {
                vae.Mean.bias!.copy_(torch.tensor(new[] { 2f, 0f }));
            }

            return (vae, new ElboObjective(vae, _images, new ElboOptions { Beta = 0.7, FreeBits = name == "elbo" ? 0 : 0.5 }));
        }

        if (name == "vector-quantised")
        {
            var vqVae = new SmallVqVae(dropout: 0) { Split = split };
            return (vqVae, vqVae.CreateObjective(_images));
        }

        AdversarialLoss loss = name.Split(' ')[0] switch
        {
            "non-saturating" => new NonSaturatingLoss { LabelSmoothing = 0.1 },
            "least-squares" => new LeastSquaresLoss(),
            "hinge" => new HingeLoss(),
            "wasserstein" => new WassersteinLoss(),
            _ => new RelativisticLoss(),
        };
        var gan = name.Contains("labels", StringComparison.Ordinal)
            ? new SmallGan(classes: 3, projects: true, loss) { Split = split }
            : new SmallGan(loss: loss) { Split = split };
        return (gan, gan.CreateObjective(_images));
    }
}
