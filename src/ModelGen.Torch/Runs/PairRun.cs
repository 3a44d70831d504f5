using ModelGen.Data;
using ModelGen.Models;
using ModelGen.Sampling;

namespace ModelGen.Runs;

/// <summary>
/// A whole run of a model that turns one text into another: at each tenth and at the end (<c>samples.txt</c>) it shows what the model
/// writes for held-out sources.
/// </summary>
/// <typeparam name="TModel">The class of the model.</typeparam>
public sealed class PairRun<TModel> : ModelRun<TModel, PairDataset>
    where TModel : EncoderDecoder
{
    /// <summary>How tokens are chosen.</summary>
    public required SamplingOptions Sampling { get; init; }

    private protected override RunResults Results(TModel model, PairDataset data, ulong seed) =>
        new PairResults(model, data, Sampling, seed);
}
