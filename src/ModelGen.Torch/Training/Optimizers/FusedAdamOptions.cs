namespace ModelGen.Training.Optimizers;

/// <summary>The settings that <see cref="AdamOptions"/> and <see cref="AdamWOptions"/> share; the defaults are PyTorch's.</summary>
public abstract record FusedAdamOptions : OptimizerOptions
{
    /// <summary>The decay rates β₁ and β₂ of the running means of the gradient and the squared gradient, in [0, 1).</summary>
    public (double First, double Second) Betas { get; init; } = (0.9, 0.999);

    /// <summary>The ε that keeps the division finite, above 0.</summary>
    public double Epsilon { get; init; } = 1e-8;

    internal override void Check()
    {
        base.Check();
        CheckBetas(Betas);
        if (!(Epsilon > 0 && double.IsFinite(Epsilon)))
        {
            throw new ArgumentException($"Adam's epsilon must be above 0, not {Epsilon}.", nameof(Epsilon));
        }
    }
}
