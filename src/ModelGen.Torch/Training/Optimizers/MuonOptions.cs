namespace ModelGen.Training.Optimizers;

/// <summary>The settings of <see cref="Muon"/>; the defaults are PyTorch's, but for <see cref="AdjustLearningRate"/>.</summary>
public sealed record MuonOptions : OptimizerOptions
{
    /// <summary>The share μ of the running mean of the gradient that each step keeps, from 0 up to but without 1.</summary>
    public double Momentum { get; init; } = 0.95;

    /// <summary>Whether the step looks ahead, as Nesterov's does.</summary>
    public bool Nesterov { get; init; } = true;

    /// <summary>The decoupled weight decay λ of the matrices, 0 or more.</summary>
    public double WeightDecay { get; init; } = 0.1;

    /// <summary>
    /// What the learning rate is multiplied by for a matrix; the default lets matrices and all <see cref="Others"/> share one learning
    /// rate.
    /// </summary>
    public MuonAdjustment AdjustLearningRate { get; init; } = MuonAdjustment.MatchRmsAdamw;

    /// <summary>
    /// How everything but the matrices is trained; null for <see cref="AdamWOptions"/> as they are, with the same learning rate. A learning
    /// rate of its own moves over the run as the matrices' does: their ratio stays.
    /// </summary>
    public AdamWOptions? Others { get; init; }

    internal override Optimizer Create(IReadOnlyList<NamedParameter> parameters) => new Muon(parameters, this);

    internal override void Check()
    {
        base.Check();
        CheckMomentum(Momentum);
        CheckWeightDecay(WeightDecay);
        if (!Enum.IsDefined(AdjustLearningRate))
        {
            throw new ArgumentException(
                $"There is no way {AdjustLearningRate} to adjust Muon's learning rate.",
                nameof(AdjustLearningRate)
            );
        }

        Others?.Check();
    }
}
