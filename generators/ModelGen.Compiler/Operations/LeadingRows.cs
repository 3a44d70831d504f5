using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Operations;

/// <summary>
/// The first T rows of the weight, where T is the length of a sequence; the same for each sample. Operands: the sequence [T, …], weight
/// [count, width].
/// </summary>
internal sealed record LeadingRows : Op
{
    public override string Name => "leading-rows";

    public override NumericClass NumericClass => NumericClass.Exact;

    public override bool HasBatch => false;

    public override Shape Infer(IReadOnlyList<Shape> operands) => new(operands[0].Axes[0], operands[1].Last);

    public override Kept Kept => Kept.Nothing;
}
