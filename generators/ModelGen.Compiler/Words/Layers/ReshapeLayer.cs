using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Words.Layers;

internal sealed class ReshapeLayer() : Layer("reshape", "the same elements in another shape; -1 stands for the length that fits", To)
{
    private static readonly SizesParameter To = new("shape", "the shape without the batch; one length may be -1")
    {
        Minimum = -1,
        IsMain = true,
        IsRequired = true,
    };

    public override string ResultName => "reshaped";

    public override string ShapeRule => "[…] -> shape";

    public override string ExampleInput => "tensor: [6, 4]";

    public override string Example => "reshape: { shape: [2, -1] }";

    public override Value? Build(LayerContext context)
    {
        if (!context.HasNumbers())
        {
            return null;
        }

        var lengths = context.Get(To);
        if (lengths.Contains(0) || lengths.Count(static length => length == -1) > 1)
        {
            return context.OutOfRange(
                To,
                $"[{string.Join(", ", lengths.Select(static length => NumberText.Of(length)))}]",
                "a list of lengths of at least 1, one of which may be -1"
            );
        }

        var count = context.Input.Shape.Count;
        var known = lengths.Where(static length => length > 0).Aggregate((Dim)1, static (product, length) => product * length);
        var rest = count.Divide(known);
        if (rest is null || (!lengths.Contains(-1) && !rest.Equals((Dim)1)))
        {
            return context.Fail(
                $"to [{string.Join(", ", lengths.Select(static length => NumberText.Of(length)))}] needs "
                    + $"{known} elements{(lengths.Contains(-1) ? " or a multiple" : "")}; it gets {context.Input.Shape}, which has {count}",
                To
            );
        }

        var output = new Shape(new EquatableArray<Dim>(lengths.Select(length => length == -1 ? rest : length)));

        context.Reorders(context.Input.Shape);
        context.Reorders(output);

        return context.Apply(new Reshape(output));
    }
}
