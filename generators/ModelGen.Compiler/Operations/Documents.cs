using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Operations;

/// <summary>
/// The number of each token's document: how many tokens up to it and with it end one, so that the token that ends a document is the first
/// of the next. Operand: token ids [T].
/// </summary>
/// <param name="End">The id of the token that ends a document.</param>
internal sealed record Documents(long End) : Op
{
    public override string Name => "documents";

    public override IReadOnlyList<OpArgument> Arguments => [new("end", End)];

    public override NumericClass NumericClass => NumericClass.Exact;

    public override ElementType ResultType => ElementType.Whole;

    public override bool KeepsFinite => true;

    public override Shape Infer(IReadOnlyList<Shape> operands) => operands[0];

    public override Kept Kept => Kept.Nothing;
}
