using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Layers;

/// <summary>
/// Activation checkpointing (Chen et al. 2016, "Training deep nets with sublinear memory cost"): only the input of a part of a network is
/// kept, and backward runs the part again. This saves memory for about one more forward pass of the part per step.
/// </summary>
/// <remarks>
/// <para>The part must compute the same result both times, so it must not change its own state, as batch normalisation and the power
/// iteration of a spectral norm do.</para>
/// <para>
/// Gradients are the same to the byte, except for the rounding of one sum: if the part's input is also used outside the part, the gradients
/// of its uses inside are summed before the rest is added.
/// </para>
/// <para>
/// Random draws are the same both times, and torch's CPU generator ends in the state that one forward pass leaves. The state of a CUDA
/// generator cannot be read through TorchSharp, so there each call reseeds the generator with a seed drawn on the CPU: two runs with the
/// same seed are equal, but dropout drops different elements than without recomputation.
/// </para>
/// <para>An exception while backward runs the part again, such as running out of memory, ends the process, because it cannot propagate
/// through libtorch.</para>
/// </remarks>
public static class Recompute
{
    /// <summary>Calls the part. If no gradients are recorded, this is a plain call.</summary>
    /// <param name="part">The part of the network.</param>
    /// <param name="input">The part's input; the caller disposes it.</param>
    /// <returns>The part's output; the caller disposes it.</returns>
    /// <exception cref="ModelGenException">The part is in training mode on a device whose random draws cannot be repeated.</exception>
    public static Tensor Call(nn.Module<Tensor, Tensor> part, Tensor input)
    {
        ArgumentNullException.ThrowIfNull(part);
        ArgumentNullException.ThrowIfNull(input);
        var returned = ReturnedGradients.Current;
        returned.Free();
        if (!is_grad_enabled())
        {
            return part.call(input);
        }

        // The weights are inputs of the function too, so that they get gradients even if the part's input needs none.
        Tensor[] weights = [.. part.parameters().Where(static parameter => parameter.requires_grad)];
        if (weights.Length == 0 && !input.requires_grad)
        {
            return part.call(input);
        }

        if (part.training && input.device_type is not (DeviceType.CPU or DeviceType.CUDA))
        {
            throw new ModelGenException(
                $"'recompute' cannot draw the same random numbers twice on {input.device}; train on the CPU or with CUDA, or "
                    + "remove 'recompute' from the spec."
            );
        }

        // The scope also frees the tensor as large as the result that TorchSharp makes to remember its shape.
        using var scope = NewDisposeScope();
        using var losses = AuxiliaryLosses.AreWanted ? AuxiliaryLosses.CollectInsidePart() : null;
        var results = RecomputedPart.apply([part, returned, input, .. weights]);
        losses?.AddToEnclosing(results.ElementAtOrDefault(1));
        return results[0].MoveToOuterDisposeScope();
    }
}
