#pragma warning disable RS0030 // The one place where the generator's state is read and set.

using static TorchSharp.torch;

namespace ModelGen.Native;

/// <summary>
/// The state of torch's global CPU generator. TorchSharp's <c>get_rng_state</c> and <c>set_rng_state</c> pass libtorch a pointer to an
/// object that a garbage collection may free during the call, as its operators do with numbers; see <see cref="TensorArithmetic"/>.
/// </summary>
internal static class RngState
{
    /// <summary>The state; the caller disposes it.</summary>
    public static Tensor Get()
    {
        using var generator = Generator.Default;
        return generator.get_state();
    }

    /// <summary>Restores a state, which the caller still owns.</summary>
    public static void Set(Tensor state)
    {
        using var generator = Generator.Default;
        generator.set_state(state);
    }
}
