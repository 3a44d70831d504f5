using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Training.Optimizers;

/// <summary>
/// Lion (Chen et al. 2023, "Symbolic discovery of optimization algorithms", algorithm 2): every weight moves by the same amount, in the
/// direction of a running mean of its gradient. It needs a learning rate three to ten times smaller than <see cref="AdamW"/>'s, and a
/// weight decay larger by the same factor.
/// </summary>
/// <remarks>
/// With gradient g, learning rate η and decay λ:
/// <code>
/// θ ← θ − η (sign(β₁ m + (1 − β₁) g) + λ θ)      λ = 0 where θ has fewer than two dimensions
/// m ← β₂ m + (1 − β₂) g
/// </code>
/// The state holds m as <c>exp_avg.NAME</c>. Parameters of one shape are updated together.
/// </remarks>
public sealed class Lion : Optimizer
{
    private readonly LionOptions _options;
    private readonly (ShapeGroup Group, Tensor Mean)[] _groups;

    /// <summary>Creates the optimizer with empty state.</summary>
    /// <param name="parameters">The parameters, all on one device; those that do not require gradients are skipped.</param>
    /// <param name="options">The settings.</param>
    /// <exception cref="ArgumentException">No parameter requires a gradient, or a setting is out of range.</exception>
    public Lion(IReadOnlyList<NamedParameter> parameters, LionOptions options)
        : base(parameters, options)
    {
        _options = options;
        _groups = [.. ShapeGroup.Of(Parameters).Select(group => (group, AddState("exp_avg", group, group.Shape)))];
    }

    internal override void StepAll(double learningRate)
    {
        foreach (var (group, mean) in _groups)
        {
            using var scope = NewDisposeScope();
            if (group.Gradients() is not { } gradients)
            {
                continue;
            }

            Tensor? direction = null;
            gradients.Update(mean, own =>
            {
                direction = own.Lerp(gradients.Values, 1 - _options.Betas.First).sign_();
                own.LerpInPlace(gradients.Values, 1 - _options.Betas.Second);
            });
            gradients.Descend(direction!, learningRate, group.Decay ? _options.WeightDecay : 0, Hold);
        }
    }
}
