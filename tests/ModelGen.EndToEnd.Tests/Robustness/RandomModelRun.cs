using ModelGen.Checkpoints;
using ModelGen.Compiler.Shapes;
using ModelGen.Data;
using ModelGen.EndToEnd.Tests.Generated;
using ModelGen.EndToEnd.Tests.Graphs;
using ModelGen.Layers;
using ModelGen.Models;
using ModelGen.Sampling;
using ModelGen.Training;
using ModelGen.Training.Guards;
using TorchSharp;
using static TorchSharp.torch;
using Objective = ModelGen.Training.Objective;

namespace ModelGen.EndToEnd.Tests.Robustness;

/// <summary>What a person does with a model of a spec: trains it, measures it, saves it, loads it elsewhere and samples from it.</summary>
/// <param name="compiled">The model.</param>
/// <param name="mayDiverge">Whether its numbers may be not finite.</param>
internal sealed class RandomModelRun(CompiledModel compiled, bool mayDiverge)
{
    private static readonly string Text = string.Concat(Enumerable.Range(0, 60).Select(static i => $"{i % 7} and {i % 3} make {i}.\n"));

    /// <summary>Does all of it.</summary>
    /// <returns>The sentence with which the training ended, if it diverged.</returns>
    public string? Run()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        using var model = compiled.Create<nn.Module>();
        using var data = DataOf(model, compiled.Training);
        if (compiled.Training is { } options && data is not null)
        {
            try
            {
                Train(ObjectiveOf(model, data), options, folder.Of("checkpoints"));
            }
            catch (DivergenceException exception) when (mayDiverge)
            {
                Assert.Matches(@"^[A-Z].+\.$", exception.Message);
                return exception.Message;
            }
        }

        model.eval();
        using var other = compiled.Create<nn.Module>(seed: 2);
        other.eval();
        var path = folder.Of("state.safetensors");
        Safetensors.Write(path, model.state_dict(), new Dictionary<string, string>());
        using (var file = Safetensors.Open(path))
        {
            foreach (var (name, target) in other.state_dict())
            {
                file.ReadInto(name, target);
            }
        }

        var results = Results(model, data).ToList();
        foreach (var (own, loaded) in results.Zip(Results(other, data)))
        {
            Assert.Equal(own.shape, loaded.shape);
            Assert.True(
                own.contiguous().bytes.SequenceEqual(loaded.contiguous().bytes),
                "The model that loaded the state gives something else."
            );
            Assert.True(mayDiverge || own.isfinite().all().item<bool>(), "An output is not finite.");
        }

        return null;
    }

    private void Train(Objective objective, TrainingOptions options, string folder)
    {
        using (var trainer = new Trainer(objective, options, seed: 1) { CheckpointFolder = folder, ReportEvery = 1 })
        {
            var result = trainer.Run();
            Assert.True(
                result.Outcome == TrainingOutcome.Finished || (result.Outcome == TrainingOutcome.Cancelled && options.MaxTime is not null),
                $"The training is {result.Outcome}."
            );
        }

        foreach (var metric in objective.Validate(options.BatchSize))
        {
            Assert.True(mayDiverge || double.IsFinite(metric.Value), $"The metric {metric.Name} is {metric.Value}.");
        }
    }

    private static SampleDataset? Samples(nn.Module model, int batch) =>
        model switch
        {
            SampleModel sampled => RandomSamples.For(sampled, batch),
            Network { InputType: ScalarType.Float32 } network when !network.InputShape.ContainsAnyInRange(long.MinValue, -1) =>
                RandomSamples.For(network, batch),
            _ => null,
        };

    private static IDisposable? DataOf(nn.Module model, TrainingOptions? options) =>
        model is LanguageModel language
            ? TokenDataset.Create(Text, language.CreateTokenizer(Text), language.ContextLength, 0.3)
            : Samples(model, options?.BatchSize ?? 3);

    private Objective ObjectiveOf(nn.Module model, IDisposable data) =>
        model switch
        {
            SampleModel sampled => sampled.CreateObjective((SampleDataset)data),
            LanguageModel language => language.CreateObjective((TokenDataset)data),
            _ => compiled.CreateObjective((Network)model, (SampleDataset)data),
        };

    // Scores from what is kept are those of the whole window, which slides at its end.
    private static void CheckSteps(LanguageModel model)
    {
        using var evaluation = EvaluationMode.Of(model);
        using var decoder = new SequenceDecoder(model);
        using var sequence = decoder.Start([0, model.VocabularySize - 1]);
        for (var step = 0; step < model.ContextLength + 2; step++)
        {
            using var scope = NewDisposeScope();
            var window = sequence.Window.Select(static token => (long)token).ToArray();
            var expected = model.call(tensor(window, [1, window.Length]))[0, -1].data<float>().ToArray();
            var most = expected.Max(MathF.Abs);
            if (!float.IsFinite(most))
            {
                return;
            }

            for (var token = 0; token < expected.Length; token++)
            {
                Assert.InRange(sequence.Scores[token] - expected[token], -1e-4 - (1e-4 * most), 1e-4 + (1e-4 * most));
            }

            decoder.Append(sequence, (step * 7) % model.VocabularySize);
        }
    }

    // What the model gives for the same input and seeds.
    private IEnumerable<Tensor> Results(nn.Module model, IDisposable? data)
    {
        manual_seed(3).Dispose();
        switch (model)
        {
            case SampleModel sampled:
                if (sampled is VqVae codes)
                {
                    codes.FitPrior((SampleDataset)data!);
                }

                var images = rand([3, .. sampled.SampleShape]);
                var labels = sampled.ClassCount > 0 ? randint(sampled.ClassCount, 3, int64) : null;
                foreach (var (call, shapes) in SampleModelRun.Calls(sampled, images, labels))
                {
                    var results = call();
                    Assert.Equal(shapes, results.Select(static result => result.shape));
                    foreach (var result in results)
                    {
                        yield return result;
                    }
                }

                break;
            case LanguageModel language:
                var tokenizer = language.CreateTokenizer(Text);
                yield return language.call(compiled.Input(2, language.ContextLength));
                var sampling = (SamplingOptions)compiled.Type.GetProperty("Sampling")!.GetValue(null)!;
                string generated;
                try
                {
                    generated = TextGenerator.Generate(language, tokenizer, "1 and 2", 12, sampling, seed: 1);
                }
                catch (ModelGenException) when (mayDiverge)
                {
                    yield break;
                }

                yield return tensor(generated.Select(static letter => (int)letter).ToArray());
                if (language.CanStep && language.Precision == ScalarType.Float32)
                {
                    CheckSteps(language);
                }

                break;
            case nn.Module<Tensor, Tensor> network:
                foreach (var length in compiled.Graph.Data.Context == 0 ? [0] : new long[] { 1, compiled.Graph.Data.Context })
                {
                    foreach (var batch in new[] { 1, 3 })
                    {
                        using var input = compiled.Input(batch, length);
                        var output = network.call(input);
                        Assert.Equal(
                            [
                                batch,
                                .. compiled.Graph.Root.Output.Shape.Axes.Select(axis =>
                                    axis.Evaluate(new Dictionary<string, long> { [DataShape.Sequence] = length })
                                ),
                            ],
                            output.shape
                        );
                        yield return output;
                    }
                }

                break;
            default:
                throw new InvalidOperationException($"What a {model.GetType().BaseType!.Name} can be asked is not written here yet.");
        }
    }
}
