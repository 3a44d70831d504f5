using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Words.Layers;

internal sealed class PermuteLayer() : Layer("permute", "the axes in another order", Order)
{
    private static readonly SizesParameter Order = new(
        "order",
        "for each axis of the result, which axis of the input it is; counted from 0 without the batch"
    )
    {
        Minimum = 0,
        IsMain = true,
        IsRequired = true,
    };

    public override string ResultName => "permuted";

    public override string ShapeRule => "[a, b, c] -> permute: [2, 0, 1] gives [c, a, b]";

    public override string ExampleInput => "tensor: [6, 4]";

    public override string Example => "permute: { order: [1, 0] }";

    public override Value? Build(LayerContext context)
    {
        if (!context.HasNumbers())
        {
            return null;
        }

        var shape = context.Input.Shape;
        var order = context.Get(Order);
        if (!order.OrderBy(static axis => axis).SequenceEqual(Enumerable.Range(0, shape.Rank).Select(static axis => (long)axis)))
        {
            return context.OutOfRange(
                Order,
                $"[{string.Join(", ", order.Select(static axis => NumberText.Of(axis)))}]",
                FormattableString.Invariant($"a permutation of the axes 0 to {shape.Rank - 1} of {shape}")
            );
        }

        return context.Apply(new Permute(order));
    }
}
