using ModelGen.Native;
using static TorchSharp.torch;

namespace ModelGen.Training.Optimizers;

/// <summary>libtorch's fused SGD kernel: one call for many parameters.</summary>
internal static class FusedDescent
{
    /// <summary>θ ← θ − η (d + λ θ).</summary>
    /// <param name="parameters">θ.</param>
    /// <param name="directions">d, of the same shapes.</param>
    /// <param name="learningRate">η.</param>
    /// <param name="weightDecay">λ.</param>
    /// <param name="hold">A scalar; 1 skips the update. Null always updates.</param>
    public static void Step(
        ReadOnlySpan<Tensor> parameters,
        ReadOnlySpan<Tensor> directions,
        double learningRate,
        double weightDecay,
        Tensor? hold
    ) => Step(parameters, directions, [], learningRate, weightDecay, momentum: 0, nesterov: false, hold);

    /// <summary>g ← g + λ θ, b ← μ b + g, θ ← θ − η b; with Nesterov momentum θ ← θ − η (g + μ b).</summary>
    /// <param name="parameters">θ.</param>
    /// <param name="gradients">g; not modified.</param>
    /// <param name="momenta">b; empty where μ = 0.</param>
    /// <param name="learningRate">η.</param>
    /// <param name="weightDecay">λ.</param>
    /// <param name="momentum">μ.</param>
    /// <param name="nesterov">Whether to use Nesterov momentum.</param>
    /// <param name="hold">A scalar; 1 skips the update. Null always updates.</param>
    public static void Step(
        ReadOnlySpan<Tensor> parameters,
        ReadOnlySpan<Tensor> gradients,
        ReadOnlySpan<Tensor> momenta,
        double learningRate,
        double weightDecay,
        double momentum,
        bool nesterov,
        Tensor? hold
    )
    {
        // _fused_sgd_(self, grads, momentum_buffer_list, *, weight_decay, momentum, lr, dampening, nesterov, maximize, is_first_step,
        // grad_scale, found_inf)
        Dispatcher.Call(
            "aten::_fused_sgd_"u8,
            ""u8,
            [
                Dispatcher.TensorList(parameters),
                Dispatcher.TensorList(gradients),
                Dispatcher.TensorList(momenta),
                Dispatcher.Float(weightDecay),
                Dispatcher.Float(momentum),
                Dispatcher.Float(learningRate),
                Dispatcher.Float(0),
                Dispatcher.Bool(nesterov),
                Dispatcher.Bool(false),
                Dispatcher.Bool(false),
                Dispatcher.None,
                Dispatcher.OptionalTensor(hold),
            ]
        );
    }
}
