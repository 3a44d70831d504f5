using ModelGen.Answers;
using ModelGen.Models;
using ModelGen.Sampling;

namespace ModelGen.Runs;

/// <summary>
/// A whole run of a language model that learns how to answer: at each tenth and at the end (<c>samples.txt</c>) it shows what the model
/// answers to held-out prompts.
/// </summary>
/// <typeparam name="TModel">The class of the model.</typeparam>
/// <typeparam name="TData">The class of its data.</typeparam>
public sealed class PromptedRun<TModel, TData> : ModelRun<TModel, TData>
    where TModel : LanguageModel
    where TData : PromptedDataset
{
    /// <summary>How tokens are chosen.</summary>
    public required SamplingOptions Sampling { get; init; }

    private protected override RunResults Results(TModel model, TData data, ulong seed) => new PromptedResults(model, data, Sampling, seed);
}
