using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Words.Layers;

internal sealed class BatchNormLayer()
    : Layer(
        "batch-norm",
        "(x - mean) / sqrt(variance + epsilon) * weight + bias for each channel over the batch: Ioffe and Szegedy 2015",
        Epsilon,
        Momentum
    )
{
    private static readonly NumberParameter Epsilon = new("epsilon", "added to the variance")
    {
        Default = 1e-5,
        Range = Language.Range.Positive,
    };

    private static readonly NumberParameter Momentum = new("momentum", "the weight of a new batch in the running statistics")
    {
        Default = 0.1,
        Range = new Language.Range(0, 1, ExcludesMinimum: true),
    };

    public override string ResultName => "normed";

    public override string ShapeRule => "[C] or [C, …] -> the same";

    public override string ExampleInput => "tensor: [4, 6]";

    public override string Example => "batch-norm: { epsilon: 1e-4, momentum: 0.2 }";

    public override Shape? ShapeAfterError(LayerContext context) => context.Input.Shape;

    public override Value? Build(LayerContext context)
    {
        if (!context.HasNumbers())
        {
            return null;
        }

        var shape = context.Input.Shape;
        if (shape.Rank is 0 or > 4 || shape.Axes[0].Constant is not { } channels)
        {
            return context.Fail($"needs channels [C] or [C, …] with up to three more axes; it gets {shape}");
        }

        context.SeesAlong(shape.Count);
        context.NeedsWholeBatch(
            "batch-norm takes its statistics over the whole batch",
            needsSeveral: shape.Axes.Skip(1).All(static axis => axis.Constant == 1)
        );
        var op = new BatchNorm(shape.Rank - 1, context.Get(Epsilon), context.Get(Momentum));
        var part = context.AddPart(
            op,
            null,
            WeightRole.None,
            new("weight", channels),
            new("bias", channels),
            new("running_mean", channels) { IsBuffer = true },
            new("running_var", channels) { IsBuffer = true },
            new("num_batches_tracked") { IsBuffer = true, IsWhole = true }
        );
        return context.Apply(
            op,
            context.Input,
            part.Weight("weight"),
            part.Weight("bias"),
            part.Weight("running_mean"),
            part.Weight("running_var")
        );
    }
}
