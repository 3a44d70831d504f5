using ModelGen.Data;
using ModelGen.Layers;
using ModelGen.Losses;
using ModelGen.Models;
using ModelGen.Training;
using ModelGen.Training.Gradients;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Objectives;

/// <summary>
/// Learning to predict the next token from what a larger model predicts (Hinton et al. 2015, "Distilling the knowledge in a neural
/// network"): weight · T² · KL(softmax(teacher / T) ‖ softmax(model / T)) + (1 − weight) · −log p(token | tokens before it), in nats per
/// token. The factor T² keeps the gradients of the first part as large at any temperature T.
/// </summary>
/// <remarks>
/// While it trains, <c>kl</c> is the divergence at the temperature and <c>cross_entropy</c> the second part. Validation measures the
/// cross-entropy of the text, <c>loss</c>, as that of every language model, and the divergence at temperature 1, <c>kl</c>.
/// </remarks>
public sealed class DistillationObjective : TextObjective
{
    private readonly LanguageModel _teacher;
    private readonly DistillationOptions _options;
    private readonly string _identity;

    /// <summary>Binds the objective.</summary>
    /// <param name="model">The model to train.</param>
    /// <param name="data">The tokens to learn from; samples no longer than the model's context, on the model's device.</param>
    /// <param name="teacher">The model to learn from, trained and on the same device. It stays the caller's; it is put into evaluation
    /// mode, and its weights must not change afterwards.</param>
    /// <param name="options">How the parts of the loss are weighed; null for the usual.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the teacher is the model itself.</exception>
    /// <exception cref="ModelGenException">The data have a larger vocabulary or longer samples than a model, or the models have other
    /// tokens.</exception>
    public DistillationObjective(LanguageModel model, TokenDataset data, LanguageModel teacher, DistillationOptions? options = null)
        : base(model, data, options ??= new DistillationOptions())
    {
        ArgumentNullException.ThrowIfNull(teacher);
        TeacherDivergence.Check(options.Temperature, options.Weight);
        if (ReferenceEquals(model, teacher))
        {
            throw new ArgumentException("A model cannot be its own teacher.", nameof(teacher));
        }

        if (Misfit(model, data, teacher) is { } misfit)
        {
            throw new ModelGenException($"{model.GetName()} cannot learn from {teacher.GetName()}: {misfit}.");
        }

        teacher.eval();
        (_teacher, _options, _identity) = (teacher, options, ModelIdentity.Of(teacher));
    }

    /// <inheritdoc/>
    /// <remarks>The teacher is known by its name and the hash of its weights: a run resumes only with the same.</remarks>
    public override IReadOnlyDictionary<string, object> Settings =>
        new Dictionary<string, object>(base.Settings) { ["teacher"] = _identity };

    /// <inheritdoc/>
    /// <remarks>With the log-probabilities of both models.</remarks>
    public override long ActivationBytes =>
        base.ActivationBytes is > 0 and var bytes ? bytes + (2L * sizeof(float) * Data.Training.Context * LanguageModel.VocabularySize) : 0;

    /// <inheritdoc/>
    public override StepLoss Loss(TrainingStep step)
    {
        var (inputs, targets) = Data.Training.Batch(step.BatchSize, step.Seed, step.Batch, step.First, step.Count);
        using (inputs)
        using (targets)
        using (var wanted = Taught(inputs))
        using (var scores = LanguageModel.call(inputs)) // [count, time, vocabulary]
        {
            return TeacherDivergence.Loss(scores, wanted, _options.Temperature, _options.Weight, () => TokenLoss.Mean(scores, targets));
        }
    }

    private protected override IReadOnlyList<MetricValue> Measure(IEnumerable<(Tensor Inputs, Tensor Targets)> batches, ulong seed)
    {
        using var evaluation = EvaluationMode.Of(LanguageModel);
        using var loss = new ScalarSum(LanguageModel.Device);
        using var divergence = new ScalarSum(LanguageModel.Device);
        var count = 0L;
        foreach (var (inputs, targets) in batches)
        {
            using var given = inputs;
            using var actual = targets;
            using var scope = NewDisposeScope();
            var scores = LanguageModel.call(inputs);
            loss.Add(TokenLoss.CrossEntropy(scores, targets));
            divergence.Add(TeacherDivergence.Sum(scores, Taught(inputs), temperature: 1));
            count += inputs.numel();
        }

        return [new MetricValue("loss", loss.Read() / count), new MetricValue("kl", divergence.Read() / count)];
    }

    private Tensor Taught(Tensor inputs)
    {
        using var constant = no_grad();
        return _teacher.call(inputs);
    }

    private static string? Misfit(LanguageModel model, TokenDataset data, LanguageModel teacher) =>
        !model.IsCausal ? $"{model.GetName()} sees later tokens when it predicts one"
        : !teacher.IsCausal ? $"{teacher.GetName()} sees later tokens when it predicts one"
        : model.VocabularySize != teacher.VocabularySize
            ? $"it has scores for {model.VocabularySize} tokens and {teacher.GetName()} for {teacher.VocabularySize}; both need the same"
        : data.Training.Context > teacher.ContextLength
            ? $"the data's samples hold {data.Training.Context} tokens and {teacher.GetName()} reads at most {teacher.ContextLength}"
        : model.Device.type != teacher.Device.type || model.Device.index != teacher.Device.index
            ? $"one is on {model.Device} and the other on {teacher.Device}"
        : teacher.Tokenizer is { } own && own.Serialize() != data.Tokenizer.Serialize()
            ? "its data are read with another tokenizer than that of the teacher; read them with the teacher's"
        : null;
}
