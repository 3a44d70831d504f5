using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ModelGen.Checkpoints;
using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Tests.Language;
using ModelGen.Compiler.Words;
using ModelGen.Data;
using ModelGen.EndToEnd.Tests.Collecting;
using ModelGen.EndToEnd.Tests.Generated;
using ModelGen.EndToEnd.Tests.Graphs;
using ModelGen.Evaluation;
using ModelGen.Models;
using ModelGen.Plots;
using ModelGen.Runs;
using ModelGen.Sampling;
using ModelGen.Tokenization;
using ModelGen.Training;
using ModelGen.Training.Gradients;
using ModelGen.Training.Guards;
using ModelGen.Training.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Devices;

/// <summary>
/// Training, sampling and evaluation of every family on libtorch's META device, which has shapes but no numbers: what is left on the CPU
/// meets what is not, as it would on a GPU.
/// </summary>
public sealed class MetaTests : IClassFixture<ModelTests.Models>, IDisposable
{
    private const int Batch = 4;

    private readonly ModelTests.Models _models;
    private readonly TemporaryFolder _folder = new();
    private readonly MetaKernels _kernels;
    private readonly OperatorWatch _watch;

    public MetaTests(ModelTests.Models models)
    {
        _models = models;
        _kernels = new MetaKernels();
        _watch = new OperatorWatch();
    }

    // Where only answers count, the objective looks for them among the tokens, which this device does not keep.
    public static TheoryData<string> Words => [.. ModelTests.NamesOfWords.Where(static word => word != "objective next-token")];

    public static TheoryData<string, string> WaysOfFamilies => ModelTests.WaysOfFamilies;

    public static TheoryData<string> NetworkWords =>
        [
            .. EveryWord
                .Specs.Where(static word => word.Word is Layer or Initialiser or DataKind || (word.Word as Family)?.Word == "network")
                .Select(static word => word.Name),
        ];

    public static TheoryData<string, string> Conditions
    {
        get
        {
            var all = new TheoryData<string, string>();
            foreach (var family in new[] { "vae", "vq-vae" })
            {
                all.Add(family, "");
                all.Add(family, "condition: { classes: 2 }");
            }

            all.Add("gan", "");
            foreach (var generator in new[] { "concatenated", "embedded: 5" })
            {
                foreach (var discriminator in new[] { "concatenated", "embedded: 4", "projection" })
                {
                    all.Add(
                        "gan",
                        $"condition: {{ classes: 2, generator: {Written(generator)}, discriminator: {Written(discriminator)} }}"
                    );
                }
            }

            return all;

            static string Written(string word) => word.Contains(':', StringComparison.Ordinal) ? $"{{ {word} }}" : word;
        }
    }

    public void Dispose()
    {
        _watch.Dispose();
        _kernels.Dispose();
        _folder.Dispose();
    }

    [LinuxTheory]
    [MemberData(nameof(Words))]
    public void TrainsWithEveryWord(string word)
    {
        using var trained = _models.Create(word, META);
        Train(trained, trained.Options);
        Ask(trained);
        Finish();
    }

    [LinuxTheory]
    [MemberData(nameof(WaysOfFamilies))]
    public void TrainsInEveryWay(string family, string way)
    {
        using var trained = _models.Create(family, META);
        Train(trained, ModelTests.Ways[way](trained.Options));
        Finish();
    }

    [LinuxTheory]
    [InlineData("family transformer")]
    [InlineData("family encoder-decoder")]
    [InlineData("family vae")]
    [InlineData("family vq-vae")]
    [InlineData("family network 2")]
    public void TrainsUnderGuards(string family)
    {
        using var trained = _models.Create(family, META);
        Train(
            trained,
            trained.Options with
            {
                Duration = Duration.Steps(3),
                Rollback = new RollbackOptions { Deviations = 3 },
                EarlyStopping = new EarlyStoppingOptions { Patience = 1 },
                Average = 0.9,
            }
        );
        Finish();
    }

    [LinuxTheory]
    [MemberData(nameof(ModelTests.Families), MemberType = typeof(ModelTests))]
    public void GoesOnFromACheckpoint(string family)
    {
        using var trained = _models.Create(family, META);
        var options = trained.Options with { Average = 0.9 };
        Train(trained, options);
        using var checkpoint = Checkpoint.OpenNewest(_folder.Of("run"), static step => step < 2);
        using (var trainer = new Trainer(trained.Objective, options, seed: 1))
        {
            trainer.Resume(checkpoint);
            Assert.Equal(TrainingOutcome.Finished, trainer.Run().Outcome);
        }

        switch (trained.Model)
        {
            case SampleModel model:
                checkpoint.LoadInto(model);
                break;
            case LanguageModel model:
                checkpoint.LoadInto(model);
                break;
            case EncoderDecoder model:
                checkpoint.LoadInto(model);
                break;
            case Network model:
                checkpoint.LoadInto(model);
                break;
        }

        Finish();
    }

    [LinuxTheory]
    [InlineData("transformer", "float16")]
    [InlineData("transformer", "bfloat16")]
    [InlineData("vae", "float16")]
    [InlineData("vae", "bfloat16")]
    [InlineData("vq-vae", "float16")]
    [InlineData("vq-vae", "bfloat16")]
    [InlineData("gan", "float16")]
    [InlineData("gan", "bfloat16")]
    public void TrainsInHalfPrecision(string family, string precision)
    {
        var spec = EveryWord.Specs.Single(word => word.Name == $"family {family}").Spec;
        using var trained = new TrainedModel(SpecAssembly.Compile($"{Without("precision", spec)}precision: {precision}\n"), Batch, META);
        Train(trained, trained.Options);
        Ask(trained);
        Finish();
    }

    [LinuxTheory]
    [MemberData(nameof(Conditions))]
    public void TrainsWithEveryCondition(string family, string condition)
    {
        var spec = EveryWord.Specs.Single(word => word.Name == $"family {family}").Spec;
        using var trained = new TrainedModel(SpecAssembly.Compile($"{Without("condition", spec)}{condition}\n"), Batch, META);
        Train(trained, trained.Options);
        Ask(trained);
        Finish();
    }

    [LinuxTheory]
    [MemberData(nameof(NetworkWords))]
    public void NetworksAreOptimised(string word)
    {
        var spec = EveryWord.Specs.Single(each => each.Name == word).Spec;
        var compiled = SpecAssembly.Compile(spec);
        using var scope = NewDisposeScope();
        using var model = compiled.Create<nn.Module>(device: META);

        // In training 'recompute' draws random numbers twice, which it does on the CPU and with CUDA alone.
        foreach (var training in spec.Contains("recompute: true", StringComparison.Ordinal) ? [false] : new[] { true, false })
        {
            model.train(training);
            var outputs = Call(compiled, model);
            Assert.All(outputs, static output => Assert.Equal(DeviceType.META, output.device_type));
            if (outputs[0].requires_grad)
            {
                outputs[0].sum().backward();
            }
        }

        if (model.parameters().Any())
        {
            using var optimizer = new AdamW(NamedParameter.AllOf(model), new AdamWOptions { LearningRate = 0.1 });
            GradientNorm.Clip(model.parameters(), 1);
            optimizer.Step(0.1);
        }

        Finish();
    }

    [LinuxTheory]
    [InlineData("family transformer")]
    [InlineData("family encoder-decoder")]
    [InlineData("family vae")]
    [InlineData("family vq-vae")]
    [InlineData("family network 2")]
    public void LearningRatesAndDivergencesAreLookedFor(string family)
    {
        using var trained = _models.Create(family, META);
        var test = new LearningRateRangeTest(trained.Objective, trained.Options) { Steps = 2 };
        test.Run(_folder.Path);
        var plan = trained.Objective.Plan(trained.Options);
        Assert.Null(
            Divergence.Find(trained.Model, () =>
                trained.Objective.Loss(new TrainingStep(plan, Phase: 0, Repetition: 0, Seed: 1, Step: 0)).Total
            )
        );
        Finish();
    }

    [LinuxFact]
    public void ImagesAreVariedDrawnAndMeasured()
    {
        using var scope = NewDisposeScope();
        using var data = SampleDataset.Create(
            DrawnDigits.Create(40, seed: 1),
            DrawnDigits.Create(20, seed: 2),
            0.5,
            new ImageAugmentation { HorizontalFlip = true, CropPadding = 2 },
            META
        );
        using (var batch = data.Training.Batch(4, seed: 1, batch: 0))
        {
            ImageGrid.Write(_folder.Of("grid.png"), batch.Samples, columns: 2);
            ImageGrid.WritePairs(_folder.Of("pairs.png"), batch.Samples, batch.Samples, columns: 3);
            LatentMap.Write(_folder.Of("map.png"), batch.Samples.flatten(1).narrow(1, 0, 2), batch.Labels);
        }

        var (images, labels) = (data.Training.Samples.to(float32).div_(255), data.Training.Labels!);
        using var extractor = ClassifierExtractor.Train(images, labels, images, labels, data.Classes.Count, epochs: 1, device: META);
        extractor.Save(_folder.Of("classifier.safetensors"));
        using var loaded = ClassifierExtractor.Load(_folder.Of("classifier.safetensors"), META);
        using var evaluation = new ImageEvaluation(data, loaded);
        var report = new EvaluationReport("digits");
        evaluation.AddTo(report, images, labels);
        evaluation.NearestTrainingImages(images);
        Finish();
    }

    [LinuxTheory]
    [InlineData("a mask", "aten::mul(META")]
    [InlineData("a number", "aten::mul(META")]
    [InlineData("an index", "aten::index_select(META")]
    [InlineData("one of several", "aten::cat(META")]
    [InlineData("a matrix", "aten::matmul(META")]
    public void WhatIsLeftOnTheCpuIsFound(string what, string call)
    {
        using var trained = _models.Create("family transformer", META);
        var objective = new CarelessObjective(trained.Objective, what);
        try
        {
            using var trainer = new Trainer(objective, trained.Options with { Accumulate = 1 });
            trainer.Run();
        }
        catch (ExternalException exception)
        {
            Assert.Contains("Expected all tensors to be on the same device", exception.Message, StringComparison.Ordinal);
        }

        var found = Assert.Single(
            OperatorWatch.Found.Where(line => line.Contains(nameof(CarelessObjective), StringComparison.Ordinal)).Distinct()
        );
        Assert.StartsWith(call, found, StringComparison.Ordinal);
        Assert.Contains(
            $"{nameof(CarelessObjective)}.{nameof(CarelessObjective.Loss)} (CarelessObjective.cs:",
            found,
            StringComparison.Ordinal
        );
    }

    private static void Finish() => Assert.Equal("", string.Join("\n", OperatorWatch.Found));

    private static Tensor[] Call(CompiledModel compiled, nn.Module model)
    {
        var lengths = new Dictionary<string, long> { [DataShape.Sequence] = 5, ["S"] = 3 };
        Tensor[] inputs = [.. compiled.Graph.Root.Inputs.Select(value => compiled.Input(value, Batch, lengths, META))];
        var result = model.GetType().GetMethod("call", [.. inputs.Select(static _ => typeof(Tensor))])!.Invoke(model, inputs);
        return result is ITuple tuple ? [.. Enumerable.Range(0, tuple.Length).Select(i => (Tensor)tuple[i]!)] : [(Tensor)result!];
    }

    private static string Without(string key, string spec) =>
        string.Concat(
            spec.Split('\n')
                .Where(line => line.Length > 0 && !line.StartsWith($"{key}:", StringComparison.Ordinal))
                .Select(static line => line + "\n")
        );

    private void Train(TrainedModel trained, TrainingOptions options)
    {
        options = options with
        {
            Validation = options.Validation with { Every = Duration.Steps(1), Batches = 1 },
            Checkpoint = new CheckpointOptions { Every = Duration.Steps(1) },
        };
        using var trainer = new Trainer(trained.Objective, options, seed: 1)
        {
            ReportEvery = 1,
            CheckpointFolder = _folder.Of("run"),
            Observers = { new Watcher() },
        };
        Assert.Equal(TrainingOutcome.Finished, trainer.Run().Outcome);
    }

    private static void Ask(TrainedModel trained)
    {
        using var scope = NewDisposeScope();
        switch (trained.Model)
        {
            case SampleModel model:
                if (model is VqVae codes)
                {
                    codes.FitPrior((SampleDataset)trained.Data);
                }

                // A person's own images, latents and labels are on the CPU, as a rule.
                foreach (var given in new[] { META, CPU })
                {
                    var images = rand([Batch, .. model.SampleShape], device: given);
                    var labels = model.ClassCount > 0 ? randint(model.ClassCount, Batch, int64, given) : null;
                    Assert.Equal(DeviceType.META, model.Sample(Batch, seed: 1, labels).device_type);
                    foreach (var (call, _) in SampleModelRun.Calls(model, images, labels))
                    {
                        Assert.All(call(), static result => Assert.Equal(DeviceType.META, result.device_type));
                    }
                }

                break;
            case LanguageModel { IsCausal: true } model:
                TextGenerator.Generate(model, model.CreateTokenizer("0123456789 and.\n"), "1 and", 3, new SamplingOptions { TopK = 2 });
                break;
            case LanguageModel model:
                MaskFilling.Fill(model, ((TokenDataset)trained.Data).Tokenizer, "1 <mask> 2");
                break;
            case EncoderDecoder model:
                SequenceGenerator.Generate(model, ((PairDataset)trained.Data).Tokenizer, "1 and", new SamplingOptions { TopK = 2 });
                break;
        }
    }

    private sealed class Watcher : TrainingObserver;
}
