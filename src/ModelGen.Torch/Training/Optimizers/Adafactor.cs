using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Training.Optimizers;

/// <summary>
/// Adafactor (Shazeer and Stern 2018, "Adafactor: adaptive learning rates with sublinear memory cost", algorithms 4 and 5), as PyTorch's
/// <c>torch.optim.Adafactor</c> computes it: for the squared gradients of a matrix it keeps one number per row and per column, and its
/// steps are relative to the size of the parameter.
/// </summary>
/// <remarks>
/// With gradient g, step t from 1, learning rate η and decay λ; RMS is the root mean square of a parameter's elements:
/// <code>
/// α = max(ε₂, RMS(θ)) · min(η, 1 / √t)
/// θ ← θ − η λ θ                                  where θ has two dimensions or more
/// r ← r + tᶜ (rows' mean of g² − r),  s ← s + tᶜ (columns' mean of g² − s)
/// v = r s / mean(r)                              fewer than two dimensions: v ← v + tᶜ (g² − v)
/// u = g / √v
/// θ ← θ − α u / max(1, RMS(u) / d)
/// </code>
/// As in PyTorch, ε₁, the float32 machine epsilon, keeps square roots and denominators above zero. Rows and columns are the last two
/// dimensions. The state holds r as <c>row_var.NAME</c> and s as <c>col_var.NAME</c>, or v as <c>variance.NAME</c>. Parameters of one shape
/// are updated together.
/// </remarks>
public sealed class Adafactor : Optimizer
{
    private const double Epsilon1 = 1.1920928955078125e-7;

    private readonly AdafactorOptions _options;
    private readonly (ShapeGroup Group, Tensor Rows, Tensor Columns)[] _factored;
    private readonly (ShapeGroup Group, Tensor Variance)[] _whole;

    /// <summary>Creates the optimizer with empty state.</summary>
    /// <param name="parameters">The parameters, all on one device; those that do not require gradients are skipped.</param>
    /// <param name="options">The settings.</param>
    /// <exception cref="ArgumentException">No parameter requires a gradient, or a setting is out of range.</exception>
    public Adafactor(IReadOnlyList<NamedParameter> parameters, AdafactorOptions options)
        : base(parameters, options)
    {
        _options = options;
        var groups = ShapeGroup.Of(Parameters);
        _factored =
        [
            .. groups
                .Where(static group => group.Shape.Length >= 2)
                .Select(group =>
                    (
                        group,
                        AddState("row_var", group, [.. group.Shape[..^1], 1]),
                        AddState("col_var", group, [.. group.Shape[..^2], 1, group.Shape[^1]])
                    )
                ),
        ];
        _whole =
        [
            .. groups.Where(static group => group.Shape.Length < 2).Select(group => (group, AddState("variance", group, group.Shape))),
        ];
    }

    internal override void StepAll(double learningRate)
    {
        var share = Math.Pow(StepCount, _options.Beta2Decay);
        foreach (var (group, rows, columns) in _factored)
        {
            using var scope = NewDisposeScope();
            if (group.Gradients() is not { } gradients)
            {
                continue;
            }

            var squares = gradients.Values.Squared();
            var ofRows = gradients.Update(rows, own => own.LerpInPlace(squares.mean([-1], keepdim: true), share));
            var ofColumns = gradients.Update(columns, own => own.LerpInPlace(squares.mean([-2], keepdim: true), share));
            var variances = ofRows.matmul(ofColumns).div_(ofRows.mean([-2], keepdim: true).ClampMinInPlace(Epsilon1));
            Step(gradients, variances, learningRate, group.Decay ? _options.WeightDecay : 0);
        }

        foreach (var (group, variance) in _whole)
        {
            using var scope = NewDisposeScope();
            if (group.Gradients() is not { } gradients)
            {
                continue;
            }

            var own = gradients.Update(variance, rows => rows.LerpInPlace(gradients.Values.Squared(), share));
            Step(gradients, own.clone(), learningRate, group.Decay ? _options.WeightDecay : 0);
        }
    }

    /// <summary>Makes the step of parameters [k, …] with variances [k, …], which are overwritten with the update.</summary>
    private void Step(GradientStack gradients, Tensor variances, double learningRate, double weightDecay)
    {
        var updates = variances.ClampMinInPlace(Epsilon1 * Epsilon1).rsqrt_().mul_(gradients.Values);
        var sizes = RootMeanSquares(gradients.Parameters())
            .ClampMinInPlace(_options.Epsilon)
            .TimesInPlace(Math.Min(learningRate, 1 / Math.Sqrt(StepCount)));
        var excess = RootMeanSquares(updates).DivideInPlace(_options.ClipThreshold).ClampMinInPlace(1);
        updates.mul_(sizes.div_(excess).view([-1, .. Enumerable.Repeat(1L, (int)updates.dim() - 1)]));

        // The updates already include the step size; the decay needs its own.
        gradients.Descend(updates, learningRate: 1, learningRate * weightDecay, Hold);
    }

    /// <summary>The root mean square of each of k tensors [k, …], as [k].</summary>
    private static Tensor RootMeanSquares(Tensor tensors)
    {
        var flat = tensors.reshape(tensors.size(0), -1);
        return flat.VectorNorm([1]).DivideInPlace(Math.Sqrt(flat.size(1)));
    }
}
