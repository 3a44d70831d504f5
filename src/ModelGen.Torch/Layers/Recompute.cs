using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Layers;

/// <summary>
/// Runs a part of a network without keeping its activations: only the part's input is kept, and backward runs the part again (Chen et al.
/// 2016, "Training deep nets with sublinear memory cost"). Memory for time: about one more forward of the part for each step.
/// </summary>
/// <remarks>
/// <para>The part must compute the same both times, so it must not change its own state, as batch-norm and the power iteration of a
/// spectral norm do.</para>
/// <para>
/// Gradients are the same to the byte, but for the rounding of a sum: where the part's input is also used outside of the part, what its
/// uses inside give is added up before the rest.
/// </para>
/// <para>
/// What it draws at random is the same both times, and torch's generator on the CPU is afterwards where one forward leaves it. The state of
/// a CUDA generator cannot be read through TorchSharp, so there each call starts the generator from a seed of its own, which it draws on
/// the CPU: two runs of one seed are equal, but dropout drops other elements than without recomputation.
/// </para>
/// <para>A failure while backward runs the part again, such as too little memory, ends the process, because it cannot pass through
/// libtorch.</para>
/// </remarks>
public static class Recompute
{
    /// <summary>The part's result. Without gradients to record it is a plain call.</summary>
    /// <param name="part">The part of the network.</param>
    /// <param name="input">What comes into it; the caller disposes it.</param>
    /// <returns>What the part gives; the caller disposes it.</returns>
    /// <exception cref="ModelGenException">The part is in training on a device whose random numbers cannot be drawn again.</exception>
    public static Tensor Call(nn.Module<Tensor, Tensor> part, Tensor input)
    {
        ArgumentNullException.ThrowIfNull(part);
        ArgumentNullException.ThrowIfNull(input);
        var pass = RecomputePass.Current;
        pass.FreeGradients();
        if (!is_grad_enabled())
        {
            return part.call(input);
        }

        // Inputs of the function besides the part's own, so that their gradients flow even where the input needs none.
        Tensor[] weights = [.. part.parameters().Where(static parameter => parameter.requires_grad)];
        if (weights.Length == 0 && !input.requires_grad)
        {
            return part.call(input);
        }

        if (part.training && input.device_type is not (DeviceType.CPU or DeviceType.CUDA))
        {
            throw new ModelGenException(
                $"'recompute' cannot draw the same random numbers twice on {input.device}; train on the CPU or with CUDA, or take "
                    + "'recompute' out of the spec."
            );
        }

        // The scope also takes what TorchSharp makes in the size of the result to remember its shape.
        using var scope = NewDisposeScope();
        return RecomputedPart.apply([part, pass, input, .. weights]).MoveToOuterDisposeScope();
    }
}
