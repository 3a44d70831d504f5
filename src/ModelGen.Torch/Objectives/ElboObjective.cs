using ModelGen.Data;
using ModelGen.Evaluation;
using ModelGen.Layers;
using ModelGen.Likelihoods;
using ModelGen.Models;
using ModelGen.Native;
using ModelGen.Plots;
using ModelGen.Training;
using ModelGen.Training.Gradients;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Objectives;

/// <summary>
/// The negative evidence lower bound in nats per sample (Kingma and Welling 2014, equation 3), with one draw z of q(z | x):
/// −log p(x | z) + β KL(q(z | x) ‖ N(0, 1)), and the KL in closed form, ½ Σ μ² + σ² − log σ² − 1.
/// </summary>
/// <remarks>
/// Reported with the loss: <c>reconstruction</c>, −log p(x | z), and <c>kl</c>. In training, β, its warm-up and free bits shape the loss;
/// the validation loss is always the bound itself, with β = 1, so that runs are comparable.
/// </remarks>
public sealed class ElboObjective : SampleObjective
{
    // Validation draws its latents from a fixed seed, so that two validations of one model agree.
    private const ulong ValidationSeed = 0x5eed;

    private readonly Vae _model;
    private readonly ElboOptions _options;

    // Which latent axes carry no more than the free bits over the whole batch, [latent]; set while its parts are computed.
    private Tensor? _isFree;

    /// <summary>Binds the objective.</summary>
    /// <param name="model">The model to train.</param>
    /// <param name="data">The samples to learn from, on the model's device.</param>
    /// <param name="options">How the terms are weighted.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="ModelGenException">The samples differ from the model in shape, classes or range of values.</exception>
    public ElboObjective(Vae model, SampleDataset data, ElboOptions options)
        : base(model, data)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        _model = model;
        _options = options;
    }

    /// <inheritdoc/>
    public override CurveSettings Curves { get; } = new("nats per sample", "loss", "reconstruction", "kl");

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, object> Settings =>
        new Dictionary<string, object> { ["elbo"] = _options, ["likelihood"] = _model.Likelihood.Description };

    /// <inheritdoc/>
    /// <remarks>Free bits are counted over the whole batch, which needs a pass over all its parts first.</remarks>
    public override BatchSplit BatchSplit =>
        _options.FreeBits > 0 && base.BatchSplit == BatchSplit.Parallel ? BatchSplit.Sequential : base.BatchSplit;

    /// <inheritdoc/>
    public override void BeforeParts(IReadOnlyList<TrainingStep> parts)
    {
        if (_options.FreeBits == 0)
        {
            return;
        }

        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var meanKl = zeros([_model.LatentSize], device: _model.Device);
        foreach (var part in parts)
        {
            using var partScope = NewDisposeScope();
            var batch = Batch(part);
            var (mean, logVariance) = _model.EncodeValid(batch.Samples, Labels(batch));
            meanKl.AddInPlace(Kl(mean, logVariance).mean([0]).Times(part.Share));
        }

        _isFree = meanKl.LessOrEqual(_options.FreeBits).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public override void AfterParts()
    {
        _isFree?.Dispose();
        _isFree = null;
    }

    /// <inheritdoc/>
    public override StepLoss Loss(TrainingStep step)
    {
        using var batch = Batch(step);
        using var noise = step.Normal(draw: 0, _model.LatentSize, batch.Samples.device);
        var (likelihood, kl) = Terms(batch, noise);
        using (likelihood) // [B]
        using (kl) // [B, latent]
        using (var meanKl = kl.mean([0])) // [latent]
        using (var freed = Freed(meanKl, step))
        using (var weighed = freed.sum())
        using (var mean = likelihood.mean())
        {
            using var penalty = weighed.Times(_options.Beta * Warmed(step));
            var total = penalty - mean;
            using var detached = mean.detach();
            using var detachedKl = meanKl.detach();
            return new StepLoss(total, ("reconstruction", detached.neg()), ("kl", detachedKl.sum()));
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<MetricValue> EstimateValidation(int batchSize, int batches, ulong seed) =>
        Means(Enumerable.Range(0, batches).Select(batch => Data.Validation.Batch(batchSize, seed, batch)), (long)batches * batchSize);

    /// <inheritdoc/>
    public override IReadOnlyList<MetricValue> Validate(
        int batchSize,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    ) =>
        Means(
            Watched(Data.Validation.Blocks(batchSize), Data.Validation.BlockCount(batchSize), progress, cancellationToken),
            Data.Validation.Count
        );

    /// <summary>max(λ, KL) of each axis, with KL the mean over the batch; for a part, terms whose sum weighted by share is that.</summary>
    private Tensor Freed(Tensor meanKl, TrainingStep step)
    {
        if (_options.FreeBits == 0)
        {
            return meanKl.alias();
        }

        return step.Count == step.BatchSize ? meanKl.ClampMin(_options.FreeBits) : meanKl.MaskedFill(_isFree!, _options.FreeBits);
    }

    private double Warmed(TrainingStep step)
    {
        var warmup = step.Plan.ToSteps(_options.Warmup);
        return step.Step < warmup ? (double)step.Step / warmup : 1;
    }

    /// <summary>log p(x | z) of each sample, [B], and the KL of each axis, [B, latent].</summary>
    private (Tensor Likelihood, Tensor Kl) Terms(SampleBatch batch, Tensor noise)
    {
        var labels = Labels(batch);
        var (mean, logVariance) = _model.EncodeValid(batch.Samples, labels);
        using var scope = NewDisposeScope();
        using (mean)
        using (logVariance)
        {
            var latents = mean.Plus(logVariance.Times(0.5).exp() * noise);
            var kl = Kl(mean, logVariance);
            var likelihood = _model.Likelihood.LogProbability(_model.DecodeValid(latents, labels), batch.Samples);
            return (likelihood.MoveToOuterDisposeScope(), kl.MoveToOuterDisposeScope());
        }
    }

    /// <summary>KL(N(μ, σ²) ‖ N(0, 1)), element by element.</summary>
    private static Tensor Kl(Tensor mean, Tensor logVariance) => (mean.Squared().Plus(logVariance.exp()) - logVariance).Plus(-1).Times(0.5);

    private MetricValue[] Means(IEnumerable<SampleBatch> batches, long count)
    {
        using var evaluation = EvaluationMode.Of(_model);
        using var scope = NewDisposeScope();

        // Drawn all at once: a generator's numbers depend on how many are drawn at a time.
        var noise = LatentNoise.Normal([count, _model.LatentSize], ValidationSeed, _model.Device);
        using var reconstruction = new ScalarSum(_model.Device);
        using var divergence = new ScalarSum(_model.Device);
        long seen = 0;
        foreach (var batch in batches)
        {
            using var batchScope = NewDisposeScope();
            using var images = batch;
            var size = batch.Samples.size(0);
            var (likelihood, kl) = Terms(batch, noise.narrow(0, seen, size));
            reconstruction.Add(likelihood.sum().neg());
            divergence.Add(kl.sum());
            seen += size;
        }

        var (meanReconstruction, meanKl) = (reconstruction.Read() / seen, divergence.Read() / seen);
        return [new("loss", meanReconstruction + meanKl), new("reconstruction", meanReconstruction), new("kl", meanKl)];
    }
}
