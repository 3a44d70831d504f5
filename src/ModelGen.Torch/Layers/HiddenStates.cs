using ModelGen.Native;
using static TorchSharp.torch;

namespace ModelGen.Layers;

/// <summary>
/// What a language model makes scores of: the input of its last layer, if that is <c>unembed</c> or <c>linear</c>. The model shows it in its
/// <c>forward</c>, on whatever thread that runs, to who collects it there, such as a policy that learns the value of what has been written;
/// with its gradient.
/// </summary>
public sealed class HiddenStates : IDisposable
{
    [ThreadStatic]
    private static HiddenStates? _current;

    private readonly HiddenStates? _around = _current;

    private HiddenStates() => _current = this;

    /// <summary>What the last model has shown, [batch, T, n]; null for nothing. It remains the collection's.</summary>
    internal Tensor? Last { get; private set; }

    /// <summary>Shows what scores are about to be made of.</summary>
    /// <param name="x">[batch, T, n].</param>
    /// <returns>The same tensor.</returns>
    public static Tensor Shown(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (_current is { } current)
        {
            current.Last?.Dispose();
            current.Last = x.alias().DetachFromDisposeScope();
        }

        return x;
    }

    /// <summary>Ends the collection and frees what has been collected.</summary>
    public void Dispose()
    {
        _current = _around;
        Last?.Dispose();
        Last = null;
    }

    /// <summary>Collects what models show on this thread until disposed.</summary>
    internal static HiddenStates Collect() => new();
}
