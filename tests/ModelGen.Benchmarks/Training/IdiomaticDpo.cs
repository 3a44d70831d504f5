using ModelGen.Answers;
using ModelGen.Training.Optimizers;
using TorchSharp;
using static TorchSharp.torch;
using AdamWGroup = TorchSharp.Modules.AdamW.ParamGroup;
using AdamWSettings = TorchSharp.Modules.AdamW.Options;

namespace ModelGen.Benchmarks.Training;

/// <summary>
/// The baseline: a step of DPO as one writes it by hand in TorchSharp, after the code of its paper (Rafailov et al. 2023, appendix B): both
/// answers of each pair go through the model and through the reference together.
/// </summary>
internal sealed class IdiomaticDpo : IDisposable
{
    private readonly PreferenceDataset _pairs;
    private readonly optim.Optimizer _optimizer;
    private long _step;

    public IdiomaticDpo(PreferenceDataset pairs)
    {
        _pairs = pairs;
        Model = new IdiomaticGpt(CharGpt.Vocabulary, CharGpt.Context, width: 128, heads: 4, layers: 4);
        Reference = new IdiomaticGpt(CharGpt.Vocabulary, CharGpt.Context, width: 128, heads: 4, layers: 4);
        var settings = (AdamWOptions)DpoStep.Training.Optimizer;
        _optimizer = optim.AdamW(
            [
                new AdamWGroup(
                    Model.parameters().Where(static parameter => parameter.dim() >= 2),
                    new AdamWSettings { weight_decay = settings.WeightDecay }
                ),
                new AdamWGroup(Model.parameters().Where(static parameter => parameter.dim() < 2), new AdamWSettings { weight_decay = 0 }),
            ],
            settings.LearningRate,
            settings.Betas.First,
            settings.Betas.Second,
            settings.Epsilon
        );
    }

    /// <summary>The model.</summary>
    public IdiomaticGpt Model { get; }

    /// <summary>The model that it was.</summary>
    public IdiomaticGpt Reference { get; }

    /// <summary>One step.</summary>
    /// <returns>Its loss.</returns>
    public float Step()
    {
        using var scope = NewDisposeScope();
        using var batch = _pairs.Training.Batch(DpoStep.Training.BatchSize, TrainStep.Seed, _step++);
        var policy = LogProbabilities(Model, batch);
        Tensor reference;
        using (no_grad())
        {
            reference = LogProbabilities(Reference, batch);
        }

        var ratios = (policy - reference).chunk(2);
        var loss = -nn.functional.logsigmoid(DpoStep.Loss.Beta * (ratios[0] - ratios[1])).mean();
        _optimizer.zero_grad();
        loss.backward();
        nn.utils.clip_grad_norm_(Model.parameters(), DpoStep.Training.ClipNorm!.Value);
        _optimizer.step();
        return loss.item<float>();
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        Model.Dispose();
        Reference.Dispose();
    }

    private static Tensor LogProbabilities(IdiomaticGpt model, AnswerBatch batch)
    {
        var isAnswer = batch.Targets.ne(-100);
        var labels = batch.Targets.masked_fill(isAnswer.logical_not(), 0);
        var each = model.call(batch.Inputs).log_softmax(-1).gather(2, labels.unsqueeze(2)).squeeze(2);
        return (each * isAnswer).sum(-1);
    }
}
