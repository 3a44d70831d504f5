using ModelGen.Data;
using ModelGen.Objectives;
using ModelGen.Training;
using ModelGen.Training.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Benchmarks.Training;

/// <summary>
/// The baseline's training of the GAN: a move of the discriminator on real images and detached fakes, then one of the generator, on
/// the cross-entropy with ones and zeros; the generator's weights are averaged by hand. One dispose scope around a step.
/// </summary>
internal sealed class IdiomaticGanTraining : TrainingSide
{
    private readonly IdiomaticGan _model = new(ImageGan.Latent);
    private readonly IdiomaticGan _averaged = new(ImageGan.Latent);
    private readonly SampleDataset _data;
    private readonly optim.Optimizer _discriminatorOptimizer;
    private readonly optim.Optimizer _generatorOptimizer;
    private readonly GanTrainingOptions _options = ImageGan.Training;
    private long _step;

    /// <summary>Makes the model, with its own random weights.</summary>
    public IdiomaticGanTraining(SampleDataset data)
    {
        _data = data;
        _discriminatorOptimizer = Adam(_model.Discriminator, _options.Discriminator.Optimizer ?? _options.Optimizer);
        _generatorOptimizer = Adam(_model.Generator, _options.Optimizer);
        Weights.Copy(_model, _averaged);
        _model.train();
    }

    /// <inheritdoc/>
    public override IdiomaticGan Model => _model;

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> Losses() => [DiscriminatorLoss(Images()), GeneratorLoss()];

    /// <inheritdoc/>
    public override void Step()
    {
        using var scope = NewDisposeScope();
        _discriminatorOptimizer.zero_grad();
        DiscriminatorLoss(Images()).backward();
        _discriminatorOptimizer.step();

        _generatorOptimizer.zero_grad();
        GeneratorLoss().backward();
        _generatorOptimizer.step();

        Average();
        _step++;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _discriminatorOptimizer.Dispose();
        _generatorOptimizer.Dispose();
        _averaged.Dispose();
        _model.Dispose();
    }

    private static optim.Optimizer Adam(nn.Module module, OptimizerOptions options)
    {
        var settings = (AdamOptions)options;
        return optim.Adam(module.parameters(), settings.LearningRate, settings.Betas.First, settings.Betas.Second, settings.Epsilon);
    }

    private Tensor Images() => (_data.Training.Batch(_options.BatchSize, TrainStep.Seed, _step).Samples * 2) - 1;

    /// <summary>The latents that our side draws for the same move.</summary>
    private Tensor Latents(int phase) =>
        new TrainingStep(new([], _options.BatchSize, "images", _options.BatchSize, 1), phase, Repetition: 0, TrainStep.Seed, _step).Normal(
            draw: 0,
            ImageGan.Latent,
            CPU
        );

    private Tensor DiscriminatorLoss(Tensor real)
    {
        var fake = _model.Generator.call(Latents(phase: 0)).detach();
        var (realScores, fakeScores) = (_model.Discriminator.call(real), _model.Discriminator.call(fake));
        return nn.functional.binary_cross_entropy_with_logits(realScores, ones_like(realScores))
            + nn.functional.binary_cross_entropy_with_logits(fakeScores, zeros_like(fakeScores));
    }

    private Tensor GeneratorLoss()
    {
        var scores = _model.Discriminator.call(_model.Generator.call(Latents(phase: 1)));
        return nn.functional.binary_cross_entropy_with_logits(scores, ones_like(scores));
    }

    private void Average()
    {
        using var noGrad = no_grad();
        var share = 1 - Math.Min(_options.Average!.Value, (1.0 + _step) / (10 + _step));
        foreach (var (average, parameter) in _averaged.Generator.parameters().Zip(_model.Generator.parameters()))
        {
            average.lerp_(parameter, share);
        }

        foreach (var (copy, buffer) in _averaged.Generator.buffers().Zip(_model.Generator.buffers()))
        {
            copy.copy_(buffer);
        }
    }
}
