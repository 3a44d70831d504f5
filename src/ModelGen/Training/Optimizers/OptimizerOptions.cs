using TorchSharp.Modules;

namespace ModelGen.Training;

/// <summary>Which optimizer trains the model, with its settings.</summary>
public abstract record OptimizerOptions
{
    /// <summary>The learning rate at the schedule's peak, above 0.</summary>
    public required double LearningRate { get; init; }

    internal abstract Optimizer Create(IReadOnlyList<(string Name, Parameter Value)> parameters);

    internal virtual void Check()
    {
        if (!(LearningRate > 0 && double.IsFinite(LearningRate)))
            throw new ArgumentException($"A learning rate is above 0, not {LearningRate}.", nameof(LearningRate));
    }
}

/// <summary>The settings that <see cref="AdamOptions"/> and <see cref="AdamWOptions"/> share; the defaults are PyTorch's.</summary>
public abstract record FusedAdamOptions : OptimizerOptions
{
    /// <summary>The decay rates β₁ and β₂ of the running means of the gradient and of its square, from 0 up to but without 1.</summary>
    public (double First, double Second) Betas { get; init; } = (0.9, 0.999);

    /// <summary>The ε that keeps the division finite, above 0.</summary>
    public double Epsilon { get; init; } = 1e-8;

    internal override void Check()
    {
        base.Check();
        if (!(Betas.First is >= 0 and < 1 && Betas.Second is >= 0 and < 1))
            throw new ArgumentException($"Adam's betas lie from 0 up to but without 1, not at {Betas}.", nameof(Betas));
        if (!(Epsilon > 0 && double.IsFinite(Epsilon)))
            throw new ArgumentException($"Adam's epsilon is above 0, not {Epsilon}.", nameof(Epsilon));
    }
}

/// <summary>The settings of <see cref="Adam"/>; the defaults are PyTorch's.</summary>
public sealed record AdamOptions : FusedAdamOptions
{
    internal override Optimizer Create(IReadOnlyList<(string Name, Parameter Value)> parameters) => new Adam(parameters, this);
}

/// <summary>The settings of <see cref="AdamW"/>; the defaults are PyTorch's.</summary>
public sealed record AdamWOptions : FusedAdamOptions
{
    /// <summary>The decoupled weight decay λ, 0 or more. It applies to parameters with two or more dimensions only: biases and norms do not decay.</summary>
    public double WeightDecay { get; init; } = 0.01;

    internal override Optimizer Create(IReadOnlyList<(string Name, Parameter Value)> parameters) => new AdamW(parameters, this);

    internal override void Check()
    {
        base.Check();
        if (!(WeightDecay >= 0 && double.IsFinite(WeightDecay)))
            throw new ArgumentException($"Weight decay is 0 or more, not {WeightDecay}.", nameof(WeightDecay));
    }
}
