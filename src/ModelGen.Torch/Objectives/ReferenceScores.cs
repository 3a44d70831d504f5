using ModelGen.Answers;
using ModelGen.Checkpoints;
using ModelGen.Layers;
using ModelGen.Losses;
using ModelGen.Models;
using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Objectives;

/// <summary>
/// How likely answers are to a model before it is trained further, log π_ref(y|x). They are computed once, before the first step, and saved
/// with the run, so that no second model is needed, nor the weights that the run started from.
/// </summary>
internal sealed class ReferenceScores : IRunState
{
    private const string Known = "known";

    // The answers of a sample differ in length; more rows at once would only be more padding.
    private const int Block = 16;

    private readonly LanguageModel _model;
    private readonly AnswerSplit _training;
    private readonly AnswerSplit _validation;
    private readonly Dictionary<string, Tensor> _tensors;
    private readonly Lock _lock = new();
    private bool _areKnown;

    /// <param name="model">The model, which still has the weights of the reference unless the run is resumed.</param>
    /// <param name="training">The answers to train on.</param>
    /// <param name="validation">The answers to validate on.</param>
    /// <param name="perSample">How many answers a sample has.</param>
    public ReferenceScores(LanguageModel model, AnswerSplit training, AnswerSplit validation, int perSample)
    {
        (_model, _training, _validation) = (model, training, validation);
        _tensors = new()
        {
            ["training"] = zeros(training.Count, perSample).DetachFromDisposeScope(),
            ["validation"] = zeros(validation.Count, perSample).DetachFromDisposeScope(),
        };
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> Tensors => _tensors;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Texts => new Dictionary<string, string> { [Known] = StateText.Of(_areKnown ? 1 : 0) };

    /// <inheritdoc/>
    public void Restore(IReadOnlyDictionary<string, string> texts) => _areKnown = StateText.Whole(texts, Known) == 1;

    /// <summary>Those of some samples.</summary>
    /// <param name="batch">The samples.</param>
    /// <param name="isValidation">Whether they are of the validation data.</param>
    /// <param name="answer">Which answer of each sample.</param>
    /// <returns>[samples], on the model's device; the caller disposes it.</returns>
    public Tensor Of(AnswerBatch batch, bool isValidation, int answer)
    {
        Compute();
        using var scope = NewDisposeScope();
        var indices = tensor([.. batch.Indices]);
        var rows = _tensors[isValidation ? "validation" : "training"].index_select(0, indices);
        return rows.select(1, answer).to(_model.Device).MoveToOuterDisposeScope();
    }

    private void Compute()
    {
        lock (_lock)
        {
            if (_areKnown)
            {
                return;
            }

            using var evaluation = EvaluationMode.Of(_model);
            Fill(_tensors["training"], _training);
            Fill(_tensors["validation"], _validation);
            _areKnown = true;
        }
    }

    private void Fill(Tensor scores, AnswerSplit split)
    {
        foreach (var batch in split.Blocks(Block))
        {
            using (batch)
            {
                using var scope = NewDisposeScope();
                using var logits = _model.call(batch.Inputs);
                var sums = TokenLogProbabilities.SumOf(logits, batch.Targets).cpu(); // [answers · samples]
                var rows = scores.narrow(0, batch.Indices[0], batch.Indices.Count);
                rows.copy_(sums.view(scores.size(1), -1).t());
            }
        }
    }
}
