using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Operations;

/// <summary>In training, x with elements zeroed with the given probability and the rest divided by 1 - probability; otherwise x.</summary>
internal sealed record Dropout(double Probability) : ShapePreserving("dropout", NumericClass.Any)
{
    public override IReadOnlyList<OpArgument> Arguments => [new("probability", Probability)];

    public override Interval Bounds(Interval input) => input;

    public override Kept Kept => Kept.Nothing;

    // On the CPU the mask is of the numbers that x is multiplied by.
    public override Dim KeptBesides(IReadOnlyList<Shape> operands) => operands[0].Count;
}
