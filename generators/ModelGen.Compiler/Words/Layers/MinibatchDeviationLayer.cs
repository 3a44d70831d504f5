using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.Words.Layers;

internal sealed class MinibatchDeviationLayer()
    : Layer(
        "minibatch-deviation",
        "an extra channel that holds the standard deviation over a group of samples, averaged over all channels and positions: Karras et "
            + "al. 2018; for discriminators",
        Group
    )
{
    private static readonly IntegerParameter Group = new(
        "group",
        "how many samples form a group; a batch that is not a multiple of it forms a single group"
    )
    {
        IsMain = true,
        Minimum = 2,
        Default = 4,
    };

    public override string ResultName => "widened";

    public override string ShapeRule => "[C, …] -> [C + 1, …]";

    public override string ExampleInput => "tensor: [4, 6]";

    public override string Example => "minibatch-deviation: { group: 2 }";

    public override Value? Build(LayerContext context)
    {
        if (!context.HasNumbers())
        {
            return null;
        }

        var shape = context.Input.Shape;
        if (shape.Rank == 0 || shape.Axes[0].Constant is null)
        {
            return context.Fail($"needs channels [C, …]; it gets {shape}");
        }

        context.SeesAlong(shape.Count);
        context.NeedsWholeBatch("minibatch-deviation compares the samples of a batch", needsSeveral: true);
        return context.Apply(new MinibatchDeviation(context.Get(Group)));
    }
}
