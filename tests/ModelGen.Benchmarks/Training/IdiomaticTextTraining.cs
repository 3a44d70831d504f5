using ModelGen.Data;
using ModelGen.Training;
using ModelGen.Training.Optimizers;
using TorchSharp;
using static TorchSharp.torch;
using AdamWGroup = TorchSharp.Modules.AdamW.ParamGroup;
using AdamWSettings = TorchSharp.Modules.AdamW.Options;

namespace ModelGen.Benchmarks.Training;

/// <summary>
/// The baseline's training step as TorchSharp's documentation shows it: one dispose scope around it, TorchSharp's own AdamW, clipping and
/// <c>zero_grad</c>; decay on matrices alone, as nanoGPT does it. The loss stays on the device.
/// </summary>
internal sealed class IdiomaticTextTraining : TrainingSide
{
    private readonly nn.Module<Tensor, Tensor> _model;
    private readonly TokenDataset _data;
    private readonly optim.Optimizer _optimizer;
    private readonly TrainingOptions _options;
    private long _step;

    private IdiomaticTextTraining(TokenDataset data, nn.Module<Tensor, Tensor> model, TrainingOptions options)
    {
        _data = data;
        _model = model;
        _options = options;
        var settings = (AdamWOptions)_options.Optimizer;
        var matrices = Trained().Where(static parameter => parameter.dim() >= 2);
        var vectors = Trained().Where(static parameter => parameter.dim() < 2);
        _optimizer = optim.AdamW(
            [
                new AdamWGroup(matrices, new AdamWSettings { weight_decay = settings.WeightDecay }),
                new AdamWGroup(vectors, new AdamWSettings { weight_decay = 0 }),
            ],
            settings.LearningRate,
            settings.Betas.First,
            settings.Betas.Second,
            settings.Epsilon
        );
        _model.train();
    }

    /// <summary>Begins the training of the model of <c>CharGpt.model.yaml</c>.</summary>
    public static IdiomaticTextTraining OfCharGpt(TokenDataset data) =>
        new(data, new IdiomaticGpt(CharGpt.Vocabulary, CharGpt.Context, width: 128, heads: 4, layers: 4), CharGpt.Training);

    /// <summary>Begins the training of low-rank changes of all linear layers of the model of <c>CharGpt.model.yaml</c>.</summary>
    public static IdiomaticTextTraining OfCharGpt(TokenDataset data, int rank, double alpha)
    {
        var model = new IdiomaticGpt(CharGpt.Vocabulary, CharGpt.Context, width: 128, heads: 4, layers: 4, (from, to) =>
            new IdiomaticLora(from, to, rank, alpha)
        );
        IdiomaticLora.FreezeBase(model);
        return new IdiomaticTextTraining(data, model, CharGpt.Training);
    }

    /// <summary>Begins the training of the model of <c>WideGpt.model.yaml</c>.</summary>
    public static IdiomaticTextTraining OfWideGpt(TokenDataset data) =>
        new(data, new IdiomaticGpt(WideGpt.Vocabulary, WideGpt.Context, width: 512, heads: 8, layers: 4), WideGpt.Training);

    /// <summary>Begins the training of the model of <c>SmallLlama.model.yaml</c>.</summary>
    public static IdiomaticTextTraining OfSmallLlama(TokenDataset data) =>
        new(
            data,
            new IdiomaticLlama(SmallLlama.Vocabulary, SmallLlama.Context, width: 288, heads: 6, hidden: 768, layers: 6),
            SmallLlama.Training
        );

    /// <inheritdoc/>
    public override nn.Module<Tensor, Tensor> Model => _model;

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> Losses() => [Loss()];

    /// <inheritdoc/>
    public override void Step()
    {
        using var scope = NewDisposeScope();
        _optimizer.zero_grad();
        var loss = Loss();
        loss.backward();
        nn.utils.clip_grad_norm_(Trained(), _options.ClipNorm!.Value);
        _optimizer.step();
        _step++;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _optimizer.Dispose();
        _model.Dispose();
    }

    private IEnumerable<TorchSharp.Modules.Parameter> Trained() => _model.parameters().Where(static parameter => parameter.requires_grad);

    private Tensor Loss()
    {
        var (inputs, targets) = _data.Training.Batch(_options.BatchSize, TrainStep.Seed, _step);
        var logits = _model.call(inputs);
        return nn.functional.cross_entropy(logits.view(-1, logits.size(-1)), targets.reshape(-1));
    }
}
