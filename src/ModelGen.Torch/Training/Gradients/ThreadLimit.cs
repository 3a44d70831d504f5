using static TorchSharp.torch;

namespace ModelGen.Training.Gradients;

/// <summary>Sets libtorch's number of threads until disposed.</summary>
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

    /// <summary>Restores the previous number.</summary>
    public void Dispose()
    {
        if (get_num_threads() != _before)
        {
            set_num_threads(_before);
        }
    }
}
