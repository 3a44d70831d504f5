using ModelGen.Native;
using static TorchSharp.torch;

namespace ModelGen.Training.Optimizers;

/// <summary>libtorch's fused kernel of gradient descent, one call for many parameters.</summary>
internal static class FusedDescent
{
    /// <summary>θ ← θ − η (d + λ θ).</summary>
    /// <param name="parameters">θ.</param>
    /// <param name="directions">d, of the same shapes.</param>
    /// <param name="learningRate">η.</param>
    /// <param name="weightDecay">λ.</param>
    /// <param name="hold">A scalar of 1 where nothing is to change; null where it is to change in any case.</param>
    public static void Step(
        ReadOnlySpan<Tensor> parameters,
        ReadOnlySpan<Tensor> directions,
        double learningRate,
        double weightDecay,
        Tensor? hold
    ) => Step(parameters, directions, [], learningRate, weightDecay, momentum: 0, nesterov: false, hold);

    /// <summary>g ← g + λ θ, b ← μ b + g, θ ← θ − η b; with Nesterov's momentum θ ← θ − η (g + μ b).</summary>
    /// <param name="parameters">θ.</param>
    /// <param name="gradients">g; they are read only.</param>
    /// <param name="momenta">b; none where μ = 0.</param>
    /// <param name="learningRate">η.</param>
    /// <param name="weightDecay">λ.</param>
    /// <param name="momentum">μ.</param>
    /// <param name="nesterov">Whether the step looks ahead.</param>
    /// <param name="hold">A scalar of 1 where nothing is to change; null where it is to change in any case.</param>
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
