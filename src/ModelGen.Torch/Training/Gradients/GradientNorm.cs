using ModelGen.Native;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Training.Gradients;

/// <summary>The Euclidean norm of all gradients together, and clipping to it (Pascanu, Mikolov and Bengio 2013, algorithm 1).</summary>
public static class GradientNorm
{
    /// <summary>
    /// Scales all gradients by min(1, maxNorm / (norm + 10⁻⁶)), as <c>torch.nn.utils.clip_grad_norm_</c> does. Everything stays on the
    /// gradients' device: nothing waits for the norm to reach the host.
    /// </summary>
    /// <param name="parameters">The parameters; those without a gradient are skipped.</param>
    /// <param name="maxNorm">The largest norm allowed, above 0.</param>
    /// <returns>The norm before clipping, a scalar that the caller disposes; 0 if there is no gradient.</returns>
    public static Tensor Clip(IEnumerable<Parameter> parameters, double maxNorm)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxNorm);
        var norm = Of(parameters);
        ClipFrom(norm, parameters, maxNorm);
        return norm;
    }

    /// <summary>Scales all gradients like <see cref="Clip"/>, from their norm.</summary>
    internal static void ClipFrom(Tensor norm, IEnumerable<Parameter> parameters, double maxNorm)
    {
        var gradients = GradientsOf(parameters);
        if (gradients.Count == 0)
        {
            return;
        }

        using var shifted = norm.Plus(1e-6);
        using var inverse = shifted.reciprocal();
        using var ratio = inverse.Times(maxNorm);
        using var factor = ratio.ClampMax(1.0);

        // On the CPU the factor is at hand, and 1 needs no pass over the gradients; another device would need a synchronisation. NaN must
        // propagate.
        if (factor.device_type != DeviceType.CPU || !(factor.Read() >= 1))
        {
            Dispatcher.Call("aten::_foreach_mul_"u8, "Tensor"u8, [Dispatcher.TensorList([.. gradients]), Dispatcher.Tensor(factor)]);
        }

        gradients.ForEach(static gradient => gradient.Dispose());
    }

    /// <summary>The norm of all gradients together.</summary>
    /// <param name="parameters">The parameters; those without a gradient are skipped.</param>
    /// <returns>A scalar that the caller disposes; 0 if there is no gradient.</returns>
    public static Tensor Of(IEnumerable<Parameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var gradients = GradientsOf(parameters);
        if (gradients.Count == 0)
        {
            return Zero(parameters);
        }

        var norm = NormOf(gradients);
        gradients.ForEach(static gradient => gradient.Dispose());
        return norm;
    }

    private static Tensor Zero(IEnumerable<Parameter> parameters) => zeros([], device: parameters.FirstOrDefault()?.device);

    private static List<Tensor> GradientsOf(IEnumerable<Parameter> parameters) =>
        [.. parameters.Select(static parameter => parameter.grad).OfType<Tensor>()];

    /// <summary>The norm of all the numbers of some tensors, a scalar.</summary>
    internal static Tensor NormOf(IEnumerable<Tensor> tensors)
    {
        var norms = tensors.Select(static tensor => tensor.norm()).ToList();
        using var stacked = stack(norms);
        norms.ForEach(static each => each.Dispose());
        return stacked.norm();
    }
}
