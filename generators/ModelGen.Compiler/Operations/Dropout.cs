namespace ModelGen.Compiler.Operations;

/// <summary>In training, zero with the given probability, the rest divided by 1 - probability; otherwise x.</summary>
internal sealed record Dropout(double Probability) : ShapePreserving("dropout", NumericClass.Any)
{
    public override IReadOnlyList<OpArgument> Arguments => [new("probability", Probability)];
}
