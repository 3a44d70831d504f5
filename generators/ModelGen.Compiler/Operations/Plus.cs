namespace ModelGen.Compiler.Operations;

/// <summary>The sum of two tensors of the same shape; one without a batch is added to each sample of the other.</summary>
internal sealed record Plus() : ShapePreserving("plus", NumericClass.Any)
{
    public override Kept Kept => Kept.Nothing;
}
