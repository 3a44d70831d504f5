using ModelGen.Data;
using ModelGen.Evaluation;
using ModelGen.Losses;
using ModelGen.Models;
using ModelGen.Native;
using ModelGen.Plots;
using ModelGen.Training;
using ModelGen.Training.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Objectives;

/// <summary>
/// Adversarial training of a generator and a discriminator: a step updates the discriminator once or more, each time on a new batch,
/// then the generator once. Their losses are those of the <see cref="AdversarialLoss"/>.
/// </summary>
/// <remarks>
/// Reported with the two losses: the mean scores of real and generated samples, and the penalty if the loss has one. Generated samples have
/// the classes of the batch. There is no validation: neither loss says how good the samples are.
/// </remarks>
public sealed class GanObjective : SampleObjective
{
    private const int DiscriminatorPhase = 0;

    private readonly Gan _model;
    private readonly AdversarialLoss _loss;

    /// <summary>Binds the objective.</summary>
    /// <param name="model">The model to train.</param>
    /// <param name="data">The samples to learn from, on the model's device.</param>
    /// <param name="loss">The losses of the two networks.</param>
    /// <exception cref="ModelGenException">The samples differ from the model in shape, classes or range of values.</exception>
    public GanObjective(Gan model, SampleDataset data, AdversarialLoss loss)
        : base(model, data)
    {
        ArgumentNullException.ThrowIfNull(loss);
        _model = model;
        _loss = loss;
    }

    /// <inheritdoc/>
    public override CurveSettings Curves { get; } =
        new("losses and mean scores", "generator_loss", "discriminator_loss", "real_score", "fake_score");

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, object> Settings => new Dictionary<string, object> { ["loss"] = _loss };

    /// <inheritdoc/>
    public override TrainingPlan Plan(TrainingOptions options)
    {
        if (options is not GanTrainingOptions { Discriminator: { Steps: >= 1 } discriminator })
        {
            throw new ArgumentException(
                $"{_model.GetName()} needs {nameof(GanTrainingOptions)} with at least 1 step for the discriminator.",
                nameof(options)
            );
        }

        var samples = (double)discriminator.Steps * options.BatchSize;
        TrainingPhase[] phases =
        [
            new(
                "discriminator",
                ParametersOf(
                    ("discriminator", _model.Discriminator),
                    ("discriminator_labels", _model.DiscriminatorLabels),
                    ("projection", _model.Projection),
                    ("head", _model.Head)
                ),
                discriminator.Optimizer ?? options.Optimizer,
                discriminator.Steps
            ),
            new(
                "generator",
                ParametersOf(("generator", _model.Generator), ("generator_labels", _model.GeneratorLabels)),
                options.Optimizer
            ),
        ];
        return new(phases, options.BatchSize, Data.Unit, samples, Data.Training.Count / samples);
    }

    /// <inheritdoc/>
    public override StepLoss Loss(TrainingStep step)
    {
        // The generator's update uses the samples and labels of the discriminator's last update.
        var isDiscriminator = step.Phase == DiscriminatorPhase;
        var batches = step.Plan.Phases[DiscriminatorPhase].Times;
        using var batch = Data.Training.Batch(
            step.BatchSize,
            step.Seed,
            (step.Batch * batches) + (isDiscriminator ? step.Repetition : batches - 1),
            step.First,
            step.Count
        );
        using var latents = step.Normal(draw: 0, _model.LatentSize, batch.Samples.device);
        return isDiscriminator ? DiscriminatorLoss(step, batch, latents) : GeneratorLoss(batch, latents);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<MetricValue> EstimateValidation(int batchSize, int batches, ulong seed) => [];

    /// <inheritdoc/>
    public override IReadOnlyList<MetricValue> Validate(
        int batchSize,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    ) => [];

    private StepLoss DiscriminatorLoss(TrainingStep step, SampleBatch batch, Tensor latents)
    {
        var labels = Labels(batch);
        using var real = _model.Sign(batch.Samples);
        using var fake = Generate(latents, labels);
        using var realScores = _model.ScoreSigned(real, labels);
        using var fakeScores = _model.ScoreSigned(fake, labels);
        var loss = _loss.DiscriminatorLoss(realScores, fakeScores);
        var parts = new List<(string, Tensor)> { ("real_score", Mean(realScores)), ("fake_score", Mean(fakeScores)) };
        using var mixing = step.Uniform(draw: 1, real.device);
        if (_loss.DiscriminatorPenalty(samples => _model.ScoreSigned(samples, labels), real, fake, mixing) is not { } penalty)
        {
            return new StepLoss(loss, parts);
        }

        using (loss)
        using (penalty)
        {
            parts.Add(("penalty", penalty.detach()));
            return new StepLoss(loss.Plus(penalty), parts);
        }
    }

    private StepLoss GeneratorLoss(SampleBatch batch, Tensor latents)
    {
        var labels = Labels(batch);
        using var fake = _model.Signed(latents, labels);
        using var fakeScores = _model.ScoreSigned(fake, labels);
        if (!_loss.GeneratorSeesReal)
        {
            return new StepLoss(_loss.GeneratorLoss(null, fakeScores));
        }

        using var real = _model.Sign(batch.Samples);
        using var realScores = _model.ScoreSigned(real, labels);
        return new StepLoss(_loss.GeneratorLoss(realScores, fakeScores));
    }

    private Tensor Generate(Tensor latents, Tensor? labels)
    {
        using var noGrad = no_grad();
        return _model.Signed(latents, labels);
    }

    private static Tensor Mean(Tensor scores)
    {
        using var detached = scores.detach();
        return detached.mean();
    }

    private static IReadOnlyList<NamedParameter> ParametersOf(params IEnumerable<(string Name, nn.Module? Part)> parts) =>
        [.. parts.Where(static part => part.Part is not null).SelectMany(static part => NamedParameter.AllOf(part.Part!, part.Name + "."))];
}
