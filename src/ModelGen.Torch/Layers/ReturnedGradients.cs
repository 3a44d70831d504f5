using static TorchSharp.torch;

namespace ModelGen.Layers;

/// <summary>
/// Holds the gradients that a function of ours returns to libtorch, which copies the handles only after the function has returned, so it
/// cannot free them itself. All functions of one thread's forward pass share it: each frees the gradients of the one before.
/// </summary>
internal sealed class ReturnedGradients
{
    [ThreadStatic]
    private static ReturnedGradients? _current;

    private readonly Lock _lock = new();
    private IReadOnlyList<Tensor> _gradients = [];

    /// <summary>Those of the calling thread's forward pass. Backward may run on another thread.</summary>
    public static ReturnedGradients Current => _current ??= new ReturnedGradients();

    /// <summary>Frees the last function's gradients and keeps this one's.</summary>
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

    /// <summary>Frees the last function's gradients.</summary>
    public void Free() => Keep([]);
}
