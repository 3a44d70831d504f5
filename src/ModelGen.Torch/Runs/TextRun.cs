using ModelGen.Data;
using ModelGen.Models;
using ModelGen.Sampling;

namespace ModelGen.Runs;

/// <summary>
/// A whole run of a language model: it writes texts at each tenth and at the end (<c>samples.txt</c>), and measures the perplexity, the
/// prediction of each token and what its texts are like. Of a masked model only the loss is shown.
/// </summary>
/// <typeparam name="TModel">The class of the model.</typeparam>
public sealed class TextRun<TModel> : ModelRun<TModel, TokenDataset>
    where TModel : LanguageModel
{
    /// <summary>How tokens are chosen.</summary>
    public required SamplingOptions Sampling { get; init; }

    /// <summary>
    /// What the shown texts continue, at least one character; null for a line break or, where the tokenizer has none, the beginning of the
    /// held-out text.
    /// </summary>
    public string? Prompt { get; init; }

    private protected override RunResults Results(TModel model, TokenDataset data, ulong seed) =>
        model.IsCausal ? new TextResults(model, data, Sampling, Prompt, seed) : base.Results(model, data, seed);
}
