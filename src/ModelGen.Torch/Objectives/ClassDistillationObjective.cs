using ModelGen.Data;
using ModelGen.Losses;
using ModelGen.Models;
using ModelGen.Training;
using static TorchSharp.torch;

namespace ModelGen.Objectives;

/// <summary>
/// A classifier that learns from the probabilities of a larger one (Hinton et al. 2015, "Distilling the knowledge in a neural network"):
/// weight · T² · KL(softmax(teacher / T) ‖ softmax(model / T)) + (1 − weight) · −log p(label), the mean over the samples.
/// </summary>
/// <remarks>
/// While it trains, <c>kl</c> is the divergence at the temperature and <c>cross_entropy</c> the second part. Validation measures the
/// cross-entropy of the labels, <c>loss</c>, and the <c>accuracy</c>.
/// </remarks>
public sealed class ClassDistillationObjective : NetworkObjective
{
    private readonly Network _teacher;
    private readonly ClassDistillationOptions _options;
    private readonly string _identity;

    /// <summary>Binds the objective.</summary>
    /// <param name="model">The classifier to train.</param>
    /// <param name="data">The labelled samples to learn from, on the model's device.</param>
    /// <param name="teacher">The classifier to learn from, on the same device. Its network stays the caller's; it is put into evaluation
    /// mode, and its weights must not change afterwards.</param>
    /// <param name="options">How the parts of the loss are weighed; null for the usual.</param>
    /// <param name="metrics">What validation reports besides the loss and the accuracy; null for nothing.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the teacher is the model itself.</exception>
    /// <exception cref="ModelGenException">The samples are not what both networks read, or the classes are not those of the
    /// teacher.</exception>
    public ClassDistillationObjective(
        Network model,
        SampleDataset data,
        TrainedClassifier teacher,
        ClassDistillationOptions? options = null,
        SupervisedMetrics? metrics = null
    )
        : base(model, data, new CrossEntropyLoss { LabelSmoothing = (options ??= new()).LabelSmoothing }, metrics)
    {
        ArgumentNullException.ThrowIfNull(teacher);
        TeacherDivergence.Check(options.Temperature, options.Weight);
        if (ReferenceEquals(model, teacher.Model))
        {
            throw new ArgumentException("A model cannot be its own teacher.", nameof(teacher));
        }

        if (Misfit(data, teacher) is { } misfit)
        {
            throw new ModelGenException($"{model.GetName()} cannot learn from {teacher.Model.GetName()}: {misfit}.");
        }

        var network = teacher.Model;
        data.CheckReadable(network.GetName(), network.VocabularySize, network.InputShape is [var most] ? -most : 0, network.PaddingId);
        if (data.Tokenizer is null)
        {
            data.CheckFits(network.GetName(), network.InputShape, network.InputRange);
        }

        network.eval();
        (_teacher, _options, _identity) = (network, options, ModelIdentity.Of(network));
    }

    /// <inheritdoc/>
    /// <remarks>The teacher is known by its name and the hash of its weights: a run resumes only with the same.</remarks>
    public override IReadOnlyDictionary<string, object> Settings =>
        new Dictionary<string, object> { ["loss"] = _options, ["teacher"] = _identity };

    /// <inheritdoc/>
    public override StepLoss Loss(TrainingStep step)
    {
        using var batch = Data.Training.Batch(step.BatchSize, step.Seed, step.Batch, step.First, step.Count);
        using var wanted = Taught(batch.Samples);
        using var scores = Network.call(batch.Samples); // [count, classes]
        return TeacherDivergence.Loss(scores, wanted, _options.Temperature, _options.Weight, () =>
        {
            using var losses = SampleLoss.PerSample(scores, batch.Labels!);
            return new StepLoss(losses.mean());
        });
    }

    private Tensor Taught(Tensor samples)
    {
        using var constant = no_grad();
        return _teacher.call(samples);
    }

    private string? Misfit(SampleDataset data, TrainedClassifier teacher) =>
        !data.Classes.SequenceEqual(teacher.Classes)
            ? $"the data have the classes {Named(data.Classes)}, and the teacher knows {Named(teacher.Classes)}; both need the same"
        : Network.Device.type != teacher.Model.Device.type || Network.Device.index != teacher.Model.Device.index
            ? $"one is on {Network.Device} and the other on {teacher.Model.Device}"
        : data.Tokenizer is { } tokenizer && teacher.Model.Tokenizer is { } own && own.Serialize() != tokenizer.Serialize()
            ? "its texts are read with another tokenizer than that of the teacher; read them with the teacher's"
        : null;

    // At most some of them.
    private static string Named(IReadOnlyList<string> classes)
    {
        const int Shown = 5;
        return $"{string.Join(", ", classes.Take(Shown).Select(static name => $"'{name}'"))}"
            + (classes.Count > Shown ? $" and {classes.Count - Shown} more" : "");
    }
}
