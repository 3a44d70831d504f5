using static TorchSharp.torch;

namespace ModelGen.Training.Gradients;

/// <summary>A number of threads for libtorch, until disposed.</summary>
internal readonly struct ThreadLimit : IDisposable
{
    private readonly int _before;

    /// <summary>Sets the number.</summary>
    public ThreadLimit(int threads)
    {
        _before = get_num_threads();
        if (threads != _before)
        {
            set_num_threads(threads);
        }
    }

    /// <summary>Sets the number that was before.</summary>
    public void Dispose()
    {
        if (get_num_threads() != _before)
        {
            set_num_threads(_before);
        }
    }
}
