namespace ModelGen.Compiler.Operations;

/// <summary>x times the standard normal CDF of x.</summary>
/// <param name="IsApproximate">Whether to use the tanh approximation: x / 2 * (1 + tanh(sqrt(2 / π) * (x + 0.044715 x³))).</param>
internal sealed record Gelu(bool IsApproximate) : ShapePreserving("gelu", NumericClass.Any)
{
    public override IReadOnlyList<OpArgument> Arguments => [new("approximate", IsApproximate)];

    public override Interval Bounds(Interval input) => new(-0.170041, double.PositiveInfinity);
}
