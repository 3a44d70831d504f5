namespace ModelGen.Compiler.Operations;

/// <summary>In training, x with elements zeroed with the given probability and the rest divided by 1 - probability; otherwise x.</summary>
internal sealed record Dropout(double Probability) : ShapePreserving("dropout", NumericClass.Any)
{
    public override IReadOnlyList<OpArgument> Arguments => [new("probability", Probability)];

    public override Interval Bounds(Interval input) => input;
}
