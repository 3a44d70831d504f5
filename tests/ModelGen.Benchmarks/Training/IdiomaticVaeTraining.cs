using ModelGen.Data;
using ModelGen.Training;
using ModelGen.Training.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Benchmarks.Training;

/// <summary>
/// The baseline's training of the VAE as PyTorch's example does it: the summed cross-entropy of the pixels and the KL in closed form, per
/// image; one dispose scope around a step, TorchSharp's own Adam, and <c>zero_grad</c>.
/// </summary>
internal sealed class IdiomaticVaeTraining : TrainingSide
{
    private readonly IdiomaticVae _model = new(ImageVae.Latent);
    private readonly SampleDataset _data;
    private readonly ulong _seed;
    private readonly optim.Optimizer _optimizer;
    private readonly int _batchSize = ImageVae.Training.BatchSize;
    private long _step;

    /// <summary>Makes the model, with its own random weights.</summary>
    public IdiomaticVaeTraining(SampleDataset data, ulong seed)
    {
        _data = data;
        _seed = seed;
        var settings = (AdamOptions)ImageVae.Training.Optimizer;
        _optimizer = optim.Adam(_model.parameters(), settings.LearningRate, settings.Betas.First, settings.Betas.Second, settings.Epsilon);
        _model.train();
    }

    /// <inheritdoc/>
    public override IdiomaticVae Model => _model;

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> Losses() => [TrainingLoss()];

    /// <inheritdoc/>
    public override void Step()
    {
        using var scope = NewDisposeScope();
        _optimizer.zero_grad();
        var loss = TrainingLoss();
        loss.backward();
        _optimizer.step();
        _step++;
    }

    /// <summary>The negative ELBO over all images held back, in nats per image.</summary>
    public double Test()
    {
        _model.eval();
        using var noGrad = no_grad();
        var sum = 0.0;
        foreach (var (images, _, _) in _data.Validation.Blocks(_batchSize))
        {
            using var scope = NewDisposeScope();
            sum += Loss(images, randn(images.size(0), ImageVae.Latent)).item<float>() * images.size(0);
        }

        _model.train();
        return sum / _data.Validation.Count;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _optimizer.Dispose();
        _model.Dispose();
    }

    /// <summary>The loss of the next step, with the noise that our side draws for it.</summary>
    private Tensor TrainingLoss() =>
        Loss(
            _data.Training.Batch(_batchSize, _seed, _step).Samples,
            new TrainingStep(new([], _batchSize, "images", _batchSize, 1), Phase: 0, Repetition: 0, _seed, _step).Normal(
                draw: 0,
                ImageVae.Latent,
                CPU
            )
        );

    private Tensor Loss(Tensor images, Tensor noise)
    {
        var (logits, mean, logVariance) = _model.call(images, noise);
        var reconstruction = nn.functional.binary_cross_entropy_with_logits(logits, images, reduction: nn.Reduction.Sum);
        var kl = -0.5 * (1 + logVariance - mean.pow(2) - logVariance.exp()).sum();
        return (reconstruction + kl) / images.size(0);
    }
}
