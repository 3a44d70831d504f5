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
/// The loss of a vector-quantised autoencoder in nats per sample: −log p(x | e) + β ‖z − sg(e)‖², with z the encoder's output and e its
/// code vectors, through which gradients pass straight to z (van den Oord et al. 2017, equation 3; the codebook learns by moving averages,
/// so the equation's middle term is not needed).
/// </summary>
/// <remarks>
/// <para>
/// Both terms are sums over one sample: the commitment over the grid's positions and channels, the log-likelihood over values, so that
/// their balance does not change with the sample's size. (The paper takes the mean over positions.)
/// </para>
/// <para>
/// Reported with the loss: <c>reconstruction</c>, −log p(x | e); <c>commitment</c>, ‖z − e‖² without its weight; <c>perplexity</c>, the
/// exponential of the entropy of the codes' frequencies, which is K if all codes are used evenly; and <c>codes_used</c>, the number of
/// codes used at all. The last two are computed over a batch in training (averaged over its parts if it is split), and over all samples
/// together in validation.
/// </para>
/// </remarks>
public sealed class VectorQuantisedObjective : SampleObjective
{
    private readonly VqVae _model;
    private readonly VectorQuantisedOptions _options;

    /// <summary>Binds the objective.</summary>
    /// <param name="model">The model to train.</param>
    /// <param name="data">The samples to learn from, on the model's device.</param>
    /// <param name="options">How the terms are weighted.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="ModelGenException">The samples differ from the model in shape, classes or range of values.</exception>
    public VectorQuantisedObjective(VqVae model, SampleDataset data, VectorQuantisedOptions options)
        : base(model, data)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        _model = model;
        _options = options;
    }

    // The commitment is a squared distance, and the perplexity a number of codes: not nats.
    /// <inheritdoc/>
    public override CurveSettings Curves { get; } = new("nats per sample", "loss", "reconstruction");

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, object> Settings =>
        new Dictionary<string, object> { ["vector-quantised"] = _options, ["likelihood"] = _model.Likelihood.Description };

    /// <inheritdoc/>
    /// <remarks>The codebook learns from the whole batch, which needs a pass over all its parts first.</remarks>
    public override BatchSplit BatchSplit => base.BatchSplit == BatchSplit.Parallel ? BatchSplit.Sequential : base.BatchSplit;

    /// <inheritdoc/>
    public override void BeforeParts(IReadOnlyList<TrainingStep> parts)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        _model.Quantiser.BeginBatch(
            parts.Select(part =>
            {
                var batch = Batch(part);
                return _model.EncodeVectors(batch.Samples, Labels(batch));
            })
        );
    }

    /// <inheritdoc/>
    public override void AfterParts() => _model.Quantiser.EndBatch();

    /// <inheritdoc/>
    public override StepLoss Loss(TrainingStep step)
    {
        using var scope = NewDisposeScope();
        using var batch = Batch(step);
        var (likelihood, commitment, counts) = Terms(batch);
        var (reconstruction, distance) = (likelihood.mean().neg(), commitment.mean());
        var (perplexity, used) = UseOf(counts);
        return new StepLoss(
            (reconstruction.Plus(distance.Times(_options.Commitment))).MoveToOuterDisposeScope(),
            ("reconstruction", reconstruction.detach().MoveToOuterDisposeScope()),
            ("commitment", distance.detach().MoveToOuterDisposeScope()),
            ("perplexity", perplexity.MoveToOuterDisposeScope()),
            ("codes_used", used.MoveToOuterDisposeScope())
        );
    }

    /// <inheritdoc/>
    public override IReadOnlyList<MetricValue> EstimateValidation(int batchSize, int batches, ulong seed) =>
        Metrics(Enumerable.Range(0, batches).Select(batch => Data.Validation.Batch(batchSize, seed, batch)));

    /// <inheritdoc/>
    public override IReadOnlyList<MetricValue> Validate(
        int batchSize,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    ) => Metrics(Watched(Data.Validation.Blocks(batchSize), Data.Validation.BlockCount(batchSize), progress, cancellationToken));

    /// <summary>exp(−Σ p log p) of counts [K] with p = count / Σ count, and how many are above 0; scalars.</summary>
    internal static (Tensor Perplexity, Tensor Used) UseOf(Tensor counts)
    {
        using var scope = NewDisposeScope();
        var shares = counts / counts.sum();
        var entropy = special.entr(shares).sum(); // entr(p) = −p log p, 0 at 0
        return (entropy.exp().MoveToOuterDisposeScope(), counts.Greater(0).sum().MoveToOuterDisposeScope());
    }

    /// <summary>log p(x | e) and ‖z − e‖² of each sample, [B], and how often each code occurs in the batch, [K].</summary>
    private (Tensor Likelihood, Tensor Commitment, Tensor Counts) Terms(SampleBatch batch)
    {
        using var scope = NewDisposeScope();
        var labels = Labels(batch);
        var grid = _model.EncodeVectors(batch.Samples, labels);
        var (codes, vectors) = _model.Quantiser.Quantise(grid);
        var commitment = (grid - vectors).Squared().flatten(1).sum([1]);
        var output = _model.DecodeParameters(VectorQuantiser.StraightThrough(grid, vectors), labels);
        return (
            _model.Likelihood.LogProbability(output, batch.Samples).MoveToOuterDisposeScope(),
            commitment.MoveToOuterDisposeScope(),
            _model.Quantiser.Counts(codes).MoveToOuterDisposeScope()
        );
    }

    private MetricValue[] Metrics(IEnumerable<SampleBatch> batches)
    {
        using var evaluation = EvaluationMode.Of(_model);
        using var scope = NewDisposeScope();
        using var likelihoods = new ScalarSum(_model.Device);
        using var commitments = new ScalarSum(_model.Device);
        var counts = zeros([_model.CodeCount], dtype: ScalarType.Int64, device: _model.Device);
        long seen = 0;
        foreach (var batch in batches)
        {
            using var batchScope = NewDisposeScope();
            using var images = batch;
            var (likelihood, commitment, batchCounts) = Terms(batch);
            likelihoods.Add(likelihood.sum().neg());
            commitments.Add(commitment.sum());
            counts.AddInPlace(batchCounts.to(ScalarType.Int64));
            seen += batch.Samples.size(0);
        }

        var (meanReconstruction, meanCommitment) = (likelihoods.Read() / seen, commitments.Read() / seen);
        var (perplexity, used) = UseOf(counts.cpu().to(ScalarType.Float64));
        return
        [
            new("loss", meanReconstruction + (_options.Commitment * meanCommitment)),
            new("reconstruction", meanReconstruction),
            new("commitment", meanCommitment),
            new("perplexity", perplexity.item<double>()),
            new("codes_used", used.item<long>()),
        ];
    }
}
