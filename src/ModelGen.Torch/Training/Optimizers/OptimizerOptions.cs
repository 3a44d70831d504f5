namespace ModelGen.Training.Optimizers;

/// <summary>Which optimizer trains the model, with its settings.</summary>
public abstract record OptimizerOptions
{
    /// <summary>The learning rate at the schedule's peak, above 0.</summary>
    public required double LearningRate { get; init; }

    internal abstract Optimizer Create(IReadOnlyList<NamedParameter> parameters);

    /// <summary>The optimizer of some of the parameters that are trained, where others have one of their own.</summary>
    /// <param name="parameters">Some of them.</param>
    /// <param name="all">All of them.</param>
    internal virtual Optimizer CreateForSome(IReadOnlyList<NamedParameter> parameters, IReadOnlyList<NamedParameter> all) =>
        Create(parameters);

    internal virtual void Check()
    {
        if (!(LearningRate > 0 && double.IsFinite(LearningRate)))
        {
            throw new ArgumentException($"The learning rate must be above 0, not {LearningRate}.", nameof(LearningRate));
        }
    }

    private protected static void CheckWeightDecay(double weightDecay)
    {
        if (!(weightDecay >= 0 && double.IsFinite(weightDecay)))
        {
            throw new ArgumentException($"Weight decay must be 0 or more, not {weightDecay}.", nameof(weightDecay));
        }
    }

    private protected static void CheckMomentum(double momentum)
    {
        if (momentum is not (>= 0 and < 1))
        {
            throw new ArgumentException($"Momentum must be in [0, 1), not {momentum}.", nameof(momentum));
        }
    }

    private protected static void CheckBetas((double First, double Second) betas)
    {
        if (!(betas.First is >= 0 and < 1 && betas.Second is >= 0 and < 1))
        {
            throw new ArgumentException($"An optimizer's betas must be in [0, 1), not {betas}.", nameof(betas));
        }
    }
}
