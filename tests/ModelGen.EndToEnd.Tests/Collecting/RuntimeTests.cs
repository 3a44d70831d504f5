using System.Reflection;
using ModelGen.Checkpoints;
using ModelGen.Data;
using ModelGen.EndToEnd.Tests.Native;
using ModelGen.Evaluation;
using ModelGen.Layers;
using ModelGen.Likelihoods;
using ModelGen.Losses;
using ModelGen.Models;
using ModelGen.Native;
using ModelGen.Objectives;
using ModelGen.Plots;
using ModelGen.Policies;
using ModelGen.Sampling;
using ModelGen.Tests.Evaluation;
using ModelGen.Tests.Training.Optimizers;
using ModelGen.Tokenization;
using ModelGen.Training;
using ModelGen.Training.Gradients;
using ModelGen.Training.Guards;
using ModelGen.Training.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Collecting;

/// <summary>
/// What the runtime does with numbers beside layers, optimizers and objectives, while garbage is collected: a case for each type.
/// </summary>
[Collection(StressTests.Name)]
public sealed class RuntimeTests : IDisposable
{
    // All types of these have a case elsewhere, from the catalogue or by reflection; so have the steps of the trainer.
    private static readonly Type[] Enumerated =
    [
        typeof(Optimizer),
        typeof(Likelihood),
        typeof(AdversarialLoss),
        typeof(SupervisedLoss),
        typeof(Objective),
        typeof(Stepper),
        typeof(BatchGradients),
    ];

    private static readonly Dictionary<Type, Func<RuntimeTests, Action<ResultBytes>>> Cases = new()
    {
        [typeof(Attention)] = static test =>
        {
            var (query, key, value) = (test.Held(Waves(1, 2, 4, 3)), test.Held(Waves(1, 2, 4, 3)), test.Held(Waves(1, 2, 4, 3)));
            return results =>
                test.Differentiate(results, query, x =>
                    Attention.ScaledDotProduct(x, key, value, 0, isCausal: true, window: 3, hasSlopes: true, isDifferentiatedTwice: true)
                );
        },
        [typeof(TokenLoss)] = static test =>
        {
            var (logits, targets) = (test.Held(Waves(4, 5)), test.Held(tensor(new long[] { 0, 3, TokenLoss.Ignored, 4 })));
            var loss = new TokenLoss(new NextTokenOptions { LabelSmoothing = 0.1, ZLoss = 0.2 }, TokenLoss.Ignored);
            return results =>
            {
                results.Take(loss.CrossEntropy(logits, targets));
                test.Differentiate(results, logits, x =>
                {
                    var step = loss.Mean(x, targets);
                    results.Take(step.Parts[0].Value);
                    return step.Total;
                });
            };
        },
        [typeof(TeacherDivergence)] = static test =>
        {
            var (scores, teacher) = (test.Held(Waves(4, 5)), test.Held(0.5f * Waves(4, 5)));
            return results =>
            {
                results.Take(TeacherDivergence.Sum(scores, teacher, temperature: 1));
                test.Differentiate(results, scores, x => TeacherDivergence.Mean(x, teacher, temperature: 2.5));
            };
        },
        [typeof(PreferenceLoss)] = static test => OfPairs(test, new DpoLoss()),
        [typeof(DpoLoss)] = static test => OfPairs(test, new DpoLoss { LabelSmoothing = 0.1 }),
        [typeof(IpoLoss)] = static test => OfPairs(test, new IpoLoss()),
        [typeof(SimpoLoss)] = static test => OfPairs(test, new SimpoLoss()),
        [typeof(OrpoLoss)] = static test => OfPairs(test, new OrpoLoss()),
        [typeof(PolicyLoss)] = static test =>
        {
            var (old, advantages) = (test.Held(Waves(3, 4)), test.Held(0.5f * Waves(3, 4)));
            var now = test.Held(old + (0.3f * advantages));
            return results =>
            {
                results.Take(PolicyLoss.IsClipped(now, old, 0.1));
                test.Differentiate(results, now, x => PolicyLoss.Clipped(x, old, advantages, 0.1));
                test.Differentiate(results, now, x => PolicyLoss.Divergence(x, old));
                test.Differentiate(results, now, x => PolicyLoss.ClippedValues(x, old, advantages, 0.1));
            };
        },
        [typeof(PolicyPart)] = static test =>
        {
            var (old, mask) = (test.Held(Waves(3, 4)), test.Held(ones(3, 4)));
            var now = test.Held(1.1f * old);
            var part = new PolicyPart(now, old, old, mask, old)
            {
                Tokens = 12,
                UpdateTokens = 24,
                ShareOfAnswers = 0.5,
            };
            return results => results.Take(part.ClipShare(0.1));
        },
        [typeof(HiddenStates)] = static test =>
        {
            var (embedding, linear) = (nn.Embedding(5, 3), nn.Linear(3, 5));
            var model = test.Held(nn.Sequential(embedding, linear));
            var tokens = test.Held(tensor(new long[] { 0, 3, 4 }, [1, 3]));
            return results =>
            {
                var states = new HiddenStates(model);
                using var collected = states.Collect();
                results.Take(model.call(tokens));
                results.Add(collected.Last);
            };
        },
        [typeof(AnswerMask)] = static test =>
        {
            var (inputs, targets) = (
                test.Held(tensor(new long[] { 1, 7, 2, 8, 3, 1, 8, 4 }, [2, 4])),
                test.Held(tensor(new long[] { 7, 2, 8, 3, 1, 8, 4, 7 }, [2, 4]))
            );
            return results =>
            {
                using var mask = new AnswerMask(answer: 7, end: 8).Of(inputs, targets);
                results.Take(mask.to(float32));
            };
        },
        [typeof(ExpertRouter)] = static test =>
        {
            var (router, input) = (test.Held(new ExpertRouter(3, 4)), test.Held(Waves(6, 4)));
            nn.Module<Tensor, Tensor>[] experts = [.. Enumerable.Range(0, 3).Select(_ => test.Held(nn.Linear(4, 2)))];
            return results => test.Differentiate(results, input, x => router.Mix(x, experts));
        },
        [typeof(AuxiliaryLosses)] = static test =>
        {
            var input = test.Held(Waves(3).requires_grad_());
            return results =>
            {
                using var losses = AuxiliaryLosses.Collect();
                using (var loss = input.sum())
                {
                    AuxiliaryLosses.Add("one", loss, 0.3);
                    AuxiliaryLosses.Add("one", loss, 0.4);
                }

                results.Add([losses.Total!]);
                results.Add(losses.Shown().Select(static shown => shown.Value));
            };
        },
        [typeof(ModelWeights)] = static test =>
        {
            var module = test.Held(nn.Linear(3, 2));
            var path = test._folder.Of("weights.safetensors");
            var table = new WeightTable("test", [new("w", "weight", 0, 2) { Added = "first" }, new("b", "bias", 0, 2)]);
            return results =>
            {
                var weights = new ModelWeights(module, table);
                weights.Save(path);
                weights.Load(path);
                results.Add(module.state_dict().Values);
            };
        },
        [typeof(SequencePooling)] = static test =>
        {
            var (sequence, presence) = (test.Held(Waves(2, 3, 4)), test.Held(tensor([1f, 1, 0, 1, 0, 0], [2, 3])));
            return results =>
            {
                test.Differentiate(results, sequence, x => SequencePooling.Mean(x, presence));
                test.Differentiate(results, sequence, x => SequencePooling.Last(x, presence));
            };
        },
        [typeof(Growth)] = static test =>
        {
            var (weight, small) = (test.Held(nn.Parameter(Waves(4, 3))), test.Held(Waves(4, 3)));
            var large = test.Held(32 * Waves(4, 3));
            return results =>
            {
                using var noGrad = no_grad();
                weight.copy_(small);
                var growth = new Growth([weight]);
                weight.copy_(large);
                results.AddValue(growth.Sentence()!);
            };
        },
        [typeof(BatchNorm)] = static test =>
        {
            var (norm, input) = (test.Held(new BatchNorm2d(3)), test.Held(Waves(4, 3, 2, 2)));
            return results =>
            {
                norm.reset_running_stats();
                test.Differentiate(results, input, norm.call);
                results.Add(norm.state_dict().Values);
            };
        },
        [typeof(ClassBalance)] = static test => results => results.AddValue(ClassBalance.Between(test._labels, test._labels, 3)),
        [typeof(ClassifierExtractor)] = static test =>
            results =>
            {
                using var classifier = ClassifierExtractor.Train(test._images, test._labels, test._images, test._labels, 3, epochs: 1);
                results.Take(classifier.Features(test._images));
            },
        [typeof(ClassifierNetwork)] = static test =>
        {
            var (network, input) = (test.Held(new ClassifierNetwork(1, 8, 8, 3)), test.Held(Images(2, 1, 8, 8)));
            return results => test.Differentiate(results, input, network.call);
        },
        [typeof(CodePrior)] = static test =>
        {
            var codes = test.Held(tensor([.. Enumerable.Range(0, 24).Select(static i => i * i % 4L)], [4, 2, 3]));
            var labels = test.Held(tensor([0L, 1L, 1L, 0L]));
            return results =>
            {
                var prior = new CodePrior(4, [2, 3], 2);
                prior.Count(codes, labels);
                results.Take(prior.Draw(4, seed: 1, labels));
            };
        },
        [typeof(DataCopying)] = static test => results => results.AddValue(DataCopying.Measure(test._features, test._others, test._others)),
        [typeof(DensityCoverage)] = static test => results => results.AddValue(DensityCoverage.Between(test._features, test._others)),
        [typeof(DivergenceSearch)] = static test =>
        {
            var (linear, input) = (test.Held(nn.Linear(3, 2, hasBias: false)), test.Held(Waves(4, 3)));
            nn.init.zeros_(linear.weight!);
            return results =>
                results.AddValue(
                    Divergence
                        .Find(linear, () =>
                        {
                            // The gradient of a root at 0 is infinite.
                            using var zeros = linear.call(input);
                            using var roots = zeros.sqrt();
                            return roots.sum();
                        })!
                        .Sentence
                );
        },
        [typeof(FeatureStatistics)] = static test =>
            results =>
            {
                using var statistics = new FeatureStatistics(5);
                statistics.Add(test._features);
                statistics.Add(test._others);
                results.Take(statistics.Mean());
                results.Take(statistics.Covariance());
            },
        [typeof(FrechetDistance)] = static test => results => results.AddValue(FrechetDistance.Between(test._features, test._others)),
        [typeof(Gan)] = static test =>
        {
            var (model, labels) = (test.Held(new DigitGame()), test.Held(tensor([1L, 2L])));

            // In training a spectral norm moves on.
            model.eval();
            return results =>
            {
                using var images = model.Sample(2, seed: 1, labels);
                using (no_grad())
                {
                    results.Take(model.Score(images, labels));
                }

                results.Add(images);
            };
        },
        [typeof(GradientNorm)] = static test =>
        {
            var parameters = SmallParameters.Create();
            return results =>
            {
                using (NewDisposeScope())
                {
                    SmallParameters.SetGradients(parameters, 1);
                }

                results.Take(GradientNorm.Clip(parameters.Select(static parameter => parameter.Value), 0.1));
                foreach (var parameter in parameters)
                {
                    results.Take(parameter.Value.grad);
                }
            };
        },
        [typeof(GradientPenalty)] = static test =>
        {
            var critic = test.Held(nn.Sequential(nn.Linear(5, 4), nn.Tanh(), nn.Linear(4, 1)));
            var (real, fake) = (test.Held(Waves(6, 5)), test.Held(Waves(6, 5)));
            return results =>
            {
                using (var penalty = GradientPenalty.Interpolated(critic.call, real, fake))
                {
                    penalty.backward();
                }

                using (var penalty = GradientPenalty.ZeroCentred(critic.call, real))
                {
                    penalty.backward();
                }

                foreach (var parameter in critic.parameters())
                {
                    results.Take(parameter.grad);
                    parameter.grad = null;
                }
            };
        },
        [typeof(SampleSplit)] = static test =>
        {
            var data = test.Held(SampleDataset.Create(DrawnDigits.Create(20, seed: 1), test: null, validationFraction: 0.2));
            return results =>
            {
                using var batch = data.Training.Batch(4, seed: 1, batch: 0);
                results.Add(batch.Samples, batch.Labels!);
            };
        },
        [typeof(KernelDistance)] = static test =>
            results => results.AddValue(KernelDistance.Between(test._features, test._others, subsets: 3, subsetSize: 10)),
        [typeof(LatentModel)] = static test =>
        {
            var (model, from, to) = (test.Held(new DigitGame()), test.Held(Waves(DigitGame.Latent)), test.Held(ones(DigitGame.Latent)));
            return results =>
            {
                results.Take(model.Interpolate(from, to, 3, Interpolation.Spherical, label: 2));
                results.Take(model.Traverse(from, axis: 1, steps: 3, label: 3));
            };
        },
        [typeof(LatentPath)] = static test =>
        {
            var (from, to) = (test.Held(Waves(6)), test.Held(ones(6)));
            return results =>
            {
                results.Take(LatentPath.Between(from, to, 4));
                results.Take(LatentPath.Between(from, to, 4, Interpolation.Spherical));
                results.Take(LatentPath.Along(from, axis: 2, from: -1, to: 1, steps: 4));
            };
        },
        [typeof(LossScaling)] = static test =>
        {
            var parameters = SmallParameters.Create();
            return results =>
            {
                using var scaling = new LossScaling();
                for (var step = 0; step < 2; step++)
                {
                    using (NewDisposeScope())
                    {
                        SmallParameters.SetGradients(parameters, step);
                        if (step == 1)
                        {
                            parameters[6].Value.grad!.div_(test._zero);
                        }
                    }

                    results.AddValue(scaling.Unscale(parameters.Select(static parameter => parameter.Value)));
                }

                results.Add(scaling.State.Values);
            };
        },
        [typeof(MinibatchDeviation)] = static test =>
        {
            var input = test.Held(Waves(4, 2, 3));
            return results => test.Differentiate(results, input, static x => MinibatchDeviation.Append(x, 2));
        },
        [typeof(NearestNeighbours)] = static test =>
            results =>
            {
                using var neighbours = NearestNeighbours.Find(test._features, test._others, 3);
                results.Add(neighbours.Indices, neighbours.Distances);
            },
        [typeof(NewtonSchulz)] = static test =>
        {
            var matrices = test.Held(Waves(2, 4, 3));
            return results => results.Take(NewtonSchulz.Orthogonalise(matrices));
        },
        [typeof(PairwiseDistances)] = static test =>
        {
            var set = test.Held(test._features.to(float64));
            return results => results.Take(PairwiseDistances.SquaredRadii(set, 2));
        },
        [typeof(ImageGrid)] = static test =>
            results =>
            {
                var path = test._folder.Of("grid.png");
                ImageGrid.WritePairs(path, test._images, test._images, columns: 5);
                results.AddValue(Convert.ToHexString(File.ReadAllBytes(path)));
            },
        [typeof(PrecisionRecall)] = static test => results => results.AddValue(PrecisionRecall.Between(test._features, test._others)),
        [typeof(RepeatedDraws)] = static test =>
        {
            var (part, input) = (test.Held(nn.Sequential(nn.Linear(3, 3), nn.Dropout(0.5))), test.Held(Waves(4, 3)));
            return results =>
            {
                manual_seed(1).Dispose();
                test.Differentiate(results, input, x => Recompute.Call(part, x));
            };
        },
        [typeof(ScalarSum)] = static test =>
            results =>
            {
                using var sum = new ScalarSum(CPU);
                sum.Add(test._zero, share: 0.5);
                sum.Add(test._half, share: 0.25);
                results.AddValue(sum.Read());
            },
        [typeof(RotaryPositions)] = static test =>
        {
            var input = test.Held(Waves(2, 2, 5, 4));
            return results =>
            {
                using var table = RotaryPositions.Table(5, 4, 100, 2, true, CPU);
                test.Differentiate(results, input, x => RotaryPositions.Rotate(x, table, true));
                results.Add([table]);
            };
        },
        [typeof(RmsNorm)] = static test =>
        {
            var (norm, input) = (test.Held(new RmsNorm([3])), test.Held(Waves(4, 3)));
            return results => test.Differentiate(results, input, norm.call);
        },
        [typeof(LowRankAdapter)] = static test =>
        {
            var (layer, input) = (test.Held(nn.Linear(3, 4)), test.Held(Waves(5, 3)));
            LowRankAdapter.AddTo(layer, rank: 2, scale: 0.7, dropout: 0, hasMagnitude: true);
            var adapter = LowRankAdapter.AllOf(layer).Single();
            using (var change = Waves(4, 2))
            using (no_grad())
            {
                adapter.b.copy_(change);
            }

            return results =>
            {
                test.Differentiate(results, input, layer.call);
                using var changed = LowRankAdapter.Merge(layer);
                results.Add(layer.weight!);
            };
        },
        [typeof(QuantisedWeight)] = static test =>
        {
            var input = test.Held(Waves(5, 3));
            return results =>
            {
                using var layer = nn.Linear(3, 4);
                using (var weight = Waves(4, 3))
                using (no_grad())
                {
                    layer.weight!.copy_(weight);
                }

                using var quantised = new QuantisedWeight(layer, new RestoredMatrices());
                test.Differentiate(results, input, quantised.Product);
                results.Add(quantised.scale);
            };
        },
        [typeof(SinusoidalPositions)] = static _ => static results => results.Take(SinusoidalPositions.Table(5, 6, CPU)),
        [typeof(TextGenerator)] = static test =>
        {
            var (model, tokenizer) = (test.Held(new Scribe()), new ByteTokenizer());
            return results => results.AddValue(TextGenerator.Generate(model, tokenizer, "The ", 6, Scribe.Sampling, seed: 1));
        },
        [typeof(TorchScriptExtractor)] = static test =>
        {
            var path = test._folder.Of("tiny.pt");
            const string Body = "return torch.mul(torch.mean(x, [2, 3]), torch.add(float(n), f)) if b else x";
            File.WriteAllBytes(path, SavedScript.Of(Body, "x: Tensor, b: bool, n: int, f: float"));
            var input = new TorchScriptInput
            {
                Channels = 3,
                Size = (4, 4),
                Range = (0, 255),
                Mean = [0.5],
                StandardDeviation = [2],
                Arguments = [true, 3L, 0.5],
            };
            var extractor = test.Held(new TorchScriptExtractor(path, input));
            return results => results.Take(extractor.Features(test._images));
        },
        [typeof(TruncatedNormal)] = static test =>
        {
            var weight = test.Held(zeros(4, 5));
            return results =>
            {
                manual_seed(1).Dispose();
                results.Add(TruncatedNormal.Fill(weight, 0.02));
            };
        },
        [typeof(Vae)] = static test =>
        {
            var (model, images) = (test.Held(new Digits()), test.Held(Images(2, 1, 28, 28)));
            return results =>
            {
                results.Take(model.LogLikelihoodBound(images, draws: 2, seed: 1));
                results.Take(model.Reconstruct(images));
                results.Take(model.Sample(2, seed: 1));
            };
        },
        [typeof(VectorQuantiser)] = static test =>
        {
            var grid = test.Held(Waves(3, 2, 2, 2));
            return results =>
            {
                manual_seed(1).Dispose();
                using var quantiser = new VectorQuantiser(4, 2);
                for (var step = 0; step < 2; step++)
                {
                    var (codes, vectors) = quantiser.Quantise(grid);
                    using (vectors)
                    {
                        results.Take(VectorQuantiser.StraightThrough(grid, vectors));
                    }

                    using (codes)
                    {
                        results.Take(quantiser.Counts(codes));
                    }
                }

                results.Add(quantiser.state_dict().Values);
            };
        },
        [typeof(WeightAverage)] = static test =>
        {
            var (model, input) = (test.Held(nn.Linear(3, 2)), test.Held(Waves(2, 3)));
            var weight = test.Held(zeros_like(model.weight!));
            return results =>
            {
                nn.init.ones_(model.weight!);
                using var average = new WeightAverage(model, decay: 0.9, warmUp: true);
                for (var step = 0; step < 3; step++)
                {
                    using (no_grad())
                    {
                        model.weight!.copy_(weight);
                    }

                    average.Update();
                }

                using (average.Swap())
                {
                    results.Take(model.call(input));
                }

                results.Add(average.State.Values);
            };
        },
    };

    private readonly Stress _stress;
    private readonly TemporaryFolder _folder = new();
    private readonly List<IDisposable> _held = [];
    private readonly Tensor _features;
    private readonly Tensor _others;
    private readonly Tensor _images;
    private readonly Tensor _labels;
    private readonly Tensor _zero;
    private readonly Tensor _half;

    public RuntimeTests(Stress stress)
    {
        _stress = stress;
        manual_seed(1).Dispose();
        (_features, _others, _images) = (Held(Waves(40, 5)), Held(rand(30, 5)), Held(Images(12, 1, 8, 8)));
        (_labels, _zero, _half) = (
            Held(tensor([.. Enumerable.Range(0, 12).Select(static i => i % 3L)])),
            Held(tensor(0f)),
            Held(tensor(0.5f))
        );
    }

    public static TheoryData<string> Names => [.. Cases.Keys.Select(static type => type.Name)];

    public void Dispose()
    {
        _held.ForEach(static held => held.Dispose());
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void DoesTheSame(string type) => _stress.Check(Cases.Single(each => each.Key.Name == type).Value(this));

    [Fact]
    public void EveryTypeThatHandsNumbersOverHasACase() =>
        CheckCasesOf(
            RuntimeCode
                .TypesThatCall(typeof(Numbers), typeof(TensorArithmetic), typeof(RngState))
                .Where(static type => !Enumerated.Any(each => each.IsAssignableFrom(type)))
        );

    // Measures are records that a static method of theirs makes from tensors.
    [Fact]
    public void EveryMeasureHasACase() =>
        CheckCasesOf(
            typeof(FrechetDistance)
                .Assembly.GetTypes()
                .Where(static type => type.Namespace == typeof(FrechetDistance).Namespace)
                .Where(static type => type.GetMethods().Any(method => method.IsStatic && method.ReturnType == type && TakesTensor(method)))
        );

    private static bool TakesTensor(MethodInfo method) =>
        method.GetParameters() is [var first, ..] && first.ParameterType == typeof(Tensor);

    private static void CheckCasesOf(IEnumerable<Type> types)
    {
        var missing = types.Except(Cases.Keys).Select(static type => type.Name).ToList();
        Assert.True(missing.Count == 0, $"What {string.Join(", ", missing)} does with numbers has no case among {nameof(Cases)}.");
    }

    // Of four pairs, as the chosen answers' log-probabilities change.
    private static Action<ResultBytes> OfPairs(RuntimeTests test, PreferenceLoss loss)
    {
        var (waves, lengths) = (test.Held(Waves(4)), test.Held(3 * ones(4)));
        var all = test.Held(waves - 4);
        return results =>
            test.Differentiate(results, all, x =>
                loss.PerPair(new AnswerScores(x, all, lengths, lengths) { ReferenceChosen = waves, ReferenceRejected = all })
            );
    }

    private T Held<T>(T held)
        where T : IDisposable
    {
        _held.Add(held);
        return held;
    }

    // Forward and backward, in a direction of which no element is as another.
    private void Differentiate(ResultBytes results, Tensor input, Func<Tensor, Tensor> compute)
    {
        using var leaf = input.detach();
        leaf.requires_grad_();
        using var output = compute(leaf);
        using var direction = Waves(output.shape);
        using var products = output.mul(direction);
        using var loss = products.sum();
        loss.backward();
        results.Add(output);
        results.Take(leaf.grad);
    }

    private static Tensor Waves(params long[] shape)
    {
        var count = (int)shape.Aggregate(1L, static (product, length) => product * length);
        return tensor([.. Enumerable.Range(0, count).Select(static i => (float)Math.Sin(1 + (0.7 * i) + (0.01 * i * i)))], shape);
    }

    private static Tensor Images(params long[] shape)
    {
        var count = (int)shape.Aggregate(1L, static (product, length) => product * length);
        return tensor([.. Enumerable.Range(0, count).Select(static i => (float)(0.5 + (0.5 * Math.Sin(0.3 * i))))], shape);
    }
}
