using ModelGen.Data;
using ModelGen.Losses;
using ModelGen.Models;
using ModelGen.Objectives;
using ModelGen.Training;
using ModelGen.Training.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Objectives;

public sealed class SupervisedObjectiveTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public SupervisedObjectiveTests() => manual_seed(1).Dispose();

    public void Dispose() => _scope.Dispose();

    // y = A x + b is learned to the last digit that float32 has: there is no noise.
    [Fact]
    public void ALineIsFound()
    {
        var random = new Random(1);
        float[] values = [.. Enumerable.Range(0, 400).Select(_ => (float)random.NextDouble())];
        float[] targets = [.. values.Chunk(2).Select(static x => (3 * x[0]) - x[1] + 0.5f)];
        using var data = SampleDataset.Create(
            new TensorCollection(values, [2], targets: targets, targetShape: [1]),
            null,
            validationFraction: 0.2
        );
        using var model = new Line(2, 1);
        var options = new TrainingOptions
        {
            Optimizer = new AdamWOptions { LearningRate = 0.05, WeightDecay = 0 },
            BatchSize = 20,
            Duration = Duration.Samples(20_000),
            Validation = new() { Fraction = 0.2 },
        };
        using var trainer = new Trainer(new SupervisedObjective(model, data, new MeanSquaredErrorLoss()), options, seed: 1);

        var result = trainer.Run();

        Assert.Equal(1000, trainer.Step);
        Assert.True(result.ValidationLoss < 1e-8, $"a loss of {result.ValidationLoss}");
        Assert.Equal([3.0, -1.0], model.Layer.weight!.data<float>().ToArray().Select(static value => Math.Round(value, 3)));
        Assert.Equal(0.5, model.Layer.bias!.item<float>(), 1e-3);
    }

    [Fact]
    public void ValidationIsTheMeanOverAllSamplesWhateverTheBatch()
    {
        using var data = Classes();
        using var model = new Line(2, 3);
        var objective = new SupervisedObjective(model, data, new CrossEntropyLoss());
        using var all = data.Validation.Blocks(100).Single();
        using var scores = model.call(all.Samples);
        var loss = nn.functional.cross_entropy(scores, all.Labels!).item<float>();
        var accuracy = (scores.argmax(1) == all.Labels!).to(ScalarType.Float32).mean().item<float>();

        foreach (var batchSize in new[] { 1, 7, 100 })
        {
            var metrics = objective.Validate(batchSize);
            Assert.Equal(["loss", "accuracy"], metrics.Select(static metric => metric.Name));
            Assert.Equal(loss, metrics[0].Value, 1e-6);
            Assert.Equal(accuracy, metrics[1].Value, 1e-6);
        }
    }

    // In loops over doubles: the sum of w[class] (log sum exp x - x[class]) over the sum of w[class].
    [Fact]
    public void ClassesWeighWhatTheyAreGiven()
    {
        double[] each = [1, 5, 0.25];
        using var data = Classes();
        using var model = new Line(2, 3);
        var objective = new SupervisedObjective(model, data, new CrossEntropyLoss { ClassWeights = each });
        using var all = data.Validation.Blocks(100).Single();
        foreach (var batchSize in new[] { 1, 7, 100 })
        {
            var metrics = objective.Validate(batchSize);
            Assert.Equal(Expected(all), metrics[0].Value, 1e-5);
            Assert.Equal(new SupervisedObjective(model, data, new CrossEntropyLoss()).Validate(batchSize)[1], metrics[1]);
        }

        var plan = objective.Plan(
            new TrainingOptions
            {
                Optimizer = new AdamWOptions { LearningRate = 0.1 },
                BatchSize = 6,
                Duration = Duration.Steps(1),
                Validation = new() { Fraction = 0.4 },
            }
        );
        for (var step = 0; step < 5; step++)
        {
            using var batch = data.Training.Batch(6, 3, step);
            Assert.Equal(Expected(batch), Loss(step, 0, 6), 1e-5);
            Assert.Equal(Expected(batch), (Loss(step, 0, 1) / 6) + (Loss(step, 1, 2) / 3) + (Loss(step, 3, 3) / 2), 1e-5);
        }

        double Loss(int step, int first, int count)
        {
            using var loss = objective.Loss(new TrainingStep(plan, 0, 0, Seed: 3, Step: step) { First = first, Count = count });
            Assert.Null(loss.Share);
            return loss.Total.item<float>();
        }

        double Expected(SampleBatch batch)
        {
            using var scores = model.call(batch.Samples);
            var rows = scores.data<float>().ToArray().Select(static score => (double)score).Chunk(3).ToArray();
            var labels = batch.Labels!.data<long>().ToArray();
            var losses = rows.Zip(labels, (row, label) => each[label] * (Math.Log(row.Sum(Math.Exp)) - row[label]));
            return losses.Sum() / labels.Sum(label => each[label]);
        }
    }

    [Fact]
    public void WhatDoesNotFitIsTold()
    {
        using var data = Classes();
        using var plain = SampleDataset.Create(new TensorCollection(new float[8], [2]), null, 0.5);
        using var valued = SampleDataset.Create(
            new TensorCollection(new float[8], [2], targets: new float[8], targetShape: [2]),
            null,
            0.5
        );
        Assert.Equal(
            "The data's samples are [2], but Line is made for [3]; change the shape in the model's data, or read the samples in that shape.",
            Refusal(new Line(3, 3), data, new CrossEntropyLoss())
        );
        Assert.Equal(
            "The loss has weights for 2 classes, but the data have 3; give one for each class.",
            Refusal(new Line(2, 3), data, new CrossEntropyLoss { ClassWeights = [1, 2] })
        );
        Assert.Equal(
            "The data have 3 classes, but Line gives scores [4]; make its last layer give one score per class.",
            Refusal(new Line(2, 4), data, new CrossEntropyLoss())
        );
        Assert.Equal(
            "The data's samples have no labels, but Line learns to classify them; give each a label (files get theirs from folders: one sub-folder per class).",
            Refusal(new Line(2, 3), plain, new CrossEntropyLoss())
        );
        Assert.Equal(
            "The data's samples have no targets, but Line learns to predict [3] for each; give each a target.",
            Refusal(new Line(2, 3), plain, new MeanSquaredErrorLoss())
        );
        Assert.Equal(
            "The data's targets are [2], but Line gives [3]; make its last layer give the targets' shape.",
            Refusal(new Line(2, 3), valued, new MeanSquaredErrorLoss())
        );
        Assert.Equal(
            "The data's values lie between 0 and 19, but Line is made for values from -1 to 1; change the range in the model's "
                + "data, or scale the samples.",
            Refusal(new Line(2, 3, (-1, 1)), data, new CrossEntropyLoss())
        );
    }

    [Fact]
    public void MetricsOfOnesOwnAreMeansOverAllSamplesToo()
    {
        using var data = Classes();
        using var model = new Line(2, 3);
        using var all = data.Validation.Blocks(100).Single();
        using var scores = model.call(all.Samples);
        var largest = scores.amax(1).mean().item<float>();

        var metrics = new SupervisedObjective(model, data, new CrossEntropyLoss(), new Largest("largest")).Validate(7);

        Assert.Equal(["loss", "accuracy", "largest"], metrics.Select(static metric => metric.Name));
        Assert.Equal(largest, metrics[2].Value, 1e-6);
    }

    // Their mean would pass for the metric.
    [Fact]
    public void WhatIsNotOneValueForEachSampleIsTold()
    {
        using var data = Classes();
        using var model = new Line(2, 3);

        Assert.Equal(
            "The metric 'loss' of Whole has the shape [] for 16 samples; it must be one value for each, [16].",
            Assert.Throws<ModelGenException>(() => new SupervisedObjective(model, data, new Whole()).Validate(100)).Message
        );
        using var trainer = new Trainer(
            new SupervisedObjective(model, data, new Whole()),
            new TrainingOptions
            {
                Optimizer = new AdamWOptions { LearningRate = 0.1 },
                BatchSize = 5,
                Duration = Duration.Steps(1),
                Validation = new() { Every = null, Fraction = 0.4 },
            },
            seed: 1
        );
        Assert.Contains("[] for 5 samples", Assert.Throws<ModelGenException>(() => trainer.Run()).Message, StringComparison.Ordinal);
        Assert.Equal(
            "Two metrics have the name 'accuracy', the second from Largest; give it another name.",
            Assert
                .Throws<ModelGenException>(() =>
                    new SupervisedObjective(model, data, new CrossEntropyLoss(), new Largest("accuracy")).Validate(100)
                )
                .Message
        );
    }

    private static string Refusal(Line model, SampleDataset data, SupervisedLoss loss)
    {
        using (model)
        {
            return Assert.Throws<ModelGenException>(() => new SupervisedObjective(model, data, loss)).Message;
        }
    }

    private static SampleDataset Classes() =>
        SampleDataset.Create(
            new TensorCollection(
                [.. Enumerable.Range(0, 80).Select(static i => (float)(i % 20))],
                [2],
                [.. Enumerable.Range(0, 40).Select(static i => i % 3)]
            ),
            null,
            validationFraction: 0.4
        );

    private sealed record Largest(string Metric) : SupervisedMetrics
    {
        public override IReadOnlyList<(string Name, Tensor PerSample)> Measure(Tensor output, Tensor target) => [(Metric, output.amax(1))];
    }

    private sealed record Whole : SupervisedLoss
    {
        public override bool IsOfClasses => true;

        public override Tensor PerSample(Tensor output, Tensor target) => nn.functional.cross_entropy(output, target);
    }

    private sealed class Line : Network
    {
        private readonly long[] _input;
        private readonly long[] _output;

        public Line(int from, int to, (double, double)? range = null)
            : base(nameof(Line))
        {
            (_input, _output, InputRange) = ([from], [to], range);
            Layer = nn.Linear(from, to);
            register_module("layer", Layer);
        }

        public TorchSharp.Modules.Linear Layer { get; }

        public override ReadOnlySpan<long> InputShape => _input;

        public override (double Low, double High)? InputRange { get; }

        public override ReadOnlySpan<long> OutputShape => _output;

        public override string Fingerprint => "line";

        public override ScalarType InputType => ScalarType.Float32;

        public override Tensor forward(Tensor input) => Layer.call(input);
    }
}
