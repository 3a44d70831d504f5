using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Benchmarks.Training;

/// <summary>One side of a comparison: a model in training, with its optimizer and its place in the data.</summary>
internal abstract class TrainingSide : IDisposable
{
    /// <summary>The model.</summary>
    public abstract nn.Module Model { get; }

    /// <summary>The losses of the step that comes next, in the order in which the step makes them smaller.</summary>
    public abstract IReadOnlyList<Tensor> Losses();

    /// <summary>One step.</summary>
    public abstract void Step();

    /// <summary>Frees model and optimizer.</summary>
    public abstract void Dispose();
}
