using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.Words.Layers;

internal sealed class SequencePoolLayer()
    : Layer("sequence-pool", "one vector for a whole sequence; padding, where the data have such a token, is left out", Figure)
{
    private static readonly ChoiceParameter Figure = new(
        "of",
        "the mean of the vectors, or the first or the last of them",
        SequencePool.Mean,
        SequencePool.First,
        SequencePool.Last
    )
    {
        Default = SequencePool.Mean,
        IsMain = true,
    };

    public override string ResultName => "pooled";

    public override string ShapeRule => "[T, …] -> […]";

    public override string ExampleInput => "tensor: [5, 8]";

    public override string Example => "sequence-pool: { of: last }";

    public override Value? Build(LayerContext context)
    {
        if (!context.HasNumbers())
        {
            return null;
        }

        if (context.Input.Shape.Rank < 2)
        {
            return context.Fail($"needs a sequence [T, …]; it gets {context.Input.Shape}");
        }

        var (length, op) = (context.Input.Shape.Axes[0], new SequencePool(context.Get(Figure)));
        var presence = op.Of == SequencePool.First ? null : context.Presence(length);
        context.SeesAlong(length, leavesOutPadding: op.Of == SequencePool.First || presence is not null);
        return presence is null ? context.Apply(op) : context.Apply(op, context.Input, presence);
    }
}
