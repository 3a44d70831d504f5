#pragma warning disable RS0030 // This is the room that the generator goes through.

using static TorchSharp.torch;

namespace ModelGen.Native;

/// <summary>
/// The state of torch's global generator on the CPU. TorchSharp's <c>get_rng_state</c> and <c>set_rng_state</c> hand libtorch the pointer
/// of an object that a collection may free meanwhile, as its operators do with numbers; see <see cref="TensorArithmetic"/>.
/// </summary>
internal static class RngState
{
    /// <summary>The state; the caller disposes it.</summary>
    public static Tensor Get()
    {
        using var generator = Generator.Default;
        return generator.get_state();
    }

    /// <summary>Puts a state back, which stays the caller's.</summary>
    public static void Set(Tensor state)
    {
        using var generator = Generator.Default;
        generator.set_state(state);
    }
}
