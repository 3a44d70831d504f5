using ModelGen.Data;
using ModelGen.Evaluation;
using ModelGen.Layers;
using ModelGen.Models;
using ModelGen.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Objectives;

/// <summary>The base of objectives for sample models: the model, the data, and the check that they fit together.</summary>
public abstract class SampleObjective : Objective
{
    private readonly SampleModel _model;

    /// <summary>Binds the objective.</summary>
    /// <param name="model">The model to train.</param>
    /// <param name="data">The samples to learn from, on the model's device.</param>
    /// <exception cref="ModelGenException">The samples differ from the model in shape, classes or range of values.</exception>
    protected SampleObjective(SampleModel model, SampleDataset data)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        data.CheckFits(model.GetName(), model.SampleShape, model.SampleRange);
        if (model.ClassCount > 0 && data.Classes.Count != model.ClassCount)
        {
            throw new ModelGenException(
                $"The data have {(data.Classes.Count == 0 ? "no" : data.Classes.Count)} classes, but {model.GetName()} is made for "
                    + $"{model.ClassCount}; change the number of classes of its condition, or use labelled data with that many classes."
            );
        }

        _model = model;
        Data = data;
    }

    /// <inheritdoc/>
    public override nn.Module Model => _model;

    /// <inheritdoc/>
    public override string Fingerprint => _model.Fingerprint;

    /// <inheritdoc/>
    public override ScalarType Precision => _model.Precision;

    /// <inheritdoc/>
    public override string DataFingerprint => Data.Fingerprint;

    /// <inheritdoc/>
    public override IReadOnlyList<FileProblem> DataProblems => Data.Problems;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> Metadata { get; } = new Dictionary<string, string>();

    /// <inheritdoc/>
    public override TrainingPlan Plan(TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new([WholeModel(options)], options.BatchSize, Data.Unit, options.BatchSize, (double)Data.Training.Count / options.BatchSize);
    }

    /// <summary>The samples to learn from.</summary>
    protected SampleDataset Data { get; }

    /// <inheritdoc/>
    public override BatchSplit BatchSplit => _model.BatchSplit;

    /// <inheritdoc/>
    public override long MultiplyAdds => _model.MultiplyAdds;

    /// <inheritdoc/>
    public override long ActivationBytes => _model.ActivationBytes;

    /// <summary>The samples of a step's batch, or of the requested part of it.</summary>
    /// <param name="step">The step.</param>
    /// <returns>The samples, which the caller disposes.</returns>
    protected SampleBatch Batch(TrainingStep step) => Data.Training.Batch(step.BatchSize, step.Seed, step.Batch, step.First, step.Count);

    /// <summary>The labels of a batch if the model has a condition; otherwise null.</summary>
    /// <param name="batch">The batch.</param>
    /// <returns>The batch's labels, still owned by the batch.</returns>
    protected Tensor? Labels(SampleBatch batch) => _model.ClassCount > 0 ? batch.Labels : null;
}
