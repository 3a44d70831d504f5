using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Operations;

/// <summary>x / sqrt(mean of x² + epsilon) * weight, over the last axes, as many as the weight has. Operands: x, weight.</summary>
internal sealed record RmsNorm(double Epsilon) : ShapePreserving("rms-norm", NumericClass.Exact)
{
    public override IReadOnlyList<OpArgument> Arguments => [new("epsilon", Epsilon)];

    public override bool HasIndependentRows => true;

    // The normed vectors, which the weight's gradient needs.
    public override Dim KeptBesides(IReadOnlyList<Shape> operands) => operands[0].Count;
}
