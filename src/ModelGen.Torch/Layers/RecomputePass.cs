using static TorchSharp.torch;

namespace ModelGen.Layers;

/// <summary>
/// Holds the gradients that a recomputed part returns to libtorch, which copies the handles only after the part has returned, so the part
/// cannot free them itself. All parts of one thread's forward pass share it: each frees the gradients of the part before.
/// </summary>
internal sealed class RecomputePass
{
    [ThreadStatic]
    private static RecomputePass? _current;

    private readonly Lock _lock = new();
    private IReadOnlyList<Tensor> _gradients = [];

    /// <summary>The calling thread's pass. Backward may run on another thread.</summary>
    public static RecomputePass Current => _current ??= new RecomputePass();

    /// <summary>Frees the last part's gradients and keeps this part's.</summary>
    public void Keep(IReadOnlyList<Tensor> gradients)
    {
        lock (_lock)
        {
            foreach (var gradient in _gradients)
            {
                gradient.Dispose();
            }

            _gradients = gradients;
        }
    }

    /// <summary>Frees the last part's gradients.</summary>
    public void FreeGradients() => Keep([]);
}
