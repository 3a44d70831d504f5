using ModelGen.Data;
using ModelGen.Objectives;
using ModelGen.Tests.Models;
using ModelGen.Tokenization;
using ModelGen.Training;
using ModelGen.Training.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Objectives;

public sealed class NextTokenObjectiveTests : IDisposable
{
    private const int Context = 16;

    private static readonly TrainingOptions Options = new()
    {
        Optimizer = new AdamWOptions { LearningRate = 1e-3 },
        BatchSize = 4,
        Duration = Duration.Steps(1),
        Validation = new ValidationOptions(),
    };

    private static readonly string Text = string.Concat(Enumerable.Range(0, 120).Select(static i => $"Line {i * i} of the text.\n"));

    private readonly CharacterGpt _model;
    private readonly TokenDataset _data;
    private readonly NextTokenObjective _objective;

    public NextTokenObjectiveTests()
    {
        manual_seed(1).Dispose();
        _model = new CharacterGpt(context: Context, dropout: 0.5);
        _data = TokenDataset.Create(Text, new ByteTokenizer(), Context, 0.13);
        _objective = new NextTokenObjective(_model, _data);
    }

    public void Dispose()
    {
        _data.Dispose();
        _model.Dispose();
    }

    [Fact]
    public void FullValidationIsTheMeanOverEveryTokenOfTheHeldBackPart()
    {
        Assert.NotEqual(0, (_data.Validation.Length - 1) % Context); // the last block is a short one

        // One token at a time, from the text, with log-softmax in double precision.
        using var scope = NewDisposeScope();
        _model.eval();
        var tokens = Text[^(int)_data.Validation.Length..].Select(static c => (long)c).ToArray();
        double sum = 0;
        for (var block = 0; block < tokens.Length - 1; block += Context)
        {
            for (var position = block; position < Math.Min(block + Context, tokens.Length - 1); position++)
            {
                using var inner = NewDisposeScope();
                var logits = _model.call(tensor(tokens[block..(position + 1)], [1, position + 1 - block]))[0, -1].data<float>().ToArray();
                var largest = logits.Max();
                var logSum = largest + Math.Log(logits.Sum(logit => Math.Exp((double)logit - largest)));
                sum += logSum - logits[tokens[position + 1]];
            }
        }

        var expected = sum / (tokens.Length - 1);
        Assert.Equal(expected, _objective.Validate(batchSize: 3).Single().Value, 1e-5);
        Assert.Equal(expected, _objective.Validate(batchSize: 1000).Single().Value, 1e-5);
    }

    [Fact]
    public void TheEstimateIsTheMeanOverItsBatchesAndTheSameEveryTime()
    {
        _model.train();
        var estimate = _objective.EstimateValidation(batchSize: 4, batches: 5, seed: 9);
        Assert.True(_model.training);
        Assert.Equal(estimate, _objective.EstimateValidation(batchSize: 4, batches: 5, seed: 9));
        Assert.NotEqual(estimate, _objective.EstimateValidation(batchSize: 4, batches: 5, seed: 10));

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        _model.eval();
        var losses = Enumerable
            .Range(0, 5)
            .Select(batch =>
            {
                var (inputs, targets) = _data.Validation.Batch(4, 9, batch);
                return nn.functional.cross_entropy(_model.call(inputs).reshape(-1, 256), targets.reshape(-1)).item<float>();
            });
        Assert.Equal(losses.Average(), estimate.Single().Value, 1e-5);
    }

    [Fact]
    public void TheLossIsTheMeanCrossEntropyOfTheStepsBatch()
    {
        using var scope = NewDisposeScope();
        _model.eval();
        var loss = _objective.Loss(new TrainingStep(_objective.Plan(Options), Phase: 0, Repetition: 0, Seed: 3, Step: 17)).Total;
        var (inputs, targets) = _data.Training.Batch(4, 3, 17);
        var logProbabilities = _model.call(inputs).log_softmax(-1);
        var expected = -logProbabilities.gather(2, targets.unsqueeze(2)).mean();
        Assert.Equal(expected.item<float>(), loss.item<float>(), 1e-5);
        Assert.True(loss.requires_grad);
    }

    [Fact]
    public void AStepTrainsOnBatchTimesContextTokens()
    {
        var plan = _objective.Plan(Options);
        Assert.Equal(("tokens", 4.0 * Context, _data.Training.SamplesPerEpoch / 4.0), (plan.Unit, plan.UnitsPerStep, plan.StepsPerEpoch));
    }

    [Fact]
    public void DataThatDoNotFitTheModelAreRefused()
    {
        using var small = new CharacterGpt(vocabulary: 100, context: Context);
        Assert.Contains(
            "256 tokens, but CharacterGpt has 100",
            Assert.Throws<ModelGenException>(() => new NextTokenObjective(small, _data)).Message
        );
        using var narrow = new CharacterGpt(context: 8);
        Assert.Contains("reads at most 8", Assert.Throws<ModelGenException>(() => new NextTokenObjective(narrow, _data)).Message);
    }
}
