using ModelGen.Training;
using ModelGen.Training.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Benchmarks.Training;

/// <summary>The baseline: the network of <c>SmallMlp.model.yaml</c> and its step as TorchSharp's documentation shows them.</summary>
internal sealed class IdiomaticMlpTraining : TrainingSide
{
    private readonly ClassificationData _data;
    private readonly nn.Module<Tensor, Tensor> _model;
    private readonly optim.Optimizer _optimizer;
    private readonly int _batchSize;
    private long _step;

    /// <summary>Makes the model, with its own random weights.</summary>
    public IdiomaticMlpTraining(ClassificationData data, TrainingOptions options)
    {
        _data = data;
        _batchSize = options.BatchSize;
        _model = nn.Sequential(
            nn.Linear(ClassificationData.Features, 64),
            nn.ReLU(),
            nn.Linear(64, 64),
            nn.ReLU(),
            nn.Linear(64, ClassificationData.Classes)
        );
        var settings = (AdamWOptions)options.Optimizer;
        _optimizer = optim.AdamW(
            _model.parameters(),
            settings.LearningRate,
            settings.Betas.First,
            settings.Betas.Second,
            settings.Epsilon,
            settings.WeightDecay
        );
        _model.train();
    }

    /// <inheritdoc/>
    public override nn.Module Model => _model;

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> Losses() => [Loss()];

    /// <inheritdoc/>
    public override void Step()
    {
        using var scope = NewDisposeScope();
        _optimizer.zero_grad();
        Loss().backward();
        _optimizer.step();
        _step++;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _optimizer.Dispose();
        _model.Dispose();
    }

    private Tensor Loss()
    {
        var (samples, classes) = _data.Batch(_batchSize * _step, _batchSize);
        return nn.functional.cross_entropy(_model.call(samples), classes);
    }
}
