using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Training.Optimizers;

/// <summary>
/// Muon (Jordan et al. 2024, "Muon: an optimizer for hidden layers in neural networks"), as PyTorch's <c>torch.optim.Muon</c> computes it:
/// a matrix moves along its momentum, orthogonalised so that all singular values are about equal. <see cref="AdamW"/> trains everything
/// else.
/// </summary>
/// <remarks>
/// <para>
/// With the gradient g of a matrix, learning rate η, momentum μ, decay λ and the adjustment a of <see cref="MuonAdjustment"/>:
/// <code>
/// b ← μ b + (1 − μ) g
/// θ ← θ − η λ θ
/// θ ← θ − η a orthogonalised(b)                  Nesterov: of μ b + (1 − μ) g instead of b
/// </code>
/// "Orthogonalised" is five Newton–Schulz iterations. They run in the weights' own type, where PyTorch uses bfloat16.
/// </para>
/// <para>
/// <see cref="NamedParameter.IsMatrix"/> marks the matrices: the weights of linear layers and, as [outputs, inputs · kernel], of
/// convolutions (transposed ones as [inputs, outputs · kernel]), but not embeddings, unembeddings, biases and norms. The state holds b as
/// <c>momentum_buffer.NAME</c>, and AdamW's state for the other parameters. Matrices of one shape are updated together.
/// </para>
/// </remarks>
public sealed class Muon : Optimizer
{
    private readonly MuonOptions _options;
    private readonly (ShapeGroup Group, Tensor Momentum)[] _groups;
    private readonly AdamW? _others;
    private readonly double _othersRatio;
    private readonly Dictionary<string, Tensor> _state;

    /// <summary>Creates the optimizer with empty state.</summary>
    /// <param name="parameters">The parameters, all on one device; those that do not require gradients are skipped.</param>
    /// <param name="options">The settings.</param>
    /// <exception cref="ArgumentException">No parameter is a matrix that requires a gradient, or a setting is out of range.</exception>
    public Muon(IReadOnlyList<NamedParameter> parameters, MuonOptions options)
        : this(parameters, options, mayLackMatrices: false) { }

    internal Muon(IReadOnlyList<NamedParameter> parameters, MuonOptions options, bool mayLackMatrices)
        : base(parameters, options)
    {
        _options = options;
        NamedParameter[] matrices = [.. Parameters.Where(static parameter => parameter.IsMatrix)];
        NamedParameter[] others = [.. Parameters.Where(static parameter => !parameter.IsMatrix)];
        if (matrices.Length == 0 && !mayLackMatrices)
        {
            throw new ArgumentException("Muon has no matrix to train; use AdamW for these parameters.", nameof(parameters));
        }

        if (matrices.FirstOrDefault(static parameter => parameter.Value.dim() < 2) is { } vector)
        {
            throw new ArgumentException(
                $"The parameter '{vector.Name}' is not a matrix: it has fewer than two dimensions.",
                nameof(parameters)
            );
        }

        _groups = [.. ShapeGroup.Of(matrices).Select(group => (group, AddState("momentum_buffer", group, group.Shape)))];
        _state = new(base.State, StringComparer.Ordinal);
        if (others.Length == 0)
        {
            return;
        }

        var settings = options.Others ?? new AdamWOptions { LearningRate = options.LearningRate };
        _others = new AdamW(others, settings);
        _othersRatio = settings.LearningRate / options.LearningRate;
        foreach (var (name, tensor) in _others.State)
        {
            _state.Add(name, tensor);
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, Tensor> State => _state;

    /// <inheritdoc/>
    public override long StepCount
    {
        get => base.StepCount;
        set
        {
            base.StepCount = value;
            _others?.StepCount = value;
        }
    }

    /// <inheritdoc/>
    internal override Tensor? Hold
    {
        get => base.Hold;
        set
        {
            base.Hold = value;
            _others?.Hold = value;
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _others?.Dispose();
        base.Dispose();
    }

    internal override void StepAll(double learningRate)
    {
        foreach (var (group, momentum) in _groups)
        {
            using var scope = NewDisposeScope();
            if (group.Gradients() is not { } gradients)
            {
                continue;
            }

            var means = gradients.Update(momentum, own => own.LerpInPlace(gradients.Values, 1 - _options.Momentum));
            var ahead = _options.Nesterov ? gradients.Values.Lerp(means, _options.Momentum) : means;
            var directions = NewtonSchulz.Orthogonalise(ahead.flatten(2)).view(ahead.shape);

            // The decay uses the unadjusted learning rate.
            var adjustment = Adjustment(ahead.size(1), ahead.numel() / (ahead.size(0) * ahead.size(1)));
            gradients.Descend(directions, learningRate * adjustment, _options.WeightDecay / adjustment, Hold);
        }

        _others?.StepAll(learningRate * _othersRatio);
    }

    private double Adjustment(long rows, long columns) =>
        _options.AdjustLearningRate switch
        {
            MuonAdjustment.Original => Math.Sqrt(Math.Max(1, (double)rows / columns)),
            _ => 0.2 * Math.Sqrt(Math.Max(rows, columns)),
        };
}
