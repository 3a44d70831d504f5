namespace ModelGen.Training.Optimizers;

/// <summary>The settings of <see cref="Muon"/>; the defaults are PyTorch's, except for <see cref="AdjustLearningRate"/>.</summary>
public sealed record MuonOptions : OptimizerOptions
{
    /// <summary>The decay rate μ of the momentum, the running mean of the gradient, in [0, 1).</summary>
    public double Momentum { get; init; } = 0.95;

    /// <summary>Whether to use Nesterov momentum.</summary>
    public bool Nesterov { get; init; } = true;

    /// <summary>The decoupled weight decay λ of the matrices, 0 or more.</summary>
    public double WeightDecay { get; init; } = 0.1;

    /// <summary>
    /// How the learning rate is adjusted for a matrix; with the default, matrices and <see cref="Others"/> can share one learning rate.
    /// </summary>
    public MuonAdjustment AdjustLearningRate { get; init; } = MuonAdjustment.MatchRmsAdamw;

    /// <summary>
    /// How everything except the matrices is trained; null for default <see cref="AdamWOptions"/> with the same learning rate. A separate
    /// learning rate follows the matrices' schedule: their ratio stays constant.
    /// </summary>
    public AdamWOptions? Others { get; init; }

    internal override Optimizer Create(IReadOnlyList<NamedParameter> parameters) => new Muon(parameters, this);

    internal override Optimizer CreateForSome(IReadOnlyList<NamedParameter> parameters, IReadOnlyList<NamedParameter> all) =>
        new Muon(parameters, this, mayLackMatrices: all.Any(static parameter => parameter.IsMatrix));

    internal override void Check()
    {
        base.Check();
        CheckMomentum(Momentum);
        CheckWeightDecay(WeightDecay);
        if (!Enum.IsDefined(AdjustLearningRate))
        {
            throw new ArgumentException($"{AdjustLearningRate} is not a way to adjust Muon's learning rate.", nameof(AdjustLearningRate));
        }

        Others?.Check();
    }
}
