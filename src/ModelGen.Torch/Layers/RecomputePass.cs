using static TorchSharp.torch;

namespace ModelGen.Layers;

/// <summary>
/// Holds the gradients that a recomputed part hands to libtorch, which copies the handles only once the part has returned, so that nobody
/// else would know when to free them. All parts of one thread's forward share it: each frees what the one before it left.
/// </summary>
internal sealed class RecomputePass
{
    [ThreadStatic]
    private static RecomputePass? _current;

    private readonly Lock _lock = new();
    private IReadOnlyList<Tensor> _gradients = [];

    /// <summary>That of the calling thread. Backward may run on another thread.</summary>
    public static RecomputePass Current => _current ??= new RecomputePass();

    /// <summary>Frees what the last part handed over and keeps what this one does.</summary>
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

    /// <summary>Frees what the last part handed over.</summary>
    public void FreeGradients() => Keep([]);
}
