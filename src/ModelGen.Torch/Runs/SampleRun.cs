using ModelGen.Data;
using ModelGen.Evaluation;
using ModelGen.Models;

namespace ModelGen.Runs;

/// <summary>
/// A whole run of a model that makes samples. Of images it shows samples at each tenth and, at the end, samples, reconstructions,
/// interpolations, traversals and a map of the latents, whatever the model can do, and compares samples with held-out images.
/// </summary>
/// <typeparam name="TModel">The class of the model.</typeparam>
public sealed class SampleRun<TModel> : ModelRun<TModel, SampleDataset>
    where TModel : SampleModel
{
    /// <summary>
    /// The features by which images are compared; the caller disposes them. Null to train a classifier on the data for that.
    /// </summary>
    public FeatureExtractor? Extractor { get; init; }

    private protected override RunResults Results(TModel model, SampleDataset data, ulong seed) =>
        new SampleResults(model, data, seed) { Extractor = Extractor, Create = Create };

    private protected override bool NeedsData(TModel model) => model is VqVae;

    private protected override void Prepare(TModel model, SampleDataset data) => (model as VqVae)?.FitPrior(data);
}
