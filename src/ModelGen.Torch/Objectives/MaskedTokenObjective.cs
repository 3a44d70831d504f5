using ModelGen.Data;
using ModelGen.Layers;
using ModelGen.Models;
using ModelGen.Native;
using ModelGen.Tokenization;
using ModelGen.Training;
using ModelGen.Training.Gradients;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Objectives;

/// <summary>
/// Predicting tokens that are masked from all others (Devlin et al. 2019, "BERT"): the mean cross-entropy over the masked tokens, in nats
/// per token. Which are masked is drawn anew at each step; for validation it is the same each time.
/// </summary>
public sealed class MaskedTokenObjective : TextObjective
{
    private readonly TokenMasker _masker;
    private readonly bool _variesInNumber;

    /// <summary>Binds the objective.</summary>
    /// <param name="model">The model to train; its tokenizer has a mask token.</param>
    /// <param name="data">The tokens to learn from; samples no longer than the model's context, on the model's device.</param>
    /// <param name="options">Which tokens are masked, and how they are scored.</param>
    /// <exception cref="ModelGenException">The data have a larger vocabulary or longer samples than the model, or no mask token.
    /// </exception>
    public MaskedTokenObjective(LanguageModel model, TokenDataset data, MaskedTokenOptions options)
        : base(model, data, options)
    {
        var mask = data.Tokenizer.IdOf(SpecialTokenRole.Mask)
            ?? throw new ModelGenException(
                "The data's tokenizer has no mask token to put in place of tokens; create it with one, or with the model's CreateTokenizer."
            );
        _masker = new TokenMasker(options, mask, data.Tokenizer.TextTokens, options.WholeWords ? new WordTable(data.Tokenizer) : null);
        _variesInNumber = options.WholeWords;
    }

    /// <inheritdoc/>
    public override StepLoss Loss(TrainingStep step)
    {
        var (inputs, targets) = Data.Training.Batch(step.BatchSize, step.Seed, step.Batch, step.First, step.Count);
        targets.Dispose();
        using var mask = _masker.Draw(inputs, step.Seed, (step.Batch * step.BatchSize) + step.First);
        using var logits = Logits(mask);
        var loss = TokenLoss.Mean(logits, mask.Targets);
        return _variesInNumber && step.Count < step.BatchSize
            ? loss with
            {
                Share = (double)mask.Targets.numel() / NumberInBatch(step),
            }
            : loss;
    }

    /// <inheritdoc/>
    private protected override IReadOnlyList<MetricValue> Measure(IEnumerable<(Tensor Inputs, Tensor Targets)> batches, ulong seed)
    {
        using var evaluation = EvaluationMode.Of(Model);
        var device = Model.parameters().First().device;
        using var loss = new ScalarSum(device);
        using var right = new ScalarSum(device);
        var (sequences, count) = (0L, 0L);
        foreach (var (inputs, targets) in batches)
        {
            using var batchScope = NewDisposeScope();
            targets.Dispose();
            var rows = inputs.size(0);
            using var mask = _masker.Draw(inputs, seed, sequences);
            var logits = Logits(mask);
            sequences += rows;
            count += mask.Targets.numel();
            loss.Add(TokenLoss.CrossEntropy(logits, mask.Targets));
            right.Add(logits.argmax(-1).eq(mask.Targets).sum(ScalarType.Float32));
        }

        return [new MetricValue("loss", loss.Read() / count), new MetricValue("accuracy", right.Read() / count)];
    }

    private long NumberInBatch(TrainingStep step)
    {
        var (inputs, targets) = Data.Training.Batch(step.BatchSize, step.Seed, step.Batch);
        targets.Dispose();
        return _masker.Count(inputs, step.Seed, step.Batch * step.BatchSize);
    }

    // [predicted, vocabulary]
    private Tensor Logits(TokenMask mask)
    {
        using var logits = LanguageModel.call(mask.Inputs); // [batch, time, vocabulary]
        using var flat = logits.view(-1, logits.size(-1));
        return flat.index_select(0, mask.Positions);
    }
}
