using ModelGen.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Checkpoints;

/// <summary>All that changes while a model is trained, by the names that checkpoints use.</summary>
internal static class RunState
{
    /// <summary>What stands before the names of the model's weights and buffers.</summary>
    public const string ModelPrefix = "model.";

    /// <summary>What stands before the names of the optimizers' state.</summary>
    public const string OptimizerPrefix = "optimizer.";

    /// <summary>What stands before the names of averaged weights.</summary>
    public const string AveragePrefix = "average.";

    /// <summary>What stands before the names of the state of loss scaling.</summary>
    public const string ScalingPrefix = "scaling.";

    /// <summary>The tensors; their owners keep them.</summary>
    public static IReadOnlyDictionary<string, Tensor> Of(nn.Module model, IReadOnlyList<Optimizer> optimizers, WeightAverage? average, IReadOnlyDictionary<string, Tensor> scaling)
    {
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var (name, tensor) in model.state_dict())
            tensors.Add(ModelPrefix + name, tensor);
        foreach (var (name, tensor) in optimizers.SelectMany(static optimizer => optimizer.State))
            tensors.Add(OptimizerPrefix + name, tensor);
        foreach (var (name, tensor) in average?.State ?? new Dictionary<string, Tensor>())
            tensors.Add(AveragePrefix + name, tensor);
        foreach (var (name, tensor) in scaling)
            tensors.Add(ScalingPrefix + name, tensor);
        return tensors;
    }
}
