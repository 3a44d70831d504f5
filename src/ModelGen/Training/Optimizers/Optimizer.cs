using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Training;

/// <summary>
/// Updates parameters from their gradients. Unlike TorchSharp's, these optimizers run one fused kernel over all parameters, know their
/// state by the parameters' names, and leave no temporary tensors.
/// </summary>
public abstract class Optimizer : IDisposable
{
    /// <summary>What has to be saved to go on exactly: running means and the like, by name. The optimizer keeps ownership.</summary>
    public abstract IReadOnlyDictionary<string, Tensor> State { get; }

    /// <summary>How many steps have been made; the bias correction depends on it.</summary>
    public abstract long StepCount { get; set; }

    /// <summary>Makes one step. Parameters whose gradient is null keep their value and their state.</summary>
    /// <param name="learningRate">The learning rate of this step.</param>
    public abstract void Step(double learningRate);

    /// <summary>Frees the state.</summary>
    public abstract void Dispose();
}
