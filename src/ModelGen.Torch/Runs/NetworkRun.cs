using ModelGen.Data;
using ModelGen.Layers;
using TorchSharp;

namespace ModelGen.Runs;

/// <summary>A whole run of a plain network; what its objective measures is what is shown.</summary>
/// <typeparam name="TModel">The class of the model.</typeparam>
public sealed class NetworkRun<TModel> : ModelRun<TModel, SampleDataset>
    where TModel : torch.nn.Module, IGeneratedModel;
