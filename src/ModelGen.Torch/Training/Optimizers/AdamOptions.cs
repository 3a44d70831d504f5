namespace ModelGen.Training.Optimizers;

/// <summary>The settings of <see cref="Adam"/>; the defaults are PyTorch's.</summary>
public sealed record AdamOptions : FusedAdamOptions
{
    internal override Optimizer Create(IReadOnlyList<NamedParameter> parameters) => new Adam(parameters, this);
}
